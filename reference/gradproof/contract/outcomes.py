"""What came of a call where it was no array of the right shape."""

from __future__ import annotations

import numpy as np

from gradproof.contract.verdicts import (
    Judgement,
    broken,
    failed,
    not_covered,
    passed,
)
from gradproof.ports.observation import (
    Broke,
    Declined,
    Nonsense,
    Observation,
    Probe,
    Raised,
    Unserved,
)


def breakage(observation: Observation) -> Judgement | None:
    """How the port broke, or ``None`` if it returned an array of numbers.

    What it does not serve is not covered.
    """
    probe, outcome = observation.probe.id, observation.outcome
    if isinstance(outcome, Declined):
        return broken("declined", probe=probe)
    if isinstance(outcome, Raised):
        return broken("raised", probe=probe, kind=outcome.kind, text=outcome.text)
    if isinstance(outcome, Nonsense):
        return broken(_nonsense(observation.probe), probe=probe, what=outcome.what)
    if isinstance(outcome, Broke):
        return broken(f"broke.{outcome.how}", probe=probe, detail=outcome.detail)
    if isinstance(outcome, Unserved):
        return not_covered(outcome.reason, **outcome.parameters)
    return None


def _nonsense(probe: Probe) -> str:
    """The message for a result that is not of the kind that is due."""
    if probe.at is not None:
        return "nonsense-line"
    return "nonsense-number" if probe.layout == "number" else "nonsense"


def shape(observation: Observation) -> Judgement:
    """Whether the result is an array of x's shape, or has a value at each place.

    A place may be a point.
    """
    value = observation.value
    if value is None:
        broke = broken("no-result", probe=observation.probe.id)
        return breakage(observation) or broke
    at = observation.probe.at
    actual = value.shape
    expected = np.shape(observation.probe.x) if at is None else np.shape(at)[:1]
    if at is not None and actual == np.shape(at) and at.ndim > 1:
        probe, size = observation.probe.id, at.shape[1]
        return failed("plane-by-component", probe=probe, size=size)
    if actual != expected:
        probe = observation.probe.id
        if not expected:
            return failed("wrong-shape-number", probe=probe, actual=list(actual))
        return failed(
            "wrong-shape", probe=probe, actual=list(actual), expected=list(expected)
        )
    return passed()
