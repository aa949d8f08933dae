"""Exact gradients, where they are defined, and refusals where they are not."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from expressions import dimensions, exact, examples, points, samples
from gradproof.evidence.value_probes import bent, ratio, skew
from gradproof.numerics import oracle
from gradproof.numerics.derivation import derivative
from gradproof.numerics.difference_formula import multi_indices
from gradproof.numerics.functions import FUNCTIONS, Function
from gradproof.numerics.oracle import UnboundedError, enclosure, gradient

CUBIC = FUNCTIONS["cubic"]
QUOTIENT = FUNCTIONS["quotient"]


def test_derivatives_are_those_of_the_formula() -> None:
    x0, x1 = sympy.symbols("x:2", real=True)
    assert derivative(CUBIC, 2, (0, 0)) == x0**3 + 2 * x1**3 + x0 * x1
    assert derivative(CUBIC, 2, (1, 0)) == 3 * x0**2 + x1
    assert derivative(CUBIC, 2, (1, 1)) == 1
    assert derivative(CUBIC, 2, (0, 3)) == 12


def test_a_derivative_is_computed_once() -> None:
    assert derivative(CUBIC, 3, (1, 1, 0)) is derivative(CUBIC, 3, (1, 1, 0))


def test_gradients_have_the_shape_of_the_points() -> None:
    rows = [[1, 2], [3, 5], [7, 11]]
    expected = np.array([[5.0, 25.0], [32.0, 153.0], [158.0, 733.0]])
    batch, point = gradient(CUBIC, rows), gradient(CUBIC, rows[1])
    np.testing.assert_array_equal(batch.value, expected)
    np.testing.assert_array_equal(point.value, expected[1])
    assert batch.radius.shape == (3, 2)
    assert gradient(CUBIC, np.empty((0, 2))).value.shape == (0, 2)


@examples(60)
@given(st.data())
def test_gradients_are_exact_within_their_radius(data: st.DataObject) -> None:
    sample = data.draw(samples(data.draw(dimensions())))
    x = data.draw(points(sample.dimension))
    try:
        value, radius = gradient(sample.function(), x)
    except UnboundedError:
        return
    for j, symbol in enumerate(sample.symbols):
        true = exact(sympy.diff(sample.expression, symbol), sample.symbols, x)
        with mpmath.workdps(60):
            assert abs(mpmath.mpf(float(value[j])) - true) <= float(radius[j])


def test_enclosures_are_taken_over_boxes() -> None:
    box = enclosure(CUBIC, (2, 0), [[1.0, 2.0], [3.0, 4.0]], [0.5, 0.0])
    np.testing.assert_array_equal(box.value, [6.0, 18.0])
    np.testing.assert_allclose(box.radius, [3.0, 3.0], rtol=1e-8)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([[1.0, 2.0], [3.0, 0.0]], r"x1 = 0\.0 of \[3\.0, 0\.0\]"),
        ([-1.0, 2.0], r"x0 = -1\.0 .* domain \(0\.0, inf\) of quotient"),
        ([[1.0, -2.0], [-3.0, 4.0]], r"x1 = -2\.0 of \[1\.0, -2\.0\]"),
        ([np.nan, 2.0], "x0 = nan"),
        ([1.0, np.inf], "x1 = inf"),
    ],
)
def test_a_component_outside_the_domain_is_named(x: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        gradient(QUOTIENT, x)


@pytest.mark.parametrize("x", [1.0, np.ones((2, 2, 2))])
def test_only_a_point_or_rows_of_points_have_gradients(x: object) -> None:
    with pytest.raises(ValueError, match="points are"):
        gradient(CUBIC, x)


def test_a_gradient_without_a_finite_radius_is_an_error() -> None:
    root = Function("root", "√(x0 − x1)", lambda x, m: m.sqrt(x[0] - x[1]))
    with pytest.raises(UnboundedError, match=r"root at \[2\.0, 2\.0\]"):
        gradient(root, [[2.0, 1.0], [2.0, 2.0], [3.0, 3.0]])
    assert issubclass(UnboundedError, ArithmeticError)


def test_points_become_double_precision() -> None:
    assert oracle.points(CUBIC, np.array([1, 2], dtype=np.int8)).dtype == np.float64


@pytest.mark.parametrize(
    "function", [*FUNCTIONS.values(), skew, bent, ratio], ids=lambda f: f.name
)
def test_derivatives_are_those_of_sympy(function: Function) -> None:
    dimension = function.dimension or 3
    expression, symbols = function.expression(dimension)
    for index in multi_indices(dimension, 3):
        places = zip(symbols, index, strict=True)
        expected = sympy.diff(expression, *(p for p in places if p[1]))
        found = derivative(function, dimension, index)
        assert sympy.simplify(found - expected) == 0
        assert function.name not in ("cubic", "skew") or found == expected
