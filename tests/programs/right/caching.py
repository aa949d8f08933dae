"""f's values are kept, and a point that was asked about is not asked about again."""

import numpy as np


def _remembering(f):
    known = {}

    def value(x):
        key = x.tobytes()
        if key not in known:
            known[key] = f(x)
        return known[key]

    return value


def gradient(f, x):
    x = np.array(x, dtype=float)
    if x.ndim == 2:
        return np.array([gradient(f, row) for row in x]).reshape(x.shape)
    ask = _remembering(f)
    steps = 1e-4 * np.eye(x.size)
    return np.array([(ask(x + s) - ask(x - s)) / 2e-4 for s in steps])
