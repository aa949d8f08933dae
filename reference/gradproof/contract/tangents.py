"""The judges of a tangent: its values at x and at a few other places.

Of one that takes points these are the heights of a plane.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.contract import expected, outcomes
from gradproof.contract.expected import Expected
from gradproof.contract.verdicts import Judgement, failed, not_covered, passed
from gradproof.evidence.evidence import Evidence
from gradproof.numerics import oracle
from gradproof.numerics.enclosure import INFLATION, Enclosure
from gradproof.numerics.functions import Function
from gradproof.numerics.rounding import gamma
from gradproof.ports.observation import Observation, Probe, Returned

Array = np.ndarray[Any, Any]


def _roundings(size: int) -> float:
    """γ_(2D+2): of the products and sums of D components, however they are ordered."""
    return float(gamma(2 * size + 2))


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
    x, places, height, heights = _seen(observation)
    along = slice(len(x))
    slopes = (heights[along] - height) / np.diag(places[along] - x)
    f = _height(expected.function_of(observation), x)
    terms = f.reach + 2 * np.sum(np.abs(slopes * x))
    limit = float(f.radius + _roundings(len(x)) * terms)
    # A line of infinite slope touches nothing.
    if np.isfinite(limit) and abs(height - f.value) <= limit:
        return passed()
    message = "off-touch-plane" if observation.probe.x.ndim else "off-touch"
    return failed(message, **_said(observation, height, f.value, limit))


def slope(evidence: Evidence, probe: str) -> Judgement:
    """From x to each of the other places t it rises by ∇f(x)·(t − x).

    Beside the bound of its formula, each of the two values has γ_(2D+2) times the sum
    of its terms; f(x) itself is the same in both.
    """
    observation = evidence.observations[probe]
    if outcomes.shape(observation).verdict != "pass":
        return not_covered("no-result", probe=probe)
    no_bound = expected.unbounded(evidence, probe)
    if no_bound:
        return no_bound
    x, places, height, heights = _seen(observation)
    gradient = [
        _along(evidence, probe, entry) for entry in expected.gradients(evidence, probe)
    ]
    exact = np.array([e.value for e in gradient], float)
    limits = np.array([e.limit for e in gradient])
    f = _height(expected.function_of(observation), x)
    away, rises = places - x, heights - height
    sizes = (3 * abs(x) + abs(places) + abs(away)) @ (abs(exact) + limits)
    within = abs(away) @ limits + _roundings(len(x)) * (2 * f.reach + sizes)
    off = ~(abs(rises - away @ exact) <= within)
    if not off.any():
        return passed()
    first = int(np.argmax(off))
    if observation.probe.x.ndim:
        due, t = away[first] @ exact, places[first].tolist()
        said = _said(observation, rises[first], due, within[first])
        return failed("off-rise", **said, t=t)
    (step,), (t,), (due,) = away[first], places[first].tolist(), exact
    said = _said(observation, rises[first] / step, due, within[first] / abs(step))
    return failed("off-slope", **said, t=t)


def values(probe: Probe, slope: float, limit: float) -> tuple[Array, Array]:
    """The exact values of the line at its places, and by how much a right one is off.

    ``limit`` is that of its slope. It is what `touches` and `slope` admit together.
    """
    assert probe.at is not None
    x = float(probe.x)
    f = _height(expected.function_of_probe(probe), np.array([x]))
    away, size, rounded = probe.at - x, abs(slope) + limit, _roundings(1)
    touch = f.radius + rounded * (f.reach + 2 * size * abs(x))
    sizes = (3 * abs(x) + abs(probe.at) + abs(away)) * size
    within = abs(away) * limit + rounded * (2 * f.reach + sizes)
    return f.value + slope * away, (touch + within) * INFLATION


def _height(function: Function, x: Array) -> Enclosure:
    """Of f itself at x, with the error of its evaluation."""
    return oracle.enclosure(function, tuple(np.zeros(len(x), int).tolist()), x)


def _along(evidence: Evidence, probe: str, exact: Expected) -> Expected:
    """As expected, with the bound of the formula that was read, here or before."""
    read = expected.moved_along(evidence, exact.entry)
    if probe in evidence.readings or read is None:
        return exact
    function = expected.function_of(evidence.observations[probe])
    return replace(exact, limit=expected.limit(function, exact.entry, read))


def _seen(observation: Observation) -> tuple[Array, Array, Any, Array]:
    """The point x, (D,), the other places, (T, D), the value at x, and theirs, (T,)."""
    at, value = observation.probe.at, observation.value
    assert at is not None
    assert value is not None
    x = np.atleast_1d(observation.probe.x).astype(float)
    _, *places = at
    height, *heights = expected.wide(value)
    return x, np.reshape(places, (len(places), len(x))), height, np.array(heights)


def _said(
    observation: Observation, actual: Any, exact: Any, limit: Any
) -> dict[str, Any]:
    function, x = expected.function_of(observation), observation.probe.x
    written = function.written(len(x)) if x.ndim else expected.of_number(function)
    return {
        "function": written,
        "point": x.tolist(),
        "actual": expected.number(actual),
        "expected": float(exact),
        "bound": float(limit),
    }
