"""What is judged of a script's own check, by numbers that were written down of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.contract import script_checks
from gradproof.contract.script_checks import ALIKE, judge
from gradproof.contract.verdicts import Judgement, failed, not_covered, passed
from gradproof.evidence.script_checks import (
    LENGTHS,
    CheckEvidence,
    ClaimedEntry,
    ComparedParameter,
    OneCheck,
    entry,
)
from gradproof.numerics.slope_estimates import SlopeEstimate
from gradproof.ports.trials import Description

SLOPE = 0.75
LINE = np.array([2 + SLOPE * t + 0.5 * t * t for t in LENGTHS])
KINK = np.array([2 + SLOPE * t + max(t, -0.5 * t) for t in LENGTHS])


def evidence(numerical: float, backward: float, *lines: np.ndarray) -> CheckEvidence:
    one = entry((0,), numerical, backward, lines or (LINE,))
    parameter = ComparedParameter(
        "W", (one,), abs(numerical - backward), 1, 1, 0.0, zero=False
    )
    said = Description("check", "check")
    return CheckEvidence(said, (OneCheck((parameter,), (2.0, 2.0), 4),))


CASES = {
    "right": (SLOPE, SLOPE, ("pass", "pass", "pass")),
    "by a step of 1e-3 to one side": (SLOPE + 5e-4, SLOPE, ("fail", "pass", "fail")),
    "by a step of 1e-4 to one side": (SLOPE + 5e-5, SLOPE, ("pass", "pass", "pass")),
    "numerical": (2 * SLOPE, SLOPE, ("fail", "pass", "fail")),
    "backward": (SLOPE, 1.001 * SLOPE, ("pass", "fail", "fail")),
    "both": (-SLOPE, 2 * SLOPE, ("fail", "fail", "fail")),
    "both alike": (2 * SLOPE, 2 * SLOPE, ("fail", "fail", "pass")),
    "no number": (np.nan, SLOPE, ("fail", "pass", "fail")),
}


@pytest.mark.parametrize("name", CASES)
def test_each_gradient_is_held_to_the_loss(name: str) -> None:
    numerical, backward, verdicts = CASES[name]
    findings = judge(evidence(numerical, backward))
    assert tuple(f.judgement.verdict for f in findings) == verdicts
    alike = {f.judgement.message for f in findings} >= {"check.alike"}
    assert alike == (name == "both alike")


def test_at_a_kink_differences_are_what_they_are_and_no_verdict_is_given() -> None:
    findings = judge(evidence(SLOPE + 0.25, SLOPE + 1, KINK))
    assert [f.judgement.verdict for f in findings[:2]] == ["pass", "not-covered"]


def test_the_slope_without_the_guard_in_the_logarithm_is_right_too() -> None:
    bare = np.array([2 + (SLOPE + 1e-4) * t for t in LENGTHS])
    for backward in (SLOPE, SLOPE + 1e-4):
        findings = judge(evidence(SLOPE, backward, LINE, bare))
        assert {f.judgement.verdict for f in findings} == {"pass"}
    findings = judge(evidence(SLOPE, SLOPE + 2e-4, LINE, bare))
    assert findings[1].judgement.verdict == "fail"


def test_where_nothing_was_seen_nothing_is_judged() -> None:
    findings = judge(CheckEvidence(Description("check", "check")))
    assert {f.judgement.verdict for f in findings} == {"not-covered"}


# Each judge, of answers that were written down.


def answering(
    numerical: float, backward: float, index: tuple[int, ...] = (0,)
) -> ClaimedEntry:
    """An entry of a slope of 1, of which differences give no more and no less."""
    slope = SlopeEstimate((1.0, 1.0), (2.0**-30, 2.0**-30), 0.0, "")
    return ClaimedEntry(index, numerical, backward, (slope,), 1.0, 1.0)


def unclear(numerical: float = 1.0, backward: float = 1.0) -> ClaimedEntry:
    return ClaimedEntry((0,), numerical, backward, (), 1.0, 1.0)


def compared(
    *entries: ClaimedEntry, name: str = "W", moved: float = 0.0
) -> ComparedParameter:
    return ComparedParameter(name, entries, 0.5, 3, 6, moved, zero=False)


def of(*parameters: ComparedParameter, **fields: Any) -> CheckEvidence:
    found = {"losses": (2.0, 2.0), "samples": 4, **fields}
    return CheckEvidence(SAID, (OneCheck(parameters, **found),))


SAID = Description("check", "check")
AGREES = passed("check.agrees")
RIGHT = answering(1.0, 1.0)


def numerical(*parameters: ComparedParameter, **fields: Any) -> Judgement:
    return script_checks.numerical(of(*parameters, **fields))


def backward(*parameters: ComparedParameter, **fields: Any) -> Judgement:
    return script_checks.backward(of(*parameters, **fields))


@pytest.mark.parametrize("judge_of", [numerical, backward])
def test_what_is_compared_otherwise_is_not_judged(judge_of: Any) -> None:
    assert judge_of(compared(RIGHT)) == AGREES
    random = not_covered("check.random", one=2.0, other=3.0)
    assert judge_of(compared(RIGHT), losses=(2.0, 3.0)) == random
    other = not_covered("check.other-data")
    assert judge_of(compared(RIGHT), otherwise=True) == other
    none = not_covered("check.unclear")
    assert judge_of(compared(unclear())) == none
    assert judge_of() == none
    assert judge_of(compared(unclear()), compared(RIGHT)) == AGREES


def test_why_nothing_was_seen_is_told() -> None:
    ended = CheckEvidence(SAID, ended="ValueError")
    said = not_covered("check.unseen", kind="ValueError")
    for judge_of in (
        script_checks.numerical,
        script_checks.backward,
        script_checks.apart,
    ):
        assert judge_of(ended) == said


def test_parameters_that_differences_leave_moved_are_told_first() -> None:
    names = ["a", "b", "c", "d", "e"]
    moved = [compared(RIGHT, name=n, moved=i + 1.0) for i, n in enumerate(names)]
    said = failed("check.moved", names="a, b, c, d", off=5.0)
    assert numerical(*moved) == said
    assert numerical(compared(RIGHT), moved[1]) == failed(
        "check.moved", names="b", off=2.0
    )
    assert backward(*moved) == AGREES


def test_of_what_is_wrong_the_entry_that_is_furthest_off_is_told() -> None:
    near, far = answering(1.5, 1.0, (0, 1)), answering(-2.0, 1.0, (2, 3))
    parts = compared(near, RIGHT), compared(far, name="V")
    said = {"actual": -2.0, "expected": 1.0, "doubt": 2.0**-30}
    wrong = failed("check.numerical", names="W, V", entry="V[2, 3]", **said)
    assert numerical(*parts) == wrong
    assert backward(*parts) == AGREES
    many = [compared(near, name=n) for n in "abcde"]
    assert numerical(*many).parameters["names"] == "a, b, c, d"
    lost = answering(float("nan"), 1.0, (4,))
    assert numerical(compared(far, lost)).parameters["entry"] == "W[4]"


def test_the_other_gradient_is_told_by_its_own_number() -> None:
    found = backward(compared(answering(1.0, 3.0, (1,))))
    said = {"actual": 3.0, "expected": 1.0, "doubt": 2.0**-30}
    assert found == failed("check.backward", names="W", entry="W[1]", **said)


def test_it_is_told_beside_the_slope_of_the_loss_as_it_stands() -> None:
    """The second slope is that without the guard in the loss's logarithm."""

    def two(backward: float, without: float, index: int) -> ClaimedEntry:
        one = answering(1.0, backward, (index,))
        other = SlopeEstimate((without, without), (2.0**-30, 2.0**-30), 0.0, "")
        return replace(one, slopes=(*one.slopes, other))

    found = backward(compared(two(3.0, 2.5, 0), two(2.75, -9.0, 1)))
    assert found.parameters["entry"] == "W[0]"
    assert found.parameters["expected"] == 1.0


