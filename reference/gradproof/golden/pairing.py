"""Which arrows of two versions are the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gradproof.golden.written import RESOLUTION, close

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Manner = Literal["same-points", "reordered", "moved", "by-points"]


@dataclass(frozen=True)
class Pairing:
    """The numbers of arrows before, and of the same ones after.

    All are paired unless it is ``by-points``: then some stand at points that the
    other version has not. They ``moved`` if the numbers say more than the points.
    """

    before: Indices
    after: Indices
    manner: Manner


def pair(a: Floats, b: Floats) -> Pairing:
    """Pair arrows, which are rows of x, y, u and v: (N, 4) and (M, 4).

    By number if their points are the same, else by their points, if these say more.
    """
    everyone = np.arange(len(a))
    if len(a) == len(b) and close(a[:, :2], b[:, :2]).all():
        return Pairing(everyone, everyone, "same-points")
    i, j = _by_points(a, b)
    if len(i) == len(a) == len(b):
        return Pairing(i, j, "reordered")
    if len(a) == len(b) and _by_number(a, b, i, j):
        return Pairing(everyone, everyone, "moved")
    return Pairing(i, j, "by-points")


def _by_number(a: Floats, b: Floats, i: Indices, j: Indices) -> bool:
    """Whether more stays the same by number than by points, of points and arrows."""
    by_number = close(a, b).sum()
    by_points = 2 * len(i) + close(a[i, 2:], b[j, 2:]).sum()
    return bool(by_number >= by_points or len(i) < len(a) / 2)


def _by_points(a: Floats, b: Floats) -> tuple[Indices, Indices]:
    """Arrows that stand at the same point; of several the first with the first."""
    at: dict[Any, list[int]] = {}
    for j, key in enumerate(keys(b[:, :2])):
        at.setdefault(key, []).append(j)
    pairs = [(i, at[k].pop(0)) for i, k in enumerate(keys(a[:, :2])) if at.get(k)]
    i, j = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return i, j


def keys(rows: Floats) -> list[tuple[float, ...]]:
    """Rows of numbers as they are written: in units of the resolution; NaN is one."""
    units = np.round(rows / RESOLUTION) + 0.0
    return [tuple(row) for row in np.where(np.isnan(units), np.inf, units).tolist()]
