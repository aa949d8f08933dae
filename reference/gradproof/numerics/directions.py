"""A claimed gradient of many entries, judged in random directions, and located.

A direction v is ±1 in every entry. The slope along it is Σ v_i·∂f/∂x_i, and is held
against Σ v_i·g_i. If one entry is off by τ, then of two directions that differ in that
entry's sign alone one at least shows a departure of τ or more: a direction misses it
with probability at most ½, and k of them with at most 2⁻ᵏ. That is a probability over
the directions, whatever the claim.

Departures are linear in v: halving one axis after the other finds where they come from.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.numerics.line_slopes import LineSlopes
from gradproof.numerics.magnitudes import largest
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.numerics.slope_estimates import (
    DECISIVE,
    SINGLE_ROUNDOFF,
    Answer,
    Line,
    SlopeEstimate,
    Trouble,
    noise,
)

Array = np.ndarray[Any, Any]
Arrays = Mapping[str, Array]
Loss = Callable[[dict[str, Array]], float]

DIRECTIONS = 20
MAX_EVALUATIONS = 300
DIRECTIONS_OF_REST = 2
"""Of the arrays together of which none departed by itself."""

VISIBLE = 1e-2
"""The share of a departure that a half may have and still show."""

PARTS = 3
"""Of an array, that have to show a factor."""

RESOLVED = 1e-2
"""The largest share of a typical entry that the threshold may be: a policy."""


@dataclass(frozen=True)
class WrongEntry:
    """An entry that a difference in its own direction shows to be wrong."""

    index: tuple[int, ...]
    claimed: float
    slope: float
    doubt: float


@dataclass(frozen=True)
class Departure:
    """Where one array of a claim departs: outside of ``within`` nothing shows.

    ``within`` are first and last + 1 of each axis; ``example`` an entry there. The
    claim is ``factor`` times what is due wherever it was looked, if it is any.
    """

    name: str
    shape: tuple[int, ...]
    within: tuple[tuple[int, int], ...]
    example: WrongEntry | None
    factor: float | None = None

    @property
    def size(self) -> int:
        """How many entries lie within."""
        return math.prod(stop - start for start, stop in self.within)


@dataclass(frozen=True)
class Survey:
    """What random directions told of a claim.

    An error of ``threshold`` in one entry is missed with a probability of at most
    2 ** -``directions``. ``typical`` is the root mean square of the slopes of single
    entries, ``departure`` the largest in a direction. ``trouble`` is what is in the way
    where the answer is unclear; the search for the places is ``complete`` if it did not
    end at the budget.
    """

    answer: Answer
    directions: int
    threshold: float
    typical: float
    departure: float
    size: int
    evaluations: int
    trouble: Trouble = ""
    places: tuple[Departure, ...] = ()
    complete: bool = True


class _SpentError(Exception):
    """No evaluation is left."""


@dataclass(frozen=True, eq=False)
class _Measured:
    """A direction, of arrays by name, with the slope along it and the claimed one."""

    direction: dict[str, Array]
    claimed: float
    estimate: SlopeEstimate

    @property
    def answer(self) -> Answer:
        return self.estimate.answer(self.claimed)

    @property
    def difference(self) -> float:
        return self.claimed - self.estimate.value


def survey(
    loss: Loss,
    at: Arrays,
    claimed: Arrays,
    *,
    seed: int = 0,
    budget: int = MAX_EVALUATIONS,
    located: bool = True,
    directions: int = DIRECTIONS,
) -> Survey:
    """Judge the claimed gradient of ``loss`` at the arrays ``at``, all named alike.

    ``loss`` is given arrays of its own, and is a function of them alone; what it raises
    comes out. Without a place no array by itself departs, or the budget was spent, or
    what departs was not to be ``located``.
    """
    meter = _Meter(loss, at, claimed, budget)
    for name, index in _not_finite(meter):
        return _departed(meter, [], [_spoilt(meter, name, index)], complete=True)
    random = np.random.default_rng(seed)
    seen: list[_Measured] = []
    try:
        meter.begin(_signs(random, meter.at))
        while len(seen) < directions:
            seen.append(meter.along(_signs(random, meter.at)))
            if seen[-1].answer == "departs":
                if not located:
                    return _departed(meter, seen, [], complete=False)
                return _located(meter, seen, random)
    except _SpentError:
        return _unclear(meter, seen, "cancellation")
    return _agreed(meter, seen)


def _not_finite(meter: _Meter) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Where something is claimed that is no finite slope."""
    for name, claimed in meter.claimed.items():
        for index in np.argwhere(~np.isfinite(claimed)):
            yield name, tuple(map(int, index))


