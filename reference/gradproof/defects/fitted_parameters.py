"""What the formula that was read tells of a model's free numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from gradproof.contract.expected import gives_values_alone, gradients, wide
from gradproof.defects.changes import LOST_STEP, Clues
from gradproof.defects.recipe import CENTRAL, Taps
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.stencil import Stencil, Unreadable, nearest_row
from gradproof.numerics.formula_text import shortest
from gradproof.numerics.rounding import SINGLE_ROUNDOFF, UNIT_ROUNDOFF

Array = np.ndarray[Any, Any]


def clues_of(evidence: Evidence) -> Clues:
    """The step, the factor and the formula that the first probe shows that was read.

    Where f was asked at x alone, and the answers cancel, the step is one that is
    lost in rounding.
    """
    for probe in evidence.readings:
        x = np.asarray(evidence.observations[probe].probe.x, float)
        asked = evidence.observations[probe].evaluations
        nodes = [e.argument for e in asked if e.argument is not None and e.real]
        step, single = _steps(x, nodes)
        reading = evidence.readings[probe]
        if isinstance(reading, Stencil) and step:
            factor = float(np.max(abs(reading.weights))) * 2 * step
            return Clues(step, single, factor, _taps(reading, step))
        if nodes and not _counts(reading):
            stays = not step and _stays(evidence)
            return Clues(step or LOST_STEP, single or LOST_STEP, stays=stays)
    return Clues()


def _stays(evidence: Evidence) -> bool:
    """Whether no component of x that is 0 was ever moved, and there was one to move."""
    moves = []
    for observation in evidence.observations.values():
        x = np.asarray(observation.probe.x, float)
        if not np.isfinite(x).all():
            continue
        asked = (e.argument for e in observation.evaluations if e.real)
        nodes = [node for node in asked if node is not None]
        moves += [by for n in nodes for by, origin in _offsets(x, n) if not origin]
    return bool(moves) and not any(moves)


STEPS = (1e-4, 1e-3, 1e-5, 1e-2, 1e-6, 1e-1)
"""The steps that are tried where values alone are known: those that people write, the
book's first. With smaller ones, rounding would explain whatever is a little off."""


def clues_tried(evidence: Evidence) -> tuple[Clues, ...]:
    """What was read; of values alone, each usual step, and the factor of the first."""
    if not gives_values_alone(evidence):
        return (clues_of(evidence),)
    factor = _factor_of_values(evidence)
    return tuple(Clues(step, step, factor) for step in STEPS)


def _factor_of_values(evidence: Evidence) -> float:
    """The ratio of the largest entry of the first result to what it is to be."""
    probe, observation = next(iter(evidence.observations.items()))
    value, exact = observation.value, gradients(evidence, probe)
    if value is None or value.shape != observation.probe.x.shape:
        return 1.0
    largest = max(exact, key=lambda entry: abs(entry.value))
    ratio = float(abs(wide(value)[largest.entry.index]) / abs(largest.value))
    return shortest(ratio, 1e-6 * ratio) if 0 < ratio < np.inf else 1.0


def _counts(reading: Stencil | Unreadable) -> bool:
    """Whether some value of f does; where a line is flat, none does in its slope."""
    return isinstance(reading, Stencil) and bool(reading.weights.any())


def _taps(stencil: Stencil, step: float) -> Taps:
    """The formula of the first component of a point, in the order of asking.

    That of the book if it is none in this component alone.
    """
    if stencil.x.ndim != 1 or stencil.weights.shape[1:] != stencil.x.shape:
        return CENTRAL
    taps = []
    for node, weight in zip(stencil.nodes, stencil.weights[:, 0], strict=True):
        if node.shape != stencil.x.shape:
            return CENTRAL
        if (node[1:] != stencil.x[1:]).any():
            break
        multiple = (float(node[0]) - float(stencil.x[0])) / step
        near = round(multiple)
        # A step is off by the rounding of x + h.
        exact = abs(multiple - near) * step <= 4 * UNIT_ROUNDOFF * abs(stencil.x[0])
        taps.append((float(near if exact else multiple), float(weight) * step))
    return tuple(taps) or CENTRAL


def _steps(x: Array, nodes: Iterable[Array]) -> tuple[float, float]:
    """The smallest distance of a node's component from x's, in as few digits as fit.

    Then the same where nodes are of single precision. A node is compared with the
    row, the column, the entry or the whole of x that it is nearest to, by its shape.
    """
    moves = [
        (abs(offset), abs(offset) + abs(origin))
        for node in nodes
        for offset, origin in _offsets(x, node)
    ]
    # A component that was put back is off by rounding: it was not moved.
    real = [(by, size) for by, size in moves if by > 16 * UNIT_ROUNDOFF * size]
    if not real:
        return 0.0, 0.0
    by, size = min(real)
    return (
        shortest(by, 4 * UNIT_ROUNDOFF * size),
        shortest(by, 2 * SINGLE_ROUNDOFF * size),
    )


def _offsets(x: Array, node: Array) -> Iterator[tuple[float, float]]:
    """(offset, origin) of each component of a node; nothing for a strange shape."""
    origins = _origins(x, node.shape)
    if origins is not None and len(origins):
        flat = node.ravel().astype(float)
        near = origins[nearest_row(origins, flat)]
        yield from zip((flat - near).tolist(), near.tolist(), strict=True)


def _origins(x: Array, shape: tuple[int, ...]) -> Array | None:
    """What of x a node of that shape may be near to, one a row."""
    if shape == x.shape:
        return x.reshape(1, -1)
    if shape == ():
        return x.reshape(-1, 1)
    rows = np.atleast_2d(x)
    flat = rows.reshape(len(rows), math.prod(rows.shape[1:]))
    if shape == rows.shape[1:]:
        return flat
    return flat.T if shape == rows.shape[:1] else None
