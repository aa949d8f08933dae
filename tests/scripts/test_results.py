"""What calls returned, told by numbers that are written down."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from gradproof.scripts import gradient_bounds, objectives, results
from gradproof.scripts.arrow_styles import ExpectedField
from gradproof.scripts.objectives import Objective
from gradproof.scripts.records import GradientCall, Place, Run
from gradproof.scripts.results import (
    MAX_GROUPS,
    SINGLE_ROUNDOFF,
    ReturnedResult,
)
from gradproof.scripts.session import Session, UnansweredError, array

X = np.array([[1.0, 2.0], [3.0, 5.0], [7.0, 11.0]])
GRADIENT = 2 * X + 1
"""What is due: no multiple of x, nor x and a multiple."""
BOUND = 1e-6
HERE = Place("mine.py", 7)


class Told:
    """A session with an f, and a routine that is called once more for x0·x1."""

    def __init__(self, f: Any = None, value: Any = None) -> None:
        self.f, self.value = f, value
        self.questions: list[Any] = []

    def ask(self, op: str, **question: Any) -> dict[str, Any]:
        """As a session's."""
        self.questions.append({"op": op, **question})
        if op == "again" and self.value is not None:
            return {"value": objectives.record(self.value)}
        if op == "evaluate" and self.f is not None:
            values = [float(self.f(x)) for x in array(question["points"])]
            return {"values": values, "form": "f(x)"}
        raise UnansweredError("untold")


def session(f: Any = None, value: Any = None) -> Session:
    return cast(Session, Told(f, value))


def call(
    x: Any = X, result: Any = GRADIENT, number: int = 0, **fields: Any
) -> GradientCall:
    usual: dict[str, Any] = {"shape": np.shape(x), "answers": np.zeros((0, 3))}
    usual |= {"integers": np.asarray(x).dtype.kind == "i", **fields}
    return GradientCall(
        **{
            **{"number": number, "f": 0, "name": "gradient", "home": "mine.py"},
            **{"qualified": "mine.gradient", "place": HERE, "f_name": "f"},
            **{"stub": False, "argument": "x", "x": x, "result": result},
            **{"ended": True, "seen": (), "points": np.zeros((0, 2)), "samples": ()},
            **usual,
        }
    )


FIELD = ExpectedField(X, GRADIENT, np.full((3, 2), BOUND))


def compared(
    result: Any, field: ExpectedField = FIELD, how: Any = "expression", **fields: Any
) -> ReturnedResult:
    one = call(result=np.asarray(result, float), **fields)
    return results._compared((one,), field, how, None)


def off(place: Any, by: float) -> Any:
    changed = GRADIENT.copy()
    changed[place] += by
    return changed


def told(found: ReturnedResult) -> tuple[Any, ...]:
    return found.kind, found.wrong, found.total


def test_a_result_within_its_bound_is_right() -> None:
    for sign in (1, -1):
        assert told(compared(off((1, 0), sign * 0.999 * BOUND))) == ("right", 0, 3)
        wrong = compared(off((1, 0), sign * 1.001 * BOUND))
        assert (wrong.kind != "right", wrong.wrong, wrong.total) == (True, 1, 3)


