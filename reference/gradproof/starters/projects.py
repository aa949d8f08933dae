"""What a Python project needs to have its gradients judged by a tool that it uses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType

TABLES = "pyproject.toml"
"""The file that declares the ports. A project's own is not touched."""

ROUTINE = "gradient.py"
OWN = f"{ROUTINE}:numerical_gradient"


@dataclass(frozen=True)
class Tool:
    """A tool: its file and the text of it, how it is run, what else it is told.

    ``tables`` are the texts that go into pyproject.toml.
    """

    id: str
    title: str
    command: str
    file: str = ""
    source: str = ""
    tables: tuple[str, ...] = (TABLES,)


_ALL = (
    Tool("pytest", "pytest", "pytest", tables=(TABLES, "pytest.toml")),
    Tool("tox", "tox", "tox run -e gradients", "tox.ini", "tox.ini"),
    Tool(
        "ci",
        "GitHub Actions",
        "gradproof check",
        ".github/workflows/gradproof.yml",
        "workflow.yml",
    ),
    Tool(
        "pre-commit",
        "pre-commit",
        "pre-commit run gradproof --all-files",
        ".pre-commit-config.yaml",
        "pre-commit.yaml",
    ),
)

KINDS: Mapping[str, Tool] = MappingProxyType({kind.id: kind for kind in _ALL})


@dataclass(frozen=True)
class Made:
    """The files to write by their names, and what is to be added to pyproject.toml."""

    files: Mapping[str, str]
    to_add: str


def made(kind: Tool, target: str | None, folder: Path) -> Made:
    """What is to be written for the routine that a target names, or for one of its own.

    Of one's own the role is declared. A pyproject.toml that is there is left alone; if
    it declares ports, a tool needs no other.
    """
    own = {kind.file: _text(kind.source)} if kind.file else {}
    there = folder / TABLES
    if target is None and _declares(there):
        return Made(own, "".join(_text(name) for name in kind.tables if name != TABLES))
    role = '\nrole = "gradient"' if target is None else ""
    named = _quoted(target or OWN) + role
    tables = "".join(map(_text, kind.tables)).replace('"TARGET"', named)
    files = own if target else {**own, ROUTINE: _text(ROUTINE)}
    if there.exists():
        return Made(files, tables)
    return Made({TABLES: tables, **files}, "")


def _declares(file: Path) -> bool:
    return file.is_file() and b"tool.gradproof" in file.read_bytes()


def _quoted(text: str) -> str:
    """A text as TOML has it; JSON's strings are TOML's."""
    return json.dumps(text, ensure_ascii=False)


def _text(name: str) -> str:
    source = resources.files("gradproof.starters") / "project" / name
    return source.read_text(encoding="utf-8")
