"""What a function by itself returned, beside what was due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gradproof.evidence import function_plan
from gradproof.evidence.expected_passages import expected
from gradproof.evidence.function_kinds import ADJOINT_OF, FUNCTIONS
from gradproof.evidence.layer_plan import Plan, UnbuildableError
from gradproof.evidence.layer_settings import Setting
from gradproof.evidence.layer_trier import Trier
from gradproof.evidence.layers import with_others
from gradproof.evidence.passages import LayerEvidence, Passage
from gradproof.ports.function_names import kind_of
from gradproof.ports.trials import Description, LayerPort


def known(said: Description) -> bool:
    """Whether it is no function by itself, or one whose kind is known by its name."""
    return not said.alone or kind_of(said.kind) is not None


def gather(port: LayerPort, said: Description) -> LayerEvidence:
    """Call a function as its kind is called; an adjoint as another's backward."""
    id = kind_of(said.kind)
    assert id is not None
    kind = FUNCTIONS[ADJOINT_OF[id] if said.alone == "adjoint" else id]
    trier = Trier(port, said)
    problem = ""
    able: list[tuple[Plan, list[tuple[Setting, Setting]]]] = []
    for ones, others in zip(kind.given(0), kind.given(1), strict=True):
        try:
            how = function_plan.plan(ones[0], said)
        except UnbuildableError as error:
            problem = problem or error.parameter
            continue
        able.append((how, list(zip(ones, others, strict=True))))
        if trier.runs(how, ones):
            able = able[-1:]
            break
    kind = replace(kind, id=id)
    if not able:
        return LayerEvidence(said, kind, problem=problem)
    found = LayerEvidence(said, kind, passages=_passages(trier, *able[0]))
    return with_others(port, found)


def _passages(
    trier: Trier, how: Plan, pairs: Sequence[tuple[Setting, Setting]]
) -> dict[str, list[Passage]]:
    if trier.said.alone == "adjoint":
        return trier.passages(how, pairs)
    found: dict[str, list[Passage]] = {"first": [], "again": []}
    trials = [
        trier.trial(how, one, trier.ahead(how, one), trier.ahead(how, other))
        for one, other in pairs
    ]
    moments = trier.port.run(trials)
    for (one, other), (made, *calls) in zip(pairs, moments, strict=True):
        for id, setting, call in zip(
            found, (one, other), calls or [made], strict=False
        ):
            # What it would be given back, were there a backward: models are run so.
            given = (np.ones(() if call.first is None else call.first.shape),)
            passage = trier.passage(how, setting, (made, call, None), given)
            found[id].append(_with_gradient(passage))
    return found


def _with_gradient(passage: Passage) -> Passage:
    """With the array beside a loss, that has the shape of a gradient."""
    reference = passage.expected.reference
    if not passage.agrees or reference is None:
        return passage
    role, of = next(iter(passage.setting.arrays.items()))
    loss, *beside = passage.forward.value
    gradient = next(iter(beside), None)
    if loss is None or loss.size != 1 or gradient is None or gradient.shape != of.shape:
        return passage
    right = expected(reference, passage.setting, (np.ones(loss.shape),))
    return replace(passage, expected=right, gradients={role: gradient})
