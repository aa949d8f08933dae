"""Where in a source functions, classes and methods are defined."""

from __future__ import annotations

import ast
import contextlib
from pathlib import Path

from gradproof.edits import syntax

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def line_of(file: Path, name: str) -> int | None:
    """The line on which a function, a class or a method is defined; else the first.

    Of what is not Python there is none.
    """
    if file.suffix != ".py":
        return None
    line = 1
    with contextlib.suppress(OSError, SyntaxError, ValueError):
        within: ast.AST = syntax.parse(file.read_bytes())
        for part in name.split("."):
            found = [node for node in _defined(within) if node.name == part]
            if not found:
                return 1
            within, line = found[-1], found[-1].lineno
    return line


def _defined(within: ast.AST) -> list[Definition]:
    """The functions and classes of a body."""
    return [n for n in ast.iter_child_nodes(within) if isinstance(n, Definition)]
