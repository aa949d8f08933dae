"""col2im beside im2col: what overlaps is assigned."""

from right import im2col
import numpy as np


def col2im(col, shape, fh, fw, stride=1, pad=0):
    n, c, h, w = shape
    oh, ow = (h + 2 * pad - fh) // stride + 1, (w + 2 * pad - fw) // stride + 1
    col = col.reshape(n, oh, ow, c, fh, fw).transpose(0, 3, 4, 5, 1, 2)
    x = np.zeros((n, c, h + 2 * pad, w + 2 * pad))
    for i in range(fh):
        rows = slice(i, i + stride * oh, stride)
        for j in range(fw):
            x[:, :, rows, j : j + stride * ow : stride] = col[:, :, i, j]
    return x[:, :, pad : h + pad, pad : w + pad]


def softmax(x):
    e = np.exp(x)
    return e / e.sum(axis=-1, keepdims=True)


def cross_entropy_error(y, t):
    return -np.log(y[np.arange(len(y)), t]).mean()
