"""How a function by itself is called: by what its parameters are named."""

from __future__ import annotations

from gradproof.evidence.layer_plan import Plan, UnbuildableError, role_of
from gradproof.evidence.layer_settings import Setting
from gradproof.ports.trials import Description, Parameter

SIZES = ("size", "pool_h", "pool_w")
"""Roles of which a setting has one or the others: a window's size, or its sides."""


def plan(setting: Setting, said: Description) -> Plan:
    """Which role each parameter has, in their order. Raises UnbuildableError.

    Foreign names have the roles that are left, in the order that is usual.
    """
    roles = [*setting.arrays, *(r for r in setting.fed if r not in setting.arrays)]
    if any(p.name == "*" for p in said.forward):
        return Plan({}, tuple(roles))
    for parameter in said.forward:
        role = role_of(parameter.name, SIZES)
        if role is not None and role not in roles:
            raise UnbuildableError(parameter.name)
    named = _by_name(said.forward, roles)
    left = [role for role in roles if role not in named.values()]
    fed: list[str] = []
    for parameter in said.forward:
        role = named.get(parameter.name) or (left.pop(0) if left else None)
        if role is None:
            break
        fed.append(role)
    missing = [p.name for p in said.forward[len(fed) :] if p.required]
    if missing or set(fed) != set(roles):
        raise UnbuildableError((missing or left or [said.name])[0])
    return Plan({}, tuple(fed))


def _by_name(parameters: tuple[Parameter, ...], roles: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for parameter in parameters:
        role = role_of(parameter.name, [r for r in roles if r not in found.values()])
        if role:
            found[parameter.name] = role
    return found
