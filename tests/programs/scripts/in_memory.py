import io

import matplotlib.pyplot as plt
import numpy as np


def steepest(f, p, h=1e-4):
    moves = h * np.eye(2)
    return np.array([(f(p + m) - f(p - m)) / (2 * h) for m in moves])


def valley(p):
    return p[0] ** 2 + 3 * p[1] ** 2


nodes = [np.array([a, b]) for a in np.linspace(-1, 1, 5) for b in np.linspace(-1, 1, 5)]
slopes = [-steepest(valley, p) for p in nodes]
fig, ax = plt.subplots()
ax.quiver([p[0] for p in nodes], [p[1] for p in nodes], [s[0] for s in slopes], [s[1] for s in slopes])
for save in (fig.savefig, plt.savefig):
    memory = io.BytesIO()
    save(memory, format="png")
    if memory.getvalue()[:4] != b"\x89PNG":
        raise ValueError("there is no picture")
plt.savefig("valley.png")
