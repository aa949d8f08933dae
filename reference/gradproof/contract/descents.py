"""The judges of a descent: where its steps lead, its start and its history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from gradproof.contract import expected, outcomes, restoration
from gradproof.contract.shared_judges import given
from gradproof.contract.verdicts import (
    Judgement,
    broken,
    failed,
    not_covered,
    passed,
    worst,
)
from gradproof.evidence.asked_formula import AskedNodes
from gradproof.evidence.evidence import Evidence, entries, formula
from gradproof.evidence.probe_ids import (
    DRAWN_STEPS,
    LONG_STEPS,
    MORE_STEPS,
    STEPS,
)
from gradproof.evidence.stencil import Stencil
from gradproof.numerics import any_step, oracle
from gradproof.numerics.difference_formula import unit
from gradproof.numerics.enclosure import INFLATION
from gradproof.numerics.functions import Function
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.ports.observation import Observation, Probe, Returned

Array = np.ndarray[Any, Any]


class ExpectedPoint(NamedTuple):
    """Where a descent is to be after some steps: within ``limit`` of ``x``, (D,)."""

    x: Array
    limit: Array


def steps(evidence: Evidence) -> Judgement:
    """After each number of steps x is within the bound that the steps carry."""
    first = evidence.observations[STEPS[0]].probe.x
    judged = [journey(evidence, STEPS + MORE_STEPS, first)]
    for probe in LONG_STEPS + DRAWN_STEPS:
        if given(evidence, probe):
            start = evidence.observations[probe].probe.x
            judged.append(journey(evidence, (probe,), start))
    return worst(judged)


def journey(evidence: Evidence, probes: Iterable[str], start: Array) -> Judgement:
    """Steps from a start, of which each probe goes one further."""
    place, left = ExpectedPoint(start, np.zeros(start.shape)), [start]
    for probe in probes:
        if not given(evidence, probe):
            break
        observation = evidence.observations[probe]
        shape = outcomes.shape(observation)
        if shape.verdict != "pass" or observation.value is None:
            return shape
        try:
            place = _next(evidence, observation, left, place)
        except oracle.UnboundedError:
            return broken("no-bound", probe=probe, point=place.x.tolist())
        left.append(expected.wide(observation.value))
        off = ~(abs(left[-1] - place.x) <= place.limit)
        if off.any():
            return failed("off-steps", **_said(observation, place, off))
    return passed()


def start_kept(evidence: Evidence) -> Judgement:
    """The caller's array is what it was."""
    observation = evidence.observations[STEPS[-1]]
    if observation.value is None:
        return not_covered("no-result", probe=observation.probe.id)
    return restoration.restored_bitwise(observation)


def history(evidence: Evidence) -> Judgement:
    """It holds the points that were left, as the port itself gives them."""
    observation = evidence.observations[STEPS[-1]]
    outcome = observation.outcome
    if not isinstance(outcome, Returned) or outcome.second is None:
        return not_covered("no-history")
    actual, points = outcome.second, list(_own_points(evidence))
    # The place where the steps lead may be kept as well.
    if actual.shape[1:] != points[0].shape or len(points) - len(actual) not in (0, 1):
        return failed(
            "history-shape", actual=list(actual.shape), expected=len(points) - 1
        )
    if (actual == actual[0]).all():
        return failed("history-same", count=len(actual), point=actual[0].tolist())
    for number, (point, expected_point) in enumerate(zip(actual, points, strict=False)):
        if not np.array_equal(point, expected_point):
            said = {"actual": point.tolist(), "expected": expected_point.tolist()}
            return failed("history-off", number=number, **said)
    return passed()


def _own_points(evidence: Evidence) -> Iterator[Array]:
    """The start, and where the port itself came to after 1, 2, … steps."""
    yield evidence.observations[STEPS[0]].probe.x
    for probe in STEPS:
        value = evidence.observations[probe].value
        if value is not None:
            yield value


def _next(
    evidence: Evidence,
    observation: Observation,
    left: list[Array],
    place: ExpectedPoint,
) -> ExpectedPoint:
    """Where the step from the last of ``left`` leads, and how far off that may be.

    Let x be where the port is, within R of c in each component, c computed here with
    G within γ of ∇f(c), and g the port's gradient, within b of ∇f(x). Then

        x − η·g − (c − η·G) = (I − ηH)(x − c) − η(g − ∇f(x)) + η(G − ∇f(c)),

    with H the mean of the second derivatives between c and x. So the next R is

        |I − ηH|·R + η(b + γ) + 8u(|c| + R + η(|G| + γ + b + |H|R)),

    H enclosed over c ± R; each side of the equation takes two roundings. Raises
    UnboundedError.
    """
    function, rate = expected.function_of(observation), observation.probe.keywords["lr"]
    return _moved(function, rate, place, _bounds(evidence, observation, left))


