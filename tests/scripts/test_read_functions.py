"""f as it was told by a child: which expression holds where, and what is believed."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

from gradproof.numerics import enclosure
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.scripts import objectives
from gradproof.scripts.objectives import Branch, NotReadError, function_of, piece_of
from gradproof.scripts.session import UnansweredError, array
from small_scripts import PRODUCT, X0, X1, Expression, Told, fixed, session

ONE = ["number", "1"]


def along(*firsts: float) -> Any:
    """Points with these first components."""
    return np.array([[x, 0.25] for x in firsts])


# Decisions


def test_decisions_that_are_no_expressions_are_refused() -> None:
    for wrong in (["x", 2], ["number", "a"], 7):
        for sides in ([wrong, X1], [X1, wrong]):
            with pytest.raises(NotReadError):
                piece_of(X0, [["<", *sides]])
    for decision in ([["<"], X0, X1], ["<", X0], ["<", X0, X1, X1], "<"):
        with pytest.raises(NotReadError, match="no decision"):
            piece_of(X0, [decision])
    told = piece_of(X0, [["<", ["x", 2], X1]], 3)
    assert told.near(np.array([[0.0, 1.0, 0.5]])).tolist() == [True]


@pytest.mark.parametrize(
    ("sign", "near", "sure"),
    [
        ("<", [True, True, False], [True, False, False]),
        (">", [False, True, True], [False, False, True]),
        ("!=", [True, True, True], [True, False, True]),
        ("=", [False, True, False], [False, False, False]),
    ],
)
def test_a_decision_holds_on_one_side_and_just_about_where_both_are_equal(
    sign: str, near: list[bool], sure: list[bool]
) -> None:
    decision = Branch(sign, (X0, ONE), 2)
    points = along(0.5, 1.0, 1.5)
    assert decision.near(points).tolist() == near
    assert decision.sure(points, 0.0).tolist() == sure
    assert Branch("?", (), 2).near(points).tolist() == [False] * 3
    assert Branch("?", (), 2).sure(points, 0.0).tolist() == [False] * 3


def test_a_decision_is_sure_twice_as_far_away_as_both_sides_may_be_off() -> None:
    decision = Branch("<", (X0, ONE), 2)
    points = along(0.71, 0.79, 0.81, 1.25)
    assert decision.sure(points, 0.1).tolist() == [True, True, False, False]
    both = Branch("<", (X0, ["add", ONE, X1]), 2)  # 1.25 on the right
    points = along(0.84, 0.86)
    assert both.sure(points, 0.1).tolist() == [True, False]


def test_a_piece_holds_where_all_of_its_decisions_do() -> None:
    between = [["<", X0, ONE], [">", X0, X1]]
    piece = piece_of(X0, between)
    points = along(0.0, 0.25, 0.5, 1.0, 1.5)
    assert piece.near(points).tolist() == [False, True, True, True, False]
    assert piece.sure(points).tolist() == [False, False, True, False, False]
    assert piece.sure(points, 0.13).tolist() == [False] * 5
    assert piece_of(X0, []).near(points).all()


def test_the_rounding_of_a_piece_has_the_shape_of_its_points() -> None:
    piece = piece_of(["mul", X0, X1], [])
    points = np.arange(24.0).reshape(3, 4, 2)
    found = piece.rounding(points)
    assert found.shape == (3, 4)
    assert found[2, 3] == pytest.approx(22 * 23 * UNIT_ROUNDOFF, rel=0.1)


def by_cases(told: Callable[[Any], tuple[Any, Any]], f: Any) -> Any:
    """A child that tells another expression, with its decisions, at each place."""

    class Cases(Told):
        def _expression(self, point: Any, **_: Any) -> dict[str, Any]:
            tree, decisions = told(array(point))
            return {"tree": tree, "decisions": decisions}

    return Cases(Expression(f, fixed(X0)))


def just_there(point: Any) -> tuple[Any, Any]:
    half = ["number", "0.5"]
    if point[0] == 0.5:
        return ["number", "7"], [["=", X0, half]]
    return ["mul", X0, X1], [["!=", X0, half]]


@pytest.mark.parametrize("firsts", [(0.5, 0.7, 0.9), (0.5, 0.1, 0.2), (0.7, 0.5)])
def test_where_f_is_something_else_at_one_place_it_is_read_beside_that(
    firsts: Any,
) -> None:
    child = by_cases(just_there, lambda x: 7.0 if x[0] == 0.5 else x[0] * x[1])
    points = along(*firsts)
    found = objectives.objective(child, 0, "f", points)
    assert [p.mathematics[0] for p in found.pieces] == ["x0·x1"]
    assert (found.function, found.mathematics, found.form) == (None, None, "f(x)")


def stairs(point: Any) -> tuple[Any, Any]:
    step = math.floor(point[0])
    ends = ["number", str(step)], ["number", str(step + 1)]
    tree = ["add", ["mul", ["number", str(step)], X1], X0]
    return tree, [[">", X0, ends[0]], ["<", X0, ends[1]]]


def test_each_piece_is_read_once_and_forty_of_them_at_most() -> None:
    child = by_cases(stairs, lambda x: math.floor(x[0]) * x[1] + x[0])
    points = along(*np.repeat(np.arange(45) + 0.5, 3))
    found = objectives.objective(child, 0, "f", points)
    read = [question for op, question in child.asked if op == "expression"]
    assert (len(found.pieces), len(read)) == (40, 40)
    few = points[:9]
    known = found.pieces[:2]
    child.asked.clear()
    more = objectives.pieces(child, 0, "f(x)", few, known)
    assert more[:2] == known
    assert [p.mathematics[0] for p in more[2:]] == ["x0 + 2·x1"]
    assert [op for op, _ in child.asked] == ["expression", "evaluate"]


def test_what_cannot_be_read_is_left_out_if_something_else_can() -> None:
    def told(point: Any) -> tuple[Any, Any]:
        if 1 < point[0] < 3:
            raise UnansweredError("TracingError: not here")
        return stairs(point)

    child = by_cases(told, lambda x: math.floor(x[0]) * x[1] + x[0])
    found = objectives.objective(child, 0, "f", along(0.5, 1.5, 2.5, 3.5))
    assert [p.mathematics[0] for p in found.pieces] == ["x0", "x0 + 3·x1"]
    first = objectives.objective(child, 0, "f", along(1.5, 0.5))
    assert (first.pieces, first.why, first.form) == ((), "not here", "f(x)")
    # What is known already is no worse for that.
    again = objectives.pieces(child, 0, "f(x)", along(1.5), found.pieces)
    assert again == found.pieces


# What f has to be


def test_where_f_can_be_asked_nothing_it_has_no_form() -> None:
    class Silent(Told):
        def _evaluate(self, points: Any, **_: Any) -> dict[str, Any]:
            return {"values": [], "form": None}

    found = objectives.objective(Silent(PRODUCT), 0, "f", along(0.5))  # type: ignore[arg-type]
    assert (found.form, found.why) == (None, "f gives no number for a point")
    values, form = objectives.evaluate(Silent(PRODUCT), 0, along(0.5, 1))  # type: ignore[arg-type]
    assert (np.isnan(values).tolist(), form) == ([True, True], None)
    nothing, form = objectives.evaluate(session(PRODUCT), 0, np.empty((0, 2)))
    assert (nothing.shape, form) == ((0,), None)
    ended = objectives.objective(Ended(PRODUCT), 0, "f", along(0.5))  # type: ignore[arg-type]
    assert (ended.form, ended.why) == (None, "it has ended")


class Ended(Told):
    """A child that answers no more."""

    def _evaluate(self, points: Any, **_: Any) -> dict[str, Any]:
        raise UnansweredError("it has ended")


@pytest.mark.parametrize(
    ("count", "most", "step"),
    [(0, 4, 1), (1, 4, 1), (4, 4, 1), (5, 4, 2), (8, 4, 2), (9, 4, 3)],
)
def test_as_many_points_at_most_stand_for_all(count: int, most: int, step: int) -> None:
    points = np.arange(2.0 * count).reshape(-1, 2)
    found = objectives._spread(points, most)
    assert np.array_equal(found, points[::step])
    assert len(found) <= most


@pytest.mark.parametrize(("count", "compared"), [(20, 20), (800, 400), (802, 268)])
def test_some_points_are_asked_twice_and_more_are_compared(
    count: int, compared: int
) -> None:
    """With the place where it was read, and four others."""
    child: Any = Told(PRODUCT)
    points = along(*np.linspace(-2, 2, count))
    assert objectives.objective(child, 0, "f", points).function is not None
    asked = [question["points"] for op, question in child.asked if op == "evaluate"]
    twice = min(count, 25)
    assert [len(array(each)) for each in asked] == [twice, twice, compared + 5]


FAR = ["number", "1e10"]
ROUNDED = ["sub", ["add", X0, FAR], FAR]


@pytest.mark.parametrize(
    ("tree", "f", "off", "believed"),
    [
        (["mul", X0, X1], lambda x: x[0] * x[1], 0.0, True),
        (["abs", X0], lambda x: abs(x[0]), 0.0, True),  # which rounds nothing
        (["mul", X0, X1], lambda x: x[0] * x[1], 1e-13, False),
        (ROUNDED, lambda x: (x[0] + 1e10) - 1e10, 0.9e-9, True),
        (ROUNDED, lambda x: (x[0] + 1e10) - 1e10, -0.9e-9, True),
        (ROUNDED, lambda x: (x[0] + 1e10) - 1e10, 1.1e-9, False),
    ],
)
def test_f_is_what_was_read_up_to_rounding_or_a_billionth(
    tree: Any, f: Any, off: float, believed: bool
) -> None:
    """Of 1 + |f|, where rounding may be more than that."""
    told = Expression(lambda x: f(x) + off * (1 + abs(f(x))), fixed(tree))
    found = objectives.objective(session(told), 0, "f", along(0.5))
    assert (found.function is not None) == believed
    if not believed:
        assert found.why == "what was read is not what f gives"


def test_f_is_compared_elsewhere_as_well() -> None:
    told = Expression(
        lambda x: x[0] * x[1] if x[1] == 0.25 else 0.0, fixed(["mul", X0, X1])
    )
    found = objectives.objective(session(told), 0, "f", along(0.5))
    assert found.why == "what was read is not what f gives"
    deep = fixed(["add", X0, ["mul", X1, ["x", 2]]])
    space = Expression(lambda x: x[0] + x[1] * x[2], deep)
    points = np.array([[1.0, 2.0, 3.0], [2.0, 0.5, 1.0]])
    assert objectives.objective(session(space), 0, "f", points).pieces


def test_an_f_without_numbers_cannot_be_compared() -> None:
    told = Expression(lambda x: np.nan, fixed(["mul", X0, X1]))
    found = objectives.objective(session(told), 0, "f", along(0.5))
    assert (found.pieces, found.why) == ((), objectives.NOT_COMPARED)


# Expressions


DUE: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "neg": lambda a: -a,
    "abs": abs,
    "exp2": lambda a: 2.0**a,
    **{n: getattr(math, n) for n in ("cos", "cosh", "exp", "log", "sin", "sinh")},
    **{n: getattr(math, n) for n in ("sqrt", "tan", "tanh", "acos", "asin", "asinh")},
    **{n: getattr(math, n) for n in ("atan", "atanh", "atan2", "expm1", "hypot")},
    **{n: getattr(math, n) for n in ("log10", "log1p", "log2")},
}


@pytest.mark.parametrize("name", objectives.OPERATIONS)
def test_an_operation_is_what_its_name_says(name: str) -> None:
    count, _ = objectives.OPERATIONS[name]
    tree = [name, *[X0, X1][:count]]
    x = np.array([0.7, 0.3])
    due = DUE[name](*x[:count].tolist())
    function = function_of(tree)
    assert function.point(x) == pytest.approx(due, rel=1e-14)
    expression, symbols = function.expression(2)
    exact = expression.subs(
        dict(zip(symbols, map(sympy.Float, x.tolist()), strict=True))
    )
    assert float(exact) == pytest.approx(due, rel=1e-14)
    for wrong in ([name], [name, *[X0] * (4 if name != "add" else 1)]):
        with pytest.raises(NotReadError, match="no operation"):
            function_of(wrong)


def test_a_function_of_the_plane_is_written_out() -> None:
    tree = ["mul", X0, X1]
    assert function_of(tree).text == "x0·x1"
    assert function_of(tree, 3).text == "f"


def test_a_sum_may_have_any_number_of_terms() -> None:
    x = np.array([0.7, 0.3])
    assert function_of(["add", X0, X1, X1, ONE]).point(x) == 0.7 + 0.3 + 0.3 + 1


def test_whole_powers_are_whole_numbers() -> None:
    """A negative number has no power that is not."""
    assert function_of(["pow", X0, ["number", "3"]]).point([-2.0, 0]) == -8
    assert type(objectives._whole(3.0)) is int
    assert objectives._whole(2.5) == 2.5
    assert function_of(["pow", X0, ["number", "0.5"]]).point([4.0, 0]) == 2
    exact = [Fraction(1, 3), Fraction(1, 2)]
    assert function_of(["pow", X0, ["number", "2"]]).point(exact) == Fraction(1, 9)
    assert function_of(["pow", X0, X1]).point([4.0, 0.5]) == 2


@pytest.mark.parametrize(
    ("number", "taken"),
    [
        ("-1.5e-3", True),
        ("1" * 40, True),
        ("1" * 41, False),
        ("1." + "1" * 40, True),
        ("1." + "1" * 41, False),
        ("1e999", True),
        ("1e1000", False),
        ("1e", False),
        ("1.", False),
        ("0x1", False),
    ],
)
def test_numbers_are_short_decimals(number: str, taken: bool) -> None:
    tree = ["add", X0, ["number", number]]
    if taken:
        assert not objectives._validate(["number", number], 2, 0)
        assert objectives._validate(tree, 2, 0)
    else:
        with pytest.raises(NotReadError, match="no number"):
            function_of(tree)


@pytest.mark.parametrize(
    ("tree", "why"),
    [
        (["x", 2], "no operation"),
        (["x", -1], "no operation"),
        (["x", 1.0], "no operation"),
        ([["x"], X0], "no operation"),
        (["x"], "no operation"),
        (["x", 0, 1], "no operation"),
        (["number", 1], "no operation"),
        (["number", "1", "2"], "no operation"),
        (["add", ONE, ONE], "no component"),
        (["sub", ["neg", ONE], X0], "no component"),
        ({"x": 0}, "no expression"),
    ],
)
def test_what_is_no_expression_of_components_is_refused(tree: Any, why: str) -> None:
    with pytest.raises(NotReadError, match=why):
        function_of(tree)


@pytest.mark.parametrize(("depth", "taken"), [(200, True), (201, False)])
def test_an_expression_has_two_hundred_levels_at_most(depth: int, taken: bool) -> None:
    tree: Any = X0
    for _ in range(depth):
        tree = ["neg", tree]
    decisions = [["<", tree, X1]]
    if taken:
        assert function_of(tree).point([3.0, 0.0]) == 3
        assert piece_of(X0, decisions).near(along(0.1)).all()
    else:
        for wrong in (lambda: function_of(tree), lambda: piece_of(X0, decisions)):
            with pytest.raises(NotReadError, match="no expression"):
                wrong()


def test_where_a_rule_is_missing_no_rounding_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(expression: Any, boxes: Any) -> Any:
        raise NotImplementedError

    monkeypatch.setattr(enclosure, "evaluate", missing)
    piece = piece_of(["mul", X0, X1], [["<", X0, X1]])
    assert piece.rounding(along(1, 2)).tolist() == [np.inf, np.inf]
    assert not piece.sure(along(0.1, 0.2)).any()


@pytest.mark.parametrize(
    "tree",
    [
        ["div", X0, ["sub", X1, X1]],
        ["log", ["sub", X1, X1]],
        ["mul", X0, ["sqrt", ["sub", ["sub", X1, X1], ONE]]],
    ],
)
def test_what_is_no_finite_real_number_is_refused(tree: Any) -> None:
    with pytest.raises(NotReadError):
        function_of(tree)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 97, "1/97"),
        (1 / 101, "0.00990099009900990"),
        (np.nextafter(1 / 3, 1), "1/3"),
        (1 / 3 + 2 * 2.0**-54, "0.333333333333333"),
        (math.pi / 97, "pi/97"),
    ],
)
def test_a_double_is_shown_as_the_simple_number_that_it_stands_for(
    value: float, text: str
) -> None:
    number = sympy.Rational(*float(value).as_integer_ratio())
    assert objectives.written(objectives.readable(number)) == text


def test_a_fraction_is_shown_as_it_is_up_to_ten_thousandths() -> None:
    for below, text in ((10000, "1/10000"), (10001, "9.99900009999000e−5")):
        number = objectives.readable(sympy.Rational(1, below))
        assert objectives.written(number) == text


def test_long_expressions_are_cut() -> None:
    text = "x0" + " + x0" * 47 + " + x"
    assert len(text) == 241
    assert objectives.written(text[1:]) == text[1:]
    assert objectives.written(text) == text[:240] + " …"
