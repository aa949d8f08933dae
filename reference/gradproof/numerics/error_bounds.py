"""Rigorous bounds of |numerical − exact|, entry by entry: derived, never guessed.

Both bounds hold for a function that is evaluated in float64 as its expression is
written, in any order. u = 2⁻⁵³ throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gradproof.numerics import oracle
from gradproof.numerics.difference_formula import (
    Index,
    exact_offsets,
    moment,
    multi_indices,
    rounding,
    unit,
)
from gradproof.numerics.enclosure import INFLATION, Enclosure
from gradproof.numerics.functions import Function
from gradproof.numerics.oracle import enclosure
from gradproof.numerics.remembered import remembered
from gradproof.numerics.rounding import TINY, UNIT_ROUNDOFF, gamma

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CentralBound:
    """What the book's central difference may return; arrays of the points' shape.

    Attributes
    ----------
    gradient
        Exact gradient.
    b1
        |num − gradient| ≤ b1.
    predicted
        The truncation error with its sign.
    b2
        |num − gradient − predicted| ≤ b2: tells another formula from the book's.
    r
        |num − (f(x₊) − f(x₋)) / 2h| ≤ r at the nodes as rounded, f exact.
    """

    gradient: Array
    b1: Array
    predicted: Array
    b2: Array
    r: Array


@remembered()
def central(function: Function, x: Any, step: float = 1e-4) -> CentralBound:
    """Bounds of (f(x + h) − f(x − h)) / (2h) in each component of x.

    Parameters
    ----------
    x
        One point (D,), or points (N, D).
    step
        h, positive and finite.

    Raises
    ------
    ValueError
        If the step is not, or a component lies outside the function's domain.
    UnboundedError
        If a bound is not finite.
    """
    if not 0 < step < np.inf:
        raise ValueError(f"a step is positive and finite, not {step}")
    x = oracle.points(function, x)
    with np.errstate(all="ignore"):
        values = _at_nodes(function, x, step)
        fields = np.empty((5, *x.shape))
        for j in range(x.shape[-1]):
            fields[..., j] = _central(function, x, step, j, *values[j])
    # A sum is finite where all are: infinities of either sign do not cancel.
    oracle.require_finite(function, x, np.sum(fields, axis=0))
    return CentralBound(*fields)


def _at_nodes(
    function: Function, x: Array, step: float
) -> list[tuple[Enclosure, Enclosure]]:
    """f at x₊ and at x₋ of each component, from one pass over its expression."""
    dimension = x.shape[-1]
    nodes = np.empty((2, dimension, *x.shape))
    nodes[...] = x
    for j in range(dimension):
        nodes[0, j, ..., j] += step
        nodes[1, j, ..., j] -= step
    value, radius = enclosure(function, (0,) * dimension, nodes)
    plus, minus = map(Enclosure, value, radius)
    return [
        (
            Enclosure(plus.value[j], plus.radius[j]),
            Enclosure(minus.value[j], minus.radius[j]),
        )
        for j in range(dimension)
    ]


def _central(
    function: Function,
    x: Array,
    step: float,
    j: int,
    f_plus: Enclosure,
    f_minus: Enclosure,
) -> tuple[Array, ...]:
    """Fields of `CentralBound` for component j; f is enclosed at x₊ and at x₋.

    The nodes are x₊ = fl(x + h) = x + h − e₊ and x₋ = fl(x − h) = x − h − e₋, so the
    offsets are s₊ = h − e₊ forwards and s₋ = h + e₋ backwards. By Taylor's theorem,
    with ξ± between x and x±,

        (f(x₊) − f(x₋)) / 2h − f' = c1·f' + c2·f'' + s₊³/12h·f'''(ξ₊) + s₋³/12h·f'''(ξ₋)
        c1 = (s₊ + s₋)/2h − 1 = (e₋ − e₊)/2h
        c2 = (s₊² − s₋²)/4h = −(e₊ + e₋)/2·(1 + c1)
        c3 = (s₊³ + s₋³)/12h.

    Each c is computed within 10u of itself, as only its numerator subtracts, once,
    numbers that are exact.
    """
    _, e_plus = _two_sum(x[..., j], step)
    _, e_minus = _two_sum(x[..., j], -step)
    ahead, behind = step - e_plus, step + e_minus
    c1 = (e_minus - e_plus) / (2 * step)
    c2 = -(e_plus + e_minus) / 2 * (1 + c1)
    c3 = _twelfth_cubed(ahead, step) + _twelfth_cubed(behind, step)

    axis = np.array(unit(x.shape[-1], j))
    box = axis * np.nextafter(np.maximum(ahead, behind), np.inf)[..., None]
    first = enclosure(function, unit(x.shape[-1], j), x)
    second = enclosure(function, tuple(2 * axis), x)
    third = enclosure(function, tuple(3 * axis), x, box)
    terms = [(c1, first), (c2, second), (c3, third)]

    r = _difference_error(f_plus, f_minus, step)
    predicted = sum(c * d.value for c, d in terms)
    spread = sum(np.abs(c) * d.radius for c, d in terms)
    size = sum(np.abs(c) * d.magnitude for c, d in terms)
    # Products c·D underflow where D is large and c tiny, or the other way round.
    underflow = 16 * TINY * (1 + sum(d.magnitude for _, d in terms))
    b1 = (size + r + first.radius) * INFLATION + underflow
    # 16u·size: the rounding of `predicted`; 4u·b1: of forming the residual itself.
    rounding = 16 * UNIT_ROUNDOFF * size + 4 * UNIT_ROUNDOFF * b1
    b2 = (spread + r + first.radius + rounding) * INFLATION + underflow
    return first.value, b1, predicted, b2, r


def _two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """Knuth's TwoSum: s = fl(a + b) and the exact a + b − s."""
    s = a + b
    b_kept = s - a
    return s, (a - (s - b_kept)) + (b - b_kept)


