"""All that is found out about a layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.evidence import (
    layer_extras,
    layer_hypers,
    layer_modes,
    layer_ranges,
    layer_states,
)
from gradproof.evidence.kind_passages import (
    has_windows_of_its_own,
    is_another_of_chances,
    of_kind,
    or_instead,
)
from gradproof.evidence.layer_behaviour import by_behaviour
from gradproof.evidence.layer_kinds import named
from gradproof.evidence.layer_plan import UnbuildableError
from gradproof.evidence.layer_settings import Reference, Setting
from gradproof.evidence.layer_trier import Trier, has_pole, is_cut_off
from gradproof.evidence.own_parameters import with_more_learned
from gradproof.evidence.passages import (
    LayerEvidence,
    Passage,
    all_told,
    departs,
    fits,
    is_finite,
    right_so_far,
)
from gradproof.evidence.unknown_layers import as_given
from gradproof.ports.trials import Description, LayerPort

Array = np.ndarray[Any, Any]


def gather(port: LayerPort, said: Description) -> LayerEvidence:
    """Take a layer for what its name says, else for what it does, else try it."""
    found = _gather(port, said)
    found = replace(found, others=_at_others(port, found))
    found = replace(found, passages=_with_wide(port, found))
    if found.kind is None or not found.passages:
        return found
    extras = dict(layer_extras.gather(port, said, found.kind))
    first, *_ = found.passages["first"]
    reference = first.expected.reference if first.agrees else None
    states = None
    if reference is not None and found.kind.id in OVER_TIME:
        args = port, said, found.kind, first.setting, reference
        states = layer_states.gather(*args)
    modes = None
    if found.kind.id in layer_modes.MODAL:
        modes = layer_modes.gather(port, said, found.kind, _seen(found).setting)
    found = replace(found, extras=extras, states=states, modes=modes)
    return with_others(port, found)


def _at_others(port: LayerPort, found: LayerEvidence) -> dict[str, list[Passage]]:
    """First passages at another number than each default, where they are numbers."""
    trier, tried = Trier(port, found.said), {}
    ran = [p for p in found.first if p.broke is None]
    if not ran:
        return {}
    first, *_ = ran
    for name, how in layer_hypers.others(found.said, first.plan):
        actual = [trier.once(how, p.setting) for p in ran]
        tried[name] = [p for p in actual if p is not None and is_finite(p.forward)]
    return {name: passages for name, passages in tried.items() if passages}


def _with_wide(
    port: LayerPort, found: LayerEvidence
) -> Mapping[str, Sequence[Passage]]:
    """Of a foreign name that is right so far: first passages of large numbers too.

    Those of which nothing is known are left out: where forward is no number, or some
    gradient is none, or neither close to its differences nor far from them.
    """
    by_name = found.kind is not None and found.taken_by == "by-name"
    if by_name or not found.first or not right_so_far(found.first):
        return found.passages
    if any(passage.expected.unguarded for passage in found.first):
        return found.passages  # far off the guard is all that there is
    trier, (first, *_) = Trier(port, found.said), found.first
    roles = layer_ranges.inputs(found.said, found.kind, first.plan.fed, first.setting)
    if not roles or not _takes_any(trier, first, roles):
        return found.passages
    settings = layer_ranges.wider(_by_the_same(first), roles)
    tried = [trier.once(first.plan, setting) for setting in settings]
    wide = [
        p
        for p in tried
        if p is not None
        and _tells(p, like=first)
        and not is_cut_off(trier, p, first.setting)
    ]
    return {**found.passages, "first": [*found.first, *wide]}


def _takes_any(trier: Trier, first: Passage, roles: Sequence[str]) -> bool:
    """Whether it may be fed numbers of any size.

    A loss of two arrays may be one of chances, if it has a pole at 0. An object's loss
    may be of anything.
    """
    if any(v is not None and v.ndim for v in first.forward.value):
        return True
    if trier.said.instance:
        return False
    if len(roles) < 2 or first.agrees:
        return True
    how, setting = first.plan, first.setting
    return not any(has_pole(trier, how, setting, role) for role in roles)


def _by_the_same(first: Passage) -> Setting:
    """Its setting, in which what it agrees with is all that is right."""
    setting, reference = first.setting, first.expected.reference
    if reference is None:
        return setting

    def right(observed: Array, arrays: Mapping[str, Array]) -> Sequence[Reference]:
        every = setting.references(observed, arrays)
        return [r for r in every if r.name == reference.name] or [reference]

    return layer_ranges.loosely(replace(setting, references=right))


def _tells(passage: Passage, like: Passage) -> bool:
    """Whether it can be judged, and forward is what it is for small numbers."""
    if not fits(passage) or passage.agrees != like.agrees or not all_told(passage):
        return False
    return not departs(passage) or departs(passage, layer_ranges.GUARDED)


def _seen(found: LayerEvidence) -> Passage:
    """The first passage that went forward and back, if there is one."""
    firsts = found.passages["first"]
    return next((p for p in firsts if p.broke is None), firsts[0])


OVER_TIME = ("time-rnn", "time-lstm", "time-gru")
"""The kinds that may carry a state."""


def with_others(port: LayerPort, evidence: LayerEvidence) -> LayerEvidence:
    """The evidence, with what comes of huge numbers, and of single precision."""
    first = evidence.passages["first"][0]
    assert evidence.kind is not None
    how, name, id = first.plan, evidence.said.name, evidence.kind.id
    extras = dict(layer_extras.huge(port, name, how, first.setting, id))
    if first.broke is None and layer_extras.DOUBLED not in {n.id for n in port.notes}:
        given = first.given if first.backward is not None else ()
        if not evidence.said.alone:
            given = Trier(port, evidence.said).back(given).arguments
        extras["single"] = layer_extras.single(port, name, how, first.setting, given)
    return replace(evidence, extras={**evidence.extras, **extras})


def _gather(port: LayerPort, said: Description) -> LayerEvidence:
    if said.instance:
        return as_given(port, said)
    kind = named(said.kind)
    if kind is None:
        return by_behaviour(port, said)
    try:
        found = of_kind(port, said, kind)
    except UnbuildableError as problem:
        if problem.taken:
            return LayerEvidence(said, kind, problem=problem.parameter)
        return LayerEvidence(said, kind, lacking=problem.parameter)
    if kind.loss and is_another_of_chances(Trier(port, said), found["first"][0]):
        return by_behaviour(port, said)
    evidence = or_instead(port, LayerEvidence(said, kind, passages=found))
    if any(map(has_windows_of_its_own, evidence.first)):
        evidence = replace(evidence, by_looks=True)
    return with_more_learned(port, evidence)
