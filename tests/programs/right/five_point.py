"""Fourth order from five points, one of which has weight 0."""

import numpy as np


def _at(f, x):
    h = 1e-3
    slopes = []
    for step in h * np.eye(len(x)):
        near = f(x + step) - f(x - step)
        far = f(x + 2 * step) - f(x - 2 * step)
        slopes.append((8 * near - far) / (12 * h))
    return slopes


def gradient(f, x):
    x = np.asarray(x, dtype=float)
    if x.ndim == 1:
        return np.array(_at(f, x))
    return np.array([_at(f, row) for row in x])
