"""The clauses of a script that draws arrows, and their judges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradproof.contract.clauses import (
    BATCH_SCRIPT,
    DERIVED,
    Finding,
    judged,
    must_of,
)
from gradproof.contract.verdicts import (
    Judgement,
    broken,
    failed,
    not_covered,
    passed,
    worst,
)
from gradproof.scripts import provenance
from gradproof.scripts.arrow_styles import Classification, Style
from gradproof.scripts.evidence import Field, ScriptEvidence
from gradproof.scripts.examined import ROLE as ROLE
from gradproof.scripts.records import Array, Failure, GradientCall, Run
from gradproof.scripts.results import WRONG, Kind, ReturnedResult

BROKE = {
    "timeout": "script.timeout",
    "crash": "script.crash",
    "protocol": "script.protocol",
    "memory": "script.memory",
    "tasks": "script.tasks",
    "output": "script.output",
    "processor": "script.processor",
}


def runs(evidence: ScriptEvidence) -> Judgement:
    """S1; a script that needed something to be stood in for did not run as it is.

    What comes of a stand-in is not the script's doing.
    """
    run = evidence.run
    for failure in _own_failures(run):
        if not failure.missing:
            place = {"file": run.named(failure.place), "line": failure.place.line}
            what = {"kind": failure.kind, "text": failure.text}
            return failed("script.raised", **place, **what)
    for quiver in run.quivers:
        if quiver.error:
            kind, text = quiver.error
            place = {"file": run.named(quiver.place), "line": quiver.place.line}
            return failed("script.raised", kind=kind, text=text, **place)
    if run.broke:
        how, detail = run.broke
        return broken(BROKE[how], detail=detail)
    for failure in run.failures:
        names = ", ".join(failure.missing)
        place = {"file": run.named(failure.place), "line": failure.place.line}
        if failure.is_offline:
            what = {"kind": failure.kind, "text": failure.text}
            return not_covered("script.no-network", **place, **what)
        return not_covered("script.not-installed", names=names, **place)
    if run.stubs:
        return not_covered("script.stubs", names=", ".join(run.stubs))
    if run.removed:
        return passed("script.removed", names=", ".join(run.removed))
    return passed()


def _own_failures(run: Run) -> Iterator[Failure]:
    """Those of the script's own doing: not for want of a network, nor after it."""
    for failure in run.failures:
        if failure.is_offline:
            return
        yield failure


def draws(evidence: ScriptEvidence) -> Judgement:
    """S2; what never speaks of a quiver, or draws lines, is no script of this kind."""
    if any(not field.quiver.error for field in evidence.fields):
        return passed()
    if any(quiver.kind != "streamlines" for quiver in evidence.run.quivers):
        return failed("script.quiver-failed")
    if evidence.run.has_streamlines:
        return not_covered("script.streamlines")
    if not evidence.run.speaks_of_quivers:
        return not_covered("script.no-quiver")
    if any(f.missing or f.is_offline for f in evidence.run.failures):
        return not_covered("script.not-drawn")
    ended = evidence.run.broke or evidence.run.failures
    return broken("script.not-drawn") if ended else failed("script.not-drawn")


def points_only(evidence: ScriptEvidence) -> Judgement:
    """S3."""
    calls = [call for call in evidence.judged if call.seen]
    if not calls:
        return not_covered("script.no-calls")
    found = evidence.faulty
    if found is not None:
        return failed("script.not-points", **_misgiven(evidence, *found))
    if any(call.stub for call in calls):
        return not_covered("script.stubbed-f")
    return passed()


def _misgiven(
    evidence: ScriptEvidence, call: GradientCall, how: provenance.Misgiven
) -> dict[str, Any]:
    wrong = [given for given, _ in provenance.wrong_givens(call)] or list(call.seen)
    commonest = max(wrong, key=lambda given: given.count)
    return {
        "file": evidence.run.named(call.place),
        "line": call.place.line,
        "routine": call.name,
        "f": call.f_name,
        "how": how,
        "actual": list(commonest.shape),
        "count": sum(given.count for given in wrong),
        "calls": sum(given.count for given in call.seen),
        "x": list(call.shape),
    }


def arrows(evidence: ScriptEvidence) -> Judgement:
    """S4."""
    fields = [f for f in evidence.fields if not f.quiver.error]
    if not fields:
        return not_covered("script.no-arrows")
    return worst(_arrows(evidence, field) for field in fields)


def _arrows(evidence: ScriptEvidence, field: Field) -> Judgement:
    drawn = field.drawn
    place = {
        "file": evidence.run.named(field.quiver.place),
        "line": field.quiver.place.line,
    }
    if any(call.stub for call in field.calls):
        return not_covered("script.stubbed-f")
    if field.quiver.kind == "in-space":
        return not_covered("script.in-space", **place)
    if drawn.style == "unknown":
        why = field.objective.why if field.objective else ""
        if not field.calls:
            return not_covered("script.no-f", **place)
        unsure = field.objective is not None and field.objective.form is not None
        message = "script.unsure" if unsure else "script.no-gradient"
        return not_covered(message, why=why or "-", **place)
    message, parameters = arrows_message(field)
    if drawn.style in PERHAPS_MEANT:
        return not_covered(message, **place, **parameters)
    verdict = passed if drawn.right and message != ELSEWHERE else failed
    return verdict(message, **place, **parameters, proved=field.proved)


