"""The defects of a role as recipes: one changed choice of the book's, or two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, product

from gradproof.contract.expected import MAX_STEP, MIN_STEP
from gradproof.defects.catalogue import CATALOGUE, Defect
from gradproof.defects.changes import LOST_STEP, Clues, Fields
from gradproof.defects.recipe import Descent, Recipe, Tangent
from gradproof.evidence.roles import ROLES
from gradproof.ports.role_ids import RoleId

ROUTINES: Mapping[RoleId, type[Recipe]] = {"tangent": Tangent, "descent": Descent}
"""What the recipe is at work in, where it is not all of the routine."""


@dataclass(frozen=True)
class Model:
    """A defect, or two at once, as a recipe to be run.

    ``first`` is whether each is in the first of its manners.
    """

    defects: tuple[str, ...]
    recipe: Recipe
    first: bool = True


LAST = "wrong-factor"
"""It fits itself to a number, so it is tried last, and explains nothing in company."""

ALONE = frozenset(
    {LAST, "unguarded-batch"}
    | {"all-zero", "partly-filled", "rows-shared", "stored-by-columns"}
)
"""What explains nothing in company: one point is right, there is no such defect, or
what is 0 or stands elsewhere hides what else is wrong with it."""


def right(role: RoleId, clues: Clues) -> Recipe:
    """The recipe without a defect, with the step that was read if it is a right one."""
    fitting = MIN_STEP <= clues.step <= MAX_STEP
    step = clues.step if fitting else Recipe().step
    return ROUTINES.get(role, Recipe)(points=ROLES[role].points, step=step)


def singles(role: RoleId, given: bool, clues: Clues) -> Iterator[Model]:
    """One defect each."""
    base = right(role, clues)
    for name, manners in _changes(role, given, clues):
        for number, changed in enumerate(manners):
            yield Model((name,), replace(base, **changed), number == 0)


def pairs(role: RoleId, given: bool, clues: Clues) -> Iterator[Model]:
    """Two defects at once, where they change different choices."""
    base = right(role, clues)
    for (one, manners), (other, its) in combinations(_changes(role, given, clues), 2):
        if not ALONE.isdisjoint((one, other)):
            continue
        for changed, also in product(manners, its):
            if not changed.keys() & also.keys():
                first = changed is manners[0] and also is its[0]
                yield Model((one, other), replace(base, **changed, **also), first)


def lesser_of(role: RoleId, should: str) -> Defect | None:
    """The defect that a should of a role is for, if there is one."""
    return next(
        (d for d in lessers(role) if d.lesser and d.lesser.should == should), None
    )


def lessers(role: RoleId) -> Iterator[Defect]:
    """The defects that the shoulds of a role are for."""
    return (d for d in CATALOGUE.values() if d.lesser and role in d.lesser.roles)


def rounding(role: RoleId) -> Mapping[str, tuple[Recipe, ...]]:
    """The recipes that round their results, by the defect; in each of its manners."""
    base = right(role, Clues())
    return {
        defect.id: tuple(replace(base, **fields) for fields in defect.rounded)
        for defect in CATALOGUE.values()
        if defect.rounded
    }


def _changes(
    role: RoleId, given: bool, clues: Clues
) -> Iterator[tuple[str, tuple[Fields, ...]]]:
    for defect in _met(role, given, clues):
        manners = defect.change(clues) if defect.change else ()
        if manners:
            yield defect.id, manners


def _met(role: RoleId, given: bool, clues: Clues) -> Iterator[Defect]:
    """The defects that musts of the role can show, those of another role last."""
    if clues.step == LOST_STEP:
        # Nothing else can be told from values that cancel.
        lost = CATALOGUE["all-zero" if clues.stays else "step-too-small"]
        if role in lost.roles:
            yield lost
        return
    yield from (d for d in CATALOGUE.values() if role in d.roles)
    yield from (d for d in CATALOGUE.values() if given and role in d.where_given)
