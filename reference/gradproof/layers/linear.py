"""Layers that are linear in their weights, and in their input where they take one."""

from __future__ import annotations

import numpy as np

from gradproof.layers.axes import over_rows
from gradproof.layers.layer import Array, Backward, Layer


def matmul(x: Array, w: Array) -> tuple[Array, Backward]:
    """x·w, for x (N, D) and w (D, H)."""

    def backward(dy: Array) -> tuple[Array, Array]:
        return dy @ w.T, x.T @ dy

    return x @ w, backward


def affine(x: Array, w: Array, b: Array) -> tuple[Array, Backward]:
    """x·w + b, for N samples x of any shape with D entries, w (D, H) and b (H,)."""
    rows = x.reshape(len(x), -1)

    def backward(dy: Array) -> tuple[Array, Array, Array]:
        return (dy @ w.T).reshape(x.shape), rows.T @ dy, dy.sum(axis=0)

    return rows @ w + b, backward


def time_affine(
    xs: Array, w: Array, b: Array, *, affine: Layer = affine
) -> tuple[Array, Backward]:
    """x·w + b at each of T steps, for xs (N, T, D); the value is (N, T, H)."""
    return over_rows(affine)(xs, w, b)


def embedding(w: Array, *, ids: Array) -> tuple[Array, Backward]:
    """The rows of w (V, D) that ids (…) name, (…, D): their one-hot rows, times w.

    What one row of w has put out at several places comes back from all of them.
    """

    def backward(dy: Array) -> tuple[Array]:
        dw = np.zeros_like(w)
        np.add.at(dw, ids, dy)
        return (dw,)

    return w[ids], backward
