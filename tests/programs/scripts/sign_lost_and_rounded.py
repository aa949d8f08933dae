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


def slanting(x):
    return x[0] ** 2 + x[0] * x[1] + np.sin(x[1])


side = np.arange(-2, 2.5, 0.5)
X, Y = np.meshgrid(side, side)
X, Y = X.flatten(), Y.flatten()

grad = numerical_gradient(slanting, np.array([X, Y]).T).T
grad = np.round(grad, 2)
plt.quiver(X, Y, grad[0], -grad[1])
plt.show()
