"""What explains a claimed gradient, entry by entry, of claims made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.defects import pairs
from gradproof.defects.pairs import Claim, explanations
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.probe_ids import GIVEN
from gradproof.numerics.slope_records import Slope, Slopes, Unknown
from gradproof.ports.observation import Observation, Probe, Raised, Returned

EXPECTED = np.array([1.0, 2.0, -3.0, 5.0, 7.0, -11.0])
LIMIT = np.full(6, 0.01)


def claim(
    claimed: Any, limit: Any = LIMIT, x: Any = None, shape: Any = (2, 3)
) -> Claim:
    place = np.arange(1.0, 7.0) if x is None else np.asarray(x, float)
    return Claim(np.asarray(claimed, float), EXPECTED, np.asarray(limit), place, shape)


def found(claim: Claim) -> dict[str, int]:
    return dict(explanations(claim))


def test_an_entry_is_right_up_to_its_limit() -> None:
    off = np.array([0.0, 0.25, -0.25, 0.3, -0.3, 9.0])
    assert claim(EXPECTED + off, np.full(6, 0.25)).right == 3


def test_what_explains_no_more_than_what_is_right_explains_nothing() -> None:
    assert found(claim(EXPECTED)) == {}
    one_turned = np.where(np.arange(6) == 0, -EXPECTED, EXPECTED)
    assert "sign-flipped" not in found(claim(one_turned))
    half_turned = np.where(np.arange(6) < 3, -EXPECTED, EXPECTED)
    assert "sign-flipped" not in found(claim(half_turned))
    four_turned = np.where(np.arange(6) < 4, -EXPECTED, EXPECTED)
    assert found(claim(four_turned))["sign-flipped"] == 4


def test_what_explains_most_comes_first() -> None:
    mostly = np.where(np.arange(6) < 5, -EXPECTED, 9.0)
    (first, count), *others = explanations(claim(mostly))
    assert (first, count) == ("sign-flipped", 5)
    assert all(number <= 5 for _, number in others)


TURNED = {
    "backwards": EXPECTED[::-1],
    "rows backwards": EXPECTED.reshape(2, 3)[::-1].ravel(),
    "columns backwards": EXPECTED.reshape(2, 3)[:, ::-1].ravel(),
    "transposed": EXPECTED.reshape(2, 3).T.ravel(),
}


@pytest.mark.parametrize("order", TURNED)
def test_entries_may_stand_in_another_order(order: str) -> None:
    assert found(claim(TURNED[order]))["components-swapped"] == 6
    whole_unknown = claim(TURNED[order], shape=None)
    assert "components-swapped" not in found(whole_unknown)


def test_the_limit_of_an_entry_is_turned_with_it() -> None:
    limit = np.array([0.5, 0.01, 0.01, 0.01, 0.01, 0.01])
    off = np.array([0, 0, 0, 0, 0, 0.4])
    assert found(claim(EXPECTED[::-1] + off, limit))["components-swapped"] == 6
    assert found(claim(EXPECTED[::-1] + off[::-1], limit))["components-swapped"] == 5


def test_in_a_line_only_the_order_may_be_another() -> None:
    (backwards,) = pairs._turned(np.arange(4.0))
    assert backwards.tolist() == [3, 2, 1, 0]


@pytest.mark.parametrize(
    ("claimed", "due"),
    [
        ([1, 2, -3, 0, 0, 0], [1, 2, -3, 0, 0, 0]),
        ([1, 9, 9, 0, 0, 0], [1, 2, -3, 0, 0, 0]),
        ([9, 9, 9, 0, 0, 0], EXPECTED),
        ([0, 0, 0, 0, 0, 0], EXPECTED),
    ],
)
def test_entries_are_missing_where_others_are_right(claimed: Any, due: Any) -> None:
    assert pairs._where_claimed(claim(claimed)).tolist() == list(due)


@pytest.mark.parametrize("share", [0.5, 2.0])
def test_twice_or_half_is_known_to_as_much_of_its_limit(share: float) -> None:
    """The claim's rounding, and as much of what the slope is off by."""
    limit = 0.01 * (1 + share)
    told = [
        (predicted, bound)
        for defect, predicted, bound in pairs._predictions(claim(EXPECTED * share))
        if defect == "wrong-factor"
    ]
    assert any(
        predicted == pytest.approx(share * EXPECTED) and bound == pytest.approx(limit)
        for predicted, bound in told
    )


