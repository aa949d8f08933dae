"""Numbers of every size: what a function is far from 0, where some are others."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.evidence.layer_settings import Kind, Reference, Setting
from gradproof.numerics.magnitudes import largest
from gradproof.ports.trials import Description

Array = np.ndarray[Any, Any]

SIZES = (8.0, 100.0)
"""How large they are at most: beside a larger one an exponential of 8 is not seen."""

GUARDED = float(np.finfo(np.float32).eps)
"""What keeps an exponential from overflowing may cut off, of the largest number.

In single precision that is not seen; a corner that is forgotten shows by far more.
"""

SMALLEST = 0.5

MOST = 1000
"""Entries of an array that somebody gave: differences are of each of them."""


def inputs(
    said: Description, kind: Kind | None, fed: Sequence[str], setting: Setting
) -> list[str]:
    """The roles of what may be of any size; none where that is not known.

    A loss beside labels may add to the chance in its logarithm, or cut it off, and have
    the gradient of the loss without that: it is so published.
    """
    arrays = [role for role in fed if role in setting.arrays]
    if said.instance:
        return arrays if len(fed) == len(arrays) == 1 and _open(setting) else []
    if kind is None:
        return arrays
    return [] if "t" in setting.fed else [r for r in kind.inputs if r in arrays]


def _open(setting: Setting) -> bool:
    """Whether all that was given has numbers of both signs, and is not too much."""
    arrays = [np.asarray(array) for array in setting.fed.values()]
    return all(a.size <= MOST and a.min() < 0 < a.max() for a in arrays if a.size)


def wider(setting: Setting, roles: Sequence[str]) -> Iterator[Setting]:
    """The setting with these arrays of large and of small numbers, of both signs."""
    shapes = [np.shape(setting.arrays[role]) for role in roles]
    cuts = np.cumsum([int(np.prod(shape)) for shape in shapes])
    for size in SIZES:
        parts = np.split(_scattered(int(cuts[-1]), size), cuts[:-1])
        wide = {
            role: part.reshape(shape)
            for role, part, shape in zip(roles, parts, shapes, strict=True)
        }
        arrays, id = {**setting.arrays, **wide}, f"{setting.id}, ±{size:g}"
        yield replace(setting, id=id, arrays=arrays)


def _scattered(count: int, size: float) -> Array:
    """So many numbers in equal ratios, every second negative, in any order.

    They keep away from whole numbers and halves, where many a function has a corner.
    """
    numbers = np.geomspace(size, SMALLEST, count)
    halves = np.floor(2 * numbers * (1 - np.finfo(float).eps)) / 2
    apart = halves + 0.05 + 0.8 * (numbers - halves)
    apart[1::2] *= -1
    return np.random.default_rng(31).permutation(apart)


def loosely(setting: Setting) -> Setting:
    """The setting, in which forward may be off by what a guard cuts off."""

    def right(observed: Array, arrays: Mapping[str, Array]) -> Sequence[Reference]:
        slack = GUARDED * largest(observed)
        every = setting.references(observed, arrays)
        return [replace(r, slack=r.slack + slack) for r in every]

    return replace(setting, references=right)


NEAR_ZERO = (2.0**-10, 2.0**-13, 2.0**-16)
"""Ever nearer to 0, and far from what a logarithm is kept away from 0 by."""


def near_zero(setting: Setting, role: str) -> list[Setting]:
    """The setting with all numbers of an array ever nearer to 0."""
    shape = np.shape(setting.arrays[role])
    return [
        replace(setting, arrays={**setting.arrays, role: np.full(shape, near)})
        for near in NEAR_ZERO
    ]


def has_pole(values: Sequence[Array]) -> bool:
    """Whether what is made of numbers `near_zero` goes on as a logarithm does.

    Its steps are equal. Those of what has a slope at 0 become 8 times as small, those
    of a root √8 times.
    """
    first, second = (
        largest(after - before) for before, after in itertools.pairwise(values)
    )
    return second > first / 4 > 0


def between(settings: Sequence[Setting], fed: Sequence[str]) -> Mapping[str, float]:
    """The least and the largest number that a layer was fed, to four digits."""
    arrays = [s.arrays[role] for s in settings for role in fed if role in s.arrays]
    known = [np.asarray(array) for array in arrays if np.size(array)]
    if not known:
        return {}
    low, high = min(a.min() for a in known), max(a.max() for a in known)
    return {"low": float(f"{low:.4g}"), "high": float(f"{high:.4g}")}
