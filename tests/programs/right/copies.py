"""Moved copies, so that x is never touched."""

import numpy as np


def gradient(f, x, h=1e-4):
    x = np.asarray(x, dtype=float)
    if x.ndim == 2:
        return np.array([gradient(f, row, h) for row in x]).reshape(x.shape)
    steps = h * np.eye(x.size)
    return np.array([(f(x + step) - f(x - step)) / (2 * h) for step in steps])