def _spoilt(meter: _Meter, name: str, index: tuple[int, ...]) -> Departure:
    claimed = meter.claimed[name]
    unit = np.zeros(claimed.shape)
    unit[index] = 1
    meter.begin({name: unit})
    found = meter.slope({name: unit})
    wrong = WrongEntry(index, float(claimed[index]), found.value, found.doubt)
    return Departure(name, claimed.shape, tuple((i, i + 1) for i in index), wrong)


def _agreed(meter: _Meter, seen: Sequence[_Measured]) -> Survey:
    """That all directions agree is worth something where the threshold is small."""
    doubtful = [m for m in seen if m.answer != "agrees"]
    worst = max(doubtful or seen, key=lambda m: m.estimate.doubt)
    if doubtful or _threshold(seen) > RESOLVED * _typical(meter, seen):
        return _unclear(meter, seen, worst.estimate.trouble)
    return _survey(meter, seen, "agrees")


def _located(
    meter: _Meter, seen: Sequence[_Measured], random: np.random.Generator
) -> Survey:
    searches: list[_Narrowing] = []
    complete = True
    try:
        for measured in _of_arrays(meter, seen[-1], random):
            searches.append(_Narrowing(meter, measured))
            searches[-1].narrow()
    except _SpentError:
        complete = False
    if complete:
        _exemplify(searches)
    places = [search.place for search in searches]
    # What a difference in the one entry does not bear out is a kink there.
    borne_out = [p for p in places if p.size > 1 or p.example or not complete]
    if places and not borne_out:
        return _unclear(meter, seen, "kink")
    return _departed(meter, seen, borne_out, complete)


def _exemplify(searches: Sequence[_Narrowing]) -> None:
    """Look for an entry of what departs most, as far as the budget goes."""
    spread = [s for s in searches if s.example is None]
    for search in sorted(spread, key=lambda s: -abs(s.measured.difference))[:1]:
        with contextlib.suppress(_SpentError):
            search.exemplify()


def _of_arrays(
    meter: _Meter, measured: _Measured, random: np.random.Generator
) -> Iterator[_Measured]:
    """A direction that departs, for each array in which there is one.

    The first is the part of the ``measured`` one; what does not depart in it is then
    looked at together, and by itself only where that departs.
    """
    if len(meter.at) == 1:
        yield measured
        return
    rest = dict(meter.at)
    for name in meter.at:
        alone = meter.along({name: measured.direction[name]})
        if alone.answer == "departs":
            yield alone
            del rest[name]
    for _ in range(DIRECTIONS_OF_REST):
        if not rest:
            return
        together = _signs(random, rest)
        if meter.along(together).answer == "departs":
            for name in list(rest):
                alone = meter.along({name: together[name]})
                if alone.answer == "departs":
                    yield alone
                    del rest[name]


def _departed(
    meter: _Meter,
    seen: Sequence[_Measured],
    places: Sequence[Departure],
    complete: bool,
) -> Survey:
    return _survey(meter, seen, "departs", places=tuple(places), complete=complete)


def _unclear(meter: _Meter, seen: Sequence[_Measured], trouble: Trouble) -> Survey:
    return _survey(meter, seen, "unclear", trouble=trouble)


def _survey(
    meter: _Meter, seen: Sequence[_Measured], answer: Answer, **more: Any
) -> Survey:
    return Survey(
        answer=answer,
        directions=len(seen),
        threshold=_threshold(seen),
        typical=_typical(meter, seen),
        departure=max((abs(m.difference) for m in seen), default=math.nan),
        size=meter.size,
        evaluations=meter.used,
        **more,
    )


def _threshold(seen: Sequence[_Measured]) -> float:
    """What agreement excludes, in a direction and hence in an entry.

    It agrees if the claim is within its doubt of the difference, and this is, by the
    estimate, within the doubt of the slope.
    """
    return 2 * max((m.estimate.doubt for m in seen), default=math.nan)


def _typical(meter: _Meter, seen: Sequence[_Measured]) -> float:
    """The root mean square entry: Σ v_i·s_i has the mean square Σ s_i² over all v."""
    squares = [m.estimate.value**2 for m in seen]
    return math.sqrt(sum(squares) / max(len(squares), 1) / meter.size)


