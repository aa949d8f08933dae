"""Defects in other manners than the recipe's: each a small routine on its own.

The recipe moves x in place, component by component. These work on copies, by flat
indices, by ``nditer``, by whole matrices of steps, recursively, or in plain floats.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.ports.role_ids import RoleId

Routine = Callable[[Any, Any], Any]

H = 1e-4
MANNERS: list[tuple[str, RoleId, Routine]] = []


def defect(name: str, role: RoleId = "gradient") -> Callable[[Routine], Routine]:
    """Enter a routine for arrays as one that has the defect."""

    def enter(routine: Routine) -> Routine:
        MANNERS.append((name, role, routine))
        return routine

    return enter


def slope(name: str) -> Callable[[Routine], Routine]:
    """Enter the derivative along a direction, carried out by a comprehension."""

    def enter(along: Routine) -> Routine:
        def routine(f: Any, x: Any) -> Any:
            return np.array([along(lambda t, e=e: f(x + t * e), H) for e in unit(x)])

        routine.__name__ = along.__name__
        MANNERS.append((name, "gradient", by_rows(routine)))
        return along

    return enter


def point(name: str) -> Callable[[Routine], Routine]:
    """Enter a routine for one point, called for each row of a batch."""

    def enter(routine: Routine) -> Routine:
        MANNERS.append((name, "gradient", by_rows(routine)))
        return routine

    return enter


def by_rows(at: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        return at(f, x) if x.ndim == 1 else np.array([at(f, row) for row in x])

    routine.__name__ = at.__name__
    return routine


def unit(x: Any) -> Any:
    return np.eye(x.size)


def central(f: Any, x: Any) -> Any:
    """Right, by copies: what the batch routines below call."""
    return np.array([(f(x + H * e) - f(x - H * e)) / (2 * H) for e in unit(x)])


# What is taken for a point.


@defect("transposed-points")
def columns_as_points(f: Any, x: Any) -> Any:
    if x.ndim == 1:
        return central(f, x)
    return np.stack([central(f, column) for column in x.T], axis=1)


@defect("whole-array")
@defect("whole-array", "point-gradient")
def walks_all_entries(f: Any, x: Any) -> Any:
    slopes = np.empty_like(x)
    for entry, out in np.nditer([x, slopes], op_flags=[["readwrite"], ["writeonly"]]):
        kept = float(entry)
        entry[...] = kept + H
        ahead = f(x)
        entry[...] = kept - H
        out[...] = (ahead - f(x)) / (2 * H)
        entry[...] = kept
    return slopes


@defect("row-by-row", "array-gradient")
def rows_as_points(f: Any, x: Any) -> Any:
    return np.apply_along_axis(lambda row: central(f, row), -1, x)


@defect("first-row-only")
def stops_after_a_row(f: Any, x: Any) -> Any:
    slopes = 0 * x
    np.atleast_2d(slopes)[0] = central(f, np.atleast_2d(x)[0])
    return slopes


@point("all-zero")
def divides_whole_numbers(f: Any, x: Any) -> Any:
    return np.array([1 // 2 * (f(x + H * e) - f(x - H * e)) / H for e in unit(x)])


@point("partly-filled")
def writes_where_the_pointer_is(f: Any, x: Any) -> Any:
    slopes = np.zeros(x.size)
    for slope in central(f, x):
        slopes[0] = slope
    return slopes


@defect("rows-shared")
def fills_one_row_again_and_again(f: Any, x: Any) -> Any:
    kept: Any = np.empty(x.shape[-1])
    slopes = []
    for row in np.atleast_2d(x):
        kept[:] = central(f, row)
        slopes.append(kept)
    return np.array(slopes).reshape(x.shape)


@defect("stored-by-columns")
def writes_column_after_column(f: Any, x: Any) -> Any:
    slopes = np.array([central(f, row) for row in np.atleast_2d(x)])
    return slopes.flatten("F").reshape(x.shape)


@point("f-per-element")
def floats_alone(f: Any, x: Any) -> Any:
    return np.array([(f(c + H) - f(c - H)) / (2 * H) for c in x.tolist()])


# The formula; φ(t) is f at x + t·e.


@slope("forward-difference")
def forward(phi: Any, h: Any) -> Any:
    return -(phi(0) - phi(h)) / h


@slope("backward-difference")
def backward(phi: Any, h: Any) -> Any:
    return (phi(0) - phi(-h)) * (1 / h)


@slope("missing-half")
def both_sides_over_h(phi: Any, h: Any) -> Any:
    return phi(h) / h - phi(-h) / h


@slope("operator-precedence")
def halved_and_multiplied(phi: Any, h: Any) -> Any:
    return h * 0.5 * (phi(h) - phi(-h))


@slope("step-too-small")
def tiny_step(phi: Any, _: Any) -> Any:
    return (phi(1e-11) - phi(-1e-11)) / 2e-11


@slope("step-too-large")
def huge_step(phi: Any, _: Any) -> Any:
    return 10 * (phi(0.05) - phi(-0.05))


@slope("sign-flipped")
def descends(phi: Any, h: Any) -> Any:
    return -(phi(h) - phi(-h)) / (h + h)


@slope("sum-for-difference")
def adds(phi: Any, h: Any) -> Any:
    return sum([phi(-h), phi(h)]) / (2 * h)


@slope("wrong-node")
def two_steps_back(phi: Any, h: Any) -> Any:
    return (phi(h) - phi(-2 * h)) / h / 2


@slope("saved-view")
def half_of_a_forward_difference(phi: Any, h: Any) -> Any:
    return phi(h) / (2 * h) - phi(0) / (2 * h)


@slope("wrong-factor")
def another_h(phi: Any, h: Any) -> Any:
    return (phi(h) - phi(-h)) / (2 * 3e-4)


@point("whole-row-step")
def one_step_for_all(f: Any, x: Any) -> Any:
    moved = np.add.outer([H, -H], x)
    return np.full(x.size, (f(moved[0]) - f(moved[1])) / (2 * H))


@point("missing-call")
def a_node_for_a_value(f: Any, x: Any) -> Any:
    return np.array([(f(x + H * e) - (x - H * e) @ e) / (2 * H) for e in unit(x)])


# Where it is stored.


@point("components-swapped")
def shifted_by_one(f: Any, x: Any) -> Any:
    return np.roll(central(f, x), 1)


@point("components-swapped")
def turned_round(f: Any, x: Any) -> Any:
    return central(f, x)[::-1]


@point("lost-index")
def keeps_the_last(f: Any, x: Any) -> Any:
    *_, last = central(f, x)
    return last


@point("lost-index")
def fills_with_the_last(f: Any, x: Any) -> Any:
    return np.full(x.size, central(f, x)[-1])


@point("first-component-only")
def leaves_the_loop(f: Any, x: Any) -> Any:
    return central(f, x) * (np.arange(x.size) == 0)


@point("first-component-only")
def gives_what_it_has(f: Any, x: Any) -> Any:
    return central(f, x)[:1]


# What becomes of x.


@point("not-restored")
def drifts_in_a_copy(f: Any, x: Any) -> Any:
    moved, slopes = x.tolist(), []
    for i in range(len(moved)):
        moved[i] += H
        ahead = f(np.array(moved))
        moved[i] -= 2 * H
        slopes.append((ahead - f(np.array(moved))) / (2 * H))
    return np.array(slopes)


@defect("not-restored")
def leaves_entries_behind(f: Any, x: Any) -> Any:
    slopes = np.zeros(x.size)
    for k in range(x.size):
        row = x if x.ndim == 1 else x[k // x.shape[1]]
        x.flat[k] += H
        slopes[k] = f(row)
        x.flat[k] -= H + H
        slopes[k] -= f(row)
    return slopes.reshape(x.shape) / (2 * H)


@point("wrong-restore")
def puts_back_the_last_node(f: Any, x: Any) -> Any:
    def turn(i: int) -> Any:
        middle = x[i]
        np.put(x, i, middle - H)
        behind = f(x)
        np.put(x, i, middle + H)
        return (f(x) - behind) / (2 * H)

    return np.array([turn(i) for i in range(x.size)])


@point("wrong-restore")
def puts_back_a_moved_value(f: Any, x: Any) -> Any:
    moved, slopes = x.copy(), []
    for i, kept in enumerate(x):
        ahead, behind = moved.copy(), moved.copy()
        ahead[i], behind[i] = kept + H, kept - H
        slopes.append((f(ahead) - f(behind)) / (2 * H))
        moved[i] = kept + H
    return np.array(slopes)


@defect("aliased-result")
def writes_over_x(f: Any, x: Any) -> Any:
    np.copyto(x, by_rows(central)(f, x))
    return x[:]


@defect("aliased-result")
def result_is_x(f: Any, x: Any) -> Any:
    for row in np.atleast_2d(x):
        slopes = row
        for i, kept in enumerate(row.tolist()):
            row[i] = kept + H
            ahead = f(row)
            row[i] = kept - H
            slopes[i] = (ahead - f(row)) / (2 * H)
            row[i] = kept
    return x


@defect("input-mutated")
def steps_downhill(f: Any, x: Any) -> Any:
    slopes = by_rows(central)(f, x)
    x -= 0.1 * slopes
    return slopes


@defect("input-mutated")
def sorts_x(f: Any, x: Any) -> Any:
    slopes = by_rows(central)(f, x)
    x[...] = x[::-1] + math.pi
    return slopes


# In which numbers.


@point("single-precision")
def nodes_in_single(f: Any, x: Any) -> Any:
    def at(node: Any) -> Any:
        return f(node.astype(np.float32).astype(float))

    return np.array([(at(x + H * e) - at(x - H * e)) / (2 * H) for e in unit(x)])


@point("forward-difference")
def by_the_step_that_was_taken(f: Any, x: Any) -> Any:
    at_x, slopes = f(x), []
    for e in unit(x):
        ahead = x + H * e
        slopes.append((f(ahead) - at_x) / np.sum(ahead - x))
    return np.array(slopes)


@point("f-per-element")
def after_a_call_for_the_shape(f: Any, x: Any) -> Any:
    assert np.shape(f(x)) == ()
    return np.array([(f(c + H) - f(c - H)) / (2 * H) for c in x])


@defect("unguarded-batch", "point-gradient")
def a_row_for_a_component(f: Any, x: Any) -> Any:
    slopes = np.zeros_like(x)
    for i in range(len(x)):
        ahead, behind = x.copy(), x.copy()
        ahead[i] += H
        behind[i] -= H
        slopes[i] = (f(ahead) - f(behind)) / (2 * H)
    return slopes