@pytest.mark.parametrize("lost", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_not_right(lost: float) -> None:
    found = compared(off((1, 0), lost))
    assert told(found) == ("wrong", 1, 3)
    assert found.x is not None
    assert found.x.tolist() == X[1].tolist()


def test_by_differences_a_failure_needs_more_than_so_many_bounds() -> None:
    several = gradient_bounds.MARGIN * BOUND
    within, beyond = off((1, 0), 0.999 * several), off((1, 0), 1.001 * several)
    assert compared(within, how="differences").kind == "right"
    assert compared(beyond, how="differences").kind != "right"
    assert compared(within, how="digits").kind != "right"


def test_the_result_that_is_off_most_is_told() -> None:
    result = off((1, 0), 0.5)
    result[2] += [0.25, 0.5]
    found = compared(result)
    assert told(found) == ("wrong", 2, 3)
    assert found.x is not None
    assert found.actual is not None
    assert found.expected is not None
    assert found.x.tolist() == X[2].tolist()
    assert found.actual.tolist() == result[2].tolist()
    assert found.expected.tolist() == GRADIENT[2].tolist()
    assert found.factor == 1.0


def test_what_is_off_most_need_not_be_the_largest() -> None:
    result = off((0, 1), 1.0)
    result[2] += [0.25, 0.5]
    found = compared(result)
    assert found.x is not None
    assert found.x.tolist() == X[0].tolist()


def test_what_was_found_is_of_its_first_call_and_stays_as_it_is() -> None:
    calls = call(X[:1], GRADIENT[:1]), call(X[1:], GRADIENT[1:], number=1)
    found = results._compared(calls, FIELD, "expression", None)
    assert (found.call, found.kind, found.factor) == (calls[0], "right", 1.0)
    one = results._compared(calls[1:], replace(FIELD, **TAIL), "expression", None)
    assert one.call is calls[1]
    assert found != replace(found)
    with pytest.raises(FrozenInstanceError):
        found.wrong = 1  # type: ignore[misc]


TAIL = {"positions": X[1:], "gradient": GRADIENT[1:], "bound": FIELD.bound[1:]}


def test_what_is_not_known_is_not_counted() -> None:
    bound = np.full((3, 2), BOUND)
    bound[0] = np.nan
    part = replace(FIELD, bound=bound)
    assert told(compared(off((0, 0), 9.0), part)) == ("right", 0, 2)
    assert told(compared(off((1, 0), 9.0), part)) == ("wrong", 1, 2)
    nothing = replace(FIELD, bound=np.full((3, 2), np.nan))
    assert told(compared(off((1, 0), 9.0), nothing)) == ("unknown", 0, 0)


def test_a_result_may_be_rounded_as_its_x_is() -> None:
    exact = replace(FIELD, bound=np.zeros((3, 2)))
    rounded = GRADIENT * (1 + 0.99 * SINGLE_ROUNDOFF)
    assert compared(rounded, exact, x=X.astype(np.float32)).kind == "right"
    assert compared(rounded, exact).kind != "right"
    more = off((1, 0), 3 * SINGLE_ROUNDOFF * GRADIENT[1, 0])
    single = compared(more, exact, x=X.astype(np.float32))
    assert (single.kind, single.factor, single.wrong) == ("single", 1.0, 1)


@pytest.mark.parametrize(
    ("kind", "single"),
    [
        (np.float64, False),
        (np.float32, True),
        (np.float16, True),
        (np.int16, False),
        (np.longdouble, False),
    ],
)
def test_numbers_are_rounded_as_they_are_kept(kind: Any, single: bool) -> None:
    assert results._in_single(call(X.astype(kind))) == single
    assert pytest.approx(2.0**-24) == SINGLE_ROUNDOFF


KINDS = {
    "twice": (2 * GRADIENT, "factor", 2.0),
    "against it": (-GRADIENT / 2, "factor", -0.5),
    "a step": (X - 0.25 * GRADIENT, "step", None),
    "minus": (-GRADIENT, "unlike", 1.0),
    "of length 1": (
        GRADIENT / np.hypot(*GRADIENT.T)[:, None],
        "unlike",
        1.0,
    ),
    "something else": (GRADIENT + np.array([[0, 1], [2, -1], [3, 9]]), "wrong", 1.0),
}


@pytest.mark.parametrize(("result", "kind", "factor"), KINDS.values(), ids=KINDS)
def test_what_is_not_the_gradient_is_told_apart(
    result: Any, kind: str, factor: float | None
) -> None:
    found = compared(result)
    assert found.kind == kind
    assert factor is None or found.factor == pytest.approx(factor)


def test_integers_are_told_where_they_are_what_is_wrong() -> None:
    whole = X.astype(int)
    found = compared(off((1, 0), -0.5), x=whole)
    assert (found.kind, found.factor) == ("integers", 1.0)
    one = call(X[:2], GRADIENT[:2])
    other = call(whole[2:], GRADIENT[2:] - 0.5, number=1)
    both = results._compared((one, other), FIELD, "expression", None)
    assert (both.kind, both.wrong) == ("integers", 1)
    right = call(whole[2:], GRADIENT[2:], number=1)
    wrong = call(X[:2], off((0, 0), 9.0)[:2])
    mixed = results._compared((wrong, right), FIELD, "expression", None)
    assert mixed.kind == "wrong"


def test_results_are_read_by_columns_where_x_is() -> None:
    turned = results._compared(
        (call(X.T, GRADIENT.T),), FIELD, "expression", columns=None
    )
    assert turned.kind == "right"
    square = call(X[:2], GRADIENT[:2].T)
    two = ExpectedField(X[:2], GRADIENT[:2], np.full((2, 2), BOUND))
    assert results._compared((square,), two, "expression", None).kind == "wrong"
    assert results._compared((square,), two, "expression", True).kind == "right"


# f as it was


def f(x: Any) -> float:
    return float(x[0] ** 2 + x[0] + x[1] ** 2 + x[1])


READ = Objective("f", "f(x)", None)


def answered(*values: float, **fields: Any) -> GradientCall:
    """A call with f's answers at the first of its points."""
    answers = [[*x, v] for x, v in zip(X, values, strict=False)]
    return call(answers=np.array(answers).reshape(-1, 3), **fields)


def changed(*calls: GradientCall, of: Any = f, read: Objective = READ) -> set[int]:
    found = results._changed(session(of), read, calls)
    return {c.number for c in found}


VALUES = [f(x) for x in X]


def test_calls_whose_f_gives_other_values_by_now_are_told() -> None:
    same, none = answered(*VALUES), call(number=1)
    other = answered(VALUES[0], VALUES[1] + 1, number=2)
    assert changed(same, none) == set()
    assert changed(same, none, other) == {2}
    assert changed(none) == set()
    assert changed(other, read=replace(READ, form=None)) == set()
    assert changed(same, other, of=None) == {0, 2}


def test_values_are_the_same_but_for_a_rounding() -> None:
    def moved(share: float, kind: Any = float) -> set[int]:
        value = VALUES[0] + share * (1 + VALUES[0])
        return changed(answered(value, x=X.astype(kind)))

    assert moved(0.9 * 2.0**-44) == set()
    assert moved(1.1 * 2.0**-44) == {0}
    assert moved(0.9 * 2.0**-10, np.float32) == set()
    assert moved(1.1 * 2.0**-10, np.float32) == {0}


def test_a_value_that_is_none_is_so_again_of_exact_numbers_alone() -> None:
    def of(x: Any) -> float:
        return float("nan")

    assert changed(answered(float("nan")), of=of) == set()
    single = answered(float("nan"), x=X.astype(np.float32))
    assert changed(single, of=of) == {0}


def test_f_is_asked_again_where_it_was_asked_before() -> None:
    asked = Told(f)
    results._changed(cast(Session, asked), READ, (answered(*VALUES),))
    (question,) = asked.questions
    assert array(question["points"]).tolist() == X.tolist()
    assert (question["f"], question["form"]) == (0, "f(x)")


# Which calls


def test_so_many_points_are_judged_and_one_call_at_least(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = tuple(call(number=n) for n in range(4))
    monkeypatch.setattr(results, "MAX_POINTS", 6)
    assert results._first(calls) == calls[:2]
    monkeypatch.setattr(results, "MAX_POINTS", 5)
    assert results._first(calls) == calls[:1]
    monkeypatch.setattr(results, "MAX_POINTS", 2)
    assert results._first(calls) == calls[:1]


def run(*calls: GradientCall) -> Run:
    return Run(Path("mine.py"), {}, calls, (), (), None, (), (), (), len(calls), False)


def returned(
    *calls: GradientCall,
    judged: Any = None,
    drawn: Any = None,
    of: Any = f,
    how: Any = "expression",
) -> list[tuple[Any, ...]]:
    due = {frozenset({0}): FIELD} if drawn is None else drawn
    found = results.returned(
        session(of),
        run(*calls),
        calls if judged is None else judged,
        {0: READ, 1: READ},
        {numbers: (field, how) for numbers, field in due.items()},
    )
    return [(r.kind, [c.number for c in r.calls]) for r in found]


def test_calls_of_one_routine_for_one_f_and_from_one_line_go_together() -> None:
    assert returned(call()) == [("right", [0])]
    assert returned(call(result=off((1, 0), 1.0))) == [("wrong", [0])]
    more = [
        call(number=1, f=1),
        call(number=2, place=Place("mine.py", 8)),
        call(number=3, name="another"),
        call(number=4),
    ]
    both = ExpectedField(*(np.concatenate([a, a]) for a in (X, GRADIENT, FIELD.bound)))
    due = {frozenset({n}): FIELD for n in (1, 2, 3)} | {frozenset({0, 4}): both}
    found = returned(call(), *more, drawn=due)
    assert found == [("right", [0, 4]), *(("right", [n]) for n in (1, 2, 3))]


def test_calls_that_are_not_judged_count_at_single_points_alone() -> None:
    point = call(X[0], GRADIENT[0])
    one = ExpectedField(X[:1], GRADIENT[:1], np.full((1, 2), BOUND))
    due = {frozenset({0}): one}
    assert returned(point, judged=(), drawn=due) == [("right", [0])]
    assert returned(call(), judged=()) == []


@pytest.mark.parametrize("lost", [{"x": None}, {"result": None}, {"stub": True}])
def test_calls_of_which_not_all_was_kept_are_passed_over(lost: Any) -> None:
    one = call(shape=(3, 2), integers=False, **lost)
    assert returned(one) == []


def test_so_many_groups_are_judged() -> None:
    calls = [call(number=n, place=Place("mine.py", n)) for n in range(MAX_GROUPS + 2)]
    due = {frozenset({n}): FIELD for n in range(len(calls))}
    assert len(returned(*calls, drawn=due)) == MAX_GROUPS


def test_what_f_gives_no_more_is_not_judged_unless_it_was_of_integers() -> None:
    other = answered(VALUES[0] + 1)
    assert returned(other) == [("changed", [0])]
    whole = answered(VALUES[0] + 1, x=X.astype(int), number=1)
    assert returned(call(), whole) == [("right", [0])]
    assert returned(whole, drawn={frozenset({1}): FIELD}) == [("changed", [1])]


def test_a_square_of_points_may_be_meant_by_columns() -> None:
    square, two = X[:2], GRADIENT[:2]
    due = ExpectedField(square, two, np.full((2, 2), BOUND))
    by_columns = call(square, 2 * square + 1)
    assert returned(by_columns, drawn={frozenset({0}): due}) == [("right", [0])]
    turned = replace(due, positions=square.T, gradient=two + 9)
    rows = call(square, two)
    assert returned(rows, drawn={frozenset({0}): turned}) == [("right", [0])]
    wrong = call(square, two + np.array([[5.0, 0], [0, 1]]))
    assert returned(wrong, drawn={frozenset({0}): due}) == [("wrong", [0])]


def test_eight_lines_are_judged_and_2000_points_of_each() -> None:
    calls = [call(number=n, place=Place("mine.py", n)) for n in range(9)]
    due = {frozenset({n}): FIELD for n in range(9)}
    assert [n for _, (n,) in returned(*calls, drawn=due)] == list(range(8))
    point = call(X[0], GRADIENT[0])
    assert len(results._first((point,) * 2001)) == 2000


def test_integers_of_which_f_gives_the_same_are_judged() -> None:
    whole = answered(*VALUES, x=X.astype(int))
    assert returned(whole) == [("right", [0])]
    wrong = answered(*VALUES, x=X.astype(int), result=off((1, 0), 9.0))
    assert returned(wrong) == [("integers", [0])]


def test_what_is_drawn_is_what_is_due_and_else_it_is_worked_out() -> None:
    other = replace(FIELD, gradient=GRADIENT + 9)
    drawn = {frozenset({0}): other}
    assert returned(call(result=GRADIENT + 9), drawn=drawn) == [("right", [0])]
    assert returned(call(), drawn={}) == [("right", [0])]
    assert returned(call(result=off((1, 0), 9.0)), drawn={}) == [("wrong", [0])]
    assert returned(call(), drawn={}, of=lambda _: np.nan) == [("unknown", [0])]


def test_what_is_drawn_has_the_margin_of_the_way_that_it_is_known() -> None:
    within, beyond = (
        call(result=off((1, 0), share * gradient_bounds.MARGIN * BOUND))
        for share in (0.999, 1.001)
    )
    assert returned(within, how="differences") == [("right", [0])]
    assert returned(beyond, how="differences") == [("wrong", [0])]
    assert returned(within, how="digits") == [("wrong", [0])]


def test_of_an_f_not_asked_about_yet_it_is_asked_by_its_first_name() -> None:
    for more in (), (call(number=1, f_name="second"),):
        known: dict[int, Objective] = {}
        calls = (call(f_name="first"), *more)
        results.returned(session(f), run(*calls), calls, known, {})
        assert [known[0].name, *known] == ["first", 0]


def slanted(x: Any) -> float:
    return float(x[0] ** 2 + 3 * x[1])


def by_columns(x: Any) -> Any:
    """The gradient of `slanted` where x holds its points by columns."""
    first, second = np.reshape(x, (2, -1))
    return np.reshape([2 * first, 0 * second + 3], np.shape(x))


def test_a_square_of_points_may_be_meant_by_rows() -> None:
    square = call(X[:2], np.array([[2.0, 3.0], [6.0, 3.0]]))
    assert returned(square, drawn={}, of=slanted) == [("right", [0])]


def test_by_columns_is_meant_of_a_square_alone() -> None:
    def kind(*each: Any) -> str:
        calls = [call(x, by_columns(x), number=n) for n, x in enumerate(each)]
        ((found, _),) = returned(*calls, drawn={}, of=slanted)
        return str(found)

    square, point = X[:2], X[2]
    assert kind(square) == "right"
    assert kind(X.T) == "right"
    assert kind(X) == "wrong"
    assert kind(square, point) == "right"
    assert kind(point, square) == "right"
    assert kind(square, X) == "wrong"


# A step, or a multiple


PRODUCT = X[:, ::-1]
"""The gradient of x0·x1."""


def for_product(value: Any) -> str:
    return results._for_product(session(value=value), (call(),))


def test_a_step_is_told_from_a_multiple_by_another_function() -> None:
    assert for_product(2 * PRODUCT) == "factor"
    assert for_product(-2 * PRODUCT) == "factor"
    assert for_product(X - 0.25 * PRODUCT) == "step"
    assert for_product(PRODUCT + np.array([[0, 1], [5, 2], [1, 9]])) == "unlike"
    assert for_product(None) == "unlike"
    assert for_product(np.zeros(3)) == "unlike"


def test_what_looks_like_a_step_is_asked_about() -> None:
    step = call(result=X - 0.25 * GRADIENT)
    drawn: Any = {frozenset({0}): (FIELD, "expression")}

    def kind(value: Any) -> str:
        asked = session(f, value)
        (found,) = results.returned(asked, run(step), (step,), {0: READ}, drawn)
        return found.kind

    assert kind(X - 0.25 * PRODUCT) == "step"
    assert kind(2 * PRODUCT) == "factor"
    assert kind(None) == "unlike"


def test_it_is_the_first_call_that_is_made_once_more_and_for_the_product() -> None:
    asked = Told(value=2 * PRODUCT)
    calls = call(), call(X + 1, GRADIENT + 2, number=1)
    assert results._for_product(cast(Session, asked), calls) == "factor"
    (question,) = asked.questions
    assert (question["op"], question["call"]) == ("again", 0)
    values = sum(c * np.prod(X**powers, axis=1) for c, powers in question["terms"])
    assert np.asarray(values).tolist() == (X[:, 0] * X[:, 1]).tolist()
