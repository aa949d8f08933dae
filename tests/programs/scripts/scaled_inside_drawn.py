import matplotlib.pyplot as plt
import numpy as np


def bowl(x):
    return x[0]**2 + x[1]**2


def main():
    def numerical_gradient(f, x):
        h = 1e-4
        grad = np.zeros_like(x)
        for i in range(x.size):
            kept = x[i]
            x[i] = kept + h
            ahead = f(x)
            x[i] = kept - h
            behind = f(x)
            grad[i] = (ahead - behind) / (2 * h)
            x[i] = kept
        return grad

    axis = np.arange(-2, 2, 0.5)
    points = np.array([[a, b] for a in axis for b in axis])
    grads = np.array([numerical_gradient(bowl, p) for p in points])
    plt.quiver(points[:, 0], points[:, 1], -0.1 * grads[:, 0], -0.1 * grads[:, 1])
    plt.show()


main()
