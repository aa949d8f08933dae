"""The roles that there are, by their ids: what a command line reads at its start."""

from __future__ import annotations

from typing import Literal, get_args

ArrayRoleId = Literal["gradient", "point-gradient", "array-gradient"]
"""Those that give a gradient: which of them it is can be left open."""

OwnRoleId = Literal["derivative", "tangent", "descent"]

PortRoleId = Literal[ArrayRoleId, OwnRoleId]
"""The roles of a routine, which can be given by name or found out."""

RoleId = Literal[PortRoleId, "pair"]
"""A pair is none: it is only ever given, from Python, f and its gradient."""

PORT_ROLES: tuple[PortRoleId, ...] = get_args(PortRoleId)

TrialRoleId = Literal["layer", "network", "optimizer", "value-and-gradient"]
"""What is tried step by step, and made anew for each trial."""
