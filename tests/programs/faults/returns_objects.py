"""Returns objects."""

import numpy as np


def gradient(f, x):
    f(x)
    return np.array([object() for _ in x])
