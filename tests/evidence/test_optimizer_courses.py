"""What optimizers are given, and what is read off the courses that they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from gradproof.evidence import clipping, valley
from gradproof.evidence.followed_rules import (
    MAX_EPSILON,
    bounded_path,
    candidates,
    expected_path,
    explained,
    follows,
    walk_of,
)
from gradproof.evidence.optimizer_courses import (
    STARTS,
    STEPS,
    STILL,
    TINY,
    Course,
    is_whole,
    manner_of,
    numbers_of,
    role_in,
    slopes,
    upwards,
    watched,
)
from gradproof.evidence.update_rules import FORMS, VALUES, Form, role_of, walk
from gradproof.evidence.updates import OptimizerEvidence, right_way
from gradproof.evidence.weight_decay import Decay, moved
from gradproof.ports.observation import Note
from gradproof.ports.trials import Description, Moment, Parameter, Trial

ONE, TWO = STARTS
SAID = Description("Own", "Own", role="optimizer")
BEGUN = (Moment("returned"), Moment("returned"))
"""It is made, and handed its parameters."""


def given(**defaults: str) -> tuple[Parameter, ...]:
    """Parameters with their defaults; without one, if it is empty."""
    return tuple(Parameter(n, not text, text) for n, text in defaults.items())


def course(
    form: Form, numbers: Mapping[str, float], starts: Sequence[Any] = STARTS
) -> Course:
    """That of a form with these numbers, which it was given."""
    steps = [step[-len(starts) :] for step in slopes()]
    ways = walk(form.move, numbers, starts, steps)
    moments = (*BEGUN, *(Moment("returned", params=tuple(now)) for now in ways))
    return Course(numbers, tuple(starts), steps, moments)


def numbers(form: Form, which: int = 0) -> dict[str, float]:
    """Those of a form that an optimizer is given."""
    return {role: VALUES[role][which] for role in ("rate", *form.roles)}


def off(found: Course, step: int, place: tuple[int, ...], by: float = 0.01) -> Course:
    """A course that departs at one step in one entry, and is the same after that."""
    moments = list(found.moments)
    params = [np.array(each) for each in found.actual[step]]
    params[place[0]][place[1:]] += by
    moments[2 + step] = replace(moments[2 + step], params=tuple(params))
    return replace(found, moments=tuple(moments))


@dataclass
class Asked:
    """A port that is asked for trials, and answers each with the same."""

    answer: Sequence[Moment]
    trials: list[Trial] = field(default_factory=list)
    notes: tuple[Note, ...] = ()

    def describe(self) -> list[Description]:
        return [SAID]

    def run(self, trials: Sequence[Trial]) -> list[list[Moment]]:
        self.trials += trials
        return [list(self.answer) for _ in trials]


def test_slopes_are_tiny_at_one_place_and_0_at_another() -> None:
    path = slopes()
    assert len(path) == STEPS
    for step in path:
        assert [dx.shape for dx in step] == [start.shape for start in STARTS]
        assert 0 < abs(step[TINY[0]][TINY[1:]]) <= 2e-7
        assert step[STILL[0]][STILL[1:]] == 0
        usual = [abs(dx) for part in step for dx in part.ravel() if abs(dx) > 1e-6]
        assert len(usual) == ONE.size + TWO.size - 2
        assert max(usual) <= 2


def test_slopes_are_the_same_each_time_and_others_for_another_seed() -> None:
    again, other = slopes(), slopes(1)
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(slopes(), again, strict=True))
    assert not any(
        np.array_equal(a[1], b[1]) for a, b in zip(again, other, strict=True)
    )


@pytest.mark.parametrize(
    ("make", "expected", "other"),
    [
        ({"lr": "0.01"}, {"lr": 0.03}, {"lr": 0.03}),
        ({"lr": "0.03"}, {"lr": 0.07}, {"lr": 0.07}),
        ({"lr": ""}, {"lr": 0.03}, {"lr": 0.03}),
        ({"lr": "0.1", "eps": "1e-8"}, {"lr": 0.03}, {"lr": 0.03, "eps": 1e-6}),
        ({"lr": "0.1", "eps": "1e-6"}, {"lr": 0.03}, {"lr": 0.03, "eps": 1e-5}),
        ({"lr": "0.1", "mu": ""}, {"lr": 0.03, "mu": 0.8}, {"lr": 0.03, "mu": 0.8}),
        ({"lr": "0.1", "wd": "0.2"}, {"lr": 0.03, "wd": 0}, {"lr": 0.03, "wd": 0}),
        ({"lr": "0.1", "clip": "5"}, {"lr": 0.03, "clip": 1e9}, None),
        ({"lr": "0.1", "verbose": "True"}, {"lr": 0.03}, {"lr": 0.03}),
    ],
)
def test_an_optimizer_is_given_other_numbers_than_by_default(
    make: dict[str, str], expected: dict[str, float], other: dict[str, float] | None
) -> None:
    said = replace(SAID, make=given(**make))
    assert numbers_of(said) == expected
    assert numbers_of(said, other=True) == (other or expected)


def test_one_that_is_made_already_keeps_its_numbers() -> None:
    said = replace(SAID, make=given(lr="0.3", mu="0.5"), instance=True)
    assert numbers_of(said) == {"lr": 0.3}
    assert numbers_of(said, other=True) == {"lr": 0.3, "mu": 0.5}


@pytest.mark.parametrize(
    ("make", "instance", "rate"),
    [
        ({"lr": "0.1", "alpha": "0.9"}, False, "lr"),
        ({"alpha": "0.9", "beta1": "0.9"}, False, "alpha"),
        ({"gamma": "0.9", "alpha": "0.9"}, False, "gamma"),
        ({"speed": "0.1"}, False, "speed"),
        ({"speed": ""}, False, "speed"),
        ({"verbose": "True", "speed": "1"}, False, "speed"),
        ({"speed": "0.1"}, True, None),
        ({"alpha": "0.1"}, True, "alpha"),
        ({"verbose": "True"}, False, None),
    ],
)
def test_where_none_is_called_the_rate_it_is_a_factor_or_a_number(
    make: dict[str, str], instance: bool, rate: str | None
) -> None:
    said = replace(SAID, make=given(**make), instance=instance)
    assert [name for name in make if role_in(name, said) == "rate"] == [rate][
        : bool(rate)
    ]


def test_a_parameters_role_is_told_by_its_name() -> None:
    roles = {"lr": "rate", "beta_1": "beta1", "weight_decay": "none", "clip": "limit"}
    assert {name: role_of(name) for name in roles} == roles
    assert role_of("speed") is None


def raised(kind: str) -> Moment:
    return Moment("raised", kind=kind)


@pytest.mark.parametrize(
    ("methods", "kinds", "manner", "broke"),
    [
        ((), ["", "ValueError"], "dictionary", None),
        ((), ["ValueError", ""], "lists", None),
        ((), ["ValueError", "OSError"], "", "ValueError"),
        ((), ["KeyError", "OSError"], "", "OSError"),
        ((), ["TypeError", "OSError"], "", "OSError"),
        (("update_one",), ["", "OSError"], "setup", None),
        (("update_one",), ["OSError", ""], "one", None),
        (("update_one",), ["KeyError", "OSError"], "", "KeyError"),
    ],
)
def test_the_manner_is_the_first_that_returns_or_what_came_of_the_likeliest(
    methods: tuple[str, ...], kinds: list[str], manner: str, broke: str | None
) -> None:
    answers = [raised(kind) if kind else Moment("returned") for kind in kinds]

    class Port(Asked):
        def run(self, trials: Sequence[Trial]) -> list[list[Moment]]:
            self.trials += trials
            return [[raised("earlier"), answers[len(self.trials) - 1]]]

    said = replace(SAID, methods=methods)
    found, came = manner_of(Port(()), said, {"lr": 0.1})
    assert found == manner
    assert (came.kind if came else None) == broke


def test_an_update_is_one_step_from_the_starts() -> None:
    port = Asked([Moment("returned")])
    manner_of(port, SAID, {"lr": 0.1})
    (trial,) = port.trials
    begin, *updates = trial.steps
    assert (trial.name, trial.make, begin.do) == ("Own", {"lr": 0.1}, "begin")
    assert begin.arguments == STARTS
    assert [step.do for step in updates] == ["update"]
    assert all(map(np.array_equal, updates[0].arguments, slopes()[0]))


def asked(said: Description) -> dict[str, tuple[Trial, Course]]:
    port = Asked([*BEGUN, Moment("returned", params=STARTS)])
    courses = watched(port, said, "lists")
    return dict(
        zip(courses, zip(port.trials, courses.values(), strict=True), strict=True)
    )


def starts(trial: Trial) -> list[list[float]]:
    return [np.asarray(p).tolist() for p in trial.steps[0].arguments]


def test_of_one_with_a_rate_courses_are_taken_again_alone_and_faster() -> None:
    found = asked(replace(SAID, make=given(lr="0.1", eps="1e-8")))
    assert [*found] == ["first", "again", "alone", "twins", "faster", "other", "steep"]
    both = [ONE.tolist(), TWO.tolist()]
    for id in ("first", "again", "faster", "other", "steep"):
        assert starts(found[id][0]) == both
    assert starts(found["alone"][0]) == both[1:]
    assert starts(found["twins"][0]) == [(TWO + 1).tolist(), TWO.tolist()]
    made = {id: trial.make for id, (trial, _) in found.items()}
    assert made["first"] == made["again"] == made["alone"] == {"lr": 0.03}
    assert made["faster"] == {"lr": 0.06}
    assert made["other"] == {"lr": 0.03, "eps": 1e-6}
    assert found["first"][1].given == {"rate": 0.03, "epsilon": 1e-8}
    assert found["other"][1].given == {"rate": 0.03, "epsilon": 1e-6}


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


def test_a_course_is_whole_if_each_step_returned_and_left_its_shapes() -> None:
    right = course(FORMS[0], {"rate": 0.1})
    assert is_whole(right)
    assert right.broke is None
    assert right.misshapen is None
    assert len(right.updates) == len(right.actual) == STEPS
    broken = replace(right, moments=(*right.moments[:5], raised("ValueError")))
    assert not is_whole(broken)
    assert broken.broke is not None
    flat = replace(right.moments[4], params=(ONE, TWO[:2]))
    turned = replace(right, moments=(*right.moments[:4], flat, *right.moments[5:]))
    assert not is_whole(turned)
    assert turned.misshapen is not None
    assert turned.misshapen[0] == 1
    gone = replace(right.moments[4], params=(None, TWO))
    lost = replace(right, moments=(*right.moments[:4], gone, *right.moments[5:]))
    assert lost.misshapen == (0, None)


def test_what_climbs_is_a_descent_by_the_slopes_turned_round() -> None:
    first = course(FORMS[0], {"rate": 0.1})
    climbing = upwards(first)
    assert climbing.uphill
    assert not first.uphill
    for was, now in zip(first.slopes, climbing.slopes, strict=True):
        assert all(np.array_equal(-a, b) for a, b in zip(was, now, strict=True))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
@pytest.mark.parametrize("which", [0, 1])
def test_each_form_is_followed_with_the_numbers_that_were_given(
    form: Form, which: int
) -> None:
    held = numbers(form, which)
    found = follows(SAID, course(form, held), FORMS)
    assert found is not None
    assert (found.form.id, found.numbers) == (form.id, held)
    others = [f for f in FORMS if f.id != form.id]
    assert follows(SAID, course(form, held), others) is None


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_a_number_that_is_another_than_was_given_is_found_loosely(form: Form) -> None:
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


def test_the_entry_whose_slope_is_0_is_left_to_the_judge_of_zeros() -> None:
    form, held = FORMS[0], numbers(FORMS[0])
    first = off(course(form, held), 3, STILL, np.nan)
    assert explained(first, walk_of(form), held) == 2 * STEPS
    second = off(course(form, held), 3, (1, 1), np.nan)
    assert explained(second, walk_of(form), held) == 7


@pytest.mark.parametrize(
    ("rates", "constants", "expected"),
    [
        ({"rate": 0.03}, (0.5,), [0.03]),
        ({}, (0.0, -1.0, 0.5, 10.0, 9.5, 0.5, 11.0), [0.5, 9.5]),
        ({}, (), []),
    ],
)
def test_a_rate_that_is_not_given_stands_in_the_code(
    rates: dict[str, float], constants: tuple[float, ...], expected: list[float]
) -> None:
    said = replace(SAID, constants=constants)
    found = candidates(
        said, replace(course(FORMS[0], {"rate": 1}), given=rates), FORMS[0]
    )
    assert [each["rate"] for each in found] == expected


def choices(role: str, loose: bool = False, **held: float) -> list[float]:
    """What a number may be, where these are given, and those stand in the code."""
    code = (0.0, 1e-9, 0.05, 0.1, 0.4, 1.0, 1e3, 5e3)
    said = replace(SAID, constants=code, make=given(a="0.33", b="1", c="0", d="True"))
    form = Form("own", "own", "", FORMS[0].move, (role,))
    asked = replace(course(FORMS[0], {"rate": 1}), given={"rate": 0.1, **held})
    return [each[role] for each in candidates(said, asked, form, loose=loose)]


def test_a_number_is_as_given_else_as_in_the_code_else_as_usual() -> None:
    assert choices("momentum", momentum=0.7) == [0.7]
    assert choices("momentum", factor=0.6) == [0.6, 0.4, 0.9, 0.33]
    assert choices("momentum") == [0.4, 0.9, 0.33]
    assert choices("momentum", loose=True, momentum=0.7) == [0.7, 0.4, 0.9, 0.33]
    assert choices("beta2")[:2] == [0.4, 0.999]
    assert choices("epsilon")[:3] == [1e-9, 0.05, 5e3]
    assert MAX_EPSILON == 1e-3


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


def squared(x: float, dx: float, m: float = 0, *, rate: float) -> tuple[float, float]:
    return x - rate * dx * dx, m + dx


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("inside", (3 - 0.1 * (2 + 1.5) ** 2, 7 + 3.5)),
        ("apart", (3 - 0.4 - 0.1 * 1.5, 9)),
        ("after", (2.6 - 0.1 * 0.5 * 2.6, 9)),
        ("apart-without-rate", (3 - 0.4 - 1.5, 9)),
    ],
)
def test_weight_decay_is_pulled_in_its_place(
    place: str, expected: tuple[float, float]
) -> None:
    decay = Decay(place, 2.0)
    found = moved(squared, decay)(3, 2, 7, weight_decay=0.25, rate=0.1)
    assert found == pytest.approx(expected)
    away = moved(squared, Decay(place, -2.0))(3, 2, 7, weight_decay=-0.25, rate=0.1)
    assert away == pytest.approx(expected)
    assert (decay.right, Decay(place, -2.0).right) == (True, False)


def evidence(form: Form, **more: Any) -> OptimizerEvidence:
    """Of one that follows a form; without it, of one that is named after it."""
    held = numbers(form)
    first = course(form, held)
    made = OptimizerEvidence(SAID, form.rule, courses={"first": first})
    return replace(made, **more)


def test_the_right_way_over_the_valley_is_that_of_the_form_it_follows() -> None:
    form = FORMS[2]
    first = course(form, numbers(form))
    followed = follows(SAID, first, [form])
    held = {**numbers(form), "rate": valley.RATES["momentum"]}
    found = right_way(evidence(form, followed=followed))
    np.testing.assert_array_equal(found, valley.right(form, held))
    # By its name alone it is the first form of the rule.
    named = right_way(evidence(form))
    np.testing.assert_array_equal(named, valley.right(FORMS[1], held))
    # One that is made already keeps its rate.
    made = replace(SAID, instance=True)
    kept = right_way(evidence(form, followed=followed, said=made))
    np.testing.assert_array_equal(kept, valley.right(form, numbers(form)))


def test_of_what_climbs_is_cut_or_has_no_rule_no_right_way_is_known() -> None:
    form = FORMS[0]
    first = course(form, numbers(form))
    assert right_way(evidence(form)) is not None
    assert right_way(evidence(form, courses={"first": upwards(first)})) is None
    assert right_way(evidence(form, clip=clipping.RIGHT[0])) is None
    assert right_way(evidence(form, clip=clipping.WRONG[0])) is not None
    assert right_way(evidence(form, rule=None)) is None
    assert right_way(evidence(form, courses={})) is None
