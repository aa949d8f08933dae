"""What a defect changes in the recipe, in the light of what was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gradproof.defects.recipe import CENTRAL, Taps


@dataclass(frozen=True)
class Clues:
    """What a model's free numbers are taken from: the formula that was read.

    ``step`` is the smallest distance that a node is moved by, ``single_step`` the same
    in so few digits as single precision tells, ``factor`` the ratio of the weights to
    those of the book's formula, ``taps`` the formula itself, in the order in which f
    is asked. ``stays``: f was asked at x alone, also where x is 0 and any step shows.
    """

    step: float = 1e-4
    single_step: float = 1e-4
    factor: float = 1.0
    taps: Taps = CENTRAL
    stays: bool = False


Fields = dict[str, Any]
RecipeChange = Callable[[Clues], tuple[Fields, ...]]
"""The fields of a recipe that a defect sets, in each of the manners in which it is
met; none where the clues rule it out. The first manner is the one of mutants."""

LOST_STEP = 1e-49
"""Any step that is lost in the rounding of x: the book's bad example has 10e-50."""


def always(*manners: Fields) -> RecipeChange:
    """The same whatever was read."""
    return lambda clues: manners


def step_below(limit: float) -> RecipeChange:
    """The step that was read, if it is smaller."""
    return lambda clues: _if(clues.step < limit, step=clues.step)


def step_above(limit: float) -> RecipeChange:
    """The step that was read, if it is larger."""
    return lambda clues: _if(clues.step > limit, step=clues.step)


def in_single_precision(clues: Clues) -> tuple[Fields, ...]:
    """x is moved in single precision, by the step that this leaves of its own."""
    return ({"work": "single", "step": clues.single_step},)


def by_a_factor(clues: Clues) -> tuple[Fields, ...]:
    """The factor that was read, if it is not the book's."""
    return _if(clues.factor != 1, factor=clues.factor)


def _if(so: bool, **fields: Any) -> tuple[Fields, ...]:
    return (fields,) if so else ()
