"""A formula that was read is judged and written down as mathematics."""

from __future__ import annotations

import functools
from fractions import Fraction

import numpy as np
import pytest
import sympy

from gradproof.numerics import formula_text
from gradproof.numerics.difference_formula import (
    Formula,
    exact_offsets,
    moment,
    multi_indices,
    rounding,
    unit,
)
from gradproof.numerics.formula_text import describe, shortest
from gradproof.report.phrases import Phrases

H = 1e-4
STEP = Fraction(1, 8)
X = np.array([3.0, 5.0])

Recipe = dict[tuple[float, float], float]

CENTRAL: Recipe = {(H, 0): 0.5 / H, (-H, 0): -0.5 / H}
FIVE_POINT: Recipe = {
    (2 * H, 0): -1 / (12 * H),
    (H, 0): 8 / (12 * H),
    (-H, 0): -8 / (12 * H),
    (-2 * H, 0): 1 / (12 * H),
}


def formula(recipe: Recipe, component: int = 0) -> Formula:
    offsets = np.array(list(recipe))
    return Formula(X, X + offsets, np.array(list(recipe.values())), component)


SOLVED: Recipe = {(0, H): -0.7 * 2.0**-53 / H, (0, -H): -0.7 * 2.0**-53 / H}
"""What is left of weights that are 0, where all of them come from one system."""


def test_the_rounding_of_weights_that_are_solved_for_is_no_error_term() -> None:
    central = formula({**CENTRAL, **SOLVED})
    assert central.order == 2
    assert {term.index for term in central.error} == {(3, 0)}


def test_a_second_node_that_is_not_opposite_is_an_error_term() -> None:
    skewed = formula({(H, 0): 0.5 / H, (-H * (1 + 1e-9), 0): -0.5 / H})
    assert skewed.order == 1


@pytest.mark.parametrize("angle", np.linspace(0, np.pi, 80)[1:].tolist())
def test_nodes_that_mirror_each_other_aslant_are_of_second_order(angle: float) -> None:
    """And those that lack their mirrors of first, whatever the directions."""
    x, (c, s) = np.array([1.0, 2.0]), (np.cos(angle), np.sin(angle))
    ways = H * np.array([[c, s], [-s, c]])
    both, one = np.vstack([x + ways, x - ways]), np.vstack([x + ways, x])
    for nodes, order in ((both, 2), (one, 1)):
        conditions = np.vstack([np.ones(len(nodes)), (nodes - x).T / H])
        for component in (0, 1):
            weights = np.linalg.pinv(conditions)[:, component + 1] / H
            assert Formula(x, nodes, weights, component).order == order


CONSISTENT = {
    "central": (
        CENTRAL,
        2,
        "∂f/∂x0 ≈ (f(x0 + h) − f(x0 − h)) / 2h, h = 0.0001, error h²/6·∂³f/∂x0³",
    ),
    "a smaller step": (
        {(1e-5, 0): 0.5 / 1e-5, (-1e-5, 0): -0.5 / 1e-5},
        2,
        "∂f/∂x0 ≈ (f(x0 + h) − f(x0 − h)) / 2h, h = 1e-05, error h²/6·∂³f/∂x0³",
    ),
    "forward": (
        {(H, 0): 1 / H, (0, 0): -1 / H},
        1,
        "∂f/∂x0 ≈ (f(x0 + h) − f(x0)) / h, h = 0.0001, error h/2·∂²f/∂x0²",
    ),
    "backward": (
        {(0, 0): 1 / H, (-H, 0): -1 / H},
        1,
        "∂f/∂x0 ≈ (f(x0) − f(x0 − h)) / h, h = 0.0001, error −h/2·∂²f/∂x0²",
    ),
    "five points": (
        FIVE_POINT,
        4,
        "∂f/∂x0 ≈ (−f(x0 + 2h) + 8·f(x0 + h) − 8·f(x0 − h) + f(x0 − 2h)) / 12h, "
        "h = 0.0001, error −h⁴/30·∂⁵f/∂x0⁵",
    ),
    "another component left behind": (
        {(H, -H): 0.5 / H, (-H, -H): -0.5 / H},
        1,
        "∂f/∂x0 ≈ (f(x0 + h, x1 − h) − f(x0 − h, x1 − h)) / 2h, h = 0.0001, "
        "error −h·∂²f/∂x0∂x1",
    ),
}

