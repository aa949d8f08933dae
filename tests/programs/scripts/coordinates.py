import numpy as np
import matplotlib.pyplot as plt


def f(x, y):
    return x ** 2 / 20 + y ** 2


def gradient(func, x, y):
    h = 1e-4
    fx = (func(x + h, y) - func(x - h, y)) / (2 * h)
    fy = (func(x, y + h) - func(x, y - h)) / (2 * h)
    return fx, fy


x, y = np.meshgrid(np.arange(-10, 11, 2.0), np.arange(-10, 11, 2.0))
fx, fy = gradient(f, x, y)
plt.quiver(x, y, -fx, -fy)
plt.show()
