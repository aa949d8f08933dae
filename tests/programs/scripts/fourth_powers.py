import numpy as np
import matplotlib.pyplot as plt


def point_gradient(f, x):
    h = 1e-4
    grad = np.zeros_like(x)
    for i in range(x.size):
        keep = x[i]
        x[i] = keep + h
        up = f(x)
        x[i] = keep - h
        down = f(x)
        x[i] = keep
        grad[i] = (up - down) / (2 * h)
    return grad


def numerical_gradient(f, X):
    if X.ndim == 1:
        return point_gradient(f, X)
    grad = np.zeros_like(X)
    for i, x in enumerate(X):
        grad[i] = point_gradient(f, x)
    return grad


side = np.arange(-2, 2.5, 0.5)
X, Y = np.meshgrid(side, side)
X, Y = X.flatten(), Y.flatten()

Z = numerical_gradient(lambda t: np.sum(t ** 4), X=np.array([X, Y]))
norm = np.hypot(Z[0], Z[1]) + 1e-12
plt.quiver(X, Y, -Z[0] / norm, -Z[1] / norm)
plt.show()