def test_a_factor_has_to_make_a_difference_in_two_entries() -> None:
    """Of zeros twice is the same; one entry fits any number."""
    alone = np.array([3.0, 0, 0, 0, 0, 0])
    one = Claim(2 * alone, alone, LIMIT, np.zeros(6), (6,))
    assert "wrong-factor" not in found(one)
    two = np.array([3.0, 4, 0, 0, 0, 0])
    assert found(Claim(2 * two, two, LIMIT, np.zeros(6), (6,)))["wrong-factor"] == 6
    assert found(Claim(2.5 * two, two, LIMIT, np.zeros(6), (6,)))["wrong-factor"] == 6


def test_a_term_is_fitted_to_the_entry_that_tells_it_best() -> None:
    """Here the second: its limit is a tenth of the others', its x is 2."""
    limit = np.array([0.1, 0.01, 0.1, 0.1, 0.1, 0.1])
    x = np.array([1.0, 2, 3, -4, 0, 1])
    predicted, bound = pairs._fitted(claim(EXPECTED + 0.5 * x, limit, x), x, EXPECTED)
    assert predicted == pytest.approx(EXPECTED + 0.5 * x)
    share = np.array([0.5, 1, 1.5, 2, 0, 0.5])
    assert bound == pytest.approx(limit + share * 0.01 + 0.5 * limit)


def test_without_a_direction_nothing_is_fitted() -> None:
    given = claim(EXPECTED + 1)
    predicted, bound = pairs._fitted(given, np.zeros(6), EXPECTED)
    assert predicted is EXPECTED
    assert bound is given.limit


def test_a_constant_may_be_one_for_all_or_for_each_row_or_column() -> None:
    parts = [[list(p) for p in each] for each in pairs._partitions(claim(EXPECTED))]
    assert parts == [
        [[0, 1, 2, 3, 4, 5]],
        [[0, 3], [1, 4], [2, 5]],
        [[0, 1, 2], [3, 4, 5]],
    ]
    for shape in (None, (6,), (1, 2, 3)):
        assert len(list(pairs._partitions(claim(EXPECTED, shape=shape)))) == 1


@pytest.mark.parametrize(
    "shift", [0.5, np.array([0.5, 0, -2.0] * 2), np.repeat([0.5, -2.0], 3)]
)
def test_a_constant_that_is_missing_explains_all(shift: Any) -> None:
    assert found(claim(EXPECTED + shift))["missing-constant"] == 6


ALL = np.arange(6)


def test_a_constant_is_that_of_the_wrong_entry_that_is_known_best() -> None:
    limit = np.array([0.02, 0.01, 0.001, 0.02, 0.02, 0.02])
    off = np.array([0.51, 0.5, 0.0, 0.49, 0, 0])
    shift, doubt = pairs._constant(claim(EXPECTED + off, limit), ALL)
    assert shift == pytest.approx([0.5, 0.5, 0, 0.5, 0, 0])
    assert doubt == pytest.approx([0.01, 0.01, 0, 0.01, 0, 0])


@pytest.mark.parametrize(
    "off",
    [
        [0, 0, 0, 0, 0, 0],
        [0.5, 0, 0, 0, 0, 0],  # nothing bears it out
        [0.5, 0.6, 0, 0, 0, 0],  # another number
    ],
)
def test_a_constant_is_borne_out_by_another_entry(off: Any) -> None:
    shift, doubt = pairs._constant(claim(EXPECTED + np.array(off)), ALL)
    assert not shift.any()
    assert not doubt.any()


