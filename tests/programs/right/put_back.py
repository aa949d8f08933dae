"""In place, and put back whatever happens."""

import numpy as np


def _slope(f, x, i, h=1e-4):
    saved = x[i]
    try:
        x[i] = saved + h
        ahead = f(x)
        x[i] = saved - h
        return (ahead - f(x)) / (2 * h)
    finally:
        x[i] = saved


def gradient(f, x):
    if x.dtype.kind != "f" or x.dtype.itemsize < 8:
        x = x.astype(float)
    if x.ndim == 1:
        return np.array([_slope(f, x, i) for i in range(x.size)])
    if x.ndim != 2:
        raise ValueError("x is a point or an array of points")
    return np.array([[_slope(f, row, i) for i in range(row.size)] for row in x])
