"""What optimizers are given, and what is read off the courses that they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.evidence import clipping
from gradproof.evidence.followed_rules import (
    bounded_path,
    expected_path,
    explained,
    follows,
    walk_of,
)
from gradproof.evidence.optimizer_courses import (
    STARTS,
    STEPS,
    Course,
    slopes,
    upwards,
    watched,
)
from gradproof.evidence.update_rules import FORMS, VALUES, RuleVariant, role_of, walk
from gradproof.ports.trials import Description, Moment, Parameter, Trial
from told_port import ToldPort

SAID = Description("Own", "Own", role="optimizer")
BEGUN = (Moment("returned"), Moment("returned"))
"""It is made, and handed its parameters."""


def given(**defaults: str) -> tuple[Parameter, ...]:
    """Parameters with their defaults; without one, if it is empty."""
    return tuple(Parameter(n, not text, text) for n, text in defaults.items())


def course(
    form: RuleVariant, numbers: Mapping[str, float], starts: Sequence[Any] = STARTS
) -> Course:
    """That of a form with these numbers, which it was given."""
    steps = [step[-len(starts) :] for step in slopes()]
    ways = walk(form.move, numbers, starts, steps)
    moments = (*BEGUN, *(Moment("returned", params=tuple(now)) for now in ways))
    return Course(numbers, tuple(starts), steps, moments)


def numbers(form: RuleVariant, which: int = 0) -> dict[str, float]:
    """Those of a form that an optimizer is given."""
    return {role: VALUES[role][which] for role in ("rate", *form.roles)}


def off(found: Course, step: int, place: tuple[int, ...], by: float = 0.01) -> Course:
    """A course that departs at one step in one entry, and is the same after that."""
    moments = list(found.moments)
    params = [np.array(each) for each in found.actual[step]]
    params[place[0]][place[1:]] += by
    moments[2 + step] = replace(moments[2 + step], params=tuple(params))
    return replace(found, moments=tuple(moments))


def test_a_parameters_role_is_told_by_its_name() -> None:
    roles = {"lr": "rate", "beta_1": "beta1", "weight_decay": "none", "clip": "limit"}
    assert {name: role_of(name) for name in roles} == roles
    assert role_of("speed") is None


def asked(said: Description) -> dict[str, tuple[Trial, Course]]:
    port = ToldPort(*BEGUN, Moment("returned", params=STARTS))
    courses = watched(port, said, "lists")
    return dict(
        zip(courses, zip(port.trials, courses.values(), strict=True), strict=True)
    )


def test_the_steps_of_each_course_are_those_of_the_first() -> None:
    found = asked(replace(SAID, make=given(lr="0.1")))
    path = slopes()
    for id, (trial, taken) in found.items():
        updates = [step.arguments for step in trial.steps[1:]]
        assert len(updates) == len(taken.slopes) == STEPS
        for dx, arguments, recorded in zip(path, updates, taken.slopes, strict=True):
            expected = {
                "alone": (dx[1],),
                "twins": (-dx[1], dx[1]),
                "steep": (dx[0] * clipping.STEEP, dx[1] * clipping.STEEP),
            }.get(id, dx)
            assert all(map(np.array_equal, arguments, expected))
            assert all(map(np.array_equal, recorded, expected))


@pytest.mark.parametrize(
    ("make", "instance", "more"),
    [
        ({"verbose": "True"}, False, ["steep"]),
        ({"lr": ""}, False, ["faster", "steep"]),
        ({"lr": "0.1", "wd": "0"}, False, ["faster", "decayed", "steep"]),
        ({"lr": "0.1", "wd": "0"}, True, ["faster", "steep"]),
        ({"lr": "0.1", "mu": "0.5"}, True, ["faster", "other", "steep"]),
        ({"lr": "0.1", "clip": "5"}, False, ["faster", "cut", "cut-more"]),
        ({"lr": "0.1", "clip": "5"}, True, ["faster", "steep"]),
    ],
)
def test_what_can_be_given_is_tried(
    make: dict[str, str], instance: bool, more: list[str]
) -> None:
    found = asked(replace(SAID, make=given(**make), instance=instance))
    assert [*found][4:] == more
    if "decayed" in found:
        assert found["decayed"][0].make == {"lr": 0.03, "wd": 0.1}
    if "cut" in found:
        limits = [found[id][0].make["clip"] for id in ("cut", "cut-more")]
        assert limits == [3.0, 1.2]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
@pytest.mark.parametrize("which", [0, 1])
def test_each_form_is_followed_with_the_numbers_that_were_given(
    form: RuleVariant, which: int
) -> None:
    held = numbers(form, which)
    found = follows(SAID, course(form, held), FORMS)
    assert found is not None
    assert (found.form.id, found.numbers) == (form.id, held)
    others = [f for f in FORMS if f.id != form.id]
    assert follows(SAID, course(form, held), others) is None


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_a_number_that_is_another_than_was_given_is_found_loosely(
    form: RuleVariant,
) -> None:
    taken = numbers(form)
    for role in form.roles:
        another = {**taken, role: VALUES[role][1]}
        way = replace(course(form, another), given=taken)
        assert follows(SAID, way, [form]) is None
        known = replace(SAID, constants=(VALUES[role][1],))
        assert follows(known, way, [form]) is None
        found = follows(known, way, [form], loose=True)
        assert found is not None
        assert found.numbers == another


@pytest.mark.parametrize("step", [0, 7, STEPS - 1])
@pytest.mark.parametrize("place", [(0, 0, 1), (0, 1, 0), (1, 2)])
def test_a_step_that_departs_in_one_entry_is_not_explained(
    step: int, place: tuple[int, ...]
) -> None:
    form, held = FORMS[1], numbers(FORMS[1])
    way = off(course(form, held), step, place)
    assert explained(way, walk_of(form), held) == 2 * step + place[0]
    assert follows(SAID, way, [form]) is None
    alone = follows(SAID, way, [form], parameters=1)
    assert (alone is None) == (place[0] == 0)


def test_a_little_more_than_may_be_rounded_is_one_step_less() -> None:
    form, held = FORMS[0], numbers(FORMS[0])
    right = course(form, held)
    assert explained(right, walk_of(form), held) == 2 * STEPS
    way = off(right, STEPS - 1, (0, 0, 1), 1e-10)
    assert explained(way, walk_of(form), held) == 2 * STEPS - 1


def test_what_is_due_goes_the_way_of_the_form_and_up_where_it_climbs() -> None:
    form, held = FORMS[1], numbers(FORMS[1])
    for starts in (STARTS, STARTS[1:]):
        way = course(form, held, starts)
        for now, actual in zip(expected_path(way, form, held), way.actual, strict=True):
            for due, came in zip(now, actual, strict=True):
                assert not np.any(due.off(came))
                assert np.any(due.off(came + 1e-9))
    climbing = upwards(course(form, held))
    turned = bounded_path(climbing, walk_of(form), held)
    for a, b in zip(expected_path(climbing, form, held), turned, strict=True):
        assert all(np.array_equal(x.value, y.value) for x, y in zip(a, b, strict=True))
