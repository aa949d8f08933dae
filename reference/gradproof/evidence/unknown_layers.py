"""Layers of no known kind: fed what they take, and judged by differences."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from gradproof.evidence import layer_learned, layer_names
from gradproof.evidence.layer_plan import Plan
from gradproof.evidence.layer_settings import Setting, distinct
from gradproof.evidence.layer_trier import Trier, is_cut_off
from gradproof.evidence.own_parameters import Attempt, with_own
from gradproof.evidence.passages import LayerEvidence, Passage, fits, is_turned, went
from gradproof.ports.trials import Description, LayerPort

OF_THE_PROGRAM = ("program.died", "program.misfit")
"""Why a program gave no answer: nothing else is asked of it then."""


def by_names(port: LayerPort, said: Description) -> LayerEvidence | None:
    """Of no known kind: given what its parameters are named, judged by differences."""
    trier = Trier(port, said)
    for how, one, other in layer_names.tried(said):
        passages = trier.passages(how, [(one, other)])
        (broke,) = (passage.broke for passage in passages["first"])
        missing = broke is not None and (
            broke.outcome == "missing" or broke.kind in OF_THE_PROGRAM
        )
        if missing or all(map(fits, passages["first"])):
            tried = with_own(trier, Attempt(how, (one, other), passages), fits)
            one, _ = tried.pair
            lower = layer_names.lower(one)
            more = [trier.once(tried.how, low) for low in lower]
            tried.passages["first"].extend(p for p in more if p is not None)
            own = tried.unjudged
            return LayerEvidence(said, None, passages=tried.passages, unjudged=own)
    return None


def unknown(port: LayerPort, said: Description) -> LayerEvidence:
    """Of no known kind: given arrays of one shape, and judged by differences."""
    needed = [p.name for p in said.make if p.required]
    able = list(layer_names.made_of(needed)) if needed else [{}]
    foreign = [] if able else needed
    problem, *_ = [*foreign, layer_names.dictionary(said)]
    if problem:
        return LayerEvidence(said, None, problem=problem)
    trier = Trier(port, said)
    ahead: dict[str, list[Passage]] = {}
    tried: tuple[Plan, tuple[Setting, Setting]] | None = None
    unsure: LayerEvidence | None = None
    for shapes, held in itertools.product(_given_shapes(said), able):
        one, other = (_numbers(seed, shapes) for seed in (0, 1))
        how = Plan({}, tuple(one.arrays), held, layer_names.last(said))
        if not trier.runs(how, [one]):
            tried = how, (one, other)
            continue
        passages = trier.passages(how, [(one, other)])
        if all(map(fits, passages["first"])):
            found = _fitting(trier, Attempt(how, (one, other), passages))
            if not found.unjudged:
                return found
            unsure = unsure or found
            continue
        if all(map(is_turned, passages["first"])):
            return LayerEvidence(said, None, passages=passages)
        ahead = ahead or passages
    if unsure is not None:
        return unsure
    if not ahead and tried:
        how, pair = tried
        ahead = _broken_off(trier.passages(how, [pair]))
    return LayerEvidence(said, None, passages=ahead)


def _fitting(trier: Trier, plain: Attempt) -> LayerEvidence:
    """What comes of arrays that fit, of both signs too, and with one row spread."""
    tried = with_own(trier, plain, fits)
    passages, (one, other) = tried.passages, tried.pair
    fed = tried.how.fed
    signed = (
        layer_learned.of_both_signs(one, fed),
        layer_learned.of_both_signs(other, fed),
    )
    more = trier.passages(tried.how, [signed])
    signs_tell = all(map(fits, more["first"])) and not any(
        is_cut_off(trier, passage, one) for passage in more["first"]
    )
    if signs_tell:
        passages = {id: [*passages[id], *more[id]] for id in passages}
    over = tuple(_spread(trier, plain.how, plain.pair))
    return LayerEvidence(
        trier.said, None, passages=passages, spread=over, unjudged=tried.unjudged
    )


def _broken_off(passages: dict[str, list[Passage]]) -> dict[str, list[Passage]]:
    """The passages, if a program gave no answer; else none."""
    (broke,) = (passage.broke for passage in passages["first"])
    return passages if broke is not None and broke.kind in OF_THE_PROGRAM else {}


def _given_shapes(said: Description) -> Iterator[Shapes]:
    """Of what forward may be given, by how much it takes."""
    takes = len([p for p in said.forward if p.required])
    many = any(p.name == "*" for p in said.forward)
    arrays = takes - len(layer_names.last(said))
    for count in (1, 2, 3) if many else (max(arrays, 1),):
        yield from _shapes(count)


def _spread(trier: Trier, how: Plan, pair: Sequence[Setting]) -> Iterator[Passage]:
    """Passages in which one of two inputs has a single row, where that is spread."""
    one, other = pair
    if len(one.arrays) != 2 or any(a.ndim != 2 for a in one.arrays.values()):
        return
    for role in one.arrays:
        alone, also, tiled = _row_of(one, role), _row_of(other, role), dict(one.arrays)
        tiled[role] = np.broadcast_to(alone.arrays[role], one.arrays[role].shape).copy()
        asked = [alone, replace(one, arrays=tiled)]
        ahead = trier.forwards(how, asked)
        first, second = (
            np.zeros(0) if m is None else next(map(np.asarray, m.value)) for m in ahead
        )
        if first.shape == tiled[role].shape and np.array_equal(first, second):
            yield from trier.passages(how, [(alone, also)])["first"]


def _row_of(setting: Setting, role: str) -> Setting:
    """The setting, with the first row of one input alone."""
    arrays = {**setting.arrays, role: setting.arrays[role][0]}
    return replace(setting, id=f"{setting.id}, {role} of one row", arrays=arrays)


SHAPES = ((3, 4), (2, 3, 4), (2, 3, 4, 5), (4,))
"""Of what an unknown layer is given: rows, sequences, images, one row."""


OF_TWO = (
    *(((3, 4), (4, 5)), ((2, 3, 4), (2, 4)), ((2, 3, 4), (2, 3))),
    *(((2, 4), (2, 3, 4)), ((2, 3), (2, 3, 4))),
)
"""Of two arrays: matrices to be multiplied; sequences, and a row for each of them."""


Shapes = tuple[tuple[int, ...], ...]


def _shapes(count: int) -> Sequence[Shapes]:
    """What so many arrays may be like: all of one shape, or of two that fit.

    Three are rows: as images some functions would make far too much of them.
    """
    if count > 2:
        return [(SHAPES[0],) * count]
    alike: list[Shapes] = [(shape,) * count for shape in SHAPES]
    return [*alike, *OF_TWO] if count == 2 else alike


def _numbers(seed: int, shapes: Shapes) -> Setting:
    """Arrays of numbers between 0 and 1: few functions refuse them."""
    rng = np.random.default_rng(seed)
    arrays = {
        f"x{n}": 0.15 + 0.7 * np.abs(distinct(rng, shape))
        for n, shape in enumerate(shapes)
    }
    id = ", ".join("×".join(map(str, shape)) for shape in dict.fromkeys(shapes))
    return Setting(id, arrays, lambda observed, arrays: ())


def as_given(port: LayerPort, said: Description) -> LayerEvidence:
    """A layer that has been made, with what its forward is given."""
    if not said.given:
        return LayerEvidence(said, None)
    fed = {f"x{n}": np.asarray(given) for n, given in enumerate(said.given)}
    floats = {role: array for role, array in fed.items() if array.dtype.kind == "f"}
    alone = Setting("given", floats, lambda observed, arrays: (), fed)
    trier = Trier(port, said)
    how = Plan({}, tuple(fed))
    rng = np.random.default_rng(1)
    moved = {
        role: array * rng.uniform(0.5, 1.5, array.shape)
        for role, array in floats.items()
    }
    pair = alone, replace(alone, arrays=moved)
    tried = Attempt(how, pair, trier.passages(how, [pair]))
    tried = with_own(trier, tried, went)
    return LayerEvidence(said, None, passages=tried.passages, unjudged=tried.unjudged)
