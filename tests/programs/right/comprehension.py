"""One expression, with the rows of the unit matrix for directions."""

import numpy as np


def gradient(f, x, h=1e-4):
    rows = [
        [(f(p + e) - f(p - e)) / (2 * h) for e in h * np.eye(p.size)]
        for p in np.atleast_2d(x)
    ]
    return np.array(rows).reshape(x.shape)
