"""Slopes at single entries, told of functions whose slopes are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.numerics.slope_estimates import SlopeEstimate
from gradproof.numerics.slope_records import Slope, Slopes
from gradproof.numerics.slopes import slopes

SINGLE = 2.0**-24
X = np.array([1.5, -0.75], np.float32)


def in_doubles(f: Any) -> Any:
    """f, of numbers that it makes doubles of, whatever it is given."""
    return lambda x: f(*(float(v) for v in x))


def seen(f: Any, x: Any = X) -> Slopes:
    found = slopes(in_doubles(f), x)
    assert isinstance(found, Slopes)
    return found


def test_of_two_steps_the_slope_of_a_cubic_is_exact_but_for_rounding() -> None:
    first, second = seen(lambda a, b: a**3 - 2 * b**3).entries
    assert first.value == pytest.approx(3 * 1.5**2, rel=1e-9)
    assert second.value == pytest.approx(-6 * 0.75**2, rel=1e-9)
    assert abs(first.value - 3 * 1.5**2) <= first.doubt


def test_a_limit_holds_the_rounding_of_both_values() -> None:
    """They are rounded to x's precision, also where by chance they are exact."""
    first, _ = seen(lambda a, b: 1024 + a + b).entries
    widest = 2 * 2.0**-8 * 2
    assert first.limit >= 2 * SINGLE * 1024 / widest


def test_what_an_estimate_has_to_tell_is_a_thousandth_of_the_largest_slope() -> None:
    doubles = seen(lambda a, b: a * a + b, X.astype(float))
    assert doubles.aim == pytest.approx(3e-3, rel=1e-6)
    assert [slope.tells for slope in doubles.entries] == [True, True]


ESTIMATE = SlopeEstimate((1.0, 1.0), (0.1, 0.1), 0.0, "")


@pytest.mark.parametrize(
    ("known", "kinked", "trouble", "estimate", "tells"),
    [
        (True, False, "", None, True),
        (True, True, "", None, False),
        (False, False, "", None, False),
        (False, False, "", ESTIMATE, True),
        (False, True, "", ESTIMATE, False),
        (False, False, "kink", ESTIMATE, False),
        (True, False, "kink", ESTIMATE, True),
    ],
)
def test_a_slope_tells_where_it_is_known_or_estimated_and_there_is_no_kink(
    known: bool, kinked: bool, trouble: Any, estimate: Any, tells: bool
) -> None:
    slope = Slope((0,), 1.0, 0.0, 0.1, trouble, known, kinked, estimate)
    assert slope.tells == tells
