"""Returns the largest, the smallest and what is no number."""

import numpy as np

EXTREMES = np.array([1.7e308, -1.7e308, 5e-324, np.inf, -np.inf, np.nan, -0.0, 1e155])


def gradient(f, x):
    f(x * 1e200)
    return np.resize(EXTREMES, np.shape(x))
