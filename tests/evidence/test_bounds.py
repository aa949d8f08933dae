"""A right layer may be off by 1024 running bounds, and by nothing more."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.evidence.bounds import CERTAIN, POLICY, BoundedNumbers, bounded, limits
from gradproof.numerics.running_error import Running

EPS = float(np.finfo(float).eps)


def allowed(value: list[float], error: float, *slack: float) -> np.ndarray:
    results = np.array([Running(v, error) for v in value], object)
    return np.asarray(limits(results, *slack).allowed)


def test_the_policy_is_the_one_that_the_clauses_tell() -> None:
    assert (POLICY, CERTAIN) == (1024, 10)


def test_what_is_allowed_is_1024_bounds() -> None:
    assert allowed([0.0], 1e-3) == pytest.approx(1024e-3, rel=1e-8)


def test_a_rounding_of_the_largest_neighbour_is_allowed_beside() -> None:
    """An exact 0 in one formula is the difference of two neighbours in another."""
    assert (allowed([0.0, -8.0, 2.0], 0.0) == 8 * EPS).all()
    assert (allowed([0.0, 2.0**-10], 0.0) == EPS * 2.0**-10).all()
    assert allowed([0.0], 0.0) == 0


def test_what_is_granted_comes_on_top() -> None:
    """And nothing is, unless it is said."""
    assert allowed([1.0], 0.0, 0.5) == pytest.approx(0.5 + EPS)
    assert allowed([1.0], 0.0) == EPS


def test_numbers_keep_their_shape() -> None:
    due = limits(bounded(np.ones((2, 3))))
    assert due.value.shape == due.allowed.shape == (2, 3)
    assert limits(np.empty((0, 2), object)).value.shape == (0, 2)


DUE = BoundedNumbers(np.array([1.0, 1.0, 1.0, 1.0]), np.full(4, 0.25))
CAME = np.array([1.25, 0.75, 1.26, np.nan])


def test_a_bound_may_be_reached_and_not_exceeded() -> None:
    off = DUE.off(CAME)
    assert off is not None
    assert off.tolist() == [False, False, True, True]
    assert not DUE.close(CAME)
    assert DUE.close(np.full(4, 1.25))
    assert not DUE.close(np.array([1.0, 1.0, 1.0, 1.26]))


def test_another_shape_is_compared_with_nothing() -> None:
    assert DUE.off(None) is None
    assert DUE.off(np.ones(1)) is None


@pytest.mark.parametrize(
    ("came", "departs"), [(1.2, False), (3.5, False), (3.6, True), (6.1, True)]
)
def test_an_estimate_is_departed_from_at_ten_times_it_and_at_two_steps(
    came: float, departs: bool
) -> None:
    """The finer step allows 2.5 off 1, the rougher one 1 off 2.5: up to 3.5 both."""
    rough = BoundedNumbers(np.array([2.5]), np.array([0.1]))
    fine = BoundedNumbers(np.array([1.0]), np.array([0.25]), rough)
    off = fine.off(np.array([came]))
    assert off is not None
    assert off.tolist() == [departs]


@pytest.mark.parametrize(("fine", "rough"), [(1.0, 3.0), (3.0, 1.0)])
def test_what_agrees_at_one_step_does_not_depart(fine: float, rough: float) -> None:
    due = BoundedNumbers(
        np.array([fine]),
        np.array([1e-3]),
        BoundedNumbers(np.array([rough]), np.array([1e-3])),
    )
    off = due.off(np.array([1.0]))
    assert off is not None
    assert not off.any()
