"""A function's numbers are those of its expression, whatever it is given."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expressions import exact, examples
from gradproof.numerics.functions import FUNCTIONS, Function, product, sum_of_squares
from gradproof.numerics.oracle import enclosure

EACH = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
ROWS = 7  # enough for vectorised loops, with a remainder


def rows_in_domain(function: Function, seed: int) -> Any:
    """Rows of all magnitudes from 1e-3 to 1e3, inside the domain."""
    rng = np.random.default_rng(seed)
    low, high = (max(min(end, 1e3), -1e3) for end in function.domain)
    size = 10.0 ** rng.uniform(-3, 3, (ROWS, function.dimension or 4))
    signed = size * np.where(rng.random(size.shape) < 0.5, np.sign(low), 1)
    return np.clip(signed, low + 1e-3, high - 1e-3)


def assert_within_radius(
    results: np.ndarray, function: Function, rows: np.ndarray
) -> None:
    expression, symbols = function.expression(rows.shape[1])
    radii = enclosure(function, (0,) * rows.shape[1], rows).radius
    for result, radius, row in zip(results, radii, rows, strict=True):
        with mpmath.workdps(60):
            error = abs(mpmath.mpf(float(result)) - exact(expression, symbols, row))
            assert error <= mpmath.mpf(float(radius)), row.tolist()


@EACH
@examples(15)
@given(seed=st.integers(0, 2**32))
def test_points_and_batches_agree_with_the_expression(
    function: Function, seed: int
) -> None:
    rows = rows_in_domain(function, seed)
    assert_within_radius(np.array([function.point(r) for r in rows]), function, rows)
    assert_within_radius(function.batch(rows), function, rows)
    assert_within_radius(function.batch(np.asfortranarray(rows)), function, rows)


@EACH
def test_a_function_is_finite_up_to_the_ends_of_its_domain(function: Function) -> None:
    low, high = function.domain
    ends = [max(low, -1e10) + 1e-10, min(high, 1e10) - 1e-10]
    for end in ends:
        assert np.isfinite(function.point(np.full(function.dimension or 3, end)))


def test_names_are_unique_identifiers_for_a_command_line() -> None:
    assert all(name == function.name for name, function in FUNCTIONS.items())
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in FUNCTIONS)
    assert len({f.text for f in FUNCTIONS.values()}) == len(FUNCTIONS)


@EACH
def test_a_function_reads_the_components_that_it_says(function: Function) -> None:
    dimension = function.dimension or 5
    expression, symbols = function.expression(dimension)
    assert expression.free_symbols == set(symbols)
    assert len(symbols) == dimension


def test_a_point_of_the_wrong_shape_is_answered_in_row_major_order() -> None:
    grid = np.arange(12.0).reshape(2, 6) + 2
    assert product.point(grid) == 6.0
    assert product.point(grid.T) == 16.0
    assert sum_of_squares.point(grid) == np.sum(grid**2)


def test_batches_give_one_value_a_row() -> None:
    assert sum_of_squares.batch(np.ones((4, 3))).tolist() == [3.0] * 4
    assert sum_of_squares.batch(np.empty((0, 3))).shape == (0,)


@pytest.mark.parametrize("dtype", [np.int8, np.float16, np.float32, bool])
def test_values_are_double_precision_at_least(dtype: Any) -> None:
    x: Any = np.array([1, 1], dtype=dtype)
    assert product.point(x).dtype == product.batch(x[None]).dtype == np.float64


def test_small_integers_do_not_overflow() -> None:
    assert product.point(np.array([100, 100], dtype=np.int8)) == 10_000.0


def test_complex_points_stay_complex() -> None:
    assert product.point(np.array([2, 1j])) == 2j


def test_formulas_hold_for_exact_numbers() -> None:
    x = [Fraction(1, 3), Fraction(1, 7)]
    assert sum_of_squares.formula(x, None) == Fraction(58, 441)


class Times:
    """A number that counts how often it was multiplied."""

    def __init__(self, times: int = 0) -> None:
        self.times = times

    def __mul__(self, other: Times) -> Times:
        return Times(self.times + other.times + 1)


class Tracer:
    """A point that lets itself be indexed, and does not become an array."""

    def __getitem__(self, index: int) -> Times:
        return Times(10 * index)

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError("a tracer is no array")


class Matrix(Tracer):
    """One with two axes, of two entries in all."""

    def __getitem__(self, index: int) -> Times:
        raise AssertionError("rows are no components")

    def reshape(self, size: int) -> Tracer:
        """All of it in one row."""
        assert size == -1
        return Tracer()


@pytest.mark.parametrize(
    "point",
    [
        np.array([Times(), Times(10)]),
        np.array([[Times()], [Times(10)]]),
        [Times(), Times(10)],
        Tracer(),
        Matrix(),
    ],
)
def test_a_point_of_other_things_than_numbers_is_computed_with_their_operators(
    point: Any,
) -> None:
    assert product.point(point).times == 11


def test_an_object_is_as_long_as_it_says_where_a_function_takes_any_number() -> None:
    class Long(Tracer):
        def __getitem__(self, index: int) -> Any:
            return Fraction(index)

        def __len__(self) -> int:
            return 4

    assert sum_of_squares.point(Long()) == 14


def test_a_formula_is_written_out_for_few_components() -> None:
    assert sum_of_squares.written(2) == "x0² + x1²"
    assert sum_of_squares.written(4) == "Σ xᵢ²"


DUE: dict[str, Callable[[float, float], float]] = {
    "sum-of-squares": lambda a, b: a * a + b * b,
    "product": lambda a, b: a * b,
    "sine-of-product": lambda a, b: math.sin(a * b),
    "weighted-squares": lambda a, b: a * a + 2 * b * b,
    "sum-of-fourth-powers": lambda a, b: a * a * a * a + b * b * b * b,
    "cubic": lambda a, b: a * a * a + 2 * b * b * b + a * b,
    "rosenbrock": lambda a, b: (1 - a) * (1 - a) + 100 * (b - a * a) * (b - a * a),
    "valley": lambda a, b: a * a / 20 + b * b,
    "exponential": lambda a, b: math.exp(a) * b,
    "logarithm": lambda a, b: b * math.log(a),
    "quotient": lambda a, b: a / b,
    "square-root": lambda a, b: math.sqrt(a * b),
}


@EACH
def test_a_function_is_what_its_text_says(function: Function) -> None:
    for a, b in ((1.5, 2.25), (0.75, 3.0)):
        assert function.point([a, b]) == pytest.approx(DUE[function.name](a, b))
    positive = function.name in ("logarithm", "quotient", "square-root")
    plane = 700.0 if function.name == "exponential" else np.inf
    assert function.domain == ((0.0, np.inf) if positive else (-plane, plane))
    many = function.name in ("sum-of-squares", "sum-of-fourth-powers", "cubic")
    assert function.dimension == (None if many else 2)


def test_three_components_are_written_out_and_four_are_not() -> None:
    assert sum_of_squares.written(3) == "x0² + x1² + x2²"
    assert sum_of_squares.written(4) == sum_of_squares.text


def test_one_thing_that_is_no_array_is_one_component() -> None:
    assert sum_of_squares.point(Alone()) == 9


class Alone:
    """A number that is no array, and has no length."""

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError("no array")

    def __pow__(self, power: int) -> int:
        return int(3**power)
