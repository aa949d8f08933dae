"""The picture was right, and the code was wrong: a story in five parts.

A script of the book draws the field −∇f of f = x0² + x1² at the 324 points of a
grid. Its ``numerical_gradient(f, X)`` takes *rows* of X as points; the script passes

    numerical_gradient(f, np.array([X, Y]))          2 rows of 324 numbers

and so asks for the gradient at 2 points of 324 components each, where 324 points of
2 components are due. The picture is flawless. Only when a reader drew a function of
their own, x0·x1, did all arrows but one come out wrong. The mend is two transposes:

    numerical_gradient(f, np.array([X, Y]).T).T

The five parts: what f is asked; what the picture shows; why the fault hides; that
the mend is right; and what eyes can see of it all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from expressions import Sample, polynomials
from gradproof.corrected import numerical_gradient, right_field
from gradproof.figures import quivers
from gradproof.numerics.enclosure import INFLATION
from gradproof.numerics.error_bounds import central
from gradproof.numerics.functions import (
    FUNCTIONS,
    Function,
    product,
    sine_of_product,
    sum_of_fourth_powers,
    sum_of_squares,
    weighted_squares,
)
from gradproof.sample import faulty_field, function_2, function_xy, grid
from gradproof.sample import numerical_gradient as book_gradient

AS_COORDINATES = np.array(grid())
"""The grid as the script passes it, (2, 324): all x0, then all x1."""

AS_POINTS = AS_COORDINATES.T
"""The grid as it should be passed, (324, 2)."""

ORIGIN = 152
"""Where in the grid x0 = x1 = 0."""

H = 1e-4


# --- 1. What f is asked ------------------------------------------------------------


class Witness:
    """A function that remembers what it was asked."""

    def __init__(self, f: Callable[[Any], Any]) -> None:
        self.f = f
        self.arguments: list[Any] = []

    def __call__(self, x: Any) -> Any:
        """The value of f at x, which is written down."""
        self.arguments.append(x.copy())
        return self.f(x)

    @property
    def shapes(self) -> Counter[tuple[int, ...]]:
        """How often each shape came."""
        return Counter(x.shape for x in self.arguments)

    def moved_from(self, x: Any) -> int:
        """How many arguments are x with a single entry moved by a step."""
        moves = [np.abs(a - x) for a in self.arguments if a.shape == x.shape]
        return sum(np.count_nonzero(m) == 1 and m.max() < 2 * H for m in moves)


def test_the_faulty_call_asks_1296_times_about_vectors_of_324_numbers() -> None:
    f = Witness(function_2)
    faulty_field(f)
    assert f.shapes == {(324,): 1296}
    # There are two of them: all x0, and all x1. Nobody ever asked about a point.
    assert [f.moved_from(row) for row in AS_COORDINATES] == [648, 648]


def test_the_mended_call_asks_1296_times_about_points_of_2_numbers() -> None:
    f = Witness(function_2)
    right_field(f)
    # 2 rows × 324 entries × 2 sides, or 324 × 2 × 2: the bill is the same.
    assert f.shapes == {(2,): 1296}
    assert all(f.moved_from(point) == 4 for point in AS_POINTS)


# --- 2. What the picture shows -----------------------------------------------------


def bound_in_long_rows(rows: Any) -> Any:
    """Bound of |central difference − 2t| at each entry t of rows, for f = Σ xᵢ².

    By hand, as 324 variables are many for a symbolic derivative. With t₊ and t₋ the
    nodes as rounded, (t₊² − t₋²)/2h − 2t is a rational number. A sum of N squares, in
    any order, is computed within E = γ_N·Σxᵢ², γ_N = Nu/(1 − Nu) (Higham, *Accuracy
    and Stability of Numerical Algorithms*, 4.2). Two such values, their subtraction
    and the division make (2E + (2u + u²)·(|t₊² − t₋²| + 2E))/2h.
    """
    count, u = rows.shape[1], 2.0**-53
    gamma = count * u / (1 - count * u)
    # The node's own sum of squares is this much larger at most.
    sums = np.sum(rows**2, axis=1, keepdims=True) + 3 * H * (np.abs(rows) + H)
    error = gamma * sums
    quotients = np.vectorize(exact_quotient, otypes=[object])(rows)
    deviations = np.abs(quotients - 2 * np.vectorize(Fraction)(rows)).astype(float)
    differences = np.abs(quotients).astype(float) * 2 * H
    rounding = 2 * error + (2 * u + u**2) * (differences + 2 * error)
    return (deviations + rounding / (2 * H)) * INFLATION


def exact_quotient(t: float) -> Fraction:
    """(t₊² − t₋²)/2h, without rounding."""
    ahead, behind = Fraction(t + H), Fraction(t - H)
    return (ahead**2 - behind**2) / (2 * Fraction(H))


def test_the_bound_by_hand_is_no_laxer_than_the_general_one() -> None:
    rows = np.random.default_rng(0).uniform(-2, 2, (2, 9))
    assert (bound_in_long_rows(rows) <= central(sum_of_squares, rows).b1).all()


def test_the_sum_of_squares_hides_the_fault_to_the_last_arrow() -> None:
    _, _, faulty = faulty_field(function_2)
    _, _, right = right_field(function_2)
    in_rows = bound_in_long_rows(AS_COORDINATES)
    at_points = central(sum_of_squares, AS_POINTS).b1.T
    assert (np.abs(faulty - 2 * AS_COORDINATES) <= in_rows).all()
    assert (np.abs(faulty - right) <= in_rows + at_points).all()


def wrong_arrows(gradient: Any, function: Function) -> list[int]:
    """Which of the grid's arrows are out of the bound at their own point."""
    bound = central(function, AS_POINTS)
    out = np.abs(gradient.T - bound.gradient) > bound.b1
    wrong: list[int] = np.flatnonzero(out.any(axis=1)).tolist()
    return wrong


