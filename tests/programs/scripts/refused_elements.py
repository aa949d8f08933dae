import numpy as np
import matplotlib.pyplot as plt


def gradient_at(f, x):
    h = 1e-4
    slopes = np.zeros_like(x)
    for i in range(x.size):
        kept = x[i]
        x[i] = kept + h
        up = f(x[i])
        x[i] = kept - h
        down = f(x[i])
        slopes[i] = (up - down) / (2 * h)
        x[i] = kept
    return slopes


def numerical_gradient(f, X):
    slopes = np.zeros_like(X)
    for i, x in enumerate(X):
        slopes[i] = gradient_at(f, x)
    return slopes


def valley(x):
    return x[0] ** 2 / 20 + x[1] ** 2


side = np.arange(-2, 2.5, 0.5)
X, Y = np.meshgrid(side, side)
X, Y = X.flatten(), Y.flatten()

slopes = numerical_gradient(valley, np.array([X, Y]).T).T
plt.quiver(X, Y, -slopes[0], -slopes[1])
plt.show()
