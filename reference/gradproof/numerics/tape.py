"""A formula as a tape: its operations one by one, for whoever is to work it out alike.

Where the same operations are applied to the same doubles in the same order, the same
double comes of it, down to the last bit.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import TypeAlias

from gradproof.numerics.functions import Function

Operand: TypeAlias = int | tuple[int | float]
"""A place: that of a component, or, counted on from these, of what an operation gave;
or, by itself, a number."""
Operation: TypeAlias = tuple[str, Operand] | tuple[str, Operand, Operand]
Tape: TypeAlias = tuple[Operation, ...]

FUNCTIONS = ("exp", "log", "sin", "sqrt")
"""Operations of one operand; those of two are + - * / and **."""


@functools.cache
def recorded(function: Function, size: int) -> Tape | None:
    """The tape of a function at points of so many components; it ends in the value.

    None where it has no value there, or one that is more than such operations.
    """
    tape: list[Operation] = []
    components = [_Entry(tape, size, place) for place in range(size)]
    try:
        value = function.formula(components, _Functions())
        if not isinstance(value, _Entry):
            return None
        if value.place != size + len(tape) - 1 or not tape:
            value.record("*", value, 1)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None
    return tuple(tape)


class _Functions:
    """The namespace of a formula that is recorded."""

    def __getattr__(self, name: str) -> Callable[[_Entry], _Entry]:
        if name not in FUNCTIONS:
            raise AttributeError(name)
        return lambda entry: entry.record(name, entry)


class _Entry:
    """A component, or what came of an operation: whatever is done with it is recorded.

    NumPy's numbers leave operations with it to it.
    """

    __array_ufunc__ = None

    def __init__(self, tape: list[Operation], size: int, place: int) -> None:
        self._tape = tape
        self._size = size
        self.place = place

    def record(self, name: str, *operands: object) -> _Entry:
        """What comes of an operation, of one operand or two. Raises TypeError."""
        one, *other = map(_operand, operands)
        self._tape.append((name, one, other[0]) if other else (name, one))
        place = self._size + len(self._tape) - 1
        return _Entry(self._tape, self._size, place)

    def __add__(self, other: object) -> _Entry:
        return self.record("+", self, other)

    def __radd__(self, other: object) -> _Entry:
        return self.record("+", other, self)

    def __sub__(self, other: object) -> _Entry:
        return self.record("-", self, other)

    def __rsub__(self, other: object) -> _Entry:
        return self.record("-", other, self)

    def __mul__(self, other: object) -> _Entry:
        return self.record("*", self, other)

    def __rmul__(self, other: object) -> _Entry:
        return self.record("*", other, self)

    def __truediv__(self, other: object) -> _Entry:
        return self.record("/", self, other)

    def __rtruediv__(self, other: object) -> _Entry:
        return self.record("/", other, self)

    def __pow__(self, other: object) -> _Entry:
        return self.record("**", self, other)

    def __rpow__(self, other: object) -> _Entry:
        return self.record("**", other, self)


def _operand(thing: object) -> Operand:
    """Raises TypeError for what a tape does not hold."""
    if isinstance(thing, _Entry):
        return thing.place
    if isinstance(thing, float) and math.isfinite(thing):
        return (float(thing),)
    if isinstance(thing, int) and not isinstance(thing, bool):
        return (thing,)
    raise TypeError(f"a tape holds no {type(thing).__name__}")
