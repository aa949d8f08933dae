import numpy as np
import matplotlib.pyplot as plt


def gradient_at(f, x):
    h = 1e-4
    slopes = np.zeros_like(x)
    for i in range(x.size):
        d = np.zeros_like(x)
        d[i] = h
        slopes[i] = (f(x + d) - f(x - d)) / (2 * h)
    return slopes


def gradients(f, X):
    try:
        f(X[:, 0])
    except Exception:
        pass
    return np.array([gradient_at(f, x) for x in X])


def saddle(x):
    a, b = x
    return a * b


side = np.arange(-2, 2.5, 0.5)
X, Y = np.meshgrid(side, side)
X, Y = X.flatten(), Y.flatten()

slopes = gradients(saddle, np.array([X, Y]).T)
plt.quiver(X, Y, -slopes[:, 0], -slopes[:, 1])
plt.show()
