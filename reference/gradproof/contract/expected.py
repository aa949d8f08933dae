"""What is expected at each entry of a result, and how far off it may be."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof.contract.verdicts import Judgement, broken, not_covered
from gradproof.evidence.asked_formula import AskedFormula, AskedNodes
from gradproof.evidence.evidence import Entry, Evidence, entries, formula
from gradproof.evidence.stencil import Stencil, Unreadable, nearest_row
from gradproof.numerics import any_step, error_bounds, oracle
from gradproof.numerics.difference_formula import Formula, unit
from gradproof.numerics.functions import Function
from gradproof.ports.observation import Observation, Probe

Array = np.ndarray[Any, Any]

BOOK_STEP = 1e-4

MIN_STEP, MAX_STEP = 9e-9, 3.5e-3
"""Between these a central difference is accurate enough (clause G6)."""

MAX_RELATIVE_ERROR = 1e-6
"""The largest share of a row's largest entry that a formula's error may be on the
cubic probe: a policy. It admits central differences with steps from about 9e-9 to
3.5e-3, and one-sided ones from about 2e-8 to 2e-6."""


_remembered = functools.lru_cache(maxsize=256)
"""What is due is asked for entry by entry, and by several clauses."""


@dataclass(frozen=True)
class Expected:
    """An entry of a result is to be within ``limit`` of ``value``.

    A limit is NaN where no finite bound is known. The value may be what the routine
    ``itself`` gave for the same point, and not the exact derivative.
    """

    entry: Entry
    value: Any
    limit: float
    itself: bool = False

    def met_by(self, actual: Any) -> bool:
        """Whether a number is near enough; what is not finite is so to itself."""
        same = actual == self.value or (np.isnan(actual) and np.isnan(self.value))
        return bool(same or abs(actual - self.value) <= self.limit)


def wide(value: Array) -> Array:
    """Numbers in double precision at least.

    Compared as they come, those of half or single precision would round what they
    are compared with.
    """
    return value.astype(np.result_type(value.dtype, np.float64))


def of_number(function: Function) -> str:
    """A function of one number for a reader."""
    return function.written(1).replace("x0", "x")


def function_of(observation: Observation) -> Function:
    """The function of a probe that has one."""
    return function_of_probe(observation.probe)


def function_of_probe(probe: Probe) -> Function:
    """Its function, which it is to have."""
    assert probe.function is not None
    return probe.function


def formulas(
    evidence: Evidence, probe: str
) -> tuple[tuple[Entry, Formula | None], ...]:
    """The entries at a probe, each with its formula if one was read."""
    observation, reading = evidence.observations[probe], evidence.readings.get(probe)
    return _formulas(observation, reading, evidence.by_rows)


@_remembered
def _formulas(
    observation: Observation, reading: Stencil | Unreadable | None, by_rows: bool
) -> tuple[tuple[Entry, Formula | None], ...]:
    x = observation.probe.x
    readable = isinstance(reading, Stencil) and reading.weights.shape[1:] == x.shape
    return tuple(
        (entry, formula(reading, entry, by_rows=by_rows))
        if readable and isinstance(reading, Stencil)
        else (entry, None)
        for entry in entries(x, by_rows=by_rows)
    )


def own_formulas(
    evidence: Evidence, probe: str
) -> tuple[tuple[Entry, Formula | None], ...]:
    """As `formulas`, but none that asks about another row than its own.

    Where none was read, it is that on the nodes that this call asked, if there is one.
    """
    observation, reading = evidence.observations[probe], evidence.readings.get(probe)
    return _own_formulas(observation, reading, evidence.by_rows)


@_remembered
def _own_formulas(
    observation: Observation, reading: Stencil | Unreadable | None, by_rows: bool
) -> tuple[tuple[Entry, Formula | None], ...]:
    x = np.asarray(observation.probe.x, float)
    found = _formulas(observation, reading, by_rows)
    if not isinstance(reading, Stencil):
        asked = AskedNodes.of(observation, by_rows=by_rows)
        return tuple((e, asked.formula(e) if asked else None) for e, _ in found)
    return tuple(
        (entry, None if read and strays(x, entry, read) else read)
        for entry, read in found
    )


def strays(x: Array, entry: Entry, read: Formula) -> list[Array]:
    """The nodes of a row's entry that are nearer to another row."""
    if entry.row is None:
        return []
    return [node for node in read.nodes if nearest_row(x, node) != entry.row]


def unread(evidence: Evidence, probe: str) -> Judgement:
    """Why there is no formula at a probe; that the port broke over it is an error."""
    reading = evidence.readings.get(probe)
    if isinstance(reading, Unreadable) and reading.reason == "broke-while-read":
        how, detail = reading.parameters["how"], reading.parameters["detail"]
        return broken(f"broke.{how}", probe=probe, detail=detail)
    if isinstance(reading, Unreadable):
        return not_covered("unreadable", reason=reading.reason, **reading.parameters)
    return not_covered("no-formula", probe=probe)


