"""A claimed gradient of many entries, judged in random directions, and located.

A direction v is ±1 in every entry. The slope along it is Σ v_i·∂f/∂x_i, and is held
against Σ v_i·g_i. If one entry is off by τ, then of two directions that differ in that
entry's sign alone one at least shows a departure of τ or more: a direction misses it
with probability at most ½, and k of them with at most 2⁻ᵏ. That is a probability over
the directions, whatever the claim.

Departures are linear in v: halving one axis after the other finds where they come from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.numerics.slope_estimates import (
    DECISIVE,
    Answer,
    Line,
    SlopeEstimate,
    Trouble,
    estimate,
    noise,
)

Array = np.ndarray[Any, Any]
Arrays = Mapping[str, Array]
Loss = Callable[[dict[str, Array]], float]

DIRECTIONS = 20
MAX_EVALUATIONS = 600
DIRECTIONS_OF_ONE = 3
"""Of one array by itself, to see whether the departure is there."""

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

    ``within`` are first and last + 1 of each axis; ``example`` an entry there.
    """

    name: str
    shape: tuple[int, ...]
    within: tuple[tuple[int, int], ...]
    example: WrongEntry | None

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


@dataclass(frozen=True)
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
) -> Survey:
    """Judge the claimed gradient of ``loss`` at the arrays ``at``, all named alike.

    ``loss`` is given arrays of its own, and is a function of them alone; what it raises
    comes out. Without a place no array by itself departs, or the budget was spent.
    """
    meter = _Meter(loss, at, claimed, budget)
    for name, index in _not_finite(meter):
        return _departed(meter, [], [_spoilt(meter, name, index)], complete=True)
    random = np.random.default_rng(seed)
    seen: list[_Measured] = []
    try:
        meter.begin(_signs(random, meter.at))
        while len(seen) < DIRECTIONS:
            seen.append(meter.along(_signs(random, meter.at)))
            if seen[-1].answer == "departs":
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
    places = [search.place for search in searches]
    # What a difference in the one entry does not bear out is a kink there.
    borne_out = [p for p in places if p.size > 1 or p.example or not complete]
    if places and not borne_out:
        return _unclear(meter, seen, "kink")
    return _departed(meter, seen, borne_out, complete)


def _of_arrays(
    meter: _Meter, measured: _Measured, random: np.random.Generator
) -> Iterator[_Measured]:
    """A direction that departs, for each array in which there is one."""
    if len(meter.at) == 1:
        yield measured
        return
    for name, array in meter.at.items():
        for _ in range(DIRECTIONS_OF_ONE):
            alone = meter.along(_signs(random, {name: array}))
            if alone.answer == "departs":
                yield alone
                break


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
        self.scale = max(1.0, *(np.abs(a).max(initial=0) for a in self.at.values()))
        squares = sum(float(np.sum(g * g)) for g in self.claimed.values())
        self.target = RESOLVED * math.sqrt(squares / self.size) / 4
        self.centre = self.noise = math.nan

    def begin(self, direction: dict[str, Array]) -> None:
        """Have the value at the place, and its noise along a direction."""
        self.centre = self._value(direction, 0.0)
        self.noise = noise(*self._line(direction))

    def along(self, direction: dict[str, Array]) -> _Measured:
        """The slope along a direction, and what is claimed of it."""
        found = self.slope(direction)
        products = [(v * self.claimed[name]).ravel() for name, v in direction.items()]
        return _Measured(direction, math.fsum(np.concatenate(products)), found)

    def slope(self, direction: dict[str, Array]) -> SlopeEstimate:
        """By steps that the direction's norm decides on."""
        line, scale = self._line(direction)
        return estimate(line, self.centre, self.noise, scale, self.target)

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


class _Narrowing:
    """Looks where in one array a departure comes from."""

    def __init__(self, meter: _Meter, measured: _Measured) -> None:
        self.meter, self.measured = meter, measured
        ((self.name, self.signs),) = measured.direction.items()
        self.within = [(0, n) for n in self.signs.shape]
        self.example: WrongEntry | None = None

    @property
    def place(self) -> Departure:
        """What is known by now."""
        return Departure(self.name, self.signs.shape, tuple(self.within), self.example)

    def narrow(self) -> None:
        """Halve one axis after the other while one half shows nothing.

        Then go on, in what departs most, to one entry for an example.
        """
        ranges, measured = list(self.within), self.measured
        for axis in range(len(ranges)):
            alone = True
            while ranges[axis][1] - ranges[axis][0] > 1:
                half, only = self._half(ranges, axis, measured)
                if half is None:
                    return
                measured, ranges[axis] = half
                alone = alone and only
                if alone:
                    self.within[axis] = ranges[axis]
        self._confirm(tuple(start for start, _ in ranges))

    def _half(
        self, ranges: list[tuple[int, int]], axis: int, whole: _Measured
    ) -> tuple[tuple[_Measured, tuple[int, int]] | None, bool]:
        """The half that departs, or departs more; and whether the other shows nothing.

        What one half shows, the other lacks; where that leaves a doubt, it is measured.
        """
        (start, stop), middle = ranges[axis], sum(ranges[axis]) // 2
        first = self._part([*ranges[:axis], (start, middle), *ranges[axis + 1 :]])
        rest = abs(whole.difference - first.difference)
        doubt = first.estimate.doubt + whole.estimate.doubt
        if first.answer == "departs" and rest <= DECISIVE * doubt:
            return (first, (start, middle)), True
        second = self._part([*ranges[:axis], (middle, stop), *ranges[axis + 1 :]])
        halves = [(first, (start, middle)), (second, (middle, stop))]
        wrong = [half for half in halves if half[0].answer == "departs"]
        largest = max(wrong, key=lambda half: abs(half[0].difference), default=None)
        return largest, len(wrong) == 1

    def _part(self, ranges: list[tuple[int, int]]) -> _Measured:
        mask = np.zeros(self.signs.shape)
        mask[tuple(slice(*r) for r in ranges)] = 1
        return self.meter.along({self.name: self.signs * mask})

    def _confirm(self, index: tuple[int, ...]) -> None:
        """By a difference in that entry alone."""
        unit = np.zeros(self.signs.shape)
        unit[index] = 1
        found = self.meter.along({self.name: unit})
        if found.answer == "departs":
            self.example = WrongEntry(
                index, found.claimed, found.estimate.value, found.estimate.doubt
            )
