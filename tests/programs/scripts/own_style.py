"""Contour lines of a saddle, and where it falls most steeply."""
import numpy as np
from matplotlib import pyplot as plt

STEP = 1e-5


def slope(func, points):
    result = np.empty_like(points)
    for k in range(points.shape[1]):
        shift = np.zeros(points.shape[1])
        shift[k] = STEP
        for n, p in enumerate(points):
            result[n, k] = (func(p + shift) - func(p - shift)) / (2 * STEP)
    return result


def saddle(p):
    a, b = p
    return a ** 2 - b ** 2 + 0.5 * a * b


if __name__ == "__main__":
    xs, ys = np.meshgrid(np.linspace(-1.5, 1.5, 12), np.linspace(-1, 1, 9))
    places = np.column_stack([xs.ravel(), ys.ravel()])
    g = slope(saddle, places)
    g /= np.linalg.norm(g, axis=1, keepdims=True)
    fig, ax = plt.subplots()
    ax.contour(xs, ys, xs ** 2 - ys ** 2 + 0.5 * xs * ys)
    ax.quiver(places[:, 0], places[:, 1], g[:, 0], g[:, 1])
    fig.savefig("saddle.png")
