"""What is gathered of a script, told by routines that are run here and by numbers."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any, cast

import numpy as np
import pytest

from gradproof.numerics import functions
from gradproof.scripts import evidence as of_scripts
from gradproof.scripts import gradient_bounds
from gradproof.scripts.alterations import Alteration
from gradproof.scripts.arrow_styles import UNKNOWN, Classification
from gradproof.scripts.composition import BY_COMPONENTS, Composition
from gradproof.scripts.evidence import (
    Field,
    Luck,
    Otherwise,
    ScriptEvidence,
    gather,
    judged,
    merged,
)
from gradproof.scripts.objectives import Objective
from gradproof.scripts.records import Given, GradientCall, Place, Quiver
from gradproof.scripts.session import Session, array
from small_scripts import (
    HERE,
    PRODUCT,
    SOURCE,
    SQUARES,
    THERE,
    X0,
    X1,
    Expression,
    H,
    Told,
    X,
    by_rows,
    called,
    fixed,
    of_whole,
    one_point,
    quiver,
    run,
    session,
    summed,
)


def gathered(
    routine: Any,
    told: Expression,
    x: Any = X,
    drawn: Any = lambda g: -g,
    source: str = SOURCE,
    of_call: Any = MappingProxyType({}),
    **of_quiver: Any,
) -> ScriptEvidence:
    """Of a script with one call and one picture, its arrows where x is."""
    call = called(routine, told, x, **of_call)
    at = x if np.shape(x)[1] == 2 else np.transpose(x)
    result = (
        call.result if np.shape(x)[1] == 2 else np.transpose(cast(Any, call.result))
    )
    picture = quiver(drawn(np.asarray(result)), **{"at": at, **of_quiver})
    asked = session(told, [call], routine=routine)
    return gather(asked, run([call], [picture], source))


# A picture


def test_arrows_of_a_right_script_are_proved_to_be_the_gradient() -> None:
    found = gathered(by_rows, PRODUCT)
    (field,) = found.fields
    assert (field.arrows.style, field.arrows.sign, field.arrows.total) == (
        "plain",
        -1,
        9,
    )
    assert (field.how, field.proved, field.source, field.step) == (
        *("expression", True, None),
        H,
    )
    assert field.expected is not None
    assert (np.abs(field.expected.gradient - X[:, ::-1]) <= 1e-12).all()
    assert (found.faulty, found.otherwise, found.fix, found.luck) == (None,) * 4
    assert [r.kind for r in found.returned] == ["right"]
    assert found.judged == field.calls


def test_a_picture_without_calls_arrows_or_success_tells_nothing() -> None:
    call = called(by_rows, PRODUCT, X)
    assert call.result is not None
    picture = quiver(-call.result)
    failed = replace(picture, error=("ValueError", "why"))
    lost = replace(picture, arrows=None)
    alone = replace(picture, calls=0)
    too_large = replace(call, x=None)
    for each, made, due in (
        (failed, call, (call,)),
        (lost, too_large, (too_large,)),
        (alone, call, ()),
    ):
        found = gather(session(PRODUCT), run([made], [each]))
        (field,) = found.fields
        kinds = [result.kind for result in found.returned]
        assert kinds == (["right"] if made is call else [])
        assert field.quiver is each
        assert field.calls == due
        assert (field.objective, field.arrows, field.expected) == (None, UNKNOWN, None)
        assert (field.how, field.proved, field.source) == ("none", False, None)
        assert field.step == 1e-4
    assert (UNKNOWN.right, UNKNOWN.sign, UNKNOWN.factor) == (False, -1, 1.0)
    assert (UNKNOWN.wrong, UNKNOWN.total) == (0, 0)


def test_f_is_read_once_by_its_name_and_where_the_gradient_was_taken() -> None:
    call = called(by_rows, PRODUCT, X, f_name="height")
    assert call.result is not None
    picture = quiver(-call.result, X + 0.125)
    told = Told(PRODUCT)
    found = gather(cast(Session, told), run([call], [picture, replace(picture)]))
    names = {f.objective.name for f in found.fields if f.objective}
    assert names == {"height"}
    first = next(q for op, q in told.asked if op == "evaluate")
    assert array(first["points"]).tolist() == X.tolist()
    assert len({id(f.objective) for f in found.fields}) == 1
    told = Told(PRODUCT)
    half = quiver(-call.result[:4], X[:4])
    gather(cast(Session, told), run([call], [half]))
    first = next(q for op, q in told.asked if op == "evaluate")
    assert array(first["points"]).tolist() == X[:4].tolist()


def rooted(x: Any) -> Any:
    with np.errstate(all="ignore"):
        return np.sqrt(x[0]) + x[1] * x[1]


ROOTED = Expression(rooted, fixed(["add", ["sqrt", X0], ["mul", X1, X1]]))
"""There is none of it left of 0."""
RIGHT_SIDE = X + np.array([2.0, 0.0])


def test_arrows_that_are_right_elsewhere_are_told_beside_what_they_are() -> None:
    moved = gathered(by_rows, PRODUCT, at=X[:, ::-1] + 0.5)
    (field,) = moved.fields
    assert [result.kind for result in moved.returned] == ["right"]
    assert field.arrows.style == "wrong"
    assert field.source is not None
    assert (field.source.style, field.source.total) == ("plain", 9)
    assert field.elsewhere
    assert field.proved
    # Where it stands right by itself there is no need of another place.
    same = gathered(
        by_rows,
        Expression(lambda x: 3 * x[0], fixed(["mul", ["number", "3"], X0])),
        at=X + 0.5,
    )
    assert same.fields[0].arrows.right
    assert same.fields[0].source is None
    # Nor where it is wrong at the very points of the call.
    wrong = gathered(by_rows, PRODUCT, drawn=lambda g: -g * [1, 2])
    assert wrong.fields[0].source is None


def test_without_positions_it_is_known_what_arrows_are_at_the_calls_points() -> None:
    """A quiver of two arrays stands at the numbers of rows and columns."""
    left = np.stack(np.meshgrid([-3.0, -2.0, -1.0], [0.0, 1.0, 2.0]), -1).reshape(-1, 2)
    (field,) = gathered(by_rows, ROOTED, RIGHT_SIDE, at=left, form=2).fields
    assert field.source is not None
    assert (field.drawn.style, field.how, field.proved) == ("plain", "expression", True)
    assert not field.elsewhere or field.arrows.style == "unknown"
    (placed,) = gathered(by_rows, ROOTED, RIGHT_SIDE, at=left).fields
    assert (placed.how, placed.proved) == ("none", False)
    assert placed.source is not None


def test_arrows_are_judged_as_they_were_before_the_script_altered_them() -> None:
    (field,) = gathered(by_rows, PRODUCT, drawn=lambda g: np.round(-g, 1)).fields
    found = field.arrows
    assert found.style == "rounded"
    assert found.alteration is not None
    assert found.wrong == found.alteration.count
    bent = gathered(by_rows, PRODUCT, drawn=lambda g: np.round(-g[:, [0, 0]], 1))
    assert not bent.fields[0].arrows.right
    off = Expression(lambda x: x[0] * x[1], fixed(["mul", X0, X1]))
    twice = gathered(
        lambda f, x: by_rows(f, x) + X, off, drawn=lambda g: np.round(-g, 1)
    )
    assert twice.fields[0].arrows.style == "wrong"


ALTERED = Alteration("clipped", X, 1.0, -1.0, 1.0, 5, 0)
PLAIN = Classification("plain", -1, 1.0, 0, 9)
WRONG = replace(PLAIN, style="wrong", wrong=4, total=7)
RECOMBINED = Composition(BY_COMPONENTS, 1.0, "absolute", 6)


def test_only_what_was_right_before_is_called_altered() -> None:
    found = of_scripts._altered(PLAIN, ALTERED)
    assert (found.style, found.wrong, found.alteration) == ("clipped", 5, ALTERED)
    assert of_scripts._altered(WRONG, ALTERED) is WRONG
    assert of_scripts._altered(PLAIN, None) is PLAIN


def test_the_way_that_arrows_are_made_is_told_where_they_are_not_right() -> None:
    picture = quiver(X)

    def style(arrows: Any, source: Any = None, made: Any = RECOMBINED) -> Any:
        found = of_scripts._recombined(made, picture, arrows, source)
        return found.style, found.wrong, found.total

    assert style(WRONG) == ("absolute", 6, 9)
    assert style(WRONG, WRONG) == ("absolute", 6, 9)
    assert style(UNKNOWN) == ("absolute", 6, 9)
    assert style(PLAIN) == ("plain", 0, 9)
    assert style(WRONG, PLAIN) == ("wrong", 4, 7)
    assert style(WRONG, made=None) == ("wrong", 4, 7)
    assert style(WRONG, made=replace(RECOMBINED, recombined=None)) == ("wrong", 4, 7)


def test_the_rounding_of_whole_rows_is_added_and_proved_with_an_expression() -> None:
    """Of x² over rows of nine each arrow is right by luck; f is given no points."""
    found = gathered(by_rows, SQUARES, X.T)
    (field,) = found.fields
    assert (field.arrows.style, field.proved) == ("plain", True)
    assert field.expected is not None
    points = gathered(by_rows, SQUARES).fields[0]
    assert points.expected is not None
    assert (field.expected.bound > points.expected.bound).all()
    unread = Expression(SQUARES.f, lambda n: summed(2)(n) if n == 2 else None)
    (open_,) = gathered(by_rows, unread, X.T).fields
    assert (open_.arrows.style, open_.how, open_.proved) == (
        "plain",
        "expression",
        False,
    )


CUBES = Expression(lambda x: x[0] ** 3 + 2 * x[1] ** 3, fixed(None))


def test_results_are_held_to_what_is_expected_of_their_arrows() -> None:
    """By differences alone a failure needs more than so many bounds, of both."""
    (field,) = gathered(by_rows, CUBES).fields
    assert (field.how, field.proved, field.arrows.style) == (
        "differences",
        False,
        "plain",
    )
    assert field.expected is not None
    bound = field.expected.bound
    for share, kind, style in (2, "right", "unknown"), (6, "wrong", "wrong"):
        off = np.where(X[4] == X, share * bound, 0)
        found = gathered(lambda f, x, off=off: by_rows(f, x) + off, CUBES)
        assert [r.kind for r in found.returned] == [kind]
        assert [f.arrows.style for f in found.fields] == [style]


def test_what_is_expected_of_arrows_is_not_asked_about_again() -> None:
    call = called(by_rows, CUBES, X)
    assert call.result is not None

    def questions(*pictures: Quiver) -> int:
        told = Told(CUBES)
        gather(cast(Session, told), run([call], pictures))
        return len(told.asked)

    there = quiver(-call.result)
    once, without = questions(there), questions(replace(there, calls=0))
    assert once == without
    assert questions(quiver(-call.result, X + 0.5)) > once


# By luck


def test_the_book_s_call_is_right_by_luck_and_it_is_said_for_what_it_is_not() -> None:
    found = gathered(by_rows, SQUARES, X.T)
    assert found.faulty is not None
    call, how = found.faulty
    assert (call.number, how) == (0, "transposed-points")
    assert found.otherwise is not None
    assert found.otherwise.function == "x0·x1"
    assert found.luck is not None
    assert found.luck.wrong == found.otherwise.wrong.sum() > 0
    assert found.luck.total == 9
    assert (found.otherwise.positions == X).all()
    assert (np.abs(found.otherwise.expected + X[:, ::-1]) <= 1e-9).all()
    assert found.fix is not None
    assert found.fix.after == "g = gradient(f, np.array([X, Y]).T).T"


def test_a_routine_of_whole_arrays_is_called_for_each_point() -> None:
    found = gathered(of_whole, SQUARES, X.T)
    assert found.faulty is not None
    assert found.faulty[1] == "whole-array"
    assert found.otherwise is not None
    assert found.fix is not None
    assert (
        found.fix.after
        == "g = np.array([gradient(f, p) for p in np.array([X, Y]).T]).T"
    )


def of_numbers(f: Any, x: Any) -> Any:
    """The slope of f at each number by itself."""
    moved = [(f(v + H) - f(v - H)) / (2 * H) for v in x.ravel()]
    return np.reshape(moved, x.shape)


def test_a_call_for_each_number_has_no_fix_in_its_line() -> None:
    seen = (Given("number", (), (), 36),)
    found = gathered(of_numbers, SQUARES, X.T, of_call={"seen": seen})
    assert found.faulty is not None
    assert found.faulty[1] == "f-per-element"
    assert (found.otherwise, found.fix) == (None, None)


def test_a_call_without_a_picture_has_a_fix_and_no_arrows() -> None:
    call = called(by_rows, SQUARES, X.T)
    asked = session(SQUARES, [call], routine=by_rows)
    found = gather(asked, run([call]))
    assert found.faulty is not None
    assert found.otherwise is None
    assert found.fix is not None
    asked = session(SQUARES, [call, call], routine=by_rows)
    right, second = replace(call, seen=()), replace(call, number=1)
    both = gather(asked, run([right, second]))
    assert both.faulty is not None
    assert both.faulty[0] is second


TERMS = [
    (f, np.array([c for c, _ in t]), np.array([p for _, p in t]))
    for f, t in of_scripts.TELLING
]


@pytest.mark.parametrize(("function", "factors", "powers"), TERMS)
def test_the_telling_functions_are_what_their_terms_say(
    function: Any, factors: Any, powers: Any
) -> None:
    x = np.abs(X)
    told = (factors * np.prod(x[:, None, :] ** powers.astype(float), axis=2)).sum(
        axis=1
    )
    assert told == pytest.approx(function.batch(x))


FIELD = Field(quiver(-X[:, ::-1]), (), None, H, True, PLAIN, None)


def otherwise(
    field: Field = FIELD, routine: Any = by_rows, x: Any = X, result: Any = None
) -> Otherwise | None:
    call = called(by_rows, PRODUCT, x)
    call = replace(call, result=call.result if result is None else result)
    asked = session(PRODUCT, [call], routine=routine)
    return of_scripts._otherwise(asked, call, field)


def test_of_the_telling_functions_the_first_that_is_drawn_wrong_is_told() -> None:
    assert otherwise() is None
    wrong = otherwise(routine=lambda f, x: by_rows(f, x) + 1)
    assert wrong is not None
    assert wrong.function == "x0·x1"

    def halves(f: Any, x: Any) -> Any:
        """Right of the product alone."""
        found = by_rows(f, x)
        return found if np.allclose(found, x[:, ::-1]) else found + 1

    second = otherwise(routine=halves)
    assert second is not None
    assert second.function == functions.weighted_squares.text
    assert otherwise(routine=None) is None


def drawn_as(
    drawn: Any,
    style: Any = "plain",
    sign: int = -1,
    result: Any = 2 * X + 1,
    value: Any = X[::-1],
    shape: Any = None,
) -> Any:
    field = replace(
        FIELD, quiver=quiver(drawn), arrows=replace(PLAIN, style=style, sign=sign)
    )
    call = replace(
        called(by_rows, PRODUCT, X), result=result, shape=shape or np.shape(value)
    )
    return of_scripts._as_drawn(call, field, value)


def test_another_result_is_drawn_with_the_signs_and_the_factors_of_its_own() -> None:
    result, value = 2 * X + 1, X[::-1]
    found = drawn_as(result * [-0.5, 3.0])
    assert found == pytest.approx(value * [-0.5, 3.0])
    by_columns = drawn_as(result * [-0.5, 3.0], result=result.T, value=value.T)
    assert by_columns == pytest.approx(value * [-0.5, 3.0])
    assert drawn_as(result + 1) is None
    assert drawn_as(result * [1, 1] + [0, 1]) is None
    for lost in (None, result[:4], np.tile(result, (2, 1))):
        call = replace(called(by_rows, PRODUCT, X), result=lost)
        assert of_scripts._as_drawn(call, FIELD, value) is None


def test_two_points_are_drawn_by_columns_or_by_rows() -> None:
    at, result, value = (
        X[:2],
        np.array([[1.0, 2.0], [5.0, 3.0]]),
        np.array([[7.0, 4.0], [9.0, 6.0]]),
    )
    for turned in (result, result.T):
        field = replace(FIELD, quiver=quiver(-turned, at))
        call = replace(called(by_rows, PRODUCT, at), result=result)
        due = -value if turned is result else -value.T
        assert of_scripts._as_drawn(call, field, value) == pytest.approx(due)


@pytest.mark.parametrize("style", ["normalised", "shortened"])
@pytest.mark.parametrize("sign", [-1, 1])
def test_lengths_are_left_aside_where_the_script_makes_them(
    style: Any, sign: int
) -> None:
    result, value = 2 * X + 1, X[::-1]
    unit = -result / np.hypot(*result.T)[:, None]
    found = drawn_as(unit, style, sign)
    assert found == pytest.approx(sign * value)
    turned = drawn_as(unit, style, sign, result.T, value.T)
    assert turned == pytest.approx(sign * value)


def test_a_factor_holds_for_all_numbers_but_for_rounding() -> None:
    result = np.array([1.0, -4.0, 0.0, 3.0])
    assert of_scripts._factor(-2.5 * result, result) == -2.5
    nearly = -2.5 * result * (1 + 1e-13)
    assert of_scripts._factor(nearly, result) == pytest.approx(-2.5)
    assert of_scripts._factor(-2.5 * result + [1e-9, 0, 0, 0], result) is None
    assert of_scripts._factor(-2.5 * result + [0, 0, 1e-9, 0], result) is None
    assert of_scripts._factor(0 * result, result) == 0.0
    nothing = np.zeros(4)
    assert of_scripts._factor(nothing, nothing) == 1.0
    assert of_scripts._factor(result, nothing) is None
    assert of_scripts._factor(result, np.array([1.0, np.nan, 0, 3])) is None
    assert of_scripts._factor(result, np.array([1.0, np.inf, 0, 3])) is None


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("factor", [1.0, 0.25, 8.0])
def test_arrows_are_wrong_where_they_are_off_by_more_than_their_bound(
    sign: int, factor: float
) -> None:
    exact = gradient_bounds.exact(functions.product, X, H)
    field = replace(FIELD, arrows=replace(PLAIN, sign=sign, factor=factor))
    due = sign * factor * exact.gradient
    off = due.copy()
    off[3, 1] += 0.99 * factor * exact.bound[3, 1]
    off[5, 0] -= 1.01 * factor * exact.bound[5, 0]
    found = of_scripts._compared(functions.product, field, off)
    assert np.flatnonzero(found.wrong).tolist() == [5]
    assert (found.expected == due).all()
    assert found.directions is off
    assert found.luck == Luck("x0·x1", 1, 9)


def test_where_there_is_no_bound_no_arrow_is_wrong_and_no_number_is_right() -> None:
    at = np.array([[1.0, 2.0], [1e308, 1e308], [3.0, 1.0]])
    field = replace(FIELD, quiver=quiver(at, at))
    drawn = np.array([[-2.0, -1.0], [0.0, 0.0], [np.nan, -3.0]])
    found = of_scripts._compared(functions.product, field, drawn)
    assert found.wrong.tolist() == [False, False, True]


# A fix


def fix(
    routine: Any,
    x: Any = X.T,
    field: Field | None = FIELD,
    source: str = SOURCE,
    **fields: Any,
) -> str | None:
    call = replace(called(by_rows, SQUARES, X.T), x=x)
    asked = session(SQUARES, [call], routine=routine, **fields)
    found = of_scripts._suggestion(asked, run([call], source=source), call, field)
    return None if found is None else found.after


TURNED = "g = gradient(f, np.array([X, Y]).T).T"
EACH = "g = np.array([gradient(f, p) for p in np.array([X, Y]).T]).T"


def test_a_fix_is_one_with_which_the_routine_is_right() -> None:
    assert fix(by_rows) == TURNED
    assert fix(one_point) == EACH
    assert fix(by_rows, transposed=True) is None
    assert fix(one_point, transposed=True) == EACH
    assert fix(None) is None
    assert fix(by_rows, source="g = another(h, X)") is None
    off = gradient_bounds.exact(functions.product, X, H).bound
    inside, outside = (off * share for share in (0.99, 1.01))
    assert fix(lambda f, x: exactly(x) + inside) == TURNED
    assert fix(lambda f, x: exactly(x) + outside) is None
    one = np.zeros((9, 2))
    one[3, 1] = 1
    assert fix(lambda f, x: exactly(x) + outside * one) is None
    assert fix(lambda f, x: exactly(x).T if np.ndim(x) > 1 else np.full(2, 9.0)) is None


def exactly(x: Any) -> Any:
    return gradient_bounds.exact(functions.product, np.reshape(x, (-1, 2)), H).gradient


@pytest.mark.parametrize("x", [None, X, X.T.reshape(2, 3, 3), X[0]])
def test_what_is_no_array_of_two_rows_has_no_fix(x: Any) -> None:
    assert fix(lambda f, x: by_rows(f, np.atleast_2d(x)), x) is None


def test_a_fix_is_tried_with_the_step_that_was_seen_or_the_books() -> None:
    wide = 2.0**-5

    def off_by_truncation(f: Any, x: Any) -> Any:
        """More than rounding may make with a step of that width, or the book's."""
        return (
            exactly(x) + gradient_bounds.exact(functions.product, x, 1e-4).bound * 0.9
        )

    assert fix(off_by_truncation, field=None) == TURNED
    assert fix(off_by_truncation, field=replace(FIELD, step=wide)) is None


