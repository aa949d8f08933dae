"""A batch is its first row and the rest, down to single points."""

import numpy as np


def _from(f, x, i):
    if i == x.size:
        return []
    h = np.zeros(x.size)
    h[i] = 1e-4
    return [(f(x + h) - f(x - h)) / 2e-4, *_from(f, x, i + 1)]


def gradient(f, x):
    x = np.asarray(x, dtype=float)
    if x.ndim == 1:
        return np.array(_from(f, x, 0))
    if len(x) == 1:
        return gradient(f, x[0])[None]
    return np.concatenate([gradient(f, x[:1]), gradient(f, x[1:])])
