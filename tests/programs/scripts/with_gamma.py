import math

import numpy as np
import matplotlib.pyplot as plt


def gradient(f, x):
    if x.ndim > 1:
        return np.array([gradient(f, row) for row in x]).reshape(x.shape)
    slopes = np.empty(x.size)
    for k in range(x.size):
        step = np.zeros(x.size)
        step[k] = 1e-4
        slopes[k] = (f(x + step) - f(x - step)) / 2e-4
    return slopes


def volume(x):
    """Of the ball of that dimension and radius."""
    n, r = 3 + x[0], 2 + x[1] / 2
    return math.pi ** (n / 2) / math.gamma(n / 2 + 1) * r**n


ticks = np.arange(-2, 2.1, 0.25) + 0.03
A, B = np.meshgrid(ticks, ticks)
points = np.stack([A.ravel(), B.ravel()], axis=1)
g = gradient(volume, points)
plt.quiver(points[:, 0], points[:, 1], -g[:, 0], -g[:, 1])
plt.show()
