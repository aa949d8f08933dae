"""The fixed probes: what every port of a role is given.

The cubic f = x0³ + 2·x1³ + x0·x1, and its like in more components, at a few points
of distinct numbers tells a wrong formula by value: second derivatives show a
one-sided difference, third ones a wrong step, mixed ones an x that is not restored.
N ≠ D shows a wrong axis in the shapes, N = D shows it in the values alone.

Every f is a polynomial of operators alone: numbers that carry derivatives, and
tracers, can be put into it as well as floats.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

import numpy as np

from gradproof.evidence.probe_ids import LINES, NUMBERS, PLANES, STEPS
from gradproof.evidence.roles import ROLES
from gradproof.numerics.functions import (
    Function,
    cubic,
    rosenbrock,
    sum_of_fourth_powers,
)
from gradproof.ports.observation import Answer, Layout, Probe
from gradproof.ports.role_ids import RoleId

Array = np.ndarray[Any, Any]

WIDE = [[0.75, -1.25, 2.0], [3.5, 0.5, -2.5], [-4.0, 1.75, 6.0], [5.0, -7.5, 1.0]]
KEPT_ROW = 1
OTHERS = [[2.5, 0.25, -3.0], WIDE[KEPT_ROW], [1.25, -6.0, 4.5], [-2.0, 8.0, 0.5]]
"""WIDE with one row kept, which is not in the middle, and all others changed."""

LAYOUTS = tuple(layout for layout in get_args(Layout) if layout not in ("C", "number"))

SPOILT_ROW = 2
"""The row of WIDE into which a number is put that is not finite."""

RATE = 2.0**-6
"""The rate of the descent: a power of two, so that the gradient's formula can be
read off its first step without rounding."""

PROBE_ERROR = "ProbeError"
"""The type of the exception that f raises where a probe says so."""


def _probe(
    name: str, function: Function, x: list[float] | list[list[float]], vectorized: bool
) -> Probe:
    return Probe(name, answer(function, vectorized), np.array(x), function)


def answer(function: Function, vectorized: bool) -> Answer:
    """f as it answers: one scalar for an argument of any shape, or for each row."""

    def answer(argument: object) -> object:
        # A probe may hold infinities: what becomes of them is no warning's matter.
        with np.errstate(all="ignore"):
            if vectorized and np.ndim(argument) == 2:  # type: ignore[arg-type]
                return function.batch(argument)
            return function.point(argument)

    return answer


def of(
    role: RoleId, vectorized: bool = False, plane: bool = False
) -> tuple[Probe, ...]:
    """The probes of a role that a port can be given.

    ``plane``: no point has more than two components.
    """
    match ROLES[role].call:
        case "number":
            return tuple(_numbers())
        case "line":
            return tuple(_lines())
        case "steps":
            return tuple(_descents())
        case "claim":
            raise ValueError("a pair is no port: f and its gradient are given")
    return fixed(vectorized, plane)


def _numbers() -> Iterator[Probe]:
    for name, function, x in zip(
        NUMBERS, (cubic, sum_of_fourth_powers), (2.0, 1.3), strict=True
    ):
        yield Probe(
            name, answer(function, False), np.array(x), function, layout="number"
        )


def _lines() -> Iterator[Probe]:
    """Each line is asked at x itself, and at two places far from it.

    They are powers of two, or their negatives: so slope times place is exact, and
    the formula of the slope can be read without rounding.
    """
    places = ([2.0, 4.0, -2.0], [-0.5, -1.0, 2.0])
    for name, number, at in zip(LINES, _numbers(), places, strict=True):
        yield replace(number, id=name, x=np.array(at[0]), at=np.array(at))


def planes() -> Iterator[Probe]:
    """The probes of a tangent that takes points: each is asked at points, (T, D).

    As on a line each component is a power of two, and so is its distance from x's.
    """
    for name, point in zip(PLANES, ([1.0, 2.0], [0.5, -2.0, 4.0]), strict=True):
        probe = _probe(name, cubic, point, False)
        yield replace(probe, at=around(probe.x, probe.x))


def around(x: Array, steps: Array) -> Array:
    """Where a plane at x, (D,), is asked for its heights, (D + 2, D).

    First x itself, then a step away along each component in turn, and last two steps
    back in all.
    """
    return np.array([x, *(x + np.diag(steps)), x - 2 * steps])


def _descents() -> Iterator[Probe]:
    start = _probe("point", cubic, [1.0, 2.0], False)
    for steps, name in enumerate(STEPS, 1):
        yield replace(start, id=name, keywords={"lr": RATE, "step_num": steps})


def fixed(vectorized: bool = False, plane: bool = False) -> tuple[Probe, ...]:
    """The probes that serve the three roles of arrays.

    f answers one scalar for an argument of any shape, so that a port's own idea of
    what a point is can be seen; when ``vectorized``, (M,) numbers for a batch.
    ``plane``: no point has more than two components.
    """
    point = _probe("point", cubic, [1.0, 2.0], vectorized)
    rows = _probe("rows", cubic, [[1.0, 2.0], [3.0, 5.0], [7.0, 11.0]], vectorized)
    widest = 2 if plane else 3
    wide = _probe("wide", cubic, [row[:widest] for row in WIDE], vectorized)
    others = _probe("others", cubic, [row[:widest] for row in OTHERS], vectorized)
    return (
        point,
        rows,
        _probe("square", cubic, [[1.5, 2.5], [3.0, 5.5]], vectorized),
        wide,
        others,
        _probe(
            "rosenbrock",
            rosenbrock,
            [[0.3, 1.7], [-1.1, 0.9], [2.3, -0.4]],
            vectorized,
        ),
        *_variants(point),
        *_variants(rows),
        *_spoilt(wide),
        replace(rows, id="empty", x=np.zeros((0, 2))),
        replace(point, id="scalar", x=np.array(1.5)),
        replace(rows, id="cube", x=np.arange(1.0, 13.0).reshape(2, 3, 2) / 4),
    )


def _variants(base: Probe) -> Iterator[Probe]:
    """The same place once more, in other types and layouts, and with f failing."""
    yield replace(base, id=f"{base.id}-again")
    yield replace(base, id=f"{base.id}-integers", x=base.x.astype(np.int64))
    yield replace(base, id=f"{base.id}-single", x=base.x.astype(np.float32))
    for layout in LAYOUTS:
        if layout != "F" or base.x.ndim > 1:
            yield replace(base, id=f"{base.id}-{layout}", layout=layout)
    for number in (0, 1):
        yield replace(base, id=f"{base.id}-raises-{number}", raises_at=number)


def _spoilt(base: Probe) -> Iterator[Probe]:
    for name, number in (("nan", np.nan), ("infinity", np.inf)):
        x = base.x.copy()
        x[SPOILT_ROW, 1] = number
        yield replace(base, id=name, x=x)
