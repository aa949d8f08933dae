"""f is called once, with every moved point of every row."""

import numpy as np


def gradient(f, x):
    x = np.asarray(x, dtype=float)
    if x.ndim not in (1, 2):
        raise ValueError("x is a point or an array of points")
    dimension = x.shape[-1]
    steps = 1e-4 * np.concatenate([np.eye(dimension), -np.eye(dimension)])
    points = x.reshape(-1, 1, dimension) + steps
    values = f(points.reshape(-1, dimension)).reshape(-1, 2, dimension)
    return ((values[:, 0] - values[:, 1]) / 2e-4).reshape(x.shape)
