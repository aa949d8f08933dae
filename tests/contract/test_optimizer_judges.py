"""The judges of optimizers, one at a time: what each fails, and what it lets through.

The evidence is that of a right rule, worked out in plain numbers, changed at one place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.contract import optimizers
from gradproof.contract.verdicts import Judgement, broken, failed, not_covered, passed
from gradproof.evidence.bounds import POLICY
from gradproof.evidence.clipping import Clip
from gradproof.evidence.followed_rules import MAX_EPSILON, Followed
from gradproof.evidence.optimizer_courses import (
    STARTS,
    STEPS,
    STILL,
    Course,
    slopes,
)
from gradproof.evidence.own_updates import OwnUpdate
from gradproof.evidence.update_rules import FORMS
from gradproof.evidence.updates import OptimizerEvidence
from gradproof.evidence.weight_decay import Decay
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.ports.trials import Description, Moment

Move = Callable[[Any, Any], Any]
BY_ID = {form.id: form for form in FORMS}
SGD, MOMENTUM = BY_ID["sgd"], BY_ID["momentum"]
RATE = 0.125
SAID = Description("Mine", "Mine", role="optimizer")


def walked(
    rate: float = RATE, numbers: Sequence[int] = (0, 1), move: Move | None = None
) -> list[tuple[Any, ...]]:
    """Where steps down the gradient lead these of the two parameters."""
    params = [STARTS[i] for i in numbers]
    found = []
    for dx in slopes():
        step = move or (lambda x, d: x - rate * d)
        params = [step(x, dx[i]) for x, i in zip(params, numbers, strict=True)]
        found.append(tuple(params))
    return found


def course(
    path: Sequence[tuple[Any, ...]],
    starts: tuple[Any, ...] = STARTS,
    given: Mapping[str, float] = {"rate": RATE},
    **fields: Any,
) -> Course:
    found = [Moment("returned", params=tuple(now), **fields) for now in path]
    begun = [Moment("returned"), Moment("returned", params=starts)]
    steps = [step[-len(starts) :] for step in slopes()]
    return Course(given, starts, steps, (*begun, *found))


FIRST = course(walked())
ALONE = course(walked(numbers=(1,)), STARTS[1:])


def evidence(first: Course = FIRST, **fields: Any) -> OptimizerEvidence:
    courses = {"first": first, **fields.pop("courses", {})}
    found = {"rule": "sgd", "manner": "lists", **fields}
    return OptimizerEvidence(SAID, courses=courses, **found)


def off(
    path: Sequence[tuple[Any, ...]], step: int, number: int, place: Any, by: float
) -> list[tuple[Any, ...]]:
    """The path with one entry after one step moved."""
    changed = [tuple(np.array(p) for p in now) for now in path]
    changed[step][number][place] += by
    return changed


# It runs


RAISED = Moment("raised", kind="ValueError", text="why", place=(r"a\b\mine.py", 7))
ENDED = Moment("exited", kind="SystemExit", text="3")
DIED = Moment("broke", kind="program.died", text="SIGSEGV")


def stopped(moment: Moment, before: int) -> Course:
    return replace(FIRST, moments=(*FIRST.moments[:before], moment))


def raised(step: str) -> Judgement:
    said = {"kind": "ValueError", "text": "why", "file": "mine.py", "line": 7}
    return broken("optimizer.raised", **said, step=step)


SHAPED = course([(STARTS[0], STARTS[1][:2])])
GONE = course([(STARTS[0], None)])


RUNS: dict[str, tuple[OptimizerEvidence, Judgement]] = {
    "right": (evidence(), passed()),
    "not made": (
        evidence(problem="size"),
        not_covered("optimizer.not-made", parameter="size"),
    ),
    "broke": (evidence(broke=RAISED), raised("update")),
    "died": (evidence(broke=DIED), broken("layer.died", how="SIGSEGV")),
    "raised in __init__": (evidence(stopped(RAISED, 0)), raised("__init__")),
    "raised when it was handed them": (evidence(stopped(RAISED, 1)), raised("setup")),
    "raised in the first update": (evidence(stopped(RAISED, 2)), raised("update 1")),
    "raised in the third update": (evidence(stopped(RAISED, 4)), raised("update 3")),
    "ended": (
        evidence(stopped(ENDED, 2)),
        broken(
            "optimizer.raised-unplaced",
            kind="SystemExit",
            text="3",
            step="update 1",
            file="",
            line=0,
        ),
    ),
    "another course": (
        evidence(courses={"faster": stopped(RAISED, 2)}),
        raised("update 1"),
    ),
    "another shape": (
        evidence(SHAPED),
        failed("optimizer.shape", what="params[1]", actual=[2], expected=[3]),
    ),
    "no array": (
        evidence(GONE),
        failed("optimizer.shape", what="params[1]", actual=None, expected=[3]),
    ),
    "nothing": (replace(evidence(), courses={}), not_covered("no-probe")),
}


@pytest.mark.parametrize(("seen", "judgement"), RUNS.values(), ids=RUNS)
def test_an_optimizer_runs_or_it_is_told_where_it_stopped(
    seen: OptimizerEvidence, judgement: Judgement
) -> None:
    assert optimizers.runs(seen) == judgement


LOST = float("nan")
STILL_NUMBER, STILL_PLACE = STILL[0], STILL[1:]


@pytest.mark.parametrize(
    ("path", "judgement"),
    [
        (walked(), passed()),
        (
            off(walked(), 2, 1, 0, LOST),
            failed("optimizer.not-finite", step=3, what="params[1]"),
        ),
        (off(walked(), 0, STILL_NUMBER, STILL_PLACE, LOST), passed()),
        (
            off(walked(), 4, 0, (0, 1), LOST),
            failed("optimizer.not-finite", step=5, what="params[0]"),
        ),
        (
            off(off(walked(), 0, 0, STILL_PLACE, LOST), 0, 0, (0, 1), np.inf),
            failed("optimizer.not-finite", step=1, what="params[0]"),
        ),
    ],
)
def test_what_was_finite_stays_so_but_for_the_entry_without_a_slope(
    path: Any, judgement: Judgement
) -> None:
    assert STILL_NUMBER == 0
    assert optimizers.finite(evidence(course(path))) == judgement


# The rule


FOLLOWED = Followed(SGD, {"rate": RATE})
WITH_MEMORY = Followed(MOMENTUM, {"rate": RATE, "momentum": 0.9})
NO_MOVE = course([STARTS] * STEPS)


def guarded(epsilon: float) -> Followed:
    return Followed(BY_ID["momentum"], {"rate": RATE, "epsilon": epsilon})


def follows(rule: str, formula: str, numbers: str) -> Judgement:
    return passed("optimizer.follows", rule=rule, formula=formula, numbers=numbers)


UP = course(walked(rate=-RATE))
RULE: dict[str, tuple[OptimizerEvidence, Judgement]] = {
    "follows": (
        evidence(followed=FOLLOWED),
        follows("sgd", "x − η·dx", "η = 0.125"),
    ),
    "follows one with a memory": (
        evidence(followed=WITH_MEMORY),
        follows("momentum", "x + v", "η = 0.125, μ = 0.9"),
    ),
    "unmoved": (evidence(NO_MOVE), failed("optimizer.unmoved", steps=STEPS)),
    "one moved": (
        evidence(course([(STARTS[0], p[1]) for p in walked()]), rule=None),
        not_covered("optimizer.unknown"),
    ),
    "back where it began": (
        evidence(course([*walked()[1:], STARTS]), rule=None),
        not_covered("optimizer.unknown"),
    ),
    "moved at the end alone": (
        evidence(course([*NO_MOVE.actual[1:], walked()[0]]), rule=None),
        not_covered("optimizer.unknown"),
    ),
    "unknown": (evidence(rule=None), not_covered("optimizer.unknown")),
    "a small epsilon": (
        evidence(followed=guarded(MAX_EPSILON)),
        follows("momentum", "x + v", "η = 0.125, ε = 0.001"),
    ),
    "a large epsilon": (
        evidence(followed=guarded(0.002)),
        failed("optimizer.epsilon", epsilon=0.002),
    ),
    "another rule": (
        evidence(rule="momentum"),
        failed(
            "optimizer.another",
            expected="momentum",
            rule="sgd",
            formula="x − η·dx",
            numbers="η = 0.125",
        ),
    ),
}


@pytest.mark.parametrize(("seen", "judgement"), RULE.values(), ids=RULE)
def test_a_rule_is_followed_or_it_is_told_which_is(
    seen: OptimizerEvidence, judgement: Judgement
) -> None:
    assert optimizers.rule(seen) == judgement


def test_where_it_departs_first_is_told() -> None:
    path = off(walked(), 2, 1, 1, 0.5)
    path = off(path, 2, 1, 2, 0.5)
    path = off(path, 3, 0, (0, 1), 9.0)
    found = optimizers.rule(evidence(course(path)))
    assert (found.verdict, found.message) == ("fail", "optimizer.departs")
    said = dict(found.parameters)
    assert 0 < said.pop("allowed") < 1e-9
    assert said.pop("expected") == pytest.approx(walked()[2][1][1], rel=1e-12)
    assert said == {
        "formula": "x − η·dx",
        "rule": "sgd",
        "step": 3,
        "what": "params[1]",
        "place": [1],
        "actual": path[2][1][1],
    }


def test_what_departs_nowhere_and_follows_nothing_is_open() -> None:
    seen = evidence(course(walked()))
    assert optimizers._departure(seen, FIRST) == not_covered("optimizer.unknown")


@pytest.mark.parametrize("path", [walked()[:-1], [*walked(), STARTS]])
def test_no_part_of_a_course_is_held_to_what_is_due_of_another(path: Any) -> None:
    with pytest.raises(ValueError, match="zip"):
        optimizers._departure(evidence(), course(path))


def own(**ways: tuple[Any, Any, Any]) -> OwnUpdate:
    def part(i: int) -> dict[str, Any]:
        return {name: np.asarray(way[i], float) for name, way in ways.items()}

    return OwnUpdate(part(0), part(1), part(2))


DOWN = ([1.0, 2.0], [2.0, 4.0], [0.5, 1.0])
STAYS = ([1.0, 2.0], [2.0, 4.0], [1.0, 2.0])
CLIMBS = ([1.0, 2.0], [2.0, 4.0], [1.5, 3.0])
ASIDE = ([1.0, 2.0], [2.0, 4.0], [0.5, 9.0])
FLAT = ([1.0, 2.0], [0.0, 0.0], [0.5, 9.0])
DOWN_RULE = follows("sgd", "x − η·dx", "η = 0.25")
UP_RULE = follows("gradient ascent", "x + η·dx", "η = 0.25")


def unknown(updates: int) -> Judgement:
    return not_covered("optimizer.own-unknown", updates=updates)


def unmoved(names: str, updates: int) -> Judgement:
    return failed("optimizer.own-unmoved", names=names, updates=updates)


def uphill(names: str, updates: int) -> Judgement:
    return failed("optimizer.own-uphill", names=names, updates=updates)


OWN_RULES: dict[str, tuple[list[OwnUpdate], bool, Judgement]] = {
    "down": ([own(W=DOWN, b=DOWN)], False, DOWN_RULE),
    "down, said to climb": ([own(W=DOWN)], True, DOWN_RULE),
    "up": ([own(W=DOWN, b=CLIMBS)], False, uphill("b", 1)),
    "up, and without a slope": (
        [own(b=CLIMBS), own(b=FLAT)],
        False,
        uphill("b", 2),
    ),
    "up, both": ([own(W=CLIMBS, b=CLIMBS)], False, uphill("W, b", 1)),
    "up, and it says so": ([own(W=CLIMBS, b=CLIMBS)], True, UP_RULE),
    "up once": ([own(W=CLIMBS), own(W=DOWN)], False, unknown(2)),
    "unmoved": ([own(W=DOWN, b=STAYS), own(W=DOWN, b=STAYS)], False, unmoved("b", 2)),
    "unmoved, and without a slope": (
        [own(W=DOWN, b=STAYS), own(W=DOWN, b=FLAT)],
        False,
        unmoved("b", 2),
    ),
    "unmoved once": ([own(W=STAYS), own(W=DOWN)], False, unknown(2)),
    "aside": ([own(W=DOWN, b=ASIDE)], False, unknown(1)),
    "aside, and then up": ([own(W=ASIDE), own(W=CLIMBS)], False, unknown(2)),
    "aside, and then unmoved": ([own(W=ASIDE), own(W=STAYS)], False, unknown(2)),
    "nothing": ([], False, unknown(0)),
    "no slope": ([own(W=DOWN, b=FLAT)], False, DOWN_RULE),
}


@pytest.mark.parametrize(
    ("updates", "climbs", "judgement"), OWN_RULES.values(), ids=OWN_RULES
)
def test_a_script_of_its_own_goes_down_with_every_parameter(
    updates: list[OwnUpdate], climbs: bool, judgement: Judgement
) -> None:
    seen = OptimizerEvidence(SAID, manner="own", own=tuple(updates), climbs=climbs)
    assert optimizers.own_rule(seen) == judgement
    (finding,) = optimizers.judge(seen)
    assert (finding.clause.id, finding.judgement) == ("O2", judgement)
    assert optimizers.musts(seen) == {"O2"}


def test_a_rate_is_told_in_six_digits_of_the_first() -> None:
    third = ([1.0], [3.0], [0.0])
    seen = OptimizerEvidence(SAID, manner="own", own=(own(W=third, b=DOWN),))
    assert optimizers.own_rule(seen).parameters["numbers"] == "η = 0.333333"


# The rate


def faster(path: Any, first: Course = FIRST) -> Judgement:
    return optimizers.rate(evidence(first, courses={"faster": course(path)}))


def test_the_way_is_proportional_to_the_rate() -> None:
    assert optimizers.rate(evidence()) == not_covered("optimizer.no-rate")
    assert faster(walked(rate=2 * RATE)) == passed()
    ignored = failed("optimizer.rate-ignored", one=RATE)
    assert faster(walked()) == ignored
    other = failed("optimizer.rate", one=RATE)
    assert faster(walked(rate=3 * RATE)) == other
    assert faster(off(walked(rate=2 * RATE), 5, 0, (1, 2), 0.25)) == other
    assert faster(walked(rate=-2 * RATE)) == other


def test_a_number_that_is_lost_at_one_rate_alone_is_noticed() -> None:
    right, place = walked(rate=2 * RATE), (STILL_NUMBER, STILL_PLACE)
    lost = off(walked(), 5, *place, LOST)
    assert faster(off(right, 5, *place, LOST)).message == "optimizer.rate"
    assert faster(right, course(lost)).message == "optimizer.rate"
    assert faster(off(right, 5, *place, LOST), course(lost)) == passed()


STILL_COURSE = course([STARTS] * STEPS)


def test_roundings_of_the_steps_are_allowed_and_no_more() -> None:
    """At an entry that stays at 0.25 all along."""
    number, place = 0, (1, 0)
    start = float(STARTS[number][place])
    assert start == 0.25
    allowed = POLICY * UNIT_ROUNDOFF * STEPS * 3 * start
    path = [STARTS] * STEPS
    assert (
        faster(off(path, 3, number, place, 0.999 * allowed), STILL_COURSE) == passed()
    )
    for sign in (1, -1):
        moved = off(path, 3, number, place, sign * 1.001 * allowed)
        assert faster(moved, STILL_COURSE).verdict == "fail"
    nothing = (1, 2)
    assert STARTS[1][2] == 0
    tiny = limit = float(np.finfo(float).tiny)
    for _ in range(4):
        limit = POLICY * UNIT_ROUNDOFF * STEPS * limit + tiny
    assert faster(off(path, 3, *nothing, by=limit), STILL_COURSE) == passed()
    assert faster(off(path, 3, *nothing, by=tiny), STILL_COURSE) == passed()
    assert faster(off(path, 3, *nothing, by=2 * tiny), STILL_COURSE).verdict == "fail"


# Parameters by themselves


def apart(first: Course, alone: Course = ALONE, **fields: Any) -> Judgement:
    courses = {"alone": alone, **fields.pop("courses", {})}
    return optimizers.apart(evidence(first, courses=courses, **fields))


TOGETHER = failed("optimizer.apart", step=4, what="params[1]")
OPEN = not_covered("optimizer.together", what="params[1]")
TWIN_STARTS = (STARTS[1], STARTS[1])
TWIN_PATH = [(one, one) for (one,) in walked(numbers=(1,))]


def test_the_second_parameter_goes_the_way_that_it_goes_alone() -> None:
    assert apart(FIRST) == passed()
    moved = course(off(walked(), 3, 1, 1, 0.25))
    assert apart(moved) == TOGETHER
    assert apart(moved, rule=None) == OPEN
    assert apart(course(off(walked(), 3, 0, (0, 1), 0.25))) == passed()
    lost = course(off(walked(), 3, 1, 1, LOST))
    assert apart(lost) == TOGETHER
    lost_alone = course(off(walked(numbers=(1,)), 3, 0, 1, LOST), STARTS[1:])
    assert apart(FIRST, lost_alone) == TOGETHER
    assert apart(lost, lost_alone) == passed()


def test_beside_one_of_its_shape_it_goes_that_way_too() -> None:
    def beside(twins: Course, **fields: Any) -> Judgement:
        return apart(FIRST, courses={"twins": twins}, **fields)

    right = course(TWIN_PATH, TWIN_STARTS)
    assert beside(right) == passed()
    wrong = course(off(TWIN_PATH, 1, 1, 0, 0.25), TWIN_STARTS)
    assert beside(wrong) == failed("optimizer.of-shapes", step=2)
    assert beside(wrong, rule=None) == OPEN
    lost = course(off(TWIN_PATH, 1, 1, 0, LOST), TWIN_STARTS)
    assert beside(lost).verdict == "fail"
    assert beside(replace(wrong, moments=(RAISED,))) == passed()
    first_alone = course(off(TWIN_PATH, 1, 0, 0, 0.25), TWIN_STARTS)
    assert beside(first_alone) == passed()


def test_the_roundings_of_the_second_are_allowed_and_no_more() -> None:
    """At an entry that begins at −0.75 and stays there all along."""
    still = course([STARTS] * STEPS)
    alone = course([STARTS[1:]] * STEPS, STARTS[1:])
    twins = [TWIN_STARTS] * STEPS
    allowed = POLICY * UNIT_ROUNDOFF * STEPS * 3 * 0.75
    for times, verdict in ((0.999, "pass"), (1.001, "fail")):
        by = times * allowed
        both = course(off([STARTS] * STEPS, 2, 1, 1, by))
        assert apart(both, alone).verdict == verdict
        beside = course(off(twins, 2, 1, 1, by), TWIN_STARTS)
        assert apart(still, alone, courses={"twins": beside}).verdict == verdict
    tiny = float(np.finfo(float).tiny)
    for step_of, verdict in ((tiny, "pass"), (2 * tiny, "fail")):
        assert STARTS[1][2] == 0
        just = course(off([STARTS] * STEPS, 2, 1, 2, step_of))
        assert apart(just, alone).verdict == verdict
        beside = course(off(twins, 2, 1, 2, step_of), TWIN_STARTS)
        assert apart(still, alone, courses={"twins": beside}).verdict == verdict


def test_what_is_cut_with_others_goes_its_own_way_alone() -> None:
    moved = course(off(walked(), 3, 1, 1, 0.25))
    cut: Any = {
        "clip": Clip("all"),
        "followed": Followed(SGD, {"rate": RATE, "limit": 1e9}),
    }
    assert apart(moved, **cut) == passed()
    turned = {**cut, "clip": Clip("all", turned=True)}
    assert apart(moved, **turned) == TOGETHER
    elsewhere = course(off(walked(numbers=(1,)), 3, 0, 1, 0.25), STARTS[1:])
    assert apart(FIRST, elsewhere, **cut) == TOGETHER


# Arrays


def told(*kept: tuple[bool, ...], field: str = "kept") -> OptimizerEvidence:
    moments = [Moment("returned", params=STARTS, **{field: k}) for k in kept]  # type: ignore[arg-type]
    begun = (Moment("returned"), Moment("returned"))
    return evidence(replace(FIRST, moments=(*begun, *moments)))


@pytest.mark.parametrize(
    ("manner", "message"),
    [
        ("lists", "optimizer.rebound-lists"),
        ("dictionary", "optimizer.rebound-dictionary"),
        ("setup", "optimizer.rebound-setup"),
        ("one", "optimizer.rebound-one"),
    ],
)
def test_parameters_stay_the_arrays_that_they_are(manner: str, message: str) -> None:
    rebound = replace(told((True, True), (True, False)), manner=manner)
    assert optimizers.in_place(rebound) == failed(message, number=1)
    first = replace(told((False, True)), manner=manner)
    assert optimizers.in_place(first) == failed(message, number=0)
    assert optimizers.in_place(told((True, True), ())) == passed()
    assert optimizers.in_place(told((), ())) == not_covered("not-told")


def test_what_it_was_made_with_is_no_update() -> None:
    begun = Moment("returned", kept=(False,), changed=(True,))
    moments = (begun, begun, Moment("returned", kept=(True,), changed=(False,)))
    seen = evidence(replace(FIRST, moments=moments))
    assert optimizers.in_place(seen) == passed()
    assert optimizers.gradients_kept(seen) == passed()


def test_of_what_is_told_of_no_update_nothing_is_said() -> None:
    begun = Moment("returned", kept=(True,), changed=(False,))
    seen = evidence(replace(FIRST, moments=(begun, begun, Moment("returned"))))
    assert optimizers.in_place(seen) == not_covered("not-told")
    assert optimizers.gradients_kept(seen) == not_covered("not-told")


def test_gradients_are_left_as_they_are() -> None:
    def changed(*found: tuple[bool, ...], **fields: Any) -> Judgement:
        return optimizers.gradients_kept(
            replace(told(*found, field="changed"), **fields)
        )

    assert changed((False, False)) == passed()
    assert changed((), ()) == not_covered("not-told")
    written = failed("optimizer.gradient-written", number=1, step=2)
    assert changed((False, False), (False, True)) == written
    in_place = not_covered("optimizer.cut-in-place")
    assert changed((False, True), clip=Clip("all")) == in_place
    always = Clip("all", when="always")
    assert changed((False, True), clip=always).verdict == "fail"


# Once more


def test_a_new_optimizer_does_the_same_again() -> None:
    def again(path: Any) -> Judgement:
        return optimizers.anew(evidence(courses={"again": course(path)}))

    assert again(walked()) == passed()
    for number, place in ((0, (0, 1)), (1, 2)):
        changed = again(off(walked(), 7, number, place, 2.0**-40))
        assert changed == failed("optimizer.not-anew")
    lost = evidence(
        course(off(walked(), 7, 1, 2, LOST)),
        courses={"again": course(off(walked(), 7, 1, 2, LOST))},
    )
    assert optimizers.anew(lost) == passed()


# Settings


OTHER = course(walked(), given={"rate": 0.25, "momentum": 0.5})


def settings(anew: Followed | None, followed: Any = FOLLOWED) -> Judgement:
    seen = evidence(courses={"other": OTHER}, followed=followed, anew=anew)
    return optimizers.settings(seen)


def test_other_numbers_lead_elsewhere_and_as_they_should() -> None:
    assert optimizers.settings(evidence()) == not_covered("optimizer.no-settings")
    unfollowed = not_covered("optimizer.not-followed")
    assert settings(None, followed=None) == unfollowed
    told_numbers = "rate = 0.25, momentum = 0.5"
    assert settings(None) == failed("optimizer.settings", numbers=told_numbers)
    assert settings(Followed(MOMENTUM, {"rate": 0.25, "momentum": 0.5})) == passed()
    ignored = failed("optimizer.setting-ignored", role="momentum", given=0.5)
    assert settings(Followed(SGD, {"rate": 0.25})) == ignored
    assert settings(Followed(MOMENTUM, {"rate": 9.0, "momentum": 0.5})) == passed()


# Weight decay


def decayed(path: Any, decay: Decay | None = None, followed: Any = FOLLOWED) -> Any:
    seen = evidence(courses={"decayed": course(path)}, decay=decay, followed=followed)
    return optimizers.decay(seen)


def test_weight_decay_draws_towards_0() -> None:
    unfollowed = not_covered("optimizer.not-followed")
    assert decayed(walked(), followed=None) == unfollowed
    assert decayed(walked(), Decay("inside", 1.0)) == passed()
    assert decayed(walked(), Decay("inside", -1.0)) == failed("optimizer.decay-away")
    assert decayed(walked()) == failed("optimizer.decay-ignored")
    for step, number, place in ((0, 0, (0, 1)), (STEPS - 1, 1, 2)):
        somehow = decayed(off(walked(), step, number, place, 0.5))
        assert somehow == not_covered("optimizer.decay-unknown")


# Cuts


def cut(clip: Clip | None, courses: Any = None, followed: Any = FOLLOWED) -> Judgement:
    seen = evidence(courses=courses or {}, clip=clip, followed=followed)
    return optimizers.cuts(seen)


def test_gradients_are_cut_where_they_are_large() -> None:
    assert cut(Clip("all")) == passed()
    assert cut(Clip("all", "always")) == failed("optimizer.clip-always")
    assert cut(Clip("all", "small")) == failed("optimizer.clip-small")
    assert cut(Clip("all", turned=True)) == failed("optimizer.clip-turned")
    assert cut(None, followed=None) == not_covered("optimizer.not-followed")
    unknown = not_covered("optimizer.clip-unknown")
    assert cut(None) == unknown
    same = {"cut": FIRST, "cut-more": FIRST}
    assert cut(None, same) == failed("optimizer.clip-ignored")
    for id in same:
        for number, place in ((0, (0, 1)), (1, 2)):
            other = course(off(walked(), STEPS - 1, number, place, 0.5))
            assert cut(None, {**same, id: other}) == unknown


# Where the slope is 0


def test_where_the_slope_is_0_nothing_moves() -> None:
    assert optimizers.zero(evidence()) == passed()
    start = float(STARTS[STILL_NUMBER][STILL_PLACE])
    path = off(walked(), 4, STILL_NUMBER, STILL_PLACE, 0.5)
    said = {"step": 5, "actual": start + 0.5, "expected": start}
    assert optimizers.zero(evidence(course(path))) == failed("optimizer.moved", **said)
    elsewhere = course(off(walked(), 4, 1, 2, 0.5))
    assert optimizers.zero(evidence(elsewhere)) == passed()
    lost = course(off(walked(), 4, STILL_NUMBER, STILL_PLACE, LOST))
    divided = failed("optimizer.divided", step=5)
    assert optimizers.zero(evidence(lost)) == divided
    unknown = optimizers.zero(evidence(lost, rule=None))
    assert unknown == not_covered("optimizer.divided", step=5)


# Which clauses


ALL = {clause.id for clause in optimizers.CLAUSES}
EVERY = dict.fromkeys(("faster", "alone", "again", "other", "decayed"), FIRST)


def left_out(seen: OptimizerEvidence) -> set[str]:
    return ALL - {finding.clause.id for finding in optimizers.judge(seen)}


def whole(**fields: Any) -> OptimizerEvidence:
    courses = {**EVERY, "alone": ALONE, **fields.pop("courses", {})}
    found = {"cuts": True, "followed": FOLLOWED, **fields}
    return evidence(courses=courses, **found)


def test_clauses_about_what_an_optimizer_has_not_are_left_out() -> None:
    assert left_out(whole()) == {"O6"}
    assert left_out(whole(manner="dictionary")) == {"O5"}
    assert left_out(whole(manner="setup")) == {"O5", "O6"}
    assert left_out(whole(cuts=False)) == {"O6", "O13"}
    for course_id, clause in (("faster", "O3"), ("other", "O9"), ("decayed", "O12")):
        courses = {id: c for id, c in whole().courses.items() if id != course_id}
        assert left_out(replace(whole(), courses=courses)) == {"O6", clause}
    assert left_out(replace(whole(), courses={})) == {"O6"}
    musts = {c.id for c in optimizers.CLAUSES if c.level == "must"}
    assert optimizers.musts(whole()) == musts
    assert optimizers.musts(whole(manner="dictionary")) == musts - {"O5"}


def test_a_clause_is_judged_where_its_courses_came_to_their_ends() -> None:
    stop = stopped(RAISED, 3)
    of = {
        "first": ALL - {"O1"},
        "faster": {"O3"},
        "alone": {"O4"},
        "again": {"O8"},
        "other": {"O9"},
        "decayed": {"O12"},
        "twins": set(),
        "cut": {"O13"},
        "cut-more": {"O13"},
    }
    for course_id, ids in of.items():
        seen = whole(courses={course_id: stop})
        unable = {id for id in ALL if not optimizers.able(seen, id)}
        assert unable == ids
        for finding in optimizers.judge(seen):
            said = finding.judgement.message == "optimizer.broke"
            assert said == (finding.clause.id in ids)
    nothing = replace(whole(), courses={})
    assert {id for id in ALL if optimizers.able(nothing, id)} == {"O1"}
    assert optimizers.able(evidence(), "O3")
