import numpy as np
import matplotlib.pyplot as plt


def slope(f, p):
    h = 1e-4
    out = np.zeros_like(p)
    for k in range(p.size):
        step = np.zeros_like(p)
        step[k] = h
        out[k] = (f(p + step) - f(p - step)) / (2 * h)
    return out


def saddle(p):
    return p[0] * p[1]


fig, ax = plt.subplots()
for a in np.arange(-2, 2.5, 0.5):
    for b in np.arange(-2, 2.5, 0.5):
        g = slope(saddle, np.array([a, b]))
        ax.arrow(a, b, dx=-0.2 * g[0], dy=-0.2 * g[1], head_width=0.05)
plt.show()
