"""What is expected of arrows, part by part: each term of a bound, of numbers told.

Whether the whole holds is asked of whole functions, beside high precision; here an f
answers what makes one term stand alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest

from gradproof.numerics import error_bounds, functions, oracle
from gradproof.numerics.enclosure import INFLATION
from gradproof.numerics.oracle import UnboundedError
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.scripts import gradient_bounds as bounds
from gradproof.scripts import objectives
from gradproof.scripts.arrow_styles import ExpectedField
from gradproof.scripts.objectives import Objective
from gradproof.scripts.session import Session, UnansweredError, array

H = 2.0**-13
U = UNIT_ROUNDOFF
X = np.array([[1.0, -2.0], [0.5, 4.0], [3.0, 8.0]])
Values = Callable[[Any], Any]


class Told:
    """A session with an f whose values, and digits, are what is said here."""

    def __init__(self, f: Values | None = None, **digits: Any) -> None:
        self.f, self.digits = f, digits
        self.asked: list[Any] = []

    def ask(self, op: str, points: Any = None, **more: Any) -> dict[str, Any]:
        """As a session's."""
        if points is None:
            raise UnansweredError("untold")
        given = array(points)
        self.asked.append(given)
        if op == "digits" and self.digits:
            return {name: objectives.record(v) for name, v in self.digits.items()}
        if op != "evaluate" or self.f is None:
            raise UnansweredError("untold")
        values = [float(self.f(row)) for row in given]
        return {"values": values, "form": "f(x)"}


def session(f: Values | None = None, **digits: Any) -> Session:
    return cast(Session, Told(f, **digits))


def near(due: Any, rel: float = 1e-9) -> Any:
    """Relatively, however small it is."""
    return pytest.approx(due, rel=rel, abs=0)


# From its expression


def test_a_bound_is_that_of_the_central_difference() -> None:
    f = functions.weighted_squares
    found = bounds.exact(f, X, H)
    due = error_bounds.central(f, X, H)
    assert (found.gradient == due.gradient).all()
    assert (found.bound == due.b1).all()
    assert found.known.all()


def test_where_one_point_has_no_bound_the_others_have_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    f, central = functions.weighted_squares, error_bounds.central
    asked: list[Any] = []

    def failing(function: Any, x: Any, step: float) -> Any:
        asked.append(np.asarray(x))
        if np.ndim(x) > 1 or x[0] == 0.5:
            raise UnboundedError
        return central(function, x, step)

    monkeypatch.setattr(error_bounds, "central", failing)
    found = bounds.exact(f, X, H)
    assert found.known.tolist() == [True, False, True]
    assert (found.bound[2] == central(f, X[2], H).b1).all()
    assert len(asked) == 4
    monkeypatch.setattr(bounds, "MAX_SINGLE_POINTS", 2)
    assert bounds.exact(f, X, H).known.tolist() == [True, False, True]
    assert len(asked) == 7
    monkeypatch.setattr(bounds, "MAX_SINGLE_POINTS", 3)
    bounds.exact(f, X, H)
    assert len(asked) == 11
    assert not len(bounds.exact(f, X[:0], H).positions)


def test_a_one_sided_difference_has_its_own_truncation() -> None:
    """f″ of a·x² is 2a: h/2·f″ is a·h more; and twice what is divided by 2h."""
    f = functions.weighted_squares
    expected = bounds.exact(f, X, H)
    found = bounds.one_sided(f, expected, H)
    (a, b) = (expected.gradient / (2 * X))[0]
    node = U * (np.abs(X) + H) / H * (np.abs(expected.gradient) + expected.bound)
    due = (2 * expected.bound + H * np.abs([a, b]) + node) * INFLATION
    assert found.bound == near(due, rel=1e-12)
    assert (found.bound >= due * (1 - 4 * U)).all()
    assert (found.gradient == expected.gradient).all()
    assert (found.positions == X).all()
    nodes = 2 * expected.bound + H * np.abs([a, b])
    assert (found.bound - nodes > node / 2).all()


