"""A model's free numbers, and what digits were lost, of observations made by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gradproof.defects import fitted_parameters, lost_digits
from gradproof.defects.changes import LOST_STEP, Clues
from gradproof.defects.lost_digits import LostDigits
from gradproof.defects.recipe import CENTRAL
from gradproof.evidence.evidence import Evidence, entries
from gradproof.evidence.stencil import Stencil, Unreadable
from gradproof.numerics import functions
from gradproof.numerics.number_formats import NumberFormat
from gradproof.numerics.rounding import SINGLE_ROUNDOFF, UNIT_ROUNDOFF
from gradproof.ports.observation import Evaluation, Observation, Probe, Returned

X = np.array([1.0, -2.0])
H = 1e-4
SINGLE = NumberFormat("single")


def observation(
    asked: Any, x: Any = X, value: Any = (0.0, 0.0), after: Any = None
) -> Observation:
    function = functions.sum_of_squares
    probe = Probe("point", function.point, np.asarray(x), function)
    given = tuple(Evaluation(np.asarray(a), "ndarray") for a in asked)
    left = None if after is None else np.asarray(after)
    return Observation(probe, given, Returned(np.asarray(value)), left)


def at(first: float, second: float) -> Any:
    """A place so far from x."""
    return X + np.array([first, second])


def nodes(h: float = H) -> list[Any]:
    return [at(h, 0.0), at(-h, 0.0), at(0.0, h), at(0.0, -h)]


def formula(asked: Any, weights: Any) -> Stencil:
    return Stencil(X, tuple(map(np.asarray, asked)), np.array(weights), np.zeros(2))


# The step, and the formula.


@pytest.mark.parametrize(
    ("shape", "origins"),
    [
        ((2, 3), [[1, 2, 3, 4, 5, 6]]),
        ((), [[1], [2], [3], [4], [5], [6]]),
        ((3,), [[1, 2, 3], [4, 5, 6]]),
        ((2,), [[1, 4], [2, 5], [3, 6]]),
        ((4,), None),
        ((3, 2), None),
    ],
)
def test_a_node_is_near_to_what_of_x_has_its_shape(shape: Any, origins: Any) -> None:
    found = fitted_parameters._origins(np.arange(1.0, 7.0).reshape(2, 3), shape)
    assert (None if found is None else found.tolist()) == origins


def test_of_a_point_a_node_is_near_to_it_or_to_one_of_its_numbers() -> None:
    assert fitted_parameters._origins(X, (2,)).tolist() == [[1, -2]]  # type: ignore[union-attr]
    assert fitted_parameters._origins(X, ()).tolist() == [[1], [-2]]  # type: ignore[union-attr]
    solid = np.arange(8.0).reshape(2, 2, 2)
    rows = fitted_parameters._origins(solid, (2, 2))
    assert rows is not None
    assert rows.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_offsets_are_from_the_nearest_row() -> None:
    x = np.array([[1.0, 2.0], [5.0, 6.0]])
    found = list(fitted_parameters._offsets(x, np.array([5.5, 6.0])))
    assert found == [(0.5, 5.0), (0.0, 6.0)]
    assert list(fitted_parameters._offsets(x, np.zeros((3, 3)))) == []
    assert list(fitted_parameters._offsets(np.zeros((0, 2)), np.zeros(2))) == []


def test_the_step_is_the_smallest_move_in_as_few_digits_as_fit() -> None:
    assert fitted_parameters._steps(X, nodes()) == (1e-4, 1e-4)
    assert fitted_parameters._steps(X, [at(0.5, 0.25)]) == (0.25, 0.25)
    assert fitted_parameters._steps(X, [X, X]) == (0.0, 0.0)
    assert fitted_parameters._steps(X, []) == (0.0, 0.0)
    single = [np.float32(at(1e-3, 0.0)).astype(float)]
    step, of_single = fitted_parameters._steps(X, single)
    assert of_single == 1e-3
    assert step != 1e-3


def test_what_was_put_back_but_for_rounding_was_not_moved() -> None:
    """Up to 16 roundings of x: at 1 the next numbers are 2 of them apart."""
    x = np.array([1.0, 1.9])
    put_back = x + np.array([16 * UNIT_ROUNDOFF, 0.0])
    assert fitted_parameters._steps(x, [put_back]) == (0.0, 0.0)
    moved = x + np.array([0.0, 32 * UNIT_ROUNDOFF])
    assert fitted_parameters._steps(x, [moved])[0] > 0


def test_taps_are_those_of_the_first_component_in_the_order_of_asking() -> None:
    found = fitted_parameters._taps(
        formula(nodes(), [[1 / H, 0], [-1 / H, 0], [0, 2 / H], [0, -2 / H]]), H
    )
    assert [multiple for multiple, _ in found] == [1, -1]
    assert [weight for _, weight in found] == pytest.approx([1, -1])


@pytest.mark.parametrize(
    "stencil",
    [
        formula([at(0.0, H)], [[1 / H, 0]]),  # of another component
        formula([X[:1] + H], [[1 / H, 0]]),  # of another shape
        Stencil(X[None], (X[None] + H,), np.ones((1, 1, 2)), np.zeros((1, 2))),
        Stencil(X, (X + H,), np.ones((1, 3)), np.zeros(3)),
    ],
)
def test_what_is_no_formula_of_it_alone_gives_the_book_s(stencil: Stencil) -> None:
    assert fitted_parameters._taps(stencil, H) == CENTRAL


def evidence(reading: Any, *observations: Observation) -> Evidence:
    seen = {f"probe-{k}": each for k, each in enumerate(observations)}
    return Evidence("point-gradient", False, seen, {"probe-0": reading})


@pytest.mark.parametrize("factor", [1.0, 0.5, 2.0, -3.0])
def test_the_factor_is_that_of_the_largest_weight(factor: float) -> None:
    w = factor / (2 * H)
    read = formula(nodes(), [[w, 0], [-w, 0], [0, w], [0, -w]])
    clues = fitted_parameters.clues_of(evidence(read, observation(nodes())))
    assert (clues.step, clues.single_step) == (1e-4, 1e-4)
    assert clues.factor == pytest.approx(abs(factor))
    assert [weight for _, weight in clues.taps] == pytest.approx([w * H, -w * H])


def test_where_f_is_asked_at_x_alone_the_step_is_lost() -> None:
    flat = formula([X], [[0.0, 0.0]])
    at_x = evidence(flat, observation([X, X]))
    assert fitted_parameters.clues_of(at_x) == Clues(LOST_STEP, LOST_STEP)
    unreadable = evidence(Unreadable("not-linear"), observation([X, X]))
    assert fitted_parameters.clues_of(unreadable) == Clues(LOST_STEP, LOST_STEP)
    counting = evidence(formula([X], [[1.0, 0.0]]), observation([X, X]))
    assert fitted_parameters.clues_of(counting) == Clues()
    silent = evidence(Unreadable("not-called"), observation([]))
    assert fitted_parameters.clues_of(silent) == Clues()


def test_of_a_formula_that_could_not_be_read_the_step_is_known() -> None:
    found = evidence(Unreadable("not-linear"), observation(nodes(0.25)))
    assert fitted_parameters.clues_of(found) == Clues(0.25, 0.25)


def test_a_step_that_is_lost_at_0_is_none_at_all() -> None:
    flat = Unreadable("ignores-values")
    still = observation([[0.0, 3.0]], [0.0, 3.0])
    assert fitted_parameters.clues_of(evidence(flat, still)).stays
    assert not fitted_parameters.clues_of(evidence(flat, observation([X]))).stays
    moved = evidence(flat, still, observation([[0.5, 3.0]], [0.0, 3.0]))
    assert not fitted_parameters.clues_of(moved).stays


@pytest.mark.parametrize(
    ("asked", "stays"),
    [
        ([[0.0, 3.0], [0.0, 3.0]], True),
        ([[0.0, 3.5]], True),
        ([[1e-30, 3.0]], False),
        ([], False),
    ],
)
def test_a_component_that_is_0_and_not_moved_stays(asked: Any, stays: bool) -> None:
    given = observation(asked, [0.0, 3.0])
    assert fitted_parameters._stays(evidence(None, given)) == stays
    infinite = observation([[0.0, np.inf]], [0.0, np.inf])
    assert not fitted_parameters._stays(evidence(None, infinite))


# Digits.


def answer(actual: float, value: float = 3.0, limit: float = 0.5, **given: Any) -> Any:
    entry = next(iter(entries(X, by_rows=False)))
    expected = SimpleNamespace(
        entry=entry,
        value=value,
        limit=limit,
        met_by=lambda number: abs(number - value) <= limit,
    )
    seen = given.pop("seen", observation(nodes()))
    return lost_digits._Answer(seen, expected, actual, given.pop("step", H))  # type: ignore[arg-type]


def results(format: NumberFormat) -> LostDigits:
    return LostDigits("results", format)


def test_a_result_is_explained_up_to_half_a_unit_beyond_its_limit() -> None:
    tenths = results(NumberFormat("decimals", 1))
    assert answer(3.5).is_explained_by(())
    assert answer(3.5499).is_explained_by([tenths])
    assert not answer(3.5501).is_explained_by([tenths])
    assert answer(3.5999).is_explained_by([tenths, tenths])
    for wrong in (np.inf, np.nan):
        assert not answer(wrong).is_explained_by([results(NumberFormat("decimals", 0))])


def test_a_result_of_single_precision_has_four_roundings() -> None:
    of_15 = NumberFormat("decimals", 15)
    for format, times in ((SINGLE, 4), (NumberFormat("significant", 5), 1), (of_15, 1)):
        off = answer(1.5)._off(results(format))
        due = times * format.off(1.5) + 2 * UNIT_ROUNDOFF * 1.5
        assert off == pytest.approx(due, rel=1e-12, abs=0)


def test_where_all_is_single_nodes_values_and_the_quotient_are_rounded() -> None:
    """At (1, −2): slopes are up to 2(1 + h) and 4, f is up to (1 + h)² + 4."""
    h = 0.25
    found = answer(1.5, step=h)._off(LostDigits("arguments", SINGLE))
    moved = 2.5 * 1.25 + 4 * 2.25 + (1.25**2 + 4)
    due = SINGLE_ROUNDOFF * (2 * moved / h + 4 * 3)
    assert found == pytest.approx(due, rel=1e-12, abs=0)


def test_the_steepest_slopes_are_those_of_x_and_both_nodes() -> None:
    assert answer(0, step=0.25)._steepest().tolist() == [2.5, 4]
    asked = [node.tolist() for node in answer(0, step=0.25)._nodes()]
    assert asked == [[1, -2], [1.25, -2], [0.75, -2]]


def test_the_middle_is_between_the_two_nodes_of_a_difference() -> None:
    skewed = [at(0.25, 0.0), at(-0.125, 0.0), at(0.0, 0.25), X]
    seen = observation(skewed)
    assert answer(0, seen=seen, step=0.25).middle() == 1.0625
    (ahead, f_ahead), (behind, f_behind) = answer(0, seen=seen, step=0.25)._pair()
    assert (ahead, f_ahead, behind, f_behind) == (1.25, 5.5625, 0.875, 4.765625)


def test_of_a_node_the_other_components_are_within_half_a_step() -> None:
    for aside, told in ((0.125, True), (-0.125, True), (0.126, False)):
        seen = observation([at(0.25, aside), at(-0.25, 0.0)])
        middle = answer(0, seen=seen, step=0.25).middle()
        assert middle == (1.0 if told else None)


@pytest.mark.parametrize(
    "asked",
    [
        [at(0.25, 0.0)],
        [at(0.25, 0.0), at(-0.25, 0.0), at(0.125, 0.0)],
        [at(0.25, 0.0), at(-0.25, -0.2)],
        [at(0.25, 0.0), at(-0.5, 0.0)],
        [at(0.25, 0.0), at(-0.1, 0.0)],
        [[at(0.25, 0.0), at(-0.25, 0.0)]],
    ],
)
def test_other_nodes_have_no_middle(asked: Any) -> None:
    found = answer(0, seen=observation(asked), step=0.25)
    assert found.middle() is None
    assert not found.is_of_single_values()


@pytest.mark.parametrize(("off", "told"), [(0, True), (7.9, True), (8.1, False)])
def test_a_quotient_of_single_values_is_so_within_eight_roundings(
    off: float, told: bool
) -> None:
    h = 0.1
    seen = observation(nodes(h))
    values = [float(np.float32(x * x + 4)) for x in (1 + h, 1 - h)]
    due = (values[0] - values[1]) / ((1 + h) - (1 - h))
    found = answer(due * (1 + off * SINGLE_ROUNDOFF), seen=seen, step=h)
    assert found.is_of_single_values() == told
    assert answer(due * (1 - off * SINGLE_ROUNDOFF), seen=seen, step=h)


def test_single_precision_is_a_defect_of_its_own_name() -> None:
    assert results(SINGLE).defect == "single-precision"
    assert results(NumberFormat("decimals", 3)).defect == "few-digits"


def test_an_x_that_is_not_left_is_explained_by_no_results() -> None:
    short = results(NumberFormat("decimals", 3))
    for after, explained in ((X, True), (X + 1e-4, False)):
        seen = observation(nodes(), after=after)
        given = Evidence("point-gradient", False, {"point": seen}, {})
        assert lost_digits._explains(given, [], ["value"], [short]) == explained


def test_formats_are_ordered_by_how_many_digits_they_keep() -> None:
    assert lost_digits._digits(results(SINGLE)) == 9
    assert lost_digits._digits(results(NumberFormat("decimals", 3))) == 3


def test_a_number_is_nearly_single_within_four_roundings() -> None:
    single = float(np.float32(0.1))
    assert lost_digits._is_nearly_single(single)
    assert lost_digits._is_nearly_single(-single * (1 + 4 * UNIT_ROUNDOFF))
    assert not lost_digits._is_nearly_single(single * (1 + 6 * UNIT_ROUNDOFF))


def test_what_moved_is_what_is_none_of_x_s_numbers() -> None:
    asked = [at(0.5, 0.0), X, [9.0, 1.0]]
    found = replace(observation(asked))
    given: Any = SimpleNamespace(observations={"point": found})
    assert lost_digits._moved(given, "point") == [1.5, 9.0]


def test_the_weight_is_the_largest_of_the_first_formula_that_was_read() -> None:
    first, second = formula([X, X], [[1.0, -7.0], [2.0, 0.0]]), formula([X], [[9.0, 0]])
    for readings, due in (
        ([Unreadable("not-linear"), first, second], 7.0),
        ([second, first], 9.0),
        ([Unreadable("not-linear")], 0.0),
        ([], 0.0),
    ):
        given: Any = SimpleNamespace(readings=dict(enumerate(readings)))
        assert lost_digits._weight(given) == due


@pytest.mark.parametrize(
    ("after", "losses", "alike"),
    [
        (None, (), True),
        (X, (), True),
        (X[:1], (), False),
        (X * (1 + 32 * UNIT_ROUNDOFF), (), True),
        (X * (1 + 34 * UNIT_ROUNDOFF), (), False),
        (X + 4e-4, (), False),
        (X + 4e-4, (LostDigits("arguments", NumberFormat("decimals", 3)),), True),
        (X + 6e-4, (LostDigits("arguments", NumberFormat("decimals", 3)),), False),
        (X + 4e-4, (results(NumberFormat("decimals", 3)),), False),
        (X * (1 + 0.9 * SINGLE_ROUNDOFF), (results(SINGLE),), True),
        (X * (1 + 1.1 * SINGLE_ROUNDOFF), (results(SINGLE),), False),
    ],
)
def test_x_is_left_alike_but_for_what_was_lost_of_it(
    after: Any, losses: Any, alike: bool
) -> None:
    given: Any = SimpleNamespace(observations={"point": observation([], after=after)})
    assert lost_digits._is_left_alike(given, "point", losses) == alike


@pytest.mark.parametrize(
    ("losses", "failing", "explained"),
    [
        ([results(NumberFormat("decimals", 3))], ["value"], True),
        ([results(NumberFormat("decimals", 3))], ["value", "restored"], False),
        ([results(SINGLE)], ["value", "restored"], True),
        ([results(SINGLE)], ["value", "shape"], False),
        (
            [LostDigits("arguments", NumberFormat("decimals", 3))],
            ["value", "consistent", "accuracy", "restored"],
            True,
        ),
    ],
)
def test_printed_results_explain_wrong_values_and_nothing_else(
    losses: Any, failing: Any, explained: bool
) -> None:
    nothing: Any = Evidence("point-gradient", False, {}, {})
    assert lost_digits._explains(nothing, [], failing, losses) == explained
    wrong: Any = [SimpleNamespace(is_explained_by=lambda losses: False)]
    assert not lost_digits._explains(nothing, wrong, failing, losses)


@pytest.mark.parametrize(
    ("numbers", "told"), [([0.5, 0.25, 1.5, 2.0], True), ([0.5, 0.25, 1.5], False)]
)
def test_a_format_is_told_by_four_numbers_at_least(numbers: Any, told: bool) -> None:
    seen = observation([], np.zeros(len(numbers)), numbers)
    given = Evidence("point-gradient", False, {"point": seen}, {})
    assert bool(list(lost_digits._formats_of_results(given))) == told


def test_results_of_many_digits_are_short_where_all_of_them_are() -> None:
    numbers = [0.12345, 1.25, 3.5, 2.75]
    seen = observation([], np.zeros(4), numbers)
    given = Evidence("point-gradient", False, {"point": seen}, {})
    formats = [loss.format for loss in lost_digits.in_results(given)]
    assert formats[0] == NumberFormat("decimals", 5)
    assert {loss.place for loss in lost_digits.in_results(given)} == {"results"}


@pytest.mark.parametrize(
    ("value", "answered"),
    [
        ([1.0, 2.0], True),
        ([1, 2], False),
        ([1.0], False),
        ([[1.0, 2.0]], False),
        ([1j, 2.0], False),
    ],
)
def test_a_probe_is_answered_by_as_many_reals_as_there_are_in_x(
    value: Any, answered: bool
) -> None:
    given = Evidence("point-gradient", False, {"point": observation([], X, value)}, {})
    assert list(lost_digits._probes(given)) == (["point"] if answered else [])


def test_the_step_is_that_which_was_read_or_of_values_alone_the_book_s() -> None:
    read = Evidence(
        "point-gradient",
        False,
        {"point": observation(nodes())},
        {"point": formula(nodes(), np.ones((4, 2)))},
    )
    assert lost_digits._step(read, Clues(step=0.25)) == 0.25
    alone = replace(read, readings={"point": Unreadable("answered-once")})
    assert lost_digits._step(alone, Clues(step=0.25)) == 1e-4
