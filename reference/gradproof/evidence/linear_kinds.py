"""Affine layers, products of matrices, embeddings."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from gradproof import layers as kit
from gradproof.evidence.layer_settings import (
    Reference,
    Setting,
    adapted,
    always,
    arrays_of,
)
from gradproof.layers import Layer

Array = np.ndarray[Any, Any]


def _turned(layer: Layer) -> Layer:
    """Of weights that lie the other way."""
    return adapted(
        layer,
        lambda x, w, *b: (x, w.T, *b),
        lambda dx, dw, *db: (dx, dw.T, *db),
    )


def affine(seed: int) -> Sequence[Sequence[Setting]]:
    """Rows; the weights may lie the other way, the bias be a row or not be there."""
    right = always(Reference("x·W + b", kit.affine))
    turned = always(Reference("x·Wᵀ + b", _turned(kit.affine)))
    row = always(
        Reference(
            "x·W + b",
            adapted(
                kit.affine,
                lambda x, w, b: (x, w, b[0]),
                lambda dx, dw, db: (dx, dw, db.reshape(1, -1)),
            ),
        )
    )
    rows = Setting("rows", arrays_of(seed, x=(3, 4), W=(4, 5), b=(5,)), right)
    square = Setting("square", arrays_of(seed, x=(3, 4), W=(4, 4), b=(4,)), right)
    other = Setting("rows", arrays_of(seed, x=(3, 4), W=(5, 4), b=(5,)), turned)
    as_row = Setting("rows", arrays_of(seed, x=(3, 4), W=(4, 5), b=(1, 5)), row)
    alone = always(Reference("x·W", kit.matmul))
    without = Setting("rows", arrays_of(seed, x=(3, 4), W=(4, 5)), alone)
    return [[rows, square], [other], [as_row], [without]]


def matmul(seed: int) -> Sequence[Sequence[Setting]]:
    """Rows, with weights that are square and others."""
    right = always(Reference("x·W", kit.matmul))
    rows = Setting("rows", arrays_of(seed, x=(3, 4), W=(4, 5)), right)
    square = Setting("square", arrays_of(seed, x=(3, 4), W=(4, 4)), right)
    return [[rows, square]]


def affine_over_time(seed: int) -> Sequence[Sequence[Setting]]:
    """Sequences, for an affine layer that is made for them."""
    arrays = arrays_of(seed, x=(2, 3, 4), W=(4, 5), b=(5,))
    right = always(Reference("x·W + b at each step", kit.time_affine))
    return [[Setting("sequences", arrays, right)]]


def matmul_over_time(seed: int) -> Sequence[Sequence[Setting]]:
    """Sequences, for a product that is made for them."""
    arrays = arrays_of(seed, x=(2, 3, 4), W=(4, 5))
    right = always(Reference("x·W at each step", kit.over_rows(kit.matmul)))
    return [[Setting("sequences", arrays, right)]]


IDS = np.array([[1, 1, 0], [1, 1, 4]])
"""One is there again in a row and in a column, however they are rolled: a step of a
sequence has an id of several samples, and a sample has one at several steps."""


def embedding(seed: int) -> Sequence[Sequence[Setting]]:
    """Indices, in a row or in rows, some of them repeated."""

    def setting(ids: Array, of: str) -> Setting:
        layer = functools.partial(kit.embedding, ids=ids)
        right = always(Reference("W[ids]", layer))
        return Setting(of, arrays_of(seed, W=(5, 3)), right, {"ids": ids})

    ids = np.roll(IDS, seed)
    return [[setting(ids[0], "ids")], [setting(ids, "ids")]]


def time_embedding(seed: int) -> Sequence[Sequence[Setting]]:
    """Sequences of indices."""
    ids = np.roll(IDS, seed)
    layer = functools.partial(kit.embedding, ids=ids)
    right = always(Reference("W[ids]", layer))
    return [[Setting("ids", arrays_of(seed, W=(5, 3)), right, {"ids": ids})]]