def test_the_rounding_of_a_node_is_multiplied_by_slopes_up_to_the_bound() -> None:
    """f″ of x0·x1 in either component is 0."""
    ones = np.ones((3, 2))
    for bound in (0 * ones, ones):
        found = bounds.one_sided(functions.product, ExpectedField(X, ones, bound), H)
        node = U * (np.abs(X) + H) / H * (1 + bound)
        due = (2 * bound + node) * INFLATION
        assert found.bound == near(due, rel=1e-15)


def test_boxes_hold_every_node_as_it_is_rounded() -> None:
    x = np.array([1.0, -1e12, 0.0])
    radius = bounds.reach(x, H)
    nodes = np.abs(np.stack([x + H, x - H]) - x)
    assert (nodes <= radius).all()
    assert radius == near(H + 4 * U * np.abs(x), rel=2e-9)
    assert radius[2] > H


# From its expressions


class Part:
    """An expression of f that f surely has at these of the points.

    Of its operations more is rounded than of the function's: by so many H, beside what
    is counted for that, where f is asked at larger and at smaller components.
    """

    def __init__(
        self, function: Any, here: Any, larger: Any = (0, 0), smaller: Any = (0, 0)
    ) -> None:
        self.function, self.here = function, np.array(here, bool)
        self.more = np.array(larger), np.array(smaller)
        self.asked: list[Any] = []

    def sure(self, x: Any, radius: Any = 0.0) -> Any:
        """As a piece's."""
        self.asked.append((x, radius))
        return self.here

    def rounding(self, nodes: Any) -> Any:
        """As a piece's."""
        near = np.abs(nodes[..., None, :] - X).sum(axis=-1).argmin(axis=-1)
        moved = nodes - X[near]
        larger, smaller = np.maximum(moved, 0), np.maximum(-moved, 0)
        counted = oracle.enclosure(self.function, (0, 0), nodes).radius
        more = larger @ self.more[0] + smaller @ self.more[1]
        return np.maximum(counted + more, 0)


class Unruled(Part):
    """An expression that has a function without a rule."""

    def rounding(self, nodes: Any) -> Any:
        raise NotImplementedError


SQUARES, CUBIC = functions.weighted_squares, functions.cubic
NOWHERE = Part(SQUARES, [0, 0, 0])


def by_pieces(*parts: Part, sided: bool = False) -> ExpectedField:
    found: Any = parts
    return bounds.by_pieces(found, X, H, sided)


def test_each_point_has_the_first_expression_that_is_sure_about_it() -> None:
    one, two = Part(SQUARES, [1, 0, 0]), Part(CUBIC, [1, 1, 0])
    found = by_pieces(NOWHERE, one, two)
    first, other = (error_bounds.central(f, X, H) for f in (SQUARES, CUBIC))
    assert found.known.tolist() == [True, True, False]
    assert (found.gradient[0] == first.gradient[0]).all()
    assert (found.gradient[1] == other.gradient[1]).all()
    assert found.bound[0] == near(first.b1[0], rel=1e-9)
    assert found.bound[1] == near(other.b1[1], rel=1e-9)
    ((at, radius),) = one.asked
    assert (at == X).all()
    assert (radius == bounds.reach(X, H)).all()


def test_what_f_rounds_more_than_its_expression_is_added_over_the_step() -> None:
    every, exact = [1, 1, 1], bounds.exact(SQUARES, X, H)
    found = by_pieces(Part(SQUARES, every, larger=(3, 5), smaller=(1, 7)))
    added = np.array([(3 + 1) / 2, (5 + 7) / 2]) * INFLATION
    assert found.bound == near(exact.bound + added, rel=1e-14)
    less = by_pieces(Part(SQUARES, every, larger=(-1, -1), smaller=(1, 7)))
    one = np.array([1 / 2, 7 / 2]) * INFLATION
    assert less.bound == near(exact.bound + one, rel=1e-14)


def test_it_is_added_twice_to_a_one_sided_difference() -> None:
    part = Part(SQUARES, [1, 1, 1], larger=(3, 5))
    exact = bounds.one_sided(SQUARES, bounds.exact(SQUARES, X, H), H)
    found = by_pieces(part, sided=True)
    assert found.bound == near(exact.bound + np.array([3, 5]) * INFLATION)
    assert (found.bound > 3).all()


