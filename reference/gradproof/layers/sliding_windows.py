"""Windows that slide over images, and their adjoint.

An image is (N, C, H, W). A window of ``size`` (FH, FW) is laid on it, padded by zeros
on every side, wherever it fits in steps of ``stride``; a rest at the right and at the
bottom is in no window. There are OH·OW of them, OH = (H + 2·pad − FH) // stride + 1.
``stride`` and ``pad`` are one number, or one for the height and one for the width.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from gradproof.layers.layer import Array, Backward, Layer

Size: TypeAlias = tuple[int, int]

Addition: TypeAlias = Callable[[Array, Array], Array]


def windows(
    x: Array,
    *,
    size: Size,
    stride: int | Size = 1,
    pad: int | Size = 0,
    add: Addition = np.add,
) -> tuple[Array, Backward]:
    """Every window of x (N, C, H, W): (N, C, OH, OW, FH, FW), not to be written to."""
    (down, right), (top, left) = np.broadcast_to(stride, 2), np.broadcast_to(pad, 2)
    padded = np.pad(x, [(0, 0), (0, 0), (top, top), (left, left)])
    every = sliding_window_view(padded, size, axis=(2, 3))

    def backward(dy: Array) -> tuple[Array]:
        return (overlaid(dy, shape=x.shape, stride=stride, pad=pad, add=add)[0],)

    return every[:, :, ::down, ::right], backward


def overlaid(
    y: Array,
    *,
    shape: tuple[int, ...],
    stride: int | Size = 1,
    pad: int | Size = 0,
    add: Addition = np.add,
) -> tuple[Array, Backward]:
    """Windows y (N, C, OH, OW, FH, FW), put back into an image of ``shape``.

    Where windows overlap, they add up: an entry of the image is in all of them.
    """
    (down, right), (top, left) = np.broadcast_to(stride, 2), np.broadcast_to(pad, 2)
    n, c, h, w = shape
    oh, ow, *size = y.shape[2:]
    padded = np.zeros((n, c, h + 2 * top, w + 2 * left), y.dtype)
    for i, j in np.ndindex(*size):
        rows = slice(i, i + down * oh, down)
        columns = slice(j, j + right * ow, right)
        covered = padded[:, :, rows, columns]
        covered[...] = add(covered, y[..., i, j])

    def backward(dx: Array) -> tuple[Array]:
        return (windows(dx, size=(size[0], size[1]), stride=stride, pad=pad)[0],)

    return padded[:, :, top : top + h, left : left + w], backward


def im2col(
    x: Array,
    *,
    size: Size,
    stride: int | Size = 1,
    pad: int | Size = 0,
    windows: Layer = windows,
) -> tuple[Array, Backward]:
    """The windows of x (N, C, H, W) as rows (N·OH·OW, C·FH·FW): the book's."""
    xs, windows_backward = windows(x, size=size, stride=stride, pad=pad)
    rows = xs.transpose(0, 2, 3, 1, 4, 5)

    def backward(dcolumns: Array) -> tuple[Array, ...]:
        drows = dcolumns.reshape(rows.shape)
        return windows_backward(drows.transpose(0, 3, 1, 2, 4, 5))

    return rows.reshape(len(x) * rows.shape[1] * rows.shape[2], -1), backward


def col2im(
    columns: Array,
    *,
    shape: tuple[int, ...],
    size: Size,
    stride: int | Size = 1,
    pad: int | Size = 0,
) -> tuple[Array, Backward]:
    """Rows (N·OH·OW, C·FH·FW), added up to an image of ``shape``: `im2col`'s adjoint.

    Each of the two is the other's derivative rule, as both are linear.
    """
    how: dict[str, Any] = {"size": size, "stride": stride, "pad": pad}
    (image,) = im2col(np.zeros(shape, columns.dtype), **how)[1](columns)

    def backward(dimage: Array) -> tuple[Array]:
        return (im2col(dimage, **how)[0],)

    return image, backward
