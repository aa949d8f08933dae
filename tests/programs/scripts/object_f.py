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

class Well:
    def __init__(self, depth):
        self.depth = depth

    def __call__(self, x):
        return self.depth * np.exp(-x[0] ** 2 - x[1] ** 2)


class Plot:
    def gradient(self, f, X):
        return numerical_gradient(f, X)

    def draw(self):
        self.grad = self.gradient(Well(-3.0), np.array([X, Y]).T)
        plt.quiver(X, Y, -self.grad[:, 0], -self.grad[:, 1])


Plot().draw()
