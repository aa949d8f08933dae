"""How verdicts fold: what is wrong is not hidden by what is right."""

from __future__ import annotations

import itertools

import pytest

from gradproof.contract.verdicts import (
    Judgement,
    Verdict,
    broken,
    failed,
    fold,
    not_covered,
    passed,
    worst,
)

MAKERS = {
    "pass": passed,
    "fail": failed,
    "error": broken,
    "not-covered": not_covered,
}


@pytest.mark.parametrize("verdict", MAKERS)
def test_a_judgement_keeps_its_message_and_what_it_is_about(verdict: Verdict) -> None:
    assert MAKERS[verdict]("said", a=1) == Judgement(verdict, "said", {"a": 1})


def test_what_holds_need_not_say_how() -> None:
    assert passed() == Judgement("pass", "holds")


SETS = [s for n in range(5) for s in itertools.permutations(MAKERS, n)]


@pytest.mark.parametrize("verdicts", SETS, ids=" ".join)
def test_a_failure_outweighs_an_error_and_both_a_pass(
    verdicts: tuple[Verdict, ...],
) -> None:
    order: list[Verdict] = ["fail", "error", "pass", "not-covered"]
    expected = next((v for v in order if v in verdicts), "not-covered")
    assert fold(verdicts) == expected
    assert worst(MAKERS[v]("said") for v in verdicts).verdict == expected


def test_of_the_worst_the_first_is_told() -> None:
    assert worst([passed("a"), failed("b"), failed("c")]).message == "b"
    assert worst([]).message == "no-probe"
