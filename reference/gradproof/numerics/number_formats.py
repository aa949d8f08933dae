"""Formats that keep fewer digits than a double has, and which numbers are in them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from gradproof.numerics.rounding import SINGLE_ROUNDOFF

MOST_DECIMALS = 14
MOST_SIGNIFICANT = 14
"""With more digits, no bound of a difference is exceeded."""

SMALLEST_SINGLE = 2.0**-149
"""The least number of single precision, and the distance of those that are small."""


@dataclass(frozen=True)
class NumberFormat:
    """Numbers of so many decimals, of so many significant digits, or of float32."""

    kind: Literal["decimals", "significant", "single"]
    digits: int = 0

    def rounded(self, number: float) -> float:
        """The number as the format keeps it."""
        if not math.isfinite(number):
            return number
        match self.kind:
            case "decimals":
                return float(f"{number:.{self.digits}f}")
            case "significant":
                return float(f"{number:.{self.digits - 1}e}")
        return float(np.float32(number))

    def off(self, number: float) -> float:
        """By how much a number is off that was rounded to this: half a unit."""
        match self.kind:
            case "decimals":
                return 0.5 * 10.0**-self.digits
            case "significant":
                return 5 * 10.0 ** (_exponent(number) - self.digits)
        return SINGLE_ROUNDOFF * abs(number) + SMALLEST_SINGLE


def formats_of(numbers: Iterable[float]) -> Iterator[NumberFormat]:
    """The formats that all of the finite numbers are in, those of decimals first."""
    finite = [number for number in numbers if math.isfinite(number)]
    written = [Decimal(repr(number)).normalize().as_tuple() for number in finite]
    decimals = max((-int(each.exponent) for each in written), default=0)
    if decimals <= MOST_DECIMALS:
        yield NumberFormat("decimals", max(decimals, 0))
    significant = max((len(each.digits) for each in written), default=1)
    if significant <= MOST_SIGNIFICANT:
        yield NumberFormat("significant", significant)
    if all(map(is_single, finite)):
        yield NumberFormat("single")


def is_single(number: float) -> bool:
    """Whether it is a number of float32, or one as it is written: in 6 to 9 digits."""
    with np.errstate(over="ignore"):
        near = np.float32(number)
    return number in (float(near), float(str(near)), float(f"{near:.9g}"))


def _exponent(number: float) -> int:
    """That of the first digit: 0 for 1 to 9.99."""
    return Decimal(repr(number)).adjusted() if number else 0
