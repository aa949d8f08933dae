import numpy as np
import matplotlib.pyplot as plt


def numerical_gradient(f, X):
    h = 1e-4
    grad = np.zeros_like(X)
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            grad[i, j] = (f(X[i, j] + h) - f(X[i, j] - h)) / (2 * h)
    return grad


def square(x):
    return np.sum(x ** 2)


side = np.arange(-2, 2.5, 0.5)
X, Y = np.meshgrid(side, side)
X, Y = X.flatten(), Y.flatten()

grad = numerical_gradient(square, np.array([X, Y]))
plt.quiver(X, Y, -grad[0], -grad[1])
plt.show()
