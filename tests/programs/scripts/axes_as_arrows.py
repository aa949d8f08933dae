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


side = np.arange(-2, 2.5, 0.5)
points = np.array([[a, b] for a in side for b in side])
table = {"x": points[:, 0], "y": points[:, 1]}
G = np.array([slope(saddle, p) for p in points])
table["u"], table["v"] = -G.T
for dx, dy in [(2, 0), (0, 2), (-2, 0), (0, -2)]:
    plt.arrow(0, 0, dx, dy, color="k")
plt.quiver("x", "y", "u", "v", data=table, angles="xy", pivot="mid", units="width")
plt.show()
