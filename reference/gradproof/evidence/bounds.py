"""Numbers that are due, and how far a right layer may be off them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.numerics.running_error import running

Array = np.ndarray[Any, Any]

POLICY = 1024
"""How many running bounds a right layer may be off.

The bound is that of the kit's own formula, evaluated in any order. Another right
formula, as E[x²] − E[x]² or a softmax that is not shifted, is rounded otherwise. The
smallest mistake of the tests is a million times further off than this allows.
"""

CERTAIN = 10
"""An estimate of an error is not off by more: what is off by more departs."""


@dataclass(frozen=True, eq=False)
class BoundedNumbers:
    """Numbers that are due, and how far each may be off: a bound.

    ``rough`` are the same at a longer step, where these are differences, and all that
    is allowed is an estimate.
    """

    value: Array
    allowed: Array
    rough: BoundedNumbers | None = None

    def off(self, actual: Array | None) -> Array | None:
        """Where what came departs; ``None`` if it is not of the shape that is due.

        From differences it departs at two steps, by more than estimates are off.
        """
        if actual is None or actual.shape != self.value.shape:
            return None
        if self.rough is None:
            return ~self._within(actual, 1)
        departs: Array = ~(
            self._within(actual, CERTAIN) | self.rough._within(actual, CERTAIN)
        )
        return departs

    def close(self, actual: Array) -> bool:
        """Whether all of it agrees."""
        return bool(self._within(actual, 1).all())

    def _within(self, actual: Array, factor: float) -> Array:
        with np.errstate(invalid="ignore"):
            return np.asarray(np.abs(actual - self.value) <= factor * self.allowed)


def bounded(array: Array) -> Array:
    """An array of numbers that carry a bound of their rounding."""
    return np.asarray(np.vectorize(running, otypes=[object])(array))


def limits(results: Any, slack: float = 0.0) -> BoundedNumbers:
    """The numbers, and how far each may be off, of an array of running numbers."""
    flat = [running(n) for n in np.ravel(np.asarray(results, object))]
    value = np.array([n.value for n in flat]).reshape(np.shape(results))
    error = np.array([n.error for n in flat]).reshape(np.shape(results))
    # What is exactly 0 in one formula is the rounding of its neighbours in another.
    floor = np.finfo(float).eps * float(np.max(np.abs(np.append(value, 0.0))))
    return BoundedNumbers(value, POLICY * error + floor + slack)
