"""Returns ten million numbers."""

import numpy as np


def gradient(f, x):
    f(x)
    return np.zeros(10**7)