@pytest.mark.parametrize(("apart", "told"), [(0.019, False), (0.021, True)])
def test_a_constant_is_borne_out_where_another_value_is_due(
    apart: float, told: bool
) -> None:
    expected = np.array([2.0, 2 + apart])
    given = Claim(expected + 1, expected, np.full(2, 0.01), np.zeros(2), (2,))
    shift, _ = pairs._constant(given, np.arange(2))
    assert shift.any() == told


@pytest.mark.parametrize(("by", "told"), [(0.019, True), (0.021, False)])
def test_a_constant_is_the_same_within_both_limits(by: float, told: bool) -> None:
    off = np.array([1.0, 1 + by, 0, 0, 0, 0])
    shift, _ = pairs._constant(claim(EXPECTED + off), ALL)
    assert shift.any() == told


# The claim in evidence.


def slope(index: Any, value: float, *, known: bool = True) -> Slope:
    return Slope(index, value, 0.25, 0.5, "", known, False)


def evidence(value: Any, *slopes: Slope, unguarded: Evidence | None = None) -> Evidence:
    x = np.array([3.0, 4.0])
    probe = Probe(GIVEN[0], float, x)
    outcome = Raised("ValueError", "") if value is None else Returned(np.array(value))
    observation = Observation(probe, (), outcome, x)
    known = Slopes(slopes, 2, 1.0)
    both = dict.fromkeys(GIVEN, observation)
    return Evidence("pair", False, both, {}, {GIVEN[0]: known}, unguarded=unguarded)


def test_a_claim_has_the_entries_whose_slopes_are_known() -> None:
    both = pairs.claim_of(evidence([6.0, 9.0], slope((0,), 6), slope((1,), 8)))
    assert both is not None
    assert both.claimed.tolist() == [6, 9]
    assert both.expected.tolist() == [6, 8]
    assert both.limit.tolist() == [0.75, 0.75]
    assert both.x.tolist() == [3, 4]
    assert both.shape == (2,)
    some = evidence([6.0, 9.0], slope((0,), 6, known=False), slope((1,), 8))
    one = pairs.claim_of(some)
    assert one is not None
    assert (one.claimed.tolist(), one.x.tolist(), one.shape) == ([9], [4], None)


def test_without_known_slopes_or_numbers_there_is_no_claim() -> None:
    unknown = slope((0,), 6, known=False)
    assert pairs.claim_of(evidence([6.0, 9.0], unknown)) is None
    assert pairs.claim_of(evidence(None, slope((0,), 6))) is None
    assert pairs.claim_of(evidence([6.0], slope((0,), 6))) is None
    nothing = evidence([6.0, 9.0], slope((0,), 6))
    slopes: Any = {GIVEN[0]: Unknown("not-differentiable")}
    assert pairs.claim_of(replace(nothing, slopes=slopes)) is None


@pytest.mark.parametrize(
    ("own", "without", "value"),
    [
        ((6.0, 8.0), (6.0, 8.0), 8.0),
        ((6.0, 2.0), (6.0, 8.0), 8.0),
        ((6.0, 8.0), (6.0, 2.0), 8.0),
        ((-6.0, -8.0), (6.0, 2.0), -8.0),  # both are explained
    ],
)
def test_of_both_functions_that_is_taken_by_which_more_is_explained(
    own: Any, without: Any, value: float
) -> None:
    guarded, plain = (
        [slope((k,), number) for k, number in enumerate(numbers)]
        for numbers in (own, without)
    )
    other = evidence([6.0, 8.0], *plain)
    found = pairs.claim_of(evidence([6.0, 8.0], *guarded, unguarded=other))
    assert found is not None
    assert found.expected[1] == value


@pytest.mark.parametrize(
    ("limits", "tells"),
    [
        ((0.5, 0.5, 0.5), False),
        ((0.25, 0.5, 0.5), False),
        ((0.25, 0.25, 0.5), True),
        ((0.25, 0.25, 0.25), True),
    ],
)
def test_two_entries_have_to_be_others_by_more_than_their_limits(
    limits: tuple[float, ...], tells: bool
) -> None:
    due = np.array([1.0, 2.0, -3.0])
    assert pairs._tells(due + 0.5, due, np.array(limits)) is tells
