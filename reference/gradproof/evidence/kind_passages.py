"""The passages of a layer that is taken for one of a kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from gradproof.evidence.layer_plan import (
    SIDES,
    Plan,
    UnbuildableError,
    role_of,
    unasked,
)
from gradproof.evidence.layer_settings import Kind, Setting
from gradproof.evidence.layer_sizes import planned
from gradproof.evidence.layer_trier import Trier, has_pole
from gradproof.evidence.passages import LayerEvidence, Passage, is_right
from gradproof.ports.trials import Description, LayerPort


def has_windows_of_its_own(first: Passage) -> bool:
    """Whether its windows may be of another size, stride or padding than was meant."""
    if first.agrees or first.broke or not first.expected.value:
        return False
    own = unasked(first.setting, first.plan)
    if own & set(SIDES):
        return True
    (came, *_), (due, *_) = first.forward.value, first.expected.value
    return bool(own) and came is not None and came.shape != due.value.shape


def is_another_of_chances(trier: Trier, first: Passage) -> bool:
    """Whether it is not the loss of its name, but one of chances."""
    if first.agrees or first.broke:
        return False
    how, setting = first.plan, first.setting
    return has_pole(trier, how, setting, next(iter(setting.arrays)))


def or_instead(port: LayerPort, found: LayerEvidence) -> LayerEvidence:
    """What came of other settings, if the layer is right in those and not in these."""
    kind = found.kind
    if kind is None or kind.instead is None or is_right(found.passages["first"]):
        return found
    try:
        others = of_kind(port, found.said, replace(kind, settings=kind.instead))
    except UnbuildableError:
        return found
    if not is_right(others["first"]) and not _agrees_alone(others, found):
        return found
    rows = [p for p in found.passages["first"] if _is_of_rows(p.setting)]
    return replace(found, passages=others, rows=rows)


def _is_of_rows(setting: Setting) -> bool:
    return all(np.ndim(array) <= 2 for array in setting.arrays.values())


def _agrees_alone(
    others: Mapping[str, Sequence[Passage]], found: LayerEvidence
) -> bool:
    """Whether forward is right in the others, and in none of the settings."""
    agree = all(passage.agrees for passage in others["first"])
    return agree and not any(p.agrees for p in found.passages["first"])


def of_kind(port: LayerPort, said: Description, kind: Kind) -> dict[str, list[Passage]]:
    """The passages of the first alternative that runs. Raises UnbuildableError.

    That is the first in which it goes forward; of a loss, whose labels may be of two
    kinds, the first in which it goes forward and back. Else the first.
    """
    trier = Trier(port, said, kind.parameters)
    problem: UnbuildableError | None = None
    able: list[tuple[Plan, list[tuple[Setting, Setting]]]] = []
    ahead: dict[str, list[Passage]] = {}
    for ones, others in zip(kind.given(0), kind.given(1), strict=True):
        first, *_ = ones
        try:
            how = planned(port, kind, first, said)
        except UnbuildableError as error:
            problem = problem or error
            continue
        pairs = list(zip(ones, others, strict=True))
        able.append((how, pairs))
        if trier.runs(how, ones):
            found = trier.passages(how, pairs)
            if not kind.loss or not any(p.broke for p in found["first"]):
                return found
            ahead = ahead or found
    if not able:
        raise problem or UnbuildableError(said.name)
    if not ahead:
        (how, ((one, _), *_)), *_ = able
        _made_of_what_it_takes(trier, kind, how, one)
    return ahead or _farthest(trier, able)


def _farthest(
    trier: Trier, able: Sequence[tuple[Plan, list[tuple[Setting, Setting]]]]
) -> dict[str, list[Passage]]:
    """The passages of the first alternative that is not refused; else of the first."""
    every = [trier.passages(how, pairs) for how, pairs in able]
    first, *_ = every
    return next(filter(_not_refused, every), first)


def _not_refused(found: Mapping[str, Sequence[Passage]]) -> bool:
    """Whether it is no assertion that its first passage broke at."""
    first, *_ = found["first"]
    return first.broke is None or first.broke.kind != "AssertionError"


def _made_of_what_it_takes(
    trier: Trier, kind: Kind, how: Plan, setting: Setting
) -> None:
    """Raises UnbuildableError where the layer is not made, and names were guessed."""
    known = [*kind.parameters, *setting.options]
    guessed = [name for name in how.make if role_of(name, known) is None]
    ((made, *_),) = trier.port.run([trier.trial(how, setting)])
    if guessed and made.outcome != "returned":
        first, *_ = guessed
        raise UnbuildableError(first)
