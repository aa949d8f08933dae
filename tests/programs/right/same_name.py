"""The loop takes the array's name for its rows, which is right all the same."""

import numpy as np


def _slopes(f, x):
    steps = 1e-4 * np.eye(x.size)
    return np.array([(f(x + s) - f(x - s)) / 2e-4 for s in steps])


def gradient(f, x):
    if x.ndim == 1:
        return _slopes(f, x)
    slopes = np.zeros_like(x)
    for idx, x in enumerate(x):  # noqa: B020
        slopes[idx] = _slopes(f, x)
    return slopes
