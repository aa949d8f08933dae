"""How ports may be walled off, by its ids: what a command line reads at its start."""

from __future__ import annotations

from typing import Literal, get_args

Sandbox = Literal["auto", "require", "off"]
SANDBOXES: tuple[Sandbox, ...] = get_args(Sandbox)
