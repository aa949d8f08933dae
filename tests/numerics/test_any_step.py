"""The bound of a central difference whose step is not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradproof.contract.expected import MAX_STEP, MIN_STEP
from gradproof.evidence.value_probes import PLACES, ratio, skew
from gradproof.numerics import any_step, error_bounds, oracle
from gradproof.numerics.enclosure import INFLATION
from gradproof.numerics.functions import (
    Function,
    cubic,
    sine_of_product,
    square_root,
    sum_of_fourth_powers,
)
from gradproof.numerics.rounding import TINY, UNIT_ROUNDOFF

POINTS = {
    "rows": (cubic, [[1.0, 2.0], [3.0, 5.0], [7.0, 11.0]]),
    **{
        name: PLACES[name]
        for name in ("zeros", "level", "many", "far", "flat", "ratio")
    },
}
each_point = pytest.mark.parametrize(("function", "x"), POINTS.values(), ids=POINTS)


@each_point
def test_it_is_no_less_than_that_of_any_step_that_is_admitted(
    function: Function, x: list[float]
) -> None:
    limit = any_step.central(function, x, MIN_STEP, MAX_STEP)
    for step in np.geomspace(MIN_STEP, MAX_STEP, 40):
        assert (error_bounds.central(function, x, step).b1 <= limit).all()


@each_point
def test_what_is_computed_with_any_step_is_within_it(
    function: Function, x: list[float]
) -> None:
    limit = any_step.central(function, x, MIN_STEP, MAX_STEP)
    exact = oracle.gradient(function, x).value
    points = np.array(x)
    for step in np.geomspace(MIN_STEP, MAX_STEP, 23):
        for j in range(points.shape[-1]):
            ahead, behind = points.copy(), points.copy()
            ahead[..., j] += step
            behind[..., j] -= step
            f = function.point if points.ndim == 1 else function.batch
            slope = (f(ahead) - f(behind)) / (2 * step)
            assert (abs(slope - exact[..., j]) <= limit[..., j]).all()


def test_a_forward_difference_of_the_books_step_is_not_within_it() -> None:
    x = np.array([1.0, 2.0])
    limit = any_step.central(cubic, x, MIN_STEP, MAX_STEP)
    forward = (cubic.point([1 + 1e-4, 2]) - cubic.point(x)) / 1e-4
    assert abs(forward - oracle.gradient(cubic, x).value[0]) > 10 * limit[0]


def made(formula: Callable[[Any, Any], Any]) -> Function:
    return Function("made", "", formula, dimension=None)


tiny = made(lambda x, m: TINY * x[0])


def each_term(
    function: Function, x: Any, low: float, high: float, around: Any
) -> list[float]:
    """The bound at one point, as it is derived, each of its terms by itself."""
    size, found = len(x), []
    for j in range(size):
        own = np.arange(size) == j

        def largest(order: int, box: Any, own: Any = own) -> float:
            index = tuple((order * own).tolist())
            return float(oracle.enclosure(function, index, x, box).magnitude)

        node = UNIT_ROUNDOFF * (abs(x[j]) + around[j] + high)
        box = around + own * (high + node) * INFLATION
        evaluated = float(any_step.evaluation(function, x, box)) / low
        c1 = node / low
        total = c1 * largest(1, around) + node * (1 + c1) * largest(2, around)
        total += max((h + node) ** 3 / (6 * h) for h in (low, high)) * largest(3, box)
        total += evaluated + 2 * UNIT_ROUNDOFF * (1 + c1) * largest(1, box)
        total += float(oracle.enclosure(function, tuple(own.astype(int)), x).radius)
        found.append(total * INFLATION + 16 * TINY)
    return found


TERMS = {
    "steps as they are admitted": (cubic, [1.0, -2.0], MIN_STEP, MAX_STEP),
    "long steps": (cubic, [1.5, -0.25], 2.0**-3, 1.0),
    "steps that are long beside the rounding": (
        *(cubic, [100.0, -60.0]),
        *(2.0**-13, 2.0**-8),
    ),
    "rounding alone": (skew, [-1.5, 0.3], 2.0**-3, 1.0),
    "nodes that are rounded": (cubic, [2.0**26, 3.0], MIN_STEP, MAX_STEP),
    "nodes that are lost": (cubic, [2.0**40, -3.0], MIN_STEP, MAX_STEP),
    "one step": (cubic, [1.0, 2.0], 0.5, 0.5),
    "what underflows": (tiny, [1.0], 0.5, 0.5),
}


@pytest.mark.parametrize("around", [0.0, 1e-3])
@pytest.mark.parametrize("place", TERMS.values(), ids=TERMS)
def test_it_is_made_of_the_terms_that_it_is_derived_of(
    place: tuple[Function, list[float], float, float], around: float
) -> None:
    function, point, low, high = place
    x = np.array(point)
    wide = around * np.arange(1, 1 + len(x))
    limit = any_step.central(function, x, low, high, wide)
    due = each_term(function, x, low, high, wide)
    np.testing.assert_allclose(limit, due, rtol=1e-13)
    rows = any_step.central(function, [x, x / 2, x], low, high, wide)
    assert rows.shape == (3, len(x))
    np.testing.assert_allclose(rows[[0, 2]], [due, due], rtol=1e-13)


@pytest.mark.parametrize(
    ("function", "x", "low", "share"),
    [
        (cubic, [1e-3, 1e-4], MAX_STEP, 0.99),
        (sum_of_fourth_powers, [2.0**26 + 1], MIN_STEP, 0.1),
    ],
)
def test_what_is_computed_comes_near_it(
    function: Function, x: list[float], low: float, share: float
) -> None:
    limit = any_step.central(function, x, MIN_STEP, MAX_STEP)[0]
    exact, off = oracle.gradient(function, x).value[0], []
    for step in np.linspace(low, 1.5 * low, 200):
        ahead, behind = np.array([x, x])
        ahead[0] += step
        behind[0] -= step
        rise = function.point(ahead) - function.point(behind)
        off.append(abs(rise / (2 * step) - exact) if step <= MAX_STEP else 0.0)
    assert share * limit < max(off) < limit


# What an evaluation is off by

PLUS: dict[str, tuple[Function, Function, list[int], list[int]]] = {
    "signs": (
        skew,
        made(lambda x, m: 1 + sum((i + 2) * c * (3 + c) for i, c in enumerate(x))),
        [0, 1],
        [],
    ),
    "quotients": (
        ratio,
        made(lambda x, m: sum((7 + x[i]) / x[i + 2] + 3 / x[i + 2] for i in (0, 1))),
        [0, 1],
        [0, 1],
    ),
    "powers": (
        made(lambda x, m: (x[0] - 2) ** 3 - x[1] ** -2),
        made(lambda x, m: (x[0] + 2) ** 3 + x[1] ** -2),
        [0],
        [1],
    ),
    "terms that would be one": (
        made(lambda x, m: (x[0] - 1) * (x[0] + 2) + (x[0] + 1) * (x[0] - 2)),
        made(lambda x, m: (x[0] + 1) * (x[0] + 2) + (x[1] + 1) * (x[1] + 2)),
        [0, 0],
        [],
    ),
    "factors that would be one": (
        made(lambda x, m: (x[0] - 1) * (x[0] + 1)),
        made(lambda x, m: (x[0] + 1) * (x[1] + 1)),
        [0, 0],
        [],
    ),
}


@pytest.mark.parametrize("case", PLUS.values(), ids=PLUS)
def test_an_evaluation_is_off_as_one_without_signs_and_over_the_least(
    case: tuple[Function, Function, list[int], list[int]],
) -> None:
    function, plus, above, below = case
    x, box = np.array([-0.5, 0.75]), np.array([0.25, 0.125])
    most, least = np.abs(x) + box, np.abs(x) - box
    point = [*most[above], *least[below]]
    due = oracle.enclosure(plus, (0,) * len(point), point).radius
    found = any_step.evaluation(function, x, box)
    np.testing.assert_allclose(found, due, rtol=1e-12)


def test_over_what_may_be_0_no_bound_is_known() -> None:
    x, box = np.array([0.5, 4.0]), np.array([0.75, 0.0])
    assert np.isinf(any_step.evaluation(ratio, x, box))
    assert np.isinf(any_step.evaluation(ratio, -x, box))
    with pytest.raises(oracle.UnboundedError):
        any_step.central(ratio, x, MIN_STEP, MAX_STEP, box)
    with pytest.raises(oracle.UnboundedError):
        any_step.central(ratio, [[4.0, 4.0], x], MIN_STEP, 0.75)


@pytest.mark.parametrize(
    "function",
    [
        sine_of_product,
        square_root,
        made(lambda x, m: 1 / (x[0] + 1)),
        made(lambda x, m: x[0] ** x[1]),
    ],
)
def test_it_is_not_known_where_a_sign_turned_may_lose_the_largest_value(
    function: Function,
) -> None:
    with pytest.raises(NotImplementedError):
        any_step.central(function, [1.0, 2.0], MIN_STEP, MAX_STEP)


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (MAX_STEP, MIN_STEP),
        (1e-2, 1e-3),
        (0.0, 1e-3),
        (-1e-3, 1e-3),
        (1e-110, 1e-3),
        (1e-3, 1e110),
        (1e-3, np.inf),
        (np.nan, 1e-3),
    ],
)
def test_a_range_is_of_steps_whose_cubes_are_numbers_the_smaller_first(
    low: float, high: float
) -> None:
    with pytest.raises(ValueError, match="a range of steps"):
        any_step.central(cubic, [1.0, 2.0], low, high)


@pytest.mark.parametrize("name", ["zeros", "level", "many", "ratio"])
def test_around_a_point_it_is_no_less_than_at_any_point_there(name: str) -> None:
    function, x = PLACES[name]
    point, around = np.array(x), np.full(np.shape(x), 1e-3)
    limit = any_step.central(function, point, MIN_STEP, MAX_STEP, around)
    for toward in (-1.0, -0.4, 0.0, 0.7, 1.0):
        near = point + toward * around
        here = any_step.central(function, near, MIN_STEP, MAX_STEP)
        # The exact gradient itself is known but to its radius, there as here.
        known = oracle.gradient(function, near).radius
        assert (here <= limit + known).all()
