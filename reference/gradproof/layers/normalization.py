"""Batch normalization (Ioffe and Szegedy 2015, arXiv:1502.03167, algorithms 1 and 2).

It is made of two layers, each of which gives back what it took away: `centred` takes
away the mean, and `scaled` the size. These are for rows x (N, D);
`gradproof.layers.over_channels` has images (N, C, H, W) normalized by channel.
"""

from __future__ import annotations

import numpy as np

from gradproof.layers.layer import Array, Backward, Layer


def centred(x: Array) -> tuple[Array, Backward]:
    """x − mean, by column."""

    def backward(dy: Array) -> tuple[Array]:
        return (dy - dy.mean(axis=0),)

    return x - x.mean(axis=0), backward


def scaled(
    x: Array, *, epsilon: float = 1e-7, outside: float = 0.0
) -> tuple[Array, Backward]:
    """x / s, by column, with s = √(mean of x² + ε): the deviation of a centred x.

    ``outside`` is added to the root, as in s = √(mean of x²) + ε.
    From ∂s/∂xₙ = xₙ / (N·root) follows the second term of the derivative.
    """
    root = np.sqrt((x * x).mean(axis=0) + epsilon)
    s = root + outside
    y = x / s

    def backward(dy: Array) -> tuple[Array]:
        return (dy / s - y * (dy * y).mean(axis=0) / root,)

    return y, backward


def batch_normalization(
    x: Array,
    gamma: Array,
    beta: Array,
    *,
    centred: Layer = centred,
    scaled: Layer = scaled,
    **epsilon: float,
) -> tuple[Array, Backward]:
    """γ·(x − mean)/s + β, by column of x (N, D), at training; γ and β are (D,).

    ``epsilon`` and ``outside`` are those of `scaled`.
    """
    xc, centred_backward = centred(x)
    xn, scaled_backward = scaled(xc, **epsilon)

    def backward(dy: Array) -> tuple[Array, Array, Array]:
        (dxc,) = scaled_backward(dy * gamma)
        (dx,) = centred_backward(dxc)
        return dx, (dy * xn).sum(axis=0), dy.sum(axis=0)

    return gamma * xn + beta, backward


def batch_normalization_at_test(
    x: Array,
    gamma: Array,
    beta: Array,
    *,
    mean: Array,
    variance: Array,
    epsilon: float = 1e-7,
    outside: float = 0.0,
) -> tuple[Array, Backward]:
    """γ·(x − mean)/s + β with the mean and the variance (D,) that training left."""
    s = np.sqrt(variance + epsilon) + outside
    xn = (x - mean) / s

    def backward(dy: Array) -> tuple[Array, Array, Array]:
        return dy * gamma / s, (dy * xn).sum(axis=0), dy.sum(axis=0)

    return gamma * xn + beta, backward


def running_statistics(
    mean: Array,
    variance: Array,
    x: Array,
    *,
    momentum: float = 0.9,
    unbiased: bool = False,
) -> tuple[Array, Array]:
    """The running mean and variance (D,) after the batch x (N, D).

    ``momentum`` is the old ones' part. ``unbiased``: the variance of the batch is
    Σ(x − mean)²/(N − 1), as in the paper; the book divides by N.
    """
    batch = x.var(axis=0, ddof=int(unbiased))
    return (
        momentum * mean + (1 - momentum) * x.mean(axis=0),
        momentum * variance + (1 - momentum) * batch,
    )
