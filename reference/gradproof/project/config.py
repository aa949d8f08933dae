"""``[tool.gradproof]`` of a pyproject.toml: the ports of a project."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec

from gradproof.ports.role_ids import PortRoleId
from gradproof.ports.target import EXEC, VECTORS, parse
from gradproof.ports.wall import Sandbox

NAME = "pyproject.toml"
LISTED = "`gradproof explain` lists them"


class ConfigError(Exception):
    """A table that cannot be used; the text says where and why."""


Command = str | tuple[str, ...]


class PortTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[tool.gradproof.ports.NAME]``; ``expect`` maps clauses to reasons.

    ``diagnosis`` holds the defects that a port is known to have, all of them. In the
    place of a ``target`` a program has a ``command``, one text or its words, the folder
    ``cwd`` in which it is started and ``env`` beside the variables that there are; the
    command ``build`` is run there before.
    """

    target: str = ""
    role: PortRoleId | None = None
    vectorized: bool = False
    python: str | None = None
    expect: dict[str, str] = {}
    diagnosis: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] | None = None
    command: Command = ""
    cwd: str = ""
    env: dict[str, str] = {}
    build: Command = ""


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[tool.gradproof]``; ``sandbox`` as the option of that name."""

    ports: dict[str, PortTable] = {}
    sandbox: Sandbox | None = None


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
    for said in (*_unknown_defects(table), *_unnamed(table)):
        raise ConfigError(f"{path}: {said}")
    ports = {name: _with_target(port) for name, port in table.ports.items()}
    return Table(ports, table.sandbox)


def _unnamed(table: Table) -> Iterator[str]:
    """What is to be said of ports that name no code, or two, or a command of none."""
    for name, port in table.ports.items():
        at = f"$.tool.gradproof.ports.{name}"
        if bool(port.target) == bool(port.command):
            yield f"{at}: name either a target or a command"
        elif not port.command and (port.cwd or port.env or port.build):
            yield f"{at}: cwd, env and build go with a command"
        for key, command in (("command", port.command), ("build", port.build)):
            try:
                words(command)
            except ValueError as error:
                yield f"{at}.{key}: {error}"


def words(command: Command) -> tuple[str, ...]:
    """The words of a command. Raises ValueError for a quote that is left open."""
    return tuple(shlex.split(command) if isinstance(command, str) else command)


def _with_target(port: PortTable) -> PortTable:
    """The port, its command as a target."""
    if not port.command:
        return port
    target = EXEC + shlex.join(words(port.command))
    return msgspec.structs.replace(port, target=target)


def _unknown_defects(table: Table) -> Iterator[str]:
    """What is to be said of diagnoses that the catalogue has not."""
    if not any(port.diagnosis for port in table.ports.values()):
        return
    # They are heavy, and a command line has none to look up.
    from gradproof.report.index import DEFECTS

    for name, port in table.ports.items():
        for number, id in enumerate(port.diagnosis or ()):
            if id not in DEFECTS:
                at = f"$.tool.gradproof.ports.{name}.diagnosis[{number}]"
                near = difflib.get_close_matches(id.lower(), DEFECTS, cutoff=0.5)
                hint = f"near: {', '.join(near)}" if near else LISTED
                yield f"{at}: there is no defect {id!r}; {hint}"


def living_in(ports: Iterable[PortTable], files: Iterable[str]) -> list[PortTable]:
    """The ports whose code is in one of the files, by file or by module.

    Of the file that declares them it is all.
    """
    changed = {Path(file).resolve() for file in files}
    if Path(NAME).resolve() in changed:
        return list(ports)
    return [port for port in ports if changed & _homes(port)]


def _homes(port: PortTable) -> set[Path]:
    """Where a target's code may be; of a command any of its words may be a file."""
    target = port.target
    if target.startswith(EXEC):
        return {Path(port.cwd, word).resolve() for word in parse(target).command}
    if target.startswith(VECTORS):
        return {Path(target.removeprefix(VECTORS)).resolve()}
    place = target.rpartition(":")[0]
    if place.endswith((".py", ".ipynb")) or not place:
        return {Path(place or target).resolve()}
    folder = Path(*place.split("."))
    return {folder.with_suffix(".py").resolve(), (folder / "__init__.py").resolve()}