# What is known of a picture


def piece(*shown: bool) -> Any:
    """One of f's expressions: whether it surely is so at each of the arrows left."""

    class Told:
        def sure(self, x: Any, radius: Any) -> Any:
            assert (radius >= H).all()
            return np.array([shown[AT.index(tuple(point))] for point in x], bool)

    return Told()


AT = [tuple(point) for point in X[:4].tolist()]


def test_pieces_are_told_with_their_arrows_the_commonest_first() -> None:
    one = piece(True, False, False, False)
    most = piece(True, True, False, True)
    none = piece(True, True, False, True)
    pieces = (one, most, none)
    read = Objective("f", "f(x)", None, pieces=pieces)
    field = replace(FIELD, quiver=quiver(X[:4], X[:4]), objective=read)
    assert field.pieces == [(most, 2), (one, 1)]
    assert replace(field, objective=None).pieces == []


@pytest.mark.parametrize(
    ("arrows", "source", "elsewhere"),
    [
        (WRONG, PLAIN, True),
        (UNKNOWN, PLAIN, True),
        (WRONG, WRONG, False),
        (WRONG, UNKNOWN, False),
        (WRONG, None, False),
        (PLAIN, PLAIN, False),
        (PLAIN, None, False),
        (PLAIN, WRONG, False),
    ],
)
def test_arrows_are_elsewhere_that_are_right_there_alone(
    arrows: Any, source: Any, elsewhere: bool
) -> None:
    assert replace(FIELD, arrows=arrows, source=source).elsewhere == elsewhere


