"""The defects as changes of the book's recipe."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from typing import Any

from gradproof.defects.recipe import CENTRAL, Recipe, Taps
from gradproof.defects.routines import Descent, Tangent
from gradproof.evidence.roles import ROLES, RoleId


@dataclass(frozen=True)
class Clues:
    """What a model's free numbers are taken from: the formula that was read.

    ``step`` is the smallest distance that a node is moved by, ``single_step`` the same
    in so few digits as single precision tells, ``factor`` the ratio of the weights to
    those of the book's formula, ``taps`` the formula itself, in the order in which f
    is asked.
    """

    step: float = 1e-4
    single_step: float = 1e-4
    factor: float = 1.0
    taps: Taps = CENTRAL


Fields = dict[str, Any]
Change = Callable[[Clues], tuple[Fields, ...]]
"""The fields of a recipe that a defect sets, in each of the manners in which it is
met; none where the clues rule it out. The first manner is the one of mutants."""


@dataclass(frozen=True)
class Model:
    """A defect, or two at once, as a recipe to be run.

    ``first`` is whether each is in the first of its manners.
    """

    defects: tuple[str, ...]
    recipe: Recipe
    first: bool = True


def _always(*manners: Fields) -> Change:
    return lambda clues: manners


def _if(so: bool, **fields: Any) -> tuple[Fields, ...]:
    return (fields,) if so else ()


LOST_STEP = 1e-49
"""Any step that is lost in the rounding of x: the book's bad example has 10e-50."""

SMALLEST_STEP, LARGEST_STEP = 9e-9, 3.5e-3
"""Between these a central difference is accurate enough (clause G6)."""

CHANGES: dict[str, Change] = {
    "transposed-points": _always({"points": "columns"}),
    "first-row-only": _always({"points": "first-row"}),
    "forward-difference": _always({"taps": ((1, 1.0), (0, -1.0))}),
    "backward-difference": _always({"taps": ((0, 1.0), (-1, -1.0))}),
    "missing-half": _always({"factor": 2.0}),
    "operator-precedence": _always({"power": 1}),
    "step-too-small": lambda c: _if(c.step < SMALLEST_STEP, step=c.step),
    "step-too-large": lambda c: _if(c.step > LARGEST_STEP, step=c.step),
    "single-precision": lambda c: ({"work": "single", "step": c.single_step},),
    "not-restored": _always(
        {"restores": "nothing"}, {"restores": "nothing", "work": "copy"}
    ),
    "wrong-restore": _always(
        {"restores": "ahead"}, {"restores": "ahead", "work": "copy"}
    ),
    "aliased-result": _always({"alias": "at-end"}, {"alias": "from-start"}),
    "input-mutated": _always({"spoils": True}),
    "sign-flipped": _always({"sign": -1.0}),
    "components-swapped": _always({"stored": "reversed"}, {"stored": "rolled"}),
    "sum-for-difference": _always({"taps": ((1, 0.5), (-1, 0.5))}),
    "lost-index": _always({"stored": "over-all"}, {"stored": "everywhere"}),
    "f-per-element": _always({"given": "element"}),
    "wrong-node": _always({"taps": ((1, 0.5), (-2, -0.5))}),
    "saved-view": _always({"taps": ((1, 0.5), (0, -0.5))}),
    "whole-row-step": _always({"moves": "row"}),
    "missing-call": _always({"second_call": False}),
    "wrong-factor": lambda c: _if(c.factor != 1, factor=c.factor),
}
"""Each defect that shows in the values, the arguments or x, and what it changes."""

OF_LINE: dict[str, Change] = {"tangent-off-point": _always({"off_point": True})}
"""The defects of a tangent beside those of its slope."""

OF_NUMBER = frozenset(
    {
        "forward-difference",
        "backward-difference",
        "missing-half",
        "operator-precedence",
        "step-too-small",
        "step-too-large",
        "single-precision",
        "sign-flipped",
        "sum-for-difference",
        "wrong-node",
        "missing-call",
        "wrong-factor",
    }
)
"""Defects that a derivative at a number can have: it has one component, and no x that
could be left moved."""

