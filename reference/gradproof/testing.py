"""For test files of one's own: one test for each clause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from gradproof import api
from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Judgement
from gradproof.evidence.evidence import Role
from gradproof.examination.examination import Examination, examine
from gradproof.examination.policy import Terms
from gradproof.report.phrases import Phrases, reproduction
from gradproof.scripts.examination import ScriptExamination

PHRASES = Phrases("en")

Port = Callable[..., Any]


class ClauseFailure(AssertionError):
    """A clause that does not hold; the text says what was seen and what is due."""


@dataclass(frozen=True)
class Check:
    """One clause of one port, to be called by a test."""

    examination: Examination
    finding: Finding

    def __call__(self) -> None:
        """Pass, fail, skip or xfail, as the clause was judged."""
        __tracebackhide__ = True
        enact(self.examination, self.finding)


def parametrize_with_clauses(
    ports: Iterable[Port | tuple[Port, Role]],
    *,
    vectorized: bool = False,
    strict: bool = False,
    expect: Mapping[str, str] | None = None,
) -> pytest.MarkDecorator:
    """Make a test of each clause of each port, in the argument ``clause``.

    A port is a routine, or a pair of it and its role. ``expect`` maps clauses that
    are known to fail to the reason: they are strict expected failures. ::

        @parametrize_with_clauses([numerical_gradient])
        def test_gradient(clause):
            clause()

    The ports run in this process, when the test module is imported. Raises
    ValueError for a clause that no port has, and what `gradproof.check` raises.
    """
    expected = dict(expect or {})
    examined = [_examined(port, vectorized, strict, expected) for port in ports]
    unknown = set(expected).intersection(*(set(e.unknown) for e in examined))
    if unknown:
        raise ValueError(f"no port has the clauses {', '.join(sorted(unknown))}")
    cases = [
        pytest.param(
            Check(examination, finding),
            id=f"{examination.target.rpartition(':')[2]}-{label(finding)}",
        )
        for examination in examined
        for finding in examination.findings
    ]
    return pytest.mark.parametrize("clause", cases)


def _examined(
    port: Port | tuple[Port, Role],
    vectorized: bool,
    strict: bool,
    expect: Mapping[str, str],
) -> Examination:
    routine, role = port if isinstance(port, tuple) else (port, None)
    return examine(api.port(routine, vectorized), role, Terms(strict, expect=expect))


def label(finding: Finding) -> str:
    """The name of a clause's test: id and name."""
    return f"{finding.clause.id}-{finding.clause.name}"


def enact(examination: Examination | ScriptExamination, finding: Finding) -> None:
    """Do as a test what the judge has found.

    A failed must fails; a failed should is an expected failure, unless strict; what
    is not covered is skipped, unless strict; a failure that was expected must come.
    """
    __tracebackhide__ = True
    terms, verdict = examination.terms, finding.judgement.verdict
    why = PHRASES.judgement(finding.judgement)
    expectation = terms.expectation(finding)
    if expectation == "xfail":
        pytest.xfail(f"{terms.expect[finding.clause.id]} ({why})")
    if expectation == "xpass":
        reason = terms.expect[finding.clause.id]
        raise ClauseFailure(f"it was expected to fail, and passes: {reason}")
    if verdict == "pass":
        return
    if verdict == "not-covered" and not terms.strict:
        pytest.skip(why)
    if not terms.counts(finding):
        pytest.xfail(why)
    raise ClauseFailure(described(examination, finding))


def enact_declared(declared: Judgement) -> None:
    """Fail if the diagnosis is not the one that was declared."""
    __tracebackhide__ = True
    if declared.verdict == "fail":
        raise ClauseFailure(PHRASES.judgement(declared))


def described(examination: Examination | ScriptExamination, finding: Finding) -> str:
    """A failure with its clause, what was seen and due, and how to see it again."""
    lines = [
        PHRASES.judgement(finding.judgement),
        "",
        f"{finding.clause.id} {finding.clause.name} ({finding.clause.level}):",
        f"  {PHRASES.say(f'clause.{finding.clause.id}')}",
    ]
    named = _defects(examination)
    if named:
        lines += ["defect:", f"  {named}"]
    lines += ["again:", f"  {reproduction(examination, finding)}"]
    return "\n".join(lines)


def _defects(examination: Examination | ScriptExamination) -> str:
    if isinstance(examination, ScriptExamination):
        return " + ".join(examination.defects)
    if not examination.diagnosis:
        return ""
    wrong = examination.verdict == "fail"
    return PHRASES.diagnosis(examination.diagnosis, wrong=wrong)
