"""What arrows are, beside the gradient at the points where they stand.

All is decided by the bounds of the gradient's components. An arrow of which the bound
is not known is left out; where it admits a zero gradient the direction is free.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gradproof.numerics.formula_text import shortest
from gradproof.numerics.magnitudes import furthest
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.scripts.alterations import Alteration
from gradproof.scripts.composition import Recombined
from gradproof.scripts.records import Array

Mask = NDArray[np.bool_]

Style = (
    Literal[
        "plain",
        "scaled",
        "normalised",
        "shortened",
        "lengths",
        "cut-off",
        "clipped",
        "rounded",
        "single",
        "half",
        "u-sign",
        "v-sign",
        "swapped",
        "wrong",
        "unknown",
    ]
    | Recombined
)
"""``shortened``: of the right direction, and the longer the larger the gradient;
``cut-off``: components are at most of one size, and else the gradient's; ``clipped``,
``rounded``, ``single`` and ``half``: so the script itself has altered right results."""

RIGHT: frozenset[Style] = frozenset(
    {
        *("plain", "scaled", "normalised", "shortened"),
        *("rounded", "single", "half"),
    }
)
SLIPS: frozenset[Style] = frozenset({"u-sign", "v-sign", "swapped"})
"""What is nothing that might be meant."""
ROUNDING = 16 * UNIT_ROUNDOFF
"""Of the few operations between a gradient and an arrow: a factor, a length."""


FEWEST_CUT = 3
"""Components of exactly one size, the largest: as many do not come by chance."""

ONE_LENGTH = 1e-6
"""Of lengths that grow with the gradient: with so little between them they are called
one length. A matter of naming alone."""


@dataclass(frozen=True, eq=False)
class ExpectedField:
    """What is expected at positions (N, 2): the gradient and the bound of its error.

    The bound is NaN where none is known.
    """

    positions: Array
    gradient: Array
    bound: Array

    @property
    def known(self) -> Mask:
        """At which of the positions something can be said, (N,)."""
        known = np.isfinite([self.gradient, self.bound])
        return np.asarray(known.all(axis=(0, 2)))


@dataclass(frozen=True, eq=False)
class Classification:
    """What arrows are: of which sign and style; ``wrong`` of ``total`` are not right.

    ``sign`` is −1 for −∇f and 1 for ∇f; ``factor`` is that of scaled arrows;
    ``worst`` is the number of the arrow that is off most; ``alteration`` what the
    script has made of results that are a gradient.
    """

    style: Style
    sign: int
    factor: float
    wrong: int
    total: int
    worst: int = -1
    alteration: Alteration | None = None

    @property
    def right(self) -> bool:
        """Whether each arrow that could be judged is as it should be."""
        return self.style in RIGHT

    @property
    def slipped(self) -> bool:
        """Whether they are a gradient but for a slip that is known."""
        return self.style in SLIPS


UNKNOWN = Classification("unknown", -1, 1.0, 0, 0)
"""What arrows are of which nothing can be said."""


def classify(directions: Array, expected: ExpectedField) -> Classification:
    """Say what arrows (N, 2) are."""
    known = expected.known
    total = int(known.sum())
    if not total:
        return UNKNOWN
    w, g, b = directions[known], expected.gradient[known], expected.bound[known]
    for sign in (-1, 1):
        found = _common(w, sign * g, b)
        if found is not None:
            style: Style = "plain" if found == 1.0 else "scaled"
            return Classification(style, sign, found, 0, total)
    wrong = _wrong(w, g, b, np.flatnonzero(known))
    for sign in (-1, 1):
        # Where few arrows are off, it is not their lengths that are of another kind.
        if 2 * wrong.wrong > total and not _turned(w, sign * g, b).any():
            return Classification(_lengths(w, g, b), sign, 1.0, 0, total)
    for sign in (-1, 1):
        cut = _cut_off(w, sign * g, b)
        if cut:
            return Classification("cut-off", sign, 1.0, cut, total)
    for style, sign, other, bound in _mistakes(g, b):
        factor = _common(w, other, bound)
        if factor is not None:
            off = int(are_off(w, factor * (sign * g), factor * b).sum())
            return Classification(style, sign, factor, off, total)
    return wrong


def _common(w: Array, g: Array, b: Array) -> float | None:
    """The positive factor c with |w − c·g| ≤ c·b throughout; 1 if it will do.

    Each entry with |g| > b holds c to an interval; the others must merely be small.
    """
    size = np.abs(g)
    slack = b + ROUNDING * (size + b)
    sure = size > slack
    if not sure.any():
        return 1.0 if not are_off(w, g, b).any() else None
    along = np.sign(g[sure]) * w[sure]
    low = float(np.max(along / (size[sure] + slack[sure])))
    high = float(np.min(along / (size[sure] - slack[sure])))
    if not 0 < low <= high:
        return None
    factor = 1.0 if low <= 1 <= high else shortest((low + high) / 2, (high - low) / 2)
    return factor if not are_off(w, factor * g, factor * b).any() else None


def are_off(w: Array, g: Array, b: Array) -> Mask:
    """Which arrows are not g within b, (N,); what is no number is not."""
    allowed = b + ROUNDING * (np.abs(g) + b)
    return np.asarray(~(np.abs(w - g) <= allowed).all(axis=1))


def _cut_off(w: Array, g: Array, b: Array) -> int:
    """How many arrows have a component of the largest size where g's is larger.

    0 if the other components are not those of g, or if so few are cut that it may be
    chance.
    """
    size, slack = np.abs(w), b + ROUNDING * (np.abs(g) + b)
    largest = size.max()
    cut = (size == largest) & (np.abs(g) > largest + slack) & (w * g > 0)
    if cut.sum() < FEWEST_CUT or np.ptp(np.abs(g[cut])) <= slack.max():
        return 0
    kept = np.abs(w - g) <= slack
    return int(cut.any(axis=1).sum()) if (cut | kept).all() else 0


def _turned(w: Array, g: Array, b: Array) -> Mask:
    """Which arrows do not have g's direction, (N,).

    If w = c·g' with c > 0 and |g' − g| ≤ b in each component, then
    |w × g| = |w × (g − g')| ≤ |w_0|·b_1 + |w_1|·b_0.
    """
    length, size = np.hypot(*w.T), np.hypot(*g.T)
    cross = np.abs(w[:, 0] * g[:, 1] - w[:, 1] * g[:, 0])
    allowed = np.abs(w[:, 0]) * b[:, 1] + np.abs(w[:, 1]) * b[:, 0]
    allowed = allowed + ROUNDING * length * size
    along = (w * g).sum(axis=1) > 0
    free = (np.abs(g) <= b).all(axis=1)
    return np.asarray(~free & ~((cross <= allowed) & along))


def _lengths(w: Array, g: Array, b: Array) -> Style:
    """What lengths arrows of the right direction have.

    They grow with the gradient, but no faster, if length is a function of size that
    rises while length / size falls. What is as good as equal may come in any order:
    a size is off by |b| at most, and then so is the length, relatively.
    """
    sure = ~(np.abs(g) <= b).all(axis=1)
    length, size = np.hypot(*w.T)[sure], np.hypot(*g.T)[sure]
    slack = 2 * np.hypot(*b.T)[sure] / size + 2 * ROUNDING
    if not length.size:
        return "normalised"
    rises = _rises(size, length, slack)
    falls = _rises(1 / size, length / size, slack)
    if not (rises and falls):
        return "lengths"
    even = np.ptp(length) <= ONE_LENGTH * length.max()
    return "normalised" if even else "shortened"


def _rises(size: Array, length: Array, slack: Array) -> bool:
    """Whether no length is beyond that of any size that is not surely smaller."""
    order = np.argsort(size, kind="stable")
    size, length, slack = size[order], length[order], slack[order]
    least = np.minimum.accumulate((length * (1 + slack))[::-1])[::-1]
    first = np.searchsorted(size, size * (1 - slack))
    return bool((length * (1 - slack) <= least[first]).all())


def _mistakes(g: Array, b: Array) -> Iterator[tuple[Style, int, Array, Array]]:
    """Named mistakes: style, sign that was meant, and the arrows that it makes."""
    yield "u-sign", -1, np.array([1, -1]) * g, b
    yield "v-sign", -1, np.array([-1, 1]) * g, b
    # With one sign turned as well they are level lines, which may be meant.
    for sign in (-1, 1):
        yield "swapped", -1, sign * g[:, ::-1], b[:, ::-1]


def _wrong(w: Array, g: Array, b: Array, numbers: NDArray[np.intp]) -> Classification:
    """Arrows that are nothing in particular: as few as can be are called wrong."""
    ways = [(s, c) for s in (-1, 1) for c in (1.0, _usual(w, s * g))]
    off_by_way = [are_off(w, c * (s * g), c * b) for s, c in ways]
    fewest = int(np.argmin([off.sum() for off in off_by_way]))
    (sign, factor), off = ways[fewest], off_by_way[fewest]
    if not off.any():
        return Classification("scaled", sign, factor, 0, len(w))
    worst = int(numbers[furthest(np.hypot(*(w - factor * (sign * g)).T), off)])
    return Classification("wrong", sign, factor, int(off.sum()), len(w), worst)


def _usual(w: Array, g: Array) -> float:
    """The median factor between arrows and gradients; 1 if it is not positive."""
    size = np.hypot(*g.T)
    with np.errstate(all="ignore"):
        ratio = (w * g).sum(axis=1) / size**2
    ratio = ratio[np.isfinite(ratio)]
    median = np.median(ratio) if ratio.size else np.nan
    return float(median) if median > 0 else 1.0