INCONSISTENT = {
    "operator precedence": (
        {(H, 0): H / 2, (-H, 0): -H / 2},
        "(f(x0 + h) − f(x0 − h)) / 2 · h ≈ 1e-08·∂f/∂x0, not ∂f/∂x0, h = 0.0001",
    ),
    "missing half": (
        {(H, 0): 1 / H, (-H, 0): -1 / H},
        "(f(x0 + h) − f(x0 − h)) / h ≈ 2·∂f/∂x0, not ∂f/∂x0, h = 0.0001",
    ),
    "sign": (
        {(H, 0): -0.5 / H, (-H, 0): 0.5 / H},
        "(−f(x0 + h) + f(x0 − h)) / 2h ≈ −∂f/∂x0, not ∂f/∂x0, h = 0.0001",
    ),
    "sum": (
        {(H, 0): 0.5 / H, (-H, 0): 0.5 / H},
        "(f(x0 + h) + f(x0 − h)) / 2h ≈ 1/h·f, not ∂f/∂x0, h = 0.0001",
    ),
    "other component": (
        {(0, H): 0.5 / H, (0, -H): -0.5 / H},
        "(f(x1 + h) − f(x1 − h)) / 2h ≈ ∂f/∂x1, not ∂f/∂x0, h = 0.0001",
    ),
    "whole row": (
        {(H, H): 0.5 / H, (-H, -H): -0.5 / H},
        "(f(x0 + h, x1 + h) − f(x0 − h, x1 − h)) / 2h ≈ ∂f/∂x0 + ∂f/∂x1, "
        "not ∂f/∂x0, h = 0.0001",
    ),
    "weights of no simple ratio": (
        {(H, 0): 4321.7, (-H, 0): -4321.7},
        "4321.7·f(x0 + h) − 4321.7·f(x0 − h) ≈ 0.8643·∂f/∂x0, not ∂f/∂x0, h = 0.0001",
    ),
    "never moved": ({(0, 0): 2.0}, "2·f(x) ≈ 2·f, not ∂f/∂x0"),
}


@pytest.mark.parametrize(
    ("recipe", "order", "text"), CONSISTENT.values(), ids=CONSISTENT
)
def test_a_consistent_formula_is_said_with_its_order_and_error(
    recipe: Recipe, order: int, text: str
) -> None:
    read = formula(recipe)
    assert not read.inconsistencies
    assert read.order == order
    assert Phrases().formula(describe(read)) == text


@pytest.mark.parametrize(("recipe", "text"), INCONSISTENT.values(), ids=INCONSISTENT)
def test_what_an_inconsistent_formula_approximates_is_said(
    recipe: Recipe, text: str
) -> None:
    read = formula(recipe)
    assert read.inconsistencies
    assert Phrases().formula(describe(read)) == text


TAKEN = {
    "forward": ("(f(x0 + h) − f(x0)) / h", {1: 1.0, 0: -1.0}),
    "central": ("(f(x0 + h) − f(x0 − h)) / 2h", {1: 0.5, -1: -0.5}),
    "times the step": ("(f(x0 + h) − f(x0 − h)) / 2 · h", {1: 0.5, -1: -0.5}),
}


@pytest.mark.parametrize("step", [1e-4, 3.02773e-6, 2.0**-26, 1.4901161193847656e-8])
@pytest.mark.parametrize(("text", "taps"), TAKEN.values(), ids=TAKEN)
def test_a_weight_may_be_made_of_the_step_that_was_taken(
    step: float, text: str, taps: dict[int, float]
) -> None:
    taken = (X[0] + step) - X[0]
    by = taken if text.endswith("· h") else 1 / taken
    shown = describe(formula({(m * step, 0): c * by for m, c in taps.items()}))
    assert shown.formula == text
    assert float(shown.step) == pytest.approx(step, rel=1e-5)


@pytest.mark.parametrize("x", [1.0, 2.0, 0.75])
def test_a_step_of_many_digits_is_one_step_ahead_and_behind(x: float) -> None:
    """Where numbers lie closer below than above, the two are rounded differently."""
    for h in (np.cbrt(np.finfo(float).eps) / 2, *np.geomspace(1e-8, 1e-3, 40)):
        nodes = np.array([[x + h, 2.0], [x - h, 2.0]])
        weights = np.array([0.5 / h, -0.5 / h])
        shown = describe(Formula(np.array([x, 2.0]), nodes, weights, 0))
        assert shown.formula == "(f(x0 + h) − f(x0 − h)) / 2h"