def _signs(random: np.random.Generator, arrays: Arrays) -> dict[str, Array]:
    return {n: random.choice([-1.0, 1.0], size=a.shape) for n, a in arrays.items()}


class _Meter:
    """Measures slopes along directions, within a budget of evaluations."""

    def __init__(self, loss: Loss, at: Arrays, claimed: Arrays, budget: int) -> None:
        self.loss, self.budget, self.used = loss, budget, 0
        self.at = {name: np.asarray(a, np.float64) for name, a in at.items()}
        self.claimed = {name: np.asarray(claimed[name], np.float64) for name in at}
        self.size = sum(a.size for a in self.at.values())
        self.scale = max(1.0, *map(largest, self.at.values()))
        single = all(map(_single, self.claimed.values()))
        self.unit = SINGLE_ROUNDOFF if single else UNIT_ROUNDOFF
        self.centre = math.nan
        self.slopes = LineSlopes(math.nan)

    def begin(self, direction: dict[str, Array]) -> None:
        """Have the value at the place, and its noise along a direction."""
        self.centre = self._value(direction, 0.0)
        self.slopes = LineSlopes(noise(*self._line(direction)))

    def along(self, direction: dict[str, Array], enough: float = 0.0) -> _Measured:
        """The slope along a direction, and what is claimed of it.

        What cannot be told is measured once more, by shorter steps: a kink nearby, or
        differences that happened to be alike, have less to say there.
        """
        products = [(v * self.claimed[name]).ravel() for name, v in direction.items()]
        every = np.concatenate(products)
        claimed = _sum(every)
        slack = float((16 * self.unit * np.abs(every)).sum())
        line, scale = self._line(direction)
        at = line, self.centre, scale, slack
        found = self.slopes.slope(*at, enough)
        if found.answer(claimed) == "unclear":
            finer = self.slopes.finer(*at)
            found = finer if finer.answer(claimed) != "unclear" else found
        return _Measured(direction, claimed, found)

    def slope(self, direction: dict[str, Array]) -> SlopeEstimate:
        """By steps that the direction's norm decides on."""
        line, scale = self._line(direction)
        return self.slopes.slope(line, self.centre, scale, 0.0, 0.0)

    def _line(self, direction: dict[str, Array]) -> tuple[Line, float]:
        norm = math.sqrt(sum(float(np.sum(v * v)) for v in direction.values()))
        return lambda t: self._value(direction, t), self.scale / norm

    def _value(self, direction: dict[str, Array], t: float) -> float:
        if self.used == self.budget:
            raise _SpentError
        self.used += 1
        moved = {
            name: a + t * direction[name] if name in direction else a.copy()
            for name, a in self.at.items()
        }
        return float(self.loss(moved))


def _sum(numbers: Array) -> float:
    """The sum, rounded once: an infinity where that is too large for a number."""
    try:
        return math.fsum(numbers)
    except OverflowError:
        return math.ldexp(1.0, 64) * math.fsum(np.ldexp(numbers, -64))


def _single(array: Array) -> bool:
    """Whether the numbers are such as single precision has."""
    return bool(np.all(array == array.astype(np.float32)))


