"""Numbers that a layer is made with by default, and others that it may be made with."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from gradproof.evidence.layer_plan import Plan
from gradproof.ports.function_names import plain
from gradproof.ports.trials import Description, Parameter

OTHER = 0.7
"""What a default is multiplied by; of 0 or 1, what is tried instead.

It is near enough to stay among the numbers that are allowed, and no root or power of
another that is usual.
"""

BESIDE = ("decay", "lambda", "reg", "penalty", "learning", "clip", "grad")
"""Parts of the names of what changes a gradient on purpose, beside forward."""

WHOLE_NAMES = ("lr", "l1", "l2", "lam", "seed")

REALS = frozenset(
    {
        *("alpha", "beta", "a", "b", "c", "slope", "negativeslope", "leak", "scale"),
        *("gain", "temperature", "tau", "delta", "threshold", "theta", "k", "lambd"),
        *("coefficient", "factor", "sigma", "std", "offset", "margin"),
    }
)
"""Names, as `plain` writes them, of numbers that need not be integers."""


def others(said: Description, how: Plan) -> Iterator[tuple[str, Plan]]:
    """Each number that has a default, and a plan with another in its place.

    Numbers of which the plan gives one already are tried at another anyway.
    """
    for parameter in said.make:
        other = _other(parameter)
        if other is not None and parameter.name not in how.make:
            yield parameter.name, replace(how, held={parameter.name: other})
    for parameter in said.forward[len(how.fed) : len(how.fed) + 1]:
        other = _other(parameter)
        if other is not None:
            yield parameter.name, replace(how, last=(other,))


def _other(parameter: Parameter) -> float | None:
    """Another number than its default, if that is one that need not be an integer."""
    default, key = parameter.number, plain(parameter.name)
    if parameter.required or default is None or not math.isfinite(default):
        return None
    if key in WHOLE_NAMES or any(part in key for part in BESIDE):
        return None
    if isinstance(default, int) and key not in REALS:
        return None
    return OTHER if default in (0, 1) else OTHER * default
