"""The judges of a descent: where its steps lead, its start and its history."""

from __future__ import annotations

from collections.abc import Iterable
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
from gradproof.numerics.magnitudes import furthest
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
            return passed()
        observation = evidence.observations[probe]
        shape = outcomes.shape(observation)
        if shape.verdict != "pass" or observation.value is None:
            return shape
        try:
            place = _next(evidence, observation, left, place)
        except oracle.UnboundedError:
            return broken("no-bound", probe=probe, point=place.x.tolist())
        value = expected.wide(observation.value)
        off = ~(abs(value - place.x) <= place.limit)
        if off.any():
            return failed("off-steps", **_said(observation, place, off))
        left.append(np.real(value))
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
    actual, start = outcome.second, observation.probe.x
    points = [start]
    for probe in STEPS:
        value = evidence.observations[probe].value
        if value is None:
            return not_covered("no-result", probe=probe)
        points.append(value)
    # The place where the steps lead may be kept as well.
    shapes = [(len(kept), *start.shape) for kept in (points[:-1], points)]
    if actual.shape not in shapes:
        return failed("history-shape", actual=list(actual.shape), expected=len(STEPS))
    first, *others = actual.tolist()
    if all(point == first for point in others):
        return failed("history-same", count=len(actual), point=first)
    for number, (point, expected_point) in enumerate(zip(actual, points, strict=False)):
        if not np.array_equal(point, expected_point):
            said = {"actual": point.tolist(), "expected": expected_point.tolist()}
            return failed("history-off", number=number, **said)
    return passed()


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

        |I − ηH|·R + η(b + γ) + 8u(|c| + R + η|G|),

    H enclosed over c ± R. Each side of the equation takes two roundings: of ηg, with
    |g| ≤ |G| + γ + |H|R + b, and of x − ηg, with |x| ≤ |c| + R. As η|H|R is at most
    R + |I − ηH|·R, these make no more than half of the last term, and a few u of the
    others, which are left to the inflation. Raises UnboundedError.
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
    kept = abs(np.eye(len(b)) - rate * second) + rate * spread
    off = kept @ place.limit + rate * (b + gradient.radius)
    moved = rate * abs(gradient.value)
    limit = off + 8 * UNIT_ROUNDOFF * (abs(place.x) + place.limit + moved)
    oracle.require_finite(function, place.x, limit)
    return ExpectedPoint(place.x - rate * gradient.value, limit * INFLATION)


def _second(function: Function, place: ExpectedPoint) -> tuple[Array, Array]:
    """Second derivatives over the box of a place: (D, D) values and radii."""
    size = len(place.x)
    shape = (size, size)
    values, radii = np.zeros(shape), np.zeros(shape)
    for i, j in np.ndindex(shape):
        index = tuple(np.add(unit(size, i), unit(size, j)).tolist())
        values[i, j], radii[i, j] = oracle.enclosure(
            function, index, place.x, place.limit
        )
    return values, radii


def _bounds(evidence: Evidence, observation: Observation, left: list[Array]) -> Array:
    """The bound of the port's gradient at the last of the points, (D,)."""
    x = left[-1]
    function = expected.function_of(observation)
    found = entries(x, by_rows=evidence.by_rows)
    if expected.gives_values_alone(evidence):
        return np.array([expected.any_step_limit(function, e) for e in found])
    reading = evidence.readings.get(observation.probe.id)
    if isinstance(reading, Stencil) and reading.weights.shape[1:] == x.shape:
        reads = [(e, formula(reading, e, by_rows=evidence.by_rows)) for e in found]
    else:
        asked, order = _asked(observation, left), expected.order_read(evidence)
        own = [(e, asked.formula(e) if asked else None) for e in found]
        reads = [(e, expected.admitted(function, e, read, order)) for e, read in own]
    return np.array([expected.limit(function, entry, read) for entry, read in reads])


def _asked(observation: Observation, left: list[Array]) -> AskedNodes | None:
    """The nodes of the last step, and the gradient that it took."""
    value, rate = observation.value, observation.probe.keywords["lr"]
    if value is None:
        return None
    # A node belongs to the point that it is nearest to, the last of them first.
    gradient = (left[-1] - np.real(value)) / rate
    return AskedNodes.near(observation, np.array([*reversed(left)]), gradient)


def _said(observation: Observation, place: ExpectedPoint, off: Array) -> dict[str, Any]:
    """The worst of the components that are off, in a message's parameters."""
    assert observation.value is not None
    probe = observation.probe
    distance = abs(expected.wide(observation.value) - place.x) / place.limit
    (component,) = furthest(distance, off)
    return {
        "steps": probe.keywords["step_num"],
        "rate": probe.keywords["lr"],
        "start": probe.x.tolist(),
        "function": expected.function_of(observation).written(len(probe.x)),
        "component": int(component),
        "actual": expected.number(observation.value[component]),
        "expected": float(place.x[component]),
        "bound": float(place.limit[component]),
    }
