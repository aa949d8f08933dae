"""Layers of single numbers, and softmax."""

from __future__ import annotations

import numpy as np

from gradproof.layers.layer import Array, Backward


def relu(x: Array) -> tuple[Array, Backward]:
    """max(x, 0); at 0, where it has no derivative, that of the left side is taken."""
    passes = x > 0

    def backward(dy: Array) -> tuple[Array]:
        return (np.where(passes, dy, 0),)

    return np.where(passes, x, 0), backward


def sigmoid(x: Array) -> tuple[Array, Backward]:
    """1 / (1 + e⁻ˣ)."""
    small = np.exp(-np.abs(x))  # an exponential of a positive number may overflow
    y = np.where(x >= 0, 1, small) / (1 + small)

    def backward(dy: Array) -> tuple[Array]:
        return (dy * y * (1 - y),)

    return y, backward


def tanh(x: Array) -> tuple[Array, Backward]:
    """tanh x."""
    y = np.tanh(x)

    def backward(dy: Array) -> tuple[Array]:
        return (dy * (1 - y * y),)

    return y, backward


def softmax(x: Array, *, axis: int | None = -1) -> tuple[Array, Backward]:
    """eˣ divided by its sum along an axis: by default, each row's own.

    The largest x is subtracted first: that changes nothing, and nothing overflows.
    """
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    y = e / e.sum(axis=axis, keepdims=True)

    def backward(dy: Array) -> tuple[Array]:
        return (y * (dy - (dy * y).sum(axis=axis, keepdims=True)),)

    return y, backward


def log_softmax(x: Array, *, axis: int | None = -1) -> tuple[Array, Backward]:
    """The logarithm of `softmax`, finite even where that is too small for a number."""
    shifted = x - x.max(axis=axis, keepdims=True)
    y = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))

    def backward(dy: Array) -> tuple[Array]:
        return (dy - np.exp(y) * dy.sum(axis=axis, keepdims=True),)

    return y, backward


def dropout(x: Array, *, mask: Array, scale: float = 1.0) -> tuple[Array, Backward]:
    """x·mask·scale, the mask given (Srivastava et al. 2014, JMLR 15).

    ``mask`` is 1 where x is kept, which has the probability p = 1 − ratio, and 0
    where it is dropped. The book does not scale at training and takes p for ``scale``
    at test, with a mask of ones; inverted dropout takes 1/p at training and
    nothing at test.
    """

    def backward(dy: Array) -> tuple[Array]:
        return (dy * mask * scale,)

    return x * mask * scale, backward
