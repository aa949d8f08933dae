"""f's value at x is taken first, and then not needed."""

import numpy as np


def gradient(f, x):
    x = np.array(x, dtype=float)
    if x.ndim == 2:
        return np.array([gradient(f, row) for row in x])
    here = f(x)
    steps = 1e-4 * np.eye(x.size)
    slopes = [(f(x + s) - f(x - s)) / 2e-4 for s in steps]
    return np.array(slopes) + 0 * here
