"""``[tool.gradproof]`` of a pyproject.toml: the ports of a project."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec

from gradproof.defects.catalogue import CATALOGUE
from gradproof.defects.layers import IDS
from gradproof.evidence.role_ids import PortRoleId

LISTED = "`gradproof explain` lists them"


class ConfigError(Exception):
    """A table that cannot be used; the text says where and why."""


class PortTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[tool.gradproof.ports.NAME]``; ``expect`` maps clauses to reasons.

    ``diagnosis`` holds the defects that a port is known to have, all of them.
    """

    target: str
    role: PortRoleId | None = None
    vectorized: bool = False
    python: str | None = None
    expect: dict[str, str] = {}
    diagnosis: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] | None = None


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
        table = msgspec.toml.decode(text, type=_Project).tool.gradproof
    except (msgspec.MsgspecError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error
    for said in _unknown_defects(table):
        raise ConfigError(f"{path}: {said}")
    return table


def _unknown_defects(table: Table) -> Iterator[str]:
    """What is to be said of diagnoses that the catalogue has not."""
    for name, port in table.ports.items():
        for number, id in enumerate(port.diagnosis or ()):
            if id not in (*CATALOGUE, *IDS):
                at = f"$.tool.gradproof.ports.{name}.diagnosis[{number}]"
                near = difflib.get_close_matches(
                    id.lower(), (*CATALOGUE, *IDS), cutoff=0.5
                )
                hint = f"near: {', '.join(near)}" if near else LISTED
                yield f"{at}: there is no defect {id!r}; {hint}"


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
