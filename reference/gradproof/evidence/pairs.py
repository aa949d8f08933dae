"""Gather evidence of a pair: what is claimed at x, and what f's slopes are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.evidence.evidence import Evidence
from gradproof.evidence.log_guard import unguarded
from gradproof.evidence.probe_ids import GIVEN
from gradproof.numerics.directions import Survey, survey
from gradproof.numerics.slope_records import Slopes, Unknown
from gradproof.numerics.slopes import (
    MAX_ENTRIES,
    FunctionEndedError,
    number_of,
    raised,
    slopes,
    slopes_beside,
    value_of,
)
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.kept_objects import Restore, kept
from gradproof.ports.observation import Observation, Probe

Array = np.ndarray[Any, Any]
Objective = Callable[[Any], Any]

DOUBLE, SINGLE = GIVEN
"""The probes at x, by the precision in which it is given."""


def gather_pair(f: Objective, grad: Objective, x: Any) -> Evidence:
    """Have the gradient claimed at ``x``, and find f's slopes there.

    In double precision, and once more in single. What f and grad can reach is in the
    end as it was before.
    """
    port = FunctionPort("pair", lambda _, x: grad(x))
    points: dict[str, Array] = {
        DOUBLE: np.array(x, np.float64),
        SINGLE: np.array(x, np.float32),
    }
    with kept(f, grad) as restore:
        seen = {n: port.observe(Probe(n, f, point)) for n, point in points.items()}
        restore()
        evidence = _of(_restoring(f, restore), seen, points)
        own, without = _restoring(f, restore), unguarded(f)
        x = points[DOUBLE]
        if not _departs(evidence) or value_of(own, x) == value_of(without, x):
            return evidence
        of_other = _of(_restoring(without, restore), seen, points, evidence.slopes)
        return replace(evidence, unguarded=of_other)


def _restoring(f: Objective, restore: Restore) -> Objective:
    """f, which leaves no numbers of high precision behind, and never ends us."""

    def value(x: Any) -> Any:
        try:
            return f(x)
        except SystemExit as error:
            raise FunctionEndedError(f"SystemExit: {error}") from error
        finally:
            if x.dtype == object:
                restore()

    return value


def _of(
    f: Objective,
    seen: Mapping[str, Observation],
    points: Mapping[str, Array],
    beside: Mapping[str, Slopes | Unknown] | None = None,
) -> Evidence:
    """Evidence of f, or of an f ``beside`` one of which the slopes are known."""
    known = {
        name: slopes_beside(f, x, beside[name]) if beside else slopes(f, x)
        for name, x in points.items()
    }
    found = _survey(f, seen[DOUBLE]) if points[DOUBLE].size > MAX_ENTRIES else None
    return Evidence("pair", False, seen, {}, known, found)


def _survey(f: Objective, observation: Observation) -> Survey | Unknown | None:
    """What random directions tell of a claim of x's shape, in double precision."""
    claimed, x = observation.value, observation.probe.x
    if claimed is None or claimed.shape != x.shape or np.imag(claimed).any():
        return None
    with np.errstate(all="ignore"):
        value = value_of(f, x)
        if isinstance(value, Unknown):
            return value
        try:
            return survey(
                lambda moved: float(number_of(f(moved["x"]))),
                {"x": x},
                {"x": np.real(claimed)},
            )
        except Exception as error:  # f is asked for its value near x as well
            return raised(error)


def _departs(evidence: Evidence) -> bool:
    """Whether something departs from what f's own slopes are."""
    if isinstance(evidence.survey, Survey):
        return evidence.survey.answer != "agrees"
    value = evidence.observations[DOUBLE].value
    known = evidence.slopes[DOUBLE]
    if value is None or value.shape != evidence.observations[DOUBLE].probe.x.shape:
        return False
    if isinstance(known, Unknown):
        return False
    return any(
        not abs(float(np.real(value[s.index])) - s.value) <= s.limit + s.doubt
        for s in known.entries
    )
