"""Nodes and weights as arrays, put together by a product of matrices."""

import numpy as np


def _at(f, x):
    h = 2.0**-13
    nodes = x + h * np.concatenate([np.eye(x.size), -np.eye(x.size)])
    weights = np.concatenate([np.eye(x.size), -np.eye(x.size)], axis=1) / (2 * h)
    return weights @ [f(node) for node in nodes]


def gradient(f, x):
    x = np.array(x, dtype=float)
    return _at(f, x) if x.ndim == 1 else np.array([_at(f, row) for row in x])
