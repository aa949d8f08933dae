"""The judges of a tangent: its values at x and at a few other places.

Of one that takes points these are the heights of a plane.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.contract import expected, outcomes
from gradproof.contract.expected import Expected
from gradproof.contract.verdicts import Judgement, failed, not_covered, passed
from gradproof.evidence.evidence import Evidence
from gradproof.numerics import oracle
from gradproof.numerics.enclosure import INFLATION
from gradproof.numerics.rounding import gamma
from gradproof.ports.observation import Observation, Probe, Returned

Array = np.ndarray[Any, Any]


def _roundings(size: int) -> float:
    """γ_(2D+2): of the products and sums of D components, however they are ordered."""
    return float(gamma(2 * size + 2))


ROUNDINGS = _roundings(1)
"""γ_4: both f(x) + s·(t − x) and s·t + (f(x) − s·x) take three roundings."""


def touches(evidence: Evidence, probe: str) -> Judgement:
    """At x the line has f's value.

    In either form it is off by f's own evaluation error and by γ_4 times the sum of
    its terms, |f(x)| + 2|s·x|. The slope s is the line's own: whether it is right is
    another clause's matter. So it is after another line has been made. Of a plane's D
    terms Σ sᵢ·xᵢ, all are counted, with γ_(2D+2).
    """
    observation = evidence.observations[probe]
    judged = _touches(observation)
    earlier = _earlier(evidence, observation)
    if judged.verdict != "pass" or earlier is None:
        return judged
    again = _touches(earlier)
    return failed("line-changed", **again.parameters) if again.parameters else judged


def _earlier(evidence: Evidence, observation: Observation) -> Observation | None:
    """The observation before, with the values that its line has by now."""
    before, values = observation.probe.after, observation.earlier
    if before is None or values is None:
        return None
    return replace(evidence.observations[before], outcome=Returned(values))


def _touches(observation: Observation) -> Judgement:
    shape = outcomes.shape(observation)
    if shape.verdict != "pass":
        return shape
    if observation.probe.x.ndim:
        return _plane_touches(observation)
    x, line = float(observation.probe.x), _line(observation)
    slope = max(abs(slope) for _, slope in _slopes(observation))
    f = oracle.enclosure(expected.function_of(observation), (0,), [x])
    limit = float(f.radius + ROUNDINGS * (f.reach + 2 * slope * abs(x)))
    # A line of infinite slope touches nothing.
    if np.isfinite(limit) and abs(float(line[0]) - float(f.value)) <= limit:
        return passed()
    return failed("off-touch", **_said(observation, line[0], f.value, limit))


def _plane_touches(observation: Observation) -> Judgement:
    x, heights = observation.probe.x, _line(observation)
    at = observation.probe.at
    assert at is not None
    steps = np.diag(at[1 : 1 + len(x)]) - x
    slopes = (heights[1 : 1 + len(x)] - heights[0]) / steps
    f = oracle.enclosure(expected.function_of(observation), (0,) * len(x), x)
    terms = f.reach + 2 * np.sum(np.abs(slopes * x))
    limit = float(f.radius + _roundings(len(x)) * terms)
    if np.isfinite(limit) and abs(float(heights[0]) - float(f.value)) <= limit:
        return passed()
    return failed("off-touch-plane", **_said(observation, heights[0], f.value, limit))


def slope(evidence: Evidence, probe: str) -> Judgement:
    """From x to each of the other places the line rises by the derivative.

    Beside the bound of its formula, each of the two values has γ_4 times the sum of
    its terms; f(x) itself is the same in both.
    """
    observation = evidence.observations[probe]
    if outcomes.shape(observation).verdict != "pass":
        return not_covered("no-result", probe=probe)
    no_bound = expected.unbounded(evidence, probe)
    if no_bound:
        return no_bound
    if observation.probe.x.ndim:
        return _plane_slope(evidence, probe)
    x, exact = float(observation.probe.x), _exact(evidence, probe)
    f = oracle.enclosure(expected.function_of(observation), (0,), [x])
    size = abs(exact.value) + exact.limit
    for t, actual in _slopes(observation):
        terms = 2 * float(f.reach) + size * (3 * abs(x) + abs(t))
        limit = exact.limit + ROUNDINGS * (terms / abs(t - x) + size)
        if not abs(actual - exact.value) <= limit:
            said = _said(observation, actual, exact.value, limit)
            return failed("off-slope", **said, t=t)
    return passed()


def _plane_slope(evidence: Evidence, probe: str) -> Judgement:
    """From x to each of the other points the plane rises by ∇f(x)·(t − x)."""
    observation = evidence.observations[probe]
    x, heights, at = observation.probe.x, _line(observation), observation.probe.at
    assert at is not None
    gradient = [
        _along(evidence, probe, entry) for entry in expected.gradients(evidence, probe)
    ]
    exact = np.array([e.value for e in gradient], float)
    limits = np.array([e.limit for e in gradient])
    f = oracle.enclosure(expected.function_of(observation), (0,) * len(x), x)
    for t, height in zip(at[1:], heights[1:], strict=True):
        rise, due = float(height - heights[0]), float(exact @ (t - x))
        size = (abs(exact) + limits) @ (3 * abs(x) + abs(t) + abs(t - x))
        within = _roundings(len(x)) * float(2 * f.reach + size)
        limit = float(limits @ abs(t - x)) + within
        if not abs(rise - due) <= limit:
            said = _said(observation, rise, due, limit)
            return failed("off-rise", **said, t=t.tolist())
    return passed()


def values(probe: Probe, slope: float, limit: float) -> tuple[Array, Array]:
    """The exact values of the line at its places, and by how much a right one is off.

    ``limit`` is that of its slope. It is what `touches` and `slope` admit together.
    """
    assert probe.at is not None
    x = float(probe.x)
    f = oracle.enclosure(expected.function_of_probe(probe), (0,), [x])
    rise, size = probe.at - x, abs(slope) + limit
    touch = f.radius + ROUNDINGS * (f.reach + 2 * size * abs(x))
    terms = 2 * f.reach + size * (3 * abs(x) + abs(probe.at))
    within = touch + abs(rise) * (limit + ROUNDINGS * size) + ROUNDINGS * terms
    return f.value + slope * rise, within * INFLATION


def _exact(evidence: Evidence, probe: str) -> Expected:
    """The derivative, with the bound of the formula that was read, here or before."""
    (exact,) = expected.gradients(evidence, probe)
    read = expected.moved(evidence, exact.entry)
    if probe in evidence.readings or read is None:
        return exact
    function = expected.function_of(evidence.observations[probe])
    return replace(exact, limit=expected.limit(function, exact.entry, read))


def _along(evidence: Evidence, probe: str, exact: Expected) -> Expected:
    """The same of one component of a gradient, of points of any size."""
    read = expected.moved_along(evidence, exact.entry)
    if probe in evidence.readings or read is None:
        return exact
    function = expected.function_of(evidence.observations[probe])
    return replace(exact, limit=expected.limit(function, exact.entry, read))


def _line(observation: Observation) -> Any:
    assert observation.value is not None
    return expected.wide(observation.value)


def _slopes(observation: Observation) -> Iterator[tuple[float, float]]:
    """The other places, and the slopes from x to them."""
    at, line = observation.probe.at, _line(observation)
    assert at is not None
    for t, value in zip(at[1:], line[1:], strict=True):
        yield float(t), float((value - line[0]) / (t - at[0]))


def _said(
    observation: Observation, actual: Any, exact: Any, limit: float
) -> dict[str, Any]:
    function, x = expected.function_of(observation), observation.probe.x
    written = function.written(len(x)) if x.ndim else expected.of_number(function)
    return {
        "function": written,
        "point": x.tolist(),
        "actual": float(actual),
        "expected": float(exact),
        "bound": limit,
    }
