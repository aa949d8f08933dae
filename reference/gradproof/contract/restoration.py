"""Whether x is after a call what it was before."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradproof.contract.verdicts import Judgement, failed, not_covered, passed
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.stencil import nearest_row
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.ports.observation import Observation

Array = np.ndarray[Any, Any]


def restored(evidence: Evidence, observation: Observation) -> Judgement:
    """x is what it was, but for the rounding of moving it there and back."""
    probe, after = observation.probe, observation.x_after
    before = np.asarray(probe.x, float)
    if after is None:
        return not_covered("not-told")
    if after.shape != before.shape:
        return failed("reshaped", probe=probe.id, actual=list(after.shape))
    moved, steps = _movements(observation, by_rows=evidence.by_rows)
    allowed = (moved + 1) * UNIT_ROUNDOFF * (abs(before) + steps)
    off = ~(abs(after - before) <= allowed)
    if not off.any():
        return passed()
    index = _first(off)
    return failed(
        "not-restored",
        probe=probe.id,
        place=_place(index),
        before=float(before[index]),
        after=float(after[index]),
        count=int(off.sum()),
        total=int(off.size),
    )


def restored_bitwise(observation: Observation) -> Judgement:
    """x is what it was to the last bit."""
    probe, before, after = observation.probe, observation.probe.x, observation.x_after
    if after is None:
        return not_covered("not-told")
    if after.shape != before.shape:
        return failed("reshaped", probe=probe.id, actual=list(after.shape))
    # No probe holds a zero or a NaN: equal numbers have equal bits.
    off = after != before
    if not off.any():
        return passed()
    index = _first(off)
    return failed(
        "not-bitwise",
        probe=probe.id,
        place=_place(index),
        before=float(before[index]),
        difference=float(after[index] - before[index]),
        count=int(off.sum()),
        total=int(off.size),
    )


def _first(off: Array) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(off)[0])


def _place(index: tuple[int, ...]) -> str:
    written = ", ".join(map(str, index))
    return f"x{written}" if len(index) == 1 else f"x[{written}]"


def _movements(observation: Observation, by_rows: bool) -> tuple[Array, Array]:
    """For each entry of x: how many evaluations saw it moved, and how far at most.

    An argument belongs to the row that it is nearest to. Arguments that are no
    points say nothing about entries, and count for none.
    """
    x = np.asarray(observation.probe.x, float)
    points = np.atleast_2d(x if by_rows else x.ravel())
    moved, steps = np.zeros(points.shape), np.zeros(points.shape)
    for node in _nodes(observation, points.shape[1]):
        row = nearest_row(points, node)
        distance = abs(node - points[row])
        moved[row] += distance > 0
        steps[row] = np.maximum(steps[row], distance)
    return moved.reshape(x.shape), steps.reshape(x.shape)


def _nodes(observation: Observation, dimension: int) -> list[Array]:
    """The points of finite numbers at which f was evaluated, those of batches too."""
    arguments = [
        e.argument
        for e in observation.evaluations
        if e.argument is not None and e.real and e.argument.size % dimension == 0
    ]
    nodes = (a.astype(float).reshape(a.size // dimension, dimension) for a in arguments)
    return [node for some in nodes for node in some if np.isfinite(node).all()]
