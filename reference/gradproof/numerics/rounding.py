"""What one rounding does in floating-point arithmetic, and what n of them do."""

from __future__ import annotations

from typing import Any

UNIT_ROUNDOFF = 2.0**-53
"""u of double precision: a rounded number is off by at most u times its size."""

SINGLE_ROUNDOFF = 2.0**-24
"""u of single precision."""

TINY = 2.0**-1074
"""An operation that underflows is off by at most half of this."""


def gamma(roundings: Any, unit: Any = UNIT_ROUNDOFF) -> Any:
    """γ_n = nu / (1 − nu): the relative error of n roundings in a row.

    Higham 2002, Accuracy and Stability of Numerical Algorithms, lemma 3.1.
    """
    return roundings * unit / (1 - roundings * unit)
