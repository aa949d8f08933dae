from concurrent.futures import ThreadPoolExecutor

import numpy as np
import matplotlib.pyplot as plt


class Slopes:
    h = 1e-4

    def __init__(self, f):
        self.f = f

    def at(self, p):
        e = self.h * np.eye(2)
        return np.array([(self.f(p + d) - self.f(p - d)) / (2 * self.h) for d in e])


def saddle(p):
    return p[0] * p[1]


side = np.arange(-2, 2.5, 0.5)
points = [np.array([a, b]) for a in side for b in side]
slopes = Slopes(saddle)
with ThreadPoolExecutor(3) as pool:
    G = np.array(list(pool.map(slopes.at, points)))
x, y = np.array(points).T
plt.quiver(x, y, -G[:, 0], -G[:, 1])
plt.show()