def _twelfth_cubed(offset: Any, step: float) -> Any:
    """offset³ / 12h, smallest factors last, as offset ≤ 2h."""
    return offset / (12 * step) * offset * offset


def _difference_error(a: Enclosure, b: Enclosure, step: float) -> Any:
    """Bound of |fl((A − B) / 2h) − (f(x₊) − f(x₋)) / 2h|.

    A and B are within E of f, so (E₊ + E₋)/2h is f's share. 2h is exact; subtraction
    and division are two roundings, (2u + u²)·|A − B|/2h, of which u² is left to the
    inflation. The A and B of a port are within 2E of those computed here: that adds
    4u·(E₊ + E₋)/2h, which is left to it as well.
    """
    error = a.radius + b.radius
    difference = np.abs(a.value - b.value)
    scaled = (error + 2 * UNIT_ROUNDOFF * difference) / (2 * step)
    return scaled * INFLATION + 8 * TINY * (1 + 1 / step)


@remembered()
def of_formula(
    function: Function, x: Any, nodes: Any, weights: Any, component: int, order: int
) -> float:
    """Bound of |Σ w_k f̂(node_k) − ∂f/∂x_component| for a formula of that order.

    The exact derivative is `oracle.gradient`'s value. With the moments m_a of the
    formula, M_a the largest |D^a f| over the box of x and all nodes, p the order, and
    f̂ within E_k of f at node_k, Taylor's theorem gives

        Σ_{|a| ≤ p} |m_a − [a = e_i]|·|D^a f(x)|
        + Σ_{|a| = p+1} Σ_k |w_k d_k^a|/a!·M_a
        + Σ_k |w_k|·E_k + γ_(2K+2)·Σ_k |w_k ŷ_k|.

    The last term is the combination's rounding: in any order, with up to 2K + 2
    roundings a term, those with which its weight was read included. A weighted sum
    has K + 1, and Romberg's extrapolation from K = 2L nodes, which halves the step
    L − 1 times, 2L in the combination and 2L − 1 in the weights. For |a| ≤ 1 the
    deviation counts only as far as rounding explains it: what exceeds that is an
    inconsistent formula, which must not excuse a wrong value.

    Parameters
    ----------
    x
        The point (D,).
    nodes
        The points (K, D) at which f is evaluated, exactly as they were passed. They
        may lie outside the function's domain as long as a finite bound exists.
    weights
        Their weights (K,).
    order
        Order of accuracy, 1 for one-sided differences, 2 for central ones.

    Raises
    ------
    ValueError
        If the order is less than 1 or a component of x lies outside the domain.
    UnboundedError
        If the bound is not finite.
    """
    if order < 1:
        raise ValueError(f"an order of accuracy is at least 1, not {order}")
    x = oracle.points(function, x)
    weights = np.asarray(weights, dtype=np.float64)
    used = weights != 0
    nodes, weights = np.asarray(nodes, dtype=np.float64)[used], weights[used]
    if not (np.isfinite(nodes).all() and np.isfinite(weights).all()):
        raise oracle.UnboundedError(f"a node or weight at {x.tolist()} is not finite")
    formula = _Formula(x, nodes, weights, exact_offsets(x, nodes))
    with np.errstate(all="ignore"):
        bound = (
            _lower_terms(function, formula, component, order)
            + _remainder(function, formula, order + 1)
            + _evaluation(function, formula)
            + float(enclosure(function, unit(len(x), component), x).radius)
        ) * INFLATION
    oracle.require_finite(function, x, np.full(len(x), bound))
    return bound


