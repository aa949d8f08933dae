"""Which functions hide a defect: those for which its numbers are right all the same."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np

from gradproof.defects.catalogue import CATALOGUE, Defect
from gradproof.defects.examples import defined
from gradproof.numerics import error_bounds, functions
from gradproof.numerics.functions import Function

TRIED: tuple[Function, ...] = (
    functions.sum_of_squares,
    functions.sum_of_fourth_powers,
    functions.product,
    functions.weighted_squares,
    functions.sine_of_product,
)
"""What people try a gradient with; the book's first."""

POINTS = np.array([[0.5, -1.0], [1.25, 2.0], [-1.5, 0.75]])
"""Three points that have nothing in common: what they hide, the function hides."""

ROLES = ("gradient", "point-gradient")


class Hiding(NamedTuple):
    """Functions for which the numbers are right, and those for which they are not."""

    hides: tuple[Function, ...]
    shows: tuple[Function, ...]


@functools.cache
def hiding(defect: str) -> Hiding | None:
    """What hides and what shows a defect, tried on its example.

    An example is right where each entry is within the bound of a central difference, as
    in G5. ``None`` for one that gives no gradient at points.
    """
    known = CATALOGUE[defect]
    if known.role not in ROLES:
        return None
    routine = routine_of(known)
    if routine is None:
        return None
    right = [f for f in TRIED if _is_right(routine, f, rows=known.role == "gradient")]
    wrong = [f for f in TRIED if f not in right]
    return Hiding(tuple(right), tuple(wrong))


def routine_of(defect: Defect) -> Any:
    """Its example, as a function of (f, x); ``None`` for one that is no gradient."""
    return defined(defect.example).get("gradient")


def _is_right(routine: Any, f: Function, *, rows: bool) -> bool:
    """Whether its numbers are right, in a batch or point by point."""
    expected = error_bounds.central(f, POINTS)
    try:
        with np.errstate(all="ignore"):
            if rows:
                actual = routine(f.point, POINTS.copy())
            else:
                actual = np.array([routine(f.point, point.copy()) for point in POINTS])
        return bool((abs(actual - expected.gradient) <= expected.b1).all())
    except (ValueError, TypeError, IndexError):
        return False
