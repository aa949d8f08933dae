"""NumPy without a name."""

from numpy import *  # noqa: F403


def gradient(f, x):
    x = asarray(x, dtype=float)  # noqa: F405
    if x.ndim == 2:
        return array([gradient(f, row) for row in x])  # noqa: F405
    return array([(f(x + s) - f(x - s)) / 2e-4 for s in 1e-4 * eye(x.size)])  # noqa: F405
