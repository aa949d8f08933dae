"""The bound of a central difference whose step is not known."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.contract.expected import MAX_STEP, MIN_STEP
from gradproof.evidence.value_probes import PLACES
from gradproof.numerics import any_step, error_bounds, oracle
from gradproof.numerics.functions import Function, cubic, sine_of_product

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


def test_it_is_not_known_where_a_sign_turned_may_lose_the_largest_value() -> None:
    with pytest.raises(NotImplementedError):
        any_step.central(sine_of_product, [1.0, 2.0], MIN_STEP, MAX_STEP)


def test_the_smaller_step_comes_first() -> None:
    with pytest.raises(ValueError, match="a range of steps"):
        any_step.central(cubic, [1.0, 2.0], MAX_STEP, MIN_STEP)


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
