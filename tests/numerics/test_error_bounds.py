"""The bounds hold for right code, are tight, and fail for wrong code."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from expressions import (
    Sample,
    dimensions,
    exact,
    examples,
    points,
    polynomials,
    samples,
)
from gradproof.numerics import error_bounds
from gradproof.numerics.enclosure import Enclosure
from gradproof.numerics.error_bounds import central, of_formula
from gradproof.numerics.functions import FUNCTIONS, Function
from gradproof.numerics.oracle import UnboundedError, enclosure, gradient

CUBIC = FUNCTIONS["cubic"]
PROBE = np.array([[1.0, 2.0], [3.0, 5.0], [7.0, 11.0]])
STEPS = st.sampled_from([1e-3, 1e-4, 1e-5, 1e-6, 1e-8])
Point = Any
Scalar = Callable[[Point], Any]


def moved(x: Point, j: int, distance: Any) -> Point:
    node = np.array(x)
    node[j] += distance
    return node


def difference(f: Scalar, x: Point, j: int, h: float) -> Any:
    return (f(moved(x, j, h)) - f(moved(x, j, -h))) / (2 * h)


def numerical(f: Scalar, x: Any, h: float = 1e-4) -> Any:
    return np.array([[difference(f, row, j, h) for j in range(len(row))] for row in x])


def ratio(error: Any, bound: Any) -> Any:
    """Elementwise error / bound; the bounds are never zero."""
    return np.abs(error) / bound


# Right code is within every bound.


def assert_within(result: Any, true: Any, bound: float, context: Any) -> None:
    with mpmath.workdps(60):
        assert abs(mpmath.mpf(float(result)) - true) <= mpmath.mpf(bound), context


def assert_central_difference_within(sample: Sample, x: Point, h: float) -> bool:
    """Whether there was a bound; if so, all three must hold in each component."""
    function = sample.function()
    try:
        bound = central(function, x, h)
    except UnboundedError:
        return False
    for j, symbol in enumerate(sample.symbols):
        result = difference(function.point, x, j, h)
        slope = exact(sympy.diff(sample.expression, symbol), sample.symbols, x)
        ahead, behind = (
            exact(sample.expression, sample.symbols, moved(x, j, d)) for d in (h, -h)
        )
        with mpmath.workdps(60):
            quotient = (ahead - behind) / (2 * mpmath.mpf(h))
            predicted = slope + mpmath.mpf(float(bound.predicted[j]))
        context = (sample, x.tolist(), j, h)
        assert_within(result, slope, bound.b1[j], context)
        assert_within(result, predicted, bound.b2[j], context)
        assert_within(result, quotient, bound.r[j], context)
        assert abs(result - bound.gradient[j]) <= bound.b1[j]
        assert abs(result - bound.gradient[j] - bound.predicted[j]) <= bound.b2[j]
    return True


@pytest.mark.once
def test_central_differences_are_within_all_bounds() -> None:
    bounded: list[bool] = []

    @examples(120)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        sample = data.draw(samples(data.draw(dimensions())))
        x = data.draw(points(sample.dimension))
        bounded.append(assert_central_difference_within(sample, x, data.draw(STEPS)))

    check()
    assert np.mean(bounded) > 0.9


def test_central_differences_are_within_all_bounds_near_underflow() -> None:
    bounded: list[bool] = []

    @examples(60)
    @given(polynomials(), st.data())
    def check(sample: Sample, data: st.DataObject) -> None:
        tiny = st.floats(-165, -75).map(lambda e: float(10.0**e))
        component = st.one_of(tiny, st.floats(0.1, 2.0))
        x = np.array([data.draw(component), data.draw(component)])
        bounded.append(assert_central_difference_within(sample, x, data.draw(STEPS)))

    check()
    assert all(bounded)


def test_underflow_within_f_is_allowed_for() -> None:
    x0, x1 = sympy.symbols("x:2", real=True)
    sample = Sample(x0**2 * x1**2, (x0, x1))
    rng = np.random.default_rng(0)
    for row in rng.uniform(1, 2, (20, 2)) * [1.0, 1e-161]:
        assert assert_central_difference_within(sample, row, 1e-4)


Formula = tuple[Any, Any, int]


def on_axis(x: Point, j: int, h: float, offsets: Any, weights: Any) -> tuple[Any, Any]:
    nodes = np.array([moved(x, j, d * h) for d in offsets])
    return nodes, np.array(weights, dtype=float) / h


def forward(x: Point, j: int, h: float) -> Formula:
    return *on_axis(x, j, h, (1, 0), (1, -1)), 1


def central_pair(x: Point, j: int, h: float) -> Formula:
    return *on_axis(x, j, h, (1, -1), (0.5, -0.5)), 2


def five_point(x: Point, j: int, h: float) -> Formula:
    weights = np.array([-1, 8, -8, 1]) / 12
    return *on_axis(x, j, h, (2, 1, -1, -2), weights), 4


def skewed(x: Point, j: int, h: float) -> Formula:
    """Three uneven nodes: weights that are exact for quadratics, then rounded."""
    offsets = (Fraction(5, 4), Fraction(-1, 2), Fraction(3, 8))
    total = sum(offsets)
    weights = []
    for d in offsets:
        a, b = (other for other in offsets if other != d)
        weights.append(float((d - total) / ((d - a) * (d - b))))
    return *on_axis(x, j, h, [float(d) for d in offsets], weights), 2


def off_axis(x: Point, j: int, h: float) -> Formula:
    """A central difference at a point that lies one step off in the next component."""
    aside = moved(x, (j + 1) % len(x), h) if len(x) > 1 else x
    nodes, weights = on_axis(aside, j, h, (1, -1), (0.5, -0.5))
    return nodes, weights, 1


FORMULAS = [forward, central_pair, five_point, skewed, off_axis]


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_are_within_their_bound(formula: Callable[..., Formula]) -> None:
    bounded: list[bool] = []

    @examples(40)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        sample = data.draw(samples(data.draw(dimensions())))
        x, h = data.draw(points(sample.dimension)), data.draw(STEPS)
        j = data.draw(st.integers(0, sample.dimension - 1))
        bounded.append(assert_formula_within(sample, x, j, *formula(x, j, h)))

    check()
    assert np.mean(bounded) > 0.9


def assert_formula_within(
    sample: Sample, x: Point, j: int, nodes: Any, weights: Any, order: int
) -> bool:
    function = sample.function()
    try:
        bound = of_formula(function, x, nodes, weights, j, order)
    except UnboundedError:
        return False
    slope = exact(sympy.diff(sample.expression, sample.symbols[j]), sample.symbols, x)
    values = np.array([function.point(node) for node in nodes])
    context = (sample, x.tolist(), j, nodes.tolist())
    assert_within(np.sum(weights * values), slope, bound, context)
    assert_within(np.dot(weights[::-1], values[::-1]), slope, bound, context)
    assert abs(np.sum(weights * values) - gradient(function, x).value[j]) <= bound
    return True


def test_terms_of_a_formula_are_counted_in_all_components() -> None:
    x, h = np.array([1.0, 2.0, 3.0]), 1e-3
    nodes, weights, order = off_axis(x, 0, h)
    bound = of_formula(CUBIC, x, nodes, weights, 0, order)
    # Second derivatives at x: 6 and 24, and 1 for the mixed one; the weights are ½/h.
    assert bound == pytest.approx((6 / 2 + 24 / 2 + 1) * h, rel=2e-3)


def test_a_formula_is_within_its_bound_whatever_order_is_claimed() -> None:
    x = PROBE[1]
    nodes, weights, _ = forward(x, 0, 1e-4)
    truncation = 1e-4 / 2 * 18  # h/2·∂²f/∂x0², of second order
    assert truncation < of_formula(CUBIC, x, nodes, weights, 0, 2) < 1.01 * truncation


@pytest.mark.parametrize(
    "h",
    [
        1e-4,
        pytest.param(1e-3, marks=pytest.mark.once),
        pytest.param(1e-6, marks=pytest.mark.once),
    ],
)
@pytest.mark.parametrize(
    ("name", "x"),
    [
        # Rounded nodes count for more than rounded values: x·f' is large beside f.
        ("sine-of-product", [1e4 + 0.1, 1.0]),
        # Terms cancel: the error of a value is large beside the value.
        ("rosenbrock", [1.001, 1.0021]),
        ("rosenbrock", [1.0001, 1.0003]),
    ],
)
def test_demanding_points_are_within_all_bounds(name: str, x: Any, h: float) -> None:
    sample = Sample(*FUNCTIONS[name].expression(2))
    rng = np.random.default_rng(0)
    for row in x + rng.uniform(0, 1e-4, (20, 2)):
        assert assert_central_difference_within(sample, row, h)
        for formula in FORMULAS:
            assert assert_formula_within(sample, row, 0, *formula(row, 0, h))


def test_the_prediction_accounts_for_rounded_nodes_exactly() -> None:
    x, h = 2.0**13, 1e-4  # a power of two: the grid is finer below it than above

    def cube(node: float) -> Fraction:
        return Fraction(node) ** 3

    quotient = (cube(x + h) - cube(x - h)) / (2 * Fraction(h))
    expected = float(quotient - 3 * Fraction(x) ** 2)
    cubed = Function("cube", "x0³", lambda x, m: x[0] ** 3, dimension=1)
    assert central(cubed, [x], h).predicted[0] == pytest.approx(expected, rel=1e-14)


def test_errors_of_both_values_and_of_the_gradient_count() -> None:
    """At 0 with a step that is a power of two nothing else is left of the bounds."""
    circle = Function("circle", "π·x0", lambda x, m: m.pi * x[0], dimension=1)
    x, h = np.zeros(1), 2.0**-13
    bound, slope = central(circle, x, h), gradient(circle, x).radius
    values = enclosure(circle, (0,), [[h], [-h]]).radius
    assert np.all(bound.r >= np.sum(values) / (2 * h))
    assert np.all(bound.b1 >= bound.r + slope)
    assert np.all(bound.b2 >= bound.r + slope)
    assert of_formula(circle, x, [x], [0.0], 0, 1) >= slope[0] > 0


def test_b2_has_room_for_the_rounding_of_the_prediction() -> None:
    identity = Function("identity", "x0", lambda x, m: x[0], dimension=1)
    bound = central(identity, [1e4 + 0.1], 1e-8)
    assert np.abs(bound.predicted) > 1e-5
    assert bound.b2 >= bound.r + 16 * 2.0**-53 * np.abs(bound.predicted)


@pytest.mark.parametrize("sign", [1, -1])
def test_derivatives_are_taken_at_their_largest_between_the_nodes(sign: int) -> None:
    grows = Function("grows", "exp(±x0)", lambda x, m: m.exp(sign * x[0]), dimension=1)
    bound = of_formula(grows, [0.0], [[sign], [0.0]], [sign, -sign], 0, 1)
    assert np.e - 2 <= bound <= np.e / 2 * 1.3


# The bounds are tight.


def looseness(function: Function) -> tuple[Any, Any]:
    """b1 / error, and where truncation is what the error consists of."""
    x = np.random.default_rng(1).uniform(0.5, 3, (40, function.dimension or 2))
    bound = central(function, x)
    error = np.abs(numerical(function.point, x) - bound.gradient)
    truncated = np.abs(bound.predicted) > bound.b2
    return bound.b1 / np.maximum(error, 1e-30), truncated


def test_b1_is_tight() -> None:
    loose, truncated = map(
        np.concatenate, zip(*map(looseness, FUNCTIONS.values()), strict=True)
    )
    assert np.median(loose) < 1.5
    assert truncated.mean() > 0.4
    assert np.median(loose[truncated]) < 1.02


def test_the_bound_of_a_formula_is_that_of_the_central_difference() -> None:
    sine = FUNCTIONS["sine-of-product"]
    bound = central(sine, PROBE).b1
    for row, expected in zip(PROBE, bound, strict=True):
        nodes, weights, order = central_pair(row, 0, 1e-4)
        assert of_formula(sine, row, nodes, weights, 0, order) < 1.01 * expected[0]


def test_the_prediction_leaves_little_of_the_error() -> None:
    bound = central(FUNCTIONS["sine-of-product"], PROBE)
    assert np.all(bound.b2 < 0.2 * bound.b1)


def one(name: str, formula: Callable[[Any, Any], Any]) -> Function:
    """A function of one component."""
    return Function(name, name, lambda x, m: formula(x[0], m), dimension=1)


@pytest.mark.parametrize("power", [1, 2, 3])
def test_the_prediction_is_what_rounded_nodes_do_to_a_power(power: int) -> None:
    """About 2²⁶ numbers lie closer below than above: the nodes are not opposite."""
    middle, h = 2.0**26, 1e-8
    bound = central(one("power", lambda x, m: (x - int(middle)) ** power), [middle], h)
    ahead = Fraction(middle + h) - Fraction(middle)
    behind = Fraction(middle) - Fraction(middle - h)
    assert ahead != behind
    quotient = (ahead**power - (-behind) ** power) / (2 * Fraction(h))
    exact = quotient - (power == 1)
    assert bound.predicted[0] == pytest.approx(float(exact), rel=1e-14, abs=0)


U, ETA = 2.0**-53, 2.0**-1074


def test_each_rounding_of_a_difference_that_is_exact_otherwise_is_counted() -> None:
    """x³ at 0: the values are ±1, and what the quotient is off is known exactly."""
    cube = one("cube", lambda x, m: x**3)
    bound = central(cube, [0.0], 1.0)
    of_values = np.sum(enclosure(cube, (0,), [[1.0], [-1.0]]).radius) / 2
    assert bound.predicted == 1
    assert 1 < bound.b1 < 1 + 1e-8
    r = of_values + 2 * U  # of the subtraction and of the division
    assert r < bound.r < r * (1 + 1e-8)
    b2 = r + 20 * U  # of the prediction 16, of the residual 4
    assert b2 < bound.b2 < b2 * (1 + 1e-8)


def test_a_batch_of_one_row_is_bounded_as_its_point() -> None:
    row, batch = central(CUBIC, PROBE[0]), central(CUBIC, PROBE[:1])
    np.testing.assert_array_equal(batch.gradient[0], row.gradient)
    np.testing.assert_array_equal(batch.b1[0], row.b1)


def test_what_may_underflow_is_counted_where_there_is_nothing_else() -> None:
    bound = central(one("zero", lambda x, m: 0 * x), [1.0], 0.25)
    assert bound.r == 8 * ETA * (1 + 4)
    assert bound.b1 == bound.b2 == bound.r + 16 * ETA


def test_what_a_formula_may_underflow_is_counted() -> None:
    """Of the sum over f's values 6η(1 + Σ|w|), of its derivative's term one."""
    zero = one("zero", lambda x, m: 0 * x)
    bound = of_formula(zero, [1.0], [[1.25], [0.75]], [2.0, -2.0], 0, 2)
    assert bound == (6 * (1 + 4) + 1) * ETA


def known_as(derivatives: dict[tuple[int, ...], float]) -> Any:
    """An enclosure of a function of which no more than this is known, exactly."""

    def enclosed(function: Function, index: Any, x: Any, radius: Any = 0) -> Enclosure:
        value = np.full(np.shape(x)[:-1], derivatives.get(tuple(index), 0.0))
        return Enclosure(value, np.zeros_like(value))

    return enclosed


def test_what_a_term_may_underflow_grows_with_its_derivative(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nodes that are exact leave of the first two derivatives nothing else."""
    monkeypatch.setattr(error_bounds, "enclosure", known_as({(1,): 3.0, (2,): 5.0}))
    bound = central(one("steep", lambda x, m: x**3), [1.0], 0.25)
    assert bound.r == 8 * ETA * (1 + 4)
    assert bound.b1 == bound.b2 == bound.r + 16 * ETA * (1 + 3 + 5)


