"""What is judged of a script's own check, by numbers that were written down of it."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.contract.script_checks import judge
from gradproof.evidence.script_checks import (
    LENGTHS,
    CheckEvidence,
    ComparedParameter,
    OneCheck,
    entry,
)
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
