"""More probes: those at which values alone are judged, and no formula is read.

Each is a place where a slip shows that the fixed probes hide: one row or one
component, more components than rows, many rows, equal rows, zeros, numbers of many
decimals, slopes that are steep or flat, another f at a known x, the same f near it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.evidence.probe_ids import MORE_PLANES
from gradproof.evidence.probes import RATE, answer, around
from gradproof.evidence.roles import ROLES
from gradproof.numerics.functions import (
    Function,
    cubic,
    rosenbrock,
    sum_of_fourth_powers,
)
from gradproof.ports.observation import Observation, Probe, Raised
from gradproof.ports.role_ids import RoleId

skew = Function(
    "skew",
    "1 + Σ (i+2)·xᵢ·(3 − xᵢ)",
    lambda x, m: 1 + sum((i + 2) * c * (3 - c) for i, c in enumerate(x)),
    dimension=None,
    tabled=True,
)
"""Its slope at 0 is not 0, and is as good as 0 beside 3/2. Its third derivative is 0,
so that rounding is all that a central difference is off by."""

bent = Function(
    "bent",
    "1 + Σ (6·xᵢ − 2·xᵢ²)",
    lambda x, m: 1 + sum(6 * c + -2 * c**2 for c in x),
    dimension=None,
    tabled=True,
)
"""The same in one component, for numbers that carry derivatives and know no more than
sums and products."""

ratio = Function(
    "ratio",
    "Σ ((7 − xᵢ)/xᵢ + 3/xᵢ)",
    lambda x, m: sum((7 - c) / c + 3 / c for c in x),
    dimension=None,
    tabled=True,
)
"""For numbers that carry derivatives: a number less one of them, each quotient."""

R2, R3, R5, R7 = map(math.sqrt, (2, 3, 5, 7))

TWIN = rosenbrock
"""Another function at a place that is known by then."""

SMALL = 1e-8

FLAT = np.array([1.5 + SMALL * R2, 1.5 - SMALL * R3])
"""Where `skew` is all but flat."""

LOW_ROW = np.array([R2 / 2, -R3, R5])

NEAR, NEARER, NEAREST = 4e-4, 2e-7, 1e-9
"""How far a place is from the one before: what takes either for the other returns the
other's gradient. `NEAREST` shows whoever compares as `math.isclose` does; a formula as
inexact as a forward difference hides the step of `NEARER`, and none that of `NEAR`.

The signs are such that a number and the one before are one when they are rounded."""

ASIDE = np.array([-1.0, 1.0, -1.0])

PLACES: dict[str, tuple[Function, Any]] = {
    "component": (cubic, [R2]),
    "zeros": (skew, [0.0, 0.0, -R3]),
    "level": (sum_of_fourth_powers, [0.0, -R3]),
    "many": (cubic, [R2, -R3, 0.0, math.pi, -R5]),
    "far": (cubic, [25 * R2, -40 * R3]),
    "flat": (skew, FLAT),
    "nearest": (skew, FLAT + NEAREST * ASIDE[:2]),
    "nearer": (skew, FLAT + NEARER * ASIDE[:2]),
    "near": (skew, FLAT + NEAR * ASIDE[:2]),
    "twin": (TWIN, [1.0, 2.0]),
    "ratio": (ratio, [4 * R2, -5 * R3]),
    "one-row": (cubic, LOW_ROW[None]),
    "nearer-row": (cubic, LOW_ROW[None] + NEARER * ASIDE),
    "near-row": (cubic, LOW_ROW[None] + NEAR * ASIDE),
    "near-rows": (
        skew,
        [FLAT + distance * ASIDE[:2] for distance in (0.0, NEAREST, NEARER, NEAR)],
    ),
    "low": (cubic, [[R2, 0.0, -R3, R5, -0.1], [-R7, R3 / 7, 0.0, 2.5, R2]]),
    "repeated": (
        skew,
        [
            *([R2, -R3], [0.0, 0.0], [R2, -R3], [R2, -R3 + 1e-3]),
            *([R2, R7], [0.0, R5], [-R3, R2]),
        ],
    ),
    "column": (cubic, [[3 * math.sin(k)] for k in range(67)]),
    "twin-rows": (TWIN, [[1.0, 2.0], [3.0, 5.0], [7.0, 11.0]]),
    "later-rows": (sum_of_fourth_powers, [[R2, -R3], [0.5, -R5], [-R7, R3 / 5]]),
    "solid": (
        skew,
        (R2 * np.sin(np.arange(24.0))).reshape(3, 4, 2),
    ),
    "number-negative": (sum_of_fourth_powers, -R2),
    "number-zero": (bent, 0.0),
    "number-steep": (sum_of_fourth_powers, 60 * R3),
    "number-flat": (bent, 1.5 + SMALL * R2),
    "number-nearest": (bent, 1.5 + SMALL * R2 - NEAREST),
    "number-nearer": (bent, 1.5 + SMALL * R2 - NEARER),
    "number-near": (bent, 1.5 + SMALL * R2 - NEAR),
    "number-twin": (bent, 2.0),
    "number-ratio": (ratio, -4 * R2),
    "line-zero": (bent, 0.0),
    "line-negative": (sum_of_fourth_powers, -R2),
    "plane-zeros": (skew, [0.0, -R2, 0.0]),
    "steps-5": (cubic, [1.0, 2.0]),
    "steps-6": (cubic, [1.0, 2.0]),
    "steps-zero": (skew, [0.0, -R2, 20 * R5]),
    "steps-rise": (sum_of_fourth_powers, [1.5 * R2, -2 * R3]),
    "steps-flat": (skew, FLAT),
}
"""By the probe's id: the function, and where."""

