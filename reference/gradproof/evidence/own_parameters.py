"""Parameters that a layer has made itself, at other numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof.evidence import layer_learned
from gradproof.evidence.layer_plan import Plan
from gradproof.evidence.layer_settings import Setting
from gradproof.evidence.layer_trier import Trier
from gradproof.evidence.passages import LayerEvidence, Passage, fits
from gradproof.ports.trials import LayerPort

Array = np.ndarray[Any, Any]


def with_more_learned(port: LayerPort, found: LayerEvidence) -> LayerEvidence:
    """With passages of what it learns beside a layer of its kind, by differences."""
    first = found.first[0]
    own = made_itself(first) if first.backward is not None else {}
    if not own:
        return found
    again = found.passages.get("again") or [first]
    bare = tuple(
        replace(p.setting, references=lambda observed, arrays: ())
        for p in (first, again[0])
    )
    plain = Attempt(first.plan, (bare[0], bare[1]), _lists(found.passages))
    tried = with_own(Trier(port, found.said), plain, fits)
    if len(tried.unjudged) == len(own):
        return replace(found, unjudged=tried.unjudged)
    return replace(found, own=tried.passages["first"], unjudged=tried.unjudged)


def _lists(passages: Mapping[str, Sequence[Passage]]) -> dict[str, list[Passage]]:
    return {id: list(each) for id, each in passages.items()}


def made_itself(first: Passage) -> dict[str, Array]:
    """The parameters that the layer has made itself."""
    moments = first.made, first.forward, first.backward
    return layer_learned.candidates(first.plan, first.setting, moments)


def _lacking(first: Passage) -> tuple[str, ...]:
    """Those of its list of parameters that have no gradient in the other list."""
    if first.backward is None:
        return ()
    return layer_learned.without_gradients(first.setting, first.made, first.backward)


@dataclass(frozen=True, eq=False)
class Attempt:
    """A way to make and to feed a layer, and what came of that."""

    how: Plan
    pair: tuple[Setting, Setting]
    passages: Mapping[str, list[Passage]]
    unjudged: tuple[str, ...] = ()


def with_own(trier: Trier, plain: Attempt, works: Callable[[Passage], bool]) -> Attempt:
    """The same with its own parameters at other numbers, where it works with these.

    Else at those that they have, else without.
    """
    first = plain.passages["first"][0]
    own = made_itself(first)
    if not own:
        return replace(plain, unjudged=_lacking(first))
    assert first.backward is not None
    fine = layer_learned.told(own, first.backward)
    rounded = tuple(name for name in own if name not in fine)
    for numbers in (layer_learned.moved(fine), fine):
        args = trier.port, trier.said.name, plain.how, plain.pair, numbers
        found = layer_learned.learned(*args)
        passages = trier.passages(found.how, [found.pair])
        if len(found.unjudged) < len(numbers) and all(map(works, passages["first"])):
            unjudged = found.unjudged + rounded
            if any(name.startswith("params[") for name in own):
                unjudged += _lacking(first)
            return Attempt(found.how, found.pair, passages, unjudged)
    return replace(plain, unjudged=tuple(own))
