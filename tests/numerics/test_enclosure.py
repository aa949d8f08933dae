"""The radius bounds every evaluation, is tight, and never wrongly finite."""

from __future__ import annotations

import itertools
from random import Random
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
    reassociated,
    samples,
)
from gradproof.numerics import enclosure
from gradproof.numerics.enclosure import Enclosure, evaluate

x, y, z = sympy.symbols("x y z", real=True)


def enclose(expression: Any, radius: float = 0.0, **values: Any) -> Enclosure:
    boxes = {sympy.Symbol(s, real=True): (v, radius) for s, v in values.items()}
    return evaluate(expression, boxes)


def excess(result: Any, true: Any, radius: Any) -> float:
    """How many times the radius the error is."""
    with mpmath.workdps(60):
        error = abs(mpmath.mpf(float(result)) - true)
        if error == 0:
            return 0.0
        return float(error / mpmath.mpf(float(radius))) if radius else np.inf


def assert_evaluations_within(sample: Sample, rows: Any) -> None:
    """By point, as a batch, with common subexpressions taken out, in any order."""
    boxes = {s: (rows[:, j], 0.0) for j, s in enumerate(sample.symbols)}
    box = evaluate(sample.expression, boxes)
    shared = sympy.lambdify(sample.symbols, sample.expression, "numpy", cse=True)
    with np.errstate(all="ignore"):
        batches = [
            np.broadcast_to(f(*rows.T), len(rows)) for f in (sample.numpy, shared)
        ]
        singly = [sample.numpy(*row) for row in rows]
    for k in np.flatnonzero(np.isfinite(box.radius)):
        true = exact(sample.expression, sample.symbols, rows[k])
        mixed = [
            reassociated(sample.expression, sample.symbols, rows[k], Random(seed))
            for seed in range(3)
        ]
        for result in (box.value[k], *(b[k] for b in batches), singly[k], *mixed):
            assert excess(result, true, box.radius[k]) <= 1, rows[k].tolist()


@pytest.mark.once
@examples(80)
@given(st.data())
def test_radius_bounds_every_evaluation(data: st.DataObject) -> None:
    sample = data.draw(samples(data.draw(dimensions())))
    rows = np.array([data.draw(points(sample.dimension)) for _ in range(5)])
    assert_evaluations_within(sample, rows)


@examples(40)
@given(polynomials(), st.data())
def test_radius_bounds_evaluations_that_underflow_or_overflow(
    sample: Sample, data: st.DataObject
) -> None:
    exponent = st.one_of(
        st.floats(-165, -155), st.floats(-110, -75), st.floats(-330, 330)
    )
    component = exponent.map(lambda e: float(10.0 ** max(-307, min(307, e))))
    row = st.tuples(component, component)
    assert_evaluations_within(sample, np.array(data.draw(st.lists(row, min_size=4))))


@examples(60)
@given(st.data())
def test_radius_bounds_the_values_in_a_box(data: st.DataObject) -> None:
    sample = data.draw(samples(data.draw(dimensions())))
    centre = data.draw(points(sample.dimension))
    radius = data.draw(st.sampled_from([1e-6, 1e-3, 0.03, 0.5]))
    box = evaluate(
        sample.expression,
        {s: (c, radius) for s, c in zip(sample.symbols, centre, strict=True)},
    )
    if not np.isfinite(box.radius):
        return
    computed = sample.numpy
    for _ in range(3):
        shares = [data.draw(st.floats(-1, 1)) for _ in centre]
        inside = [
            float(c + s * radius * 0.999) for c, s in zip(centre, shares, strict=True)
        ]
        true = exact(sample.expression, sample.symbols, inside)
        assert excess(box.value, true, box.radius) <= 1
        assert excess(computed(*inside), true, box.radius) <= 1


def test_exact_values_lie_within_one_radius_and_evaluations_within_two() -> None:
    box = Enclosure(np.array([-2.0, 2.0]), np.array([0.5, 1.0]))
    np.testing.assert_array_equal(box.magnitude, [2.5, 3.0])
    np.testing.assert_array_equal(box.reach, [3.0, 4.0])
    np.testing.assert_array_equal(box.floor, [1.0, np.nan])


def test_terms_that_cancel_in_some_order_are_within_the_radius() -> None:
    box = enclose(x + y + z, x=1e16, y=1.0, z=-1e16)
    for result in ((1e16 + 1.0) - 1e16, (1e16 - 1e16) + 1.0):
        assert excess(result, mpmath.mpf(1), box.radius) <= 1


def test_an_exponent_that_is_no_double_is_allowed_for() -> None:
    root = x ** sympy.Rational(1, 3)
    for value in (1e300, 1e-300):
        box = enclose(root, x=value)
        assert excess(box.value, exact(root, (x,), (value,)), box.radius) <= 1


