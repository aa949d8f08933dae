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


def rough(x):
    """Whole thousandths alone are kept, as by a file of three decimals."""
    a, b = (float("%.3f" % v) for v in x)
    return a**2 + a * b


ticks = np.arange(-2, 2.1, 0.25) + 0.03
A, B = np.meshgrid(ticks, ticks)
points = np.stack([A.ravel(), B.ravel()], axis=1)
g = gradient(rough, points)
plt.quiver(points[:, 0], points[:, 1], -g[:, 0], -g[:, 1])
plt.show()
