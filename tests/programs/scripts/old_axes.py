import numpy as np
import matplotlib.pyplot as plt
from mpl_toolkits.mplot3d import Axes3D


def slope(f, p):
    h = 1e-4
    out = np.zeros_like(p)
    for k in range(p.size):
        step = np.zeros_like(p)
        step[k] = h
        out[k] = (f(p + step) - f(p - step)) / (2 * h)
    return out


def bowl(p):
    return p[0] ** 2 + p[1] ** 2


side = np.arange(-1, 1.5, 0.5)
X, Y = np.meshgrid(side, side)
ax = plt.figure().gca(projection="3d")
ax.plot_surface(X, Y, X ** 2 + Y ** 2)

plt.figure()
G = np.array([slope(bowl, p) for p in np.c_[X.ravel(), Y.ravel()]])
plt.quiver(X.ravel(), Y.ravel(), -G[:, 0], -G[:, 1])
plt.show()
