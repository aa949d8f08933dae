"""The arrows of both versions laid over each other, for the page to draw."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import msgspec
import numpy as np

from gradproof.golden.document import Panels
from gradproof.golden.pairing import Floats, pair
from gradproof.golden.snapshot import Arrows
from gradproof.golden.written import close
from gradproof.report.review.words import printable

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


def overlay(before: Panels | None, after: Panels | None) -> list[Panel]:
    """The panels of two versions in order, with their arrows paired."""
    old, new = (_arrows(panels) for panels in (before, after))
    return [_panel(a, b) for a, b in zip_longest(old, new)]


def _arrows(panels: Panels | None) -> list[Arrows]:
    """The panels with arrows: heat maps are looked at as pictures."""
    return [panel for panel in panels or () if isinstance(panel, Arrows)]


def _panel(before: Arrows | None, after: Arrows | None) -> Panel:
    a, b = (np.empty((0, 4)) if x is None else x.values() for x in (before, after))
    alone = before is None or after is None
    return Panel(_shown(before), _shown(after), _judged(a, b, _paired(a, b), alone))


def _paired(a: Floats, b: Floats) -> list[Numbers]:
    """All arrows: those of the version before, then those of the one after alone."""
    found = pair(a, b)
    there = dict(zip(found.before.tolist(), found.after.tolist(), strict=True))
    gained = sorted(set(range(len(b))) - set(there.values()))
    return [*((n, there.get(n)) for n in range(len(a))), *((None, n) for n in gained)]


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
