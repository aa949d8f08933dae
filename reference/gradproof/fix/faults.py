"""What is wrong with a script that a change of its own text may mend."""

from __future__ import annotations

from gradproof.edits import quivers
from gradproof.edits.calls import WHERE_CALLED
from gradproof.edits.catalogue import OPERATORS, candidates
from gradproof.edits.text import parsed
from gradproof.scripts import provenance
from gradproof.scripts.arrow_styles import Style
from gradproof.scripts.evidence import ScriptEvidence
from gradproof.scripts.examination import RETURNED, ScriptExamination
from gradproof.scripts.records import GradientCall, Place


def faulty(evidence: ScriptEvidence) -> list[tuple[GradientCall, str]]:
    """The calls in which f was given what is no point, and what that was."""
    found: dict[int, tuple[GradientCall, str]] = {}
    for call in evidence.judged:
        for _, how in provenance.wrong_givens(call)[:1]:
            found[call.number] = call, how
    for drawn in evidence.fields:
        for call in drawn.calls:
            if provenance.asks_elsewhere(call, drawn.quiver):
                found[call.number] = call, "transposed-points"
    return list(found.values())


def refused(evidence: ScriptEvidence) -> list[GradientCall]:
    """Calls with points as rows, where Matplotlib did not take arrows."""
    if not any(quiver.error for quiver in evidence.run.quivers):
        return []
    return [c for c in evidence.judged if len(c.shape) == 2 and c.shape[1] == 2]


def wrong_quivers(evidence: ScriptEvidence) -> list[tuple[Place, Style]]:
    """Quivers with a lost sign or swapped components, each place once."""
    styles = ("swapped", *quivers.COMPONENTS)
    found = {
        f.quiver.place: f.drawn.style
        for f in evidence.fields
        if f.drawn.style in styles
    }
    return list(found.items())


def cut_off(evidence: ScriptEvidence) -> list[tuple[GradientCall, str]]:
    """Calls that lost digits by the numbers that x is made of, and the defect."""
    drawn = [
        (f.calls[-1], "integer-truncation") for f in evidence.fields if f.truncated
    ]
    found = [
        (r.call, RETURNED[r.kind]) for r in evidence.returned if r.kind in RETURNED
    ]
    return [*drawn, *found]


def may_be_mended(found: ScriptExamination) -> bool:
    """Whether there is a change to try for what is wrong with a script."""
    evidence = found.evidence
    if wrong_quivers(evidence) or refused(evidence):
        return True
    if any(
        _has_change(evidence, *each) for each in (*faulty(evidence), *cut_off(evidence))
    ):
        return True
    diagnosed = (e for r in found.wrong_routines for e in r.diagnosis)
    return any(
        defect in OPERATORS
        for explanation in diagnosed
        if explanation.level == "must"
        for defect in explanation.defects
    )


def _has_change(evidence: ScriptEvidence, call: GradientCall, defect: str) -> bool:
    """Whether a call, or its routine's text, can be edited for a defect."""
    if defect in WHERE_CALLED:
        return True
    text = parsed(evidence.run.sources.get(call.home, ""))
    return text is not None and any(candidates(text, call.qualified, defect))