def test_the_two_gradients_are_what_is_about_numbers() -> None:
    numbers = [c.id for c in script_checks.CLAUSES if c.numbers]
    assert numbers == ["GC1", "GC2"]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (2.0, 2.0, True),
        (2.0, 2.0 * (1 - 0.999e-3), True),
        (2.0 * (1 - 0.999e-3), 2.0, True),
        (2.0, 2.0 * (1 - 1.001e-3), False),
        (-2.0, -2.0 * (1 - 0.999e-3), True),
        (-2.0, 2.0, False),
        (0.0, 0.0, True),
    ],
)
def test_the_same_wrong_number_twice_shows_to_nobody(
    one: float, other: float, alike: bool
) -> None:
    found = numerical(compared(answering(one, other)))
    assert found.message == ("check.alike" if alike else "check.numerical")
    also = backward(compared(answering(one, other)))
    assert also.message == ("check.alike" if alike else "check.backward")


def test_a_share_of_just_that_much_is_alike() -> None:
    just = compared(answering(1000.0, 999.0))
    assert ALIKE * 1000 == 1.0
    assert numerical(just).message == "check.alike"


def test_one_that_is_wrong_alone_is_not_alike() -> None:
    half = compared(answering(2.0, 1.0))
    assert numerical(half).message == "check.numerical"
    both = compared(answering(2.0, 2.0, (3,)), name="V")
    found = numerical(half, both)
    assert (found.message, found.parameters["names"]) == ("check.alike", "V")
    nearly = ClaimedEntry((0,), 2.0, 2.0, (), 1.0, 1.0)
    assert numerical(compared(nearly)).verdict == "not-covered"


def test_by_how_much_both_differ_is_told_of_each_parameter() -> None:
    told = [["W", 0.5, 3, 6], ["V", 0.5, 3, 6]]

    def differ(*parameters: ComparedParameter) -> Judgement:
        return script_checks.apart(of(*parameters))

    right = differ(compared(RIGHT), compared(RIGHT, name="V"))
    assert right == passed("check.differ", differences=told)
    wrong = differ(compared(RIGHT), compared(RIGHT, answering(2.0, 1.0), name="V"))
    assert wrong == failed("check.differ", differences=told)
    assert differ(compared(unclear(2.0, 1.0))).verdict == "pass"
