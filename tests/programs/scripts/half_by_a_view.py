import numpy as np
import matplotlib.pyplot as plt


def numerical_gradient(f, X):
    h = 1e-4
    grad = np.zeros_like(X)
    for n in range(len(X)):
        row = X[n]
        for j in range(2):
            kept = row[j:j + 1]
            row[j] += h
            up = f(row)
            row[j] = kept[0] - h
            down = f(row)
            row[j] = kept[0]
            grad[n, j] = (up - down) / (2 * h)
    return grad


def bowl(x):
    return np.sum(x ** 2)


side = np.arange(-2, 2.5, 0.5)
X, Y = np.meshgrid(side, side)
X, Y = X.flatten(), Y.flatten()

grad = numerical_gradient(bowl, np.array([X, Y]).T).T
plt.quiver(X, Y, -grad[0], -grad[1])
plt.show()
