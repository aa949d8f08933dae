"""Gradients that are cut to a largest size before a rule follows them.

Cut is what is larger than the limit c: all gradients together or each by itself, by
g·c/‖g‖ (Pascanu, Mikolov and Bengio, ICML 2013), or every entry to between −c and c.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.evidence.update_rules import Numbers, role_of

Array = np.ndarray[Any, Any]
Walk = Callable[[Numbers, Sequence[Any], Sequence[Sequence[Any]]], Iterator[list[Any]]]

LIMIT = "limit"
"""The role of a parameter that says how large gradients may be."""

CUT = {"cut": 3.0, "cut-more": 1.2}
"""Limits that are tried, by the course's name: of all, of each, of some entries."""

STEEP = 128.0
"""So many times larger slopes show a limit that stands in the code."""

COURSES = (*CUT, "steep")

GUARDS = (1e-6, 0.0, 1e-7, 1e-8, 1e-5, 1e-12)
"""What is added to the norm that is divided by."""

LARGEST = 1e4
"""The largest number of the code that is taken for a limit."""


@dataclass(frozen=True)
class Clip:
    """What is cut ("all", "each", "entries"), and when: "large", "always", "small".

    ``turned``: the ratio is ‖g‖/c. ``guard`` is what is added to the norm.
    """

    over: str
    when: str = "large"
    guard: float = 0.0
    turned: bool = False

    @property
    def right(self) -> bool:
        """Whether it makes small what is large, and leaves what is small."""
        return self.when == "large" and not self.turned


NORMS = ("all", "each")

RIGHT = (
    *(Clip(over, guard=guard) for over in NORMS for guard in GUARDS),
    Clip("entries"),
)
WRONG = (
    *(Clip(o, when, g) for o in NORMS for when in ("always", "small") for g in GUARDS),
    *(
        Clip(over, when, turned=True)
        for over in NORMS
        for when in ("large", "always", "small")
    ),
)


def is_one(parameter: str) -> bool:
    """Whether a parameter of that name sets the limit."""
    return role_of(parameter) == LIMIT


def limits(given: Mapping[str, float], constants: Sequence[float]) -> list[float]:
    """What the limit may be: as given, else as it stands in the code."""
    if LIMIT in given:
        return [given[LIMIT]]
    return [c for c in dict.fromkeys(map(abs, constants)) if 0 < c <= LARGEST]


def of_numbers(numbers: Mapping[str, float]) -> dict[str, float]:
    """The limit alone, if there is one among the numbers of a form."""
    return {role: value for role, value in numbers.items() if role == LIMIT}


def clipped(path: Walk, clip: Clip) -> Walk:
    """A walk by gradients that are cut; its numbers have the limit too."""

    def walk(numbers: Numbers, starts: Any, slopes: Any) -> Iterator[list[Any]]:
        limit = numbers[LIMIT]
        rest = {role: value for role, value in numbers.items() if role != LIMIT}
        cut: Any = (_cut(step, limit, clip) for step in slopes)  # as far as it is gone
        return path(rest, starts, cut)

    return walk


def _cut(step: Sequence[Any], limit: Any, clip: Clip) -> list[Any]:
    if clip.over == "entries":
        return [np.minimum(np.maximum(dx, -limit), limit) for dx in step]
    if clip.over == "all":
        ratio = _ratio(_norm(step), limit, clip)
        return [dx * ratio for dx in step]
    return [dx * _ratio(_norm([dx]), limit, clip) for dx in step]


def _norm(step: Sequence[Any]) -> Any:
    return sum((dx**2).sum() for dx in step) ** 0.5


def _ratio(norm: Any, limit: Any, clip: Clip) -> Any:
    """What gradients of that norm are multiplied by."""
    large = norm + clip.guard > limit
    if clip.when == "always" or large == (clip.when == "large"):
        return norm / limit if clip.turned else limit / (norm + clip.guard)
    return 1.0
