import matplotlib.pyplot as plt
import numpy as np


def gradient(f, points, h=1e-4):
    moves = h * np.eye(2)
    return np.array([[(f(p + m) - f(p - m)) / (2 * h) for m in moves] for p in points])


def bowl(p):
    return p[0] ** 2 + p[1] ** 2


def saddle(p):
    return p[0] ** 2 - p[1] ** 2


side = np.linspace(-2, 2, 9)
points = np.array([[a, b] for a in side for b in side])
slopes = {f.__name__: gradient(f, points) for f in (bowl, saddle)}
never_drawn = gradient(lambda p: p[0] * p[1], points)
fig, axes = plt.subplots(1, 2)
for ax, (name, g) in zip(axes, slopes.items()):
    ax.quiver(points[:, 0], points[:, 1], -g[:, 0], -g[:, 1])
    ax.set_title(name)
plt.show()
