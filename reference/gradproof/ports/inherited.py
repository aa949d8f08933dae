"""The methods of a file's classes, those that they inherit too: nothing is run."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from pathlib import Path

from gradproof.edits import syntax
from gradproof.ports.contents import contents
from gradproof.ports.imported import files

MAX_FILES_AWAY = 3
"""How many imports are followed, one from the file of another."""


def methods(body: list[ast.stmt], folder: Path) -> Mapping[str, frozenset[str]]:
    """The names of each class's methods, by the class's name.

    Of those that it inherits only such as do something.
    """
    given = _given(body, folder, MAX_FILES_AWAY)
    return {
        node.name: given[node.name] | {f.name for f in _functions(node)}
        for node in body
        if isinstance(node, ast.ClassDef)
    }


def announced(body: list[ast.stmt]) -> set[str]:
    """Return the abstract classes: every method only says what is to come.

    Those raise an error, or another class of the file is derived from them. What has
    ``pass`` alone and is no base is yet to be written.
    """
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    bases = {getattr(base, "id", "") for node in classes for base in node.bases}
    return {
        node.name
        for node in classes
        if all(f.name == "__init__" or _only_announces(f) for f in _functions(node))
        and (node.name in bases or any(map(_raises, _functions(node))))
    }


def unwritten(body: list[ast.stmt]) -> set[str]:
    """Return the classes whose forward and backward are both yet to be written."""
    return {
        node.name
        for node in body
        if isinstance(node, ast.ClassDef)
        and not node.bases
        and {f.name for f in _functions(node) if _only_announces(f)}
        >= {"forward", "backward"}
    }


def _raises(function: ast.FunctionDef) -> bool:
    return isinstance(function.body[-1], ast.Raise)


def of_class(name: str, body: list[ast.stmt], folder: Path) -> frozenset[str]:
    """The names of the methods of a class that the file defines or imports."""
    own = methods(body, folder).get(name)
    return own or _of_base(ast.Name(name), {}, body, folder, MAX_FILES_AWAY)


def _given(
    body: list[ast.stmt], folder: Path, away: int
) -> Mapping[str, frozenset[str]]:
    """The methods that each class has for those that derive from it."""
    found: dict[str, frozenset[str]] = {}
    for node in body:
        if isinstance(node, ast.ClassDef):
            own = {f.name for f in _functions(node) if not _only_announces(f)}
            for base in node.bases:
                own |= _of_base(base, found, body, folder, away)
            found[node.name] = frozenset(own)
    return found


def _functions(node: ast.ClassDef) -> list[ast.FunctionDef]:
    return [n for n in node.body if isinstance(n, ast.FunctionDef)]


def _only_announces(function: ast.FunctionDef) -> bool:
    """Whether it has nothing but words: a base class says what is to come."""
    return all(
        isinstance(n, (ast.Pass, ast.Raise)) or _is_text(n) for n in function.body
    )


def _is_text(node: ast.stmt) -> bool:
    value = getattr(node, "value", None)
    return (
        isinstance(node, ast.Expr)
        and isinstance(value, ast.Constant)
        and (isinstance(value.value, str) or value.value is Ellipsis)
    )


def _of_base(
    base: ast.expr,
    known: Mapping[str, frozenset[str]],
    body: list[ast.stmt],
    folder: Path,
    away: int,
) -> frozenset[str]:
    name = getattr(base, "attr", getattr(base, "id", ""))
    if name in known:
        return known[name]
    if not away:
        return frozenset()
    for file, original in _sources(body, folder, name):
        there = _given_in(file, away - 1)
        if original in there:
            return there[original]
    return frozenset()


def _given_in(file: Path, away: int) -> Mapping[str, frozenset[str]]:
    """Those of a file's classes; none if it is no Python of today."""
    try:
        return _known(file, file.stat().st_mtime_ns, away)
    except (SyntaxError, ValueError, OSError):
        return {}


@functools.lru_cache(maxsize=256)
def _known(file: Path, stamp: int, away: int) -> Mapping[str, frozenset[str]]:
    """What a file gave at that time: many names may lead to it, by many ways."""
    return _given(syntax.parse(contents(file)).body, file.parent, away)


def _sources(
    body: list[ast.stmt], folder: Path, name: str
) -> Iterator[tuple[Path, str]]:
    """Where a name may come from: a file beside this one, and its name there."""
    for node in body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if name == (alias.asname or alias.name) or alias.name == "*":
                    original = name if alias.name == "*" else alias.name
                    for file in files(node.module or "", folder, node.level):
                        yield file, original
        elif isinstance(node, ast.Import):
            for alias in node.names:
                for file in files(alias.name, folder):
                    yield file, name
