"""Layers that have a defect, as evidence: which clauses each breaks."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np

from gradproof.contract.layers import judge
from gradproof.contract.verdicts import Verdict
from gradproof.defects.layers import DEFECTS, Doing, LayerDefect, right
from gradproof.evidence.layer_kinds import KINDS, Kind, Setting
from gradproof.evidence.layer_plan import Plan
from gradproof.evidence.passages import (
    LayerEvidence,
    Passage,
    agreeing,
    cotangents,
    expected,
)
from gradproof.ports.trials import Description, Moment


def kinds_of(defect: LayerDefect) -> tuple[Kind, ...]:
    """The kinds whose layers can have the defect and then do otherwise."""
    concerned = (kind for kind in KINDS if defect.concerns(kind.id))
    return tuple(kind for kind in concerned if mutant(kind, defect) is not None)


def mutant(kind: Kind, defect: LayerDefect | None) -> LayerEvidence | None:
    """What a layer of the kind with the defect does; ``None``: nothing otherwise."""
    settings = kind.settings(0)[0]
    passages = [_passage(kind, setting, defect) for setting in settings]
    if defect is not None and not any(changed for _, changed in passages):
        return None
    said = Description(kind.id, kind.names[0])
    return LayerEvidence(said, kind, passages={"first": [p for p, _ in passages]})


def _passage(
    kind: Kind, setting: Setting, defect: LayerDefect | None
) -> tuple[Passage, bool]:
    """A passage of such a layer, and whether it is another than a right one's."""
    first = next(iter(setting.arrays.values()))
    # What it is that dropout has kept is read off its value.
    reference = setting.references(
        first * (np.arange(first.size) % 3 > 0).reshape(first.shape)
    )[-1 if kind.id == "dropout" else 0]
    value = reference.layer(*setting.arrays.values())[0]
    values = value if isinstance(value, tuple) else (value,)
    given = cotangents([np.asarray(v) for v in values], 0)
    does: Doing = right(reference, setting, given)
    changed = defect.model(does) if defect is not None else None
    does = changed or does
    forward = Moment("returned", (does.value, *map(np.asarray, values[1:])))
    found, agrees = agreeing(setting, forward)
    assert found is not None
    passage = Passage(
        setting,
        Plan({r: r for r in kind.parameters}, tuple(_fed(kind, setting))),
        Moment("returned"),
        forward,
        Moment("returned"),
        does.gradients,
        expected(found, setting, given if agrees else None),
        agrees,
        given,
    )
    return passage, changed is not None


def _fed(kind: Kind, setting: Setting) -> list[str]:
    return [*(r for r in setting.arrays if r not in kind.parameters), *setting.fed]


def gap() -> float:
    """How far off the smallest defect is, in what a right layer is allowed to be."""
    return min(
        _distance(evidence)
        for defect in DEFECTS.values()
        for kind in kinds_of(defect)
        for evidence in [mutant(kind, defect)]
        if evidence is not None
    )


def _distance(evidence: LayerEvidence) -> float:
    """The largest departure of a value or a gradient, in what is allowed."""
    found = [0.0]
    for passage in evidence.passages["first"]:
        due = {"": passage.expected.value[0], **passage.expected.gradients}
        came = {"": passage.forward.value[0], **passage.gradients}
        for part, limits in due.items():
            value = came[part]
            if value is None or value.shape != limits.value.shape:
                return np.inf  # by its shape alone it is told
            allowed = np.maximum(limits.allowed, np.finfo(float).tiny)
            found.append(float(np.max(np.abs(value - limits.value) / allowed)))
    return max(found)


@functools.cache
def broken(id: str) -> Mapping[str, Mapping[str, Verdict]]:
    """Of each kind that can have the defect the clauses that it breaks."""
    found: dict[str, dict[str, Verdict]] = {}
    for kind in kinds_of(DEFECTS[id]):
        evidence = mutant(kind, DEFECTS[id])
        assert evidence is not None
        found[kind.id] = {
            f.clause.id: f.judgement.verdict
            for f in judge(evidence)
            if f.judgement.verdict in ("fail", "error")
        }
    return found
