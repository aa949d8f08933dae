"""One scalar of the whole array, its entries numbered in one row."""

import numpy as np


def gradient(f, x):
    h = 1e-4
    grad = np.zeros(x.shape)
    for i in range(x.size):
        saved = x.flat[i]
        x.flat[i] = saved + h
        grad.flat[i] = f(x)
        x.flat[i] = saved - h
        grad.flat[i] -= f(x)
        x.flat[i] = saved
    return grad / (2 * h)
