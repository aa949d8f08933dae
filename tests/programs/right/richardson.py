"""Two central differences of halved step, put together to fourth order."""

import numpy as np


def _central(f, x, step):
    return (f(x + step) - f(x - step)) / (2 * np.max(step))


def gradient(f, x):
    x = np.array(x, dtype=float)
    if x.ndim == 2:
        return np.array([gradient(f, row) for row in x])
    steps = 1e-3 * np.eye(x.size)
    return np.array(
        [(4 * _central(f, x, s / 2) - _central(f, x, s)) / 3 for s in steps]
    )
