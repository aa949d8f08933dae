import numpy as np
import matplotlib.pyplot as plt


def height(x, y):
    return np.sin(x) * np.cos(y)


def gradient(x, y, func):
    h = 1e-4
    return np.array([
        (func(x + h, y) - func(x - h, y)) / (2 * h),
        (func(x, y + h) - func(x, y - h)) / (2 * h),
    ])


ticks = np.linspace(-2, 2, 9)
for a in ticks:
    for b in ticks:
        u, v = -gradient(a, b, height)
        plt.quiver(a, b, u, v)
plt.show()
