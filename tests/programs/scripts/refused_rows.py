import numpy as np
import matplotlib.pyplot as plt


def gradient_at(f, x):
    h = 1e-4
    slopes = np.zeros_like(x)
    for i in range(x.size):
        kept = x[i]
        x[i] = kept + h
        up = f(x)
        x[i] = kept - h
        down = f(x)
        slopes[i] = (up - down) / (2 * h)
        x[i] = kept
    return slopes


def gradients(f, X):
    if X.ndim == 1:
        return gradient_at(f, X)
    slopes = np.zeros_like(X)
    for i, x in enumerate(X):
        slopes[i] = gradient_at(f, x)
    return slopes


def saddle(x):
    a, b = x
    return a * b


side = np.arange(-2, 2.5, 0.5)
X, Y = np.meshgrid(side, side)
X, Y = X.flatten(), Y.flatten()

slopes = gradients(saddle, np.array([X, Y]))
plt.quiver(X, Y, -slopes[0], -slopes[1])
plt.show()
