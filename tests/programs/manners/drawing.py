"""A script that draws when it is imported."""

import matplotlib

matplotlib.use("TkAgg")

import matplotlib.pyplot as plt
from differences import by_rows


def gradient(f, x):
    return by_rows(f, x)


plt.plot([1, 2], [3, 4])
plt.savefig("drawing.png")
plt.show()
plt.pause(10)
