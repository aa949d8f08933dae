"""Random expressions, the points where they are defined, and their exact values."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import mpmath
import numpy as np
import sympy
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from gradproof.numerics.functions import Function

PRECISION = 60  # digits


def examples(count: int) -> settings:
    """The same examples in every run."""
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


@dataclass(frozen=True)
class Sample:
    """A random expression as a function, defined where all components are positive."""

    expression: Any
    symbols: tuple[Any, ...]

    def __repr__(self) -> str:
        return str(self.expression)

    @property
    def dimension(self) -> int:
        """Components of its points."""
        return len(self.symbols)

    @functools.cached_property
    def numpy(self) -> Any:
        """f of the components, in float64."""
        return sympy.lambdify(self.symbols, self.expression, "numpy")

    def function(self) -> Function:
        """The sample as what the oracle takes."""
        compiled = self.numpy

        def formula(x: Any, namespace: Any) -> Any:
            if namespace is np:
                return compiled(*x)
            return self.expression.xreplace(dict(zip(self.symbols, x, strict=True)))

        return Function(str(self), str(self), formula, dimension=self.dimension)


OPERATIONS: list[Callable[[Any, Any], Any]] = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (1 + b**2),
    lambda a, b: a**2 - b,
    lambda a, b: a**3 + b,
    lambda a, b: sympy.sin(a) * b,
    lambda a, b: sympy.cos(a + b),
    lambda a, b: sympy.exp(-(a**2)) + b,
    lambda a, b: sympy.exp(sympy.sin(a) - 2) * b,
    lambda a, b: sympy.log(2 + a**2) - b,
    lambda a, b: sympy.sqrt(1 + a**2) * b,
    lambda a, b: (1 + a**2) ** sympy.Rational(-3, 2) + b,
    lambda a, b: (1 + a**2) ** sympy.Rational(1, 3) * b,
]
"""Of two expressions; defined wherever those are."""

SINGULAR: list[Callable[[Any, Any], Any]] = [
    lambda a, x: a / x,
    lambda a, x: a * sympy.log(x),
    lambda a, x: a + sympy.sqrt(x),
    lambda a, x: a - x ** sympy.Rational(-3, 2),
]
"""Of an expression and a symbol, which must be positive."""


@functools.cache
def samples(dimension: int) -> st.SearchStrategy[Sample]:
    """Sums, products, powers, roots, quotients, exp, log, sin and cos."""
    x = sympy.symbols(f"x:{dimension}", real=True)
    symbol = st.sampled_from(x)
    # No Float among them: lambdify writes it with 15 digits, one short of a double.
    integers = [sympy.Integer(n) for n in (-2, 2, 5)]
    fractions = [sympy.Rational(1, 3), sympy.Rational(1, 10)]
    leaf = st.sampled_from([*x, *x, *integers, *fractions, sympy.pi])

    def node(child: Any) -> Any:
        two = st.tuples(st.sampled_from(OPERATIONS), child, child)
        one = st.tuples(st.sampled_from(SINGULAR), child, symbol)
        return st.one_of(two, two, one).map(lambda drawn: drawn[0](*drawn[1:]))

    return st.recursive(leaf, node, max_leaves=5).map(lambda e: Sample(e, x))


def dimensions() -> st.SearchStrategy[int]:
    """Components of a point."""
    return st.integers(1, 3)


@functools.cache
def polynomials() -> st.SearchStrategy[Sample]:
    """Products of powers of x0 and x1, and sums of two such."""
    x = sympy.symbols("x:2", real=True)
    powers = st.tuples(st.integers(1, 4), st.integers(0, 4))
    monomials = powers.map(lambda p: x[0] ** p[0] * x[1] ** p[1])
    sums = st.lists(monomials, min_size=1, max_size=2).map(lambda m: sympy.Add(*m))
    return sums.map(lambda e: Sample(e, x))


@functools.cache
def points(dimension: int) -> st.SearchStrategy[np.ndarray[Any, Any]]:
    """Positive points, some of them some way off zero, where absorption begins."""
    near = st.floats(0.05, 4)
    offset = st.sampled_from([0.0, 0.0, 0.0, 10.0, 1e4])
    component = st.tuples(near, offset).map(sum)
    return st.lists(component, min_size=dimension, max_size=dimension).map(np.array)


def exact(expression: Any, symbols: Any, x: Any) -> Any:
    """Value at the components of x, which may be mpmath's, to 60 digits."""
    with mpmath.workdps(PRECISION):
        known = {s: mpmath.mpf(c) for s, c in zip(symbols, x, strict=True)}
        return _exact(expression, known)


def _exact(e: Any, known: dict[Any, Any]) -> Any:
    if e not in known:
        known[e] = _operation(e, [_exact(a, known) for a in e.args])
    return known[e]


def _operation(e: Any, values: list[Any]) -> Any:
    if e.is_Rational:
        return mpmath.mpf(int(e.p)) / int(e.q)
    if e.is_Number or e.is_NumberSymbol:
        return e._to_mpmath(mpmath.mp.prec)
    if e.is_Add:
        return mpmath.fsum(values)
    if e.is_Mul:
        return mpmath.fprod(values)
    if e.is_Pow:
        return mpmath.power(*values)
    return getattr(mpmath, e.func.__name__)(*values)


def reassociated(expression: Any, symbols: Any, x: Any, random: Random) -> Any:
    """Value in float64: operands in a random order, powers multiplied out."""
    known = {s: np.float64(c) for s, c in zip(symbols, x, strict=True)}
    with np.errstate(all="ignore"):
        return _reassociated(expression, known, random)


def _reassociated(e: Any, known: dict[Any, Any], random: Random) -> Any:
    def value(operand: Any) -> Any:
        return _reassociated(operand, known, random)

    if e.is_Symbol:
        return known[e]
    if e.is_Number or e.is_NumberSymbol:
        return np.float64(e)
    if e.is_Add:
        return _paired([value(a) for a in e.args], np.add, random)
    if e.is_Mul or e.is_Pow:
        return _quotient(sympy.Mul.make_args(e), value, random)
    return getattr(np, e.func.__name__)(value(e.args[0]))


def _quotient(factors: Any, value: Callable[[Any], Any], random: Random) -> Any:
    """Numerators over denominators, or times the denominators' reciprocal."""
    above, below = [np.float64(1)], [np.float64(1)]
    for factor in factors:
        base, exponent = (factor.base, factor.exp) if factor.is_Pow else (factor, 1)
        side = above if exponent > 0 else below
        if exponent == int(exponent):
            side.extend([value(base)] * abs(int(exponent)))
        else:
            side.append(value(base) ** abs(float(exponent)))
    top, bottom = (_paired(side, np.multiply, random) for side in (above, below))
    return random.choice([top / bottom, top * (1 / bottom)])


def _paired(values: list[Any], operation: Any, random: Random) -> Any:
    """Two values at a time, chosen at random, are replaced by their result."""
    values = list(values)
    while len(values) > 1:
        random.shuffle(values)
        values.append(operation(values.pop(), values.pop()))
    return values[0]
