"""Steps are added and taken back: x comes home but for the rounding."""

import numpy as np


def _slopes(f, x):
    h = 1e-4
    slopes = np.zeros(len(x))
    for i in range(len(x)):
        x[i] += h
        ahead = f(x)
        x[i] -= 2 * h
        behind = f(x)
        x[i] += h
        slopes[i] = (ahead - behind) / (2 * h)
    return slopes


def gradient(f, x):
    return _slopes(f, x) if x.ndim == 1 else np.array([_slopes(f, row) for row in x])
