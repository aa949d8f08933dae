"""The fixed probes: what every port is given.

The cubic f = x0³ + 2·x1³ + x0·x1, and its like in more components, at a few points
of distinct numbers tells a wrong formula by value: second derivatives show a
one-sided difference, third ones a wrong step, mixed ones an x that is not restored.
N ≠ D shows a wrong axis in the shapes, N = D shows it in the values alone.
"""

from __future__ import annotations

import numpy as np

from gradproof.functions import Function, cubic, sine_of_product
from gradproof.observation import Probe

WIDE = [[0.75, -1.25, 2.0], [3.5, 0.5, -2.5], [-4.0, 1.75, 6.0], [5.0, -7.5, 1.0]]
KEPT_ROW = 1
OTHERS = [[2.5, 0.25, -3.0], WIDE[KEPT_ROW], [1.25, -6.0, 4.5], [-2.0, 8.0, 0.5]]
"""WIDE with one row kept, which is not in the middle, and all others changed."""


def _probe(
    name: str, function: Function, x: list[float] | list[list[float]], vectorized: bool
) -> Probe:
    def answer(argument: object) -> object:
        if vectorized and np.ndim(argument) == 2:  # type: ignore[arg-type]
            return function.batch(argument)
        return function.point(argument)

    return Probe(name, answer, np.array(x), function)


def fixed(vectorized: bool = False) -> tuple[Probe, ...]:
    """The probes that serve the three roles of arrays.

    f answers one scalar for an argument of any shape, so that a port's own idea of
    what a point is can be seen; when ``vectorized``, (M,) numbers for a batch.
    """
    return (
        _probe("point", cubic, [1.0, 2.0], vectorized),
        _probe("rows", cubic, [[1.0, 2.0], [3.0, 5.0], [7.0, 11.0]], vectorized),
        _probe("square", cubic, [[1.5, 2.5], [3.0, 5.5]], vectorized),
        _probe("wide", cubic, WIDE, vectorized),
        _probe("others", cubic, OTHERS, vectorized),
        _probe(
            "sine", sine_of_product, [[0.3, 1.7], [-1.1, 0.9], [2.3, -0.4]], vectorized
        ),
    )
