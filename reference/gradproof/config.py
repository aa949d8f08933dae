"""``[tool.gradproof]`` of a pyproject.toml: the ports of a project."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

Role = Literal[
    "gradient", "point-gradient", "array-gradient", "derivative", "tangent", "descent"
]
"""The roles of a port; a pair is none: it is given from Python."""


class ConfigError(Exception):
    """A table that cannot be used; the text says where and why."""


class PortTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[tool.gradproof.ports.NAME]``; ``expect`` maps clauses to reasons."""

    target: str
    role: Role | None = None
    vectorized: bool = False
    python: str | None = None
    expect: dict[str, str] = {}


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[tool.gradproof]``."""

    ports: dict[str, PortTable] = {}


class _Tool(msgspec.Struct, frozen=True):
    gradproof: Table = Table()


class _Project(msgspec.Struct, frozen=True):
    tool: _Tool = _Tool()


def read(path: Path) -> Table:
    """The table of that file; an empty one if there is no file or no such table.

    Raises ConfigError.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return Table()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    try:
        return msgspec.toml.decode(text, type=_Project).tool.gradproof
    except (msgspec.MsgspecError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error


def living_in(ports: Iterable[PortTable], files: Iterable[str]) -> list[PortTable]:
    """The ports whose code is in one of the files, by file or by module."""
    changed = {Path(file).resolve() for file in files}
    return [port for port in ports if changed & _homes(port.target)]


def _homes(target: str) -> set[Path]:
    """Where a target's code may be."""
    place = target.rpartition(":")[0]
    if place.endswith((".py", ".ipynb")) or not place:
        return {Path(place or target).resolve()}
    folder = Path(*place.split("."))
    return {folder.with_suffix(".py").resolve(), (folder / "__init__.py").resolve()}
