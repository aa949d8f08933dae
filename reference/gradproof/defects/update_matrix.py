"""Optimizers that have a defect, as evidence: which clauses each breaks."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from gradproof.contract.optimizers import judge
from gradproof.contract.verdicts import Verdict
from gradproof.defects.updates import DEFECTS, UpdateDefect
from gradproof.evidence.followed_rules import Walk, expected_path, walk_of
from gradproof.evidence.optimizer_courses import STARTS, Course, slopes
from gradproof.evidence.update_rules import FORMS, USUAL, VALUES, RuleVariant
from gradproof.evidence.updates import OptimizerEvidence, recognized
from gradproof.ports.trials import Description, Moment, Parameter
from gradproof.ports.worker.core.rule_names import NAMES

DEFAULT = {role: values[0] for role, values in USUAL.items()}


def forms_of(defect: UpdateDefect) -> tuple[RuleVariant, ...]:
    """The forms whose optimizers can have the defect and then do otherwise."""
    return tuple(form for form in FORMS if defect.concerns(form.rule))


def mutant(form: RuleVariant, defect: UpdateDefect | None) -> OptimizerEvidence:
    """What an optimizer that should follow the form does, with the defect."""
    path = walk_of(form) if defect is None else defect.model(form)
    roles = tuple(role for role in form.roles if role != "epsilon")
    plain = {role: DEFAULT[role] for role in form.roles}
    first = {"rate": VALUES["rate"][0], **plain}
    other = {**first, **{role: VALUES[role][0] for role in roles}}
    steps = slopes()
    courses = {
        "first": _course(path, first, STARTS, steps),
        "again": _course(path, first, STARTS, steps),
        "alone": _course(path, first, STARTS[1:], [step[1:] for step in steps]),
        "faster": _course(path, {**first, "rate": 2 * first["rate"]}, STARTS, steps),
    }
    if roles:
        courses["other"] = _course(path, other, STARTS, steps)
    said = Description(
        form.rule,
        NAMES[form.rule][0],
        make=tuple(
            Parameter(role, False, str(first[role])) for role in ("rate", *roles)
        ),
        role="optimizer",
    )
    evidence = OptimizerEvidence(said, form.rule, manner="dictionary", courses=courses)
    return recognized(evidence)


def _course(
    path: Walk, numbers: Mapping[str, float], starts: Any, steps: Any
) -> Course:
    with np.errstate(all="ignore"):
        walked = list(path(numbers, starts, steps))
    kept = (True,) * len(starts)
    moments = [
        Moment("returned", params=tuple(now), kept=kept, changed=(False,) * len(starts))
        for now in (starts, *walked)
    ]
    given = {role: value for role, value in numbers.items() if role != "epsilon"}
    return Course(given, starts, steps, (Moment("returned"), *moments))


def gap() -> float:
    """How far off the smallest defect is, in what a right one is allowed to be."""
    return min(
        _distance(form, defect)
        for defect in DEFECTS.values()
        for form in forms_of(defect)
    )


def _distance(form: RuleVariant, defect: UpdateDefect) -> float:
    """The largest departure of an entry after an update, in what is allowed."""
    numbers = {"rate": VALUES["rate"][0], **{r: DEFAULT[r] for r in form.roles}}
    course = _course(defect.model(form), numbers, STARTS, slopes())
    found = [
        float(
            np.nanmax(np.abs(actual - limit.value) / np.maximum(limit.allowed, 1e-300))
        )
        for now, limits in zip(
            course.actual, expected_path(course, form, numbers), strict=True
        )
        for actual, limit in zip(now, limits, strict=True)
    ]
    return max(found)


@functools.cache
def broken(id: str) -> Mapping[str, Mapping[str, Verdict]]:
    """Of each rule that can have the defect, in its first form, the broken clauses."""
    return {
        form.rule: {
            f.clause.id: f.judgement.verdict
            for f in judge(mutant(form, DEFECTS[id]))
            if f.judgement.verdict in ("fail", "error")
        }
        for form in forms_of(DEFECTS[id])
        if form.id == form.rule
    }
