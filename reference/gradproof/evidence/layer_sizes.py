"""Layers that are made of sizes: they make their parameters, which are then set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradproof.evidence.layer_plan import (
    SIZES,
    Plan,
    UnbuildableError,
    fed_roles,
    made_roles,
    plan,
    role_of,
)
from gradproof.evidence.layer_settings import Kind, Setting
from gradproof.ports.trials import Description, LayerPort, Moment, Trial

Array = np.ndarray[Any, Any]


def planned(port: LayerPort, kind: Kind, setting: Setting, said: Description) -> Plan:
    """How a layer is made and fed, of arrays or of sizes. Raises UnbuildableError."""
    sizes = [p.name for p in said.make if p.required and role_of(p.name, SIZES)]
    if not sizes or said.instance:
        return plan(kind, setting, said)
    make = made_roles(kind, setting, said.make)
    if not set(make.values()) & set(SIZES):
        return plan(kind, setting, said)
    of_sizes = Plan(make, ()).made_with(setting)
    ((made, *_),) = port.run([Trial(said.name, of_sizes, ())])
    if made.outcome != "returned":
        raise UnbuildableError(sizes[0])
    roles = [r for r in setting.arrays if r in kind.parameters]
    owned = _owned({role: setting.arrays[role] for role in roles}, made)
    if len(owned) < len(roles):
        raise UnbuildableError(sizes[0])
    loose = [role for role in setting.arrays if role not in roles]
    options = [role for role in setting.options if role not in make.values()]
    fed = fed_roles([*loose, *setting.fed], options, said)
    return Plan({**make, **owned}, fed)


def _owned(arrays: Mapping[str, Array], made: Moment) -> dict[str, str]:
    """The role of each of the layer's arrays, by its name, or else by its shape."""
    there = {
        **made.attributes,
        **{f"params[{n}]": p for n, p in enumerate(made.params) if p is not None},
    }
    found: dict[str, str] = {}
    for exactly in (True, False):
        for name, array in there.items():
            last = name.rpartition(".")[2]
            for role, given in arrays.items():
                named = role_of(last, [role]) is not None or not exactly
                free = role not in found.values() and name not in found
                if free and named and array.shape == given.shape:
                    found[name] = role
    return found
