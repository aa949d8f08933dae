"""A headline never says more than its clauses, over all records that can be built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gradproof
from gradproof import corrected
from gradproof.contract.clauses import CONTRACT, Finding
from gradproof.contract.verdicts import Judgement, Verdict
from gradproof.evidence.role_ids import RoleId
from gradproof.examination.examination import Examination
from gradproof.examination.policy import Terms
from gradproof.report import port_text
from gradproof.report.phrases import Phrases
from gradproof.report.standing import NUMBERS, standing

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
ROLES = tuple(CONTRACT)


@pytest.fixture(scope="module")
def right() -> Examination:
    return gradproof.check(corrected.numerical_gradient).examination


def examined(
    like: Examination, role: RoleId, verdicts: Mapping[str, Verdict], terms: Terms
) -> Examination:
    findings = tuple(
        Finding(clause, Judgement(verdicts[clause.id], "holds"))
        for clause in CONTRACT[role]
    )
    unknown = tuple(terms.unknown(findings))
    chosen = terms.chosen(findings)
    return replace(like, role=role, findings=chosen, terms=terms, unknown=unknown)


@st.composite
def records(draw: st.DrawFn) -> tuple[RoleId, dict[str, Verdict], Terms]:
    """A role, a verdict for each of its clauses, mostly a pass, and terms."""
    role = draw(st.sampled_from(ROLES))
    ids = [clause.id for clause in CONTRACT[role]]
    some = draw(st.dictionaries(st.sampled_from(ids), st.sampled_from(VERDICTS)))
    declared = st.dictionaries(st.sampled_from([*ids, "G0"]), st.just("known"))
    terms = Terms(
        strict=draw(st.booleans()),
        only=draw(st.frozensets(st.sampled_from(ids), max_size=2)),
        expect=draw(st.one_of(st.just({}), declared)),
    )
    verdicts: dict[str, Verdict] = dict.fromkeys(ids, "pass")
    return role, verdicts | some, terms


@given(record=records())
def test_right_is_what_passes_in_every_must_and_in_numbers(
    right: Examination, record: tuple[RoleId, dict[str, Verdict], Terms]
) -> None:
    role, verdicts, terms = record
    examination = examined(right, role, verdicts, terms)
    headline = port_text.headline(examination, Phrases())
    found = {f.clause.id: f.judgement.verdict for f in examination.findings}
    # A clause that need not apply is no part of the whole where it is not wanted.
    musts = [
        clause
        for clause in CONTRACT[role]
        if clause.level == "must" and (clause.applies is None or clause.id in found)
    ]
    whole = all(found.get(clause.id) == "pass" for clause in musts)
    numbers = any(
        clause.name in NUMBERS and found.get(clause.id) == "pass" for clause in musts
    )
    if headline.endswith(" is right."):
        assert whole
        assert numbers
    if " right" in headline:
        assert numbers
        assert examination.verdict == "pass"
        assert examination.as_expected
        assert not terms.as_declared(examination.findings)
        assert not any(found.get(clause.id) in ("fail", "error") for clause in musts)
    if whole and not terms.strict and not terms.expect:
        assert standing(examination) == "pass"


@pytest.mark.parametrize(
    ("changed", "only", "said"),
    [
        ({}, (), "numerical_gradient is right."),
        (
            {"G4": "not-covered", "G6": "not-covered"},
            (),
            "numerical_gradient is right as far as it could be judged; not covered:"
            " G4 consistent, G6 accuracy.",
        ),
        (
            {},
            ("G1",),
            "numerical_gradient: what was judged holds (G1 point); it was not judged in"
            " full.",
        ),
    ],
)
def test_what_was_not_judged_is_said_in_the_same_breath(
    right: Examination, changed: Mapping[str, Verdict], only: tuple[str, ...], said: str
) -> None:
    ids = (clause.id for clause in CONTRACT["gradient"])
    verdicts: dict[str, Verdict] = dict.fromkeys(ids, "pass")
    verdicts.update(changed)
    named = replace(right, target="numerical_gradient")
    terms = Terms(only=frozenset(only))
    examination = examined(named, "gradient", verdicts, terms)
    assert port_text.headline(examination, Phrases()) == said


def test_every_role_has_a_clause_about_its_numbers() -> None:
    for clauses in CONTRACT.values():
        assert {c.name for c in clauses if c.level == "must"} & NUMBERS
