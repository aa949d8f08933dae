import numpy as np
import matplotlib.pyplot as plt


def at_point(f, x):
    h = 1e-4
    slopes = np.zeros_like(x)
    for i in range(x.size):
        d = np.zeros_like(x)
        d[i] = h
        slopes[i] = (f(x + d) - f(x - d)) / (2 * h)
    return slopes


def gradients(f, X):
    return np.array([at_point(f, x) for x in X])


def saddle(x):
    return x[0] * x[1]


side = np.arange(-2, 2.5, 0.5)
X, Y = np.meshgrid(side, side)
points = np.array([X.flatten(), Y.flatten()]).T

slopes = gradients(saddle, points)
U, V = -slopes.T.reshape(2, *X.shape)
# looks better than a quiver
plt.streamplot(X, Y, U, V)
plt.show()