def test_what_has_no_rule_is_left_to_the_others() -> None:
    found = by_pieces(Unruled(SQUARES, [1, 1, 0]), Part(CUBIC, [0, 1, 1]))
    assert found.known.tolist() == [False, True, True]


# From 50 digits


def digits(**told: Any) -> dict[str, Any]:
    """Of points of slope 1 that are exact but for what is told."""
    zero = np.zeros((3, 2))
    usual = {"slope": zero + 1, "central": zero, "one_sided": zero}
    return {**usual, "rounding": zero, "size": zero, **told}


def by_digits(x: Any = X, sided: bool = False, **told: Any) -> ExpectedField:
    return bounds.by_digits(session(**digits(**told)), 0, "f(x)", x, H, sided)


NODE = 4 * U * (np.abs(X) + H) / H
ONES = np.ones((3, 2))


def test_the_rounding_of_a_node_is_multiplied_by_the_slope() -> None:
    found = by_digits()
    assert found.bound == near(NODE, rel=1e-12)
    steep = by_digits(slope=-7 * ONES)
    assert steep.bound == near(7 * NODE, rel=1e-12)
    assert (steep.gradient == -7).all()


def test_the_error_of_the_quotient_that_is_admitted_is_added() -> None:
    far = np.arange(6.0).reshape(3, 2)
    told: Any = {"central": far, "one_sided": 3 * ONES}
    assert by_digits(**told).bound == near(far + NODE, rel=1e-9)
    either = by_digits(sided=True, **told)
    assert either.bound == near(np.maximum(far, 3) + NODE, rel=1e-9)


def test_twice_the_error_that_was_seen_nearby_is_taken_at_each_node() -> None:
    seen = np.array([[0.0, 0.0], [0.0, 0.0], [H, 2 * H]])
    found = by_digits(rounding=seen).bound - NODE
    assert found == pytest.approx(np.array([[0, 0], [4, 4], [4, 4]]), abs=1e-9)
    twice = by_digits(sided=True, rounding=seen).bound - NODE
    assert twice == pytest.approx(np.array([[0, 0], [8, 8], [8, 8]]), abs=1e-9)
    lost = np.where(seen == 2 * H, np.nan, seen)
    assert by_digits(rounding=np.nan * seen).bound == near(NODE)
    some = by_digits(rounding=lost).bound - NODE
    assert some == pytest.approx(np.array([[0, 0], [2, 2], [2, 2]]), abs=1e-9)


def test_a_rounding_of_the_value_is_taken_at_each_node() -> None:
    size = np.arange(6.0).reshape(3, 2) * H / U
    found = by_digits(size=size).bound - NODE
    assert found == pytest.approx(2 * np.arange(6.0).reshape(3, 2), abs=1e-9)


def test_of_many_points_some_are_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_NUMERICAL_POINTS", 3)
    x = np.arange(14.0).reshape(7, 2)
    assert bounds._some(x[:3]).tolist() == [0, 1, 2]
    assert bounds._some(x[:4]).tolist() == [0, 2]
    assert bounds._some(x).tolist() == [0, 3, 6]
    assert bounds._some(x[:0]).tolist() == []
    found = by_digits(x)
    assert found.known.tolist() == [True, False, False] * 2 + [True]


def test_so_many_points_are_asked_about_each_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []

    def failing(function: Any, x: Any, step: float) -> Any:
        asked.append(np.asarray(x))
        raise UnboundedError

    monkeypatch.setattr(error_bounds, "central", failing)
    for count, single in ((400, 400), (401, 201)):
        x = np.zeros((count, 2))
        assert len(bounds._some(x)) == single
        asked.clear()
        bounds.exact(SQUARES, x, H)
        assert len(asked) == 1 + single
    for count, some in ((150, 150), (151, 76)):
        told = Told(lambda x: 1.0)
        bounds._noise(cast(Session, told), 0, "f(x)", np.zeros((count, 2)), H)
        assert len(told.asked[0]) == some * 2 * 9


