"""On what terms findings become a verdict."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof.contract import networks
from gradproof.contract.clauses import CONTRACT, Clause, Finding
from gradproof.contract.verdicts import Judgement, Verdict
from gradproof.examination.examination import examine
from gradproof.examination.policy import AS_WRITTEN, Terms
from gradproof.ports.in_process import FunctionPort
from gradproof.sample import numerical_gradient

MUST = next(c for c in CONTRACT["gradient"] if c.level == "must")
SHOULD = Clause("G99", "wish", "should", "a test", MUST.judge)


def findings(must: Verdict, should: Verdict) -> tuple[Finding, Finding]:
    return (
        Finding(MUST, Judgement(must, "holds")),
        Finding(SHOULD, Judgement(should, "holds")),
    )


@pytest.mark.parametrize(
    ("must", "should", "as_written", "strict"),
    [
        ("pass", "pass", "pass", "pass"),
        ("pass", "fail", "pass", "fail"),
        ("pass", "error", "pass", "error"),
        ("pass", "not-covered", "pass", "fail"),
        ("not-covered", "pass", "not-covered", "fail"),
        ("fail", "pass", "fail", "fail"),
        ("error", "fail", "error", "fail"),
    ],
)
def test_shoulds_and_what_is_not_covered_count_when_strict(
    must: Verdict, should: Verdict, as_written: Verdict, strict: Verdict
) -> None:
    found = findings(must, should)
    assert AS_WRITTEN.verdict(found) == as_written
    assert Terms(strict=True).verdict(found) == strict


def test_a_should_that_is_chosen_counts() -> None:
    terms = Terms(only=frozenset({"G99"}))
    chosen = terms.chosen(findings("fail", "pass"))
    assert [f.clause.id for f in chosen] == ["G99"]
    assert terms.verdict(chosen) == "pass"
    assert terms.verdict(terms.chosen(findings("pass", "fail"))) == "fail"


def test_a_failure_that_was_expected_is_as_it_should_be() -> None:
    terms = Terms(expect={MUST.id: "known"})
    found = findings("fail", "pass")
    assert terms.expectation(found[0]) == "xfail"
    assert terms.expectation(found[1]) is None
    assert terms.verdict(found) == "pass"


@pytest.mark.parametrize("verdict", ["pass", "not-covered"])
def test_an_expected_failure_that_did_not_come_fails(verdict: Verdict) -> None:
    terms = Terms(expect={"G99": "known"})
    found = findings("pass", verdict)
    assert terms.expectation(found[1]) == "xpass"
    assert terms.verdict(found) == "fail"


def test_an_expectation_of_no_clause_is_named() -> None:
    terms = Terms(expect={"G99": "known", "G98": "no such", MUST.id: "known"})
    assert terms.unknown(findings("fail", "fail")) == ["G98"]


@pytest.mark.parametrize(
    ("found", "part", "failing", "verdict", "message"),
    [
        (("a", "b"), (6, 6), True, "pass", "diagnosis.as-declared"),
        (("b", "a"), (6, 6), True, "pass", "diagnosis.as-declared"),
        (("a", "b"), (5, 6), True, "fail", "diagnosis.in-part"),
        (("a",), (6, 6), True, "fail", "diagnosis.changed"),
        (("a", "b", "c"), (6, 6), True, "fail", "diagnosis.changed"),
        (("c",), (5, 6), True, "fail", "diagnosis.in-part"),
        ((), (0, 0), True, "fail", "diagnosis.missing"),
        ((), (0, 0), False, "fail", "diagnosis.gone"),
    ],
)
def test_the_diagnosis_is_the_one_that_was_declared_if_all_of_it_is_and_wholly(
    found: tuple[str, ...],
    part: tuple[int, int],
    failing: bool,
    verdict: Verdict,
    message: str,
) -> None:
    known = {MUST.id: "known"}
    terms = Terms(expect=known, diagnosis=("a", "b"))
    judgement = terms.diagnosed(found, part, failing=failing)
    assert judgement is not None
    assert (judgement.verdict, judgement.message) == (verdict, message)
    assert judgement.parameters["declared"] == "a + b"
    assert terms.verdict(findings("fail", "pass"), judgement) == verdict
    assert Terms(expect=known).diagnosed(found, part, failing=failing) is None


def test_an_examination_is_as_expected_if_its_diagnosis_is() -> None:
    port = FunctionPort("sample", numerical_gradient)
    known = {"G10": "integers truncate"}
    for id, as_expected in (("integer-truncation", True), ("nan-spreads", False)):
        found = examine(port, "gradient", Terms(expect=known, diagnosis=(id,)))
        assert found.as_expected is as_expected
        assert found.verdict == ("pass" if as_expected else "fail")


@pytest.mark.parametrize(
    ("verdict", "must", "should", "strict"),
    [
        ("pass", "passed", "passed", "passed"),
        ("not-covered", "skipped", "skipped", "failed"),
        ("fail", "failed", "hoped", "failed"),
        ("error", "error", "hoped", "error"),
    ],
)
def test_what_becomes_of_a_clause_in_a_list_of_tests(
    verdict: Verdict, must: str, should: str, strict: str
) -> None:
    both = findings(verdict, verdict)
    assert [AS_WRITTEN.reckoned(f) for f in both] == [must, should]
    assert [Terms(strict=True).reckoned(f) for f in both] == [strict, strict]
    known = Terms(expect={MUST.id: "known", "G99": "known"})
    wrong = verdict in ("fail", "error")
    expected = "expected" if wrong else "failed"
    assert [known.reckoned(f) for f in both] == [expected, expected]


def test_where_no_number_was_judged_nothing_passes() -> None:
    musts = [clause for clause in networks.CLAUSES if clause.level == "must"]
    value = next(clause for clause in musts if clause.numbers)
    shape = next(clause for clause in musts if not clause.numbers)
    for verdict, whole in (("not-covered", "not-covered"), ("pass", "pass")):
        judged = (
            Finding(shape, Judgement("pass", "holds")),
            Finding(value, Judgement(verdict, "holds")),  # type: ignore[arg-type]
        )
        assert AS_WRITTEN.verdict(judged) == whole
        broken = (Finding(shape, Judgement("fail", "holds")), judged[1])
        assert AS_WRITTEN.verdict(broken) == "fail"
    assert AS_WRITTEN.verdict(judged[:1]) == "pass"


CLAUSES = CONTRACT["descent"]
EVERY: tuple[Verdict, ...] = ("pass", "fail", "error", "not-covered")
IDS = [clause.id for clause in CLAUSES]

found = st.tuples(*(st.sampled_from(EVERY) for _ in CLAUSES)).map(
    lambda verdicts: tuple(
        Finding(clause, Judgement(verdict, "holds"))
        for clause, verdict in zip(CLAUSES, verdicts, strict=True)
    )
)
given_terms = st.builds(
    Terms,
    strict=st.booleans(),
    expect=st.dictionaries(st.sampled_from([*IDS, "G5"]), st.just("known")),
)
declared = st.sampled_from(
    [None, Judgement("pass", "diagnosis.as-declared"), Judgement("fail", "x")]
)


@settings(max_examples=300, deadline=None)
@given(found, given_terms, declared)
def test_right_is_only_what_has_nothing_wrong_and_nothing_declared(
    found: tuple[Finding, ...], terms: Terms, declared: Judgement | None
) -> None:
    unknown = terms.unknown(found)
    verdict = terms.verdict(found, declared)
    outcome = terms.outcome(found, unknown, declared, verdict)
    met = terms.are_met(found, unknown, declared)
    counted = [f for f in found if terms.counts(f)]
    wrong = [f for f in counted if f.judgement.verdict in ("fail", "error")]
    undeclared = [f for f in wrong if f.clause.id not in terms.expect]
    if outcome == "pass":
        assert met
        assert not wrong
        assert any(f.judgement.verdict == "pass" for f in counted)
    elif outcome == "as-declared":
        assert met
        assert wrong
        assert not undeclared
    elif outcome == "stale":
        assert not met
        assert not undeclared
    assert bool(undeclared) <= (outcome in ("fail", "error"))
