"""Numbers that carry an expression and a value; the value decides where one is asked.

NumPy's functions take them in arrays of objects. So a layer is run once, and what comes
out is what it computes for all numbers for which it makes the same choices.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from typing import Any

import numpy as np
import sympy


def _binary(compute: Any, swapped: bool = False) -> Any:
    def method(self: Symbolic, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        pair = (other, self) if swapped else (self, other)
        return Symbolic(compute(*map(expression, pair)), compute(*map(value_of, pair)))

    return method


def _comparison(compare: Any) -> Any:
    return lambda self, other: compare(self.value, value_of(other))


def _unary(name: str, ufunc: Any) -> Any:
    function = getattr(sympy, name)
    return lambda self: Symbolic(function(self.expression), float(ufunc(self.value)))


class Symbolic:
    """A real number as a SymPy expression, with its value at one place."""

    def __init__(self, expression: Any, value: float) -> None:
        self.expression = expression
        self.value = value

    __add__, __radd__ = _binary(operator.add), _binary(operator.add, True)
    __sub__, __rsub__ = _binary(operator.sub), _binary(operator.sub, True)
    __mul__, __rmul__ = _binary(operator.mul), _binary(operator.mul, True)
    __truediv__ = _binary(operator.truediv)
    __rtruediv__ = _binary(operator.truediv, True)
    __pow__ = _binary(operator.pow)
    __lt__, __le__ = _comparison(operator.lt), _comparison(operator.le)
    __gt__, __ge__ = _comparison(operator.gt), _comparison(operator.ge)
    exp, log = _unary("exp", np.exp), _unary("log", np.log)
    tanh, sqrt = _unary("tanh", np.tanh), _unary("sqrt", np.sqrt)

    def __neg__(self) -> Symbolic:
        return Symbolic(-self.expression, -self.value)

    def __abs__(self) -> Symbolic:
        return self if self.value >= 0 else -self

    def log1p(self) -> Symbolic:
        """log(1 + itself)."""
        return Symbolic(sympy.log(1 + self.expression), float(np.log1p(self.value)))


def expression(number: Any) -> Any:
    """The expression of a number; a float's is its exact rational value."""
    if isinstance(number, Symbolic):
        return number.expression
    return sympy.Rational(number) if isinstance(number, float) else sympy.S(number)


def value_of(number: Any) -> Any:
    """The value of a number."""
    return number.value if isinstance(number, Symbolic) else number


def symbols(name: str, values: Any) -> Any:
    """An array of symbols name0, name1, … at the places ``values``."""
    array = np.empty(values.shape, object)
    for k, (index, value) in enumerate(np.ndenumerate(values)):
        array[index] = Symbolic(sympy.Symbol(f"{name}{k}", real=True), float(value))
    return array


def vanishes(difference: Any) -> bool:
    """Whether an expression is 0 wherever it is defined; proved, not tried.

    It is a rational function of symbols, exponentials, logarithms and tanhs, which are
    taken for variables of their own, and of square roots, of which r² is known.
    """
    variables: dict[Any, Any] = defaultdict(sympy.Dummy)
    plain = difference.xreplace(
        {e: _rational(e, variables) for e in difference.find(_is_transcendental)}
    )
    roots: dict[Any, Any] = defaultdict(sympy.Dummy)
    plain = plain.replace(
        lambda e: e.is_Pow and e.exp.is_Rational and e.exp.q == 2,
        lambda e: roots[e.base] ** (2 * e.exp),
    )
    numerator, _ = sympy.fraction(sympy.together(plain))
    for radicand, root in roots.items():
        numerator = sympy.rem(numerator, root**2 - radicand, root)
    return bool(sympy.expand(numerator) == 0)


def _is_transcendental(e: Any) -> bool:
    return isinstance(e, (sympy.exp, sympy.log, sympy.tanh))


def _rational(e: Any, variables: dict[Any, Any]) -> Any:
    """A variable; for exp(2a − b) it is A²/B, with A for exp(a) and B for exp(b)."""
    if not isinstance(e, sympy.exp):
        return variables[e]
    terms = sympy.Add.make_args(sympy.expand(e.args[0]))
    powers = [term.as_coeff_Mul() for term in terms]
    return sympy.Mul(*(variables[sympy.exp(term)] ** k for k, term in powers))
