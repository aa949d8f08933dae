"""Units of rounding are those of the formats, and γ bounds what it is to bound."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradproof.numerics.rounding import SINGLE_ROUNDOFF, TINY, UNIT_ROUNDOFF, gamma


def test_a_unit_is_half_of_what_follows_1_in_its_format() -> None:
    assert np.spacing(np.float64(1)) == 2 * UNIT_ROUNDOFF
    assert np.spacing(np.float32(1)) == 2 * SINGLE_ROUNDOFF
    assert np.nextafter(0.0, 1.0) == TINY


@pytest.mark.parametrize("n", [1, 2, 7])
def test_gamma_bounds_roundings_in_a_row_and_divisions_by_them(n: int) -> None:
    unit = Fraction(1, 100)
    bound = gamma(n, unit)
    assert (1 + unit) ** n - 1 <= bound
    assert (1 - unit) ** -n - 1 <= bound <= 1.1 * n * unit
