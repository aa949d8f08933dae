"""Targets: what a user names on the command line, found and imported."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any


class TargetError(Exception):
    """A target that cannot be used; the text says why, and what to do."""


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
        raise UsageError(_without_function(text))
    if not all(part.isidentifier() for part in function.split(".")):
        raise UsageError(f"{text}: {function!r} is no function's name")
    if place.endswith(".py"):
        return Target(text, Path(place), "", function)
    if not all(part.isidentifier() for part in place.split(".")):
        raise UsageError(f"{text}: {place!r} is neither a .py file nor a module's name")
    return Target(text, None, place, function)


def load(target: Target) -> Callable[..., Any]:
    """Import the file or module and take the function out of it.

    Raises LoadError when it is not there, fails on import, or cannot be called.
    """
    module = _file(target.path) if target.path else _module(target.module)
    found: Any = module
    for name in target.function.split("."):
        if not hasattr(found, name):
            near = ", ".join(_public_functions(module)) or "none"
            raise LoadError(
                f"{target.text}: there is no {target.function}; functions here: {near}"
            )
        found = getattr(found, name)
    if not callable(found):
        kind = type(found).__name__
        raise LoadError(f"{target.text}: this is of type {kind}, and cannot be called")
    return found  # type: ignore[no-any-return]  # callable() says nothing of the type


def _without_function(text: str) -> str:
    path = Path(text)
    if text.endswith(".py") and path.is_file():
        names = _defined(path)
        if names:
            lines = "".join(f"\n  {text}:{name}" for name in names)
            return f"{text}: name the function, one of:{lines}"
    return f"{text}: name a function, as in path/file.py:numerical_gradient"


def _defined(path: Path) -> list[str]:
    """The functions that a file defines at its top level, without running it."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, OSError):
        return []
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


def _public_functions(module: ModuleType) -> list[str]:
    return [
        name
        for name, value in vars(module).items()
        if callable(value)
        and getattr(value, "__module__", None) == module.__name__
        and not name.startswith("__")
    ]


def _file(path: Path) -> ModuleType:
    """The module of a file, run with its folder importable, as Python would do."""
    if not path.is_file():
        raise LoadError(f"{path}: there is no such file")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise LoadError(f"{path}: this is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.resolve().parent))
    try:
        spec.loader.exec_module(module)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a file may do anything, exit included
        raise LoadError(_failed(str(path), error)) from error
    finally:
        sys.path.pop(0)
    return module


def _module(name: str) -> ModuleType:
    """The module of that name; the working folder is importable."""
    sys.path.insert(0, str(Path.cwd()))
    try:
        return importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise LoadError(_failed(name, error)) from error
    finally:
        sys.path.pop(0)


def _failed(place: str, error: BaseException) -> str:
    """What happened, and in which line of the file if it is known."""
    where = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        if _same_file(frame.f_code.co_filename, place):
            where = f", line {line}"
    if isinstance(error, SyntaxError) and error.lineno:
        where = f", line {error.lineno}"
    return f"{place}{where}: importing it failed: {type(error).__name__}: {error}"


def _same_file(one: str, other: str) -> bool:
    return Path(one).resolve() == Path(other).resolve()
