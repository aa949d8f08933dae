"""A port did what a model does: each part of that, for observations made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.defects import comparison, model_runs
from gradproof.defects.recipe import Recipe
from gradproof.evidence.stencil import Stencil
from gradproof.numerics import functions
from gradproof.numerics.number_formats import NumberFormat
from gradproof.numerics.rounding import SINGLE_ROUNDOFF, UNIT_ROUNDOFF
from gradproof.ports.observation import (
    Broke,
    Evaluation,
    Nonsense,
    Observation,
    Outcome,
    Probe,
    Raised,
    Returned,
    Unserved,
)

X = np.array([1.0, 2.0])
SQUARES = functions.sum_of_squares


def observed(
    value: Any = (2.0, 4.0),
    *asked: Any,
    x: Any = X,
    after: Any = None,
    history: Any = None,
    outcome: Outcome | None = None,
    known: bool = True,
) -> Observation:
    function = SQUARES if known else None
    probe = Probe("point", SQUARES.point, np.asarray(x), function)
    points = None if history is None else np.asarray(history)
    given = tuple(
        Evaluation(np.asarray(a), "ndarray")
        if not isinstance(a, str)
        else Evaluation(None, a)
        for a in asked
    )
    returned = Returned(np.asarray(value), second=points)
    return Observation(
        probe, given, outcome or returned, None if after is None else np.asarray(after)
    )


OUTCOMES: tuple[Outcome, ...] = (
    Returned(np.zeros(2)),
    Returned(np.zeros((1, 2))),
    Raised("ValueError", "one"),
    Nonsense("None"),
    Nonsense("str"),
    Broke("timeout", "30 s"),
    Broke("crash", "SIGSEGV"),
)


@pytest.mark.parametrize("one", OUTCOMES)
@pytest.mark.parametrize("other", OUTCOMES)
def test_outcomes_of_one_sort_are_alike(one: Outcome, other: Outcome) -> None:
    found = comparison._outcomes(observed(outcome=one), observed(outcome=other))
    assert found == (one is other)


def test_of_outcomes_their_words_and_numbers_do_not_matter() -> None:
    for one, other in (
        (Raised("ValueError", "one"), Raised("IndexError", "two")),
        (Broke("timeout", "30 s"), Broke("timeout", "5 s")),
        (Returned(np.zeros(2)), Returned(np.ones(2))),
    ):
        assert comparison._outcomes(observed(outcome=one), observed(outcome=other))
    unserved = observed(outcome=Unserved("no"))
    assert not comparison._outcomes(unserved, unserved)


@pytest.mark.parametrize(
    ("value", "points", "alone"),
    [
        ([1.0, 2.0], [[1.0, 2.0], [1.0, 2.0]], True),
        ([1.0, 2.0], [[1.0, 2.0], [1.0, 3.0]], False),
        ([1.0, 2.0], np.zeros((0, 2)), False),
        ([1.0, 2.0], [[1.0], [1.0]], False),
        ([1.0, 2.0], None, False),
    ],
)
def test_a_history_of_the_result_alone(value: Any, points: Any, alone: bool) -> None:
    assert comparison._is_result_alone(observed(value, history=points)) == alone


RESULT = [[2.0, 4.0]] * 2
WALK = [[1.0, 2.0], [2.0, 4.0]]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (None, None, True),
        (None, WALK, False),
        (WALK, None, False),
        (RESULT, RESULT, True),
        (RESULT, RESULT[:1], True),  # the same array, however often it was kept
        (RESULT, WALK, False),
        (WALK, RESULT, False),
        (WALK, WALK, True),
        (WALK, [*WALK, [3.0, 5.0]], False),
        (WALK, [[1.0, 2.0], [2.0, 4.5]], False),
    ],
)
def test_histories_are_alike(
    one: Any, other: Any, alike: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = observed(history=other)
    monkeypatch.setattr(model_runs, "observation", lambda *asked: model)
    evidence: Any = type("", (), {"observations": {"steps": observed(history=one)}})
    assert comparison.history_alike(evidence, Recipe(), "steps") == alike


def test_shapes_are_those_of_f_s_arguments_each_once() -> None:
    shapes = comparison._shapes(observed((), X, X[0], X, "Dual"))
    assert shapes == {(2,), (), "Dual"}
    alone = comparison._shapes(observed((), [3.0], [[3.0]], X, x=3.0))
    assert alone == {(), (2,)}
    of_array = comparison._shapes(observed((), [3.0], x=[3.0]))
    assert of_array == {(1,)}


def test_an_f_of_elements_may_have_been_asked_for_its_shape() -> None:
    asked, model = observed((), X, X[0]), observed((), X[0])
    assert comparison._shapes_alike(asked, model, Recipe(given="element"))
    assert not comparison._shapes_alike(model, asked, Recipe(given="element"))
    assert not comparison._shapes_alike(asked, model, Recipe())
    assert comparison._shapes_alike(asked, asked, Recipe())


@pytest.mark.parametrize(
    ("after", "spoilt"),
    [(None, False), (X, False), (X + 1, True), ([1.0], True), (X + 2.0**-51, False)],
)
def test_x_is_spoilt_where_it_holds_other_numbers(after: Any, spoilt: bool) -> None:
    assert comparison._spoilt(observed(after=after)) == spoilt


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (None, None, True),
        (None, X, False),
        (X, None, False),
        (X, X, True),
        (X, X[:1], False),
        (X, X + 1, False),
        ([2.0, 4.0], [2.0, 4.0], True),
        ([2.0, 4.0], X, False),
    ],
)
def test_x_is_left_alike(one: Any, other: Any, alike: bool) -> None:
    assert comparison._left_alike(observed(after=one), observed(after=other)) == alike


def test_x_is_left_alike_where_it_is_the_result_whatever_that_is() -> None:
    one, other = observed([2.0, 4.0], after=[2.0, 4.0]), observed([3, 5], after=[3, 5])
    assert comparison._left_alike(one, other)
    assert not comparison._left_alike(one, observed([3, 5], after=[3, 6]))
    assert not comparison._left_alike(observed([3, 5], after=[3, 6]), one)


@pytest.mark.parametrize("size", [1.0, 1024.0])
def test_numbers_are_near_within_so_many_roundings_of_the_larger(size: float) -> None:
    u = UNIT_ROUNDOFF
    assert comparison._near(size, size * (1 + 32 * u))
    assert not comparison._near(size, size * (1 + 34 * u))
    assert comparison._near(size, size * (1 + 32 * SINGLE_ROUNDOFF), SINGLE_ROUNDOFF)
    assert not comparison._near(np.array([size, size]), np.array([size, 2 * size]))


def test_infinities_and_what_is_no_number_are_near_themselves_alone() -> None:
    inf, nan = float("inf"), float("nan")
    assert comparison._near(inf, inf)
    assert not comparison._near(inf, -inf)
    assert not comparison._near(inf, 1e300)
    assert comparison._near(nan, nan)
    assert not comparison._near(nan, 1.0)
    assert not comparison._near(1.0, nan)


def test_the_unit_is_single_where_all_numbers_are() -> None:
    short, long = np.array([0.5, 0.25]), np.array([0.5, 0.1])
    assert comparison._unit(short) == SINGLE_ROUNDOFF
    assert comparison._unit(short, short) == SINGLE_ROUNDOFF
    assert comparison._unit(short, long) == UNIT_ROUNDOFF
    assert comparison._unit(np.array([1e300])) == UNIT_ROUNDOFF


def formula(nodes: Any, weights: Any, constant: Any = (0.0, 0.0)) -> Stencil:
    made = tuple(np.asarray(node, float) for node in nodes)
    return Stencil(X, made, np.asarray(weights, float), np.asarray(constant, float))


NODES = [[1.1, 2.0], [0.9, 2.0], [1.0, 2.1]]
WEIGHTS = [[5.0, 0.0], [-5.0, 0.0], [0.0, 10.0]]


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (formula(NODES, WEIGHTS), True),
        (formula(NODES[::-1], WEIGHTS[::-1]), True),
        (formula(NODES, WEIGHTS, (0.0, 1.0)), False),
        (formula(NODES, [[5.0, 0], [-5.0, 0], [0, 10.5]]), False),
        (formula(NODES, [[5.0, 0], [-5.0, 0], [1.0, 10]]), False),
        (formula(NODES[:2], WEIGHTS[:2]), False),
        (formula([*NODES[:2], [1.0, 2.2]], WEIGHTS), False),
        (formula(NODES, [row[:1] for row in WEIGHTS], [0.0]), False),
        (formula([*NODES, NODES[0]], [*WEIGHTS, [1.0, 0.0]]), False),
    ],
)
def test_formulas_are_alike_term_by_term(other: Stencil, alike: bool) -> None:
    one = formula(NODES, WEIGHTS)
    assert comparison._formulas(one, other, 0.1) == alike
    assert comparison._formulas(other, one, 0.1) == alike


def test_a_weight_is_off_by_the_rounding_of_x_over_the_step() -> None:
    """x + h is off by a rounding of x: for h of 2⁻¹⁰ by about 2¹⁰ of h."""
    h = 2.0**-10
    nodes = [[1.1 + h, 2.0], [1.1 - h, 2.0]]
    one = formula(nodes, [[0.5 / h, 0], [-0.5 / h, 0]])
    for off, alike in ((2**15, True), (2**18, False)):
        weight = 0.5 / h * (1 + off * UNIT_ROUNDOFF)
        other = formula(nodes, [[weight, 0], [-0.5 / h, 0]])
        assert comparison._formulas(one, other, h) == alike


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (3.0, [3.0], True),
        ([[3.0]], 3.0, True),
        (3.0, 4.0, False),
        ([3.0, 1.0], [[3.0, 1.0]], False),
        ([3.0, 1.0], [3.0], False),
        ([3.1, 1.0], [3.1 * (1 + 8 * UNIT_ROUNDOFF), 1.0], True),
        ([3.0, 1.0], [3.0, 1.0 + 1e-9], False),
    ],
)
def test_nodes_are_at_the_same_place(one: Any, other: Any, same: bool) -> None:
    assert comparison._same_place(np.array(one), np.array(other)) == same


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        (NODES, True),
        ([*NODES, [7.0, 7.0]], True),
        (NODES[:2], False),
        (NODES[1:], False),
        ([*NODES[:2], [1.0, 2.1 * (1 + 16 * UNIT_ROUNDOFF)]], True),
        ([*NODES[:2], [1.0, 2.1 * (1 + 64 * UNIT_ROUNDOFF)]], False),
        ([*NODES[:2], [[1.0, 2.1]]], False),
        ([*NODES[:2], "Dual"], False),
    ],
)
def test_f_is_asked_at_each_node_that_counts(asked: Any, there: bool) -> None:
    read = formula([*NODES, [9.0, 9.0]], [*WEIGHTS, [0.0, 0.0]])
    assert comparison._asks_at(observed((), *asked), read) == there


def test_of_a_number_the_node_may_be_in_an_array() -> None:
    read = Stencil(np.array(3.0), (np.array([3.1]),), np.array([1.0]), np.zeros(()))
    assert comparison._asks_at(observed((), 3.1, x=3.0), read)
    assert comparison._asks_at(observed((), [[3.1]], x=3.0), read)
    assert not comparison._asks_at(observed((), 3.2, x=3.0), read)


def values(one: Any, other: Any, *lost: NumberFormat, step: float = 1e-4) -> bool:
    nodes = X + step * np.eye(2)
    both = observed(one, *nodes), observed(other, *nodes)
    return comparison._values(*both, step, lost)


@pytest.mark.parametrize("step", [1e-4, 1e-6])
def test_values_are_alike_within_the_roundings_of_f_over_the_step(step: float) -> None:
    """And twice the bound of the book's formula."""
    book = comparison._book_bound("point")[1]
    largest = 1 + (2 + step) ** 2
    limit = 32 * UNIT_ROUNDOFF * (largest / step + 4) + 2 * book
    for share, alike in ((0.99, True), (1.01, False)):
        assert values([2, 4 + share * limit], [2.0, 4.0], step=step) == alike


