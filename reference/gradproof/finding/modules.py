"""A file's syntax: what its statements bind, and which files its imports lead to."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gradproof.ports import imported as files_imported
from gradproof.ports.statements import statements_of

DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass(frozen=True, eq=False)
class Module:
    """A file that was read; ``binders`` are the statements that bind a name.

    ``effects`` are the statements that may do more than bind one.
    """

    path: Path
    body: list[ast.stmt]
    binders: Mapping[str, tuple[int, ...]]
    effects: tuple[int, ...]


def read(path: Path) -> Module | None:
    """The module of a file, or of a notebook's cells; None if it is no Python.

    Some are remembered, as files side by side import the same ones.
    """
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (SyntaxError, ValueError, OSError, RecursionError):
        return None


@functools.lru_cache(maxsize=128)
def _read(path: Path, stamp: int) -> Module:
    body = statements_of(path)
    binders: dict[str, list[int]] = {}
    for number, statement in enumerate(body):
        for name in bound(statement):
            binders.setdefault(name, []).append(number)
    effects = [n for n, s in enumerate(body) if not _only_binds(s, path)]
    kept = {name: tuple(numbers) for name, numbers in binders.items()}
    return Module(path, body, kept, tuple(effects))


def forget() -> None:
    """Keep nothing of what was read."""
    _read.cache_clear()


def bound(statement: ast.AST) -> Iterator[str]:
    """The names that a statement binds where it stands."""
    if isinstance(statement, DEFINES):
        yield statement.name
        return
    if isinstance(statement, IMPORTS):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]
        return
    if isinstance(statement, ast.Name) and isinstance(statement.ctx, ast.Store):
        yield statement.id
    if isinstance(statement, ast.ExceptHandler) and statement.name:
        yield statement.name
    if not isinstance(statement, ast.Lambda):
        for child in ast.iter_child_nodes(statement):
            yield from bound(child)


def _only_binds(statement: ast.stmt, path: Path) -> bool:
    """Whether it does nothing else: it may be left out if nobody asks for its names."""
    if isinstance(statement, DEFINES):
        return not statement.decorator_list
    if isinstance(statement, IMPORTS):
        return not list(imported(statement, path))
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    plain = isinstance(statement, ast.Assign) and all(
        isinstance(target, ast.Name) for target in statement.targets
    )
    return plain and not any(isinstance(n, ast.Call) for n in ast.walk(statement))


def imported(statement: ast.stmt, path: Path) -> Iterator[Path]:
    """The files that an import may lead to."""
    folder = path.absolute().parent
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            yield from _files(alias.name, folder)
    elif isinstance(statement, ast.ImportFrom):
        module = statement.module or ""
        if module:
            yield from _files(module, folder, statement.level)
        for alias in statement.names:
            dotted = f"{module}.{alias.name}".strip(".")
            if alias.name != "*":
                yield from _files(dotted, folder, statement.level)


def _files(dotted: str, folder: Path, level: int = 0) -> Iterator[Path]:
    """The files that are run when a module of that name is imported."""
    yield from files_imported.packages(dotted, folder, level)
    yield from files_imported.files(dotted, folder, level)
