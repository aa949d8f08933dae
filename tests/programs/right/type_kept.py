"""Works in double precision, and returns the floats that it was given."""

import numpy as np


def gradient(f, x):
    given = np.asarray(x)
    if given.dtype.kind != "f":
        raise TypeError("x must be of floats")
    if given.ndim not in (1, 2):
        raise ValueError("x is a point or an array of points")
    x = given.astype(float)
    slopes = np.empty(x.shape)
    for place in np.ndindex(x.shape):
        point = x[place[:-1]].copy()
        point[place[-1]] = x[place] + 1e-4
        ahead = f(point.copy())
        point[place[-1]] = x[place] - 1e-4
        slopes[place] = (ahead - f(point)) / 2e-4
    return slopes.astype(given.dtype)