def of_any_step(probe: Probe) -> tuple[Array, Array]:
    """Where a probe's steps lead, (D,), and how far off that may be, likewise.

    The gradient may be that of a central difference of any step that G6 admits.
    """
    function, rate = expected.function_of_probe(probe), probe.keywords["lr"]
    place = ExpectedPoint(np.asarray(probe.x, float), np.zeros(np.shape(probe.x)))
    for _ in range(int(probe.keywords["step_num"])):
        b = any_step.central(
            function, place.x, expected.MIN_STEP, expected.MAX_STEP, place.limit
        )
        place = _moved(function, rate, place, b)
    return place.x, place.limit


def _moved(
    function: Function, rate: float, place: ExpectedPoint, b: Array
) -> ExpectedPoint:
    """A step further, where the gradient may be off by b: see `_next`."""
    gradient = oracle.gradient(function, place.x)
    second, spread = _second(function, place)
    reach = (abs(second) + spread) @ place.limit
    kept = abs(np.eye(len(b)) - rate * second) + rate * spread
    off = kept @ place.limit + rate * (b + gradient.radius)
    moved = rate * (abs(gradient.value) + gradient.radius + b + reach)
    limit = off + 8 * UNIT_ROUNDOFF * (abs(place.x) + place.limit + moved)
    oracle.require_finite(function, place.x, limit)
    return ExpectedPoint(place.x - rate * gradient.value, limit * INFLATION)


def _second(function: Function, place: ExpectedPoint) -> tuple[Array, Array]:
    """Second derivatives over the box of a place: (D, D) values and radii."""
    size = len(place.x)
    shape = (size, size)
    values, radii = np.zeros(shape), np.zeros(shape)
    for i, j in np.ndindex(shape):
        index = tuple(a + b for a, b in zip(unit(size, i), unit(size, j), strict=True))
        values[i, j], radii[i, j] = oracle.enclosure(
            function, index, place.x, place.limit
        )
    return values, radii


def _bounds(evidence: Evidence, observation: Observation, left: list[Array]) -> Array:
    """The bound of the port's gradient at the last of the points, (D,)."""
    x = left[-1]
    function = expected.function_of(observation)
    if expected.gives_values_alone(evidence):
        found = entries(x, by_rows=True)
        return np.array([expected.any_step_limit(function, e) for e in found])
    reading = evidence.readings.get(observation.probe.id)
    readable = isinstance(reading, Stencil) and reading.weights.shape[1:] == x.shape
    asked = None if readable else _asked(observation, left)
    order = expected.order_read(evidence)
    limits = []
    for entry in entries(x, by_rows=True):
        if readable and isinstance(reading, Stencil):
            read = formula(reading, entry, by_rows=True)
        else:
            read = asked.formula(entry) if asked else None
            read = expected.admitted(function, entry, read, order)
        limits.append(expected.limit(function, entry, read))
    return np.array(limits)


def _asked(observation: Observation, left: list[Array]) -> AskedNodes | None:
    """The nodes of the last step, and the gradient that it took."""
    value, rate = observation.value, observation.probe.keywords["lr"]
    if value is None:
        return None
    # A node belongs to the point that it is nearest to, the last of them first.
    return AskedNodes.near(observation, np.array(left[::-1]), (left[-1] - value) / rate)


def _said(observation: Observation, place: ExpectedPoint, off: Array) -> dict[str, Any]:
    """The worst of the components that are off, in a message's parameters."""
    assert observation.value is not None
    probe = observation.probe
    distance = np.where(
        off, abs(expected.wide(observation.value) - place.x) / place.limit, -1
    )
    furthest = int(np.argmax(np.nan_to_num(distance, nan=np.inf)))
    return {
        "steps": probe.keywords["step_num"],
        "rate": probe.keywords["lr"],
        "start": probe.x.tolist(),
        "function": expected.function_of(observation).written(len(probe.x)),
        "component": furthest,
        "actual": float(observation.value[furthest]),
        "expected": float(place.x[furthest]),
        "bound": float(place.limit[furthest]),
    }
