"""Evidence of small routines, gathered in this process, and changed at one place."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.evidence.collection import gather, gather_more
from gradproof.evidence.evidence import Evidence
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.observation import Outcome
from gradproof.ports.role_ids import RoleId

H = 2.0**-13
Routine = Callable[..., Any]


def slopes(f: Any, x: Any, h: float = H) -> Any:
    x = np.array(x, float)
    return np.array([(f(x + e) - f(x - e)) / (2 * h) for e in h * np.eye(x.size)])


def by_rows(one: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        return one(f, x) if np.ndim(x) == 1 else np.array([one(f, row) for row in x])

    return routine


def complex_step(f: Any, x: Any) -> Any:
    steps = 2.0**-60 * 1j * np.eye(np.size(x))
    return np.array([np.imag(f(x + s)) / 2.0**-60 for s in steps])


right = by_rows(slopes)
unreadable = by_rows(complex_step)


def on_batches(change: Callable[[Any], Any], one: Routine = right) -> Routine:
    """A routine whose results for batches are changed."""
    return lambda f, x: change(one(f, x)) if np.ndim(x) == 2 else one(f, x)


@functools.cache
def seen(routine: Routine, role: RoleId = "gradient", vectorized: bool = False) -> Any:
    return gather(FunctionPort("port", routine, vectorized), role)


def changed(evidence: Evidence, probe: str, /, **fields: Any) -> Evidence:
    """With another observation of one probe."""
    found = {probe: replace(evidence.observations[probe], **fields)}
    return replace(evidence, observations={**evidence.observations, **found})


def with_outcome(evidence: Evidence, outcome: Outcome, *probes: str) -> Evidence:
    for probe in probes:
        evidence = changed(evidence, probe, outcome=outcome)
    return evidence


def value_of(evidence: Evidence, probe: str) -> Any:
    value = evidence.observations[probe].value
    assert value is not None
    return value


def all_seen(routine: Routine, role: RoleId) -> Evidence:
    return gather_more(
        FunctionPort("port", routine), gather(FunctionPort("port", routine), role)
    )
