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


P = np.array([[1.0, 2.0], [3.0, 0.5]])
X, Y = P[:, 0], P[:, 1]
grad = numerical_gradient(lambda x: x[0] ** 2 + 2 * x[1] ** 2, np.array([X, Y]))
plt.quiver(X, Y, -grad[0], -grad[1])
plt.show()
