import numpy as np
import matplotlib.pyplot as plt


def slope(f, p):
    h = 1e-4
    out = np.zeros(2)
    for k in range(2):
        q = p.copy()
        q[k] += h
        r = p.copy()
        r[k] -= h
        out[k] = (f(q) - f(r)) / (2 * h)
    return out


def hill(p):
    return p[0] ** 2 - p[0] * p[1]


fig = plt.figure()
ax = fig.add_subplot(111, projection="3d")
points = np.array([[a, b] for a in (-1.0, 0.0, 1.0) for b in (-1.0, 0.5, 1.0)])
g = np.array([slope(hill, p) for p in points])
height = np.array([hill(p) for p in points])
ax.quiver(points[:, 0], points[:, 1], height, -g[:, 0], -g[:, 1], 0, length=0.1)
plt.show()