class _Formula(NamedTuple):
    """Nodes of non-zero weight about x; the offsets are exact."""

    x: Array
    nodes: Array
    weights: Array
    offsets: list[tuple[Fraction, ...]]


def _lower_terms(
    function: Function, formula: _Formula, component: int, order: int
) -> float:
    """Σ_{|a| ≤ p} |m_a − [a = e_i]|·|D^a f(x)|, capped for |a| ≤ 1."""
    x, nodes, weights, offsets = formula
    own = unit(len(x), component)
    indices = [_indices(function, formula, degree) for degree in range(order + 1)]
    total = 0.0
    for index in sorted({own}.union(*indices)):
        error = abs(moment(offsets, weights.tolist(), index) - (index == own))
        deviation = _float(error)
        if sum(index) <= 1:
            allowance = rounding(x, nodes, weights, index)
            deviation = min(deviation, allowance)
        total += deviation * float(enclosure(function, index, x).magnitude) + TINY
    return total


def _remainder(function: Function, formula: _Formula, degree: int) -> float:
    """Σ_{|a| = p+1} Σ_k |w_k d_k^a|/a!·M_a, Lagrange's form of the remainder."""
    x, nodes, weights, offsets = formula
    distances = [tuple(map(abs, offset)) for offset in offsets]
    sizes = np.abs(weights).tolist()
    centre, radius = _box(x, nodes)
    total = 0.0
    for index in _indices(function, formula, degree):
        coefficient = _float(moment(distances, sizes, index))
        largest = float(enclosure(function, index, centre, radius).magnitude)
        total += coefficient * largest + TINY
    return total


def _evaluation(function: Function, formula: _Formula) -> float:
    """Σ|w|·E + γ_(2K+2)·Σ|w ŷ|, and underflow before or after the weight is applied."""
    at_nodes = enclosure(function, (0,) * len(formula.x), formula.nodes)
    size = np.abs(formula.weights)
    roundings = 2 * len(size) + 2
    off = at_nodes.radius + gamma(roundings) * at_nodes.reach
    return float(np.sum(size * off) + roundings * TINY * (1 + np.sum(size)))


def _float(number: Fraction) -> float:
    """The nearest float, or infinity; never 0 for what is positive."""
    try:
        return float(number) + (TINY if number else 0.0)
    except OverflowError:
        return np.inf


def _indices(function: Function, formula: _Formula, degree: int) -> list[Index]:
    """The a with |a| = degree for which neither D^a f nor d^a at every node is zero."""
    dimension = len(formula.x)
    supports = {tuple(j for j, d in enumerate(o) if d) for o in formula.offsets}
    moving = {
        _placed(index, support, dimension)
        for support in supports
        for index in multi_indices(len(support), degree)
    }
    return sorted(a for a in moving if not oracle.vanishes(function, dimension, a))


def _placed(index: Index, support: Sequence[int], dimension: int) -> Index:
    placed = [0] * dimension
    for k, j in enumerate(support):
        placed[j] = index[k]
    return tuple(placed)


def _box(x: Array, nodes: Array) -> tuple[Array, Array]:
    """Centre and radius, rounded outwards, of the box of x and the nodes."""
    low = np.minimum(x, np.min(nodes, axis=0, initial=np.inf))
    high = np.maximum(x, np.max(nodes, axis=0, initial=-np.inf))
    centre = low / 2 + high / 2
    return centre, np.nextafter(np.maximum(high - centre, centre - low), np.inf)