@pytest.mark.parametrize(
    ("expression", "centre"),
    [
        (sympy.sin(x), np.pi / 2),
        (sympy.sin(x), 1.0),
        (sympy.cos(x), np.pi),
        (sympy.exp(x), 1.0),
        (sympy.exp(-x), 1.0),
        (sympy.log(x), 1.0),
        (sympy.sqrt(x), 1.0),
        (x ** sympy.Rational(-3, 2), 1.0),
        (x ** sympy.Rational(3, 2), 1.0),
        (x**3, -1.0),
        (1 / x, -1.0),
        (x**2 * sympy.exp(x), 1.0),
        (sympy.tanh(x), 0.5),
        (sympy.tanh(x), -2.0),
        (sympy.sinh(x), -1.0),
        (sympy.cosh(x), 1.0),
        (sympy.atan(x), 2.0),
        (sympy.asin(x), 0.5),
        (sympy.acos(x), -0.5),
        (sympy.tan(x), 1.0),
        (2**x, 1.0),
    ],
)
def test_radius_covers_the_range_and_not_twice_as_much(
    expression: Any, centre: float
) -> None:
    true = [exact(expression, (x,), (centre + d,)) for d in (-0.1, 0.1)]
    box = enclose(expression, 0.1, x=centre)
    reached = max(excess(box.value, t, box.radius) for t in true)
    assert 0.3 < reached <= 1


def test_radius_covers_the_corners_of_a_product() -> None:
    assert enclose(x * y, 0.5, x=1.0, y=1.0).radius >= 1.5**2 - 1


def test_radius_is_as_tight_as_the_operation_allows() -> None:
    u = 2.0**-53
    assert enclose(x + y, x=1.0, y=0.1).radius <= 1.001 * u * 1.1
    assert enclose(x * y, x=1.0, y=0.1).radius <= 1.001 * u * 0.1
    assert enclose(-2 * x, x=0.1).radius <= 1e-300
    assert enclose(x**2, x=0.1).radius <= 2.001 * u * 0.01
    assert enclose(sympy.sin(x), 1e-3, x=1.0).radius <= 1e-3 * (np.cos(1) + 2e-3)


FUNCTIONS = {
    sympy.sinh: (np.sinh, mpmath.sinh),
    sympy.cosh: (np.cosh, mpmath.cosh),
    sympy.tanh: (np.tanh, mpmath.tanh),
    sympy.atan: (np.arctan, mpmath.atan),
    sympy.asin: (np.arcsin, mpmath.asin),
    sympy.acos: (np.arccos, mpmath.acos),
    sympy.asinh: (np.arcsinh, mpmath.asinh),
    sympy.atanh: (np.arctanh, mpmath.atanh),
    sympy.tan: (np.tan, mpmath.tan),
    sympy.Abs: (np.abs, abs),
}
"""Each as NumPy has it, and in high precision."""


@pytest.mark.once
@examples(400)
@given(
    st.sampled_from(sorted(FUNCTIONS, key=str)),
    st.floats(-30, 30),
    st.floats(-1, 1),
    st.sampled_from([0.0, 1e-12, 1e-6, 1e-3, 0.1, 2.0]),
    st.sampled_from([1.0, 0.03]),
    st.lists(st.floats(-1, 1), min_size=3, max_size=3),
)
def test_radius_bounds_a_function_in_a_box(
    function: Any,
    centre: float,
    offset: float,
    radius: float,
    scale: float,
    shares: list[float],
) -> None:
    computed, precise = FUNCTIONS[function]
    a, b = scale * centre, offset * scale
    rows = {x: (a, radius), y: (b, radius)}
    insides: list[tuple[Any, Any]] = [(x, lambda p, q: p), (x + y, lambda p, q: p + q)]
    for inner, inside in insides:
        box = evaluate(function(inner), rows)
        if not np.isfinite(box.radius):
            continue
        for share, other in itertools.product((*shares, 1.0, -1.0), (0.5, -1.0)):
            p, q = (float(v + s * radius * 0.999) for v, s in ((a, share), (b, other)))
            with mpmath.workdps(60):
                true = precise(inside(mpmath.mpf(p), mpmath.mpf(q)))
            assert excess(box.value, true, box.radius) <= 1
            assert excess(computed(inside(p, q)), true, box.radius) <= 1


