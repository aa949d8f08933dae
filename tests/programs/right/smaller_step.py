"""A step of its own choosing: 1e-5."""

import numpy as np


def gradient(f, x):
    h = 1e-5
    x = np.array(x, dtype=float)
    if x.ndim == 2:
        return np.array([gradient(f, row) for row in x]).reshape(x.shape)
    steps = h * np.eye(x.size)
    return np.array([(f(x + s) - f(x - s)) / (2 * h) for s in steps])