def test_each_term_of_a_formula_may_underflow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here those in f, f' and f'', where nothing else is left but the sum over f."""
    monkeypatch.setattr(error_bounds, "enclosure", known_as({}))
    level = one("level", lambda x, m: x**3)
    bound = of_formula(level, [1.0], [[1.25], [0.75]], [2.0, -2.0], 0, 1)
    assert bound == (6 * (1 + 4) + 3) * ETA


def test_the_point_is_named_where_no_bound_is_known() -> None:
    inverse = Function("inverse", "1/x1", lambda x, m: x[0] + 1 / x[1], dimension=2)
    with pytest.raises(UnboundedError, match=r"\[4\.0, 0\.25\]"):
        central(inverse, [[1.0, 2.0], [3.0, 4.0], [4.0, 0.25]], 0.5)


def test_a_coefficient_is_0_where_it_is_and_infinite_where_no_float_is() -> None:
    assert error_bounds._float(Fraction(0)) == 0
    assert error_bounds._float(Fraction(1, 3)) == 1 / 3
    assert error_bounds._float(Fraction(1, 10**400)) == ETA
    assert error_bounds._float(Fraction(10**400)) == np.inf


@pytest.mark.parametrize("nodes", [1, 5])
def test_the_roundings_of_a_combination_are_two_a_node_and_two(nodes: int) -> None:
    """All nodes at 0, where the values of x + 1 are exact; the weights add up to 0."""
    shifted = one("shifted", lambda x, m: x + 1)
    weights = [4096.0, -4096.0] * nodes
    bound = of_formula(shifted, [0.0], np.zeros((2 * nodes, 1)), weights, 0, 1)
    near = of_formula(shifted, [0.0], np.zeros((2 * nodes, 1)), [0.0] * 2 * nodes, 0, 1)
    counted = 2 * (2 * nodes) + 2
    sizes = 4096 * 2 * nodes
    radius = enclosure(shifted, (0,), [[0.0]]).radius[0]
    assert bound - near == pytest.approx((counted * U + radius) * sizes, rel=1e-3)


