"""Each component stays where the last step has left it."""

import numpy as np


def _slopes(f, x):
    h = 1e-4
    slopes = np.zeros(x.shape)
    for i, kept in enumerate(x.copy()):
        x[i] = kept + h
        ahead = f(x)
        x[i] = kept - h
        slopes[i] = (ahead - f(x)) / (2 * h)
    return slopes


def gradient(f, x):
    return _slopes(f, x) if x.ndim == 1 else np.array([_slopes(f, row) for row in x])