def gradients(evidence: Evidence, probe: str) -> tuple[Expected, ...]:
    """The exact gradient at a probe, each entry with the bound of its formula.

    Where no formula was asked for, the bound is the book's, unless the nodes that
    were asked allow more. Of what gives values alone no step is known.
    """
    observation, reading = evidence.observations[probe], evidence.readings.get(probe)
    if gives_values_alone(evidence):
        return _of_any_step(observation, evidence.by_rows)
    order = None if reading else order_read(evidence)
    found = _gradients(observation, reading, evidence.by_rows, order)
    if reading:
        return found
    return tuple(_or_moved(evidence, observation, each) for each in found)


@_remembered
def _gradients(
    observation: Observation,
    reading: Stencil | Unreadable | None,
    by_rows: bool,
    order: int | None,
) -> tuple[Expected, ...]:
    function = function_of(observation)
    if reading is None:
        return _by_value(observation, by_rows, order)
    return tuple(
        Expected(entry, _exact(function, entry), limit(function, entry, read))
        for entry, read in _own_formulas(observation, reading, by_rows)
    )


SILENT = ("by-name", "unsupported", "answered-once")
"""Why no formula is read of what never asks for f."""


def gives_values_alone(evidence: Evidence) -> bool:
    """Whether the port never asks for f: then nothing tells of its formula."""
    first = next(iter(evidence.readings.values()), None)
    return isinstance(first, Unreadable) and first.reason in SILENT


@_remembered
def _of_any_step(observation: Observation, by_rows: bool) -> tuple[Expected, ...]:
    """The exact gradient, with what any step that G6 admits may be off by."""
    function = function_of(observation)
    return tuple(
        Expected(entry, _exact(function, entry), any_step_limit(function, entry))
        for entry in entries(observation.probe.x, by_rows=by_rows)
    )


def any_step_limit(function: Function, entry: Entry) -> float:
    """The largest bound of a central difference whose step G6 admits; else NaN.

    Where none is known for f, it is the book's.
    """
    point = tuple(entry.origin.tolist())
    try:
        return _any_step_bound(function, point)[entry.component]
    except NotImplementedError:
        return book_bound(function, point)[entry.component]
    except oracle.UnboundedError:
        return np.nan


@_remembered
def _any_step_bound(function: Function, point: tuple[float, ...]) -> list[float]:
    limits: list[float] = any_step.central(function, point, MIN_STEP, MAX_STEP).tolist()
    return limits


def order_read(evidence: Evidence) -> int | None:
    """The order of accuracy of the formula that was read at the first probe."""
    if not isinstance(next(iter(evidence.readings.values()), None), Stencil):
        return None
    return min((read.order for read in _read_first(evidence)), default=None)


def _read_first(evidence: Evidence) -> list[Formula]:
    """The formulas of the first probe at which any were asked for."""
    first = list(evidence.readings)[:1]
    found = (each for probe in first for each in own_formulas(evidence, probe))
    return [read for _, read in found if read]


def _or_moved(
    evidence: Evidence, observation: Observation, expected: Expected
) -> Expected:
    """As expected, or by the bound of the formula that was read elsewhere."""
    value, entry = observation.value, expected.entry
    if value is None or value.shape != observation.probe.x.shape:
        return expected
    if expected.met_by(wide(value)[entry.index]):
        return expected
    read = moved_along(evidence, entry)
    if read is None:
        return expected
    own = limit(function_of(observation), entry, read)
    return replace(expected, limit=float(np.maximum(expected.limit, own)))


def moved_along(evidence: Evidence, entry: Entry) -> Formula | None:
    """The formula that was read first, along the component, in any other space."""
    reads = _read_first(evidence)
    own = [read for read in reads if read.component == entry.component]
    for read in own or reads:
        offsets = read.nodes - read.x
        if np.delete(offsets, read.component, axis=1).any():
            continue
        nodes = np.tile(np.asarray(entry.origin, float), (len(offsets), 1))
        nodes[:, entry.component] += offsets[:, read.component]
        return Formula(entry.origin, nodes, read.weights, entry.component)
    return None


def _by_value(
    observation: Observation, by_rows: bool, order: int | None
) -> tuple[Expected, ...]:
    """The exact gradient with the book's bound; where it is not met, the nodes' own."""
    function = function_of(observation)
    found = list(entries(observation.probe.x, by_rows=by_rows))
    points = np.array([entry.origin for entry in found])
    at = np.arange(len(found)), [entry.component for entry in found]
    try:
        bound = error_bounds.central(function, points, BOOK_STEP)
    except oracle.UnboundedError:
        return tuple(Expected(entry, np.nan, np.nan) for entry in found)
    book = map(Expected, found, bound.gradient[at].tolist(), bound.b1[at].tolist())
    return tuple(_or_own(observation, expected, by_rows, order) for expected in book)


def _or_own(
    observation: Observation, book: Expected, by_rows: bool, order: int | None
) -> Expected:
    """As expected by the book's bound, or by that of the nodes that were asked."""
    own = own_limit(observation, book, by_rows=by_rows, order=order)
    # Where no finite bound is known it is NaN, and stays so.
    return replace(book, limit=float(np.maximum(book.limit, own)))