def test_the_largest_of_each_and_the_two_beside_it() -> None:
    sizes = np.array([5.0, 1.0, 0.0, 0.0, 2.0, 0.0, 0.0])
    beside = bounds._with_neighbours(sizes)
    assert beside.tolist() == [5.0, 5.0, 1.0, 2.0, 2.0, 2.0, 0.0]
    assert bounds._with_neighbours(np.array([3.0])).tolist() == [3.0]


# From differences alone


def numerical(f: Values, x: Any = X, sided: bool = False) -> ExpectedField:
    return bounds.numerical(session(f), 0, "f(x)", x, H, sided)


def cubes(x: Any) -> Any:
    return x[0] ** 3 + 2 * x[1] ** 3


SLOPES = np.array([3.0, 6.0]) * X**2


def test_romberg_finds_the_slopes_of_a_smooth_function() -> None:
    found = numerical(cubes)
    assert found.known.all()
    assert found.gradient == near(SLOPES, rel=1e-10)
    # The quotient with the routine's own step is off by h²/6·f‴ at least.
    truncation = H**2 * np.array([1.0, 2.0])
    assert (found.bound >= truncation * (1 - 1e-3)).all()
    assert (found.bound <= 1e-6).all()


def test_one_sided_quotients_are_admitted_where_the_routine_has_them() -> None:
    found = numerical(cubes, sided=True)
    off = H / 2 * np.array([6.0, 12.0]) * np.abs(X)
    assert (found.bound >= off * (1 - 1e-3)).all()
    assert (found.bound <= 1.1 * off + 1e-6).all()

    def bent(x: Any) -> Any:
        return cubes(x) + 100 * sum(
            max(v - c, 0.0) ** 2 for v, c in zip(x, X[0], strict=True)
        )

    ahead = numerical(bent, X[:1], sided=True)
    assert (ahead.bound >= 100 * H * (1 - 1e-2)).all()


def test_nodes_lie_at_every_step_to_both_sides_and_at_the_routines_own() -> None:
    told = Told(cubes)
    bounds.numerical(cast(Session, told), 0, "f(x)", X[:1], H, False)
    nodes = np.concatenate(told.asked) - X[0]
    assert (np.count_nonzero(nodes, axis=1) <= 1).all()
    for component in (0, 1):
        moved = np.abs(nodes[:, component])
        for step in (0.02, 0.01, 0.005, 0.0025, H):
            assert np.isclose(moved, step, rtol=1e-9).sum() >= 2


def test_what_is_extrapolated_has_no_error_of_low_orders() -> None:
    """From three steps an error of the sixth order is left, times all of them."""
    steps = 2.0 ** -np.arange(4)
    quotients = [np.array(7 + 3 * h**2 - 5 * h**4 + 2 * h**6) for h in steps]
    best, before = bounds._extrapolated(quotients)
    assert best == near(7, rel=1e-14)
    assert before - 7 == near(2 * np.prod(steps[1:] ** 2), rel=1e-9)


def test_where_the_bound_is_not_small_beside_the_slopes_nothing_is_known() -> None:
    """A rounding of 2⁻¹⁶ is H/8: over the step it is more than slopes of 1/16."""

    def rounded(x: Any) -> Any:
        return np.round(x.sum() / 16 * 2.0**16) / 2.0**16

    rng = np.random.default_rng(0)
    x = rng.uniform(-2, 2, (12, 2))
    assert not numerical(rounded, x).known.any()

    def finely(x: Any) -> Any:
        return np.round(x.sum() * 64 * 2.0**16) / 2.0**16

    found = numerical(finely, x)
    assert 2 * found.known.sum() >= len(x)
    assert (np.abs(found.gradient - 64) <= found.bound)[found.known].all()


def noisy(
    monkeypatch: pytest.MonkeyPatch, noise: Any, f: Values, **fields: Any
) -> ExpectedField:
    """Where the noise is said to be this."""
    told = np.broadcast_to(noise, (3, 2))
    monkeypatch.setattr(bounds, "_noise", lambda *_: told)
    return numerical(f, **fields)


def flat(x: Any) -> Any:
    return 64 * (x[0] + x[1])