def test_a_weight_that_is_off_by_more_than_its_step_is_no_simple_one() -> None:
    off = 1 + 1e-9
    shown = describe(formula({(H, 0): 0.5 / H * off, (-H, 0): -0.5 / H * off}))
    assert "/ 2h" not in shown.formula


U = 2.0**-53


def central_sum(weight: float) -> Recipe:
    """Of a weight over the step, which of f is twice that over the step."""
    return {(H, 0): weight / H, (-H, 0): weight / H}


SAID: dict[str, tuple[Recipe, str]] = {
    "halves": ({(H, 0): 0.5, (-H, 0): -0.5}, "(f(x0 + h) − f(x0 − h)) / 2"),
    "whole numbers": ({(H, 0): 3, (-H, 0): -2}, "3·f(x0 + h) − 2·f(x0 − h)"),
    "below 1": ({(H, 0): 0.3217, (-H, 0): 4.321}, "0.3217·f(x0 + h) + 4.321·f(x0 − h)"),
    "a weight of 0": ({**CENTRAL, (0, 0): 0}, "(f(x0 + h) + 0·f(x0) − f(x0 − h)) / 2h"),
    "a thousandth": ({(0, 0): 1 / 1000}, "(f(x)) / 1000"),
    "a smaller part": ({(0, 0): 1 / 1001}, "0.000999001·f(x)"),
    "a thousand thirds": ({(0, 0): 1000 / 3}, "(1000·f(x)) / 3"),
    "more halves": ({(0, 0): 1001 / 2}, "500.5·f(x)"),
    "twelfths": (
        {(H, 0): 0.5, (13 / 12 * H, 0): 1},
        "(2·f(x0 + 13h/12) + f(x0 + h)) / 2",
    ),
    "thirteenths": (
        {(H, 0): 1, (14 / 13 * H, 0): 2},
        "2·f(x0 + 0.000107692) + f(x0 + h)",
    ),
    "off by 16 roundings": ({(0, 0): 0.5 + 8 * 2.0**-53}, "(f(x)) / 2"),
    "off by more": ({(0, 0): 63 / 64 + 16 * 2.0**-53}, "0.984375·f(x)"),
}


@pytest.mark.parametrize(("recipe", "text"), SAID.values(), ids=SAID)
def test_weights_and_nodes_are_shown_as_simple_numbers_where_they_are(
    recipe: Recipe, text: str
) -> None:
    assert describe(formula(recipe)).formula == text


APPROXIMATED: dict[str, tuple[Recipe, str]] = {
    "derivatives first": ({(H, 0): 1 / H, (0, 0): 1 / H}, "∂f/∂x0 + 2/h·f"),
    "its own first": (
        {(0, H): 1 / H, (H, 0): 1 / H, (0, 0): -2 / H},
        "∂f/∂x0 + ∂f/∂x1",
    ),
    "a hundred": (central_sum(50), "100/h·f"),
    "more": (central_sum(50.5), "1.01e+06·f"),
    "a thousandth": (central_sum(1 / 2000), "1/1000h·f"),
    "a smaller part": (central_sum(1 / 2002), "9.99·f"),
    "no multiple": (central_sum(np.pi), "6.283e+04·f"),
    "a little above 1": (
        {(H, 0): 0.500001 / H, (-H, 0): -0.500001 / H},
        "1.000002·∂f/∂x0",
    ),
}


@pytest.mark.parametrize(("recipe", "text"), APPROXIMATED.values(), ids=APPROXIMATED)
def test_what_a_formula_approximates_instead_is_written_by_multiples_of_the_step(
    recipe: Recipe, text: str
) -> None:
    assert describe(formula(recipe)).equals == text


def test_a_formula_whose_weights_are_0_approximates_nothing() -> None:
    nothing = Formula(np.zeros(2), np.array([[H, 0.0]]), np.zeros(1), 0)
    assert describe(nothing).equals == ""
    assert describe(nothing).error == ""


