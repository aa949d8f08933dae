"""Numbers and texts as a baseline holds them, and when two are the same."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

RESOLUTION = 1e-6
"""One unit of the sixth decimal, the last that is written."""


def text(value: str | float | tuple[Any, ...] | None) -> str:
    """A value in JSON: six decimals, null for what is not finite."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(map(text, value))}]"
    if value is None or isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return number(value)


def number(value: float) -> str:
    """A number in JSON, −0 as 0."""
    if not np.isfinite(value):
        return "null"
    digits = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


def close(a: ArrayLike, b: ArrayLike) -> NDArray[np.bool_]:
    """Where two numbers are the same at the resolution; NaN is the same as NaN.

    A written number lies half a unit from the true one at most. So two written
    ones of equal truths are equal or a unit apart, and a written and a fresh one
    half a unit, which leaves the other half for another release's rounding.
    Reading rounds to the nearest double: u(|a| + |b|), u = eps/2; the difference
    and the unit's own double cost u·10⁻⁶ each, within the other half of eps.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    eps = np.finfo(float).eps
    with np.errstate(over="ignore"):  # an infinite difference is one
        near = np.abs(a - b) <= RESOLUTION + eps * np.abs(a) + eps * np.abs(b)
    return np.asarray(near | (np.isnan(a) & np.isnan(b)))


def same(a: Any, b: Any) -> bool:
    """Whether two values of a field are the same, numbers at the resolution."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) and isinstance(b, float):
        return bool(close(a, b))
    return bool(a == b)
