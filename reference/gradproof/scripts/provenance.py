"""Which gradient calls an arrow comes from, and what f was given in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from gradproof.numerics.formula_text import shortest
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.scripts.composition import (
    IN_ANOTHER_ORDER,
    NOTHING,
    Composition,
    composition,
    shuffled,
    turned,
)
from gradproof.scripts.records import Array, Given, GradientCall, Quiver, Run

Calls = tuple[GradientCall, ...]
Misgiven = Literal["transposed-points", "whole-array", "f-per-element"]

DIGITS = 9
"""Decimals in which two positions are the same."""
NEAR = 1e-2
"""How near to an arrow f must be asked, in units of 1 + the picture's size: only
where the shapes cannot tell, with two arrows."""
STEP = 1e-4
"""The book's, where none can be seen."""
MAX_STEP = 0.5


def pairs(values: np.ndarray[Any, Any], columns: bool | None = None) -> Array:
    """The points of two components that an array holds, (N, 2), in its order."""
    array = np.asarray(values, float)
    if columns is None:
        columns = array.shape[-1] != 2
    return array.reshape(2, -1).T if columns else array.reshape(-1, 2)


def holds_pairs(shape: Sequence[int]) -> bool:
    """Whether an array of that shape can hold points of two components."""
    return bool(shape) and (shape[0] == 2 or shape[-1] == 2)


def linked(run: Run, quiver: Quiver) -> Calls:
    """The calls that a quiver's arrows come from; none if there are no such calls.

    They are the last ones, of one f and from one line, that were made where the
    arrows stand and of whose results the arrows are made; else the last ones with as
    many results as there are arrows; else, where not all was kept that would tell, the
    last. What is made of none of the results is no picture of a gradient.
    """
    groups: dict[Any, list[GradientCall]] = defaultdict(list)
    for call in run.calls[: quiver.calls]:
        if holds_pairs(call.shape):
            groups[call.f, call.place, call.name].append(call)
    ordered = sorted(groups.values(), key=lambda g: -g[-1].number)
    if not ordered:
        return ()
    at = _keys(quiver.positions)
    covered = [len(at & _places(g)) / max(len(at), 1) for g in ordered]
    there = [g for g, part in zip(ordered, covered, strict=True) if part >= 0.5]
    there = there or [g for g in ordered if _size(g) == 2 * len(quiver.directions)]
    if there:
        made = [made_of(group, quiver) for group in there]
        sure = [m for m in made if m is not None and m.part >= 0.5]
        if not sure:
            return tuple(there[made.index(None)]) if None in made else ()
        return tuple(there[made.index(max(sure, key=lambda way: way.rank))])
    lost = run.call_count > len(run.calls)
    lost = lost or any(call.x is None for call in ordered[0])
    return tuple(ordered[0]) if lost else ()


def _size(calls: Iterable[GradientCall]) -> int:
    return sum(np.size(call.result) for call in calls if call.result is not None)


def made_of(calls: Sequence[GradientCall], quiver: Quiver) -> Composition | None:
    """How the arrows are made of the calls' results, by place or one after the other.

    What is worked out otherwise differs by more than rounding from numerical results.
    ``None`` where these were not kept.
    """
    if any(call.x is None or call.result is None for call in calls):
        return None
    layouts = (True, False) if calls[0].shape == (2, 2) else (None,)
    ways = [way for columns in layouts for way in _ways(calls, quiver, columns)]
    return max(ways, key=lambda way: way.sureness, default=NOTHING)


def _ways(
    calls: Sequence[GradientCall], quiver: Quiver, columns: bool | None
) -> Iterator[Composition]:
    results: dict[tuple[float, ...], Array] = {}
    for call in calls:
        places = (np.round(pairs(_known(call.x), columns), DIGITS) + 0.0).tolist()
        values = pairs(_known(call.result), columns)
        results.update(zip(map(tuple, places), values, strict=True))
    at = [tuple(point) for point in np.round(quiver.positions, DIGITS) + 0.0]
    here = [n for n, point in enumerate(at) if point in results]
    w, every = quiver.directions, 0 < len(here) == len(at) == len(results)
    if here:
        found = composition(w[here], np.array([results[at[n]] for n in here]))
        found = replace(found, part=found.part * len(here) / len(at))
        yield found if len(here) == len(at) else replace(found, alteration=None)
    if _size(calls) == w.size:
        # One after the other, wherever they are drawn.
        g = np.concatenate([pairs(_known(c.result), columns) for c in calls])
        yield composition(w, g)
    if every and quiver.form == 4:
        g = np.array([results[point] for point in at])
        back = [results[p[::-1]] for p in at if p[::-1] in results]
        if shuffled(w, g, np.array(back) if len(back) == len(at) else None):
            yield Composition(IN_ANOTHER_ORDER, 1.0, "shuffled", turned(w, g))


