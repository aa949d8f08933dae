"""Expressions of sums, products and powers that need no SymPy to be evaluated.

They are made from text as Python writes it, and answer what an enclosure asks of
SymPy's expressions, by the same names.
"""

from __future__ import annotations

import ast
import functools
from fractions import Fraction


class Expression:
    """A sum, a product, a power, a component or a number."""

    is_Number = is_NumberSymbol = is_Symbol = is_Add = is_Mul = is_Pow = False
    is_zero = False

    def __init__(self, *args: Expression) -> None:
        self.args = args

    @functools.cached_property
    def free_symbols(self) -> frozenset[Component]:
        """The components that it is made of."""
        return frozenset().union(*(part.free_symbols for part in self.args))


class Sum(Expression):
    """Of two parts or more."""

    is_Add = True


class Product(Expression):
    """Of two parts or more."""

    is_Mul = True


class Power(Expression):
    """A part and its exponent, a whole number."""

    is_Pow = True

    @property
    def base(self) -> Expression:
        """What is raised."""
        return self.args[0]

    @property
    def exp(self) -> Expression:
        """To which power."""
        return self.args[1]


class Number(Expression):
    """A rational number."""

    is_Number = is_Rational = True

    def __init__(self, value: Fraction) -> None:
        super().__init__()
        self.p, self.q = value.numerator, value.denominator
        self.is_zero = value == 0

    def __float__(self) -> float:
        return self.p / self.q


class Component(Expression):
    """One component of the point."""

    is_Symbol = True

    @property
    def free_symbols(self) -> frozenset[Component]:
        """Itself."""
        return frozenset({self})


@functools.cache
def component(number: int) -> Component:
    """x0, x1, …: always the same object for the same number."""
    return Component()


def parsed(text: str) -> Expression:
    """``x0**3 + (1/2)*x1`` as an expression. Raises ValueError for any other kind."""
    return _made(ast.parse(text, mode="eval").body)


def _made(tree: ast.expr) -> Expression:
    match tree:
        case ast.Name(id) if id[:1] == "x":
            return component(int(id[1:]))
        case ast.BinOp(_, ast.Add(), _):
            return Sum(*map(_made, _parts(tree, ast.Add)))
        case ast.BinOp(_, ast.Mult(), _):
            return Product(*map(_made, _parts(tree, ast.Mult)))
        case ast.BinOp(base, ast.Pow(), exponent):
            return Power(_made(base), _made(exponent))
    return Number(_number(tree))


def _parts(tree: ast.expr, kind: type[ast.operator]) -> list[ast.expr]:
    """What is added, or multiplied, from left to right."""
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, kind):
        return [*_parts(tree.left, kind), tree.right]
    return [tree]


def _number(tree: ast.expr) -> Fraction:
    match tree:
        case ast.Constant(int(value)):
            return Fraction(value)
        case ast.UnaryOp(ast.USub(), operand):
            return -_number(operand)
        case ast.BinOp(above, ast.Div(), below):
            return _number(above) / _number(below)
    raise ValueError(f"no sum, product or power: {ast.unparse(tree)}")