# Wrong code is not.


def single(f: Scalar) -> Scalar:
    return lambda x: np.float32(f(np.float32(x)))


def forward_gradient(x: Any, h: float = 1e-4) -> Any:
    f = CUBIC.point
    return np.array(
        [[(f(moved(row, j, h)) - f(row)) / h for j in range(2)] for row in x]
    )


MUTANTS = {
    "factor 2 missing": 2 * numerical(CUBIC.point, PROBE),
    "forward difference": forward_gradient(PROBE),
    "sign": -numerical(CUBIC.point, PROBE),
    "components swapped": numerical(CUBIC.point, PROBE)[:, ::-1],
    "single precision": numerical(single(CUBIC.point), PROBE),
    "multiplied by h": numerical(CUBIC.point, PROBE) * 1e-8,
}
OTHER_STEPS = {h: numerical(CUBIC.point, PROBE, h) for h in (1e-3, 2e-4, 1e-5, 1e-10)}


@pytest.mark.parametrize("result", MUTANTS.values(), ids=MUTANTS)
def test_wrong_code_exceeds_every_bound(result: Any) -> None:
    bound = central(CUBIC, PROBE)
    error = result - bound.gradient
    assert np.all(ratio(error, bound.b1) > 10)
    assert np.all(ratio(error - bound.predicted, bound.b2) > 10)


