"""A test vector: a function and a place, what is exact there, and what is accepted."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.contract import descents, expected, tangents
from gradproof.evidence import probes, value_probes
from gradproof.evidence.evidence import entries
from gradproof.examination.vectors.numbers import NUMBERS, Kind, ProbePoint
from gradproof.numerics.functions import Function
from gradproof.ports.observation import Probe
from gradproof.ports.role_ids import RoleId

Array = np.ndarray[Any, Any]

ANSWERED: Mapping[RoleId, tuple[Kind, ...]] = {
    "gradient": ("point", "rows"),
    "point-gradient": ("point",),
    "array-gradient": ("point", "whole"),
    "derivative": ("number",),
    "tangent": ("line",),
    "descent": ("steps",),
}
"""The roles whose answers can be judged, and the vectors that each has to answer."""

BATCH = ProbePoint("rows", "rows")
"""What a routine of single points is given as well: to refuse it is right."""


@dataclass(frozen=True, eq=False)
class Vector:
    """An answer is right if each entry is ``within`` of what is ``exact``.

    What is NaN in both is not judged. Of a line these are its values, of steps the
    place to which they lead.
    """

    number: int
    kind: Kind
    probe: Probe
    exact: Array
    within: Array

    @property
    def id(self) -> str:
        """Its number, as a name."""
        return str(self.number)

    @property
    def function(self) -> Function:
        """The f of the probe."""
        return expected.function_of_probe(self.probe)

    @property
    def dimension(self) -> int:
        """The number of components of a point."""
        x = np.asarray(self.probe.x)
        return int(x.shape[-1] if self.kind == "rows" else x.size)

    @property
    def roles(self) -> tuple[RoleId, ...]:
        """The roles that have to answer it."""
        return tuple(role for role in ANSWERED if self.number in vectors_of(role))

    def accepts(self, answer: Array | None) -> bool:
        """Whether an answer has the right shape, and every entry is near enough."""
        if answer is None or answer.shape != self.exact.shape:
            return False
        near = np.abs(expected.wide(answer) - self.exact) <= self.within
        return bool((near | np.isnan(self.within)).all())


@functools.cache
def vectors_of(role: RoleId) -> Mapping[int, Vector]:
    """The vectors that a role has to answer, by their numbers."""
    return {
        number: vectors()[number]
        for number, place in NUMBERS.items()
        if place.kind in ANSWERED[role] or (role == "point-gradient" and place == BATCH)
    }


@functools.cache
def vectors() -> Mapping[int, Vector]:
    """Every vector by its number."""
    known = _probes()
    return {
        number: _vector(number, place, known[place.probe])
        for number, place in NUMBERS.items()
    }


def _probes() -> dict[str, Probe]:
    each = (
        itertools.chain(probes.of(role), value_probes.more(role)) for role in ANSWERED
    )
    return {probe.id: probe for found in each for probe in found}


def _vector(number: int, place: ProbePoint, probe: Probe) -> Vector:
    made = MADE.get(place.kind, _of_array)
    with np.errstate(all="ignore"):
        return Vector(number, place.kind, probe, *made(place, probe))


def _of_array(place: ProbePoint, probe: Probe) -> tuple[Array, Array]:
    """The exact gradient, and by how much any admitted step may be off.

    NaN in rows that are not finite.
    """
    function = expected.function_of_probe(probe)
    exact, within = (np.full(np.shape(probe.x), np.nan) for _ in range(2))
    for entry in entries(probe.x, by_rows=place.kind != "whole"):
        if np.isfinite(entry.origin).all():
            at = tuple(entry.origin.tolist())
            exact[entry.index] = expected.exact_gradient(function, at)[entry.component]
            within[entry.index] = expected.any_step_limit(function, entry)
    return exact, within


def _of_line(place: ProbePoint, probe: Probe) -> tuple[Array, Array]:
    """The values of the tangent, and by how much they may be off."""
    (entry,) = entries(probe.x, by_rows=False)
    function = expected.function_of_probe(probe)
    slope = expected.exact_gradient(function, tuple(entry.origin.tolist()))[0]
    limit = expected.any_step_limit(function, entry)
    return tangents.values(probe, slope, limit)


def _of_steps(place: ProbePoint, probe: Probe) -> tuple[Array, Array]:
    """Where the steps lead, and by how much that may be off."""
    return descents.of_any_step(probe)


MADE: Mapping[Kind, Callable[[ProbePoint, Probe], tuple[Array, Array]]] = {
    "line": _of_line,
    "steps": _of_steps,
}
"""How exact answers come about, where they are no gradients."""
