"""What is wrong with a layer: the defects whose models do what it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.contract.clauses import Finding
from gradproof.defects import difference_diagnosis
from gradproof.defects.layers import (
    ACCUMULATED,
    BY_CLAUSE,
    DEFECTS,
    Doing,
    LayerDefect,
    right,
)
from gradproof.evidence.bounds import POLICY
from gradproof.evidence.layer_settings import Reference
from gradproof.evidence.passages import LayerEvidence, Passage
from gradproof.numerics.magnitudes import largest
from gradproof.ports.trials import Helper

Array = np.ndarray[Any, Any]


MAX_REFERENCES = 6
"""Right functions of a kind that a wrong one is held to."""


@dataclass(frozen=True)
class LayerExplanation:
    """A defect that explains so many of the observed parts, and where it stands.

    A part is the value, or a gradient, in one setting. ``place`` is the function or the
    method in which it stands.
    """

    defect: str
    explained: int
    parts: int
    place: Helper


def diagnose(
    evidence: LayerEvidence, findings: Sequence[Finding]
) -> tuple[LayerExplanation, ...]:
    """The defects that explain all that was seen, else most of it; best first.

    What explains no more than a right layer does explains nothing. Of failed shoulds
    it is asked where no must has failed.
    """
    failed = [f for f in findings if f.judgement.verdict == "fail"]
    failed = [f for f in failed if f.clause.level == "must"] or failed
    passages = [p for p in evidence.first if p.broke is None]
    values = any(f.clause.id in ("L2", "L3", "L4", "L5") for f in failed)
    if values and evidence.kind is not None and passages:
        wrong_value = any(f.clause.id == "L2" for f in failed)
        forward = wrong_value or not passages[0].known
        found = _by_values(evidence, passages, forward=forward)
        if found:
            return found
    measured = difference_diagnosis.named(passages) if values else None
    if measured is not None:
        id, count = measured
        return (LayerExplanation(id, count, count, _method(evidence, "backward")),)
    if values:  # what is wrong already may be so for some numbers alone
        failed = [f for f in failed if f.clause.id not in ("L8", "L9")]
    messages = {f.judgement.message for f in failed}
    named = [BY_CLAUSE.get(f.judgement.message) for f in failed]
    written = "layer.written" in messages  # which makes what follows wrong
    if {"layer.back-again", "layer.again"} <= messages and not written:
        named.insert(0, ACCUMULATED)
    return tuple(
        LayerExplanation(id, 1, 1, _method(evidence, WAY.get(id, "forward")))
        for id in dict.fromkeys(named)
        if id
    )[:1]


WAY = dict.fromkeys(
    (
        *("gradient-not-kept", "gradient-array-replaced", "gradient-into-parameters"),
        *("upstream-written", "spread-not-summed", ACCUMULATED),
        "default-written-out",
    ),
    "backward",
)
"""The method in which a defect that has no model stands, where it is not forward."""


def _by_values(
    evidence: LayerEvidence, passages: Sequence[Passage], *, forward: bool
) -> tuple[LayerExplanation, ...]:
    assert evidence.kind is not None
    parts = sum(1 for p in passages for _ in observed(p))
    plain = _explained(passages, None)
    found = []
    for defect in DEFECTS.values():
        if defect.concerns(evidence.kind.id):
            explained = _explained(passages, defect)
            if explained > plain:
                place = _place(evidence, defect, forward=forward)
                found.append(LayerExplanation(defect.id, explained, parts, place))
    return tuple(sorted(found, key=lambda e: -e.explained)[:3])


def _place(evidence: LayerEvidence, defect: LayerDefect, *, forward: bool) -> Helper:
    """The user's function in which the defect stands, by its name; else the method."""
    for helper in evidence.said.helpers:
        if helper.name in defect.helpers:
            return helper
    return _method(evidence, "forward" if forward else "backward")


def _method(evidence: LayerEvidence, name: str) -> Helper:
    said = evidence.said
    if said.alone:
        return Helper(said.name, said.file, said.line)
    return Helper(f"{said.name}.{name}", said.file, said.lines.get(name, said.line))


def observed(passage: Passage) -> Iterator[tuple[str, Array | None]]:
    """The value and the gradients that came; "" is the value."""
    if passage.forward.value:
        yield "", passage.forward.value[0]
    for role, actual in passage.gradients.items():
        if role not in passage.setting.optional or actual is not None:
            yield role, actual


def _explained(passages: Sequence[Passage], defect: LayerDefect | None) -> int:
    return sum(_of_passage(passage, defect) for passage in passages)


def _of_passage(passage: Passage, defect: LayerDefect | None) -> int:
    """The parts that a model predicts, by the reference that does so best."""
    best = 0
    observed_value = passage.forward.value[0]
    references = passage.setting.right(observed_value)
    # A loss that is summed may have been meant to be averaged.
    loss = observed_value is not None and observed_value.ndim == 0
    if passage.agrees and passage.expected.reference is not None and not loss:
        references = [passage.expected.reference]
    for reference in references[:MAX_REFERENCES]:
        with np.errstate(all="ignore"):
            sound: Doing = right(reference, passage.setting, passage.given)
            predicted = (defect.of(sound) if defect is not None else []) or [sound]
        for expected in predicted:
            best = max(best, sum(_fitting(passage, expected, reference, sound)))
    return best


def _fitting(
    passage: Passage, expected: Doing, reference: Reference, sound: Doing
) -> Iterator[bool]:
    """Of each part that was observed, whether it is what was predicted.

    A value that is multiplied is off by as much more.
    """
    slack = reference.slack
    if np.ndim(expected.value) == 0 and sound.value:
        slack *= max(1.0, abs(float(expected.value / sound.value)))
    for part, actual in observed(passage):
        if part == "":
            yield _fits(actual, expected.value, slack)
        else:
            yield part in expected.gradients and _fits(
                actual, expected.gradients[part], 0.0
            )


def _fits(actual: Array | None, expected: Array | None, slack: float) -> bool:
    """Whether what came is what was predicted, but for its rounding."""
    if actual is None or expected is None:
        return actual is expected
    if np.shape(actual) != np.shape(expected):
        return False
    allowed = slack + POLICY * np.finfo(float).eps * largest(expected)
    with np.errstate(invalid="ignore"):
        return bool(np.all(np.abs(actual - expected) <= allowed))
