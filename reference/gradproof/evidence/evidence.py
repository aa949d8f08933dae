"""All that a judge may look at, and where each entry of a result belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from gradproof.evidence.roles import ROLES
from gradproof.evidence.stencil import Stencil, Unreadable
from gradproof.numerics.difference_formula import Formula
from gradproof.ports.observation import Observation
from gradproof.ports.role_ids import RoleId

if TYPE_CHECKING:
    from gradproof.numerics.directions import Survey
    from gradproof.numerics.slope_records import Slopes, Unknown


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a port did on each probe and the formula read there, by the probe's id.

    ``slopes`` are those of a pair's function, and ``survey`` what random directions
    tell of a claim that has too many entries for that; ``unguarded`` the same of the
    function without what keeps its logarithm away from 0, where that tells more.
    """

    role: RoleId
    vectorized: bool
    observations: Mapping[str, Observation]
    readings: Mapping[str, Stencil | Unreadable]
    slopes: Mapping[str, Slopes | Unknown] = field(default_factory=dict)
    survey: Survey | Unknown | None = None
    unguarded: Evidence | None = None

    @property
    def by_rows(self) -> bool:
        """Whether each row of a batch is a point; else the whole array is one."""
        return ROLES[self.role].points != "whole"


@dataclass(frozen=True, eq=False)
class Entry:
    """One entry of a result: ∂f/∂x_component at the point ``origin``, shape (D,).

    ``row`` is the number of the point in its batch, ``None`` for a single point.
    """

    index: tuple[int, ...]
    origin: np.ndarray[Any, Any]
    component: int
    row: int | None


def entries(x: np.ndarray[Any, Any], *, by_rows: bool) -> Iterator[Entry]:
    """The entries of a gradient at ``x``; in a batch each row is a point.

    Otherwise the whole of ``x`` is one point, its components in row-major order.
    """
    values = np.asarray(x, float)
    for component, index in enumerate(np.ndindex(values.shape)):
        if by_rows and values.ndim == 2:
            yield Entry(index, values[index[0]], index[1], index[0])
        else:
            yield Entry(index, values.ravel(), component, None)


def point_shape(x: np.ndarray[Any, Any], *, by_rows: bool) -> tuple[int, ...]:
    """The shape of the arguments that are due at ``x``."""
    return tuple(x.shape[-1:] if by_rows else x.shape)


def formula(stencil: Stencil, entry: Entry, *, by_rows: bool) -> Formula | None:
    """The formula of one entry, or ``None`` if f was not given points for it."""
    nodes, weights = stencil.terms(entry.index)
    expected = point_shape(stencil.x, by_rows=by_rows)
    # A number may come to f as an array that holds it alone.
    if not all(n.shape == expected or (not expected and n.size == 1) for n in nodes):
        return None
    if not all(np.isfinite(node).all() for node in nodes):
        return None
    if not nodes:
        return None
    flat = np.array([node.ravel() for node in nodes], float)
    return Formula(entry.origin, flat, np.array(weights), entry.component)
