"""How large numbers are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.numerics.magnitudes import largest


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
