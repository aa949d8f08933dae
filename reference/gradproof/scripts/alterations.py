"""What a script has made of results before it drew them: clipped, or of fewer digits.

All is read off the values: if every arrow is a result, clipped or rounded, the script
has done that by itself. The routine has nothing to do with it, whose results are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.scripts.records import Array

How = Literal["clipped", "rounded", "single", "half"]

MAX_DECIMALS = 12
"""More are those of the results themselves, as far as these are known."""

FEWEST = 3
"""Components at one end, and sizes of arrows: as many do not come by chance."""

EXACT = 4 * UNIT_ROUNDOFF
"""Ways to round to decimals differ by no more."""


@dataclass(frozen=True, eq=False)
class Alteration:
    """How arrows were altered, and what they were before, (N, 2).

    ``part`` is that of the arrows for which it holds; the others are as they are drawn.
    ``low`` and ``high`` are the components' ends where they are clipped, ``count``
    the arrows that this changes; ``decimals`` those that were kept.
    """

    how: How
    before: Array
    part: float
    low: float = -np.inf
    high: float = np.inf
    count: int = 0
    decimals: int = 0


def altered(w: Array, g: Array) -> Alteration | None:
    """How arrows w (N, 2) are results g (N, 2), by their signs and altered.

    ``None`` if they are not, or are not altered at all. Results may have been brought
    to one length before they were rounded.
    """
    if not (np.isfinite(w).all() and np.isfinite(g).all()):
        return None
    for before in _meant(w, g):
        if _are(w, before).all():
            return None
        for found in _alterations(w, before):
            if found.part > 1 / 2:
                return found
    return None


def _meant(w: Array, g: Array) -> Iterator[Array]:
    """The results, these times a factor, and their directions; with w's signs."""
    some = (w != 0) & (g != 0)
    if not some.any():
        return
    length = np.hypot(*g.T)[:, None]
    unit = np.divide(g, length, out=np.zeros_like(g), where=length != 0)
    with np.errstate(all="ignore"):
        scaled = float(f"{np.median(np.abs(w[some] / g[some])):.3g}") * g
    for each in (g, scaled, unit):
        yield np.where(np.sum(w * each, axis=0) < 0, -each, each)


def _alterations(w: Array, before: Array) -> Iterator[Alteration]:
    with np.errstate(over="ignore"):
        yield from _of_type(w, before)
    every = np.array(
        [_are(w, np.round(before, k)).all(axis=1) for k in range(MAX_DECIMALS + 1)]
    )
    decimals = int(np.argmax(every.sum(axis=1)))
    if _is_distinct(w[every[decimals]]):
        yield _altered("rounded", w, before, every[decimals], decimals)
    yield from _clipped(w, before)


def _of_type(w: Array, before: Array) -> Iterator[Alteration]:
    types: tuple[tuple[How, type], ...] = (("half", np.float16), ("single", np.float32))
    for how, type_ in types:
        same = (w == before.astype(type_).astype(float)).all(axis=1)
        if _is_distinct(w[same]):
            yield _altered(how, w, before, same)


def _are(w: Array, before: Array) -> NDArray[np.bool_]:
    """Which components are those, (N, 2)."""
    return np.asarray(np.abs(w - before) <= EXACT * np.abs(before))


def _is_distinct(w: Array) -> bool:
    """Whether arrows are different enough to tell that they were altered alike."""
    return len(np.unique(np.abs(w[w != 0]))) >= FEWEST


def _altered(
    how: How,
    w: Array,
    before: Array,
    same: NDArray[np.bool_],
    decimals: int = 0,
) -> Alteration:
    return Alteration(
        how,
        np.where(same[:, None], before, w),
        float(same.mean()),
        decimals=decimals,
    )


def _clipped(w: Array, before: Array) -> Iterator[Alteration]:
    """Components at one end where they were beyond it; no end is 0, or has its sign.

    What loses a sign is more than clipped.
    """
    low, high = float(w.min()), float(w.max())
    above, below = (w == high) & (before > high), (w == low) & (before < low)
    beyond = above | below
    if not (low < 0 < high) or beyond.sum() < FEWEST:
        return
    if len(np.unique(before[beyond])) < FEWEST:
        return
    if (beyond | _are(w, before)).all():
        yield Alteration(
            "clipped",
            before,
            1.0,
            low if below.any() else -np.inf,
            high if above.any() else np.inf,
            int(beyond.any(axis=1).sum()),
        )
