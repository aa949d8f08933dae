"""One point only; a batch ends in an exception."""

import numpy as np


def gradient(f, x):
    h = 1e-4
    slopes = np.zeros_like(x)
    for i in range(x.size):
        kept = x[i]
        x[i] = kept + h
        ahead = f(x)
        x[i] = kept - h
        behind = f(x)
        slopes[i] = (ahead - behind) / (2 * h)
        x[i] = kept
    return slopes
