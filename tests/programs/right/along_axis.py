"""NumPy carries a routine for one point along the last axis."""

import numpy as np


def gradient(f, x):
    def at(point):
        steps = 1e-4 * np.eye(point.size)
        return np.array([f(point + s) - f(point - s) for s in steps]) / 2e-4

    return np.apply_along_axis(at, -1, x)
