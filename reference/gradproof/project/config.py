"""``[tool.gradproof]`` of a pyproject.toml: the ports of a project."""

from __future__ import annotations

import contextlib
import difflib
import errno
import os
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

from gradproof.ports.contents import contents
from gradproof.ports.role_ids import PORT_ROLES, PortRoleId
from gradproof.ports.sandbox_ids import SANDBOXES, Sandbox
from gradproof.ports.target import EXEC, VECTORS, parse
from gradproof.project.limits import MAX_TIMEOUT_SECONDS
from gradproof.report.language import LANGUAGES, Language, wanted

NAME = "pyproject.toml"
MAX_BYTES = 1 << 20
NESTED = re.compile(rb"(?<![\w\"'-])(?:[\w\"'-]+[ \t]*\.[ \t]*){100}")
"""A key of so many parts: the time that tomllib takes grows with their square."""
TOO_DEEP = "it nests too deeply"


class ConfigError(Exception):
    """A table that cannot be used; the text says where and why, to who reads it."""

    def __init__(self, message: str, /, **parameters: Any) -> None:
        super().__init__(message)
        self.message = message
        self.parameters = parameters

    def __str__(self) -> str:
        return self.said(wanted())

    def said(self, language: Language) -> str:
        """What is wrong, in a language."""
        # Sentences need most of the package, and few tables are wrong.
        from gradproof.report.phrases import Phrases

        phrases = Phrases(language)
        near, known = (self.parameters.get(key) for key in ("near", "known"))
        hints = [
            phrases.say(f"config.{key}", words=", ".join(words))
            for key, words in (("near", near), ("allowed", known))
            if words
        ]
        hint = "; ".join(hints) or phrases.say("config.listed")
        return phrases.say(
            f"config.{self.message}", **{**self.parameters, "hint": hint}
        )


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
    """``[tool.gradproof]``: the ports, and on what terms they are judged.

    ``timeout`` is in seconds, ``lang`` the language of the report, ``sandbox`` as the
    option of that name; ``None`` leaves a choice to where it is made otherwise.
    """

    ports: dict[str, PortTable] = {}
    strict: bool = False
    timeout: Annotated[float, msgspec.Meta(gt=0, le=MAX_TIMEOUT_SECONDS)] | None = None
    lang: Language | None = None
    sandbox: Sandbox | None = None


CHOICES = {"role": PORT_ROLES, "lang": LANGUAGES, "sandbox": SANDBOXES}
"""What a key may be, of those that name one of several."""

TYPES = {
    **{"object": "table", "str": "string", "int": "integer", "bool": "boolean"},
    "float": "number",
}
"""TOML's words for what msgspec names otherwise."""

UNKNOWN_FIELD = re.compile(r"Object contains unknown field `([^`]*)`.*")
NO_CHOICE = re.compile(r"Invalid enum value '(.*)' - at `\$\.(\w+)`")
ELSEWHERE = re.compile(r"(.*) - at `\$(.*)`")
NO_TYPE = re.compile(r"Expected `([^`]*)`, got `([^`]*)`")
"""The forms of msgspec's texts."""


