"""Functions with a slip each."""

import numpy as np


def softmax(x):
    e = np.exp(x - np.max(x))
    return e / np.sum(e)


def sigmoid(x):
    return np.tanh(x)


def sigmoid_grad(x):
    y = 1 / (1 + np.exp(-x))
    return y * y


def relu(x):
    return np.maximum(1, x)


def relu_grad(x):
    grad = np.zeros(x)
    grad[x >= 0] = 1
    return grad


def cross_entropy_error(y, t):
    if t.ndim == y.ndim:
        t = t.argmax(axis=1)
    return -np.sum(np.log(y[np.arange(len(y)), t] + 1e-7))


def mean_squared_error(y, t):
    return np.sum(y - t) ** 2


def im2col(x, fh, fw, stride=1, pad=0):
    n, c, h, w = x.shape
    oh, ow = h + 2 * pad - fh + 1, w + 2 * pad - fw + 1
    x = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    col = np.zeros((n, c, fh, fw, oh, ow))
    for i in range(fh):
        for j in range(fw):
            col[:, :, i, j] = x[:, :, i : i + oh, j : j + ow]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(n * oh * ow, -1)