@pytest.mark.parametrize(("roundings", "shown"), [(5, "f(x)"), (7, "f(x0 + h)")])
def test_what_rounding_may_have_moved_four_times_counts_as_not_moved(
    roundings: int, shown: str
) -> None:
    """2u(|x| + |d|) is 6u at 3, where numbers are 4u apart."""
    node = np.array([[3 + roundings * 4 * U, 5.0]])
    assert describe(Formula(X, node, np.ones(1), 0)).formula == shown


def test_a_node_is_moved_by_two_roundings_of_its_place_and_its_distance() -> None:
    moved = Formula(X, np.array([[4.0, 5.0]]), np.ones(1), 0)
    assert formula_text._slack(moved, 0, 0) == 2 * U * (3 + 1)
    assert formula_text._slack(moved, 0, 1) == 2 * U * 5


def test_derivatives_of_a_function_of_a_number_are_primed() -> None:
    def said(recipe: dict[float, float]) -> formula_text.FormulaText:
        nodes = np.array([[3 + d] for d in recipe])
        weights = np.array(list(recipe.values()))
        return describe(Formula(X[:1], nodes, weights, 0), formula_text.NUMBER)

    assert said({H: 1 / H, 0: -1 / H}).error == "h/2·f″(x)"
    central = said({H: 0.5 / H, -H: -0.5 / H})
    assert (central.derivative, central.error) == ("f′(x)", "h²/6·f‴(x)")
    assert said({d: w for (d, _), w in FIVE_POINT.items()}).error == "−h⁴/30·f⁽⁵⁾(x)"
    assert said({0: 2.0}).equals == "2·f(x)"
    third = said({H: 1 / 3 / H, 0: 0.5 / H, -H: -1 / H, -2 * H: 1 / 6 / H})
    assert third.error == "h³/12·f⁽⁴⁾(x)"


@pytest.mark.parametrize(
    ("value", "slack", "short"),
    [
        (0.0521, 0.003, 0.05),
        (0.0521, 0.0005, 0.052),
        (1.25, 0.25, 1.0),
        (-1234.5, 60, -1000.0 - 200),
        (1 / 3, 0.0, 1 / 3),
        (0.0, 0.0, 0.0),
    ],
)
def test_the_shortest_number_within_reach_is_taken(
    value: float, slack: float, short: float
) -> None:
    assert shortest(value, slack) == short


def test_each_weight_has_its_call() -> None:
    with pytest.raises(ValueError, match="zip"):
        formula_text._joined([1.0], [])


def test_components_go_by_the_names_that_are_given() -> None:
    text = describe(formula(CENTRAL), ["x[0,0]", "x[0,1]"])
    assert text.formula == "(f(x[0,0] + h) − f(x[0,0] − h)) / 2h"


def test_roundings_of_weights_and_nodes_are_allowed() -> None:
    """12u of a weight, and 2u(|x| + |d|) of a node, to first order."""
    near = functools.partial(pytest.approx, rel=1e-15, abs=0)
    assert rounding([3.0], [[4.0]], [-2.0], (0,)) == near(2 * 12 * U)
    assert rounding([3.0], [[4.0]], [1.0], (1,)) == near((8 + 12) * U)
    assert rounding([0.0], [[1.0]], [1.0], (2,)) == near((2 * 2 + 12) * U / 2)


@pytest.mark.parametrize(("share", "order"), [(0.99, 2), (1.01, 1)])
@pytest.mark.parametrize("x", [(0.0, 0.0), (3.0, -4.0)])
def test_what_weights_from_one_system_leave_is_eight_roundings_a_node(
    x: tuple[float, float], share: float, order: int
) -> None:
    """And two of the place of the nearest that moves, h away from x.

    Two nodes aside leave r·h² of ∂²f/∂x1², r their weight; what may be left is
    (8·5 + 2(1 + |x|/h))·u·w·2h², w the largest weight.
    """
    h = 2.0**-13
    left = share * (8 * 5 + 2 * (1 + np.hypot(*x) / h)) * U * 0.5 / h
    steps = [(2 * h, 0), (-2 * h, 0), (0, h), (0, -h), (0, 0)]
    weights = np.array([0.25 / h, -0.25 / h, left, left, -2 * left])
    assert Formula(np.array(x), x + np.array(steps), weights, 0).order == order


