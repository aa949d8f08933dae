"""The bound of a central difference of which no more is known than the step's range.

u = 2⁻⁵³ throughout; f is made of sums, products and whole powers, and evaluated in
float64 as its expression is written, in any order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.numerics import oracle
from gradproof.numerics.difference_formula import unit
from gradproof.numerics.enclosure import INFLATION, evaluate
from gradproof.numerics.functions import Function
from gradproof.numerics.rounding import TINY, UNIT_ROUNDOFF

Array = NDArray[np.float64]


def central(
    function: Function, x: Any, low: float, high: float, around: Any = 0.0
) -> Array:
    """Bound of |(f(x + h) − f(x − h)) / 2h − ∂f/∂x_j| for every h in [low, high].

    ``x`` is a point (D,) or points (N, D); so is the bound. It holds at all points that
    are no further than ``around``, of x's shape, from x. It is made of the terms of
    `error_bounds.central`, each at its largest. With δ = u(|x_j| + high) the rounding
    of a node, s ≤ h + δ the distance of either, E what an evaluation of f is off by
    and M1, M3 the largest |f'| and |f'''| that far from x:

        |c1| ≤ δ/h                   largest at low
        |c2| ≤ δ(1 + δ/h)            likewise
        c3   ≤ (h + δ)³/6h           convex in h, so largest at low or at high
        r    ≤ E/h + (2u + u²)((1 + δ/h)·M1 + E/h)

    as |f(x₊) − f(x₋)| ≤ (s₊ + s₋)·M1; u², 2u·E/h and the rounding of all these are left
    to the inflation. Raises ValueError for a range that is none, or whose cubes
    underflow or overflow, NotImplementedError for an f that is made otherwise, and
    UnboundedError.
    """
    if not 0 < low * low * low <= high * high * high < np.inf:
        raise ValueError(f"a range of steps is no {low} to {high}")
    x = oracle.points(function, x)
    wide = np.broadcast_to(np.asarray(around, float), x.shape)
    with np.errstate(all="ignore"):
        columns = [_entry(function, x, wide, j, low, high) for j in range(x.shape[-1])]
    limit: Array = np.transpose(columns)
    oracle.require_finite(function, x, limit)
    return limit


def _entry(
    function: Function, x: Array, around: Array, j: int, low: float, high: float
) -> Array:
    own = unit(x.shape[-1], j)
    axis = np.array(own)
    node = UNIT_ROUNDOFF * (np.abs(x[..., j]) + around[..., j] + high)
    near, far = (h + node for h in (low, high))
    box = around + axis * (far * INFLATION)[..., None]
    first = oracle.enclosure(function, own, x)
    slope = oracle.enclosure(function, own, x, around).magnitude
    second = oracle.enclosure(function, tuple(2 * axis), x, around).magnitude
    steepest = oracle.enclosure(function, own, x, box).magnitude
    third = oracle.enclosure(function, tuple(3 * axis), x, box).magnitude

    c1 = node / low
    c2 = c1 * near
    c3 = np.maximum(*(s**3 / (6 * h) for s, h in ((near, low), (far, high))))
    r = evaluation(function, x, box) / low + 2 * UNIT_ROUNDOFF * near / low * steepest
    size = c1 * slope + c2 * second + c3 * third
    # No c underflows; so what each term loses by it is less than TINY.
    bound: Array = (size + r + first.radius) * INFLATION + 16 * TINY
    return bound


def evaluation(function: Function, x: Array, box: Array) -> Any:
    """Bound of what an evaluation of f is off by, anywhere in x ± box, (..., D).

    What bounds the rounding of a sum or a product grows with the sizes of its parts.
    So it is largest for the expression with all signs turned to plus, at |x| + box;
    what is divided by is least at |x| − box.
    """
    dimension = x.shape[-1]
    expression, symbols = function.expression(dimension)
    most, least = np.abs(x) + box, np.maximum(np.abs(x) - box, 0)
    boxes = {}
    for j, symbol in enumerate(symbols):
        boxes[symbol] = most[..., j], np.zeros(())
        boxes[_least(symbol)] = least[..., j], np.zeros(())
    return evaluate(_all_plus(expression), boxes).radius


def _least(symbol: Any) -> Any:
    import sympy

    return sympy.Symbol(f"least {symbol.name}")


def _all_plus(e: Any) -> Any:
    """The same sums, products and whole powers, of numbers without a sign.

    What stands below is a component alone. Raises NotImplementedError for all else.
    """
    if e.is_Symbol:
        return e
    if e.is_Number:
        return abs(e)
    if e.is_Add or e.is_Mul:
        return e.func(*map(_all_plus, e.args), evaluate=False)
    if e.is_Pow and e.exp.is_Integer:
        above = e.exp.is_positive
        if above or e.base.is_Symbol:
            return (_all_plus(e.base) if above else _least(e.base)) ** e.exp
    raise NotImplementedError(f"no bound is known over a range of steps of {e}")
