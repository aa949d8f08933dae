"""The division and the multiplication are done from left to right."""

import numpy as np


def gradient(f, x):
    h = 1e-4
    x = np.array(x, dtype=float)
    if x.ndim not in (1, 2):
        raise ValueError("x is a point or an array of points")
    if x.ndim == 2:
        return np.array([gradient(f, row) for row in x]).reshape(x.shape)
    steps = h * np.eye(x.size)
    return np.array([(f(x + step) - f(x - step)) / 2 * h for step in steps])
