"""What is wrong with an optimizer: the defects whose models go the way that it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from gradproof.contract.clauses import Finding
from gradproof.defects.layer_diagnosis import LayerExplanation
from gradproof.defects.updates import BY_CLAUSE, DEFECTS, NOT_FINITE
from gradproof.evidence.followed_rules import explained, follows, walk_of
from gradproof.evidence.optimizer_courses import STEPS, TINY, Course
from gradproof.evidence.update_rules import RuleVariant
from gradproof.evidence.updates import OptimizerEvidence
from gradproof.ports.trials import Helper

PARTS = 2 * STEPS
"""The steps of both parameters."""

IGNORED = "optimizer.rate-ignored"


def diagnose(
    evidence: OptimizerEvidence, findings: Sequence[Finding]
) -> tuple[LayerExplanation, ...]:
    """The defects that explain all steps, else most of them; best first.

    What explains no more than a right optimizer does explains nothing.
    """
    messages = [f.judgement.message for f in findings if f.judgement.verdict == "fail"]
    if "optimizer.not-finite" in messages and evidence.rule == "adam":
        return (_explanation(evidence, NOT_FINITE, 1, 1),)
    if {"optimizer.another", "optimizer.departs"} & set(messages):
        found = sorted(_by_way(evidence), key=lambda e: -e.explained)
        if evidence.courses["first"].uphill:
            found = [e for e in found if e.defect != "update-uphill"]
        if found and found[0].defect == "rate-another" and IGNORED in messages:
            found[0] = replace(found[0], defect=BY_CLAUSE[IGNORED])
        if found:
            return tuple(found[:3])
    named = [BY_CLAUSE.get(message) for message in messages]
    return tuple(_explanation(evidence, id, 1, 1) for id in dict.fromkeys(named) if id)[
        :1
    ]


def _by_way(evidence: OptimizerEvidence) -> Iterator[LayerExplanation]:
    """Every defect that explains more of the first course than the right forms do."""
    course = evidence.courses["first"]
    forms = [f for f in evidence.candidates if f.rule == evidence.rule]
    pairs = [(form, n) for form in forms for n in evidence.numbers(course, form)]
    right = max(explained(course, walk_of(form), n) for form, n in pairs)
    for defect in DEFECTS.values():
        concerned = [(f, n) for f, n in pairs if defect.concerns(f.rule)]
        best = 0
        for form, numbers in concerned:
            best = max(best, explained(course, defect.model(form), numbers))
            if best == PARTS:
                break
        if best > right:
            yield _explanation(evidence, defect.id, best, PARTS)
        if best == PARTS:
            return
    if follows(evidence.said, course, forms, loose=True) is not None:
        yield _explanation(evidence, "setting-ignored", PARTS, PARTS)
    elif any(_by_rate(course, form, numbers) for form, numbers in pairs):
        yield _explanation(evidence, "rate-another", PARTS, PARTS)


def _by_rate(course: Course, form: RuleVariant, numbers: dict[str, float]) -> bool:
    """Whether a right form is followed, with another rate than the given.

    The way is proportional to the rate: one entry, that begins at 0, tells the factor.
    """
    if "rate" not in course.given:
        return False
    path = walk_of(form)
    with np.errstate(all="ignore"):
        expected = next(path(numbers, course.starts, course.slopes))
    number, *place = TINY
    actual = course.actual[0][number][tuple(place)]
    factor = float(actual / expected[number][tuple(place)])
    if not np.isfinite(factor) or factor in (0, 1):
        return False
    rate = float(f"{factor * course.given['rate']:.12g}")
    return explained(course, path, {**numbers, "rate": rate}) == PARTS


def _explanation(
    evidence: OptimizerEvidence, id: str, explained: int, parts: int
) -> LayerExplanation:
    said = evidence.said
    method = next(iter(said.lines), "update")
    line = said.lines.get(method, said.line)
    place = Helper(f"{said.name}.{method}", said.file, line)
    return LayerExplanation(id, explained, parts, place)
