"""What a recipe does on a probe: observed and read like a port, and only once."""

from __future__ import annotations

import functools
from collections.abc import Iterable

import numpy as np

from gradproof.defects.recipe import Recipe
from gradproof.evidence.collection import gather
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.probe_ids import READ
from gradproof.evidence.probes import fixed, of, planes
from gradproof.evidence.roles import OTHER_ROLES
from gradproof.evidence.stencil import Stencil, Unreadable, read
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.observation import Observation, Probe
from gradproof.ports.role_ids import RoleId


@functools.cache
def probes() -> dict[str, Probe]:
    """The fixed probes by id."""
    return {probe.id: probe for probe in fixed()}


@functools.cache
def others() -> dict[str, tuple[RoleId, Probe]]:
    """The probes of the roles that are none of arrays, by id, each with its role."""
    of_points: Iterable[tuple[RoleId, Probe]] = (("tangent", p) for p in planes())
    each = ((role, probe) for role in OTHER_ROLES for probe in of(role))
    return {probe.id: (role, probe) for role, probe in (*each, *of_points)}


def probe_of(id: str) -> Probe:
    """The probe of that id."""
    return others()[id][1] if id in others() else probes()[id]


@functools.lru_cache(maxsize=4096)
def observation(recipe: Recipe, probe: str) -> Observation:
    """What the recipe does on a probe."""
    # A wrong descent may run off to infinity.
    with np.errstate(all="ignore"):
        return FunctionPort("model", recipe).observe(probe_of(probe))


@functools.lru_cache(maxsize=4096)
def reading(recipe: Recipe, probe: str) -> Stencil | Unreadable:
    """The formula of the recipe at a probe; of a descent, in its first step alone."""
    if probe in others():
        role, _ = others()[probe]
        return gather(FunctionPort("model", recipe), role, {probe}).readings[probe]
    return read(FunctionPort("model", recipe), probes()[probe].x)


def evidence(recipe: Recipe, role: RoleId, wanted: Iterable[str] = ()) -> Evidence:
    """The evidence of a recipe, on all probes or on those that are wanted."""
    if role in OTHER_ROLES:
        return gather(FunctionPort("model", recipe), role)
    ids = tuple(wanted) or tuple(probes())
    return Evidence(
        role,
        False,
        {probe: observation(recipe, probe) for probe in ids},
        {probe: reading(recipe, probe) for probe in ids if probe in READ},
    )