def _known(array: np.ndarray[Any, Any] | None) -> np.ndarray[Any, Any]:
    assert array is not None
    return array


def _keys(points: Array) -> set[tuple[float, float]]:
    return {(a + 0.0, b + 0.0) for a, b in np.round(points, DIGITS).tolist()}


def _places(calls: Iterable[GradientCall]) -> set[tuple[float, float]]:
    found: set[tuple[float, float]] = set()
    for call in calls:
        if call.x is not None:
            found |= _keys(pairs(call.x))
            if call.shape == (2, 2):
                found |= _keys(pairs(call.x, columns=True))
    return found


def own_points(calls: Calls, quiver: Quiver) -> Array | None:
    """Where the calls took the gradient, arrow by arrow in their order; or None."""
    known = [pairs(c.x) for c in calls if c.x is not None]
    points = np.concatenate(known) if known else np.empty((0, 2))
    return points if len(points) == len(quiver.positions) else None


def misgiven(call: GradientCall, given: Given) -> Misgiven | None:
    """What is wrong with what f was given; ``None`` for points of two components."""
    shape, answer = given.shape, given.answer
    size = None if answer is None else int(np.prod(answer))
    if sorted(d for d in shape if d != 1) == [2] and given.kind != "arrays":
        return None
    if given.kind == "arrays" and shape[0] == 2 and size in (None, np.prod(shape[1:])):
        return None
    if given.kind in ("array", "list") and len(shape) == 2 and 2 in shape:
        points = shape[0] if shape[1] == 2 else shape[1]
        if size in (None, points):
            return None
    if given.kind == "nothing":
        return None  # f looks at an array that is moved: nothing is known of it
    if given.kind == "number":
        return "f-per-element"
    if shape == call.shape and len(shape) > 1:
        return "whole-array"
    return "transposed-points"


def wrong_givens(call: GradientCall) -> list[tuple[Given, Misgiven]]:
    """All that f was given in a call and is no point, with what it is instead.

    What f refused was but tried, where the routine went on with what f takes.
    """
    tried = call.ended and any(given.answer is not None for given in call.seen)
    counted = [g for g in call.seen if g.answer is not None or not tried]
    found = [(given, misgiven(call, given)) for given in counted]
    return [(given, how) for given, how in found if how is not None]


def asks_elsewhere(call: GradientCall, quiver: Quiver) -> bool:
    """Whether f was asked far from all arrows: for two points of two components.

    There the shapes of rows and columns are the same.
    """
    if call.shape != (2, 2) or not len(call.points) or not len(quiver.positions):
        return False
    at = quiver.positions
    far = [np.abs(at - p).max(axis=1).min() for p in call.points]
    scale = NEAR * (1 + np.abs(at).max())
    return float(np.mean(np.array(far) > scale)) > 0.5


def one_sided(calls: Calls) -> bool:
    """Whether f was asked where the gradient is taken, and not beside it alone."""
    return any(
        not np.any(origins - node.ravel(), axis=1).all()
        for call in calls[:4]
        if call.x is not None
        for node in call.points[:8]
        for origins in [_origins(np.asarray(call.x, float), node)]
        if origins is not None
    )


def step(calls: Calls) -> float:
    """The smallest distance at which f was asked from where it should be."""
    moves = [move for call in calls[:4] if call.x is not None for move in _moves(call)]
    real = [(size, slack) for size, slack in moves if 4 * slack < size < MAX_STEP]
    return shortest(*min(real)) if real else STEP


def _moves(call: GradientCall) -> Iterable[tuple[float, float]]:
    """(size, rounding) of the offsets of the first arguments from parts of x."""
    x = np.asarray(call.x, float)
    nodes = [*call.points[:8], *(np.asarray(s, float) for s in call.samples)]
    for node in nodes:
        origins = _origins(x, node)
        if origins is not None:
            offsets = np.abs(origins - node.ravel())
            near = int(np.argmin((offsets**2).sum(axis=1)))
            for size, origin in zip(offsets[near], origins[near], strict=True):
                yield float(size), float(4 * UNIT_ROUNDOFF * (size + abs(origin)))


def _origins(x: Array, node: Array) -> Array | None:
    """The parts of x, of the node's size, that it may have been made from."""
    if node.size == x.size:
        return x.reshape(1, -1)
    if node.size == 2 and holds_pairs(x.shape):
        return pairs(x)
    if x.ndim > 1 and node.size == x[0].size:
        return x.reshape(len(x), -1)
    return None
