"""Derive what `gradproof.numerics.derivative_table` keeps, by SymPy.

    python tests/tools/derivatives.py

A polynomial has finitely many derivatives that are not 0: all are written, and the
others are said to be 0. Of `ratio` those that a formula of order 4 asks for are.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import sympy

from gradproof.evidence.value_probes import bent, ratio, skew
from gradproof.numerics import derivative_table
from gradproof.numerics.derivation import derivative
from gradproof.numerics.difference_formula import Index, multi_indices
from gradproof.numerics.functions import (
    Function,
    cubic,
    rosenbrock,
    sum_of_fourth_powers,
)

WANTED = {
    bent: (1,),
    cubic: tuple(range(1, 11)),
    ratio: (1, 2),
    rosenbrock: (2, 6),
    skew: (2, 3, 14, 24),
    sum_of_fourth_powers: (1, 2, 6),
}
"""The functions of the probes, and the sizes of points that right ports ask for."""

MAX_DEGREE = 5
"""Of derivatives of what is no polynomial."""


def derived() -> str:
    """The whole table."""
    table = {
        function.name: {str(n): _entry(function, n) for n in dimensions}
        for function, dimensions in WANTED.items()
    }
    return json.dumps(table, indent=1) + "\n"


def _entry(function: Function, dimension: int) -> dict[str, Any]:
    expression, symbols = function.expression(dimension)
    polynomial = expression.is_polynomial(*symbols)
    indices = _nonzero if polynomial else _all
    found = {
        derivative_table.key(index): written(derivative(function, dimension, index))
        for index in indices(function, dimension)
    }
    others = {"others": "0"} if polynomial else {}
    return {"written": str(expression), "derivatives": found, **others}


def _nonzero(function: Function, dimension: int) -> Iterator[Index]:
    """A derivative of 0 is 0: from what is not, each is reached in one order."""
    ahead: list[Index] = [(0,) * dimension]
    for index in ahead:
        yield index
        last = max((j for j, times in enumerate(index) if times), default=0)
        for j in range(last, dimension):
            further = (*index[:j], index[j] + 1, *index[j + 1 :])
            if derivative(function, dimension, further) != 0:
                ahead.append(further)


def _all(function: Function, dimension: int) -> Iterator[Index]:
    for degree in range(MAX_DEGREE + 1):
        yield from multi_indices(dimension, degree)


def written(expression: sympy.Expr) -> str:
    """As Python writes it, with the parts in SymPy's own order: it decides rounding."""
    if expression.is_Add:
        return " + ".join(map(_part, expression.args))
    if expression.is_Mul:
        return "*".join(map(_part, expression.args))
    if expression.is_Pow:
        return f"{_part(expression.base)}**{expression.exp}"
    return str(expression)


def _part(expression: sympy.Expr) -> str:
    alone = expression.is_Symbol or expression.is_Integer or expression.is_Pow
    factor = expression.is_Mul
    return written(expression) if alone or factor else f"({written(expression)})"


if __name__ == "__main__":
    derivative_table.PATH.write_text(derived())
    sys.exit(0)