READERS = pytest.mark.parametrize(
    "function",
    [product, sine_of_product, weighted_squares],
    ids=lambda function: function.name,
)


@READERS
def test_a_function_of_ones_own_shows_it_in_every_arrow_but_one(
    function: Function,
) -> None:
    _, _, faulty = faulty_field(function.point)
    assert wrong_arrows(faulty, function) == [n for n in range(324) if n != ORIGIN]
    # The one arrow that is right is the one that ought to be zero.
    assert AS_POINTS[ORIGIN].tolist() == [0.0, 0.0]


@READERS
def test_because_it_reads_two_numbers_of_the_324(function: Function) -> None:
    _, _, faulty = faulty_field(function.point)
    assert np.flatnonzero(faulty.any(axis=0)).tolist() == [0, 1]


# --- 3. Why the fault hides --------------------------------------------------------
#
# Let f be a family of smooth functions: F_n for vectors of n numbers; and let a be a
# grid of D rows, the coordinates, and N columns, the points. Then, at coordinate i of
# point n,
#
#     the faulty call gives   ∂F_N/∂x_n at row i,
#     the right one           ∂F_D/∂x_i at column n.
#
# Theorem. They agree on every grid exactly if F_N = c_N + Σ g(xᵢ) and
# F_D = c_D + Σ g(xᵢ), with one g for every entry and both lengths, and a constant for
# each length.
#
# Proof. "If" is differentiation. "Only if": the one depends on row i alone, the other
# on column n alone; being equal, they depend on the one entry that the two share. So
# every mixed derivative of F_N and of F_D is zero, and each is a sum of functions of
# one entry. The derivative in place n of F_N is that in place i of F_D, for all i and
# n: it is one function φ, and g is its integral. ∎

SHAPES = [(2, 3), (3, 2), (2, 2)]
shapes = pytest.mark.parametrize(("dimension", "count"), SHAPES)

