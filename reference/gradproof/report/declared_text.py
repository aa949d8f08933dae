"""What is said of what was declared: that it is so, or is no longer."""

from __future__ import annotations

from collections.abc import Iterator

from gradproof.contract.clauses import Finding
from gradproof.examination.judged import Judged
from gradproof.report.layout import STYLES, Row
from gradproof.report.phrases import Phrases


def in_the_light(examination: Judged, phrases: Phrases) -> str:
    """The headline of what is wrong as it was declared, or was declared and is not."""
    if examination.outcome == "as-declared":
        clauses = declared_clauses(examination, phrases)
        return phrases.say(
            "headline.as-declared", target=examination.target, clauses=clauses
        )
    return phrases.say(
        "headline.stale", target=examination.target, reason=_stale(examination, phrases)
    )


def declared_clauses(examination: Judged, phrases: Phrases) -> str:
    """The clauses that fail as it was declared."""
    found = examination.terms.as_declared(examination.findings)
    return phrases.say("comma").join(map(_named, found))


def _stale(examination: Judged, phrases: Phrases) -> str:
    """All that was declared and is not so."""
    reasons = [
        phrases.say("unknown-clause", clause=clause) for clause in examination.unknown
    ]
    reasons += [
        phrases.say("xpass", clause=_named(finding))
        for finding in examination.findings
        if examination.terms.expectation(finding) == "xpass"
    ]
    found = examination.declared
    if found is not None and found.verdict != "pass":
        reasons.append(phrases.judgement(found))
    return phrases.say("semicolon").join(reasons)


def expected(examination: Judged, phrases: Phrases) -> Iterator[Row]:
    """Expectations that are not met, and the diagnosis that was declared."""
    label, found = phrases.say("label.expected"), examination.declared
    for clause in examination.unknown:
        yield label, STYLES["fail"], phrases.say("unknown-clause", clause=clause)
    for finding in examination.findings:
        if examination.terms.expectation(finding) == "xpass":
            clause = _named(finding)
            yield label, STYLES["fail"], phrases.say("xpass", clause=clause)
    if found is not None and found.verdict == "pass":
        yield label, "dim", phrases.judgement(found)
    elif found is not None:
        yield phrases.say("label.fail"), STYLES["fail"], phrases.judgement(found)


def _named(finding: Finding) -> str:
    return finding.clause.label
