"""The clauses of a script's own check of a gradient, and their judges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from gradproof.contract.clauses import Finding, judged, must_of
from gradproof.contract.verdicts import Judgement, failed, not_covered, passed, worst
from gradproof.evidence.script_checks import (
    CheckEvidence,
    ClaimedEntry,
    ComparedParameter,
    OneCheck,
)
from gradproof.numerics.slope_estimates import Answer

ROLE = "gradient-check"

SCRIPT = "gradient-check"

ALIKE = 1e-3
"""Two wrong numbers that differ by no more than this share of them show no difference
to anybody: a check that prints or compares them would have to be finer."""

SHOWN = 4
"""Parameters that a sentence names."""

WRONG = {"numerical": "check.numerical", "backward": "check.backward"}
"""What is said of the gradient that is wrong."""

Side = Callable[[ClaimedEntry], Answer]


def _numerical(entry: ClaimedEntry) -> Answer:
    return entry.numerical_answer


def _backward(entry: ClaimedEntry) -> Answer:
    return entry.backward_answer


def numerical(evidence: CheckEvidence) -> Judgement:
    """GC1."""
    return worst(_each(evidence, _of_numerical))


def backward(evidence: CheckEvidence) -> Judgement:
    """GC2."""
    return worst(_each(evidence, lambda check: _of(check, "backward", _backward)))


def _each(
    evidence: CheckEvidence, judge: Callable[[OneCheck], Judgement]
) -> Iterator[Judgement]:
    if not evidence.checks:
        yield not_covered("check.unseen", kind=evidence.ended)
    for check in evidence.checks:
        if check.random:
            one, other = check.losses
            yield not_covered("check.random", one=one, other=other)
        elif check.otherwise:
            yield not_covered("check.other-data")
        else:
            yield judge(check)


def _of_numerical(check: OneCheck) -> Judgement:
    moved = [p for p in check.parameters if p.moved]
    if moved:
        names = ", ".join(p.name for p in moved[:SHOWN])
        off = max(p.moved for p in moved)
        return failed("check.moved", names=names, off=off)
    return _of(check, "numerical", _numerical)


def _of(check: OneCheck, which: str, side: Side) -> Judgement:
    """What is wrong of one of the two gradients."""
    wrong = [p for p in check.parameters if _departing(p, side)]
    if wrong:
        alike = [p for p in wrong if _alike(p)]
        message = WRONG[which]
        if alike:
            message, wrong = "check.alike", alike
        return failed(message, **_shown(wrong, side, which))
    answers = [side(e) for p in check.parameters for e in p.entries]
    if "agrees" not in answers:
        return not_covered("check.unclear")
    return passed("check.agrees")


def _departing(parameter: ComparedParameter, side: Side) -> list[ClaimedEntry]:
    return [e for e in parameter.entries if side(e) == "departs"]


def _alike(parameter: ComparedParameter) -> bool:
    """Whether both are wrong, and the same wrong number."""
    both = [e for e in _departing(parameter, _numerical) if _backward(e) == "departs"]
    return any(
        abs(e.numerical - e.backward) <= ALIKE * max(abs(e.numerical), abs(e.backward))
        for e in both
    )


def _shown(wrong: list[ComparedParameter], side: Side, which: str) -> dict[str, Any]:
    """The parameters that are wrong, and the entry that is furthest off."""
    entries = [(p, e) for p in wrong for e in _departing(p, side)]
    parameter, entry = max(entries, key=lambda pair: _off(pair[1], which))
    index = ", ".join(map(str, entry.index))
    slope = entry.slopes[0]
    return {
        "names": ", ".join(p.name for p in wrong[:SHOWN]),
        "entry": f"{parameter.name}[{index}]",
        "actual": getattr(entry, which),
        "expected": slope.value,
        "doubt": slope.doubt,
    }


def _off(entry: ClaimedEntry, which: str) -> float:
    off = abs(getattr(entry, which) - entry.slopes[0].value)
    return float("inf") if off != off else off


def apart(evidence: CheckEvidence) -> Judgement:
    """GC3: by how much both differ, parameter by parameter."""
    return worst(_each(evidence, _of_both))


def _of_both(check: OneCheck) -> Judgement:
    told = [[p.name, p.largest, p.compared, p.size] for p in check.parameters]
    entries = [entry for p in check.parameters for entry in p.entries]
    said = failed if any(e.slopes and e.apart for e in entries) else passed
    return said("check.differ", differences=told)


CLAUSES = (
    replace(must_of("GC1", "numerical", SCRIPT, numerical), numbers=True),
    replace(must_of("GC2", "backward", SCRIPT, backward), numbers=True),
    must_of("GC3", "alike", SCRIPT, apart),
)


def judge(evidence: CheckEvidence) -> tuple[Finding, ...]:
    """Judge both gradients, and by how much they differ."""
    return judged(CLAUSES, evidence)
