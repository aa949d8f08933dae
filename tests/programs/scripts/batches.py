import numpy as np
import matplotlib.pyplot as plt


def paraboloid(p):
    if p.ndim == 1:
        return np.sum(p ** 2)
    return np.sum(p ** 2, axis=1)


def grad_all(f, points):
    h = 1e-4
    out = np.zeros_like(points)
    for j in range(points.shape[1]):
        d = np.zeros_like(points)
        d[:, j] = h
        out[:, j] = (f(points + d) - f(points - d)) / (2 * h)
    return out


X, Y = np.meshgrid(np.arange(-2, 2.5, 0.5), np.arange(-2, 2.5, 0.5))
P = np.vstack((X.ravel(), Y.ravel())).T
G = grad_all(paraboloid, P)
plt.quiver(P.T[0], P.T[1], -G.T[0], -G.T[1])
plt.show()