@examples(60)
@given(st.floats(-3, 3), st.floats(0.1, 3), st.sampled_from([0.0, 1e-6, 0.05]))
def test_radius_bounds_what_numpy_computes_by_other_means(
    a: float, b: float, radius: float
) -> None:
    ways: list[tuple[Any, Any, Any]] = [
        (2**x, np.exp2, lambda p, q: mpmath.mpf(2) ** p),
        (y**x, lambda p, q: q**p, lambda p, q: q**p),
        (sympy.log(y, 2), lambda p, q: np.log2(q), lambda p, q: mpmath.log(q, 2)),
        (sympy.log(y, 10), lambda p, q: np.log10(q), lambda p, q: mpmath.log10(q)),
        (sympy.exp(x) - 1, lambda p, q: np.expm1(p), lambda p, q: mpmath.expm1(p)),
        (sympy.log(1 + y), lambda p, q: np.log1p(q), lambda p, q: mpmath.log(1 + q)),
        (sympy.sqrt(x**2 + y**2), np.hypot, mpmath.hypot),
        (2 * sympy.atan(x / (sympy.sqrt(x**2 + y**2) + y)), np.arctan2, mpmath.atan2),
    ]  # fmt: skip
    for expression, computed, precise in ways:
        box = evaluate(expression, {x: (a, radius), y: (b, radius)})
        if not np.isfinite(box.radius):
            continue
        for p, q in ((a, b), (a + 0.99 * radius, b - 0.99 * radius)):
            result = computed(p) if computed is np.exp2 else computed(p, q)
            with mpmath.workdps(60):
                true = precise(mpmath.mpf(p), mpmath.mpf(q))
            assert excess(box.value, true, box.radius) <= 1, expression
            assert excess(result, true, box.radius) <= 1, expression


def test_an_absolute_value_is_followed_where_its_kink_is_out_of_reach() -> None:
    kinked = sympy.Abs(x * y - 1)
    away, near = ({x: (v, 1e-3), y: (1.0, 1e-3)} for v in (3.0, 1.0005))
    for times in (1, 2, 3):
        slope = sympy.diff(kinked, x, times)
        assert evaluate(slope, away).value == (times == 1)
        assert evaluate(slope, away).radius < 2e-3
        assert evaluate(slope, near).radius == np.inf
    assert evaluate(kinked, near).radius < 1e-2
    for sure in (sympy.sign(x), sympy.DiracDelta(x)):
        assert enclose(sure, 1e-3, x=3.0).radius == 0


@pytest.mark.parametrize("n", [2, 3, -1, -2])
def test_a_power_of_a_box_is_nearly_its_range(n: int) -> None:
    assert enclose(x**n, 1e-5, x=2.0).radius == pytest.approx(
        abs(n) * 2.0 ** (n - 1) * 1e-5, rel=1e-4
    )


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (sympy.Integer(3), 3.0),
        (sympy.Rational(3, 8), 0.375),
        (sympy.Float(0.1), 0.1),
    ],
)
def test_a_number_that_is_a_double_is_exact(expression: Any, value: float) -> None:
    assert enclose(expression) == Enclosure(np.array(value), np.array(0.0))


def test_the_module_needs_no_sympy_to_be_there() -> None:
    assert not hasattr(enclosure, "sympy")


def test_a_number_is_looked_at_once() -> None:
    class Three:
        is_Number = is_Rational = True
        p, q = 3, 1
        looks = 0

        def __float__(self) -> float:
            self.looks += 1
            return 3.0

    three: Any = Three()
    assert [*evaluate(three, {}), *evaluate(three, {})] == [3.0, 0.0, 3.0, 0.0]
    assert three.looks == 1


