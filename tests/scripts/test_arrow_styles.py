"""Arrows are told by the bounds of the gradient: what they are, and what they hide."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from gradproof.numerics import functions
from gradproof.numerics.functions import Function
from gradproof.scripts import arrow_styles, gradient_bounds
from gradproof.scripts.arrow_styles import ExpectedField, classify

Array = NDArray[np.float64]

SIDE = np.arange(-2, 2.5, 0.5)
POINTS = np.stack(np.meshgrid(SIDE, SIDE), axis=-1).reshape(-1, 2)
STEP = 1e-4


def exact() -> ExpectedField:
    """Of x0² + 2·x1², which is not the same in both components."""
    return gradient_bounds.exact(functions.weighted_squares, POINTS, STEP)


def numerical() -> Array:
    """The central difference of the same, as a right routine gives it."""
    f = functions.weighted_squares.batch
    moves = STEP * np.eye(2)
    parts = [(f(POINTS + m) - f(POINTS - m)) / (2 * STEP) for m in moves]
    return np.stack(parts, axis=1)


@pytest.mark.parametrize(
    ("name", "sign", "arrows"),
    [
        ("plain", -1, -numerical()),
        ("plain", 1, numerical()),
        ("scaled", -1, -0.05 * numerical()),
        ("scaled", 1, 1e-8 * numerical()),
        ("u-sign", -1, numerical() * [1, -1]),
        ("v-sign", -1, numerical() * [-1, 1]),
        ("swapped", -1, -numerical()[:, ::-1]),
        ("swapped", -1, numerical()[:, ::-1]),
    ],
)
def test_each_style_is_named(name: str, sign: int, arrows: Array) -> None:
    found = classify(arrows, exact())
    assert (found.style, found.sign) == (name, sign)
    assert found.right == (name in ("plain", "scaled"))


@pytest.mark.parametrize("factor", [0.25, 1.0, 8.0])
def test_one_wrong_arrow_of_many_is_one_whatever_their_factor(factor: float) -> None:
    arrows = -factor * numerical()
    arrows[7] += factor
    found = classify(arrows, exact())
    assert (found.style, found.wrong, found.worst) == ("wrong", 1, 7)
    assert found.factor == pytest.approx(factor)


def test_a_direction_may_be_off_by_all_that_is_allowed() -> None:
    """w × g is g's second component here, and the bound of that what is allowed."""
    w, off = np.array([[1.0, 0.0]]), 2.0**-10
    g = np.array([[1.0, off]])
    rounding = arrow_styles.ROUNDING * np.hypot(1, off)
    allowed = np.array([[0.0, off - rounding]])
    assert (off - rounding) + rounding == off
    assert not arrow_styles._turned(w, g, allowed).any()
    assert arrow_styles._turned(w, g, allowed * (1 - 1e-9)).all()


def test_normalised_arrows_are_judged_by_direction_alone() -> None:
    g = numerical()
    length = np.hypot(*g.T)[:, None]
    unit = np.divide(-g, length, out=np.zeros_like(g), where=length > 1e-6)
    assert classify(unit, exact()).style == "normalised"
    assert classify(-g / (1 + length), exact()).style == "shortened"


def test_lengths_that_grow_with_the_gradient_are_compared_within_both_bounds() -> None:
    """Of two gradients that are equal, one may be known far better than the other."""
    f = Function("f", "f", lambda x, m: x[0] ** 2 + x[0] * x[1] ** 2, 2)
    expected = gradient_bounds.exact(f, POINTS, STEP)
    moves = STEP * np.eye(2)
    parts = [(f.batch(POINTS + m) - f.batch(POINTS - m)) / (2 * STEP) for m in moves]
    g = np.stack(parts, axis=1)
    length = np.hypot(*g.T)[:, None]
    arrows = -g * np.log1p(length) / np.maximum(length, 1e-12)
    assert classify(arrows, expected).style == "shortened"


def test_arrows_that_are_cut_off_at_one_size_are_told_and_not_called_wrong() -> None:
    g = numerical()
    for arrows, sign in ((np.clip(-g, -2.5, 2.5), -1), (np.clip(g, -1, 1), 1)):
        found = classify(arrows, exact())
        assert (found.style, found.sign, found.right) == ("cut-off", sign, False)
        assert found.wrong == (arrows != sign * g).any(axis=1).sum()


@pytest.mark.parametrize(
    "arrows",
    [
        pytest.param(np.maximum(numerical(), 0), id="half of them lost"),
        pytest.param(2 * np.sign(numerical()), id="signs alone"),
        pytest.param(np.clip(-numerical(), -2.5, 1), id="at two sizes"),
        pytest.param(np.clip(-numerical(), -7, 7) * [1, -1], id="a lost sign"),
        pytest.param(np.minimum(abs(numerical()), 7), id="without signs"),
    ],
)
def test_what_is_more_than_cut_off_is_wrong(arrows: Array) -> None:
    assert classify(arrows, exact()).style == "wrong"


def test_one_arrow_of_the_size_of_another_is_not_cut_off() -> None:
    arrows = np.clip(-numerical(), -7.9, 7.9)
    some = np.flatnonzero(abs(arrows[:, 1]) == 7.9)
    arrows[some[2:]] = -numerical()[some[2:]]
    assert classify(arrows, exact()).style == "wrong"


def test_level_lines_are_no_swapped_components() -> None:
    assert classify(numerical()[:, ::-1] * [-1, 1], exact()).style == "wrong"


def test_lengths_that_do_not_go_with_the_gradient_are_wrong() -> None:
    factors = np.random.default_rng(1).uniform(0.5, 2, len(POINTS))
    found = classify(-numerical() * factors[:, None], exact())
    assert (found.style, found.right) == ("lengths", False)


def test_the_scale_is_read_to_few_digits() -> None:
    assert classify(-0.05 * numerical(), exact()).factor == 0.05


@pytest.mark.parametrize("number", [0, 7, 80])
def test_one_arrow_that_is_off_is_found(number: int) -> None:
    arrows = -numerical()
    arrows[number] *= 1.000001
    found = classify(arrows, exact())
    assert (found.style, found.wrong, found.worst) == ("wrong", 1, number)


def test_zero_arrows_do_not_pass_but_where_the_gradient_may_be_zero() -> None:
    arrows = np.zeros_like(POINTS)
    found = classify(arrows, exact())
    assert (found.style, found.wrong) == ("wrong", len(POINTS) - 1)
    arrows = -numerical()
    arrows[3] = 0
    assert classify(arrows, exact()).wrong == 1


def test_an_arrow_without_a_bound_is_left_out() -> None:
    expected = replace(exact(), bound=exact().bound.copy())
    expected.bound[5] = np.nan
    arrows = -numerical()
    arrows[5] = 77
    found = classify(arrows, expected)
    assert (found.style, found.total) == ("plain", len(POINTS) - 1)
    expected.bound[:] = np.nan
    assert classify(arrows, expected).style == "unknown"


def test_a_one_sided_difference_has_a_bound_of_its_own() -> None:
    f = functions.weighted_squares.batch
    forward = np.stack(
        [(f(POINTS + m) - f(POINTS)) / STEP for m in STEP * np.eye(2)], axis=1
    )
    assert classify(-forward, exact()).style == "wrong"
    wide = gradient_bounds.one_sided(functions.weighted_squares, exact(), STEP)
    assert classify(-forward, wide).style == "plain"
    assert classify(-forward * 1.01 - 1e-3, wide).style == "wrong"