@pytest.mark.parametrize("wrong", [4.0, -np.inf, 1e300, np.nan])
def test_what_is_infinite_is_alike_to_itself_alone(wrong: float) -> None:
    assert values([2.0, np.inf], [2.0, np.inf])
    assert not values([2.0, wrong], [2.0, np.inf])
    assert not values([2.0, np.inf], [2.0, wrong])


def test_a_number_that_was_written_is_off_by_half_a_unit_more() -> None:
    short, long = NumberFormat("decimals", 3), NumberFormat("decimals", 6)
    due = [2.0, 4.0]
    assert not values([2.0, 4.0004], due)
    assert values([2.0, 4.0004], due, short)
    assert not values([2.0, 4.0006], due, short)
    assert not values([2.0, 4.0004], due, long)
    assert values([2.0, 4.0004], due, long, short)


def test_what_was_cut_to_integers_may_be_one_apart() -> None:
    asked = X + 1e-4

    def alike(one: Any, other: Any) -> bool:
        both = observed(one, asked), observed(other, asked)
        return comparison._values(*both, 1e-4)

    assert alike(np.array([2, 5]), np.array([2, 4]))
    assert not alike(np.array([2, 6]), np.array([2, 4]))
    assert not alike(np.array([2.0, 4.0]), np.array([2, 4]))
    assert not alike(np.array([2, 4]), np.array([2.0, 4.0]))


def test_what_is_no_number_is_alike_to_no_number() -> None:
    nan = float("nan")
    assert values([2.0, nan], [2.0, nan])
    assert not values([2.0, nan], [2.0, 4.0])
    assert not values([2.0, 4.0], [2.0, nan])


def test_of_what_has_no_values_none_differ() -> None:
    raised = observed(outcome=Raised("ValueError", ""))
    far = observed([9.0, 9.0])
    for one, other in ((raised, far), (far, raised)):
        assert comparison._values(one, other, 1e-4)
    assert comparison._values(observed(known=False), far, 1e-4)


def test_the_arguments_of_f_that_are_finite_numbers() -> None:
    found = comparison._numbers(observed((), X, [1.0, np.inf], "Dual", [1, 2], [1j, 0]))
    assert [each.tolist() for each in found] == [[1.0, 2.0], [1.0, 2.0]]
    assert {each.dtype.kind for each in found} == {"f"}
