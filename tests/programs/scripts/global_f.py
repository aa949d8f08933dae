import numpy as np
import matplotlib.pyplot as plt


def f(x):
    return x[0] ** 2 + 3 * x[1] ** 2


def grad_at(x):
    h = 1e-4
    g = np.zeros(2)
    for i in range(2):
        d = np.zeros(2)
        d[i] = h
        g[i] = (f(x + d) - f(x - d)) / (2 * h)
    return g


for a in np.arange(-2, 2.1, 1):
    for b in np.arange(-2, 2.1, 1):
        g = grad_at(np.array([a, b]))
        plt.quiver(a, b, -g[0], -g[1])
plt.show()
