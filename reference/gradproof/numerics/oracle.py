"""Exact derivatives: SymPy's, evaluated with a radius that bounds all error.

Those of the probes' functions are kept in a table, so that what is judged by them
need not wait for SymPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.numerics import derivative_table
from gradproof.numerics.difference_formula import Index, unit
from gradproof.numerics.enclosure import Enclosure, evaluate
from gradproof.numerics.expressions import Expression, component
from gradproof.numerics.functions import Function
from gradproof.numerics.remembered import remembered


class UnboundedError(ArithmeticError):
    """No finite bound is known: a singularity or an overflow is near the point."""


def _derivative(
    function: Function, dimension: int, index: Index
) -> tuple[Expression, tuple[Any, ...]]:
    """D^a f and the components it is written in: from the table, or derived."""
    if function.tabled:
        found = derivative_table.derivative(function.name, dimension, index)
        if found is not None:
            return found, tuple(map(component, range(dimension)))
    from gradproof.numerics import derivation

    _, symbols = function.expression(dimension)
    return derivation.derivative(function, dimension, index), symbols


def vanishes(function: Function, dimension: int, index: Index) -> bool:
    """Whether D^a f is 0 everywhere, over points (dimension,)."""
    expression, _ = _derivative(function, dimension, index)
    return bool(expression.is_Number and expression.is_zero)


@remembered(8192)
def enclosure(function: Function, index: Index, x: Any, radius: Any = 0.0) -> Enclosure:
    """Enclosure of D^a f over the boxes x ± radius.

    ``x`` is (..., D) and ``radius`` broadcasts to it; value and radius are (...). At
    radius 0 and for the zero index, the radius bounds f's own evaluation error.
    """
    x, radius = np.broadcast_arrays(np.asarray(x, dtype=np.float64), radius)
    dimension = x.shape[-1]
    expression, symbols = _derivative(function, dimension, index)
    # Few of many symbols are left in a derivative.
    boxes = {
        symbol: (x[..., j], radius[..., j])
        for j, symbol in enumerate(symbols)
        if symbol in expression.free_symbols
    }
    enclosed = evaluate(expression, boxes)
    return Enclosure(*(np.broadcast_to(part, x.shape[:-1]) for part in enclosed))


def gradient(function: Function, x: Any) -> Enclosure:
    """Exact gradient at x, (D,) or the rows of (N, D), each entry with its radius.

    Raises
    ------
    ValueError
        If a component lies outside the function's domain.
    UnboundedError
        If a radius is not finite.
    """
    x = points(function, x)
    entries = [enclosure(function, unit(x.shape[-1], j), x) for j in range(x.shape[-1])]
    exact = Enclosure(
        np.stack([e.value for e in entries], axis=-1),
        np.stack([e.radius for e in entries], axis=-1),
    )
    require_finite(function, x, exact.radius)
    return exact


def points(function: Function, x: Any) -> NDArray[np.float64]:
    """``x`` in float64, (D,) or (N, D), every component inside the domain.

    Raises
    ------
    ValueError
        If ``x`` has another number of axes, or for the first component outside.
    """
    array: NDArray[np.float64] = np.asarray(x, dtype=np.float64)
    if array.ndim not in (1, 2):
        raise ValueError(f"points are (D,) or (N, D), not {array.shape}")
    low, high = function.domain
    outside = np.argwhere(~((low < array) & (array < high)))
    if outside.size:
        entry = tuple(outside[0])
        raise ValueError(
            f"component x{entry[-1]} = {array[entry]} of {_row(array, entry)} lies "
            f"outside the domain ({low}, {high}) of {function.name}"
        )
    return array


def require_finite(function: Function, x: NDArray[np.float64], bound: Any) -> None:
    """Raise `UnboundedError` for the first entry of ``bound`` that is not finite."""
    unbounded = np.argwhere(~np.isfinite(bound))
    if unbounded.size:
        point = _row(x, tuple(unbounded[0]))
        raise UnboundedError(f"no finite bound is known for {function.name} at {point}")


def _row(x: NDArray[np.float64], entry: tuple[Any, ...]) -> list[float]:
    """The point that an entry of an array of x's shape belongs to."""
    point: list[float] = (x if x.ndim == 1 else x[entry[0]]).tolist()
    return point
