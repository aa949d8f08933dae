"""How large numbers are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.numerics.magnitudes import furthest, largest


@pytest.mark.parametrize(
    ("numbers", "magnitude"),
    [
        ([[1.0, -4.0], [3.0, 0.0]], 4.0),
        (np.array(-2.5), 2.5),
        ([0.0], 0.0),
        ([2.0**-1074], 2.0**-1074),
        ([], 0.0),
        (np.zeros((3, 0)), 0.0),
        ([1.0, -np.inf], np.inf),
    ],
)
def test_it_is_the_largest_magnitude_and_of_no_numbers_nothing(
    numbers: Any, magnitude: float
) -> None:
    assert largest(numbers) == magnitude


def test_of_nan_among_them_it_is_nan() -> None:
    assert np.isnan(largest([np.nan, 1.0]))


@pytest.mark.parametrize(
    ("distances", "among", "place"),
    [
        ([1.0, 3.0, 2.0], [True, True, True], (1,)),
        ([1.0, 3.0, 2.0], [True, False, True], (2,)),
        ([-1.0, -3.0, 9.0], [True, True, False], (0,)),
        ([np.inf, np.nan, 2.0], [True, True, True], (1,)),
        ([np.nan, np.inf, 2.0], [False, True, True], (1,)),
        ([0.0, 0.0], [False, True], (1,)),
        ([[1.0, 5.0], [7.0, 6.0]], [[True, True], [False, True]], (1, 1)),
    ],
)
def test_the_furthest_is_one_of_those_that_count(
    distances: Any, among: Any, place: tuple[int, ...]
) -> None:
    assert furthest(distances, among) == place


def test_of_none_there_is_no_furthest() -> None:
    with pytest.raises(ValueError, match="empty"):
        furthest([1.0], [False])