Family = Callable[[Any], Any]


def entries(dimension: int, count: int) -> Any:
    """The grid as a matrix of symbols."""
    return sympy.Matrix(
        dimension, count, lambda i, n: sympy.Symbol(f"a{i}{n}", real=True)
    )


def faulty_gradient(family: Family, a: Any) -> Any:
    """At row i, by its entry n."""
    return sympy.Matrix(
        *a.shape, lambda i, n: sympy.diff(family(list(a.row(i))), a[i, n])
    )


def right_gradient(family: Family, a: Any) -> Any:
    """At column n, by its entry i."""
    return sympy.Matrix(
        *a.shape, lambda i, n: sympy.diff(family(list(a.col(n))), a[i, n])
    )


@shapes
def test_the_two_calls_share_no_entry_but_their_own(dimension: int, count: int) -> None:
    def unknown(x: Any) -> Any:
        return sympy.Function(f"F{len(x)}")(*x)

    a = entries(dimension, count)
    faulty, right = faulty_gradient(unknown, a), right_gradient(unknown, a)
    for i in range(dimension):
        for n in range(count):
            assert faulty[i, n].free_symbols == set(a.row(i))
            assert right[i, n].free_symbols == set(a.col(n))
            assert set(a.row(i)) & set(a.col(n)) == {a[i, n]}


@shapes
def test_a_sum_of_one_function_hides_the_fault_whatever_the_function(
    dimension: int, count: int
) -> None:
    g, c = sympy.Function("g"), sympy.Function("c")

    def family(x: Any) -> Any:
        return c(len(x)) + sum(map(g, x))

    a = entries(dimension, count)
    assert faulty_gradient(family, a) == right_gradient(family, a)