ELSEWHERE = "script.elsewhere"
STYLES: dict[Style, str] = {
    "plain": "script.plain",
    "scaled": "script.scaled",
    "normalised": "script.normalised",
    "shortened": "script.shortened",
    "lengths": "script.lengths",
    "cut-off": "script.cut-off",
    "clipped": "script.clipped",
    "rounded": "script.rounded",
    "single": "script.single",
    "half": "script.half",
    "u-sign": "script.u-sign",
    "v-sign": "script.v-sign",
    "swapped": "script.swapped",
    "first-twice": "script.first-twice",
    "second-twice": "script.second-twice",
    "absolute": "script.absolute",
    "unequal": "script.unequal",
    "shuffled": "script.shuffled",
    "first-alone": "script.first-alone",
    "second-alone": "script.second-alone",
    "wrong": "script.wrong",
}
"""The message of each style of arrows."""
INVERTED: dict[tuple[Style, tuple[bool, bool]], str] = {
    ("u-sign", (True, False)): "script.x-inverted",
    ("v-sign", (False, True)): "script.y-inverted",
}
"""Where it is not the sign itself, but the axis that it is drawn on."""
PERHAPS_MEANT: frozenset[Style] = frozenset(
    {"first-alone", "second-alone", "cut-off", "clipped"}
)
"""Arrows of one partial derivative, or cut off: on purpose, or by mistake."""


def arrows_message(field: Field) -> tuple[str, dict[str, Any]]:
    """What a quiver draws: a message's id and its parameters."""
    drawn = field.drawn
    elsewhere = field.elsewhere and field.quiver.form == 4
    meant = field.source if elsewhere and field.source else drawn
    message = INVERTED.get((drawn.style, field.quiver.mirrored), STYLES[drawn.style])
    altered, more = _alteration(drawn)
    return ELSEWHERE if elsewhere else altered or message, {
        "what": _what(meant),
        "factor": drawn.factor,
        "wrong": drawn.wrong,
        "total": drawn.total,
        **more,
    }


def _what(meant: Classification) -> str:
    """−∇f or ∇f; times a factor, where the message is about something else."""
    sign = {-1: "−", 1: ""}[meant.sign]
    scaled = meant.alteration is not None and meant.factor != 1
    return f"{sign}{meant.factor:g}·∇f" if scaled else f"{sign}∇f"


def _alteration(drawn: Classification) -> tuple[str, dict[str, Any]]:
    """A message of its own for one end alone, and what is said of an alteration."""
    found = drawn.alteration
    if found is None:
        return "", {}
    if found.how == "rounded":
        return "", {"decimals": found.decimals}
    if found.how != "clipped":
        return "", {}
    if np.isinf(found.low):
        return "script.clipped-above", {"high": found.high}
    if np.isinf(found.high):
        return "script.clipped-below", {"low": found.low}
    return "", {"low": found.low, "high": found.high}


RESULTS: dict[Kind, str] = {
    "integers": "script.returned-integers",
    "single": "script.returned-single",
    "factor": "script.returned-factor",
    "wrong": "script.returned-wrong",
    "step": "script.returned-step",
    "unlike": "script.returned-unlike",
    "changed": "script.returned-changed",
    "unknown": "script.returned-unknown",
}
"""The message of each kind of results that are not the gradient."""


def results(evidence: ScriptEvidence) -> Judgement:
    """S5."""
    if not evidence.returned:
        return not_covered("script.no-calls")
    return worst(_result(evidence, found) for found in evidence.returned)


def _result(evidence: ScriptEvidence, found: ReturnedResult) -> Judgement:
    call = found.call
    place = {"file": evidence.run.named(call.place), "line": call.place.line}
    named = {**place, "routine": call.name}
    if found.kind == "right":
        return passed()
    right = call.qualified in evidence.right_routines
    if found.kind == "wrong" and not right:
        return not_covered(RESULTS["unlike"], **named)
    if found.kind not in WRONG:
        return not_covered(RESULTS[found.kind], **named)
    return failed(
        RESULTS[found.kind],
        **named,
        x=_numbers(found.x),
        actual=_numbers(found.actual),
        expected=_numbers(found.expected),
        factor=found.factor,
        wrong=found.wrong,
        total=found.total,
    )


def _numbers(point: Array | None) -> list[float]:
    return [] if point is None else [float(v) for v in point]


CLAUSES = (
    must_of("S1", "runs", BATCH_SCRIPT, runs),
    must_of("S2", "draws", BATCH_SCRIPT, draws),
    must_of("S3", "points-only", BATCH_SCRIPT, points_only),
    must_of("S4", "arrows", DERIVED, arrows),
    must_of("S5", "results", DERIVED, results),
)


def judge(evidence: ScriptEvidence) -> tuple[Finding, ...]:
    """Judge every clause."""
    return judged(CLAUSES, evidence)
