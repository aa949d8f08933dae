"""What is asked again with the same bytes is not computed again."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.numerics import error_bounds, functions
from gradproof.numerics.remembered import MAX_BYTES, remembered


def counted() -> tuple[list[object], object]:
    asked: list[object] = []

    @remembered(8)
    def twice(x: np.ndarray, n: int = 2) -> tuple[np.ndarray, int]:
        """What it does."""
        asked.append(x)
        return n * x, n

    return asked, twice


def test_the_same_bytes_are_computed_once() -> None:
    asked, twice = counted()
    assert callable(twice)
    for _ in range(3):
        assert twice(np.array([1.0, 2.0]))[0].tolist() == [2.0, 4.0]
    assert len(asked) == 1
    assert twice.__doc__ == "What it does."


@pytest.mark.parametrize(
    "other",
    [
        np.array([1.0, 2.5]),
        np.array([[1.0, 2.0]]),
        np.array([1, 2]),
        np.array([1.0, 2.0], np.float32),
    ],
)
def test_other_numbers_shapes_and_types_are_others(other: np.ndarray) -> None:
    asked, twice = counted()
    assert callable(twice)
    twice(np.array([1.0, 2.0]))
    assert twice(other)[0].tolist() == (2 * other).tolist()
    assert len(asked) == 2


def test_a_zero_has_a_sign() -> None:
    _, twice = counted()
    assert callable(twice)
    assert not np.signbit(twice(np.array([0.0]))[0])
    assert np.signbit(twice(np.array([-0.0]))[0])


def test_a_changed_argument_is_another_and_a_result_cannot_be_changed() -> None:
    _, twice = counted()
    assert callable(twice)
    x = np.array([1.0])
    first = twice(x)[0]
    x[0] = 3.0
    assert twice(x)[0].tolist() == [6.0]
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 9.0


def test_nor_can_what_a_record_holds_be_changed() -> None:
    found = error_bounds.central(functions.product, np.ones((2, 2)), 1e-4)
    with pytest.raises(ValueError, match="read-only"):
        found.b1[0] = 9.0


def test_a_bound_is_computed_once() -> None:
    nodes, weights = np.array([[1.5, 2.0], [0.5, 2.0]]), np.array([1.0, -1.0])
    first, again = (
        error_bounds.of_formula(functions.product, [1.0, 2.0], nodes, weights, 0, 2)
        for _ in range(2)
    )
    assert first is again


def test_what_is_large_is_not_kept() -> None:
    asked, twice = counted()
    assert callable(twice)
    large = np.zeros(MAX_BYTES)
    twice(large)
    twice(large)
    assert len(asked) == 2


@pytest.mark.parametrize(("size", "times"), [(512, 1), (513, 2)])
def test_arguments_of_4096_bytes_are_kept_and_no_larger_ones(
    size: int, times: int
) -> None:
    asked, twice = counted()
    assert callable(twice)
    for _ in range(2):
        assert twice(np.zeros(size))[0].shape == (size,)
    assert len(asked) == times


def test_lists_are_as_good_as_arrays_and_the_last_results_are_kept() -> None:
    asked, twice = counted()
    assert callable(twice)
    for _ in range(2):
        assert twice([1.0, 2.0])[0].tolist() == [2.0, 4.0]
    assert twice(np.array([1.0, 2.0]))[0].tolist() == [2.0, 4.0]
    assert len(asked) == 1
    for k in range(8):
        twice(np.array([float(k)]))
    twice([1.0, 2.0])
    assert len(asked) == 10
    twice(np.array([7.0]))
    assert len(asked) == 10


def test_what_is_kept_of_a_record_or_a_number_is_given_again() -> None:
    @remembered(8)
    def length(x: np.ndarray) -> int:
        return len(x)

    assert [length(np.zeros(3)), length(np.zeros(3))] == [3, 3]
