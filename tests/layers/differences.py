"""A layer's derivative rule against differences of its value, in high precision."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradproof.layers import Layer
from layers.cases import Case
from precision import exactly

STEP = 2.0**-80
TOLERANCE = 2.0**-100
"""Of <c, J·v>, by differences: what these may be off, with room to spare.

A central difference is off by STEP²/6·f‴, which is below 2⁻¹⁶⁰·f‴, and by the rounding
of f, which is below 2⁻²⁴⁰·n·|f| / STEP for n operations. The layers are made of a few
thousand operations and compositions of exp, tanh, √ and 1/x of numbers of order 1: f
and f‴ come nowhere near 2⁵⁰. A derivative that is not the right one is off by a part of
order 1 of it, or, if a wrong ε is all there is to it, of 1e-7.
"""


def departures(layer: Layer, case: Case, seed: int = 0) -> set[str]:
    """Names of the arguments of which the cotangent departs from differences.

    One random direction an argument: a cotangent that is wrong is orthogonal to it
    with probability 0.
    """
    rng = np.random.default_rng(seed)
    arguments = [exactly(a) for a in case.arguments(seed)]
    value, backward = layer(*arguments, **case.held)
    cotangent = [exactly(rng.uniform(-1, 1, np.shape(y))) for y in several(value)]
    found = set()
    gradients = zip(case.names, backward(*cotangent), strict=True)
    for k, (name, gradient) in enumerate(gradients):
        direction = exactly(rng.uniform(-1, 1, arguments[k].shape))
        if gradient.shape != arguments[k].shape:
            found.add(name)
            continue
        ahead, behind = (
            inner(cotangent, _moved(layer, case, arguments, k, by * direction))
            for by in (STEP, -STEP)
        )
        slope = (ahead - behind) / (2 * STEP)
        if abs(slope - inner([gradient], [direction])) > TOLERANCE:
            found.add(name)
    return found


def several(value: Any) -> tuple[Any, ...]:
    """The arrays of a layer's value."""
    return value if isinstance(value, tuple) else (value,)


def inner(a: Any, b: Any) -> Any:
    """Sum of the products of the entries of two tuples of arrays."""
    return sum(np.sum(x * y) for x, y in zip(a, b, strict=True))


def _moved(layer: Layer, case: Case, arguments: list[Any], k: int, by: Any) -> Any:
    moved = [a + by if i == k else a for i, a in enumerate(arguments)]
    return several(layer(*moved, **case.held)[0])
