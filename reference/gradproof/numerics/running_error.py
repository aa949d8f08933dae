"""Numbers that carry a bound of their rounding, for NumPy's arrays of objects.

What computes with them is evaluated in double precision. Beside each number stands how
far any evaluation of the same formula in double precision, this one among them, may be
from what the formula gives in real arithmetic. So the exact number is within ``error``
of the value, and every other evaluation within twice that.

A number is a sum of terms. As long as it is only added to, its terms are gathered: in
*whatever order* n of them are added, the rounding is at most γ₍ₙ₋₁₎·Σ|term| (Higham
2002, Accuracy and Stability of Numerical Algorithms, section 4.2). So the bound holds
for NumPy's own sums and products of matrices too. Assumed is IEEE 754 with gradual
underflow, and elementary functions within 4 ulp.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.numerics.enclosure import INFLATION, LIBM
from gradproof.numerics.rounding import TINY, UNIT_ROUNDOFF, gamma

ELEMENTARY = LIBM * UNIT_ROUNDOFF
"""Relative error of an elementary function."""


class Running:
    """A number in double precision, and a bound of its error.

    ``carried`` is the error that its terms bring along, ``mass`` the sum of their
    sizes. What ``carried`` may add to these sizes, and the rounding of both, is less
    than 10⁻⁹·carried as long as there are fewer than a million terms: it is left to
    the inflation of ``error``.
    """

    __slots__ = ("carried", "mass", "terms", "value")

    def __init__(self, value: float, carried: float = 0.0) -> None:
        self.value = value
        self.carried = carried
        self.mass = abs(value)
        self.terms = 1

    @property
    def error(self) -> float:
        """How far the value may be from the exact one; not finite: nobody knows."""
        carried, rounding = self.carried, gamma(self.terms - 1) * self.mass
        return float((carried + rounding) * INFLATION)

    def __add__(self, other: Any) -> Any:
        return _applied(_sum, self, other)

    def __sub__(self, other: Any) -> Any:
        return _applied(lambda a, b: _sum(a, -b), self, other)

    def __rsub__(self, other: Any) -> Any:
        return _applied(lambda a, b: _sum(b, -a), self, other)

    def __mul__(self, other: Any) -> Any:
        return _applied(_product, self, other)

    def __truediv__(self, other: Any) -> Any:
        return _applied(_quotient, self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _applied(lambda a, b: _quotient(b, a), self, other)

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, exponent: float) -> Running:
        if exponent == 0.5:
            return self.sqrt()
        count = operator.index(exponent)  # type: ignore[arg-type] # it raises, too
        return functools.reduce(_product, [self] * count)

    def __neg__(self) -> Running:
        return _negative(self)

    def __abs__(self) -> Running:
        return self if self.value >= 0 else _negative(self)

    def __lt__(self, other: Any) -> bool:
        return self.value < _value(other)

    def __le__(self, other: Any) -> bool:
        return self.value <= _value(other)

    def __gt__(self, other: Any) -> bool:
        return self.value > _value(other)

    def __ge__(self, other: Any) -> bool:
        return self.value >= _value(other)

    def exp(self) -> Running:
        """eᵃ: two arguments within r of one another, up to v + 2r."""
        r = self.error
        carried = math.exp(self.value + r) * math.expm1(r)
        return _computed(math.exp(self.value), carried, ELEMENTARY)

    def log(self) -> Running:
        """log a: the slope is largest at the near end."""
        carried = _steepest(self.error, self.value)
        return _computed(math.log(self.value), carried, ELEMENTARY)

    def log1p(self) -> Running:
        """log(1 + a): likewise."""
        carried = _steepest(self.error, 1 + self.value)
        return _computed(math.log1p(self.value), carried, ELEMENTARY)

    def sqrt(self) -> Running:
        """√a: |√b − √a| = |b − a| / (√b + √a)."""
        near = self.value - 2 * self.error
        carried = self.error / math.sqrt(near) if near > 0 else math.inf
        exact_zero = self.value == self.error == 0
        rounding = 2 * UNIT_ROUNDOFF
        return _computed(math.sqrt(self.value), 0 if exact_zero else carried, rounding)

    def tanh(self) -> Running:
        """tanh a: the slope 1 − tanh² is largest at the near end."""
        near = max(abs(self.value) - 2 * self.error, 0.0)
        slope = 1 - math.tanh(near) ** 2 + ELEMENTARY
        return _computed(math.tanh(self.value), self.error * slope, ELEMENTARY)


def running(number: Any) -> Running:
    """A number of Python's or NumPy's, exactly."""
    found: Running = _running(number)
    if found is NotImplemented:
        raise TypeError(f"{type(number).__name__} is no number")
    return found


def _running(number: Any) -> Any:
    if isinstance(number, Running):
        return number
    if isinstance(number, (int, float, np.integer, np.floating, np.bool_)):
        return Running(float(number))
    return NotImplemented


def _applied(compute: Callable[[Running, Running], Running], a: Running, b: Any) -> Any:
    other = _running(b)
    return other if other is NotImplemented else compute(a, other)


def _value(number: Any) -> float:
    return float(number.value if isinstance(number, Running) else number)


def _computed(value: float, carried: float, relative: float) -> Running:
    """What an operation gives: what its arguments' errors do, and its own rounding."""
    return Running(value, carried + relative * abs(value) + TINY)


def _steepest(error: float, size: float) -> float:
    """How far a logarithm moves over what a number of that size may be."""
    near = size - 2 * error
    return error / near if near > 0 else math.inf


def _sum(a: Running, b: Running) -> Running:
    total = Running(a.value + b.value)
    total.carried = a.carried + b.carried
    total.mass = a.mass + b.mass
    total.terms = a.terms + b.terms
    return total


def _negative(a: Running) -> Running:
    opposite = Running(-a.value, a.carried)
    opposite.mass, opposite.terms = a.mass, a.terms
    return opposite


def _product(a: Running, b: Running) -> Running:
    r, s = a.error, b.error
    # |âb̂ − ab| with |a| ≤ |v| + r: the third product covers (v ± r)·s and r·s.
    carried = abs(a.value) * s + abs(b.value) * r + 3 * r * s
    return _computed(a.value * b.value, carried, 2 * UNIT_ROUNDOFF)


def _quotient(a: Running, b: Running) -> Running:
    r, s = a.error, b.error
    near = abs(b.value) - 2 * s
    carried = (r + (abs(a.value) + r) / near * s) / near if near > 0 else math.inf
    value = a.value / b.value if b.value else math.nan
    return _computed(value, carried, 2 * UNIT_ROUNDOFF)
