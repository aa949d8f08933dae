"""Which calls arrows come from, and what f was given in them, told by small records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.scripts import provenance
from gradproof.scripts.composition import (
    BY_DIRECTIONS,
    IN_ANOTHER_ORDER,
    NOT_AT_ALL,
)
from gradproof.scripts.provenance import layouts, made_of, misgiven, wrong_givens
from gradproof.scripts.records import Given, GradientCall, Quiver
from small_scripts import (
    PRODUCT,
    SQUARES,
    THERE,
    H,
    X,
    by_rows,
    called,
    of_whole,
    one_point,
    quiver,
    run,
)

G = X * [2.0, -3.0] + X[:, ::-1] + [0.25, 5.0]
"""Results: in no simple relation to their places."""
CALL = called(by_rows, PRODUCT, X)


def call(x: Any = X, result: Any = G, number: int = 0, **fields: Any) -> GradientCall:
    shape = np.shape(x)
    more = {"x": x, "result": result, "number": number, "shape": shape, **fields}
    return replace(CALL, **more)


def moved(by: float) -> Any:
    """The first point alone, its first component moved."""
    return X[:1] + np.array([by, 0.0])


# Points of two components


def test_points_are_read_from_rows_or_columns() -> None:
    for array in (X, X.T, X.T.reshape(2, 3, 3), X.reshape(3, 3, 2)):
        assert (provenance.pairs(array) == X).all()
    assert provenance.pairs(X[0]).tolist() == X[:1].tolist()
    two = X[:2].astype(int)
    assert provenance.pairs(two).tolist() == two.tolist()
    assert provenance.pairs(two, columns=True).tolist() == two.T.tolist()
    assert provenance.pairs(two).dtype == float


@pytest.mark.parametrize(
    ("shape", "holds"),
    [
        ((2,), True),
        ((9, 2), True),
        ((2, 9), True),
        ((2, 3, 3), True),
        ((3, 3, 2), True),
        ((3, 2, 3), False),
        ((9,), False),
        ((3, 3), False),
        ((), False),
    ],
)
def test_arrays_can_hold_points_of_a_plane(shape: Any, holds: bool) -> None:
    assert provenance.holds_pairs(shape) == holds


def test_a_square_may_be_meant_by_rows_or_by_columns() -> None:
    assert layouts((2, 2)) == (True, False)
    for shape in (2, 3), (3, 2), (2,), (2, 2, 2):
        assert layouts(shape) == (None,)


# Which calls


def linked(picture: Quiver, *calls: GradientCall, **fields: Any) -> list[int]:
    found = provenance.linked(replace(run(calls), **fields), picture)
    return [made.number for made in found]


def test_arrows_come_from_the_last_calls_that_they_are_made_of() -> None:
    picture = quiver(-G)
    first, last = call(), call(number=1, place=THERE)
    assert linked(picture, first) == [0]
    assert linked(picture, first, last) == [1]
    assert linked(picture, first, replace(last, result=G[:, ::-1] + X)) == [0]
    assert linked(replace(picture, calls=1), first, last) == [0]
    assert linked(replace(picture, calls=0), first, last) == []
    assert linked(picture) == []


def test_what_is_made_of_no_result_comes_from_no_call() -> None:
    for arrows in (X, X[::-1] * X):
        assert linked(quiver(arrows), call(), call(number=1, f=1)) == []


def test_results_that_are_the_arrows_are_surer_than_such_that_are_like_them() -> None:
    as_they_are = call()
    by_factors = call(result=G * [1, 2], number=1, place=THERE)
    assert linked(quiver(-G), as_they_are, by_factors) == [0]
    assert linked(quiver(-G * [1, 2]), as_they_are, by_factors) == [1]


@pytest.mark.parametrize(
    "other",
    [{"f": 1}, {"place": THERE}, {"name": "another"}],
    ids=["f", "line", "routine"],
)
def test_calls_of_one_routine_f_and_line_go_together(other: Any) -> None:
    parts = [call(X[n], G[n], n) for n in range(9)]
    assert linked(quiver(-G), *parts) == list(range(9))
    apart = [replace(p, **other) if p.number < 2 else p for p in parts]
    assert linked(quiver(-G), *apart) == list(range(2, 9))
    assert linked(quiver(-G[:2], X[:2]), *apart) == [0, 1]


def test_calls_of_arrays_that_hold_no_points_are_passed_over() -> None:
    weights = call(np.ones((3, 6)), np.ones((3, 6)), 1)
    assert linked(quiver(-G), call(), weights) == [0]
    assert linked(quiver(-G), weights) == []


def test_calls_that_were_made_at_half_of_the_arrows_are_taken_first() -> None:
    """There they may be made of them in part; elsewhere, one after the other."""
    here, count = quiver(-G), len(G)
    elsewhere = call(X + 9, G, 1, place=THERE)
    assert linked(here, elsewhere) == [1]
    half = call(X[:5], G[:5])
    assert linked(here, half, elsewhere) == [0]
    less = call(X[:4], G[:4])
    assert linked(here, less, elsewhere) == [1]
    assert linked(here, less) == []
    even = quiver(-G[:8], X[:8])
    assert linked(even, less, replace(elsewhere, x=X[:8] + 9, result=G[:8])) == [0]
    assert count == 9


def test_two_points_by_columns_are_made_where_the_arrows_stand() -> None:
    at, g = X[[1, 3]], G[[1, 3]]
    square = call(at.T, g.T)
    others = call(at + 9, g, 1, place=THERE)
    assert linked(quiver(-g, at), square, others) == [0]
    rows = call(at, g)
    assert linked(quiver(-g, at), rows, others) == [0]


def test_where_not_all_was_kept_the_last_calls_are_taken() -> None:
    picture = quiver(-G)
    lost, other = call(None, None, shape=(9, 2)), call(X[:3] + 9, G[:3], 1, f=1)
    assert linked(picture, lost) == [0]
    assert linked(picture, other, replace(lost, number=2)) == [2]
    assert linked(picture, lost, other) == []
    assert linked(picture, lost, other, call_count=3) == [1]
    assert linked(picture, lost, other, call_count=2) == []
    without = call(result=None)
    assert linked(picture, without) == [0]
    assert linked(picture, call(number=1, f=1), without) == [1]
    assert linked(quiver(X), call(number=1, f=1), without) == [0]
    nothing = replace(picture, arrows=None)
    assert linked(nothing, call()) == []
    assert linked(nothing, lost) == [0]
    assert linked(nothing, without) == [0]


# How arrows are made


def made(w: Any, *calls: GradientCall, at: Any = X, form: int = 4) -> Any:
    found = made_of(calls or (call(),), quiver(w, at, form=form))
    return found and (found.rank, round(found.part, 9), found.recombined)


def test_arrows_are_made_of_results_at_their_own_places() -> None:
    whole = (BY_DIRECTIONS, 1.0, None)
    assert made(-G) == whole
    assert made(-G[::-1], at=X[::-1]) == whole
    assert made(-G, *[call(X[n], G[n], n) for n in range(9)]) == whole
    assert made(-G, call(X.T, G.T)) == whole
    assert made(-G[:4], at=X[:4]) == whole
    assert made(-G[::-1], call(X + 1e-10), at=X[::-1]) == whole
    assert made(-G[::-1], call(X + 2e-9), at=X[::-1]) != whole
    assert made(-G[::-1], call(X * [1, -1]), at=(X * [1, -1])[::-1]) == whole
    zero = np.where(X == 0.5, -0.0, X)
    assert made(-G[::-1], call(zero), at=(zero + 0.0)[::-1]) == whole


def test_of_arrows_that_stand_elsewhere_too_only_a_part_is_made() -> None:
    some = made(-G, call(X[:6], G[:6]))
    assert some == (BY_DIRECTIONS, round(6 / 9, 9), None)
    at = np.concatenate([X[:3], X[3:] + 9])
    assert made(-G, call(X[:3], G[:3]), at=at)[0] == BY_DIRECTIONS
    assert made(-G, call(X[:3], G[:3]), at=at)[1] == round(3 / 9, 9)


def test_what_was_altered_is_told_only_where_all_arrows_have_results() -> None:
    rounded = np.round(-G + X / 7, 1)
    g = G - X / 7
    found = made_of((call(X, g),), quiver(rounded))
    assert found is not None
    assert found.alteration is not None
    some = made_of((call(X[:8], g[:8]),), quiver(rounded))
    assert some is not None
    assert some.alteration is None
    assert some.part == pytest.approx(8 / 9)


def test_results_come_one_after_the_other_wherever_they_are_drawn() -> None:
    assert made(-G, call(X + 9)) == (BY_DIRECTIONS, 1.0, None)
    parts = call(X[:4] + 9, G[:4]), call(X[4:] + 9, G[4:], 1)
    assert made(-G, *parts) == (BY_DIRECTIONS, 1.0, None)
    assert made(-G[:8], call(X + 9), at=X[:8]) == (NOT_AT_ALL, 0.0, None)


def test_two_points_are_read_in_the_way_that_makes_the_arrows() -> None:
    at, g = X[[1, 3]], G[[1, 3]]
    for each in (call(at, g), call(at.T, g.T)):
        assert made(-g, each, at=at) == (BY_DIRECTIONS, 1.0, None)


def test_without_an_x_or_a_result_nothing_is_said() -> None:
    assert made(-G, call(None, shape=(9, 2))) is None
    assert made(-G, call(result=None)) is None
    assert made(-G, call(), call(result=None)) is None


def test_all_results_in_another_order_are_told_where_they_are_drawn_at_places() -> None:
    order = np.array([4, 0, 7, 1, 8, 2, 5, 3, 6])
    shuffled = made(-G[order])
    assert shuffled == (IN_ANOTHER_ORDER, 1.0, "shuffled")
    assert made(-G[order], form=2)[2] is None
    assert made(-G[order][:8], at=X[:8])[2] is None
    more = np.concatenate([X, X[:1] + 9]), np.concatenate([G, G[:1] + 9])
    assert made(-G[order], call(*more))[2] is None


def test_places_with_their_components_exchanged_are_no_other_order() -> None:
    """The script that draws y against x, throughout, is right."""
    at = np.concatenate([X, X[:, ::-1]])
    g = np.concatenate([G, G[:, ::-1] * [1, 4]])
    back = np.concatenate([g[9:], g[:9]])
    assert made(-back[:, ::-1], call(at, g), at=at)[2] is None


# Where


def test_the_points_of_calls_are_told_if_they_are_as_many_as_the_arrows() -> None:
    own = provenance.own_points((call(X[:4]), call(X[4:])), quiver(G))
    assert own is not None
    assert (own == X).all()
    assert provenance.own_points((call(X[:4]),), quiver(G)) is None
    assert provenance.own_points((), quiver(G)) is None
    lost = (call(X[:4]), call(None, shape=(5, 2)))
    assert provenance.own_points(lost, quiver(G)) is None
    kept = provenance.own_points((*lost, call(X[4:])), quiver(G))
    assert kept is not None


def far(*points: Any, at: Any = X, shape: Any = (2, 2)) -> bool:
    asked = call(X[:2], points=np.reshape(points, (-1, 2)), shape=shape)
    return provenance.asks_elsewhere(asked, quiver(G[: len(at)], at))


def test_two_points_are_asked_about_near_the_arrows_or_elsewhere() -> None:
    near, other = X[4] + 1e-4, [7.0, 7.0]
    assert far(other)
    assert not far(near)
    assert not far(near, other)
    assert far(other, other, near)
    assert not far()
    assert not far(other, at=X[:0])
    for shape in (9, 2), (2, 9), (3, 2), (2, 3), (2,):
        assert not far(other, shape=shape)
    # By a component alone it is not near.
    assert far([X[4, 0], 7.0])
    # Near is a hundredth of one and the picture's size, 1.5 here.
    for share, elsewhere in (0.99, False), (1.01, True):
        assert far(X[4] + [0, share * 0.025]) == elsewhere
    assert far(-X[4], at=X[4:5])
    assert not far([0, 0.01], at=0 * X[:1])


# What f is given


ANSWERED: list[tuple[Any, Any, str, str | None]] = [
    ((2,), (), "array", None),
    ((1, 2), (1,), "list", None),
    ((1, 1, 2), (), "array", None),
    ((2,), (3,), "numbers", None),
    ((2, 5, 5), (5, 5), "arrays", None),
    ((2, 5, 5), None, "arrays", None),
    ((2, 5, 5), (5,), "arrays", "transposed-points"),
    ((2,), (), "arrays", None),
    ((2,), (3,), "arrays", "transposed-points"),
    ((3, 5, 5), (5, 5), "arrays", "transposed-points"),
    ((7, 2), (7,), "array", None),
    ((7, 2), (7, 1), "list", None),
    ((2, 7), (7,), "array", None),
    ((2, 7), None, "array", None),
    ((7, 2), (), "array", "transposed-points"),
    ((2, 7), (2,), "array", "transposed-points"),
    ((2, 2), (2,), "array", None),
    ((2, 7), (7,), "numbers", "transposed-points"),
    ((3, 7), (7,), "array", "transposed-points"),
    ((2, 7, 7), (7,), "array", "transposed-points"),
    ((), (), "number", "f-per-element"),
    ((), (), "nothing", None),
    ((2, 9), (), "array", "whole-array"),
    ((3, 3), (), "array", "transposed-points"),
]


@pytest.mark.parametrize(("shape", "answer", "kind", "wrong"), ANSWERED)
def test_what_f_is_given_is_a_point_or_has_a_name(
    shape: Any, answer: Any, kind: str, wrong: str | None
) -> None:
    assert misgiven(call(X.T), Given(kind, shape, answer, 1)) == wrong


def test_all_that_is_no_point_is_told_but_what_was_tried_first() -> None:
    refused, wrong = Given("array", (9,), None, 1), Given("array", (9,), (), 2)
    point = Given("array", (2,), (), 3)
    name = "transposed-points"

    def told(*seen: Given, ended: bool = True) -> Any:
        return wrong_givens(call(seen=seen, ended=ended))

    assert told(point, wrong) == [(wrong, name)]
    assert told(refused, point) == []
    assert told(refused, wrong) == [(wrong, name)]
    assert told(refused) == [(refused, name)]
    assert told(refused, point, ended=False) == [(refused, name)]
    assert told() == []


# The step


def forward(f: Any, x: Any) -> Any:
    return np.array([[(f(row + e) - f(row)) / H for e in H * np.eye(2)] for row in x])


def by_columns(f: Any, x: Any) -> Any:
    return by_rows(f, x.T).T


def by_layers(f: Any, x: Any) -> Any:
    return np.array([of_whole(f, layer) for layer in x])


def test_a_difference_is_one_sided_where_f_is_asked_at_the_point_itself() -> None:
    for routine, sided in (by_rows, False), (forward, True):
        seen = called(routine, PRODUCT, X)
        assert provenance.one_sided((seen,)) == sided
    point = called(one_point, PRODUCT, X[0])
    assert not provenance.one_sided((point,))
    assert provenance.one_sided((replace(point, points=X[:1]),))
    assert not provenance.one_sided((replace(point, points=X[1:2]),))
    # One component that is the same is not the point.
    assert not provenance.one_sided((replace(point, points=moved(H)),))
    assert not provenance.one_sided(())
    lost = replace(point, points=X[:1], x=None)
    assert not provenance.one_sided((lost,))


def test_four_calls_and_eight_points_tell_how_f_is_asked() -> None:
    """Further ones are alike: to look at all of them takes time alone."""
    central = called(one_point, PRODUCT, X[0])
    at_it = replace(central, points=X[:1])
    assert provenance.one_sided((*[central] * 3, at_it))
    assert not provenance.one_sided((*[central] * 4, at_it))
    beside = np.repeat(moved(H), 8, axis=0)
    for count, sided in (7, True), (8, False):
        points = np.concatenate([beside[:count], X[:1]])
        assert provenance.one_sided((replace(central, points=points),)) == sided
    nearer = replace(central, points=moved(H / 8))
    for count, step in (3, H / 8), (4, H):
        found = provenance.step((*[central] * count, nearer))
        assert found == pytest.approx(step)
    for count, step in (7, H / 8), (8, H):
        points = np.concatenate([beside[:count], moved(H / 8)])
        found = provenance.step((replace(central, points=points),))
        assert found == pytest.approx(step)


@pytest.mark.parametrize(
    ("routine", "x"),
    [
        (one_point, X[0]),
        (by_rows, X),
        (by_rows, X.T),
        (by_columns, X.T),
        (of_whole, X.T),
        (of_whole, X),
        (of_whole, X.T.reshape(2, 3, 3)),
        (by_layers, X.reshape(3, 3, 2)),
    ],
)
def test_the_step_is_seen_by_what_f_is_given(routine: Any, x: Any) -> None:
    assert provenance.step((called(routine, SQUARES, x),)) == pytest.approx(H)


def test_the_step_is_that_of_the_book_where_none_can_be_seen() -> None:
    point = called(one_point, PRODUCT, X[0])
    assert provenance.step(()) == 1e-4
    assert provenance.step((replace(point, x=None),)) == 1e-4
    assert provenance.step((replace(point, points=moved(3.0)),)) == 1e-4
    numbers = tuple(np.array([v + H]) for v in X[0])
    asked = replace(point, points=np.empty((0, 2)), samples=numbers)
    assert provenance.step((asked,)) == 1e-4


@pytest.mark.parametrize(
    ("move", "step"),
    [
        (0.49, 0.49),
        (0.5, 1e-4),
        (0.51, 1e-4),
        (2.0**-20, 2.0**-20),
    ],
)
def test_a_step_is_less_than_a_half(move: float, step: float) -> None:
    for sign in (1, -1):
        points = moved(sign * move)
        asked = replace(called(one_point, PRODUCT, X[0]), points=points)
        assert provenance.step((asked,)) == pytest.approx(step, rel=0.05)


@pytest.mark.parametrize(
    ("x", "roundings", "seen"),
    [(1.0, 16, False), (1.0, 18, True), (1 - 16 * UNIT_ROUNDOFF, 16, False)],
)
def test_a_step_is_more_than_sixteen_roundings(
    x: float, roundings: int, seen: bool
) -> None:
    by = roundings * UNIT_ROUNDOFF
    point = called(one_point, PRODUCT, np.array([x, x]))
    asked = replace(point, points=np.array([[x + by, x]]))
    found = provenance.step((asked,))
    assert found == pytest.approx(by, rel=0.3) if seen else found == 1e-4


def test_what_has_the_size_of_no_part_of_x_tells_no_step() -> None:
    seen = called(by_rows, SQUARES, X.T)
    assert seen.samples
    other = replace(seen, samples=(np.ones(7), *seen.samples))
    assert provenance.step((other,)) == pytest.approx(H)
    assert provenance.step((replace(seen, samples=other.samples[:1]),)) == 1e-4


def test_a_step_is_told_from_the_nearest_part_and_is_the_smallest() -> None:
    points = np.stack([X[3] + [0.375, 0], X[5] + [0, 0.125]])
    asked = replace(CALL, points=points)
    assert provenance.step((asked,)) == 0.125
    assert provenance.step((replace(asked, points=points[:1]),)) == 0.375


def test_the_step_is_as_short_as_its_rounding_allows() -> None:
    asked = replace(CALL, points=moved(0.1))
    assert provenance.step((asked,)) == 0.1
    big = called(one_point, PRODUCT, np.array([1e6, 1e6]))
    big = replace(big, points=np.array([[1e6 + 1e-3, 1e6]]))
    assert provenance.step((big,)) == 1e-3
