"""Layers of images: what they make of each window."""

from __future__ import annotations

import numpy as np

from gradproof.layers.layer import Array, Backward, Layer
from gradproof.layers.sliding_windows import Size, windows


def convolution(
    x: Array,
    w: Array,
    b: Array,
    *,
    stride: int | Size = 1,
    pad: int | Size = 0,
    windows: Layer = windows,
) -> tuple[Array, Backward]:
    """Σ w·window + b, the filter not turned; the value is (N, K, OH, OW).

    x is (N, C, H, W), the K filters w are (K, C, FH, FW), and b is (K,).
    `gradproof.layers.sliding_windows` says where the windows stand.
    """
    size = w.shape[2:]
    xs, windows_backward = windows(x, size=size, stride=stride, pad=pad)
    y = np.tensordot(xs, w, axes=((1, 4, 5), (1, 2, 3))) + b  # N, OH, OW, K

    def backward(dy: Array) -> tuple[Array, Array, Array]:
        dxs = np.tensordot(dy, w, axes=(1, 0))  # N, OH, OW, C, FH, FW
        (dx,) = windows_backward(np.moveaxis(dxs, 3, 1))
        dw = np.tensordot(dy, xs, axes=((0, 2, 3), (0, 2, 3)))
        return dx, dw, dy.sum(axis=(0, 2, 3))

    return np.moveaxis(y, 3, 1), backward


def max_pooling(
    x: Array,
    *,
    size: Size,
    stride: int | Size = 1,
    pad: int | Size = 0,
    windows: Layer = windows,
) -> tuple[Array, Backward]:
    """The largest entry of each window of x (N, C, H, W), which are (N, C, OH, OW).

    Of several largest, the first in row-major order is the one that moves. Padding is
    by zeros, as in the book: it is among what is compared.
    """
    xs, windows_backward = windows(x, size=size, stride=stride, pad=pad)
    flat = xs.reshape(*xs.shape[:4], -1)
    largest = flat.argmax(axis=-1)[..., np.newaxis]

    def backward(dy: Array) -> tuple[Array, ...]:
        dflat = np.zeros(flat.shape, dy.dtype)
        np.put_along_axis(dflat, largest, dy[..., np.newaxis], axis=-1)
        return windows_backward(dflat.reshape(xs.shape))

    return np.take_along_axis(flat, largest, axis=-1)[..., 0], backward


def average_pooling(
    x: Array,
    *,
    size: Size,
    stride: int | Size = 1,
    pad: int | Size = 0,
    windows: Layer = windows,
) -> tuple[Array, Backward]:
    """The mean of each window of x (N, C, H, W), (N, C, OH, OW), padding included."""
    xs, windows_backward = windows(x, size=size, stride=stride, pad=pad)

    def backward(dy: Array) -> tuple[Array, ...]:
        each = dy[..., np.newaxis, np.newaxis] / (size[0] * size[1])
        return windows_backward(np.broadcast_to(each, xs.shape))

    return xs.mean(axis=(4, 5)), backward