@shapes
def test_different_weights_or_products_of_entries_do_not(
    dimension: int, count: int
) -> None:
    """In F_n = Σ wₙᵢ·g(xᵢ) + Σ mₙᵢⱼ·xᵢ·xⱼ all weights must be equal, and all m zero."""
    g = sympy.Function("g")
    w, m = sympy.IndexedBase("w"), sympy.IndexedBase("m")

    def family(x: Any) -> Any:
        size = len(x)
        pairs = [(i, j) for j in range(size) for i in range(j)]
        return sum(w[size, i] * g(x[i]) for i in range(size)) + sum(
            m[size, i, j] * x[i] * x[j] for i, j in pairs
        )

    a = entries(dimension, count)
    difference = faulty_gradient(family, a) - right_gradient(family, a)
    # g is any function: its derivative is as free as the entry itself.
    slopes = {sympy.diff(g(x), x): sympy.Symbol(f"g{x}") for x in a}
    free = [*a, *slopes.values()]
    equations = [
        equation
        for entry in difference.xreplace(slopes)
        for equation in sympy.Poly(entry, *free).coeffs()
    ]
    unknowns = sorted(
        set().union(*(e.atoms(sympy.Indexed) for e in equations)), key=str
    )
    (solution,) = sympy.solve(equations, unknowns, dict=True)

    weights = {solution.get(u, u) for u in unknowns if u.base == w}
    products = {solution.get(u, u) for u in unknowns if u.base == m}
    assert len(weights) == 1
    assert products == {0}
    assert len(unknowns) == sum(n * (n + 1) // 2 for n in {dimension, count})


ALWAYS = {(2, 3), (3, 2), (2, 2)}
SQUARE = {(2, 2)}
NEVER: set[tuple[int, int]] = set()

FAMILIES = [
    (sum_of_squares, ALWAYS),
    (sum_of_fourth_powers, ALWAYS),
    (Function("sines", "Σ sin xᵢ", lambda x, m: sum(m.sin(c) for c in x)), ALWAYS),
    (
        Function("counted", "n + Σ xᵢ²", lambda x, m: len(x) + sum(c**2 for c in x)),
        ALWAYS,
    ),
    # One g for every entry, but another one for every length.
    (Function("mean", "Σ xᵢ²/n", lambda x, m: sum(c**2 for c in x) / len(x)), SQUARE),
    # As the first, if there are no more than two.
    (Function("indexed", "x0² + x1²", lambda x, m: x[0] ** 2 + x[1] ** 2), SQUARE),
    # Each derivative depends on its own component alone. That is not enough.
    (weighted_squares, NEVER),
    (product, NEVER),
    (sine_of_product, NEVER),
]
families = pytest.mark.parametrize(
    ("function", "hiding"), FAMILIES, ids=[f.name for f, _ in FAMILIES]
)


@families
@shapes
def test_the_theorem_tells_which_functions_hide_it(
    function: Function, hiding: set[tuple[int, int]], dimension: int, count: int
) -> None:
    a = entries(dimension, count)

    def family(x: Any) -> Any:
        return function.formula(x, sympy)

    difference = faulty_gradient(family, a) - right_gradient(family, a)
    hidden = difference.expand() == sympy.zeros(dimension, count)
    assert hidden == ((dimension, count) in hiding)


@families
@shapes
def test_and_the_books_routine_obeys_it(
    function: Function, hiding: set[tuple[int, int]], dimension: int, count: int
) -> None:
    everywhere = Function(function.name, function.text, function.formula, None)
    a = np.random.default_rng(0).uniform(0.5, 2, (dimension, count))
    faulty = book_gradient(everywhere.point, a.copy())
    right = book_gradient(everywhere.point, a.T.copy()).T
    bounds = central(everywhere, a).b1 + central(everywhere, a.T).b1.T
    assert (np.abs(faulty - right) <= bounds).all() == ((dimension, count) in hiding)


# --- 4. The mend is right ----------------------------------------------------------

everywhere_defined = [f for f in FUNCTIONS.values() if f.domain[0] < -2]


@pytest.mark.parametrize("function", everywhere_defined, ids=lambda f: f.name)
def test_the_mended_call_is_right_at_all_324_points(function: Function) -> None:
    _, _, gradient = right_field(function.point)
    assert wrong_arrows(gradient, function) == []


def test_and_so_is_the_books_own_routine_if_called_like_that() -> None:
    gradient = book_gradient(function_xy, np.array(grid()).T).T
    assert wrong_arrows(gradient, product) == []


waves = polynomials().map(lambda p: Sample(sympy.sin(p.expression), p.symbols))
ticks = st.lists(st.floats(-2, 2), min_size=1, max_size=4)


@given(sample=polynomials() | waves, x_ticks=ticks, y_ticks=ticks)
@settings(max_examples=60, derandomize=True, deadline=None, database=None)
def test_the_mended_call_is_right_for_any_function_on_any_grid(
    sample: Sample, x_ticks: list[float], y_ticks: list[float]
) -> None:
    function = sample.function()
    coordinates = np.reshape(np.meshgrid(x_ticks, y_ticks), (2, -1))
    bound = central(function, coordinates.T)
    for routine in (numerical_gradient, book_gradient):
        gradient = routine(function.point, coordinates.T).T
        assert (np.abs(gradient.T - bound.gradient) <= bound.b1).all()


# --- 5. What eyes can see ----------------------------------------------------------


def pixels(field: tuple[Any, Any, Any]) -> Any:
    x, y, gradient = field
    figure: Figure = quivers.quiver(x, y, -gradient[0], -gradient[1])
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def test_no_pixel_betrays_the_fault_in_the_books_picture() -> None:
    np.testing.assert_array_equal(
        pixels(faulty_field(function_2)), pixels(right_field(function_2))
    )


def test_the_readers_picture_shows_it_at_a_glance() -> None:
    faulty, right = pixels(faulty_field(function_xy)), pixels(right_field(function_xy))
    assert faulty.shape == right.shape
    assert (faulty != right).any()
