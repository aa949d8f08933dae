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
FIRST_CALLS, FIRST_POINTS = 4, 8
"""Of a group's calls, and of what f was asked in each: further ones are alike."""


def pairs(values: np.ndarray[Any, Any], columns: bool | None = None) -> Array:
    """The points of two components that an array holds, (N, 2), in its order."""
    array = np.asarray(values, float)
    if columns is None:
        columns = array.shape[-1] != 2
    count = array.size // 2
    return array.reshape(2, count).T if columns else array.reshape(count, 2)


def holds_pairs(shape: Sequence[int]) -> bool:
    """Whether an array of that shape can hold points of two components."""
    return bool(shape) and (shape[0] == 2 or shape[-1] == 2)


def layouts(shape: Sequence[int]) -> tuple[bool | None, ...]:
    """Whether such an array may hold its points by columns: a square, by either."""
    return (True, False) if shape == (2, 2) else (None,)


def linked(run: Run, quiver: Quiver) -> Calls:
    """The calls that a quiver's arrows come from; none if there are no such calls.

    They are the last ones, of one f and from one line, that were made where the
    arrows stand and of whose results the arrows are made; else the last ones with as
    many results as there are arrows; else, where not all was kept that would tell, the
    last. What is made of none of the results is no picture of a gradient.
    """
    groups = _groups(run.calls[: quiver.calls])
    if not groups:
        return ()
    at = _keys(quiver.positions)
    there = [g for g in groups if at and 2 * len(at & _places(g)) >= len(at)]
    there = there or [g for g in groups if _size(g) == 2 * len(quiver.directions)]
    if there:
        ways = {group: made_of(group, quiver) for group in there}
        sure = {g: way.rank for g, way in ways.items() if way and way.part >= 0.5}
        untold = (group for group, way in ways.items() if way is None)
        return max(sure, key=lambda group: sure[group], default=next(untold, ()))
    last, *_ = groups
    lost = run.call_count > len(run.calls) or any(call.x is None for call in last)
    return last if lost else ()


def _groups(calls: Calls) -> list[Calls]:
    """Those of one f and from one line, of points of two components; the last first."""
    groups: dict[Any, list[GradientCall]] = defaultdict(list)
    for call in reversed(calls):
        if holds_pairs(call.shape):
            groups[call.f, call.place, call.name].append(call)
    return [tuple(reversed(group)) for group in groups.values()]


def _size(calls: Iterable[GradientCall]) -> int:
    return sum(np.size(call.result) for call in calls if call.result is not None)


def made_of(calls: Sequence[GradientCall], quiver: Quiver) -> Composition | None:
    """How the arrows are made of the calls' results, by place or one after the other.

    What is worked out otherwise differs by more than rounding from numerical results.
    ``None`` where these were not kept.
    """
    if any(call.x is None or call.result is None for call in calls):
        return None
    first, *_ = calls
    ways = [
        way for columns in layouts(first.shape) for way in _ways(calls, quiver, columns)
    ]
    return max(ways, key=lambda way: way.sureness, default=NOTHING)


def _ways(
    calls: Sequence[GradientCall], quiver: Quiver, columns: bool | None
) -> Iterator[Composition]:
    results: dict[tuple[float, ...], list[float]] = {}
    for call in calls:
        places = np.round(pairs(_known(call.x), columns), DIGITS)
        values = pairs(_known(call.result), columns)
        for x0, x1, *value in np.hstack([places, values]).tolist():
            results[x0, x1] = value
    at = [tuple(point) for point in np.round(quiver.positions, DIGITS).tolist()]
    here = [n for n, point in enumerate(at) if point in results]
    w = quiver.directions
    if here:
        g = np.array([results[at[n]] for n in here])
        found = composition(w[here], g)
        found = replace(found, part=found.part * len(here) / len(at))
        yield found if len(here) == len(at) else replace(found, alteration=None)
        if len(here) == len(at) == len(results) and quiver.form == 4:
            back = [results[p[::-1]] for p in at if p[::-1] in results]
            if shuffled(w, g, np.array(back) if len(back) == len(at) else None):
                yield Composition(IN_ANOTHER_ORDER, 1.0, "shuffled", turned(w, g))
    if _size(calls) == w.size:
        # One after the other, wherever they are drawn.
        g = np.concatenate([pairs(_known(c.result), columns) for c in calls])
        yield composition(w, g)


def _known(array: np.ndarray[Any, Any] | None) -> np.ndarray[Any, Any]:
    assert array is not None
    return array


def _keys(points: Array) -> set[tuple[float, float]]:
    return {(a, b) for a, b in np.round(points, DIGITS).tolist()}


def _places(calls: Iterable[GradientCall]) -> set[tuple[float, float]]:
    found: set[tuple[float, float]] = set()
    for call in calls:
        if call.x is not None:
            for columns in layouts(call.shape):
                found |= _keys(pairs(call.x, columns))
    return found


def own_points(calls: Calls, quiver: Quiver) -> Array | None:
    """Where the calls took the gradient, arrow by arrow in their order; or None."""
    known = [pairs(c.x) for c in calls if c.x is not None]
    if not known or sum(map(len, known)) != len(quiver.positions):
        return None
    return np.concatenate(known)


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
    if shape == call.shape:
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
        (origins == node).all(axis=1).any()
        for call in _first(calls)
        for node, origins in _with_origins(call, call.points[:FIRST_POINTS])
    )


def step(calls: Calls) -> float:
    """The smallest distance at which f was asked from where it should be."""
    moves = [move for call in _first(calls) for move in _moves(call)]
    real = [(size, slack) for size, slack in moves if 4 * slack < size < MAX_STEP]
    return shortest(*min(real)) if real else STEP


def _first(calls: Calls) -> Calls:
    return tuple(call for call in calls[:FIRST_CALLS] if call.x is not None)


def _moves(call: GradientCall) -> Iterator[tuple[float, float]]:
    """(size, rounding) of the offsets of the first arguments from parts of x."""
    nodes = [*call.points[:FIRST_POINTS], *call.samples]
    for node, origins in _with_origins(call, nodes):
        offsets = np.abs(origins - node)
        near = int(np.argmin(offsets.sum(axis=1)))
        slack = 4 * UNIT_ROUNDOFF * (offsets[near] + np.abs(origins[near]))
        yield from np.stack([offsets[near], slack], axis=1).tolist()


def _with_origins(
    call: GradientCall, nodes: Iterable[np.ndarray[Any, Any]]
) -> Iterator[tuple[Array, Array]]:
    """Nodes, each with the parts of x that it may have been made from, (N, its size).

    Those of another size than any part are left out.
    """
    x = np.asarray(call.x, float)
    for node in nodes:
        if node.size == x.size:
            origins = x.reshape(1, node.size)
        elif node.size == 2 and holds_pairs(x.shape):
            origins = pairs(x)
        elif x.ndim > 1 and node.size * len(x) == x.size:
            origins = x.reshape(len(x), node.size)
        else:
            continue
        yield np.asarray(node, float).ravel(), origins
