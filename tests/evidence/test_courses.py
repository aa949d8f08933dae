"""What an optimizer is given, and which rule its way is, of courses made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.defects.update_matrix import mutant
from gradproof.evidence import clipping, followed_rules, updates, valley, weight_decay
from gradproof.evidence.clipping import Clip
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
from gradproof.evidence.update_rules import FORMS, USUAL, VALUES, RuleVariant, walk
from gradproof.ports.trials import Description, Moment, Parameter, Trial

BY_ID = {form.id: form for form in FORMS}
SGD, MOMENTUM, ADAM = BY_ID["sgd"], BY_ID["momentum"], BY_ID["adam"]


def said(*make: tuple[str, str], **fields: Any) -> Description:
    """An optimizer that is made of these; one without a default is required."""
    parameters = tuple(Parameter(name, not number, number) for name, number in make)
    return Description("Rule", "Rule", make=parameters, **fields)


# What it is made with.


@pytest.mark.parametrize(
    ("make", "roles"),
    [
        ([("lr", "0.01")], ["rate"]),
        ([("lr", "0.01"), ("alpha", "0.5")], ["rate", "factor"]),
        ([("alpha", "0.01"), ("beta1", "0.9")], ["rate", "beta1"]),
        ([("speed", "0.01")], ["rate"]),
        ([("speed", "")], ["rate"]),
        ([("speed", "None")], [None]),
        ([("speed", "0.01"), ("other", "0.02")], ["rate", None]),
        ([("momentum", "0.9")], ["momentum"]),
    ],
)
def test_where_no_parameter_is_named_a_rate_one_may_be_it(
    make: Any, roles: Any
) -> None:
    given = said(*make)
    assert [role_in(name, given) for name, _ in make] == roles


def test_an_optimizer_that_is_made_already_has_no_rate_by_another_name() -> None:
    made = said(("speed", "0.01"), instance=True)
    assert role_in("speed", made) is None
    factor = said(("alpha", "0.01"), instance=True)
    assert role_in("alpha", factor) == "rate"


RATE, OTHER_RATE = VALUES["rate"]


def test_a_rate_is_another_than_by_default() -> None:
    assert numbers_of(said(("lr", "0.01"))) == {"lr": RATE}
    assert numbers_of(said(("lr", str(RATE)))) == {"lr": OTHER_RATE}
    assert numbers_of(said(("lr", ""))) == {"lr": RATE}


def test_of_the_rest_is_given_what_is_required_or_is_to_be_another() -> None:
    both = said(("lr", "0.01"), ("momentum", "0.9"), ("foreign", "3"))
    assert numbers_of(both) == {"lr": RATE}
    momentum = VALUES["momentum"][0]
    assert numbers_of(both, other=True) == {"lr": RATE, "momentum": momentum}
    required = said(("lr", "0.01"), ("momentum", ""))
    assert numbers_of(required) == {"lr": RATE, "momentum": momentum}


def test_one_that_is_made_already_is_given_what_it_has() -> None:
    made = said(("lr", "0.5"), ("momentum", "0.25"), instance=True)
    assert numbers_of(made) == {"lr": 0.5}
    assert numbers_of(made, other=True) == {"lr": 0.5, "momentum": 0.25}
    assert numbers_of(said(("lr", ""), instance=True)) == {"lr": RATE}


class Walking:
    """A port of an optimizer that follows a form; it notes what it was asked."""

    notes = ()

    def __init__(
        self, form: RuleVariant = SGD, manners: Sequence[str] = ("lists",)
    ) -> None:
        self.form, self.manners = form, manners
        self.asked: list[Trial] = []

    def describe(self) -> Any:
        return []

    def run(self, trials: Sequence[Trial]) -> list[list[Moment]]:
        self.asked += trials
        return [self._moments(trial) for trial in trials]

    def _moments(self, trial: Trial) -> list[Moment]:
        begin, *steps = trial.steps
        made = Moment("returned")
        if begin.method not in self.manners:
            return [made, made, Moment("raised", kind=f"No{begin.method}")]
        roles = {"lr": "rate", "mu": "momentum", "eta": "rate", "rate": "rate"}
        numbers = {roles[n]: v for n, v in trial.make.items() if n in roles}
        way = walk(
            self.form.move, numbers, begin.arguments, [s.arguments for s in steps]
        )
        return [made, made, *(Moment("returned", params=tuple(now)) for now in way)]


@pytest.mark.parametrize("manner", ["dictionary", "lists"])
def test_the_manner_is_the_first_in_which_an_update_returns(manner: str) -> None:
    port = Walking(manners=[manner])
    assert manner_of(port, said(("lr", "")), {"lr": 0.5}) == (manner, None)
    assert [len(trial.steps) for trial in port.asked] == [2] * len(port.asked)
    both = Walking(manners=["dictionary", "lists"])
    assert manner_of(both, said(("lr", "")), {"lr": 0.5})[0] == "dictionary"


def test_one_that_updates_one_parameter_is_set_up_with_them() -> None:
    port = Walking(manners=["one"])
    one = said(("lr", ""), methods=("update_one",))
    assert manner_of(port, one, {"lr": 0.5}) == ("one", None)
    assert [t.steps[0].method for t in port.asked] == ["setup", "one"]


@pytest.mark.parametrize(
    ("kind", "methods", "told"),
    [
        ("KeyError", (), "lists"),
        ("TypeError", (), "lists"),
        ("ValueError", (), "dictionary"),
        ("KeyError", ("update_one",), "setup"),
    ],
)
def test_where_no_manner_works_the_likeliest_tells_why(
    kind: str, methods: Any, told: str
) -> None:
    class Failing(Walking):
        def _moments(self, trial: Trial) -> list[Moment]:
            return [Moment("raised", kind=kind, text=trial.steps[0].method)]

    manner, broke = manner_of(Failing(), said(("lr", ""), methods=methods), {"lr": 1})
    assert manner == ""
    assert broke is not None
    assert broke.text == told


def test_the_courses_of_an_optimizer() -> None:
    full = said(("lr", "0.01"), ("mu", "0.9"))
    found = watched(Walking(MOMENTUM), full, "lists")
    assert set(found) == {
        "first",
        "again",
        "alone",
        "twins",
        "faster",
        "other",
        "steep",
    }
    assert found["first"].given == {"rate": RATE, "momentum": 0.9}
    assert found["faster"].given == {"rate": 2 * RATE, "momentum": 0.9}
    assert found["other"].given == {"rate": RATE, "momentum": VALUES["momentum"][0]}
    path = slopes()
    assert found["alone"].starts == STARTS[1:]
    assert all(len(step) == 1 for step in found["alone"].slopes)
    for one, (first,), whole in zip(
        found["twins"].slopes, found["alone"].slopes, path, strict=True
    ):
        assert np.array_equal(first, whole[1])
        assert np.array_equal(one[0], -whole[1])
        assert np.array_equal(one[1], whole[1])
    ahead, own = found["twins"].starts
    assert np.array_equal(ahead, own + 1)
    assert np.array_equal(found["steep"].slopes[0][1], clipping.STEEP * path[0][1])


def test_courses_are_those_that_its_parameters_allow() -> None:
    plain = watched(Walking(), said(("lr", "")), "lists")
    assert set(plain) == {"first", "again", "alone", "twins", "faster", "steep"}
    assert "faster" not in watched(Walking(), said(), "lists")
    decaying = said(("lr", ""), ("weight_decay", "0"))
    found = watched(Walking(), decaying, "lists")
    assert found["decayed"].given == {"rate": RATE, "none": 0.1}
    limited = said(("lr", ""), ("max_norm", "5"))
    found = watched(Walking(), limited, "lists")
    assert {id: found[id].given["limit"] for id in clipping.CUT} == clipping.CUT
    assert "steep" not in found
    made = said(("lr", "0.5"), ("weight_decay", "0"), ("max_norm", "5"), instance=True)
    found = watched(Walking(), made, "lists")
    assert "steep" in found
    assert not set(found) & {"decayed", *clipping.CUT}


def test_slopes_have_a_tiny_entry_and_one_that_is_still() -> None:
    for step in slopes():
        assert [dx.shape for dx in step] == [start.shape for start in STARTS]
        assert 0 < abs(step[TINY[0]][TINY[1:]]) < 1e-6
        assert step[STILL[0]][STILL[1:]] == 0
        assert np.count_nonzero(abs(step[0]) > 1e-6) == 4


def course(form: RuleVariant = SGD, **fields: Any) -> Course:
    return replace(mutant(form, None).courses["first"], **fields)


def test_a_course_is_whole_where_each_step_left_its_arrays() -> None:
    whole = course()
    assert is_whole(whole)
    assert whole.broke is None
    assert whole.misshapen is None
    last = whole.moments[-1]
    raised = replace(whole, moments=(*whole.moments[:-1], Moment("raised")))
    assert raised.broke is raised.moments[-1]
    assert not is_whole(raised)
    for params, due in (
        ((last.params[0], None), (1, None)),
        ((last.params[1], last.params[1]), (0, last.params[1])),
    ):
        bent = replace(last, params=params)
        found = replace(whole, moments=(*whole.moments[:-1], bent))
        assert found.misshapen == due
        assert not is_whole(found)


def test_what_climbs_descends_by_slopes_of_the_other_sign() -> None:
    plain = course()
    turned = upwards(plain)
    assert turned.uphill
    assert np.array_equal(turned.slopes[3][1], -plain.slopes[3][1])


# Which rule it is.


@pytest.mark.parametrize(
    ("constants", "rates"),
    [((), []), ((0.0, 0.5, 10.0, 9.5, -1.0, 0.5), [0.5, 9.5])],
)
def test_a_rate_that_is_not_given_stands_in_the_code(
    constants: Any, rates: Any
) -> None:
    code = said(constants=constants)
    without = course(given={})
    found = list(followed_rules.candidates(code, without, SGD))
    assert [numbers["rate"] for numbers in found] == rates
    assert list(followed_rules.candidates(code, course(), SGD)) == [{"rate": RATE}]


def test_a_number_is_as_given_else_as_in_the_code_else_as_usual() -> None:
    code = said(("share", "0.75"), ("whole", "1"), constants=(0.1, 0.2, 0.99, 1.0))

    def choices(role: str, given: Any, loose: bool = False) -> list[float]:
        return followed_rules._choices(code, course(given=given), role, loose)

    assert choices("momentum", {"momentum": 0.3}) == [0.3]
    usual = [0.2, 0.99, *USUAL["momentum"], 0.75]
    assert choices("momentum", {}) == usual
    assert choices("momentum", {"factor": 0.4}) == [0.4, *usual]
    assert choices("momentum", {"momentum": 0.3}, loose=True) == [0.3, *usual]


def test_an_epsilon_is_small_or_as_large_as_a_mistake() -> None:
    code = said(constants=(0.0, 1e-3, 0.09, 0.1, 0.5, 1e3, 1e4))
    found = followed_rules._choices(code, course(), "epsilon", False)
    assert found[:3] == [1e-3, 0.09, 1e4]
    assert found[3:] == list(USUAL["epsilon"])


def test_a_way_is_explained_step_by_step_until_it_departs() -> None:
    plain = course()
    path = followed_rules.walk_of(SGD)
    assert followed_rules.explained(plain, path, {"rate": RATE}) == 2 * STEPS
    assert followed_rules.explained(plain, path, {"rate": RATE}, 1) == STEPS
    assert followed_rules.explained(plain, path, {"rate": RATE * 1.01}) == 0
    for number, before in ((0, 6), (1, 7)):  # of the fourth step
        moment = plain.moments[5]
        params = [np.array(each) for each in moment.params]
        params[number].flat[1] += 1e-3
        off = replace(moment, params=tuple(params))
        departed = replace(plain, moments=(*plain.moments[:5], off, *plain.moments[6:]))
        assert followed_rules.explained(departed, path, {"rate": RATE}) == before


def test_what_the_still_entry_does_is_no_matter_of_a_form() -> None:
    plain = course()
    moments = list(plain.moments)
    for k in range(2, len(moments)):
        params = [np.array(each) for each in moments[k].params]
        params[STILL[0]][STILL[1:]] += 1
        moments[k] = replace(moments[k], params=tuple(params))
    path = followed_rules.walk_of(SGD)
    found = replace(plain, moments=tuple(moments))
    assert followed_rules.explained(found, path, {"rate": RATE}) == 2 * STEPS


# Weights that decay, and gradients that are cut.


@pytest.mark.parametrize(
    ("place", "due"),
    [
        # x is 4, dx is 1, the rate a half, λ a tenth: x − η·dx is 3.5.
        ("inside", [3.3, 3.1, 3.7, 3.9]),
        ("apart", [3.3, 3.1, 3.7, 3.9]),
        ("after", [3.325, 3.15, 3.675, 3.85]),
        ("apart-without-rate", [3.1, 2.7, 3.9, 4.3]),
    ],
)
def test_weights_decay_in_each_form_so_much(place: str, due: list[float]) -> None:
    forms = [decay for decay in weight_decay.FORMS if decay.place == place]
    assert [decay.times for decay in forms] == [1, 2, -1, -2]
    assert [decay.right for decay in forms] == [True, True, False, False]
    for decay, place_after in zip(forms, due, strict=True):
        move = weight_decay.moved(SGD.move, decay)
        (new,) = move(4.0, 1.0, rate=0.5, weight_decay=0.1)
        assert new == pytest.approx(place_after)


def test_what_a_rule_remembers_it_keeps_beside_a_decay() -> None:
    for decay in weight_decay.FORMS:
        move = weight_decay.moved(MOMENTUM.move, decay)
        _, v = move(4.0, 1.0, 2.0, rate=0.5, momentum=0.5, weight_decay=0.1)
        inside = 0.05 * 4 * decay.times if decay.place == "inside" else 0
        assert v == pytest.approx(1 - 0.5 - inside)


class Cutting(Walking):
    """SGD by gradients that are cut, to what it is given or stands in its code."""

    def __init__(self, clip: Clip, limit: float | None = None) -> None:
        super().__init__()
        self.clip, self.limit = clip, limit

    def _moments(self, trial: Trial) -> list[Moment]:
        begin, *steps = trial.steps
        if begin.method not in self.manners:
            return super()._moments(trial)
        limit = self.limit or trial.make["max_norm"]
        numbers = {"rate": trial.make["lr"], "limit": limit}
        path = clipping.clipped(followed_rules.walk_of(SGD), self.clip)
        way = path(numbers, begin.arguments, [s.arguments for s in steps])
        made = Moment("returned")
        return [made, made, *(Moment("returned", params=tuple(now)) for now in way)]


@pytest.mark.parametrize(
    "clip",
    [Clip("all"), Clip("each", guard=1e-6), Clip("entries"), Clip("all", "always")],
)
@pytest.mark.parametrize("name", ["SGD", "Rule"])
def test_how_gradients_are_cut_is_told(clip: Clip, name: str) -> None:
    limited = replace(said(("lr", ""), ("max_norm", "5")), kind=name)
    found = updates.gather(Cutting(clip), limited)
    assert found.clip is not None
    assert (found.clip.over, found.clip.when) == (clip.over, clip.when)
    assert found.cuts
    if clip.right:
        assert (found.rule, found.by_behaviour) == ("sgd", name == "Rule")
        assert found.right_clip is found.clip
        assert found.followed is not None
        assert found.followed.form.rule == "sgd"
        assert updates.cut_alone(found)
    else:
        assert (found.followed, found.right_clip) == (None, None)


def test_a_limit_that_stands_in_the_code_shows_where_slopes_are_steep() -> None:
    code = said(("lr", ""), constants=(0.5, 100.0))
    found = updates.gather(Cutting(Clip("all"), 100.0), replace(code, kind="SGD"))
    assert found.clip == Clip("all")
    assert found.cuts
    assert found.followed is not None
    assert found.followed.numbers["limit"] == 100.0


@pytest.mark.parametrize(("make", "cuts"), [((), False), ((("max_norm", "5"),), True)])
def test_what_cuts_nothing_is_told_by_its_parameter_alone(
    make: Any, cuts: bool
) -> None:
    plain = replace(said(("lr", ""), *make), kind="SGD")
    found = updates.gather(Walking(), plain)
    assert (found.clip, found.cuts) == (None, cuts)
    assert found.followed is not None
    assert found.valley is not None
    assert len(found.valley) == valley.STEPS + 1


def test_a_parameter_that_nothing_is_known_of_is_the_problem() -> None:
    foreign = said(("lr", ""), ("foreign", "3"), ("schedule", ""))
    found = updates.gather(Walking(), foreign)
    assert found.problem == "schedule"
    assert found.courses == {}
    failing = updates.gather(Walking(manners=[]), said(("lr", "")))
    assert failing.broke is not None
    assert failing.courses == {}


# The valley.


@pytest.mark.parametrize(
    ("rule", "numbers"),
    [
        ("sgd", {"rate": 0.95}),
        ("momentum", {"rate": 0.1, "momentum": 0.9}),
        ("nesterov", {"rate": 0.1, "momentum": 0.9}),
        ("adagrad", {"rate": 1.5, "epsilon": 1e-7}),
        ("rmsprop", {"rate": 0.3, "decay": 0.99, "epsilon": 1e-7}),
        ("adam", {"rate": 0.3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7}),
    ],
)
def test_the_published_path_is_that_of_the_usual_numbers(
    rule: str, numbers: Any
) -> None:
    due = valley.right(BY_ID[rule], numbers)
    assert np.array_equal(valley.published(rule), due)


def test_what_is_due_is_due_of_each_parameter_there_is() -> None:
    for which, number in (("first", 2), ("alone", 1)):
        seen = mutant(SGD, None).courses[which]
        due = followed_rules.expected_path(seen, SGD, {"rate": RATE})
        assert [len(step) for step in due] == [number] * STEPS
        for limits, now in zip(due, seen.actual, strict=True):
            for limit, actual in zip(limits, now, strict=True):
                assert limit.close(actual)


def test_a_walk_over_the_valley_goes_on_from_where_it_came() -> None:
    found = valley.walked(Walking(), said(("lr", "")), {"lr": 0.5}, "lists")
    assert found == pytest.approx(valley.right(SGD, {"rate": 0.5}))
    assert len(found) == valley.STEPS + 1
    after = -7 * 0.95, 0.0  # the slope is x/10 and 2y
    assert found[1] == pytest.approx(after)
    kept = valley.walked(
        Walking(MOMENTUM), said(("lr", "")), {"lr": 0.5, "mu": 0.5}, "lists"
    )
    assert kept == pytest.approx(valley.right(MOMENTUM, {"rate": 0.5, "momentum": 0.5}))


@pytest.mark.parametrize(
    "end",
    [
        Moment("raised"),
        Moment("returned", params=(None,)),
        Moment("returned", params=(np.zeros(3),)),
    ],
)
def test_a_walk_ends_where_no_place_is_left(end: Moment) -> None:
    class Ending(Walking):
        def _moments(self, trial: Trial) -> list[Moment]:
            moments = super()._moments(trial)
            return [*moments[:-1], end] if len(moments) == 5 else moments

    found = valley.walked(Ending(), said(("lr", "")), {"lr": 0.5}, "lists")
    assert len(found) == 3


def test_a_walk_ends_where_a_step_is_missing() -> None:
    class Short(Walking):
        def _moments(self, trial: Trial) -> list[Moment]:
            return super()._moments(trial)[:4]

    found = valley.walked(Short(), said(("lr", "")), {"lr": 0.5}, "lists")
    assert len(found) == 3


# What is gathered.


@pytest.mark.parametrize(
    "form", [SGD, MOMENTUM, BY_ID["nesterov"]], ids=lambda form: form.id
)
def test_the_rule_is_that_of_the_way_where_the_name_says_none(
    form: RuleVariant,
) -> None:
    evidence = replace(mutant(form, None), rule=None, followed=None)
    found = updates.recognized(evidence)
    assert (found.rule, found.by_behaviour) == (form.rule, True)
    assert found.followed is not None
    assert found.followed.form == form
    turned = {id: upwards(each) for id, each in evidence.courses.items()}
    plain = {id: replace(each, uphill=False) for id, each in turned.items()}
    climbing = updates.recognized(replace(evidence, courses=plain))
    assert (climbing.rule, climbing.followed) == (form.rule, None)


def test_sgd_with_a_momentum_may_follow_either_rule() -> None:
    plain = mutant(SGD, None)
    assert {form.rule for form in plain.candidates} == {"sgd"}
    first = plain.courses["first"]
    given = replace(first, given={**first.given, "momentum": 0.0})
    both = replace(plain, courses={"first": given})
    assert {form.rule for form in both.candidates} == {"sgd", "momentum"}
    adam = replace(mutant(ADAM, None), courses={"first": given})
    assert {form.rule for form in adam.candidates} == {"adam"}


def test_the_right_way_over_the_valley_has_the_rate_of_the_book() -> None:
    evidence = mutant(MOMENTUM, None)
    numbers = {"rate": valley.RATES["momentum"], "momentum": 0.9}
    due = valley.right(MOMENTUM, numbers)
    found = updates.right_way(evidence)
    assert found is not None
    assert np.array_equal(found, due)
    unknown = updates.right_way(replace(evidence, followed=None))
    assert unknown is not None
    assert np.array_equal(unknown, due)
    made = replace(evidence, said=replace(evidence.said, instance=True))
    own = updates.right_way(made)
    assert own is not None
    assert np.array_equal(own, valley.right(MOMENTUM, {**numbers, "rate": RATE}))


def test_where_no_rule_is_known_there_is_no_right_way() -> None:
    evidence = mutant(MOMENTUM, None)
    first = evidence.courses["first"]
    for other in (
        replace(evidence, courses={}),
        replace(evidence, rule=None),
        replace(evidence, clip=Clip("all")),
        replace(evidence, courses={"first": upwards(first)}),
    ):
        assert updates.right_way(other) is None
    assert updates.right_way(replace(evidence, clip=Clip("all", "small"))) is not None
