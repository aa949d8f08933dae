"""The line of a faulty call, mended: with its array transposed there and back."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

from gradproof.scripts.records import GradientCall, Place, Run
from gradproof.scripts.running import statement

ATOMS = (ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.Tuple)
"""Expressions that an attribute may be taken of without parentheses."""


@dataclass(frozen=True)
class Fix:
    """A statement as it is and as it should be."""

    place: Place
    before: str
    after: str


Way = Literal["transposed", "each"]
WAYS: tuple[Way, ...] = ("transposed", "each")
"""``transposed``: (X).T for the array, and .T after the call. ``each``: a call for
each column, and the results as columns again: for a routine that takes the whole
array for a point."""


def mended(run: Run, call: GradientCall, way: Way) -> Fix | None:
    """The call's statement, mended; ``None`` if the call is not found in it."""
    line = statement(run.sources.get(call.place.file, ""), call.place.line)
    try:
        tree = ast.parse(line)
    except SyntaxError:
        return None
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and _calls(n, call)]
    if len(calls) != 1:
        return None
    array = _argument(run, call, calls[0])
    if array is None:
        return None
    numpy = _numpy(run.sources[call.place.file])
    return Fix(call.place, line, _mended(line, calls[0], array, way, numpy))


def _calls(node: ast.Call, call: GradientCall) -> bool:
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    return bool(name == call.name)


def _argument(run: Run, call: GradientCall, node: ast.Call) -> ast.expr | None:
    """The argument that becomes x: by its name, or by its parameter's place."""
    for keyword in node.keywords:
        if keyword.arg == call.argument:
            return keyword.value
    place = place_of_points(run, call)
    if place is None or any(isinstance(a, ast.Starred) for a in node.args):
        return None
    return node.args[place] if place < len(node.args) else None


def place_of_points(run: Run, call: GradientCall) -> int | None:
    """The place of the parameter in the routine's definition, self aside."""
    try:
        tree = ast.parse(run.sources.get(call.home, ""))
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == call.name:
            names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
            names = [n for n in names if n not in ("self", "cls")]
            return names.index(call.argument) if call.argument in names else None
    return None


def _numpy(source: str) -> str:
    """NumPy's name in a file, with a dot; nothing where its names are the file's."""
    try:
        nodes = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Import)]
    except SyntaxError:
        nodes = []
    for name in (name for node in nodes for name in node.names):
        if name.name == "numpy":
            return (name.asname or "numpy") + "."
    return "" if "import *" in source else "np."


def _mended(line: str, call: ast.Call, array: ast.expr, way: Way, numpy: str) -> str:
    data = line.encode("utf-8")  # columns count bytes
    start, end = array.col_offset, array.end_col_offset or 0
    first, last = call.col_offset, call.end_col_offset or 0
    inner = data[start:end].decode("utf-8")
    if not isinstance(array, ATOMS):
        inner = f"({inner})"
    before, after = data[first:start].decode("utf-8"), data[end:last].decode("utf-8")
    if way == "transposed":
        new = f"{before}{inner}.T{after}.T"
    else:
        new = f"{numpy}array([{before}p{after} for p in {inner}.T]).T"
    return data[:first].decode("utf-8") + new + data[last:].decode("utf-8")
