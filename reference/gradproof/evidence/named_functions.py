"""The functions of the probes, which a program may be asked for by their names."""

from __future__ import annotations

from collections.abc import Mapping

from gradproof.evidence import probes, value_probes
from gradproof.numerics.functions import Function
from gradproof.ports.role_ids import PORT_ROLES


def named_functions() -> Mapping[str, Function]:
    """Each by its name, in the order in which the probes ask for them."""
    every = [
        *(p for role in PORT_ROLES for p in probes.of(role)),
        *(p for role in PORT_ROLES for p in value_probes.more(role)),
    ]
    return {p.function.name: p.function for p in every if p.function is not None}