@pytest.mark.parametrize(
    "expression",
    [sympy.Rational(1, 3), sympy.pi, sympy.Integer(2**53 + 1), sympy.Float("0.1", 40)],
)
def test_a_number_that_is_no_double_has_a_radius(expression: Any) -> None:
    box = enclose(expression)
    assert 0 < excess(box.value, exact(expression, (), ()), box.radius) <= 1


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (1 / x, 1e-4),
        (x**-2, -1e-4),
        (sympy.log(x), 1e-4),
        (sympy.log(x), -1.0),
        (sympy.sqrt(x), 1e-4),
        (sympy.sqrt(x), -1.0),
        (x ** sympy.Rational(3, 2), 1e-4),
        (x ** sympy.Rational(-3, 2), 1e-4),
        (sympy.sin(1 / x), 1e-4),
        (sympy.exp(-1 / x), 1e-4),
        (1 / (1 + 1 / x), 1e-4),
        (sympy.exp(x), 1000.0),
        (sympy.exp(-sympy.exp(x)), 1000.0),
        (sympy.sinh(x), 1000.0),
        (sympy.cosh(x), -1000.0),
        (sympy.tan(x), np.pi / 2 + 1e-4),
        (sympy.asin(x), 1 - 1e-4),
        (sympy.acos(x), -1 + 1e-4),
        (sympy.asin(x), 3.0),
        (sympy.atanh(x), -1 + 1e-4),
        (sympy.sign(x), 1e-4),
        (sympy.sign(x), 0.0),
        (sympy.sign(sympy.sin(x)), np.pi),
        (sympy.diff(sympy.Abs(x), x), -1e-4),
        (sympy.diff(sympy.Abs(x), x, 2), 1e-4),
        (sympy.diff(sympy.Abs(x), x, 3), -1e-4),
        (x**y, 1e-4),
    ],
)
def test_a_singularity_in_reach_gives_no_finite_radius(
    expression: Any, value: float
) -> None:
    assert enclose(expression, 2e-4, x=value, y=1.0).radius == np.inf


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        (x * y * z, (1e200, 1e200, 1e-300)),
        (x / (y * z), (1.0, 1e-200, 1e-200)),
        (1 / (x * y * z), (1e200, 1e200, 1e-100)),
        (1 / (x * y), (1.5 * 2.0**-512, 1.1 * 2.0**-511)),
        (x**4, (1e100,)),
        (x / y**2, (1.0, 1e160)),
        (1 / (x * y * z), (1e-300, 1e200, 1e200)),
        (x**-2, (2.0**-511.025,)),
        (1 / (x * y * z), (1e5, 2.0**-500, 2.0**-522.3)),  # y·z is subnormal
    ],
)
def test_overflow_in_some_order_gives_no_finite_radius(
    expression: Any, values: tuple[float, ...]
) -> None:
    named = dict(zip("xyz", values, strict=False))
    assert enclose(expression, **named).radius == np.inf


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        (1 / (x * y), (0.5, 1.5e308)),  # their product is finite
        (1 / x, (2.0**-1022 * (1 + 2.0**-40),)),  # it is normal
        (1 / (x * y), (4.0, 2.0**-1020 * (1 + 2.0**-40))),  # times 16
        (
            sympy.Mul(sympy.Pow(x, 0, evaluate=False), 1 / y, evaluate=False),
            (2.0, 2.0**-1021),
        ),
    ],
)
def test_denominators_that_neither_overflow_nor_underflow_have_a_radius(
    expression: Any, values: tuple[float, ...]
) -> None:
    assert np.isfinite(
        enclose(expression, **dict(zip("xy", values, strict=False))).radius
    )


def test_a_first_power_is_the_number_itself_at_0_too() -> None:
    once = sympy.Pow(x, 1, evaluate=False)
    assert enclose(once, 1e-3, x=1e-4).radius == pytest.approx(1e-3, rel=1e-8)


def test_a_root_is_no_denominator() -> None:
    box = enclose(sympy.sqrt(x) * sympy.sqrt(y), x=1e308, y=1e308)
    assert np.isfinite(box.radius)


def test_each_operation_that_may_underflow_counts() -> None:
    smallest = 2.0**-1074
    # An ulp of a subnormal value is the smallest; eight operations lose half of it.
    assert enclose(sympy.sin(x), x=0.0).radius == (4 + 8 / 2) * smallest
    # 16 for each of two factors and their product.
    assert enclose(x * y, x=0.0, y=1.0).radius == (16 * 3 + 8) * smallest
    # Ten roundings, each off by half of the smallest, times what is left.
    assert enclose(y * x**9, x=1e-40, y=1e300).radius >= 5 * smallest * 1e300


def test_underflow_in_some_order_is_within_the_radius() -> None:
    large, small = 1e250, 3.3e-161
    box = enclose(x * y**2, x=large, y=small)
    true = exact(x * y**2, (x, y), (large, small))
    for result in (large * (small * small), (large * small) * small):
        assert excess(result, true, box.radius) <= 1


def test_a_large_radius_beside_a_tiny_slope_is_kept() -> None:
    box = enclose(1 / x, 1e190, x=1e200)
    assert box.radius >= 0.9e-210


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        (sympy.gamma(x), "gamma"),
        (sympy.Max(x, 0), "Max"),
        (sympy.floor(x), "floor"),
        (sympy.I * x, "ImaginaryUnit"),
        (sympy.zoo, "ComplexInfinity"),
        (x + sympy.Symbol("w"), "Symbol: w"),
    ],
)
def test_a_node_without_a_rule_is_named(expression: Any, name: str) -> None:
    with pytest.raises(NotImplementedError, match=name):
        enclose(expression, x=1.0)


def test_results_have_the_shape_of_the_boxes() -> None:
    rows = np.ones((4, 3))
    for expression in (x, x + 1, sympy.S(2), sympy.sin(x) * y):
        box = enclose(expression, x=rows, y=2.0)
        assert box.value.shape == box.radius.shape == (4, 3)