def test_a_quiver_without_positions_is_what_it_is_at_its_calls_points() -> None:
    without = quiver(X, form=2)
    both = replace(FIELD, arrows=WRONG, source=PLAIN)
    assert both.drawn is WRONG
    assert replace(both, quiver=without).drawn is PLAIN
    assert replace(both, quiver=without, source=None).drawn is WRONG


def test_wrong_arrows_of_integers_are_truncated() -> None:
    call = called(by_rows, PRODUCT, X)
    whole = replace(call, integers=True)
    for arrows, calls, truncated in (
        (WRONG, (call, whole), True),
        (WRONG, (call,), False),
        (PLAIN, (whole,), False),
        (PLAIN, (call,), False),
    ):
        assert replace(FIELD, arrows=arrows, calls=calls).truncated == truncated


CALL = called(by_rows, PRODUCT, X)
DRAWN = replace(FIELD, calls=(CALL,))
OPEN = replace(DRAWN, arrows=UNKNOWN)
BY_HAND = replace(FIELD, arrows=UNKNOWN)
SPACE = replace(DRAWN, quiver=replace(FIELD.quiver, kind="in-space"))
ALONE = replace(BY_HAND, quiver=replace(FIELD.quiver, kind="arrow"))


def evidence(*fields: Field, **of_run: Any) -> ScriptEvidence:
    return ScriptEvidence(replace(run(), **of_run), fields, None, None)


