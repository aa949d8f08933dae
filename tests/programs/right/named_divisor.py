"""The divisor is a number of its own: dividing by h2 is dividing by 2h."""

import numpy as np


def _slopes(f, x):
    h = 1e-4
    h2 = 2.0 * h
    slopes = np.zeros(x.shape)
    for i in range(len(x)):
        saved = x[i].copy()
        x[i] = saved + h
        slopes[i] = f(x) / h2
        x[i] = saved - h
        slopes[i] -= f(x) / h2
        x[i] = saved
    return slopes


def gradient(f, x):
    return _slopes(f, x) if x.ndim == 1 else np.stack([_slopes(f, row) for row in x])
