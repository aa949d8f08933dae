"""Gather evidence: run the probes on a port, and read its formula."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.evidence import probes, random_probes, value_probes
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.probe_ids import SEED, STEPS
from gradproof.evidence.roles import FORMULA_PROBES
from gradproof.evidence.stencil import Stencil, Unreadable, read_on
from gradproof.ports.observation import (
    Broke,
    Declined,
    Nonsense,
    Observation,
    Port,
    Probe,
    Raised,
    Returned,
)
from gradproof.ports.role_ids import RoleId

Array = np.ndarray[Any, Any]


def gather(
    port: Port,
    role: RoleId,
    wanted: Container[str] | None = None,
    plane: bool = False,
) -> Evidence:
    """Run the role's probes, or those that are wanted, and read the formula.

    ``plane``: at points of two components alone. A tangent that raises for numbers
    is asked at points instead; if it returns something there, that is the evidence.

    It is read where judges need it, and not where the port has just broken: it
    would break again, for each of many runs.
    """
    every: Iterable[Probe] = probes.of(role, port.vectorized, plane)
    if wanted is not None:
        also = probes.planes() if role == "tangent" else ()
        every = (probe for probe in (*every, *also) if probe.id in wanted)
    evidence = _gathered(port, role, every)
    if role == "tangent" and wanted is None and _takes_no_number(evidence):
        of_points = _gathered(port, role, probes.planes())
        return of_points if _takes_points(of_points) else evidence
    return evidence


def _takes_no_number(evidence: Evidence) -> bool:
    """Whether each of the probes made the port raise."""
    outcomes = [o.outcome for o in evidence.observations.values()]
    return all(isinstance(o, Raised) and not isinstance(o, Declined) for o in outcomes)


def _takes_points(evidence: Evidence) -> bool:
    """Whether the port returned something for a point, right or wrong."""
    outcomes = (o.outcome for o in evidence.observations.values())
    return any(isinstance(outcome, Returned | Nonsense) for outcome in outcomes)


def _gathered(port: Port, role: RoleId, every: Iterable[Probe]) -> Evidence:
    observations: dict[str, Observation] = {}
    readings: dict[str, Stencil | Unreadable] = {}
    for probe in every:
        observation = observations[probe.id] = port.observe(probe)
        if probe.id in FORMULA_PROBES:
            broke = isinstance(observation.outcome, Broke)
            readings[probe.id] = (
                Unreadable("broke") if broke else _read(port, probe, observations)
            )
    return Evidence(role, port.vectorized, observations, readings)


def gather_more(port: Port, evidence: Evidence, seed: int = SEED) -> Evidence:
    """The evidence, and what the port does where values alone are judged.

    There are fixed places, and such as are drawn at random with the ``seed``. A
    port that has broken is left alone: it would break again.
    """
    seen = dict(evidence.observations)
    if not any(isinstance(o.outcome, Broke) for o in seen.values()):
        fixed = value_probes.more(evidence.role, port.vectorized)
        drawn = random_probes.drawn(evidence.role, seed, port.vectorized)
        for probe in of_like(seen, (*fixed, *drawn)):
            observation = port.observe(probe)
            if value_probes.is_passed_over(observation):
                continue
            seen[probe.id] = observation
            if isinstance(observation.outcome, Broke):
                break
    return replace(evidence, observations=seen)


def of_like(seen: Mapping[str, Observation], more: Iterable[Probe]) -> Iterator[Probe]:
    """Those for what a tangent has been found to take: numbers, or points."""
    axes = {o.probe.x.ndim for o in seen.values()}
    return (probe for probe in more if probe.at is None or probe.x.ndim in axes)


def _read(
    port: Port, probe: Probe, seen: Mapping[str, Observation]
) -> Stencil | Unreadable:
    """The formula of the gradient that a result on this probe is made of."""
    if probe.at is not None:
        return _of_slope(read_on(port, probe), probe.at)
    if probe.keywords:
        return _of_step(port, probe, seen)
    return read_on(port, probe)


def _of_slope(line: Stencil | Unreadable, at: Array) -> Stencil | Unreadable:
    """The formula of the slope of a line whose values at two places were read.

    Of a plane that of each component's.
    """
    if isinstance(line, Unreadable):
        return line
    if line.weights.shape[1:] not in (at.shape[:1], at.shape):
        return line

    def slope(values: Array) -> Array:
        if at.ndim == 1:
            rise: Array = (values[..., 1] - values[..., 0]) / (at[1] - at[0])
            return rise
        along = np.arange(at.shape[1])
        steps = at[1 + along, along] - at[0]
        if line.weights.shape[1:] == at.shape:
            # The plane gives a number for each component: each has its own slope.
            rises: Array = values[..., 1 + along, along] - values[..., 0, :]
        else:
            rises = values[..., 1 + along] - values[..., :1]
        slopes: Array = rises / steps
        return slopes

    return replace(line, weights=slope(line.weights), constant=slope(line.constant))


def _of_step(
    port: Port, probe: Probe, seen: Mapping[str, Observation]
) -> Stencil | Unreadable:
    """The formula of the gradient in the last step, taken anew from where it began."""
    steps, rate = int(probe.keywords["step_num"]), probe.keywords["lr"]
    start: Array | None = probe.x
    if steps > 1:
        start = seen[STEPS[steps - 2]].value
    if start is None or start.shape != probe.x.shape or not np.isfinite(start).all():
        return Unreadable("no-result")
    one = replace(probe, x=start, keywords={**probe.keywords, "step_num": 1})
    step = read_on(port, one)
    if isinstance(step, Unreadable) or step.constant.shape != start.shape:
        return step
    return replace(
        step, weights=step.weights / -rate, constant=(step.constant - start) / -rate
    )
