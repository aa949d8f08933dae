"""Arrays of high precision, compared with numbers of mpmath's."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np

from gradproof.numerics import high_precision as high

ROUNDING = 2.0**-200
"""Of a few thousand operations of 240 bits on numbers of order 1."""

BITS = high.BITS

assert BITS == 240


def exactly(array: Any) -> Any:
    """An array of floats as one of objects of high precision, exactly."""
    return np.vectorize(high.precise, otypes=[object])(array)


def mp(number: Any) -> Any:
    """A number, of high precision or not, as one of mpmath's."""
    if isinstance(number, mpmath.mpf):
        return number
    return mpmath.mpf(high.precise(number).raw)


def departs(value: Any, expected: Any) -> bool:
    """Whether entries of the two differ by more than rounding."""
    with mpmath.workprec(BITS):
        pairs = zip(np.ravel(value), np.ravel(expected), strict=True)
        return any(abs(mp(v) - mp(d)) > ROUNDING for v, d in pairs)
