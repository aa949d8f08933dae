"""Which defect a failed rule comes from: each its own, never that of another."""

from __future__ import annotations

from gradproof.contract.clauses import Finding
from gradproof.defects import layers, updates
from gradproof.examination.examination import Examination
from gradproof.examination.judged import Judged
from gradproof.examination.parts import PartExamination
from gradproof.scripts.examination import defects_by_clause
from gradproof.scripts.examined import ScriptExamination

BY_MESSAGE = {**layers.BY_CLAUSE, **updates.BY_CLAUSE}
"""The defects that a failure names by itself, by its message."""


def causes(examination: Judged, finding: Finding) -> tuple[str, ...]:
    """Return the defects that explain a failed rule in full; none if nothing does."""
    if finding.judgement.verdict not in ("fail", "error"):
        return ()
    if isinstance(examination, ScriptExamination):
        return defects_by_clause(examination.evidence).get(finding.clause.id, ())
    if isinstance(examination, PartExamination):
        return _of_part(examination, finding)
    assert isinstance(examination, Examination)
    for each in examination.diagnosis:
        about = each.level == finding.clause.level and each.whole
        if about and (not each.clauses or finding.clause.id in each.clauses):
            return each.defects
    return ()


def _of_part(examination: PartExamination, finding: Finding) -> tuple[str, ...]:
    """Return what explains it: of shoulds nothing does where a must has failed."""
    own = BY_MESSAGE.get(finding.judgement.message)
    failed = {f.clause.level for f in examination.having("fail")}
    explained = "must" if "must" in failed else "should"
    best = [e for e in examination.diagnosis[:1] if e.explained == e.parts]
    if finding.clause.level == explained and best:
        return (best[0].defect,)
    return (own,) if own else ()
