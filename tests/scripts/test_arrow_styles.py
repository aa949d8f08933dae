"""Arrows are told by the bounds of the gradient: what they are, and what they hide."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from gradproof.numerics import functions
from gradproof.numerics.functions import Function
from gradproof.numerics.rounding import UNIT_ROUNDOFF
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
    found = classify(unit, exact())
    assert (found.style, found.sign, found.factor) == ("normalised", -1, 1)
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
        assert (found.factor, found.total) == (1, len(POINTS))


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


def few(
    w: list[list[float]], g: list[list[float]], b: float | list[list[float]] = 0.0
) -> arrow_styles.Classification:
    """What a few arrows are, of gradients that are known to within b."""
    gradient = np.array(g)
    bound = np.broadcast_to(np.array(b), gradient.shape)
    return classify(np.array(w), ExpectedField(gradient, gradient, bound))


def test_arrows_that_are_right_are_none_of_them_wrong() -> None:
    for factor, sign in ((1.0, -1), (0.5, 1)):
        found = classify(sign * factor * numerical(), exact())
        assert (found.wrong, found.total, found.worst) == (0, len(POINTS), -1)
        assert (found.factor, found.slipped) == (factor, False)


@pytest.mark.parametrize(
    ("arrows", "right"),
    [
        (numerical() * [1, -1], numerical()[:, 0] == 0),
        (numerical() * [-1, 1], numerical()[:, 1] == 0),
        (-numerical()[:, ::-1], numerical()[:, 0] == numerical()[:, 1]),
    ],
)
def test_of_a_slip_those_arrows_are_wrong_that_it_changes(
    arrows: Array, right: NDArray[np.bool_]
) -> None:
    g = np.round(numerical(), 3)
    found = classify(3 * np.round(arrows, 3), ExpectedField(POINTS, g, 0.01 + 0 * g))
    assert (found.factor, found.total, found.slipped) == (3, len(POINTS), True)
    assert 0 < found.wrong < found.total
    turned = (np.abs(arrows + g) > 0.0101).any(axis=1)
    assert found.wrong == turned.sum()
    assert right.sum() <= found.total - found.wrong + 9


def test_of_arrows_nothing_is_known_of_none_is_wrong() -> None:
    found = few([[1.0, 2.0]], [[1.0, 2.0]], np.inf)
    assert (found.style, found.sign, found.factor) == ("unknown", -1, 1.0)
    assert (found.wrong, found.total, found.right) == (0, 0, False)


def test_arrows_that_may_be_zero_times_some_factor_are_scaled() -> None:
    """No gradient is told from zero, and arrows are longer than its bound."""
    found = few([[0.2, 0.2], [0.4, 0.1]], [[0.05, 0.05], [0.1, 0.025]], 0.1)
    assert (found.style, found.wrong, found.total) == ("scaled", 0, 2)
    assert found.factor == pytest.approx(4)
    small = few([[0.1, -0.05], [0.0, 0.1]], [[0.05, 0.05], [0.05, 0.025]], 0.1)
    assert (small.style, small.factor) == ("plain", 1)


def test_one_component_that_may_be_zero_is_as_long_as_its_factor_allows() -> None:
    g = [[1.0, 0.0], [1.0, 0.5], [1.0, -0.5]]
    w = [[1.06, 0.105], [1.06, 0.53], [1.06, -0.53]]
    found = few(w, g, 0.1)
    assert (found.style, found.wrong) == ("scaled", 0)
    assert found.factor == pytest.approx(1.06)


@pytest.mark.parametrize(("halves", "style"), [(2, "wrong"), (3, "normalised")])
def test_lengths_are_of_another_kind_where_more_than_half_of_them_are_off(
    halves: int, style: str
) -> None:
    g = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 0.0], [3.0, 0.0], [0.0, 4.0]])[
        : halves + 2
    ]
    unit = g / np.hypot(*g.T)[:, None]
    found = few(unit.tolist(), g.tolist())
    assert (found.style, found.wrong) == (style, 2 if style == "wrong" else 0)
    assert (found.sign, found.factor, found.total) == (1, 1.0, len(g))


@pytest.mark.parametrize(("cut", "style"), [(2, "wrong"), (3, "cut-off")])
def test_three_components_of_one_size_are_cut_off_and_two_may_be_chance(
    cut: int, style: str
) -> None:
    u = np.array([1.0, -2.0, 1.5, 2.5, 0.5, -1.75, 5.0, -6.0, 7.0][: 6 + cut])
    g = np.stack([u, 0.25 * u[::-1]], axis=1)
    w = np.clip(g, -3, 3)
    found = few(w.tolist(), g.tolist())
    assert (found.style, found.sign) == (style, 1)
    assert found.wrong == cut
    assert few((1e-3 * w).tolist(), (1e-3 * g).tolist()).style == style


def test_components_are_cut_off_only_where_their_gradients_differ() -> None:
    """Of one gradient throughout, three arrows of one size are no sign of a limit."""
    g = [[5.0, 1.0], [5.0, 2.0], [5.0, 0.5], [1.0, 1.0], [2.0, 1.5], [2.5, 2.0]]
    w = [[min(u, 3.0), v] for u, v in g]
    assert few(w, g).style == "wrong"
    g[0][0] = 6.0
    assert few(w, g).style == "cut-off"
    assert few(w, g, 0.9).style == "cut-off"
    assert few(w, g, 1.1).style == "wrong"


def test_what_is_cut_off_has_its_sign() -> None:
    g = [[-5.0, 1.0], [5.5, 2.0], [6.0, 0.5], [7.0, 1.0], [2.0, 1.5], [2.5, 2.0]]
    w = [[min(max(u, -3.0), 3.0), v] for u, v in g]
    assert few(w, g).style == "cut-off"
    w[0][0] = 3.0
    assert few(w, g).style == "wrong"


SHARE = 0.1
"""Of two gradients, that each may be off."""


@pytest.mark.parametrize(
    ("longer", "style"),
    [
        (0.667, "shortened"),  # (1 − 2·0.1) / (1 + 2·0.1) = 2/3
        (0.666, "lengths"),
        (2.98, "shortened"),  # and twice 1.2 / 0.8, so that length / size falls
        (3.02, "lengths"),
    ],
)
def test_lengths_grow_with_sizes_by_as_much_as_these_may_be_off(
    longer: float, style: str
) -> None:
    g, b = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[SHARE, 0], [0, 2 * SHARE]])
    w = g / [[1.0], [2.0]] * [[1.0], [longer]]
    assert arrow_styles._lengths(w, g, b) == style


@pytest.mark.parametrize(("roundings", "style"), [(60, "normalised"), (68, "lengths")])
def test_lengths_may_be_off_by_roundings(roundings: int, style: str) -> None:
    g = np.array([[1.0, 0.0], [0.0, 2.0]])
    w = np.array([[1.0, 0.0], [0.0, 1 - roundings * UNIT_ROUNDOFF]])
    assert arrow_styles._lengths(w, g, 0 * g) == style


def test_lengths_that_differ_by_a_millionth_are_one_length() -> None:
    g = np.array([[1.0, 0.0], [0.0, 2.0]])
    for longer, style in ((1 + 0.9e-6, "normalised"), (1 + 1.1e-6, "shortened")):
        w = np.array([[1.0, 0.0], [0.0, longer]])
        assert arrow_styles._lengths(w, g, 0 * g) == style
        assert arrow_styles._lengths(1e3 * w, g, 0 * g) == style


def test_lengths_of_arrows_whose_gradient_may_be_zero_are_free() -> None:
    g = np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 0.1]])
    w = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 50.0]])
    assert arrow_styles._lengths(w, g, np.full(g.shape, 0.2)) == "normalised"
    assert arrow_styles._lengths(w[2:], g[2:], np.full((1, 2), 0.2)) == "normalised"
    assert arrow_styles._lengths(w, g, np.full(g.shape, 0.01)) == "lengths"


@pytest.mark.parametrize(
    ("slack", "rises"), [(0.04, False), (0.06, True), (0.0, False)]
)
def test_a_length_is_held_to_those_of_sizes_that_are_not_surely_smaller(
    slack: float, rises: bool
) -> None:
    """0.9 · (1 + slack) is at least 1 · (1 − slack) from 1/19 on."""
    sizes, lengths = np.array([3.0, 1.0, 2.0]), np.array([1.5, 1.0, 0.9])
    slacks = np.full(3, slack)
    assert arrow_styles._rises(sizes, lengths, slacks) == rises
    assert arrow_styles._rises(sizes, np.sort(lengths)[[2, 0, 1]], slacks)


@pytest.mark.parametrize(("smaller", "rises"), [(0.84, True), (0.86, False)])
def test_of_sizes_as_good_as_equal_the_lengths_are_as_well(
    smaller: float, rises: bool
) -> None:
    """The larger size, of 1, may be 0.85: below that no other is held to it."""
    sizes, lengths = np.array([smaller, 1.0]), np.array([0.8, 1.0])
    assert arrow_styles._rises(sizes, lengths, np.array([0.0, 0.15])) == rises
    assert arrow_styles._rises(sizes[::-1], lengths[::-1], np.array([0.15, 0])) == rises
    assert arrow_styles._rises(sizes, lengths, np.array([0.15, 0.0]))


@pytest.mark.parametrize(
    ("ratios", "usual"),
    [([2.0, 3.0, 4.0], 3.0), ([-2.0, -3.0, 1.0], 1.0), ([0.0, 0.0, 5.0], 1.0), ([], 1)],
)
def test_the_usual_factor_is_the_median_if_that_is_positive(
    ratios: list[float], usual: float
) -> None:
    g = np.array([[3.0, 4.0], [1.0, -2.0], [0.5, 0.0]])[: len(ratios)].reshape(-1, 2)
    w = np.array(ratios).reshape(-1, 1) * g
    assert arrow_styles._usual(w, g) == pytest.approx(usual)
    nothing = np.zeros((1, 2))  # of which there is no ratio
    both = np.concatenate([w, nothing]), np.concatenate([g, nothing])
    assert arrow_styles._usual(*both) == pytest.approx(usual)


def test_an_arrow_is_off_beyond_its_bound_and_sixteen_roundings() -> None:
    g, b = np.array([[1.0, 0.0], [0.0, 4.0]]), np.array([[0.5, 0.5], [0.25, 0.25]])
    room = 16 * UNIT_ROUNDOFF
    within = np.array([[1.5 + 1.4 * room, -0.5], [0.25, 4.25 + 4 * room]])
    assert not arrow_styles.are_off(within, g, b).any()
    beyond = np.array([[1.5 + 1.7 * room, 0.0], [0.0, 3.75 - 4.6 * room]])
    assert arrow_styles.are_off(beyond, g, b).all()
    assert arrow_styles.are_off(np.full((1, 2), np.nan), g[:1], b[:1]).all()


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_a_factor_is_one_that_every_arrow_admits(factor: float) -> None:
    g = np.array([[1.0, -2.0], [3.0, 0.01]])
    b = np.full(g.shape, 0.1)
    assert arrow_styles._common(factor * g, g, b) == factor
    ends = factor * (g + b * [[1, 0], [-1, 0]])
    inside = factor * (g + 0.45 * b * [[1, 0], [-1, 0]])
    assert arrow_styles._common(inside, g, b) is not None
    assert arrow_styles._common(-factor * g, g, b) is None
    assert arrow_styles._common(ends * [[1.3, 1], [1, 1]], g, b) is None
    # What may be zero is small all the same.
    assert arrow_styles._common(factor * g + [[0, 0], [0, 0.5]], g, b) is None


def test_a_gradient_that_is_exactly_zero_has_no_arrow() -> None:
    g = [[0.0, 0.0], [2.0, 0.0], [0.0, -3.0]]
    assert few(g, g).style == "plain"
    assert few((2 * np.array(g)).tolist(), g).style == "scaled"
    assert few([[0.0, 0.0], [1.0, 0.0], [0.0, -1.0]], g).style == "normalised"
    assert few([[0.0, 0.1], [2.0, 0.0], [0.0, -3.0]], g).wrong == 1


def test_of_a_swapped_gradient_each_component_has_the_others_bound() -> None:
    g, b = [[1.0, 2.0], [3.0, 5.0], [-2.0, 4.0]], [[0.0, 0.25]] * 3
    w = [[2.25, 1.0], [4.75, 3.0], [4.0, -2.0]]
    assert few(w, g, b).style == "swapped"
    w[0] = [2.0, 1.25]
    assert few(w, g, b).style == "wrong"


@pytest.mark.parametrize("across", [0, 1])
def test_a_direction_is_off_by_the_bound_of_either_component(across: int) -> None:
    w = np.array([[1.0, 2.0]])
    g, b = w.copy(), np.zeros((1, 2))
    g[0, across] += 0.1
    b[0, across] = 0.11
    assert not arrow_styles._turned(w, g, b).any()
    assert not arrow_styles._turned(1e3 * w, g, b).any()
    assert arrow_styles._turned(w, g, 0.8 * b).all()
    assert arrow_styles._turned(w, g, b[:, ::-1] * (0.4 if across else 0.1)).all()
    assert arrow_styles._turned(-w, g, b).all()


@pytest.mark.parametrize(
    ("arrow", "bound", "factor"),
    [
        (0.2755, 0.05, 0.28),  # of 0.2624 to 0.29: 0.3 is beyond
        (0.275, 0.022, 0.28),  # of 0.2691 to 0.2812: 0.275 has more digits
        (0.9, 0.15, 1.0),  # of 0.78 to 1.06: 1 will do, though 0.9 is nearer
    ],
)
def test_a_factor_has_the_fewest_digits_that_every_arrow_admits(
    arrow: float, bound: float, factor: float
) -> None:
    g = np.array([[1.0, 0.0]])
    found = arrow_styles._common(arrow * g, g, np.array([[bound, 0.0]]))
    assert found == factor


def test_the_worst_arrow_is_the_one_that_is_furthest_from_its_gradient() -> None:
    g = [[9.0, 1.0], [8.0, 2.0], [1.0, 0.5], [0.0, 2.0], [1.0, 1.0]]
    w = [[-u, -v] for u, v in g]
    w[1][0] += 0.1
    w[3][1] += 1
    found = few(w, g)
    assert (found.style, found.wrong, found.worst, found.sign) == ("wrong", 2, 3, -1)