def test_records_that_hold_arrays_are_the_same_only_as_themselves() -> None:
    assert replace(FIELD) != FIELD
    found = evidence(FIELD)
    assert replace(found) != found


@pytest.mark.parametrize(
    ("fields", "unknown"),
    [
        ((), False),
        ((OPEN,), True),
        ((OPEN, OPEN), True),
        ((OPEN, DRAWN), False),
        ((DRAWN,), False),
        ((OPEN, BY_HAND), True),
        ((BY_HAND,), False),
        ((OPEN, SPACE), True),
        ((SPACE,), False),
    ],
)
def test_a_picture_is_unknown_if_of_none_of_its_fs_the_gradient_is(
    fields: Any, unknown: bool
) -> None:
    assert evidence(*fields).unknown == unknown


def test_arrows_of_no_call_stand_beside_others_that_are_judged() -> None:
    assert evidence(DRAWN, BY_HAND, ALONE).beside == (BY_HAND,)
    assert evidence(OPEN, BY_HAND).beside == ()
    assert evidence(DRAWN, OPEN).beside == ()
    assert evidence(SPACE, BY_HAND).beside == ()


def read(function: Any) -> Field:
    return replace(FIELD, objective=Objective("f", "f(x)", function))


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ((), False),
        ((FIELD,), False),
        ((read(None),), False),
        ((read(functions.sum_of_squares),), True),
        ((read(functions.sum_of_squares), FIELD), True),
        ((read(functions.sum_of_squares), read(None)), False),
        ((read(functions.sum_of_squares), read(functions.product)), False),
        ((read(functions.weighted_squares),), False),
        ((read(functions.product),), False),
    ],
)
def test_f_is_of_one_term_for_each_component_or_it_is_not(
    fields: Any, same: bool
) -> None:
    assert evidence(*fields).same_terms == same


