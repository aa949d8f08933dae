"""A step into the complex plane: no difference is taken, so nothing cancels."""

import numpy as np


def gradient(f, x):
    x = np.asarray(x)
    if x.ndim > 1:
        return np.array([gradient(f, row) for row in x])
    return np.array([f(x + 1e-30j * e).imag / 1e-30 for e in np.eye(x.size)])
