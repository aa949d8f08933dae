"""The arrows of both versions laid over each other, for the page to draw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from gradproof.baselines.arrows import RESOLUTION, Arrows, close
from gradproof.baselines.review import Panels
from gradproof.baselines.sentence import Sentence
from gradproof.report.review.words import printable

Floats = NDArray[np.float64]
Numbers = tuple[int | None, int | None]
Pair = tuple[int | None, int | None, bool]


class Panel(msgspec.Struct, frozen=True):
    """A panel before and after, and its ``pairs`` of arrows.

    A pair holds an arrow's number before and after, None where it is not there, and
    whether it changed.
    """

    before: Arrows | None
    after: Arrows | None
    pairs: list[Pair]


def overlay(
    before: Panels | None, after: Panels | None, sentences: Iterable[Sentence]
) -> list[Panel]:
    """The panels of two versions in order, with their arrows paired."""
    moved = {s.panel or 1 for s in sentences if s.message.startswith("review.points-")}
    panels = zip_longest(before or (), after or ())
    return [_panel(a, b, n in moved) for n, (a, b) in enumerate(panels, 1)]


def _panel(before: Arrows | None, after: Arrows | None, moved: bool) -> Panel:
    a, b = (np.empty((0, 4)) if x is None else x.values() for x in (before, after))
    if len(a) == len(b) and (moved or close(a[:, :2], b[:, :2]).all()):
        found: list[Numbers] = [(n, n) for n in range(len(a))]
    else:
        found = _by_points(a, b)
    alone = before is None or after is None
    return Panel(_shown(before), _shown(after), _judged(a, b, found, alone))


def _by_points(a: Floats, b: Floats) -> list[Numbers]:
    """Pairs of arrows at one point, then those at a point of one version alone.

    Of several arrows at one point the first is paired with the first, and so on.
    """
    at: dict[tuple[float, ...], list[int]] = {}
    for j, key in enumerate(_keys(b)):
        at.setdefault(key, []).append(j)
    left = [(i, at[k].pop(0) if at.get(k) else None) for i, k in enumerate(_keys(a))]
    gained = sorted(j for rest in at.values() for j in rest)
    return [*left, *((None, j) for j in gained)]


def _keys(rows: Floats) -> list[tuple[float, ...]]:
    """Points in units of the resolution, of which NaN is equal to NaN."""
    units = np.round(rows[:, :2] / RESOLUTION) + 0.0
    return [tuple(row) for row in np.where(np.isnan(units), np.inf, units).tolist()]


def _judged(a: Floats, b: Floats, pairs: Sequence[Numbers], alone: bool) -> list[Pair]:
    """Pairs with whether they changed; nothing does where there is one version."""
    both = [pair for pair in pairs if None not in pair]
    i, j = np.array(both, dtype=np.intp).reshape(-1, 2).T
    near = close(a[i], b[j])
    same = {pair for pair, row in zip(both, near, strict=True) if row.all()}
    return [(*pair, not alone and pair not in same) for pair in pairs]


def _shown(arrows: Arrows | None) -> Arrows | None:
    """The arrows with texts in which nothing is invisible."""
    if arrows is None:
        return None
    texts: dict[str, Any] = {
        "title": printable(arrows.title),
        "labels": tuple(map(printable, arrows.labels)),
    }
    return msgspec.structs.replace(arrows, **texts)
