"""Which defect is shown by which vector: found by running the models."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

import numpy as np

from gradproof.defects import kill_matrix, models
from gradproof.defects.catalogue import CATALOGUE
from gradproof.defects.recipe import Recipe
from gradproof.examination.vectors.vector import ANSWERED, Vector, vectors_of
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.observation import Raised
from gradproof.ports.role_ids import RoleId


@functools.cache
def shown(role: RoleId) -> Mapping[str, tuple[int, ...]]:
    """By defect: the numbers of the vectors that show it in a role."""
    rounding = {id: first for id, (first, *_) in models.rounding(role).items()}
    recipes = {**kill_matrix.mutants(role), **rounding}
    return {id: tuple(_shows(recipes[id], role)) for id in CATALOGUE if id in recipes}


def _shows(recipe: Recipe, role: RoleId) -> Iterator[int]:
    for number, vector in vectors_of(role).items():
        if not answered_rightly(recipe, vector, role):
            yield number


def answered_rightly(recipe: Recipe, vector: Vector, role: RoleId) -> bool:
    """Whether a recipe's answer is right; one point's routine may refuse rows.

    A tangent that takes points may refuse numbers.
    """
    with np.errstate(all="ignore"):
        seen = FunctionPort("model", recipe).observe(vector.probe)
    refused = isinstance(seen.outcome, Raised)
    if refused and (role, vector.kind) in MAY_REFUSE:
        return True
    return vector.accepts(seen.value)


def of_points(id: str) -> bool:
    """Whether it is a tangent's that takes points, where vectors have numbers."""
    recipe = kill_matrix.mutants("tangent").get(id)
    return recipe is not None and all(
        isinstance(FunctionPort("model", recipe).observe(v.probe).outcome, Raised)
        for v in vectors_of("tangent").values()
    )


MAY_REFUSE = (("point-gradient", "rows"), ("tangent", "line"))


def numbers(id: str) -> tuple[int, ...]:
    """The vectors that show a defect, in any role."""
    return tuple(sorted({n for role in ANSWERED for n in shown(role).get(id, ())}))


def flags(number: int) -> tuple[str, ...]:
    """The defects that a vector shows, in any role."""
    return tuple(id for id in CATALOGUE if number in numbers(id))
