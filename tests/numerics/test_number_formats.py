"""Formats of few digits, and which numbers are in them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradproof.numerics.number_formats import NumberFormat, formats_of, is_single

SINGLE = NumberFormat("single")


def told(*numbers: float) -> list[tuple[str, int]]:
    return [(each.kind, each.digits) for each in formats_of(numbers)]


@pytest.mark.parametrize(
    ("kind", "digits", "number", "kept", "off"),
    [
        ("decimals", 2, 123.456, 123.46, 0.005),
        ("decimals", 0, 2.5, 2.0, 0.5),
        ("significant", 2, 123.456, 120.0, 5.0),
        ("significant", 1, 0.0, 0.0, 0.5),
        ("significant", 3, -0.012345, -0.0123, 5e-5),
        ("single", 0, 0.1, float(np.float32(0.1)), 2.0**-24 * 0.1 + 2.0**-149),
        ("single", 0, 0.0, 0.0, 2.0**-149),
        ("single", 0, -3.0, -3.0, 2.0**-24 * 3),
    ],
)
def test_a_format_keeps_some_digits_and_is_off_by_half_of_the_last(
    kind: str, digits: int, number: float, kept: float, off: float
) -> None:
    each = NumberFormat(kind, digits)  # type: ignore[arg-type]
    assert each.rounded(number) == kept
    assert each.off(number) == pytest.approx(off, rel=1e-12, abs=0)


@pytest.mark.parametrize("kind", ["decimals", "significant", "single"])
def test_what_is_not_finite_is_kept(kind: str) -> None:
    each = NumberFormat(kind, 3)  # type: ignore[arg-type]
    assert each.rounded(-math.inf) == -math.inf
    assert math.isnan(each.rounded(math.nan))


@pytest.mark.parametrize(
    ("numbers", "formats"),
    [
        ((0.25, -1.5), [("decimals", 2), ("significant", 2), ("single", 0)]),
        ((0.1, 0.2, math.nan), [("decimals", 1), ("significant", 1), ("single", 0)]),
        ((120.0, 3.0), [("decimals", 0), ("significant", 2), ("single", 0)]),
        ((1 / 3,), []),
        ((1.23456789012345,), [("decimals", 14)]),
        ((123.456789012345,), [("decimals", 12)]),
        ((1.2345678901234,), [("decimals", 13), ("significant", 14)]),
        ((1.5e-15,), [("significant", 2), ("single", 0)]),
        ((1e300,), [("decimals", 0), ("significant", 1)]),
        ((), [("decimals", 0), ("significant", 1), ("single", 0)]),
        ((math.inf,), [("decimals", 0), ("significant", 1), ("single", 0)]),
    ],
)
def test_numbers_are_in_the_formats_that_keep_all_of_them(
    numbers: tuple[float, ...], formats: list[tuple[str, int]]
) -> None:
    assert told(*numbers) == formats


def test_a_number_of_single_precision_may_be_written_in_few_digits() -> None:
    third = np.float32(1 / 3)
    assert is_single(float(third))
    assert is_single(float(str(third)))
    assert is_single(float(f"{third:.9g}"))
    assert not is_single(float(f"{third:.10g}"))
    assert not is_single(1 / 3)
    assert not is_single(1e300)