@pytest.mark.parametrize("step", [1e-3, 2e-4, 1e-10])
def test_another_step_exceeds_b2(step: float) -> None:
    bound = central(CUBIC, PROBE)
    error = OTHER_STEPS[step] - bound.gradient - bound.predicted
    assert np.all(ratio(error, bound.b2).max(axis=1) > 1)


def test_right_code_exceeds_nothing() -> None:
    bound = central(CUBIC, PROBE)
    error = numerical(CUBIC.point, PROBE) - bound.gradient
    assert np.all(ratio(error, bound.b1) <= 1)
    assert np.all(ratio(error - bound.predicted, bound.b2) <= 1)


@pytest.mark.parametrize("factor", [1e-8, 0.5, 2.0, -1.0, 1 + 1e-6])
def test_an_inconsistent_formula_does_not_excuse_its_value(factor: float) -> None:
    x = PROBE[1]
    nodes, weights, order = central_pair(x, 0, 1e-4)
    bound = of_formula(CUBIC, x, nodes, factor * weights, 0, order)
    result = np.sum(factor * weights * [CUBIC.point(n) for n in nodes])
    assert abs(result - gradient(CUBIC, x).value[0]) > bound


def test_nothing_is_within_the_bound_of_an_empty_formula() -> None:
    x = PROBE[1]
    for nodes, weights in (([x], [0.0]), (np.empty((0, 2)), [])):
        assert of_formula(CUBIC, x, nodes, weights, 0, 1) < 1e-6


