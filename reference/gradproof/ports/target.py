"""Targets: what a user names on the command line."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class TargetError(Exception):
    """A target that cannot be used: a message's id and its parameters."""

    def __init__(self, message: str, **parameters: Any) -> None:
        super().__init__(message, parameters)
        self.message = message
        self.parameters = parameters


class UsageError(TargetError):
    """A target that is not of the form that is due."""


class LoadError(TargetError):
    """A target that is of the right form and cannot be loaded."""


@dataclass(frozen=True)
class Target:
    """A function in a file (``path`` is set) or in a module (``module`` is)."""

    text: str
    path: Path | None
    module: str
    function: str


def parse(text: str) -> Target:
    """Take ``path/file.py:function`` or ``package.module:function`` apart.

    The last colon divides, so that a Windows drive's letter belongs to the path.
    Raises UsageError for anything else.
    """
    place, colon, function = text.rpartition(":")
    if text.endswith(".py") or not colon:
        raise _without_function(text)
    if not _is_dotted(function):
        raise UsageError("usage.no-function-name", name=function)
    if place.endswith(".py"):
        return Target(text, Path(place), "", function)
    if not _is_dotted(place):
        raise UsageError("usage.no-module-name", name=place)
    return Target(text, None, place, function)


def script(text: str) -> Path | None:
    """The file, where a target is a script or a notebook and names no function."""
    return Path(text) if text.endswith((".py", ".ipynb")) else None


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def _without_function(text: str) -> UsageError:
    names = _defined(Path(text)) if text.endswith(".py") else []
    if names:
        choice = "".join(f"\n  {text}:{name}" for name in names)
        return UsageError("usage.choose-function", choice=choice)
    return UsageError("usage.name-function")


def _defined(path: Path) -> list[str]:
    """The functions that a file defines at its top level, without running it."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, OSError):
        return []
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