def own_limit(
    observation: Observation,
    expected: Expected,
    by_rows: bool,
    order: int | None,
) -> float:
    """The bound of the nodes that a call asked, where it is needed; else 0.

    It is where an entry is not as expected, a formula on them gives just that, and it
    is of the ``order`` that was read elsewhere: it is judged there. If none was read,
    it has to be as accurate as any.
    """
    value, entry = observation.value, expected.entry
    if value is None or value.shape != observation.probe.x.shape:
        return 0.0
    if expected.met_by(wide(value)[entry.index]):
        return 0.0
    asked, function = (
        AskedNodes.of(observation, by_rows=by_rows),
        function_of(observation),
    )
    reads = asked.formulas(entry) if asked else ()
    own = (admitted(function, entry, read, order) for read in reads)
    # Which of them was followed is not known: each would be right.
    limits = [limit(function, entry, read) for read in own if read]
    return float(np.max(limits, initial=0.0))


def admitted(
    function: Function, entry: Entry, read: Formula | None, order: int | None
) -> Formula | None:
    """The formula, if it is of that order, or else as accurate as one has to be."""
    if read is None or (order is not None and read.order >= order):
        return read
    return read if _accurate(function, entry, limit(function, entry, read)) else None


def _accurate(function: Function, entry: Entry, bound: float) -> bool:
    """Whether a bound is no more than that of a central difference that G6 admits."""
    widest = (
        error_bounds.central(function, entry.origin, step).b1[entry.component]
        for step in (MIN_STEP, MAX_STEP)
    )
    return any(bound <= float(one) for one in widest)


def _exact(function: Function, entry: Entry) -> float:
    return exact_gradient(function, tuple(entry.origin.tolist()))[entry.component]


@_remembered
def exact_gradient(function: Function, point: tuple[float, ...]) -> list[float]:
    """The oracle's gradient at one point."""
    gradient: list[float] = oracle.gradient(function, point).value.tolist()
    return gradient


@_remembered
def book_bound(function: Function, point: tuple[float, ...]) -> list[float]:
    """The bound of the book's central difference at one point."""
    limits: list[float] = error_bounds.central(function, point, BOOK_STEP).b1.tolist()
    return limits


def limit(function: Function, entry: Entry, read: Formula | None) -> float:
    """The bound of the formula that was read; without one, that of the book's.

    NaN where no finite bound is known.
    """
    if read is None:
        return book_bound(function, tuple(entry.origin.tolist()))[entry.component]
    try:
        bound = error_bounds.of_formula(
            function, read.x, read.nodes, read.weights, read.component, read.order
        )
        return bound + (_unknown(function, read) if _is_asked(read) else 0.0)
    except oracle.UnboundedError:
        return np.nan


def _is_asked(read: Formula) -> bool:
    return isinstance(read, AskedFormula)


def _unknown(function: Function, read: Formula) -> float:
    """What weights that are known but for the nodes' rounding can add to an error."""
    size = len(read.x)
    slopes = exact_gradient(function, tuple(read.x.tolist()))
    return sum(
        read.allowance(unit(size, j)) * abs(slope) for j, slope in enumerate(slopes)
    )


def unbounded(evidence: Evidence, probe: str) -> Judgement | None:
    """An error if some entry of a probe has no finite bound."""
    for expected in gradients(evidence, probe):
        if np.isnan(expected.limit):
            point = expected.entry.origin.tolist()
            return broken("no-bound", probe=probe, point=point)
    return None


def worst_of(observation: Observation, entries: Iterable[Expected]) -> Expected | None:
    """Return the entry of a result that is furthest from its limit, if one is off."""
    assert observation.value is not None
    value = wide(observation.value)
    wrong = [e for e in entries if not e.met_by(value[e.entry.index])]
    return max(wrong, key=lambda e: _distance(value[e.entry.index], e), default=None)


def off(observation: Observation, entries: Iterable[Expected]) -> dict[str, Any] | None:
    """The worst of the entries that are not as expected, in a message's parameters."""
    assert observation.value is not None
    value = wide(observation.value)
    given = list(entries)
    worst = worst_of(observation, given)
    if worst is None:
        return None
    wrong = [e for e in given if not e.met_by(value[e.entry.index])]
    return {
        "probe": observation.probe.id,
        "function": function_of(observation).written(len(worst.entry.origin)),
        "point": worst.entry.origin.tolist(),
        "component": worst.entry.component,
        "actual": number(value[worst.entry.index]),
        "expected": number(worst.value),
        "bound": worst.limit,
        "count": len(wrong),
        "total": int(value.size),
    }


def _distance(actual: Any, expected: Expected) -> float:
    """How many times the limit a number is off; NaN, which is no number, the most."""
    distance = abs(actual - expected.value) / expected.limit
    return float(np.nan_to_num(distance, nan=np.inf))


def number(value: Any) -> complex | float:
    """A number of NumPy's, in a message's parameters."""
    return complex(value) if np.iscomplexobj(value) else float(value)
