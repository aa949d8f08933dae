"""Numbers for a reader: with the digits that say something."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from gradproof.numerics.notation import SUPERSCRIPTS
from gradproof.report.characters import printable

DIGITS = 3
"""Digits in which two numbers that differ are told apart."""


def written(value: Any, digits: int = 10) -> str:
    """A parameter for a reader: shapes and points in parentheses, digits enough."""
    if isinstance(value, list):
        inner = ", ".join(written(each, digits) for each in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    return printable(str(value))


def power_of_two(value: float) -> str:
    """A power of two as such; another number in its digits."""
    mantissa, exponent = math.frexp(value)
    if mantissa != 0.5:
        return written(value)
    return "2" + str(exponent - 1).translate(SUPERSCRIPTS)


def number(value: Any) -> bool:
    """Whether it is a real number of floating point."""
    return isinstance(value, float | np.floating)


def size(value: float) -> str:
    """A size in two digits, without an exponent where that is short."""
    if not 1e-6 <= abs(value) < 1e6:
        return f"{value:.2g}"
    return np.format_float_positional(value, precision=2, fractional=False, trim="-")


def compared(parameters: Mapping[str, Any], *, named: str) -> dict[str, str]:
    """What came and what should have, rounded so that the difference shows.

    The bound follows where it reaches the last digit shown, unless ``named``, the
    sentence, gives it a place of its own: a smaller one tells a reader nothing.
    """
    actual, expected = parameters["actual"], parameters["expected"]
    if not (_finite(actual) and _finite(expected)):
        return _beside_nothing(actual, expected)
    actual, expected = float(actual), float(expected)
    if actual == expected:
        return {}
    apart = min(abs(actual - expected), sys.float_info.max)
    place = _magnitude(apart) - DIGITS + 1
    shown = {key: _to(place, parameters[key]) for key in ("actual", "expected")}
    for key in ("bound", "allowed"):
        bound = parameters.get(key)
        if bound is None or f"{{{key}}}" in named or not number(bound):
            continue
        if not bound < 10.0 ** _place(place, expected) / 2:
            shown["expected"] += f" ± {size(float(bound))}"
    return shown


def _beside_nothing(actual: Any, expected: Any) -> dict[str, str]:
    """A number beside NaN or an infinity: its size says enough."""
    if not (_real(actual) and _real(expected)):
        return {}
    pair = {"actual": actual, "expected": expected}
    return {key: f"{value:.{DIGITS}g}" for key, value in pair.items()}


def _finite(value: Any) -> bool:
    return _real(value) and math.isfinite(value)


def _real(value: Any) -> bool:
    real = isinstance(value, int | float | np.floating)
    return real and not isinstance(value, bool)


def _magnitude(value: float) -> int:
    """The place of the first digit, 0 for units."""
    return math.floor(math.log10(abs(value))) if value else 0


def _place(place: int, value: float) -> int:
    """The last place that is shown: no number loses its first digits."""
    return min(place, _magnitude(value) - DIGITS + 1) if value else place


def _to(place: int, value: float) -> str:
    digits = max(_magnitude(value) - _place(place, value) + 1, 1)
    said = f"{value:.{min(digits, 17)}g}"
    if "e" not in said or not 1e-6 <= abs(value) < 1e16:
        return said
    return np.format_float_positional(float(said), trim="-")