def test_noise_over_the_step_counts_twice_and_again_where_steps_are_one_sided(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = noisy(monkeypatch, H / 4, flat)
    assert found.bound == near(np.full((3, 2), 0.5), rel=1e-6)
    twice = noisy(monkeypatch, H / 4, flat, sided=True)
    assert twice.bound == near(np.full((3, 2), 1.0), rel=1e-6)


def test_a_bound_of_a_twentieth_of_the_largest_slope_is_small(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    most = 64 / 20 / 2 * H
    assert noisy(monkeypatch, 0.999 * most, flat).known.all()
    assert not noisy(monkeypatch, 1.001 * most, flat).known.any()
    assert noisy(monkeypatch, 0, lambda x: 0.0).known.all()
    one = np.array([[2 * most], [0], [0]])
    assert noisy(monkeypatch, one, flat).known.tolist() == [False, True, True]
    two = np.array([[2 * most], [0], [2 * most]])
    assert not noisy(monkeypatch, two, flat).known.any()


def test_the_error_of_romberg_is_taken_to_be_twice_that_of_the_step_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of the error of sixth order, 1e9·h⁶, nothing is left with all four steps."""

    def steep(x: Any) -> Any:
        return sum(v + 1e9 * v**7 for v in x)

    found = noisy(monkeypatch, 0, steep, x=np.zeros((3, 2)))
    due = 2 * 1e9 * (0.01 * 0.005 * 0.0025) ** 2
    assert found.bound == near(np.full((3, 2), due), rel=1e-6)
    assert found.gradient == near(np.ones((3, 2)), rel=1e-9)


def test_a_few_that_are_not_known_hide_no_others() -> None:
    def jump(x: Any) -> Any:
        return cubes(x) + 1e3 * (x[0] > 3)

    # Of two points beside it the noise is taken for theirs, too.
    far = np.array([[1.0, 1.0], [1.0, 2.0], [2.0, 1.0], [2.0, 2.0]])
    two = np.array([[1.5, 1.0], [3.0, 1.0]])
    found = numerical(jump, np.concatenate([far[:2], two]))
    assert found.known.tolist() == [True, True, False, False]
    mostly = numerical(jump, np.concatenate([two[1:], far[:2], two[1:]]))
    assert not mostly.known.any()


def noise(f: Values, x: Any = X, each: Any = None) -> Any:
    return bounds._noise(session(f), 0, "f(x)", x, H)


def test_the_noise_of_a_smooth_function_is_a_rounding_of_its_value() -> None:
    found = noise(lambda x: 8.0)
    assert found == near(np.full((3, 2), 16 * U))
    assert found.shape == (3, 2)


def test_the_noise_is_what_an_eighth_difference_tells() -> None:
    """One node of nine is off by 2⁻²⁰: at the middle it counts 70 times."""
    middle = X[1]

    def off(x: Any) -> Any:
        return 2.0**-20 if (x == middle).all() else 0.0

    due = 8 * 70 * 2.0**-20 / np.sqrt(12870.0)
    found = noise(off)
    assert found == near(np.full((3, 2), due), rel=1e-6)
    alone = noise(off, np.concatenate([X, X[:1]]))
    assert alone[3] == pytest.approx([2 * U * 0, 2 * U * 0], abs=1e-12)
    assert sum(bounds.BINOMIALS) == 0
    assert np.sum(bounds.BINOMIALS**2) == 12870


def test_of_many_points_some_stand_for_those_that_follow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounds, "MAX_NOISE_POINTS", 2)
    x = np.arange(10.0).reshape(5, 2)
    told = Told(lambda x: x[0])
    found = bounds._noise(cast(Session, told), 0, "f(x)", x, H)
    (nodes,) = told.asked
    assert len(nodes) == 2 * 2 * 9
    assert found.shape == (5, 2)
    assert (found[:3] == found[0]).all()
    assert found[0, 0] < found[3, 0]
    offsets = sorted({round((n - x[0])[0] / (H / 3), 6) for n in nodes[:9]})
    assert offsets == [float(k) for k in range(-4, 5)]


# Whole rows of x


OBJECTIVE = Objective("f", "f(x)", None)
FIELD = ExpectedField(X, np.ones((3, 2)), np.full((3, 2), 0.5))


class Call:
    """What is looked at of a call."""

    def __init__(self, x: Any) -> None:
        self.x, self.f = x, 0


def widened(f: Values | None, x: Any, objective: Objective = OBJECTIVE) -> Any:
    call: Any = Call(x)
    return bounds.widened(session(f), call, objective, FIELD, H)


def test_points_need_no_wider_bound() -> None:
    for x in (None, X[0]):
        found, proved = widened(cubes, x)
        assert proved
        assert found is FIELD
    formless = Objective("f", None, None)
    assert widened(cubes, X, formless) == (FIELD, True)


def test_whole_rows_add_the_rounding_of_their_sums() -> None:
    """Of a value of 8 and rows of 3, 22 roundings of it, over the step."""
    rows = np.ones((4, 3))
    found, proved = widened(lambda x: -8.0, rows)
    assert not proved
    more = 22 * U * 8 / H * INFLATION
    assert found.bound == near(0.5 + np.full((3, 2), more), rel=1e-15)
    assert found.gradient is FIELD.gradient
    images = np.ones((4, 3, 2))
    wide, _ = widened(lambda x: -8.0, images)
    assert (wide.bound - 0.5) == near(28 * U * 8 / H * INFLATION, rel=1e-3)
    assert (wide.bound > found.bound).all()


def test_without_an_answer_nothing_is_added_and_nothing_proved() -> None:
    assert widened(None, np.ones((4, 3))) == (FIELD, False)


class Rows:
    """An expression of rows of x: larger components are rounded by 5 H, or all are.

    ``sure`` is whether f makes no choices about them.
    """

    def __init__(self, sure: Any = True, smaller: float = 3 * H) -> None:
        self.is_sure, self.smaller = sure, smaller
        self.nodes: Any = None

    def sure(self, nodes: Any) -> Any:
        """As a piece's."""
        return np.full(len(nodes), self.is_sure)

    def rounding(self, nodes: Any) -> Any:
        """As a piece's."""
        self.nodes = nodes
        return np.where(nodes.sum(axis=1) > 3, 5 * H, self.smaller)


def proved(
    monkeypatch: pytest.MonkeyPatch, rows: Any, confirmed: Any = True
) -> tuple[Any, Any]:
    monkeypatch.setattr(objectives, "read", lambda *_: rows)
    sure = (rows,) if confirmed else ()
    monkeypatch.setattr(objectives, "confirmed", lambda *_: sure)
    found, known = widened(lambda x: -8.0, np.ones((4, 3)))
    return found.bound - FIELD.bound, known


BY_VALUES = 22 * U * 8 / H * INFLATION


def test_whole_rows_add_the_rounding_of_their_expression(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each has nodes to both sides in each component, and the worst of them counts."""
    rows = Rows()
    more, sure = proved(monkeypatch, rows)
    assert sure
    assert more == near(5 * INFLATION, rel=1e-14)
    moved = (rows.nodes - 1).reshape(4, 6, 3) / H
    assert (moved == np.concatenate([np.eye(3), -np.eye(3)])).all()
    below, _ = proved(monkeypatch, Rows(smaller=7 * H))
    assert below == near(7 * INFLATION, rel=1e-14)


def test_an_expression_that_may_not_be_f_proves_nothing_of_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for rows, confirmed in (
        (Rows(sure=False), True),
        (Rows(smaller=np.inf), True),
        (Rows(), False),
    ):
        more, sure = proved(monkeypatch, rows, confirmed)
        assert not sure
        assert more == near(BY_VALUES, rel=1e-3)
    monkeypatch.setattr(Rows, "rounding", Unruled.rounding)
    more, sure = proved(monkeypatch, Rows())
    assert not sure
    assert more == near(BY_VALUES, rel=1e-3)


# Which way


WAYS = ("digits", "differences")


def told_pieces(
    monkeypatch: pytest.MonkeyPatch, here: Any, session_of: Any, **fields: Any
) -> tuple[Any, str]:
    part = Part(SQUARES, here)
    monkeypatch.setattr(objectives, "pieces", lambda *_: (part,))
    return expected_of(session_of, pieces=(part,), **fields)


def test_expressions_are_taken_where_half_of_the_points_have_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def way(*here: int, x: Any = X, **fields: Any) -> tuple[str, list[bool]]:
        found, how = told_pieces(monkeypatch, here, session(cubes), x=x, **fields)
        return how, found.known.tolist()

    every = [True, True, True]
    assert way(1, 1, 1) == ("pieces", every)
    assert way(1, 1, 1, function=SQUARES) == ("expression", every)
    assert way(1, 1, 0) == ("pieces", [True, True, False])
    assert way(1, 0, 0) == ("differences", every)
    assert way(1, 0, x=X[:2]) == ("pieces", [True, False])


def test_what_tells_of_no_more_points_is_not_taken_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lost = np.ones((3, 2))
    lost[1:] = np.nan
    told: Any = digits(slope=lost)
    found, how = told_pieces(monkeypatch, [1, 0, 0], session(**told))
    assert (how, found.known.tolist()) == ("pieces", [True, False, False])
    assert (found.gradient[0] != 1).any()
    alone = told_pieces(monkeypatch, [1, 0, 0], session(**told), function=SQUARES)
    assert alone[1] == "expression"
    lost[1] = 1
    more, how = told_pieces(monkeypatch, [1, 0, 0], session(**told))
    assert (how, more.known.tolist()) == ("digits", [True, True, False])


def test_what_f_is_not_is_no_expression_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> Any:
        raise objectives.NotReadError("not f")

    monkeypatch.setattr(objectives, "pieces", failing)
    assert expected_of(session(cubes), pieces=(NOWHERE,))[1] == "differences"


def expected_of(
    session_of: Any, x: Any = X, sided: bool = False, **fields: Any
) -> tuple[Any, str]:
    objective = Objective(**{"name": "f", "form": "f(x)", "function": None, **fields})
    return bounds.expected(session_of, 0, objective, x, H, sided)


def test_the_first_way_that_tells_anything_is_taken() -> None:
    told = digits()
    assert expected_of(session(cubes, **told))[1] == "digits"
    assert expected_of(session(cubes))[1] == "differences"
    unknown, how = expected_of(session())
    assert how == "none"
    assert not unknown.known.any()
    lost = digits(slope=np.full((3, 2), np.nan))
    assert expected_of(session(cubes, **lost))[1] == "differences"


def test_one_sided_quotients_are_expected_in_each_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: Any = digits(one_sided=np.ones((3, 2)))
    ways = {"pieces": [1, 1, 1], "digits": [0, 0, 0], "differences": [0, 0, 0]}
    for way, here in ways.items():
        asked = session(cubes, **(told if way == "digits" else {}))
        found, how = told_pieces(monkeypatch, here, asked)
        sided, _ = told_pieces(monkeypatch, here, asked, sided=True)
        assert how == way
        assert (sided.bound > 1.9 * found.bound).all()


def test_without_a_form_or_points_nothing_is_expected() -> None:
    for fields in ({"form": None}, {"x": X[:0]}):
        found, how = expected_of(session(cubes, **digits()), **fields)
        assert how == "none"
        assert not found.known.any()


# What differences alone decide


def style(off: Any, how: Any = "differences") -> Any:
    field = ExpectedField(X, SLOPES, np.full((3, 2), 1e-3))
    return bounds.judged(-(SLOPES + off), field, how)


def test_by_differences_a_failure_needs_more_than_so_many_bounds() -> None:
    assert style(0.9e-3).right
    assert style(np.array([[3.9e-3, 0], [0, 0], [0, 0]])).style == "unknown"
    assert style(np.array([[4.1e-3, 0], [0, 0], [0, 0]])).style == "wrong"
    assert style(2e-3, "digits").style == "wrong"
    between = style(np.array([[2e-3, 0], [0, 0], [0, 0]]))
    assert (between.style, between.sign, between.total) == ("unknown", -1, 0)
    assert (between.factor, between.wrong) == (1.0, 0)
    assert style(np.array([[9e-3, 0], [0, 0], [0, 0]])).style == "wrong"
