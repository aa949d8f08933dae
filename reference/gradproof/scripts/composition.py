"""Of what arrows are made: of results, in which way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.scripts.alterations import Alteration, altered
from gradproof.scripts.records import Array

Recombined = Literal[
    "first-twice",
    "second-twice",
    "absolute",
    "unequal",
    "shuffled",
    "first-alone",
    "second-alone",
]
"""Ways in which arrows are no gradients, whatever the results are.

``unequal``: the components by different factors, or by a length only one of them;
``shuffled``: the results' numbers in another order.
"""
NOT_AT_ALL, IN_ANOTHER_ORDER, BY_COMPONENTS, BY_DIRECTIONS = range(4)
"""How surely arrows are made of results."""
EXACT = 64 * UNIT_ROUNDOFF
"""Of arrows and results: what the operations between them make."""
DISTINCT = 3
"""Different sizes that the results must have: two are soon like two others."""
TINY = float(np.finfo(float).tiny)


@dataclass(frozen=True)
class Composition:
    """How surely arrows are made of results, and for which part of them that holds.

    If they are ``recombined``, ``wrong`` of them do not have their result's direction.
    ``alteration`` is what was done to the results, if anything was.
    """

    rank: int
    part: float
    recombined: Recombined | None = None
    wrong: int = 0
    alteration: Alteration | None = None

    @property
    def sureness(self) -> tuple[int, float]:
        """The larger, the surer; what holds for few of them is not sure at all."""
        return self.rank if self.part >= 0.5 else NOT_AT_ALL, self.part


NOTHING = Composition(NOT_AT_ALL, 0.0)


def composition(w: Array, g: Array) -> Composition:
    """In what way, and of which part, arrows w (N, 2) are made of results g (N, 2).

    They have their directions; or hold the components, with signs or places that may
    be wrong, or with a factor for each; or are recombined.
    """
    along, flipped, swapped = (
        float(np.mean(_parallel(w, each)))
        for each in (g, np.array([1, -1]) * g, g[:, ::-1])
    )
    if along < 1:
        how = _recombined(w, g)
        if how is not None:
            return Composition(BY_COMPONENTS, 1.0, how, turned(w, g))
        found = altered(w, g)
        if found is not None:
            return Composition(BY_DIRECTIONS, found.part, alteration=found)
    if along >= 0.5:
        return Composition(BY_DIRECTIONS, along)
    return Composition(BY_COMPONENTS, max(flipped, swapped, _by_factors(w, g)))


def _parallel(w: Array, g: Array) -> NDArray[np.bool_]:
    """Which arrows w (N, 2) lie on the lines of g (N, 2), either way."""
    cross = np.abs(w[:, 0] * g[:, 1] - w[:, 1] * g[:, 0])
    return np.asarray(cross <= EXACT * np.hypot(*w.T) * np.hypot(*g.T))


def turned(w: Array, g: Array) -> int:
    """How many arrows w (N, 2) do not point along g, or all against it."""
    along = (w * g).sum(axis=1)
    backwards = along > 0 if np.median(along) < 0 else along < 0
    return int((~_parallel(w, g) | backwards).sum())


def _by_factors(w: Array, g: Array) -> float:
    """Of which part of the arrows each component has a factor of its own."""
    known = (g != 0).all(axis=1)
    factors = np.median(w[known] / g[known], axis=0) if known.any() else 0.0
    exact = np.abs(w - factors * g) <= EXACT * np.abs(w)
    return float(np.mean((exact & (factors != 0)).all(axis=1)))


def _recombined(w: Array, g: Array) -> Recombined | None:
    """How all arrows are made of the results' components, if not of each its own."""
    length = np.hypot(*g.T)
    (first, second_in_u), (first_in_v, second) = (
        [_sign(part, component, length) for component in g.T] for part in w.T
    )
    if first is not None and first_in_v is not None:
        return "first-twice"
    if second_in_u is not None and second is not None:
        return "second-twice"
    if first is not None and not w[:, 1].any():
        return "first-alone"
    if second is not None and not w[:, 0].any():
        return "second-alone"
    if first is None or second is None:
        return None
    if 0 in (first, second):
        return "absolute" if (w >= 0).all() or (w <= 0).all() else None
    return "unequal" if first == second else None


def _sign(w: Array, g: Array, length: Array) -> int | None:
    """The sign of the factor of numbers w made of others, g; 0 if it varies.

    ``None`` if |w| = |g| / (a + b·length) holds for no a and b: these make a factor, a
    unit length, and one with a guard in its denominator. They are taken from the
    shortest and the longest; what is expected between them is a mean of both ends, and
    so off by no more than these are.
    """
    some = g != 0
    if not some.any() or not np.array_equal(w != 0, some):
        return None
    w, g, length = w[some], g[some], length[some]
    if not _distinct(np.abs(g)):
        return None
    ratio = np.abs(g) / np.abs(w)
    ends = np.array([np.argmin(length), np.argmax(length)])
    expected = np.interp(length, length[ends], ratio[ends])
    if not np.allclose(ratio, expected, rtol=0, atol=EXACT * ratio.max()):
        return None
    same = np.sign(w) == np.sign(g)
    return 1 if same.all() else 0 if same.any() else -1


def _distinct(sizes: Array) -> bool:
    """Whether numbers are different enough for what is made of them to be theirs."""
    return len(np.unique(np.round(sizes / max(sizes.max(), TINY), 9))) >= DISTINCT


def shuffled(w: Array, g: Array, reversed_places: Array | None) -> bool:
    """Whether arrows hold the numbers of all results, each once, in another order.

    Not if they are the results with both components, and both coordinates of the
    places, exchanged: ``reversed_places`` are those, if they are known.
    """
    if reversed_places is not None and _parallel(w, reversed_places[:, ::-1]).all():
        return False
    level = np.array([-1, 1]) * g[:, ::-1]
    if _parallel(w, level).all():
        return False
    mine, other = (np.sort(np.abs(each).ravel()) for each in (w, g))
    if not _distinct(other):
        return False
    return bool((np.abs(mine - mine[-1] / other[-1] * other) <= EXACT * mine).all())
