"""The book's routines behave as they are known to, quirks included."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradproof import sample
from gradproof.figures import canvas, quivers
from gradproof.numerics.error_bounds import central
from gradproof.numerics.functions import (
    Function,
    cubic,
    product,
    sine_of_product,
    sum_of_squares,
)

POINTS = [[1.0, 2.0], [3.0, 5.0], [7.0, 11.0]]

BOOK = [
    pytest.param(sum_of_squares, sample.function_2, id="function_2"),
    pytest.param(product, sample.function_xy, id="function_xy"),
    pytest.param(sine_of_product, sample.function_sin_xy, id="function_sin_xy"),
]


def assert_within_bound(gradient: Any, function: Function, x: Any) -> None:
    bound = central(function, x)
    assert (np.abs(gradient - bound.gradient) <= bound.b1).all()


def raising_at_call(number: int) -> Callable[[Any], Any]:
    calls = iter(range(1, number))

    def f(x: Any) -> Any:
        if next(calls, None) is None:
            raise ArithmeticError("f fails")
        return whole_sum_of_squares(x)

    return f


def whole_sum_of_squares(x: Any) -> Any:
    """One number of an array of any shape."""
    return np.sum(x**2)


@pytest.mark.parametrize(("function", "f"), BOOK)
def test_its_functions_take_a_point_and_rows_of_points(
    function: Function, f: Callable[[Any], Any]
) -> None:
    rows = np.array([[1.0, 2.0], [-3.0, 0.5]])
    np.testing.assert_array_equal(f(rows), function.batch(rows))
    np.testing.assert_array_equal(f(rows), [f(row) for row in rows])


@pytest.mark.parametrize(("function", "f"), BOOK)
@pytest.mark.parametrize("x", [POINTS[1], POINTS], ids=["point", "rows"])
def test_its_gradients_are_right_where_it_is_used_rightly(
    function: Function, f: Callable[[Any], Any], x: Any
) -> None:
    x = np.array(x)
    assert_within_bound(sample.numerical_gradient(f, x), function, x)
    assert x.tolist() in (POINTS, POINTS[1])


def test_the_whole_array_routine_takes_one_number_of_the_whole_array() -> None:
    x = np.array(POINTS)
    whole = sample.numerical_gradient_whole(cubic.point, x)
    assert_within_bound(whole.ravel(), cubic, x.ravel())
    assert x.tolist() == POINTS


def test_its_derivative_is_central() -> None:
    derivative = sample.numerical_diff(lambda t: cubic.point([t]), 3.0)
    assert_within_bound(derivative, cubic, np.array([3.0]))


def test_its_step_is_a_ten_thousandth_each_way() -> None:
    nodes: list[float] = []

    def f(x: Any) -> float:
        nodes.extend(np.ravel(x))
        return 0.0

    sample.numerical_diff(f, 3.0)
    sample.numerical_gradient(f, np.array([3.0]))
    sample.numerical_gradient_whole(f, np.array([3.0]))
    assert nodes == [3 + 1e-4, 3 - 1e-4] * 3


@pytest.mark.parametrize(
    "routine", [sample.numerical_gradient, sample.numerical_gradient_whole]
)
@pytest.mark.parametrize("x", [[3, 4], [[3, 4]]])
def test_integers_are_truncated(routine: Any, x: Any) -> None:
    x = np.array(x)
    gradient = routine(whole_sum_of_squares, x)
    assert gradient.dtype == x.dtype
    # 3 + h is stored as 3, and 3 − h as 2: (9 − 4) / 2h where 6 is due.
    assert gradient.ravel().tolist() == [25000, 35000]


def test_single_precision_is_kept_and_is_not_enough() -> None:
    x = np.array([3.0, 4.0], dtype=np.float32)
    gradient = sample.numerical_gradient(sample.function_2, x)
    assert gradient.dtype == np.float32
    bound = central(sum_of_squares, x)
    # What rounding the result alone to float32 could explain.
    rounded = bound.b1 + 2.0**-24 * np.abs(bound.gradient)
    assert (np.abs(gradient - bound.gradient) > rounded).all()


@pytest.mark.parametrize(
    ("routine", "x"),
    [
        (sample.numerical_gradient, [3.0, 4.0]),
        (sample.numerical_gradient, [[3.0, 4.0]]),
        (sample.numerical_gradient_whole, [[3.0, 4.0]]),
    ],
)
@pytest.mark.parametrize(("call", "left"), [(1, 3 + 1e-4), (2, 3 - 1e-4)])
def test_x_stays_moved_when_f_raises(
    routine: Any, x: Any, call: int, left: float
) -> None:
    x = np.array(x)
    with pytest.raises(ArithmeticError, match="f fails"):
        routine(raising_at_call(call), x)
    assert x.ravel().tolist() == [left, 4.0]


@pytest.mark.parametrize(
    "routine", [sample.numerical_gradient, sample.numerical_gradient_whole]
)
def test_a_read_only_x_is_a_value_error(routine: Any) -> None:
    x = np.array([3.0, 4.0])
    x.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        routine(sample.function_2, x)


def test_a_list_is_an_attribute_error() -> None:
    not_an_array: Any = [3.0, 4.0]
    with pytest.raises(AttributeError, match="ndim"):
        sample.numerical_gradient(sample.function_2, not_an_array)


@pytest.mark.parametrize("shape", [(), (2, 2, 2)])
def test_no_dimension_and_a_third_are_type_errors(shape: tuple[int, ...]) -> None:
    with pytest.raises(TypeError):
        sample.numerical_gradient(sample.function_2, np.ones(shape))


def test_the_tangent_is_right_in_one_dimension() -> None:
    line = sample.tangent_line(lambda t: cubic.point([t]), 3.0)
    bound = central(cubic, [3.0])
    assert_within_bound(line(1.0) - line(0.0), cubic, np.array([3.0]))
    # Two roundings at the numbers' size, of slope·x and of its sum with f(x) − slope·x.
    rounding = 4 * 2.0**-53 * 3 * float(np.abs(bound.gradient[0]) + bound.b1[0])
    assert abs(line(3.0) - 27.0) <= rounding


def test_the_tangent_is_no_plane_in_two_dimensions() -> None:
    x = np.array([3.0, 4.0])
    line = sample.tangent_line(sample.function_2, x)
    assert np.shape(line(x)) == (2,)
    assert sample.function_2(x).shape == ()


def test_the_descent_moves_the_start_that_it_was_given() -> None:
    start = np.array([-3.0, 4.0])
    x, history = sample.gradient_descent(sample.function_2, start, 0.1, 20)
    assert x is start
    assert history.shape == (20, 2)
    assert history[0].tolist() == [-3.0, 4.0]
    assert len(np.unique(history, axis=0)) == 20
    assert (np.abs(start) < [0.1, 0.1]).all()


def test_every_step_of_the_descent_goes_down_the_gradient() -> None:
    x, history = sample.gradient_descent(
        sample.function_2, np.array([-3.0, 4.0]), lr=0.1, step_num=20
    )
    steps = np.diff([*history, x], axis=0)
    bound = central(sum_of_squares, history)
    # lr·b1, and three roundings: of 0.1, of the product and of the difference.
    rounding = 2.0**-53 * (2 * np.abs(0.1 * bound.gradient) + np.abs(history)) * 2
    assert (np.abs(steps + 0.1 * bound.gradient) <= 0.1 * bound.b1 + rounding).all()


def test_the_grid_is_the_pictures() -> None:
    x, y = sample.grid()
    assert x.shape == y.shape == (324,)
    assert set(x) == set(y) == {-2 + i / 4 for i in range(18)}
    assert len(set(zip(x, y, strict=True))) == 324
    assert x[:2].tolist() == [-2.0, -1.75]


def test_the_command_draws_the_picture_and_says_where(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sample.main([]) == 0
    assert sample.main(["named.png"]) == 0
    assert capsys.readouterr().out.split() == ["gradient_2d.png", "named.png"]
    pictures = [path.read_bytes() for path in sorted(tmp_path.iterdir())]
    x, y, gradient = sample.faulty_field(sample.function_2)
    canvas.write(quivers.quiver(x, y, -gradient[0], -gradient[1]), "due.png")
    assert pictures == [(tmp_path / "due.png").read_bytes()] * 2


@pytest.mark.parametrize("picture", ["nowhere/picture.png", "picture.nonsense"])
def test_a_picture_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], picture: str
) -> None:
    path = str(tmp_path / picture)
    assert sample.main([path]) == 2
    assert f"cannot write {path}: " in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_only_numpy_is_loaded_with_it() -> None:
    heavy = {"sympy", "matplotlib", "scipy", "hypothesis"}
    check = f"import sys, gradproof.sample; sys.exit(bool({heavy} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", check], check=True)