# What cannot be bounded raises.


def test_a_step_into_a_singularity_is_an_error() -> None:
    quotient = FUNCTIONS["quotient"]
    x, h = [1.0, 5e-5], 1e-4
    with pytest.raises(UnboundedError, match="quotient at"):
        central(quotient, x, h)
    nodes, weights, order = central_pair(x, 1, h)
    with pytest.raises(UnboundedError, match="quotient at"):
        of_formula(quotient, x, nodes, weights, 1, order)


def test_a_node_that_is_not_finite_is_an_error() -> None:
    for node in ([np.inf, 1.0], [np.nan, 1.0]):
        with pytest.raises(UnboundedError):
            of_formula(CUBIC, [1.0, 1.0], [node, [1.0, 1.0]], [1.0, -1.0], 0, 1)


def test_overflow_within_f_is_an_error() -> None:
    with pytest.raises(UnboundedError, match="cubic at"):
        central(CUBIC, [1e103, 1.0])


def test_points_outside_the_domain_are_refused() -> None:
    logarithm = FUNCTIONS["logarithm"]
    x = [-1.0, 1.0]
    for call in (
        lambda: central(logarithm, x),
        lambda: of_formula(logarithm, x, [x], [1.0], 0, 1),
    ):
        with pytest.raises(ValueError, match="x0 = -1"):
            call()


@pytest.mark.parametrize("step", [0.0, -1e-4, np.inf, np.nan])
def test_a_step_is_positive_and_finite(step: float) -> None:
    with pytest.raises(ValueError, match="step"):
        central(CUBIC, [1.0, 2.0], step)


def test_an_order_of_accuracy_is_at_least_one() -> None:
    with pytest.raises(ValueError, match="order"):
        of_formula(CUBIC, [1.0, 2.0], [[1.0, 2.0]], [1.0], 0, 0)


def test_bounds_have_the_shape_of_the_points() -> None:
    for x in (PROBE, PROBE[0], np.empty((0, 2))):
        bound = central(CUBIC, x)
        fields = (bound.gradient, bound.b1, bound.predicted, bound.b2, bound.r)
        assert all(field.shape == x.shape for field in fields)
    np.testing.assert_array_equal(
        central(CUBIC, PROBE).b1[1], central(CUBIC, PROBE[1]).b1
    )
