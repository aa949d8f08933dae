"""A layer beside itself with another text: whether it has become right, or better."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradproof.contract.layers import of_role
from gradproof.examination.layers import LayerExamination
from gradproof.examination.parts import PartExamination

Part = tuple[str, str]
"""A setting, or a clause, and which gradient is wrong; "" is the value."""

DUE = ("L1", "L2", "L3", "L4")
"""What must be seen to hold of a layer that was changed, where it is about it."""


def is_right(before: LayerExamination, after: LayerExamination) -> bool:
    """Whether every must that can be judged holds, and no other is worse.

    A must that failed must hold now: that it can no longer be judged is no proof.
    """
    was, now = _verdicts(before), _verdicts(after)
    holds = all(
        verdict == "pass"
        or (verdict == "not-covered" and id not in DUE and was.get(id) == verdict)
        for (level, id), verdict in _by_level(after)
        if level == "must"
    )
    return holds and set(was) <= set(now) and not is_worse(before, after)


def is_better(before: LayerExamination, after: LayerExamination) -> bool:
    """Whether less of it is wrong, and nothing else."""
    fewer = wrong(after) < wrong(before)
    return fewer and tried(before) == tried(after) and not is_worse(before, after)


def is_worse(before: PartExamination, after: PartExamination) -> bool:
    """Whether a must that held does not, or it is another layer by now."""
    return _lost(before, after, "must") or _is_another(before, after)


def loses(before: LayerExamination, after: LayerExamination) -> bool:
    """Whether it does no longer what it should do."""
    return _lost(before, after, "should")


def missed(examination: PartExamination) -> frozenset[str]:
    """The ids of the shoulds that it misses."""
    return frozenset(
        id for (level, id), v in _by_level(examination) if (level, v) == MISSED
    )


MISSED = ("should", "fail")


def _lost(before: PartExamination, after: PartExamination, level: str) -> bool:
    now = _verdicts(after)
    return any(
        held == "pass" and about == level and now.get(id) in ("fail", "error", None)
        for (about, id), held in _by_level(before)
    )


def _is_another(before: PartExamination, after: PartExamination) -> bool:
    """Whether it is taken for another kind; of no kind, whether forward is another."""
    if not isinstance(before, LayerExamination):
        return False
    if not isinstance(after, LayerExamination):
        return True
    old, new = before.evidence, after.evidence
    if old.kind is None:
        return new.kind is not None or _values(before) != _values(after)
    return new.kind is None or old.kind.id != new.kind.id


def _values(examination: LayerExamination) -> list[object]:
    return [
        None if v is None else np.asarray(v).tolist()
        for passage in examination.evidence.first
        for v in passage.forward.value
    ]


def wrong(examination: LayerExamination) -> frozenset[Part]:
    """The values and the gradients that are not right."""
    return frozenset(_wrong(examination))


def _wrong(examination: LayerExamination) -> Iterator[Part]:
    for passage in examination.evidence.first:
        place = passage.setting.id
        if passage.broke is not None or not passage.known:
            yield place, ""
        for role in passage.setting.arrays:
            judged = None if passage.broke else of_role(passage, role)
            if passage.broke or (judged is not None and judged.verdict != "pass"):
                yield place, role
    for (level, id), verdict in _by_level(examination):
        if level == "must" and verdict in ("fail", "error"):
            yield id, ""


def tried(examination: LayerExamination) -> set[str]:
    """The settings in which a layer was tried."""
    return {passage.setting.id for passage in examination.evidence.first}


def _verdicts(examination: PartExamination) -> dict[str, str]:
    return {f.clause.id: f.judgement.verdict for f in examination.findings}


def _by_level(
    examination: PartExamination,
) -> Iterator[tuple[tuple[str, str], str]]:
    for finding in examination.findings:
        key = finding.clause.level, finding.clause.id
        yield key, finding.judgement.verdict
