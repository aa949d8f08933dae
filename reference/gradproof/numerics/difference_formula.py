"""One entry of a stencil as a difference formula, and its modified equation."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from gradproof.numerics.moments import (
    Index,
    exact_offsets,
    moment,
    multi_indices,
    rounding,
    unit,
)

MAX_ORDER = 8
"""A formula of a higher order than this is taken to be of this order."""


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

    def indices(self, order: int) -> list[Index]:
        """The multi-indices of this order whose moment can differ from 0."""
        size = len(self.x)
        embedded = []
        for short in multi_indices(len(self.moving), order):
            index = [0] * size
            for j, power in zip(self.moving, short, strict=True):
                index[j] = power
            embedded.append(tuple(index))
        return embedded

    def due(self, index: Index) -> int:
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
            if abs(m - self.due(index)) > self.allowance(index)
        )

    @cached_property
    def error(self) -> tuple[Term, ...]:
        """The leading error terms: those of the lowest order above 1."""
        for order in range(2, MAX_ORDER + 2):
            terms = [Term(index, self.moment(index)) for index in self.indices(order)]
            leading = [t for t in terms if abs(t.coefficient) > self.allowance(t.index)]
            if leading:
                return tuple(leading)
        return ()

    @property
    def order(self) -> int:
        """The order of accuracy that the error terms show."""
        return self.error[0].order - 1 if self.error else MAX_ORDER
