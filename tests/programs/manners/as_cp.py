"""NumPy under the name of another library."""

import numpy as cp


def gradient(f, x):
    x = cp.asarray(x, dtype=float)
    if x.ndim == 2:
        return cp.array([gradient(f, row) for row in x])
    steps = 1e-4 * cp.eye(x.size)
    return cp.array([(f(x + s) - f(x - s)) / 2e-4 for s in steps])
