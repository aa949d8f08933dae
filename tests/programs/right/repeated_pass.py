"""The whole pass is made x.size times; the last one counts, as would any."""

import numpy as np


def _slopes(f, x):
    h = 1e-4
    slopes = np.zeros_like(x)
    for _ in range(x.size):
        for i in range(x.size):
            saved = x[i]
            x[i] = saved + h
            ahead = f(x)
            x[i] = saved - h
            behind = f(x)
            x[i] = saved
            slopes[i] = (ahead - behind) / (2 * h)
    return slopes


def gradient(f, x):
    return _slopes(f, x) if x.ndim == 1 else np.array([_slopes(f, row) for row in x])