def found(start: Path) -> Path:
    """The nearest pyproject.toml, in a folder or above, that has such a table.

    The one in the folder itself if there is none.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        with contextlib.suppress(OSError):
            if b"tool.gradproof" in contents(folder / NAME):
                return folder / NAME
    return start / NAME


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work in a folder: a table's paths are relative to its file."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def read(path: Path) -> Table:
    """The table of that file; an empty one if there is no file or no such table.

    Raises ConfigError.
    """
    try:
        text = contents(path)
    except FileNotFoundError:
        return Table()
    except OSError as error:
        raise ConfigError("text", path=path, at="", text=error.strerror) from error
    if len(text) > MAX_BYTES:
        raise ConfigError("text", path=path, at="", text=os.strerror(errno.EFBIG))
    if NESTED.search(text):
        raise ConfigError("text", path=path, at="", text=TOO_DEEP)
    try:
        tool = msgspec.toml.decode(text).get("tool", {})
        table = _table(tool.get("gradproof", {}) if isinstance(tool, dict) else {})
    except ConfigError as error:
        raise _of(path, error) from error
    except RecursionError as error:
        raise ConfigError("text", path=path, at="", text=TOO_DEEP) from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise ConfigError("text", path=path, at="", text=error) from error
    for wrong in (*_unknown_defects(table), *_unnamed(table)):
        raise _of(path, wrong)
    named = {name: _with_target(port) for name, port in table.ports.items()}
    return msgspec.structs.replace(table, ports=named)


def _of(path: Path, error: ConfigError) -> ConfigError:
    """The same of a file."""
    return ConfigError(error.message, **{**error.parameters, "path": path})


def _table(raw: Any) -> Table:
    """The table; each port by itself, so that what is wrong is told by its name."""
    at = "$.tool.gradproof"
    ports = raw.get("ports", {}) if isinstance(raw, dict) else {}
    for name, port in ports.items() if isinstance(ports, dict) else ():
        _converted(port, PortTable, f"{at}.ports.{name}")
    return _converted(raw, Table, at)


Record = TypeVar("Record", PortTable, Table)


def _converted(raw: Any, record: type[Record], at: str) -> Record:
    """Raises ConfigError, with what is allowed and what comes nearest."""
    try:
        return msgspec.convert(raw, record)
    except msgspec.ValidationError as error:
        raise _told(str(error), record, at) from error


def _told(text: str, record: type[Record], at: str) -> ConfigError:
    """What msgspec says of a table, with what is allowed there."""
    unknown, choice = UNKNOWN_FIELD.fullmatch(text), NO_CHOICE.fullmatch(text)
    if unknown is not None:
        return ConfigError(
            "unknown", at=f"{at}: ", **_near(unknown[1], record.__struct_fields__)
        )
    if choice is not None and choice[2] in CHOICES:
        key, place = choice[2], f"{at}.{choice[2]}: "
        return ConfigError(
            "choice", at=place, key=key, **_near(choice[1], CHOICES[key])
        )
    elsewhere = ELSEWHERE.fullmatch(text)
    place = f"{at}{elsewhere[2]}: " if elsewhere else f"{at}: "
    text = elsewhere[1] if elsewhere else text
    kinds = NO_TYPE.fullmatch(text)
    if kinds is not None:
        expected, actual = map(_types, kinds.groups())
        return ConfigError("type", at=place, needed=expected, found=actual)
    return ConfigError("text", at=place, text=text)


def _types(named: str) -> str:
    """TOML's words for the types that msgspec names; it has none for nothing."""
    kinds = [TYPES.get(kind, kind) for kind in named.split(" | ") if kind != "null"]
    return " | ".join(kinds)


def _near(word: str, known: Sequence[str]) -> dict[str, Any]:
    """A word, what may have been meant by it, and all that is allowed."""
    near = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.5)
    return {"word": word, "near": near, "known": known}


def _unnamed(table: Table) -> Iterator[ConfigError]:
    """What is to be said of ports that name no code, or two, or a command of none."""
    for name, port in table.ports.items():
        at = f"$.tool.gradproof.ports.{name}"
        if bool(port.target) == bool(port.command):
            yield ConfigError("target-or-command", at=f"{at}: ")
        elif not port.command and (port.cwd or port.env or port.build):
            yield ConfigError("without-command", at=f"{at}: ")
        for key, command in (("command", port.command), ("build", port.build)):
            try:
                words(command)
            except ValueError as error:
                yield ConfigError("text", at=f"{at}.{key}: ", text=error)


def words(command: Command) -> tuple[str, ...]:
    """The words of a command. Raises ValueError for a quote that is left open."""
    return tuple(shlex.split(command) if isinstance(command, str) else command)


def _with_target(port: PortTable) -> PortTable:
    """The port, its command as a target."""
    if not port.command:
        return port
    target = EXEC + shlex.join(words(port.command))
    return msgspec.structs.replace(port, target=target)


def _unknown_defects(table: Table) -> Iterator[ConfigError]:
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
                yield ConfigError("defect", at=f"{at}: ", word=id, near=near)


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
