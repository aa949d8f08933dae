"""The roles that there are, by their ids: what a command line reads at its start."""

from __future__ import annotations

from typing import Literal, get_args

PortRoleId = Literal[
    "gradient", "point-gradient", "array-gradient", "derivative", "tangent", "descent"
]
"""The roles of a routine, which can be given by name or found out."""

RoleId = Literal[PortRoleId, "pair"]
"""A pair is none: it is only ever given, from Python, f and its gradient."""

PORT_ROLES: tuple[PortRoleId, ...] = get_args(PortRoleId)
