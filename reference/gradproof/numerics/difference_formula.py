"""A difference formula: what it approximates, term by term.

Taylor's theorem at x turns a formula with nodes x + d_k and weights w_k into

    Σ_k w_k f(x + d_k) = Σ_a m_a · D^a f(x),    m_a = Σ_k w_k d_k^a / a!,

over multi-indices a: its modified equation. It is a difference formula for ∂f/∂x_i
when the moment m_a is 1 for a = e_i and 0 for the zero index and the other unit
indices; the other m_a are its error terms. Nodes and weights are floating-point
numbers, so the sums are exact in rational arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from gradproof.numerics.rounding import UNIT_ROUNDOFF

Index = tuple[int, ...]

MAX_ORDER = 8
"""A formula of a higher order than this is taken to be of this order."""


def multi_indices(dimension: int, order: int) -> list[Index]:
    """All multi-indices a of ``dimension`` entries with |a| = ``order``."""
    return [
        tuple(chosen.count(j) for j in range(dimension))
        for chosen in combinations_with_replacement(range(dimension), order)
    ]


def unit(dimension: int, component: int) -> Index:
    """The multi-index of ∂/∂x_component."""
    return tuple(int(j == component) for j in range(dimension))


def exact_offsets(x: Any, nodes: Any) -> list[tuple[Fraction, ...]]:
    """The rows of ``nodes`` (K, D) minus ``x`` (D,), without rounding."""
    origin = [Fraction(float(c)) for c in x]
    return [
        tuple(Fraction(float(c)) - o for c, o in zip(node, origin, strict=True))
        for node in nodes
    ]


def moment(
    offsets: Sequence[Sequence[Fraction]], weights: Sequence[Any], index: Index
) -> Fraction:
    """m_a = Σ_k w_k d_k^a / a! for the multi-index a, exactly.

    All is brought to common denominators first: sums and products of whole numbers
    are many times faster than those of fractions.
    """
    used = [j for j, a in enumerate(index) if a]
    below = math.lcm(*(offset[j].denominator for offset in offsets for j in used))
    ratios = [float(weight).as_integer_ratio() for weight in weights]
    common = math.lcm(*(denominator for _, denominator in ratios))
    total = 0
    for (weight, denominator), offset in zip(ratios, offsets, strict=True):
        term = weight * (common // denominator)
        for j in used:
            d = offset[j]
            term *= (d.numerator * (below // d.denominator)) ** index[j]
        total += term
    factorials = math.prod(map(math.factorial, index))
    return Fraction(total, common * below ** sum(index) * factorials)


def rounding(x: Any, nodes: Any, weights: Any, index: Index) -> float:
    """What rounding alone can put into m_a, for a formula computed in float64.

    A component of a node is formed by at most two additions, so it is off by up to
    2u(|x_j| + |d_kj|), with u = 2⁻⁵³; a weight is the product of at most eight
    rounded operations, and four more are counted for this sum itself. For |a| ≤ 1 this
    is the allowance of a consistent formula.
    """
    d = np.abs(np.asarray(nodes, float) - np.asarray(x, float))
    off = 2 * UNIT_ROUNDOFF * (np.abs(np.asarray(x, float)) + d)
    powers = np.asarray(index)
    far, near = np.prod((d + off) ** powers, 1), np.prod(d**powers, 1)
    total = np.sum(np.abs(weights) * (far - near + 12 * UNIT_ROUNDOFF * far))
    return float(total) / math.prod(map(math.factorial, index))


@dataclass(frozen=True)
class Term:
    """One term m_a·D^a f of a modified equation, m_a exact for the nodes read."""

    index: Index
    coefficient: Fraction

    @property
    def order(self) -> int:
        """|a|."""
        return sum(self.index)


@dataclass(frozen=True, eq=False)
class Formula:
    """Σ_k w_k f(node k) as an approximation of ∂f/∂x_component at ``x``.

    ``x`` has shape (D,), ``nodes`` (K, D) and ``weights`` (K,).
    """

    x: np.ndarray[Any, Any]
    nodes: np.ndarray[Any, Any]
    weights: np.ndarray[Any, Any]
    component: int

    @cached_property
    def offsets(self) -> list[tuple[Fraction, ...]]:
        """The nodes seen from x, exactly."""
        return exact_offsets(self.x, self.nodes)

    @cached_property
    def moving(self) -> list[int]:
        """The components in which some node differs from x."""
        return [int(j) for j in np.flatnonzero((self.nodes != self.x).any(0))]

    def moment(self, index: Index) -> Fraction:
        """The coefficient of D^a f."""
        return moment(self.offsets, list(self.weights), index)

    def allowance(self, index: Index) -> float:
        """How far rounding alone can move that coefficient."""
        return rounding(self.x, self.nodes, self.weights, index)

    def _noise(self, index: Index) -> float:
        """What rounding can put into a coefficient of weights that are solved for.

        Each of these may be off by roundings of the largest: eight are counted for each
        node, and as much as a node is moved by rounding, seen from x: nodes that mirror
        each other aslant do so no nearer than that, in any of their components. This
        decides no more than which order a formula has; a bound for any order counts all
        that it leaves out.
        """
        x = np.asarray(self.x, float)
        d = np.abs(np.asarray(self.nodes, float) - x)
        reach = np.sum(np.prod(d ** np.asarray(index), 1))
        nearest = min(filter(None, (math.hypot(*row) for row in d)))
        share = 2 * (1 + math.hypot(*x) / nearest)
        roundings = 8 * len(self.weights) + share
        off = roundings * UNIT_ROUNDOFF * np.max(np.abs(self.weights))
        return self.allowance(index) + float(off * reach)

    def indices(self, order: int) -> list[Index]:
        """The multi-indices of this order whose moment can differ from 0."""
        short = multi_indices(len(self.moving), order)
        embedded = np.zeros((len(short), len(self.x)), int)
        embedded[:, self.moving] = short
        return list(map(tuple, embedded.tolist()))

    def expected(self, index: Index) -> int:
        """The coefficient that ∂f/∂x_component has."""
        return int(index == unit(len(self.x), self.component))

    @cached_property
    def inconsistencies(self) -> tuple[Term, ...]:
        """The terms in f and in ∇f that are not those of ∂f/∂x_component.

        A term counts when it is off by more than rounding can explain. Empty for
        a consistent formula.
        """
        size = len(self.x)
        suspects = [(0,) * size] + [unit(size, j) for j in range(size)]
        return tuple(
            Term(index, m)
            for index in suspects
            for m in [self.moment(index)]
            if abs(m - self.expected(index)) > self.allowance(index)
        )

    @cached_property
    def error(self) -> tuple[Term, ...]:
        """The leading error terms: those of the lowest order above 1."""
        for order in range(2, MAX_ORDER + 2):
            terms = [Term(index, self.moment(index)) for index in self.indices(order)]
            leading = [t for t in terms if abs(t.coefficient) > self._noise(t.index)]
            if leading:
                return tuple(leading)
        return ()

    @property
    def order(self) -> int:
        """The order of accuracy that the error terms show."""
        return min((term.order - 1 for term in self.error), default=MAX_ORDER)
