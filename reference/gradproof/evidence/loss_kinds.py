"""Losses, of scores and of chances."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof import layers as kit
from gradproof.evidence.layer_settings import (
    Reference,
    Rightly,
    Setting,
    always,
    arrays_of,
    distinct,
    scaled,
)
from gradproof.layers import Layer

Array = np.ndarray[Any, Any]


LOGARITHM_EPSILON = 1e-6
"""The largest ε that is published for log(y + ε): 10e-7, in some copies of the book."""


LABELS = np.array([2, 0, 2])


def softmax_with_loss(seed: int) -> Sequence[Sequence[Setting]]:
    """Scores by row, with labels as indices or as one-hot rows."""
    x = arrays_of(seed, x=(3, 4))
    labels = np.roll(LABELS, seed)
    shares = np.exp(x["x"]) / np.exp(x["x"]).sum(axis=1, keepdims=True)
    off = LOGARITHM_EPSILON * float(np.mean(1 / shares[np.arange(3), labels]))

    def setting(id: str, t: Array) -> Setting:
        layer = functools.partial(kit.softmax_with_loss, t=t)
        right = always(
            Reference("−log softmax(x)[t], the batch's mean", layer, off),
            Reference("−log softmax(x)[t], summed", scaled(layer, 3.0), 3 * off),
        )
        return Setting(id, x, right, {"t": t})

    one_hot = np.eye(4)[labels]
    return [
        [setting("one-hot", one_hot), setting("labels", labels)],
        [setting("one-hot", one_hot)],
        [setting("labels", labels)],
    ]


def time_softmax(seed: int) -> Sequence[Sequence[Setting]]:
    """Scores over time, with labels some of which are to be ignored."""
    t = np.roll(np.array([[1, 3, 0], [3, 1, 2]]), seed)
    x = arrays_of(seed, x=(2, 3, 4))
    off = LOGARITHM_EPSILON * float(np.exp(2) * 4)

    def setting(id: str, t: Array) -> Setting:
        layer = functools.partial(kit.time_softmax_with_loss, t=t)
        steps = np.sum(t != -1) if t.ndim == 2 else t.sum()
        summed = scaled(layer, float(steps))
        per_sample = scaled(layer, float(steps) / 2)
        right = always(
            Reference("−log softmax(x)[t], the steps' mean", layer, off),
            Reference("−log softmax(x)[t], summed", summed, 6 * off),
            Reference("−log softmax(x)[t], a sample", per_sample, 3 * off),
            # Where no label is ignored, −1 is NumPy's name of the last class.
            Reference(
                "−log softmax(x)[t], none ignored",
                functools.partial(kit.time_softmax_with_loss, t=t % 4),
                off,
            ),
        )
        return Setting(id, x, right, {"t": t})

    ignored = t.copy()
    ignored[0, 1] = -1
    labels = setting("labels", t)
    one_hot = setting("one-hot", np.eye(4)[t])
    return [[labels, setting("ignored", ignored)], [labels], [one_hot]]


def sigmoid_with_loss(seed: int) -> Sequence[Sequence[Setting]]:
    """Scores of two classes, flat or as a column."""
    t = np.array([1, 0, 1]) if seed % 2 == 0 else np.array([0, 0, 1])
    flat = arrays_of(seed, x=(3,))
    off = LOGARITHM_EPSILON * (1 + float(np.e)) * 2
    layer = functools.partial(kit.sigmoid_with_loss, t=t)
    right = always(
        Reference("cross entropy of sigmoid(x), the batch's mean", layer, off),
        Reference("cross entropy of sigmoid(x), summed", scaled(layer, 3.0), off * 3),
    )
    column = functools.partial(kit.sigmoid_with_loss, t=t.reshape(3, 1))
    of_column = always(
        Reference("cross entropy of sigmoid(x), the batch's mean", column, off)
    )
    return [
        [Setting("numbers", flat, right, {"t": t})],
        [
            Setting(
                "column",
                {"x": flat["x"].reshape(3, 1)},
                of_column,
                {"t": t.reshape(3, 1)},
            )
        ],
    ]


def _chances(seed: int, *shape: int) -> Array:
    """Different ones, all between 0.2 and 0.8."""
    return 0.5 + 0.3 * distinct(np.random.default_rng(seed), shape)


def _of_chances(formula: str, layer: Layer, y: Array, times: int = 1) -> Rightly:
    """A loss that is a mean or a sum; the ε of its logarithm is open."""
    rows = len(y)
    least = float(np.minimum(y, 1 - y).min())
    off = LOGARITHM_EPSILON / least
    each = Reference(formula, layer, times * y.size * off, off / least)
    factors = {
        "the batch's mean": 1.0,
        "summed": float(rows),
        "the mean of all": rows / y.size,
    }
    return always(
        *(
            replace(
                each,
                name=f"{formula}, {how}",
                layer=scaled(layer, factor),
                slack=each.slack * max(factor, 1.0),
                slope_slack=each.slope_slack * max(factor, 1.0),
            )
            for how, factor in factors.items()
        )
    )


def cross_entropy(seed: int) -> Sequence[Sequence[Setting]]:
    """Chances by row, with labels as indices or as one-hot rows."""
    y = _chances(seed, 3, 4)
    y /= y.sum(axis=1, keepdims=True)
    labels = np.roll(LABELS, seed)

    def setting(id: str, t: Array) -> Setting:
        layer = functools.partial(kit.cross_entropy, t=t)
        return Setting(id, {"x": y}, _of_chances("−log x[t]", layer, y), {"t": t})

    one_hot, by_label = setting("one-hot", np.eye(4)[labels]), setting("labels", labels)
    return [[one_hot, by_label], [one_hot], [by_label]]


BINARY = np.array([[1, 0, 0, 1], [0, 1, 0, 0], [1, 1, 1, 0]])


def binary_cross_entropy(seed: int) -> Sequence[Sequence[Setting]]:
    """Chances of two classes, flat and by row."""

    def setting(id: str, *shape: int) -> list[Setting]:
        t = np.roll(BINARY, seed).ravel()[: int(np.prod(shape))].reshape(shape)
        y = _chances(seed, *shape)
        layer = functools.partial(kit.binary_cross_entropy, t=t)
        right = _of_chances("−(t·log x + (1 − t)·log(1 − x))", layer, y, 2)
        return [Setting(id, {"x": y}, right, {"t": t})]

    return [
        setting("rows", 3, 4),
        setting("column", 3, 1),
        setting("numbers", 3),
    ]


SQUARES = {
    "Σ(y − t)²/N": 1.0,
    "½Σ(y − t)²/N": 0.5,
    "Σ(y − t)², the mean of all": 1 / 4,
    "½Σ(y − t)², the mean of all": 1 / 8,
    "½Σ(y − t)²": 1.5,
    "Σ(y − t)²": 3.0,
}
"""Squared errors as they are published, against the batch's mean, for (3, 4)."""


def mean_squared_error(seed: int) -> Sequence[Sequence[Setting]]:
    """Numbers beside those that they should be, by every published mean."""
    right = always(
        *(
            Reference(name, scaled(kit.mean_squared_error, factor))
            for name, factor in SQUARES.items()
        )
    )
    arrays = arrays_of(seed, x=(3, 4), t=(3, 4))
    return [[Setting("rows", arrays, right, optional=frozenset({"t"}))]]