# Which calls


def calls_of(*shapes: Any) -> tuple[GradientCall, ...]:
    return tuple(replace(CALL, number=n, shape=s) for n, s in enumerate(shapes))


POINT, PAIRS, OTHER, IN_SPACE = (2,), (2, 9), (3, 5), (3,)
LINES = replace(FIELD.quiver, kind="streamlines")


def test_without_a_picture_calls_at_single_points_are_judged() -> None:
    calls = calls_of(POINT, PAIRS, OTHER, IN_SPACE, (9, 2))

    def numbers(**of_run: Any) -> list[int]:
        usual = {"calls": calls, "sources": {"mine.py": "print(1)"}, **of_run}
        return [call.number for call in judged(replace(run(), **usual))]

    assert numbers() == [0]
    assert numbers(sources={"mine.py": SOURCE}) == [0, 1, 4]
    assert numbers(quivers=(LINES,)) == [0, 1, 4]


def test_the_calls_of_pictures_are_judged_each_once_and_in_their_order() -> None:
    first, second = called(by_rows, PRODUCT, X), called(by_rows, PRODUCT, X, number=1)
    second = replace(second, place=THERE)
    point = replace(CALL, number=2, shape=POINT, x=X[0])
    assert first.result is not None
    one, other = quiver(-first.result, calls=1), quiver(-first.result, calls=2)
    seen = judged(run([first, second, point], [other, one, one]))
    assert [call.number for call in seen] == [0, 1]
    found = evidence(DRAWN, replace(DRAWN, calls=(point, CALL)), calls=(point,))
    assert [call.number for call in found.judged] == [0, 2]


