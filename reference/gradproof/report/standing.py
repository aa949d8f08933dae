"""What a headline may say of a port: never more than its clauses."""

from __future__ import annotations

from typing import Literal, TypeAlias

from gradproof.contract.clauses import CONTRACT, Finding
from gradproof.examination import policy
from gradproof.examination.examination import Examination
from gradproof.examination.judged import Judged
from gradproof.examination.parts import PartExamination
from gradproof.report.phrases import Unusable

Standing: TypeAlias = Literal[policy.Standing, "in-part", "holds"]
"""A pass is right only if every must of the role was judged. It is right in part if
some could not be, and its numbers were; else what was judged holds, and no more."""

NUMBERS = {"value", "directions", "slope", "step"}
"""The clauses that are about the numbers of a result, by name."""


def unusable_standing(unusable: Unusable) -> str:
    """Return what became of a target without a verdict, for a reader."""
    if unusable.internal:
        return "internal"
    return "not-covered" if unusable.unjudged else "unloaded"


def standing(examination: Judged) -> Standing:
    """The verdict for a reader."""
    outcome, musts = examination.outcome, _musts(examination)
    if outcome != "pass" or musts is None:
        return outcome
    passed = {finding.clause.id for finding in examination.having("pass")}
    if musts <= passed:
        return "pass"
    judged = {finding.clause.id for finding in examination.findings}
    numbers = any(_is_of_numbers(f, examination) for f in examination.having("pass"))
    return "in-part" if numbers and musts <= judged else "holds"


def _musts(examination: Judged) -> set[str] | None:
    """The musts that make the whole; none of a script, whose clauses differ."""
    if isinstance(examination, PartExamination):
        return set(examination.musts)
    if isinstance(examination, Examination):
        found = {finding.clause.id for finding in examination.findings}
        musts = (c for c in CONTRACT[examination.role] if c.level == "must")
        return {c.id for c in musts if c.applies is None or c.id in found}
    return None


def _is_of_numbers(finding: Finding, examination: Judged) -> bool:
    if isinstance(examination, PartExamination):
        return finding.clause.id in examination.about_numbers
    return finding.clause.name in NUMBERS


def named(examination: Judged) -> list[Finding]:
    """The clauses that a headline names: what is open, else what counts and passes."""
    if standing(examination) == "in-part":
        open_ = examination.having("not-covered")
        return [finding for finding in open_ if finding.clause.level == "must"]
    counts = examination.terms.counts
    return [finding for finding in examination.having("pass") if counts(finding)]