OF_STEP = OF_NUMBER | {
    "not-restored",
    "wrong-restore",
    "components-swapped",
    "lost-index",
    "f-per-element",
    "saved-view",
    "whole-row-step",
}
"""Those that the gradient in a descent can have, and that show in where it leads."""

Should = tuple[str, tuple[Fields, ...]]
"""A defect that a should is for, and the manners in which it is met."""

SHOULDS: dict[str, Should] = {
    "restored-on-error": ("not-restored-on-error", ({"careful": False},)),
    "integers": (
        "integer-truncation",
        ({"work": "own", "result": "own"}, {"result": "own"}, {"work": "own"}),
    ),
    "single": ("single-precision", ({"work": "own"},)),
    "isolation": ("nan-spreads", ({"spreads": True},)),
}
"""By the name of a should: the defect that it is for, and what that changes."""

OF_DESCENT: dict[str, Should] = {
    "start-kept": ("start-mutated", ({"start": "moved"},)),
    "history": ("aliased-history", ({"history": "aliased"},)),
}
"""Likewise the shoulds of a descent."""

ROWS_ALONE = frozenset({"transposed-points", "first-row-only"})
"""Defects that need rows."""


@dataclass(frozen=True)
class Family:
    """The models of a role: a recipe, and what can be wrong with it.

    ``routine`` is what the recipe is at work in. ``defects`` are those that its musts
    can show, ``given`` those that they show beside them if the role was given: the
    port plays another one, rightly. ``shoulds`` has, by the name of a should, the
    defect that it is for.
    """

    routine: type[Recipe]
    defects: Mapping[str, Change]
    given: Mapping[str, Change] = field(default_factory=dict)
    shoulds: Mapping[str, Should] = field(default_factory=dict)


def _changes_of(names: Container[str]) -> dict[str, Change]:
    return {name: CHANGES[name] for name in CHANGES if name in names}


_OF_NUMBER, _OF_POINT = _changes_of(OF_NUMBER), _changes_of(CHANGES.keys() - ROWS_ALONE)

FAMILIES: dict[RoleId, Family] = {
    "gradient": Family(
        Recipe, CHANGES, {"whole-array": _always({"points": "whole"})}, SHOULDS
    ),
    "point-gradient": Family(
        Recipe,
        _OF_POINT,
        {"whole-array": _always({"points": "whole"})},
        {name: SHOULDS[name] for name in SHOULDS if name != "isolation"},
    ),
    "array-gradient": Family(
        Recipe,
        _OF_POINT,
        {"row-by-row": _always({"points": "rows"})},
        {name: SHOULDS[name] for name in SHOULDS if name != "isolation"},
    ),
    "derivative": Family(Recipe, _OF_NUMBER),
    "tangent": Family(Tangent, _OF_NUMBER | OF_LINE),
    "descent": Family(Descent, _changes_of(OF_STEP), shoulds=OF_DESCENT),
}
"""By role; a pair's defects are told by other means."""

LAST = "wrong-factor"
"""It fits itself to a number, so it is tried last, and explains nothing in company."""


def right(role: RoleId, clues: Clues) -> Recipe:
    """The recipe without a defect, with the step that was read if it is a right one."""
    fitting = SMALLEST_STEP <= clues.step <= LARGEST_STEP
    step = clues.step if fitting else Recipe().step
    return FAMILIES[role].routine(points=ROLES[role].points, step=step)


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
        if LAST in (one, other):
            continue
        for changed, also in product(manners, its):
            if not changed.keys() & also.keys():
                first = changed is manners[0] and also is its[0]
                yield Model((one, other), replace(base, **changed, **also), first)


def _changes(
    role: RoleId, given: bool, clues: Clues
) -> Iterator[tuple[str, tuple[Fields, ...]]]:
    family = FAMILIES[role]
    everything = {**family.defects, **(family.given if given else {})}
    if clues.step == LOST_STEP:
        # Nothing else can be told from values that cancel.
        everything = {"step-too-small": CHANGES["step-too-small"]}
    for name, change in everything.items():
        manners = change(clues)
        if manners:
            yield name, manners