def test_the_first_that_f_was_given_and_is_no_point_is_told() -> None:
    wrong = Given("array", (9,), (), 4)
    whole = Given("array", (9, 2), (), 4)
    second = replace(CALL, number=1, seen=(*CALL.seen, whole, wrong))
    third = replace(CALL, number=2, seen=(wrong,))
    found = evidence(replace(DRAWN, calls=(CALL, second, third)))
    assert found.faulty == (second, "whole-array")
    assert evidence(DRAWN).faulty is None
    assert evidence().faulty is None


def test_two_points_by_columns_are_told_where_f_was_asked() -> None:
    """There the shapes tell nothing, but no arrow stands where f was asked."""
    at = np.array([[1.0, 4.0], [3.0, -2.0]])
    for x, faulty in (at.T, True), (at, False):
        call = called(by_rows, PRODUCT, x)
        field = replace(FIELD, quiver=quiver(at, at), calls=(CALL, call))
        due = (call, "transposed-points") if faulty else None
        assert evidence(field, calls=(call,)).faulty == due


# Pictures of several parts


def arrow(line: int = 9, kind: Any = "arrow", **fields: Any) -> Quiver:
    place = Place("mine.py", line)
    return quiver(X[:1], X[:1], place=place, kind=kind, **fields)


def test_single_arrows_of_one_line_are_one_picture() -> None:
    arrows = [
        quiver(X[n : n + 1] + 1, X[n : n + 1], hidden=n, calls=n) for n in range(3)
    ]
    (found,) = merged(arrows)
    assert (found.positions == X[:3]).all()
    assert (found.directions == X[:3] + 1).all()
    assert (found.total, found.hidden, found.calls) == (3, 3, 2)
    between = quiver(X, total=9)
    failed = replace(arrows[0], error=("ValueError", "why"))
    lost = replace(arrows[0], arrows=None)
    elsewhere = replace(arrows[0], place=HERE)
    for other in (between, failed, lost, elsewhere):
        seen = merged([arrows[0], arrows[1], other, arrows[2]])
        assert [q.total for q in seen] == [2, other.total, 1]
        assert seen[1].error == other.error
    assert [q.total for q in merged([between, between])] == [9, 9]


