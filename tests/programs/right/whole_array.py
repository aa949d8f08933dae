"""One scalar of the whole array, as for a loss of a weight matrix."""

import numpy as np


def gradient(f, x):
    h = 1e-4
    slopes = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        kept = x[index]
        x[index] = kept + h
        ahead = f(x)
        x[index] = kept - h
        behind = f(x)
        slopes[index] = (ahead - behind) / (2 * h)
        x[index] = kept
    return slopes
