"""What a headline may say of a port: never more than its clauses."""

from __future__ import annotations

from typing import Literal, TypeAlias

from gradproof.contract.clauses import CONTRACT, Finding
from gradproof.examination import policy
from gradproof.examination.examination import Examination
from gradproof.examination.judged import Judged

Standing: TypeAlias = Literal[policy.Standing, "in-part", "holds"]
"""A pass is right only if every must of the role was judged. It is right in part if
some could not be, and its numbers were; else what was judged holds, and no more."""

NUMBERS = {"value", "directions", "slope", "step"}
"""The clauses that are about the numbers of a result, by name."""


def standing(
    examination: Judged,
) -> Standing:
    """The verdict for a reader."""
    outcome = examination.outcome
    if outcome != "pass" or not isinstance(examination, Examination):
        return outcome
    clauses = [c for c in CONTRACT[examination.role] if c.applies is None]
    musts = {c.id for c in clauses if c.level == "must"}
    passed = {finding.clause.id for finding in examination.having("pass")}
    if musts <= passed:
        return "pass"
    judged = {finding.clause.id for finding in examination.findings}
    numbers = any(f.clause.name in NUMBERS for f in examination.having("pass"))
    return "in-part" if numbers and musts <= judged else "holds"


def open_musts(examination: Examination) -> list[Finding]:
    """The musts that could not be judged."""
    found = examination.having("not-covered")
    return [finding for finding in found if finding.clause.level == "must"]
