"""What is wrong with a script that a change of its own text may mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gradproof.edits import quivers
from gradproof.edits.calls import WHERE_CALLED
from gradproof.edits.catalogue import candidates
from gradproof.edits.text import parsed
from gradproof.examination.examination import Examination
from gradproof.fix.files import Files
from gradproof.fix.routine_search import function
from gradproof.ports.target import Target, TargetError
from gradproof.scripts import provenance
from gradproof.scripts.arrow_styles import Style
from gradproof.scripts.evidence import ScriptEvidence
from gradproof.scripts.examination import RETURNED
from gradproof.scripts.examined import ScriptExamination
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
    """Quivers with a lost sign, or wrong components, each place once."""
    found = {
        f.quiver.place: f.drawn.style
        for f in evidence.fields
        if f.drawn.style in quivers.STYLES
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
    return any(of_script(evidence, routine) for routine in found.wrong_routines)


def of_script(evidence: ScriptEvidence, routine: Examination) -> bool:
    """Whether there is a change to try for what is wrong with a script's routine."""
    name = function(routine)
    homes = {call.home for call in evidence.judged if call.qualified == name}
    texts = [evidence.run.sources.get(home, "") for home in sorted(homes)]
    return routine_may_be_mended(routine, texts)


def routine_may_be_mended(routine: Examination, texts: Iterable[str]) -> bool:
    """Whether one of the texts can be changed for what explains all that is wrong."""
    if routine.verdict != "fail":
        return False
    told = [e.defects for e in routine.diagnosis if e.level == "must" and e.whole]
    return any(
        True
        for text in filter(None, map(parsed, texts))
        for defects in told
        for _ in candidates(text, function(routine), *defects)
    )


def with_offer(routine: Examination, target: Target) -> Examination:
    """What was found out about a file's function, and whether it may be mended.

    Not if it had to be told that f takes batches: nothing is changed on those terms.
    """
    if (
        target.path is None
        or routine.verdict != "fail"
        or "--vectorized" in (routine.options)
    ):
        return routine
    try:
        files = Files.read(target)
    except TargetError:
        return routine
    texts = map(files.text, files.names)
    return replace(routine, mendable=routine_may_be_mended(routine, texts))


def _has_change(evidence: ScriptEvidence, call: GradientCall, defect: str) -> bool:
    """Whether a call, or its routine's text, can be edited for a defect."""
    if defect in WHERE_CALLED:
        return True
    text = parsed(evidence.run.sources.get(call.home, ""))
    return text is not None and any(candidates(text, call.qualified, defect))
