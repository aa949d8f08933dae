"""Probes drawn at random, beside the fixed ones: shapes, places and rates.

A seed gives the same examples whatever Python and NumPy are there. Python promises
that the stream of ``Random.random`` does not change, and what is made of it here is
exact. Of NumPy's generators the bit streams alone are promised, and to import them
takes longer than to judge all the examples.

f is the cubic, which tells a wrong formula at any place, and no number is larger than
8: a right port is nowhere near an overflow.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np

from gradproof.evidence.probes import answer, around
from gradproof.evidence.roles import ROLES
from gradproof.numerics.functions import cubic
from gradproof.ports.observation import Probe
from gradproof.ports.role_ids import RoleId

Array = np.ndarray[Any, Any]

ALIKE = 1 / 8
"""The share of numbers that are 0, and of rows that are the first once more."""

MAX_ENTRIES = 16
"""Of an array that is one point: the exact derivatives of more take long."""

Make = Callable[[Probe, Random], Probe]
"""Puts what was drawn into a probe."""


def drawn(role: RoleId, seed: int, vectorized: bool = False) -> tuple[Probe, ...]:
    """The examples of a role that a seed gives, a whole number that is not negative."""
    random, f = Random(seed), answer(cubic, vectorized)
    blank = (Probe(name, f, np.array(0.0), cubic) for name in ROLES[role].drawn)
    return tuple(MAKERS[probe.id](probe, random) for probe in blank)


def _number(random: Random) -> float:
    """0, or of either sign and from 1/8 to 8 in size."""
    if random.random() < ALIKE:
        return 0.0
    size = math.ldexp(1 + random.random(), _whole(random, -3, 2))
    return size if random.random() < 1 / 2 else -size


def _whole(random: Random, least: int, most: int) -> int:
    return least + int(random.random() * (most - least + 1))


def _numbers(random: Random, *shape: int) -> Array:
    numbers = [_number(random) for _ in range(math.prod(shape))]
    return np.array(numbers).reshape(shape)


def _point(probe: Probe, random: Random) -> Probe:
    return replace(probe, x=_numbers(random, _whole(random, 1, 6)))


def _batch(probe: Probe, random: Random) -> Probe:
    """Of two rows at least: one alone is among the fixed probes."""
    x = _numbers(random, _whole(random, 2, 9), _whole(random, 1, 4))
    for row in x:
        if random.random() < ALIKE:
            row[:] = x[0]
    return replace(probe, x=x)


def _array(probe: Probe, random: Random) -> Probe:
    """Of four axes, some of which may have one entry alone."""
    shape: list[int] = []
    for most in (4, 4, 3, 2):
        room = MAX_ENTRIES // math.prod(shape)
        shape.append(_whole(random, 1, min(most, room)))
    return replace(probe, x=_numbers(random, *shape))


def _of_number(probe: Probe, random: Random) -> Probe:
    return replace(probe, x=_numbers(random), layout="number")


def _line(probe: Probe, random: Random) -> Probe:
    """Two places on either side: the further they are, the better a slope is known."""
    probe = _of_number(probe, random)
    ahead, behind = (2 + abs(_number(random)) for _ in range(2))
    return replace(probe, at=probe.x + np.array([0.0, ahead, -behind]))


def _plane(probe: Probe, random: Random) -> Probe:
    """Steps of 2 at least: the further they are, the better a slope is known."""
    size = _whole(random, 2, 4)
    x = _numbers(random, size)
    steps = np.array([2 + abs(_number(random)) for _ in range(size)])
    return replace(probe, x=x, at=around(x, steps))


def _step(probe: Probe, random: Random) -> Probe:
    """One step at a rate from 1/8 to 1/4."""
    x = _numbers(random, _whole(random, 1, 3))
    rate = (1 + random.random()) / 8
    return replace(probe, x=x, keywords={"lr": rate, "step_num": 1})


MAKERS: dict[str, Make] = {
    "random-point": _point,
    "random-rows": _batch,
    "random-array": _array,
    "random-number": _of_number,
    "random-number-2": _of_number,
    "random-line": _line,
    "random-plane": _plane,
    "random-step": _step,
}