class _Narrowing:
    """Looks where in one array a departure comes from."""

    def __init__(self, meter: _Meter, measured: _Measured) -> None:
        self.meter, self.measured = meter, measured
        ((self.name, self.signs),) = measured.direction.items()
        self.within = [(0, n) for n in self.signs.shape]
        self.ranges, self.deepest = list(self.within), measured
        self.seen = [measured]
        self.example: WrongEntry | None = None

    @property
    def place(self) -> Departure:
        """What is known by now."""
        within = tuple(self.within)
        return Departure(self.name, self.signs.shape, within, self.example, self.factor)

    @property
    def factor(self) -> float | None:
        """What the claim is times the slopes in every part that was measured."""
        enough = self._telling()
        if len(enough) < PARTS or math.prod(b - a for a, b in self.within) == 1:
            return None
        best = min(enough, key=lambda m: m.estimate.doubt / abs(m.estimate.value))
        ratio = best.claimed / best.estimate.value
        off = best.estimate.doubt / abs(best.estimate.value)
        for m in self._smooth():
            allowed = DECISIVE * (m.estimate.doubt + off * abs(m.estimate.value))
            if abs(m.claimed - ratio * m.estimate.value) > max(abs(ratio), 1) * allowed:
                return None
        return ratio

    def _telling(self) -> list[_Measured]:
        """What was measured and is no zero."""
        return [m for m in self._smooth() if abs(m.estimate.value) > m.estimate.doubt]

    def _smooth(self) -> list[_Measured]:
        """What was measured beside no kink, if that is enough."""
        smooth = [m for m in self.seen if m.estimate.trouble != "kink"]
        return smooth if len(smooth) >= PARTS else self.seen

    def narrow(self) -> None:
        """Halve one axis after the other while one half shows nothing."""
        for axis in range(len(self.within)):
            while self.within[axis][1] - self.within[axis][0] > 1:
                if not self._halve(axis):
                    break
                self.within[axis] = self.ranges[axis]
        if all(b - a == 1 for a, b in self.within):
            self._confirm()
            return
        while len(self._telling()) < PARTS and len(self.seen) < 2 * PARTS:
            self.seen.append(self.meter.along({self.name: self._other_signs()}))

    def exemplify(self) -> None:
        """Go on, in what departs most, to one entry for an example."""
        for axis in range(len(self.ranges)):
            while self.ranges[axis][1] - self.ranges[axis][0] > 1:
                before = self.ranges[axis]
                self._halve(axis)
                if self.ranges[axis] == before:
                    return
        self._confirm()

    def _halve(self, axis: int) -> bool:
        """Go into the half that departs, or departs more; whether it is the only one.

        What one half shows, the other lacks.
        """
        whole, (start, stop) = self.deepest, self.ranges[axis]
        middle = (start + stop) // 2
        first = self._part(axis, (start, middle))
        second = self._rest(whole, first) or self._part(axis, (middle, stop))
        halves = [(first, (start, middle)), (second, (middle, stop))]
        wrong = [half for half in halves if half[0].answer == "departs"]
        if wrong:
            self._enter(axis, *max(wrong, key=lambda half: abs(half[0].difference)))
        return len(wrong) == 1

    def _rest(self, whole: _Measured, first: _Measured) -> _Measured | None:
        """The other half, by what this one lacks; None if that leaves it open."""
        rest = _lacking(whole, first)
        shows_nothing = abs(rest.difference) <= DECISIVE * rest.estimate.doubt
        if rest.answer == "departs" or (first.answer == "departs" and shows_nothing):
            return rest
        return None

    def _enter(self, axis: int, part: _Measured, within: tuple[int, int]) -> None:
        self.deepest, self.ranges[axis] = part, within

    def _part(self, axis: int, within: tuple[int, int]) -> _Measured:
        ranges = [*self.ranges[:axis], within, *self.ranges[axis + 1 :]]
        mask = np.zeros(self.signs.shape)
        mask[tuple(slice(*r) for r in ranges)] = 1
        enough = VISIBLE * abs(self.measured.difference) / DECISIVE
        self.seen.append(self.meter.along({self.name: self.signs * mask}, enough))
        return self.seen[-1]

    def _other_signs(self) -> Array:
        mask = np.zeros(self.signs.shape)
        mask[tuple(slice(*r) for r in self.within)] = 1
        random = np.random.default_rng(len(self.seen))
        signs = _signs(random, {self.name: mask})[self.name]
        return np.asarray(signs * mask)

    def _confirm(self) -> None:
        """By a difference in that entry alone."""
        index = tuple(start for start, _ in self.ranges)
        unit = np.zeros(self.signs.shape)
        unit[index] = 1
        found = self.meter.along({self.name: unit})
        if found.answer == "departs":
            self.example = WrongEntry(
                index, found.claimed, found.estimate.value, found.estimate.doubt
            )


def _lacking(whole: _Measured, part: _Measured) -> _Measured:
    """The rest of a direction: slopes and claims of parts add up, and doubts too."""
    ((name, signs),) = whole.direction.items()
    one, other = whole.estimate, part.estimate
    slopes = one.slopes[0] - other.slopes[0], one.slopes[1] - other.slopes[1]
    doubts = one.doubts[0] + other.doubts[0], one.doubts[1] + other.doubts[1]
    estimate = SlopeEstimate(slopes, doubts, one.jump + other.jump, one.trouble)
    direction = {name: signs - part.direction[name]}
    return _Measured(direction, whole.claimed - part.claimed, estimate)