def test_four_arrows_drawn_alone_count_where_there_is_no_quiver() -> None:
    assert merged([arrow()] * 3) == []
    assert [q.total for q in merged([arrow()] * 4)] == [4]
    assert [q.total for q in merged([*[arrow()] * 5, *[arrow(3)] * 3])] == [5]
    whole = quiver(X)
    assert merged([*[arrow()] * 4, whole, LINES]) == [whole]
    assert merged([LINES]) == []
    assert [q.total for q in merged([LINES, *[arrow()] * 4])] == [4]


def beside(*fields: Field) -> list[str]:
    return [field.drawn.style for field in of_scripts._alone(fields)]


def test_beside_a_right_picture_of_the_same_calls_no_other_is_judged() -> None:
    wrong = replace(DRAWN, arrows=WRONG, source=PLAIN)
    slip = replace(DRAWN, arrows=replace(PLAIN, style="u-sign"))
    longer = replace(slip, arrows=replace(slip.arrows, factor=2.0))
    of_others = replace(wrong, calls=(replace(CALL, number=1),))
    several = replace(wrong, calls=(CALL, replace(CALL, number=1)))
    assert beside(DRAWN, wrong) == ["plain", "unknown"]
    assert beside(wrong, DRAWN) == ["unknown", "plain"]
    assert beside(DRAWN, several) == ["plain", "unknown"]
    assert beside(DRAWN, DRAWN) == ["plain", "plain"]
    assert beside(wrong, wrong) == ["wrong", "wrong"]
    assert beside(DRAWN, of_others) == ["plain", "wrong"]
    assert beside(DRAWN, slip) == ["plain", "u-sign"]
    assert beside(DRAWN, longer) == ["plain", "unknown"]
    assert beside(slip) == ["u-sign"]
    _, unknown = of_scripts._alone((DRAWN, wrong))
    assert (unknown.calls, unknown.objective, unknown.source) == ((), None, None)
    assert unknown.arrows == UNKNOWN
