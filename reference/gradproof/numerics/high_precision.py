"""Numbers of high precision that NumPy's functions take in arrays of objects.

NumPy calls a method of the same name for each element: ``np.exp(array)`` calls
``element.exp()``. There is no conversion to float, on purpose: a function that makes
one is not evaluated in high precision, and is to say so by a TypeError.

The worker's traced numbers can hold such values too. They record what decides a
comparison, need nothing of this package, and cost 2.4 times as much an operation.
"""

from __future__ import annotations

import contextlib
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import numpy as np

BITS = 240

_context = mpmath.MPContext()
_context.prec = BITS


_left = math.inf


class TooMuchWorkError(Exception):
    """More operations are asked for than were allowed."""


@contextlib.contextmanager
def limited(operations: float) -> Iterator[None]:
    """Allow so many operations; the next one raises TooMuchWorkError."""
    global _left
    before, _left = _left, operations
    try:
        yield
    finally:
        _left = before


def _raw(number: Any) -> Any:
    """The number as one of mpmath's, exactly; NotImplemented for what is none."""
    if isinstance(number, Precise):
        return number.raw
    if isinstance(number, (int, np.integer, np.bool_)):
        return _context.mpf(int(number))
    if isinstance(number, (float, np.float32, np.float16)):
        return _context.mpf(float(number))
    return NotImplemented


def _real(raw: Any) -> Precise:
    global _left
    _left -= 1
    if _left < 0:
        raise TooMuchWorkError
    if not isinstance(raw, _context.mpf):
        raise TypeError("the result is no real number")
    return Precise(raw)


def _binary(compute: Callable[[Any, Any], Any], swapped: bool = False) -> Any:
    def method(self: Precise, other: Any) -> Any:
        raw = _raw(other)
        if raw is NotImplemented:
            return raw
        return _real(compute(raw, self.raw) if swapped else compute(self.raw, raw))

    return method


def _comparison(compare: Callable[[Any, Any], Any]) -> Any:
    def method(self: Precise, other: Any) -> Any:
        raw = _raw(other)
        return raw if raw is NotImplemented else bool(compare(self.raw, raw))

    return method


def _unary(compute: Callable[[Any], Any]) -> Any:
    return lambda self: _real(compute(self.raw))


class Precise:
    """A real number of 240 bits."""

    __slots__ = ("raw",)

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    def __bool__(self) -> bool:
        return bool(self.raw)

    def conjugate(self) -> Precise:
        """Itself: it is real."""
        return self

    __add__, __radd__ = _binary(operator.add), _binary(operator.add, True)
    __sub__, __rsub__ = _binary(operator.sub), _binary(operator.sub, True)
    __mul__, __rmul__ = _binary(operator.mul), _binary(operator.mul, True)
    __truediv__ = _binary(operator.truediv)
    __rtruediv__ = _binary(operator.truediv, True)
    __pow__, __rpow__ = _binary(operator.pow), _binary(operator.pow, True)
    __neg__, __pos__ = _unary(operator.neg), _unary(operator.pos)
    __abs__ = _unary(abs)
    __lt__, __le__ = _comparison(operator.lt), _comparison(operator.le)
    __gt__, __ge__ = _comparison(operator.gt), _comparison(operator.ge)
    __eq__, __ne__ = _comparison(operator.eq), _comparison(operator.ne)
    __hash__ = None  # type: ignore[assignment]

    exp, expm1, log = map(_unary, (_context.exp, _context.expm1, _context.ln))
    sqrt, cbrt = map(_unary, (_context.sqrt, _context.cbrt))
    log1p = _unary(lambda raw: _context.ln(1 + raw))
    log2 = _unary(lambda raw: _context.log(raw, 2))
    log10 = _unary(_context.log10)
    sin, cos, tan = map(_unary, (_context.sin, _context.cos, _context.tan))
    arcsin, arccos = map(_unary, (_context.asin, _context.acos))
    arctan = _unary(_context.atan)
    sinh, cosh, tanh = map(_unary, (_context.sinh, _context.cosh, _context.tanh))


def precise(number: Any) -> Precise:
    """A number of Python's or of NumPy's, exactly."""
    raw = _raw(number)
    if raw is NotImplemented:
        raise TypeError(f"{type(number).__name__} is no number")
    return Precise(raw)
