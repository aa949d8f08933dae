"""Which recipes are tried, by what was read."""

from __future__ import annotations

import pytest

from gradproof.contract.expected import MAX_STEP, MIN_STEP
from gradproof.defects import models
from gradproof.defects.catalogue import CATALOGUE
from gradproof.defects.changes import LOST_STEP, Clues, step_above, step_below
from gradproof.defects.recipe import Descent, Recipe, Tangent


@pytest.mark.parametrize(
    ("read", "step"),
    [
        (MIN_STEP, MIN_STEP),
        (MAX_STEP, MAX_STEP),
        (MIN_STEP * 0.99, 1e-4),
        (MAX_STEP * 1.01, 1e-4),
        (1e-3, 1e-3),
    ],
)
def test_the_step_that_was_read_is_taken_where_it_is_a_right_one(
    read: float, step: float
) -> None:
    assert models.right("gradient", Clues(step=read)) == Recipe(step=step)


def test_a_role_has_its_points_and_its_routine() -> None:
    assert models.right("point-gradient", Clues()) == Recipe(points="one")
    assert models.right("array-gradient", Clues()) == Recipe(points="whole")
    assert type(models.right("tangent", Clues())) is Tangent
    assert type(models.right("descent", Clues())) is Descent


@pytest.mark.parametrize(
    ("step", "below", "above"),
    [(0.1, True, False), (0.25, False, False), (0.5, False, True)],
)
def test_a_step_is_too_small_or_too_large_beyond_its_limit(
    step: float, below: bool, above: bool
) -> None:
    clues = Clues(step=step)
    assert step_below(0.25)(clues) == (({"step": step},) if below else ())
    assert step_above(0.25)(clues) == (({"step": step},) if above else ())


def singles(role: str, given: bool, clues: Clues) -> list[str]:
    found = models.singles(role, given, clues)  # type: ignore[arg-type]
    return list(dict.fromkeys(name for model in found for name in model.defects))


def test_of_values_that_cancel_the_lost_step_alone_is_told() -> None:
    assert singles("gradient", False, Clues(LOST_STEP)) == ["step-too-small"]
    stays = Clues(LOST_STEP, stays=True)
    assert singles("gradient", False, stays) == ["all-zero"]
    assert singles("derivative", False, stays) == []


def test_what_another_role_does_rightly_is_told_where_this_one_was_given() -> None:
    assert "whole-array" not in singles("gradient", False, Clues())
    assert singles("gradient", True, Clues())[-1] == "whole-array"


def test_each_defect_changes_its_choices_of_the_right_recipe() -> None:
    found = {
        m.defects: m for m in models.singles("gradient", False, Clues()) if m.first
    }
    assert found["sign-flipped",].recipe == Recipe(sign=-1.0)
    assert found["missing-half",].recipe == Recipe(factor=2.0)
    assert ("wrong-factor",) not in found
    of_both = [
        model
        for model in models.singles("gradient", False, Clues(factor=3.0))
        if model.defects == ("aliased-result",)
    ]
    assert [model.first for model in of_both] == [True, False]
    assert [model.recipe.alias for model in of_both] == ["at-end", "from-start"]


def test_pairs_change_different_choices() -> None:
    pairs = list(models.pairs("gradient", False, Clues(factor=3.0)))
    found = {model.defects: model for model in pairs if model.first}
    both = found["missing-half", "sign-flipped"]
    assert both.recipe == Recipe(factor=2.0, sign=-1.0)
    for one, other in found:
        assert models.ALONE.isdisjoint((one, other))
        assert one != other
    assert ("forward-difference", "backward-difference") not in found
    later = [m for m in pairs if m.defects == ("sign-flipped", "lost-index")]
    assert [m.first for m in later] == [True, False]


def test_the_defect_that_a_should_is_for() -> None:
    integers = models.lesser_of("gradient", "integers")
    assert integers is CATALOGUE["integer-truncation"]
    assert models.lesser_of("descent", "integers") is None
    assert models.lesser_of("gradient", "value") is None
    assert {d.id for d in models.lessers("descent")} == {
        "start-mutated",
        "aliased-history",
    }


def test_results_are_rounded_in_two_manners() -> None:
    ((id, recipes),) = models.rounding("gradient").items()
    assert id == "few-digits"
    kept = [recipe.kept for recipe in recipes]
    assert [(k.kind, k.digits) for k in kept if k] == [
        ("decimals", 2),
        ("significant", 3),
    ]


MANNERS = {
    "few": [Recipe(taps=((1, 1.0), (0, -1.0))), "forward-difference"],
    "many": [Recipe(taps=((0, 1.0), (-1, -1.0))), "backward-difference"],
    "sum": [Recipe(taps=((1, 0.5), (-1, 0.5))), "sum-for-difference"],
    "node": [Recipe(taps=((1, 0.5), (-2, -0.5))), "wrong-node"],
    "view": [Recipe(taps=((1, 0.5), (0, -0.5))), "saved-view"],
    "power": [Recipe(power=1), "operator-precedence"],
    "zero": [Recipe(taps=((0, 0.5), (0, -0.5))), "all-zero"],
    "call": [Recipe(second_call=False), "missing-call"],
    "row": [Recipe(moves="row"), "whole-row-step"],
    "spoilt": [Recipe(spoils=True), "input-mutated"],
    "single": [Recipe(work="single"), "single-precision"],
}


@pytest.mark.parametrize("name", MANNERS)
def test_a_formula_that_is_known_has_its_name(name: str) -> None:
    recipe, defect = MANNERS[name]
    named = [
        model.defects
        for model in models.singles("gradient", False, Clues())
        if model.recipe == recipe
    ]
    assert named == [(defect,)]
