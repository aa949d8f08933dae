"""Recurrent cells: one step of N sequences; and whole sequences of T steps.

A cell takes x (N, D), the state before, (N, H) each, and its parameters. Where there
are several gates, their blocks of H columns stand side by side in w and b.
"""

from __future__ import annotations

import numpy as np

from gradproof.layers.activations import sigmoid, tanh
from gradproof.layers.axes import over_time
from gradproof.layers.layer import Array, Backward, Layer


def recurrence(
    x: Array, h: Array, wx: Array, wh: Array, b: Array
) -> tuple[Array, Backward]:
    """x·wx + h·wh + b, for wx (D, M), wh (H, M) and b (M,)."""

    def backward(dy: Array) -> tuple[Array, ...]:
        return dy @ wx.T, dy @ wh.T, x.T @ dy, h.T @ dy, dy.sum(axis=0)

    return x @ wx + h @ wh + b, backward


def rnn(
    x: Array,
    h: Array,
    wx: Array,
    wh: Array,
    b: Array,
    *,
    recurrence: Layer = recurrence,
) -> tuple[Array, Backward]:
    """tanh(x·wx + h·wh + b): Elman's cell; the value is the next h."""
    a, recurrence_backward = recurrence(x, h, wx, wh, b)
    y, tanh_backward = tanh(a)

    def backward(dy: Array) -> tuple[Array, ...]:
        return recurrence_backward(*tanh_backward(dy))

    return y, backward


def lstm(
    x: Array,
    h: Array,
    c: Array,
    wx: Array,
    wh: Array,
    b: Array,
    *,
    gates: str = "fgio",
    recurrence: Layer = recurrence,
) -> tuple[tuple[Array, Array], Backward]:
    """The next h and c: c' = f·c + g·i and h' = o·tanh(c').

    f, i and o are sigmoids and g is a tanh, of their blocks of x·wx + h·wh + b, and
    ``gates`` is the order of these, by default that of the book's second volume.
    Gers et al. 2000, Neural Computation 12(10).
    """
    a, recurrence_backward = recurrence(x, h, wx, wh, b)
    blocks = dict(zip(gates, np.split(a, 4, axis=1), strict=True))
    f, f_backward = sigmoid(blocks["f"])
    g, g_backward = tanh(blocks["g"])
    i, i_backward = sigmoid(blocks["i"])
    o, o_backward = sigmoid(blocks["o"])
    c_next = f * c + g * i
    y, tanh_backward = tanh(c_next)

    def backward(dh: Array, dc: Array) -> tuple[Array, ...]:
        (through_h,) = tanh_backward(dh * o)
        dc = dc + through_h
        dblocks = {
            "f": f_backward(dc * c),
            "g": g_backward(dc * i),
            "i": i_backward(dc * g),
            "o": o_backward(dh * y),
        }
        da = np.concatenate([dblocks[gate][0] for gate in gates], axis=1)
        dx, dh_before, *dparameters = recurrence_backward(da)
        return dx, dh_before, dc * f, *dparameters

    return (o * y, c_next), backward


def gru(
    x: Array,
    h: Array,
    wx: Array,
    wh: Array,
    b: Array,
    *,
    recurrence: Layer = recurrence,
) -> tuple[Array, Backward]:
    """The next h, (1 − z)·h + z·n, with n = tanh(x·wxₙ + (r·h)·whₙ + bₙ).

    The gates z and r are sigmoids of theirs; the blocks stand in the order z, r, n.
    Cho et al. 2014, arXiv:1406.1078, with z and 1 − z swapped as in the second volume.
    """
    gates, new = np.s_[..., : 2 * h.shape[1]], np.s_[..., 2 * h.shape[1] :]
    a, a_backward = recurrence(x, h, wx[gates], wh[gates], b[gates])
    (z, z_backward), (r, r_backward) = map(sigmoid, np.split(a, 2, axis=1))
    p, p_backward = recurrence(x, r * h, wx[new], wh[new], b[new])
    n, n_backward = tanh(p)

    def backward(dy: Array) -> tuple[Array, ...]:
        dx_new, drh, *dnew = p_backward(*n_backward(dy * z))
        da = [*z_backward(dy * (n - h)), *r_backward(drh * h)]
        dx, dh, *dgates = a_backward(np.concatenate(da, axis=1))
        dparameters = zip(dgates, dnew, strict=True)
        return (
            dx + dx_new,
            dh + drh * r + dy * (1 - z),
            *(np.concatenate(both, axis=-1) for both in dparameters),
        )

    return (1 - z) * h + z * n, backward


def time_rnn(
    xs: Array, h: Array, wx: Array, wh: Array, b: Array, *, cell: Layer = rnn
) -> tuple[tuple[Array, Array], Backward]:
    """`rnn` along xs (N, T, D): its outputs (N, T, H), and the last h."""
    return over_time(cell, states=1)(xs, h, wx, wh, b)


def time_gru(
    xs: Array, h: Array, wx: Array, wh: Array, b: Array, *, cell: Layer = gru
) -> tuple[tuple[Array, Array], Backward]:
    """`gru` along xs (N, T, D): its outputs (N, T, H), and the last h."""
    return over_time(cell, states=1)(xs, h, wx, wh, b)


def time_lstm(
    xs: Array, h: Array, c: Array, wx: Array, wh: Array, b: Array, *, cell: Layer = lstm
) -> tuple[tuple[Array, Array, Array], Backward]:
    """`lstm` along xs (N, T, D): its outputs (N, T, H), and the last h and c."""
    return over_time(cell, states=2)(xs, h, c, wx, wh, b)
