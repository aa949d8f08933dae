"""What is expected at each entry of a result, and how far off it may be."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.contract.verdicts import Judgement, broken, not_covered
from gradproof.evidence.evidence import Entry, Evidence, entries, formula, nearest_row
from gradproof.evidence.stencil import Stencil, Unreadable
from gradproof.numerics import error_bounds, oracle
from gradproof.numerics.difference_formula import Formula
from gradproof.numerics.functions import Function
from gradproof.ports.observation import Observation

Array = np.ndarray[Any, Any]

BOOK_STEP = 1e-4


@dataclass(frozen=True, eq=False)
class Expected:
    """An entry of a result is to be within ``limit`` of ``value``.

    A limit is NaN where no finite bound is known.
    """

    entry: Entry
    value: Any
    limit: float

    def met_by(self, actual: Any) -> bool:
        """Whether a number is near enough; what is not finite is so to itself."""
        same = actual == self.value or (np.isnan(actual) and np.isnan(self.value))
        return bool(same or abs(actual - self.value) <= self.limit)


def of_number(function: Function) -> str:
    """A function of one number for a reader."""
    return function.written(1).replace("x0", "x")


def function_of(observation: Observation) -> Function:
    """The function of a probe that has one."""
    assert observation.probe.function is not None
    return observation.probe.function


@functools.lru_cache(maxsize=64)
def formulas(
    evidence: Evidence, probe: str
) -> tuple[tuple[Entry, Formula | None], ...]:
    """The entries at a probe, each with its formula if one was read."""
    reading, x = evidence.readings.get(probe), evidence.observations[probe].probe.x
    readable = isinstance(reading, Stencil) and reading.weights.shape[1:] == x.shape
    return tuple(
        (entry, formula(reading, entry, by_rows=evidence.by_rows))
        if readable and isinstance(reading, Stencil)
        else (entry, None)
        for entry in entries(x, by_rows=evidence.by_rows)
    )


@functools.lru_cache(maxsize=64)
def own_formulas(
    evidence: Evidence, probe: str
) -> tuple[tuple[Entry, Formula | None], ...]:
    """As `formulas`, leaving out those that ask about another row than their own."""
    x = np.asarray(evidence.observations[probe].probe.x, float)
    return tuple(
        (entry, None if read and strays(x, entry, read) else read)
        for entry, read in formulas(evidence, probe)
    )


def strays(x: Array, entry: Entry, read: Formula) -> list[Array]:
    """The nodes of a row's entry that are nearer to another row."""
    if entry.row is None:
        return []
    return [node for node in read.nodes if nearest_row(x, node) != entry.row]


def unread(evidence: Evidence, probe: str) -> Judgement:
    """Why there is no formula at a probe."""
    reading = evidence.readings.get(probe)
    if isinstance(reading, Unreadable):
        return not_covered("unreadable", reason=reading.reason, **reading.parameters)
    return not_covered("no-formula", probe=probe)


@functools.lru_cache(maxsize=64)
def gradients(evidence: Evidence, probe: str) -> tuple[Expected, ...]:
    """The exact gradient at a probe, each entry with the bound of its formula."""
    function = function_of(evidence.observations[probe])
    return tuple(
        Expected(entry, _exact(function, entry), limit(function, entry, read))
        for entry, read in own_formulas(evidence, probe)
    )


def _exact(function: Function, entry: Entry) -> float:
    return exact_gradient(function, tuple(entry.origin.tolist()))[entry.component]


@functools.lru_cache(maxsize=256)
def exact_gradient(function: Function, point: tuple[float, ...]) -> list[float]:
    """The oracle's gradient at one point."""
    gradient: list[float] = oracle.gradient(function, point).value.tolist()
    return gradient


@functools.lru_cache(maxsize=256)
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
        return error_bounds.of_formula(
            function, read.x, read.nodes, read.weights, read.component, read.order
        )
    except oracle.UnboundedError:
        return np.nan


def unbounded(evidence: Evidence, probe: str) -> Judgement | None:
    """An error if some entry of a probe has no finite bound."""
    for expected in gradients(evidence, probe):
        if np.isnan(expected.limit):
            point = expected.entry.origin.tolist()
            return broken("no-bound", probe=probe, point=point)
    return None


def off(observation: Observation, entries: Iterable[Expected]) -> dict[str, Any] | None:
    """The worst of the entries that are not as expected, in a message's parameters."""
    value = observation.value
    assert value is not None
    wrong = [e for e in entries if not e.met_by(value[e.entry.index])]
    if not wrong:
        return None
    worst = max(wrong, key=lambda e: _distance(value[e.entry.index], e))
    return {
        "probe": observation.probe.id,
        "function": function_of(observation).written(len(worst.entry.origin)),
        "point": worst.entry.origin.tolist(),
        "component": worst.entry.component,
        "got": _number(value[worst.entry.index]),
        "due": _number(worst.value),
        "bound": worst.limit,
        "count": len(wrong),
        "total": int(value.size),
    }


def _distance(actual: Any, expected: Expected) -> float:
    """How many times the limit a number is off; NaN, which is no number, the most."""
    distance = abs(actual - expected.value) / expected.limit
    return float(np.nan_to_num(distance, nan=np.inf))


def _number(value: Any) -> complex | float:
    return complex(value) if np.iscomplexobj(value) else float(value)
