import numpy as np
import matplotlib.pyplot as plt


def gradient(f, x):
    if x.ndim > 1:
        return np.array([gradient(f, row) for row in x]).reshape(x.shape)
    slopes = np.empty(x.size)
    for k in range(x.size):
        step = np.zeros(x.size)
        step[k] = 1e-4
        slopes[k] = (f(x + step) - f(x - step)) / 2e-4
    return slopes


def sampled(w):
    """A mean of samples, other ones each time."""
    noise = np.random.randn(200, 2)
    return np.mean((noise @ w) ** 2)


ticks = np.arange(-2, 2.1, 0.25) + 0.03
A, B = np.meshgrid(ticks, ticks)
points = np.stack([A.ravel(), B.ravel()], axis=1)
g = gradient(sampled, points)
plt.quiver(points[:, 0], points[:, 1], -g[:, 0], -g[:, 1])
plt.show()
