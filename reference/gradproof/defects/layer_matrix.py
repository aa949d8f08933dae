"""Layers that have a defect, as evidence: which clauses each breaks."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from gradproof.contract.layers import judge
from gradproof.contract.verdicts import Verdict
from gradproof.defects.layer_classes import CLASSES, name_of
from gradproof.defects.layers import (
    DEFECTS,
    Doing,
    LayerDefect,
    Model,
    predicted,
    right,
)
from gradproof.evidence.expected_passages import agreeing, cotangents, expected
from gradproof.evidence.function_kinds import FUNCTIONS
from gradproof.evidence.layer_kinds import KINDS, named
from gradproof.evidence.layer_plan import Plan
from gradproof.evidence.layer_settings import Kind, Setting
from gradproof.evidence.layers import gather
from gradproof.evidence.passages import LayerEvidence, Passage
from gradproof.ports.layer_doors import Layers
from gradproof.ports.trials import Description, Moment


def kinds_of(defect: LayerDefect) -> tuple[Kind, ...]:
    """The kinds whose layers can have the defect and then do otherwise."""
    return tuple(kind for kind in ALL if mutants(kind, defect))


def mutants(kind: Kind, defect: LayerDefect) -> list[LayerEvidence]:
    """What layers of the kind with the defect do: one for each of its models."""
    if not defect.concerns(kind.id):
        return []
    found = (_modelled(kind, model) for model in defect.models)
    return [evidence for evidence in found if evidence is not None]


def mutant(kind: Kind, defect: LayerDefect | None) -> LayerEvidence | None:
    """The first of them, if there is one; without a defect, what a right layer does."""
    if defect is None:
        return _modelled(kind, None)
    return next(iter(mutants(kind, defect)), None)


def _modelled(kind: Kind, model: Model | None) -> LayerEvidence | None:
    """What a layer of the kind does by a model; ``None``: nothing otherwise."""
    settings = kind.given(0)[0]
    passages = [_passage(kind, setting, model) for setting in settings]
    if model is not None and not any(changed for _, changed in passages):
        return None
    alone = _alone(kind)
    said = Description(kind.id, kind.names[0], alone=alone)
    return LayerEvidence(said, kind, passages={"first": [p for p, _ in passages]})


ADJOINT = replace(FUNCTIONS["im2col"], id="col2im")
"""The function that is judged as the backward of another."""

OF_FUNCTIONS = tuple(k for k in FUNCTIONS.values() if k.id != "col2im")
ALL = (*KINDS, *OF_FUNCTIONS, ADJOINT)
"""The kinds of layers, and those of functions by themselves."""


def _alone(kind: Kind) -> str:
    if kind is ADJOINT:
        return "adjoint"
    return "function" if kind in OF_FUNCTIONS else ""


def _passage(kind: Kind, setting: Setting, model: Model | None) -> tuple[Passage, bool]:
    """A passage of such a layer, and whether it is another than a right one's."""
    first = next(iter(setting.arrays.values()))
    # What it is that dropout has kept is read off its value.
    masked = first * (np.arange(first.size) % 3 > 0).reshape(first.shape)
    reference = setting.right(masked)[-1 if kind.id == "dropout" else 0]
    value = reference.layer(*setting.arrays.values())[0]
    values = value if isinstance(value, tuple) else (value,)
    given = cotangents([np.asarray(v) for v in values], 0)
    does: Doing = right(reference, setting, given)
    changed = predicted(model, does) if model is not None else None
    if (
        model is not None
        and changed is not None
        and changed.value.shape != values[0].shape
    ):
        given = cotangents([changed.value], 0)
        changed = predicted(model, right(reference, setting, given))
    lone = _alone(kind) == "function"
    if lone and changed is not None and np.array_equal(changed.value, does.value):
        changed = None  # it has no gradient that could be wrong
    does = changed or does
    forward = Moment("returned", (does.value, *map(np.asarray, values[1:])))
    found, agrees = agreeing(setting, forward)
    assert found is not None
    passage = Passage(
        setting,
        Plan({r: r for r in kind.parameters}, tuple(_fed(kind, setting))),
        Moment("returned"),
        forward,
        None if lone else Moment("returned"),
        {} if lone else does.gradients,
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
        for evidence in mutants(kind, defect)
    )


def _distance(evidence: LayerEvidence) -> float:
    """The largest departure of a value or a gradient, in what is allowed."""
    found = [0.0]
    for passage in evidence.first:
        expected = {"": passage.expected.value[0], **passage.expected.gradients}
        actual = {"": passage.forward.value[0], **passage.gradients}
        for part, limits in expected.items():
            value = actual.get(part)
            if part not in actual:
                continue  # a function by itself has no gradients
            if value is None or value.shape != limits.value.shape:
                return np.inf  # by its shape alone it is told
            allowed = np.maximum(limits.allowed, np.finfo(float).tiny)
            found.append(float(np.max(np.abs(value - limits.value) / allowed)))
    return max(found)


@functools.cache
def broken(id: str) -> Mapping[str, Mapping[str, Verdict]]:
    """Of each kind that can have the defect the clauses that it breaks."""
    found: dict[str, dict[str, Verdict]] = {}
    for kind, evidence in _having(id):
        found.setdefault(kind, {}).update(
            (f.clause.id, f.judgement.verdict)
            for f in judge(evidence)
            if f.judgement.verdict in ("fail", "error")
        )
    return found


def _having(id: str) -> Iterator[tuple[str, LayerEvidence]]:
    """Layers with a defect, by their kinds' ids."""
    if id in DEFECTS:
        for kind in kinds_of(DEFECTS[id]):
            yield from ((kind.id, evidence) for evidence in mutants(kind, DEFECTS[id]))
    for cls in CLASSES.get(id, ()):
        yield _kind_of(cls), in_use(cls)


def kind_ids(id: str) -> list[str]:
    """The ids of the kinds that can have a defect."""
    if id in DEFECTS:
        return [kind.id for kind in kinds_of(DEFECTS[id])]
    return list(dict.fromkeys(map(_kind_of, CLASSES.get(id, ()))))


def _kind_of(cls: type) -> str:
    kind = named(name_of(cls))
    return kind.id if kind else ""


def in_use(cls: type) -> LayerEvidence:
    """What a class of layers does that is made, fed and called as users' are."""
    name = name_of(cls)
    port = Layers({name: type(name, (cls,), {})})
    (said,) = port.describe()
    return gather(port, said)