def test_a_node_whose_distance_has_no_square_is_one_that_moves() -> None:
    nodes, weights = np.array([[5e-324, 0.0], [0.0, 0.0]]), np.array([1.0, -1.0])
    assert Formula(np.zeros(2), nodes, weights, 0).order == 1


def spaced(first: int, last: int) -> Formula:
    """The formula of the highest order on these whole numbers about x = 0."""
    nodes = range(first, last + 1)
    exact = sympy.finite_diff_weights(1, nodes, 0)[1][-1]
    weights = np.array([float(w) for w in exact])
    return Formula(np.zeros(1), np.array([[float(n)] for n in nodes]), weights, 0)


def test_orders_are_told_up_to_the_eighth() -> None:
    for reach in range(1, 5):
        found = spaced(-reach, reach)
        assert found.order == 2 * reach
        assert [term.index for term in found.error] == [(2 * reach + 1,)]
    assert spaced(-4, 5).order == 8
    assert not spaced(-4, 5).error


def test_at_the_origin_nothing_that_is_0_is_inconsistent() -> None:
    origin = np.zeros(2)
    nodes = np.array([[H, 0.0], [-H, 0.0]])
    assert not Formula(origin, nodes, np.array([0.5, -0.5]) / H, 0).inconsistencies


def test_weights_of_0_leave_no_error_term() -> None:
    assert not Formula(X, np.array([[3 + H, 5.0]]), np.zeros(1), 0).error


def test_what_does_not_belong_together_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        exact_offsets([1.0, 2.0], [[1.0]])
    with pytest.raises(ValueError, match="zip"):
        moment([(STEP,)], [1.0, 2.0], (1,))


def test_nodes_in_single_precision_are_no_consistent_formula() -> None:
    nodes = np.array([[np.float32(3 + H), 5.0], [np.float32(3 - H), 5.0]], float)
    assert Formula(X, nodes, np.array([0.5, -0.5]) / H, 0).inconsistencies


def test_multi_indices_are_all_those_of_the_order_once() -> None:
    assert multi_indices(2, 2) == [(2, 0), (1, 1), (0, 2)]
    assert len(set(multi_indices(3, 4))) == 15


def test_unit_index_names_one_component() -> None:
    assert unit(3, 1) == (0, 1, 0)


def test_offsets_are_exact_where_float_subtraction_rounds() -> None:
    ((offset,),) = exact_offsets([2.0**60], [[1e-4]])
    assert offset == Fraction(1e-4) - 2**60


@pytest.mark.parametrize(
    ("offsets", "weights", "index", "value"),
    [
        pytest.param([[STEP], [-STEP]], [4, -4], (0,), 0, id="central: no constant"),
        pytest.param([[STEP], [-STEP]], [4, -4], (1,), 1, id="central: the derivative"),
        pytest.param([[STEP], [-STEP]], [4, -4], (2,), 0, id="central: no second"),
        pytest.param([[STEP], [-STEP]], [4, -4], (3,), STEP**2 / 6, id="central: h²/6"),
        pytest.param([[STEP], [0]], [8, -8], (2,), STEP / 2, id="forward: h/2"),
        pytest.param(
            [[STEP, STEP], [-STEP, STEP]],
            [4, -4],
            (1, 1),
            STEP,
            id="moved: h mixed",
        ),
    ],
)
def test_moments_of_known_formulas(
    offsets: list[list[Fraction]],
    weights: list[float],
    index: tuple[int, ...],
    value: Fraction,
) -> None:
    assert moment(offsets, weights, index) == value


@pytest.mark.parametrize("step", [1e-3, 1e-4, 1e-7])
@pytest.mark.parametrize("x", [0.1, 1.0, -3e5])
def test_rounding_covers_a_formula_in_floats_and_not_one_in_single_precision(
    x: float, step: float
) -> None:
    def deviation(nodes: list[list[float]], weights: list[float]) -> tuple[float, ...]:
        m = moment(exact_offsets([x], nodes), weights, (1,))
        return abs(float(m - 1)), rounding([x], nodes, weights, (1,))

    weights = [1 / (2 * step), -1 / (2 * step)]
    found, allowed = deviation([[x + step], [x - step]], weights)
    assert found <= allowed
    single = [[float(np.float32(x + step))], [float(np.float32(x - step))]]
    found, allowed = deviation(single, weights)
    assert found > allowed
