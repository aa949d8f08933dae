"""What a recipe does on a probe: observed and read like a port, and only once."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from gradproof.contract.evidence import Evidence, Role
from gradproof.contract.probes import READ, fixed
from gradproof.defects.recipe import Recipe
from gradproof.observation import Observation, Probe
from gradproof.ports.function import FunctionPort
from gradproof.stencil import Stencil, Unreadable, read


@functools.cache
def probes() -> dict[str, Probe]:
    """The fixed probes by id."""
    return {probe.id: probe for probe in fixed()}


@functools.lru_cache(maxsize=4096)
def observation(recipe: Recipe, probe: str) -> Observation:
    """What the recipe does on a probe."""
    return FunctionPort("model", recipe).observe(probes()[probe])


@functools.lru_cache(maxsize=4096)
def reading(recipe: Recipe, probe: str) -> Stencil | Unreadable:
    """The formula of the recipe at a probe."""
    return read(FunctionPort("model", recipe), probes()[probe].x)


def evidence(recipe: Recipe, role: Role, wanted: Iterable[str] = ()) -> Evidence:
    """The evidence of a recipe, on all probes or on those that are wanted."""
    ids = tuple(wanted) or tuple(probes())
    return Evidence(
        role,
        False,
        {probe: observation(recipe, probe) for probe in ids},
        {probe: reading(recipe, probe) for probe in ids if probe in READ},
    )