AWAY = (0.0, 4.0, -2.0)
"""Where a line is asked for its values, seen from x."""

TAKEN = {"steps-5": (RATE, 5), "steps-6": (RATE, 6)}
"""Rate and number of the steps, where it is not one long step."""

LONG = 0.25, 1

AFTER = {
    "twin": "near",
    "later-rows": "twin-rows",
    "line-negative": "line-zero",
    "steps-flat": "steps-rise",
}
"""Probes for which the array of the one before is used again, of the same shape."""

SAME_F = ("nearest", "nearer", "near", "nearer-row", "near-row")
"""Probes that are given the f of the one before: what it is known by is no excuse.
Those of a number are so likewise."""

NEED_NOT_BE_TAKEN = ("ratio", "number-ratio")
"""Numbers that carry derivatives need not know how to divide."""


def is_passed_over(observation: Observation) -> bool:
    """Whether a port could not take such a probe, for the numbers that it gave f."""
    foreign = any(e.argument is None for e in observation.evaluations)
    raised = isinstance(observation.outcome, Raised)
    return observation.probe.id in NEED_NOT_BE_TAKEN and foreign and raised


def more(role: RoleId, vectorized: bool = False) -> tuple[Probe, ...]:
    """The probes of a role at which values alone are judged."""
    make = MAKERS.get(ROLES[role].call, _array)
    return tuple(make(name, vectorized) for name in ROLES[role].more)


def _array(name: str, vectorized: bool) -> Probe:
    function, x = PLACES[name]
    after, f = AFTER.get(name), answer(function, vectorized)
    same_f = name.removeprefix("number-") in SAME_F
    return Probe(name, f, np.array(x), function, after=after, same_f=same_f)


def _number(name: str, vectorized: bool) -> Probe:
    return replace(_array(name, vectorized), layout="number")


def _line(name: str, vectorized: bool) -> Probe:
    if name in MORE_PLANES:
        return _plane(name)
    probe = _number(name, vectorized)
    return replace(probe, at=probe.x + np.array(AWAY))


def _plane(name: str) -> Probe:
    probe = _array(name, False)
    steps = np.resize(AWAY[1:], probe.x.size)
    return replace(probe, at=around(probe.x, steps))


def _steps(name: str, vectorized: bool) -> Probe:
    rate, number = TAKEN.get(name, LONG)
    probe = _array(name, vectorized)
    return replace(probe, keywords={"lr": rate, "step_num": number})


MAKERS: dict[str, Callable[[str, bool], Probe]] = {
    "number": _number,
    "line": _line,
    "steps": _steps,
}
