"""The mended routines are right wherever they answer, and say why where they do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gradproof import corrected, sample
from gradproof.numerics.error_bounds import central
from gradproof.numerics.functions import (
    FUNCTIONS,
    Function,
    cubic,
    product,
    sine_of_product,
    sum_of_squares,
)

UNIT_ROUNDOFF = 2.0**-53

same_examples = settings(
    max_examples=50, derandomize=True, deadline=None, database=None
)
POINTS = np.array([[1.0, 2.0], [3.0, 5.0], [7.0, 11.0]])

both_ways = pytest.mark.parametrize("vectorized", [False, True])
every_function = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)


def gradient_of(
    function: Function, x: Any, vectorized: bool, step: float = 1e-4
) -> Any:
    f = function.batch if vectorized else function.point
    return corrected.numerical_gradient(f, x, step=step, vectorized=vectorized)


def assert_within_bound(
    gradient: Any, function: Function, x: Any, step: float = 1e-4
) -> None:
    bound = central(function, x, step)
    assert gradient.shape == bound.gradient.shape
    assert gradient.dtype == np.float64
    assert (np.abs(gradient - bound.gradient) <= bound.b1).all()


# --- right -------------------------------------------------------------------------


@both_ways
@every_function
def test_a_point_and_rows_of_points_are_served(
    function: Function, vectorized: bool
) -> None:
    for x in (POINTS[1], POINTS, POINTS[:2], POINTS[:1], POINTS[:0]):
        assert_within_bound(gradient_of(function, x, vectorized), function, x)


@both_ways
@pytest.mark.parametrize("dimension", [0, 1, 5])
def test_points_may_have_any_number_of_components(
    dimension: int, vectorized: bool
) -> None:
    for x in (np.ones(dimension), np.ones((3, dimension)), np.ones((0, dimension))):
        gradient = gradient_of(sum_of_squares, x, vectorized)
        if dimension:
            assert_within_bound(gradient, sum_of_squares, x)
        assert gradient.shape == x.shape


def test_a_batch_of_many_blocks_is_served_to_its_last_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x = np.random.default_rng(0).uniform(-2, 2, (101, 3))
    for size in (1, 500, 1000, 5000):
        monkeypatch.setattr(corrected, "CACHE", size)
        assert_within_bound(gradient_of(cubic, x, True), cubic, x)


def test_a_batch_costs_two_evaluations_for_each_component_of_a_point() -> None:
    rows = []

    def f(x: Any) -> Any:
        rows.append(len(x))
        return cubic.batch(x)

    corrected.numerical_gradient(f, np.ones((30_011, 3)), vectorized=True)
    assert sum(rows) == 2 * 3 * 30_011


@st.composite
def layouts(draw: st.DrawFn, values: Any) -> Any:
    """The values in a memory layout of some kind, writeable or not."""
    x = np.asarray(values)
    if draw(st.booleans()):
        x = x.byteswap().view(x.dtype.newbyteorder())
    if draw(st.booleans()):
        x = np.asfortranarray(x)
    if draw(st.booleans()):
        x = np.repeat(x, 2, axis=-1)[..., ::2]
    if draw(st.booleans()):
        x = np.flip(np.flip(x).copy())
    if draw(st.booleans()):
        return x.tolist()
    x.flags.writeable = draw(st.booleans())
    return x


DTYPES = ["i1", "u1", "i4", "u8", "i8", "f2", "f4", "f8", "g"]


@st.composite
def arrays(draw: st.DrawFn) -> Any:
    """A point or points, of any real type and layout, and the same as plain floats."""
    shape = draw(
        st.tuples(st.integers(2, 4)) | st.tuples(st.integers(0, 5), st.integers(2, 4))
    )
    whole = draw(hnp.arrays(np.int64, shape, elements=st.integers(0, 40)))
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    scale = 1 if dtype.kind in "iu" else 16
    values = (whole / scale).astype(dtype)
    # As a list an empty array has no second dimension, and no type.
    x = draw(layouts(values)) if values.size else values
    return x, values.astype(np.float64)


@both_ways
@given(pair=arrays(), function=st.sampled_from([cubic, product, sine_of_product]))
@same_examples
def test_type_and_layout_of_x_make_no_difference_and_x_is_left_alone(
    vectorized: bool, pair: Any, function: Function
) -> None:
    x, plain = pair
    before = np.array(x)
    gradient = gradient_of(function, x, vectorized)
    assert_within_bound(gradient, function, plain)
    np.testing.assert_array_equal(gradient, gradient_of(function, plain, vectorized))
    np.testing.assert_array_equal(x, before)
    assert not isinstance(x, np.ndarray) or not np.shares_memory(x, gradient)


@both_ways
@given(
    x=hnp.arrays(
        np.float64, st.tuples(st.integers(1, 6), st.just(2)), elements=st.floats(-9, 9)
    ),
    step=st.floats(1e-7, 1e-1),
)
@same_examples
def test_any_step_is_within_the_bound_of_that_step(
    vectorized: bool, x: Any, step: float
) -> None:
    gradient = gradient_of(cubic, x, vectorized, step)
    assert_within_bound(gradient, cubic, x, step)


@both_ways
@pytest.mark.parametrize("dtype", ["i8", "f4", "g"])
def test_what_f_returns_is_worked_in_as_float64(dtype: str, vectorized: bool) -> None:
    # Whole numbers from −h·10⁴ to h·10⁴: exact in every type.
    def f(x: Any) -> Any:
        return np.rint(x[..., 0] * 1e4).astype(dtype)

    gradient = corrected.numerical_gradient(f, [[3.0, 4.0]], vectorized=vectorized)
    assert gradient.tolist() == [[2 / 2e-4, 0.0]]


@both_ways
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_a_row_that_is_not_finite_spoils_no_other(bad: float, vectorized: bool) -> None:
    x = POINTS.copy()
    x[1, 0] = bad
    gradient = gradient_of(cubic, x, vectorized)
    assert not np.isfinite(gradient[1]).any()
    assert_within_bound(gradient[::2], cubic, x[::2])


# --- whatever f does ---------------------------------------------------------------


@both_ways
def test_an_f_that_returns_a_view_of_its_argument_is_served(vectorized: bool) -> None:
    first = Function("first", "x0", lambda x, m: x[0])
    gradient = corrected.numerical_gradient(
        lambda x: x[..., 0], POINTS, vectorized=vectorized
    )
    assert_within_bound(gradient, first, POINTS)


def test_an_f_of_one_point_may_overwrite_its_argument() -> None:
    def f(x: Any) -> Any:
        value = cubic.point(x)
        x[...] = np.nan
        return value

    x = POINTS.copy()
    assert_within_bound(corrected.numerical_gradient(f, x), cubic, x)
    assert (x == POINTS).all()


def test_an_f_of_one_point_may_keep_its_argument() -> None:
    kept = []

    def f(x: Any) -> float:
        kept.append(x)
        return 0.0

    corrected.numerical_gradient(f, [3.0, 4.0])
    h = 1e-4
    expected = [[3 + h, 4], [3 - h, 4], [3, 4 + h], [3, 4 - h]]
    assert [x.tolist() for x in kept] == expected


def test_an_f_of_a_batch_cannot_overwrite_its_argument() -> None:
    def f(x: Any) -> Any:
        x **= 2
        return x.sum(axis=1)

    with pytest.raises(ValueError, match="read-only"):
        corrected.numerical_gradient(f, POINTS, vectorized=True)


@both_ways
def test_an_exception_of_f_comes_through_and_leaves_x_alone(vectorized: bool) -> None:
    error = KeyError("f fails")
    calls = []

    def f(x: Any) -> Any:
        calls.append(x)
        if len(calls) == (1 if vectorized else 2):
            raise error
        return np.zeros(x.shape[:-1])

    x = POINTS.copy()
    with pytest.raises(KeyError) as caught:
        corrected.numerical_gradient(f, x, vectorized=vectorized)
    assert caught.value is error
    assert error.args == ("f fails",)
    assert (x == POINTS).all()


# --- refused -----------------------------------------------------------------------


@both_ways
@pytest.mark.parametrize(
    ("x", "error", "words"),
    [
        (3.0, ValueError, r"not of shape \(\)"),
        (np.ones((2, 3, 4)), ValueError, r"not of shape \(2, 3, 4\)"),
        ([True, False], TypeError, "x must hold real numbers, not bool"),
        ([1j, 2.0], TypeError, "not complex128"),
        (["1", "2"], TypeError, "not <U1"),
        ([object()], TypeError, "not object"),
        ([None, 1.0], TypeError, "not object"),
        ([[1.0, 2.0], [3.0]], ValueError, "inhomogeneous"),
        (np.array(["2019-01-15"], "M8[D]"), TypeError, "not datetime64"),
    ],
)
def test_an_x_that_is_no_point_is_refused(
    x: Any, error: type[Exception], words: str, vectorized: bool
) -> None:
    with pytest.raises(error, match=words):
        gradient_of(sum_of_squares, x, vectorized)


@pytest.mark.parametrize("step", [0, -1e-4, np.nan, np.inf, -np.inf, 1e308, 5e-324 / 2])
def test_a_step_that_is_not_positive_and_finite_is_refused(step: float) -> None:
    with pytest.raises(ValueError, match="step must be positive and finite"):
        corrected.numerical_gradient(np.sum, [1.0], step=step)


@pytest.mark.parametrize("step", ["1e-4", 1j, None, True, [1e-4]])
def test_a_step_that_is_no_number_is_refused(step: Any) -> None:
    with pytest.raises(TypeError, match="step must be a real number"):
        corrected.numerical_gradient(np.sum, [1.0], step=step)


@both_ways
@pytest.mark.parametrize(
    "x",
    [
        [[0.0, 1.0], [1e13, 2.0]],
        [[-1e13, np.inf]],
        [np.nan, 1e13],
        # Forward it moves, backward it does not; and the other way round.
        [1.5, np.nextafter(-1e4 * 2.0**53, 0.0)],
    ],
)
def test_a_step_that_rounding_loses_is_refused(x: Any, vectorized: bool) -> None:
    with pytest.raises(ValueError, match=r"a step of 0.0001 is lost .* of -?\d"):
        gradient_of(sum_of_squares, x, vectorized)


def test_a_step_is_refused_exactly_where_rounding_loses_it() -> None:
    for x in (2.0**39, 1.5 * 2.0**39, 2.0**40, np.nextafter(2.0**40, 0), 2.0**41):
        for signed in (x, -x):
            lost = signed + 1e-4 == signed or signed - 1e-4 == signed
            try:
                corrected.numerical_gradient(np.sum, [0.0, signed])
            except ValueError:
                assert lost
            else:
                assert not lost


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (np.ones(1), ValueError, r"one number for one point, not shape \(1,\)"),
        ([1.0, 2.0], ValueError, r"not shape \(2,\)"),
        (1j, TypeError, "the value of f must hold real numbers, not complex128"),
        (None, TypeError, "not object"),
        ("1.0", TypeError, "not <U3"),
        (True, TypeError, "not bool"),
    ],
)
def test_an_f_of_one_point_must_return_one_real_number(
    value: Any, error: type[Exception], words: str
) -> None:
    for x in ([1.0, 2.0], POINTS):
        with pytest.raises(error, match=words):
            corrected.numerical_gradient(lambda x: value, x)


@pytest.mark.parametrize(
    ("f", "error", "words"),
    [
        (np.sum, ValueError, r"\((\d+),\) for points of shape \(\1, 2\), not \(\)"),
        (
            np.sin,
            ValueError,
            r"\((\d+),\) for points of shape \(\1, 2\), not \(\1, 2\)",
        ),
        (lambda x: np.sum(x, axis=0), ValueError, r"not \(2,\)"),
        (lambda x: np.sum(x, axis=1, keepdims=True), ValueError, r"not \(\d+, 1\)"),
        (lambda x: x[:, 0] > 1, TypeError, "the values of f .* not bool"),
        (lambda x: x[:, 0] * 1j, TypeError, "not complex128"),
        (lambda x: [None] * len(x), TypeError, "not object"),
    ],
)
def test_an_f_of_a_batch_must_return_a_real_number_for_each_point(
    f: Callable[[Any], Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        corrected.numerical_gradient(f, POINTS, vectorized=True)


HINT = "x has 2 rows of 324 numbers: rows are points"


@both_ways
@pytest.mark.parametrize(
    ("f", "error"),
    [
        (lambda x: x[0] * x[1] * x[(0,) * 3], IndexError),
        (lambda x: np.outer(x, x), ValueError),
        (lambda x: 1j, (TypeError, ValueError)),
    ],
)
def test_an_error_on_what_looks_like_a_grid_comes_with_a_hint(
    f: Callable[[Any], Any], error: type[Exception], vectorized: bool
) -> None:
    grid = np.array(sample.grid())
    with pytest.raises(error) as caught:
        corrected.numerical_gradient(f, grid, vectorized=vectorized)
    said, _, hint = str(caught.value).partition("\n")
    assert said
    assert hint.startswith(HINT)
    assert hint.endswith("pass x.T and transpose the result")


@pytest.mark.parametrize("shape", [(2,), (2, 2), (3, 324), (324, 2)])
def test_an_error_elsewhere_comes_without_it(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="one number") as caught:
        corrected.numerical_gradient(np.sin, np.ones(shape))
    assert HINT not in str(caught.value)


# --- the other routines ------------------------------------------------------------


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 3), (0, 2)])
def test_the_whole_array_routine_takes_any_shape(shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).uniform(1, 2, shape)
    shapes = set()

    def f(node: Any) -> Any:
        shapes.add(node.shape)
        return cubic.point(node)

    gradient = corrected.numerical_gradient_whole(f, x)
    assert gradient.shape == shape
    assert shapes <= {shape}
    if x.size:
        assert_within_bound(gradient.ravel(), cubic, x.ravel())


def test_the_whole_array_routine_does_not_truncate_integers() -> None:
    x = np.array([[3, 4]])
    whole = corrected.numerical_gradient_whole(sum_of_squares.point, x)
    assert_within_bound(whole, sum_of_squares, x.astype(float))
    assert x.tolist() == [[3, 4]]


@pytest.mark.parametrize("x", [3, 3.0, np.float32(3), np.array(3)])
def test_the_derivative_is_within_the_bound(x: Any) -> None:
    derivative = corrected.numerical_diff(lambda t: cubic.point([t]), x)
    assert type(derivative) is float
    assert_within_bound(np.array([derivative]), cubic, [3.0])


@pytest.mark.parametrize(
    ("x", "error"), [([3.0], ValueError), (3j, TypeError), (1e13, ValueError)]
)
def test_the_derivative_is_taken_at_a_number_only(
    x: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        corrected.numerical_diff(abs, x)


def test_the_tangent_touches_and_has_the_slope() -> None:
    line = corrected.tangent_line(lambda t: cubic.point([t]), 3)
    assert line(3.0) == 27.0
    # From x − ½ to x + ½: numbers below 64, a difference of 27.
    slope = np.array([line(3.5) - line(2.5)])
    bound = central(cubic, [3.0])
    assert (np.abs(slope - bound.gradient) <= bound.b1 + 4 * UNIT_ROUNDOFF * 64).all()
    np.testing.assert_array_equal(line([2.5, 3.5]), [line(2.5), line(3.5)])


@every_function
def test_the_tangent_plane_touches_and_has_the_slopes(function: Function) -> None:
    x = np.array([1.25, 2.5])
    plane = corrected.tangent_line(function.point, x)
    height = function.point(x)
    assert plane(x) == height
    bound = central(function, x)
    slopes = np.array([plane(x + unit) - height for unit in np.eye(2)])
    # A sum, which rounds at its own size, and a difference.
    size = np.abs(height) + np.abs(bound.gradient) + bound.b1
    assert (
        np.abs(slopes - bound.gradient) <= bound.b1 + 4 * UNIT_ROUNDOFF * size
    ).all()
    np.testing.assert_array_equal(plane([x, x]), [height, height])


def test_the_tangent_stays_where_it_was_taken() -> None:
    x = np.array([3.0, 4.0])
    plane = corrected.tangent_line(sum_of_squares.point, x)
    x[:] = 0
    assert plane([3.0, 4.0]) == 25.0


def test_the_tangent_is_taken_at_one_point_only() -> None:
    with pytest.raises(ValueError, match=r"\(3, 2\)"):
        corrected.tangent_line(sum_of_squares.point, POINTS)


@pytest.mark.parametrize("start", [[-3, 4], [-3.0, 4.0], [[-3.0, 4.0], [1.0, 2.0]]])
def test_every_step_of_the_descent_goes_down_the_gradient(start: Any) -> None:
    kept = np.array(start)
    lr = 0.125
    x, history = corrected.gradient_descent(sum_of_squares.point, kept, lr, 20)
    assert (kept == start).all()
    assert not np.shares_memory(x, kept)
    assert history.shape == (20, *kept.shape)
    assert (history[0] == start).all()
    left = history.reshape(-1, 2)
    reached = np.concatenate([history[1:], x[np.newaxis]]).reshape(-1, 2)
    bound = central(sum_of_squares, left)
    # lr is a power of two: only the difference x − lr·∇f rounds.
    rounding = UNIT_ROUNDOFF * np.abs(reached)
    error = np.abs((left - reached) - lr * bound.gradient)
    assert (error <= lr * bound.b1 + 2 * rounding).all()


def test_no_step_of_the_descent_leaves_the_start() -> None:
    x, history = corrected.gradient_descent(
        sum_of_squares.point, [3.0, 4.0], step_num=0
    )
    assert x.tolist() == [3.0, 4.0]
    assert history.shape == (0, 2)
    with pytest.raises(ValueError, match="-1"):
        corrected.gradient_descent(sum_of_squares.point, [3.0, 4.0], step_num=-1)


def test_the_field_is_the_gradient_at_the_grid() -> None:
    x, y, gradient = corrected.right_field(cubic.point)
    np.testing.assert_array_equal((x, y), sample.grid())
    assert_within_bound(gradient.T, cubic, np.array([x, y]).T)
