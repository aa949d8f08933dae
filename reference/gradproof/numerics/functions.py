"""The functions whose gradients are taken: one formula each, for SymPy and NumPy.

A formula is written once, over the components of a point and a namespace of
elementary functions. Over SymPy symbols it is the expression that the oracle
differentiates; over NumPy numbers it is the function that a port is given. So
the two cannot disagree, and the rounding of one bounds that of the other.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradproof.numerics import derivative_table
from gradproof.numerics.notation import expression_text

if TYPE_CHECKING:
    import sympy

Formula = Callable[[Sequence[Any], Any], Any]


@dataclass(frozen=True)
class Function:
    """A scalar function of a point, as a formula that SymPy and NumPy share.

    Parameters
    ----------
    name
        The identifier by which reports and command lines know it.
    text
        The formula for a reader.
    formula
        Takes the components of a point and a namespace with ``exp``, ``log``,
        ``sin`` and ``sqrt`` (``numpy`` or ``sympy``).
    dimension
        The number of components that it reads; ``None``: all that there are.
    domain
        The open interval in which every component must lie, steps included.
    tabled
        Whether its derivatives are kept, by its name, in `derivative_table`.
    """

    name: str
    text: str
    formula: Formula
    dimension: int | None = 2
    domain: tuple[float, float] = (-np.inf, np.inf)
    tabled: bool = False

    def point(self, x: Any) -> Any:
        """Value at one point, a scalar for an argument of *any* shape.

        An argument of another shape than (D,) is read in row-major order, as
        ``x.ravel()`` would: a port that passes the wrong thing is answered
        all the same, so that what it does with the answer can be seen. What is no
        array of numbers, but holds objects that carry derivatives, or is itself
        one, is evaluated by its own operators.
        """
        return self.formula(self._components(x), np)

    def batch(self, x: Any) -> Any:
        """Values (M,) at the rows of ``x``, shape (M, D)."""
        columns = _real(x).T
        return self.formula(columns, np) + np.zeros(columns.shape[1:])

    def _components(self, x: Any) -> Any:
        if _holds_numbers(x):
            return _real(x).ravel()
        flat = x.reshape(-1) if hasattr(x, "reshape") else x
        if self.dimension is None and not hasattr(flat, "__len__"):
            return [flat]
        return [flat[j] for j in range(self.dimension or len(flat))]

    def written(self, dimension: int) -> str:
        """The formula for a reader, for points of that many components."""
        if dimension > 3:
            return self.text
        kept = derivative_table.written(self.name, dimension) if self.tabled else None
        return expression_text(kept or self.expression(dimension)[0])

    def expression(self, dimension: int) -> tuple[sympy.Expr, tuple[sympy.Symbol, ...]]:
        """SymPy expression and its symbols x0, x1, …, for points (dimension,)."""
        return _expression(self, dimension)


def _holds_numbers(x: Any) -> bool:
    try:
        return np.asarray(x).dtype.kind in "biufc"
    except Exception:  # tracers refuse to become arrays, each in its own way
        return False


def _real(x: Any) -> Any:
    """``x`` as an array in double precision at least; complex stays complex."""
    x = np.asarray(x)
    return x if x.dtype.kind == "c" else x.astype(np.result_type(x, np.float64))


@functools.cache
def _expression(
    function: Function, dimension: int
) -> tuple[sympy.Expr, tuple[sympy.Symbol, ...]]:
    import sympy

    symbols = sympy.symbols(f"x:{dimension}", real=True)
    return sympy.sympify(function.formula(symbols, sympy), strict=True), symbols


POSITIVE = (0.0, np.inf)

sum_of_squares = Function(
    "sum-of-squares",
    "Σ xᵢ²",
    lambda x, m: sum(c**2 for c in x),
    dimension=None,
)
product = Function("product", "x0·x1", lambda x, m: x[0] * x[1])
sine_of_product = Function(
    "sine-of-product", "sin(x0·x1)", lambda x, m: m.sin(x[0] * x[1])
)
weighted_squares = Function(
    "weighted-squares", "x0² + 2·x1²", lambda x, m: x[0] ** 2 + 2 * x[1] ** 2
)
sum_of_fourth_powers = Function(
    "sum-of-fourth-powers",
    "Σ xᵢ⁴",
    lambda x, m: sum(c**4 for c in x),
    dimension=None,
    tabled=True,
)
cubic = Function(
    "cubic",
    "Σ (i+1)·xᵢ³ + Σ xᵢ·xᵢ₊₁",
    lambda x, m: (
        sum((i + 1) * c**3 for i, c in enumerate(x))
        + sum(a * b for a, b in itertools.pairwise(x))
    ),
    dimension=None,
    tabled=True,
)
"""For two components x0³ + 2·x1³ + x0·x1: every derivative that a mistake in a
difference formula multiplies (first, second, third, mixed) is there and differs
from component to component."""
rosenbrock = Function(
    "rosenbrock",
    "(1 − x0)² + 100·(x1 − x0²)²",
    lambda x, m: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2,
    tabled=True,
)
valley = Function("valley", "x0²/20 + x1²", lambda x, m: x[0] ** 2 / 20 + x[1] ** 2)
exponential = Function(
    "exponential",
    "exp(x0)·x1",
    lambda x, m: m.exp(x[0]) * x[1],
    domain=(-700.0, 700.0),
)
logarithm = Function(
    "logarithm", "x1·log(x0)", lambda x, m: x[1] * m.log(x[0]), domain=POSITIVE
)
quotient = Function("quotient", "x0 / x1", lambda x, m: x[0] / x[1], domain=POSITIVE)
square_root = Function(
    "square-root", "√(x0·x1)", lambda x, m: m.sqrt(x[0] * x[1]), domain=POSITIVE
)

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        sum_of_squares,
        product,
        sine_of_product,
        weighted_squares,
        sum_of_fourth_powers,
        cubic,
        rosenbrock,
        valley,
        exponential,
        logarithm,
        quotient,
        square_root,
    )
}
"""Every function by its name."""
