"""Losses: one number for a batch of N samples, the mean of theirs."""

from __future__ import annotations

import numpy as np

from gradproof.layers.activations import log_softmax, sigmoid
from gradproof.layers.layer import Array, Backward, Layer


def cross_entropy(
    y: Array, *, t: Array, epsilon: float = 0.0
) -> tuple[Array, Backward]:
    """−log(y + ε) at the true class, for probabilities y (N, C) and t as `one_hot` has.

    The book's ε of 1e-7 keeps the logarithm of 0 away, and changes the value by at most
    ε/y.
    """
    target = one_hot(t, y)

    def backward(dloss: Array) -> tuple[Array]:
        return (-dloss * target / (y + epsilon) / len(y),)

    return -_sample_mean(target * np.log(y + epsilon)), backward


def binary_cross_entropy(
    y: Array, *, t: Array, epsilon: float = 0.0
) -> tuple[Array, Backward]:
    """The mean over the samples of −Σ(t·log(y + ε) + (1 − t)·log(1 − y + ε)).

    y are probabilities (N, …), and t, of the same shape, is 0 or 1.
    """
    target = t.astype(y.dtype)
    each = target * np.log(y + epsilon) + (1 - target) * np.log(1 - y + epsilon)

    def backward(dloss: Array) -> tuple[Array]:
        slope = (1 - target) / (1 - y + epsilon) - target / (y + epsilon)
        return (dloss * slope / len(y),)

    return -_sample_mean(each), backward


def softmax_with_loss(
    x: Array, *, t: Array, log_softmax: Layer = log_softmax
) -> tuple[Array, Backward]:
    """The cross entropy of y, the softmax of x (N, C), and t, had as by `one_hot`.

    The rows of t sum to 1, so the derivative by x is (y − t) / N.
    """
    target = one_hot(t, x)
    log_y, log_softmax_backward = log_softmax(x)

    def backward(dloss: Array) -> tuple[Array, ...]:
        return log_softmax_backward(-dloss * target / len(x))

    return -_sample_mean(target * log_y), backward


def time_softmax_with_loss(
    xs: Array, *, t: Array, ignore: int = -1, loss: Layer = softmax_with_loss
) -> tuple[Array, Backward]:
    """`softmax_with_loss` over the steps of xs (N, T, C) that have a label.

    t is (N, T), with ``ignore`` for no label, or one-hot (N, T, C), with a row of
    zeros for it. At least one step must have a label.
    """
    counts = t != ignore if t.ndim < xs.ndim else t.any(axis=-1)
    value, counted_backward = loss(xs[counts], t=t[counts])

    def backward(dloss: Array) -> tuple[Array]:
        dxs = np.zeros_like(xs)
        (dxs[counts],) = counted_backward(dloss)
        return (dxs,)

    return value, backward


def sigmoid_with_loss(x: Array, *, t: Array) -> tuple[Array, Backward]:
    """The mean over the samples of −Σ(t·log y + (1 − t)·log(1 − y)), y = sigmoid(x).

    x and t are (N, …), and t is 0 or 1. −log y is log(1 + e⁻ˣ), and −log(1 − y) is x
    more. The derivative by x is (y − t) / N.
    """
    target = t.astype(x.dtype)
    each = np.where(x > 0, x, 0) - x * target + np.log1p(np.exp(-np.abs(x)))

    def backward(dloss: Array) -> tuple[Array]:
        return (dloss * (sigmoid(x)[0] - target) / len(x),)

    return _sample_mean(each), backward


def mean_squared_error(y: Array, t: Array) -> tuple[Array, Backward]:
    """The mean over the samples of Σ(y − t)², for y and t (N, …)."""
    off = y - t

    def backward(dloss: Array) -> tuple[Array, Array]:
        dy = dloss * 2 * off / len(y)
        return dy, -dy

    return _sample_mean(off**2), backward


def sum_squared_error(y: Array, t: Array) -> tuple[Array, Backward]:
    """½Σ(y − t)² over the whole batch: chapter 4's, which is no mean."""
    off = y - t

    def backward(dloss: Array) -> tuple[Array, Array]:
        return dloss * off, -dloss * off

    return (off**2 / 2).sum(), backward


def one_hot(t: Array, like: Array) -> Array:
    """Labels (N,) as rows (N, C) with a 1 at each, of the type of ``like`` (N, C).

    Rows (N, C), of probabilities that sum to 1, stay what they are.
    """
    if t.ndim == like.ndim:
        return np.asarray(t, like.dtype)
    rows = np.zeros_like(like)
    rows[np.arange(len(t)), t] = 1
    return rows


def _sample_mean(each: Array) -> Array:
    """Mean over the samples of the sums of their entries, (N, …)."""
    total: Array = each.reshape(len(each), -1).sum(axis=1).mean()
    return total
