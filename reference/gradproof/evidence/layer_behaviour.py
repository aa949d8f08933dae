"""What a layer of a foreign name is taken for, by what it does and takes."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gradproof.evidence import layer_ranges
from gradproof.evidence.bounds import POLICY
from gradproof.evidence.expected_passages import agreeing
from gradproof.evidence.kind_passages import of_kind
from gradproof.evidence.layer_kinds import KINDS
from gradproof.evidence.layer_plan import Plan, UnbuildableError, role_of
from gradproof.evidence.layer_settings import Kind, Setting
from gradproof.evidence.layer_sizes import planned
from gradproof.evidence.layer_trier import Trier
from gradproof.evidence.own_parameters import made_itself
from gradproof.evidence.passages import LayerEvidence, is_finite
from gradproof.evidence.unknown_layers import by_names, unknown
from gradproof.ports.trials import Description, LayerPort, Moment


def by_behaviour(port: LayerPort, said: Description) -> LayerEvidence:
    """Of a foreign name: the first kind whose function its forward is.

    Else that for which it looks, by the names of what it takes.
    """
    for kind in KINDS:
        if _behaves(Trier(port, said), kind):
            return _of_its_own_too(port, said, kind)
    return _by_looks(port, said) or by_names(port, said) or unknown(port, said)


def _of_its_own_too(port: LayerPort, said: Description, kind: Kind) -> LayerEvidence:
    """As the kind; with parameters that such a one has not, at other numbers of these.

    One that learns a factor is a function without it as long as that is 1.
    """
    passages = of_kind(port, said, kind)
    found = LayerEvidence(said, kind, by_behaviour=True, passages=passages)
    own = made_itself(passages["first"][0])
    if not own:
        return found
    another = unknown(port, said)
    judged = another.first and not another.unjudged
    return another if judged else replace(found, unjudged=tuple(own))


def _by_looks(port: LayerPort, said: Description) -> LayerEvidence | None:
    """Taken for what is made of W and b, or for a loss of scores that forgets a shift.

    Such a one may be another function, and is not blamed for that.
    """
    for kind in KINDS:
        if not (_has_names_of(kind, said) or _is_of_scores(port, kind, said)):
            continue
        with contextlib.suppress(UnbuildableError):
            passages = of_kind(port, said, kind)
            if passages["first"][0].forward.outcome == "returned":
                return LayerEvidence(said, kind, by_looks=True, passages=passages)
    return None


def _has_names_of(kind: Kind, said: Description) -> bool:
    """Whether it is made of the kind's parameters, by their names, and nothing else."""
    needed = [role_of(p.name, kind.parameters) for p in said.make if p.required]
    return bool(needed) and sorted(map(str, needed)) == sorted(kind.parameters)


def _is_of_scores(port: LayerPort, kind: Kind, said: Description) -> bool:
    """Whether it is a loss that is the same when all scores are larger by one.

    A softmax that is summed along any axis is: what a loss of it may have for one.
    """
    if kind.id != "softmax-with-loss" or [p for p in said.make if p.required]:
        return False
    if not any(role_of(p.name, ["t"]) for p in said.forward[1:2]):
        return False
    (one, *_), *_ = kind.given(0)
    try:
        how = planned(port, kind, one, said)
    except UnbuildableError:
        return False
    more = replace(one, arrays={role: array + 1 for role, array in one.arrays.items()})
    moments = Trier(port, said).forwards(how, [one, more])
    values = [np.asarray(m.value[0], float).ravel() for m in moments if m is not None]
    if [value.size for value in values] != [1, 1]:
        return False
    # The scores are rounded anew, by a unit of what is added to each.
    off = POLICY * np.finfo(float).eps * (1 + abs(values[0][0]))
    return bool(abs(values[0][0] - values[1][0]) <= off)


def _behaves(trier: Trier, kind: Kind) -> bool:
    """Whether forward is that of the kind, in each setting of one alternative."""
    for settings in kind.given(0):
        first, *_ = settings
        try:
            how = planned(trier.port, kind, first, trier.said)
        except UnbuildableError:
            continue
        forwards = trier.forwards(how, settings)
        if None not in forwards:
            near = _agree(settings, forwards)
            return near and _agrees_far_off(trier, kind, how, settings)
    return False


def _agree(settings: Sequence[Setting], forwards: Sequence[Moment | None]) -> bool:
    return all(
        forward is not None and agreeing(setting, forward)[1]
        for setting, forward in zip(settings, forwards, strict=True)
    )


def _agrees_far_off(
    trier: Trier, kind: Kind, how: Plan, settings: Sequence[Setting]
) -> bool:
    """Whether forward is that of the kind for large numbers too, where it is one."""
    wide: list[Setting] = []
    for setting in settings:
        roles = layer_ranges.inputs(trier.said, kind, how.fed, setting)
        loose = layer_ranges.loosely(setting)
        wide += layer_ranges.wider(loose, roles) if roles else ()
    ahead = zip(wide, trier.forwards(how, wide), strict=True)
    told = [(s, m) for s, m in ahead if m is not None and is_finite(m)]
    return _agree([s for s, _ in told], [m for _, m in told])
