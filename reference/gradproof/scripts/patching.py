"""A script's text, and calls in it edited; nothing else of it changes."""

from __future__ import annotations

import ast
import difflib
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gradproof.scripts.fixing import ATOMS, Way

BOM = "\ufeff"
NEWLINE = re.compile(r"\r\n|\r|\n")
"""What ends a line for Python, and nothing else does."""
NAMES = ("p", "point", "one_point", "a_single_point")
"""Names for a point of the array, the first that the script does not use."""


class NotText(Exception):
    """Bytes that cannot be read as a Python text and written as they were."""


@dataclass(frozen=True)
class Source:
    """A Python file's text with its newlines as they are, and how it is encoded."""

    text: str
    encoding: str = "utf-8"
    bom: bool = False

    @property
    def whole(self) -> str:
        """The text with its byte order mark, if it has one."""
        return BOM + self.text if self.bom else self.text

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.whole.encode(self.encoding)


def source(data: bytes) -> Source:
    """The text of a file's bytes. Raises NotText."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        bom = encoding == "utf-8-sig"
        found = Source(data.decode(encoding), "utf-8" if bom else encoding, bom)
        same = found.data == data
    except (SyntaxError, UnicodeError, LookupError) as error:
        raise NotText(str(error)) from error
    if not same:
        raise NotText(encoding)
    return found


@dataclass(frozen=True)
class Site:
    """Where a call is: its line and name, and the argument that is the array.

    ``place`` is that of the argument among those without a name, if it has one.
    """

    line: int
    name: str
    argument: str
    place: int | None


@dataclass(frozen=True)
class Edit:
    """Characters ``start`` to ``end`` of a text, and what stands there instead."""

    start: int
    end: int
    new: str


def patched(source: Source, sites: Sequence[Site], way: Way) -> Source | None:
    """The text with the calls edited; ``None`` if one is not found or not clear."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    text = _Positions(source.text)
    edits: list[Edit] = []
    for call, site in _calls(tree, sites):
        array = _argument(call, site)
        if array is None:
            return None
        if way == "transposed":
            edits += _transposed(text, tree, call, array)
        else:
            edits += _each(text, tree, call, array)
    if not edits or _overlap(edits):
        return None
    return replace(source, text=_applied(source.text, edits))


def _calls(tree: ast.Module, sites: Sequence[Site]) -> list[tuple[ast.Call, Site]]:
    """The calls of this name at this line: one that begins there before others.

    A frame tells the line where a call begins, or that of its name.
    """
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    found: dict[ast.Call, Site] = {}
    for site in sites:
        named = [n for n in nodes if _name(n) == site.name]
        around = [n for n in named if n.lineno <= site.line <= _end(n)]
        begins = [n for n in around if n.lineno == site.line]
        for node in begins or around:
            found.setdefault(node, site)
    return list(found.items())


def _name(call: ast.Call) -> str:
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def _end(node: ast.expr) -> int:
    return node.end_lineno or node.lineno


def _argument(call: ast.Call, site: Site) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == site.argument:
            return keyword.value
    if site.place is None or any(isinstance(a, ast.Starred) for a in call.args):
        return None
    return call.args[site.place] if site.place < len(call.args) else None


class _Positions:
    """A text, and the characters at which its nodes begin and end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(found.end() for found in NEWLINE.finditer(text))]

    def span(self, node: ast.expr) -> tuple[int, int]:
        """The characters of a node."""
        return (
            self._at(node.lineno, node.col_offset),
            self._at(_end(node), node.end_col_offset or 0),
        )

    def of(self, node: ast.expr) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def _at(self, line: int, column: int) -> int:
        # Columns count the bytes of UTF-8, whatever the file is encoded in.
        start = self._starts[line - 1]
        before = self.text[start : start + column].encode("utf-8")[:column]
        return start + len(before.decode("utf-8"))


def _transposed(
    text: _Positions, tree: ast.Module, call: ast.Call, array: ast.expr
) -> Iterator[Edit]:
    """(X).T for the array, and .T after the call."""
    yield from _turned(text, array)
    yield from _turned(text, _with_transpose(text, tree, call))


def _turned(text: _Positions, node: ast.expr) -> Iterator[Edit]:
    """.T after an expression, or its own taken away."""
    start, end = text.span(node)
    if _is_transpose(text, node):
        yield Edit(end - 2, end, "")
    elif isinstance(node, ATOMS):
        yield Edit(end, end, ".T")
    else:
        yield Edit(start, start, "(")
        yield Edit(end, end, ").T")


def _with_transpose(text: _Positions, tree: ast.Module, call: ast.Call) -> ast.expr:
    """The call; with the .T after it, if there is one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.value is call:
            return node if _is_transpose(text, node) else call
    return call


def _is_transpose(text: _Positions, node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "T"
        and text.of(node).endswith(".T")
    )


def _each(
    text: _Positions, tree: ast.Module, call: ast.Call, array: ast.expr
) -> Iterator[Edit]:
    """A call for each column, and the results as columns again."""
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    p = next((name for name in NAMES if name not in used), NAMES[-1])
    (first, last), (start, end) = text.span(call), text.span(array)
    inner = text.text[start:end]
    if _is_transpose(text, array):
        columns = inner[:-2]
    else:
        columns = f"{inner}.T" if isinstance(array, ATOMS) else f"({inner}).T"
    yield Edit(first, first, f"{_numpy(tree)}array([")
    yield Edit(start, end, p)
    yield Edit(last, last, f" for {p} in {columns}]).T")


def _numpy(tree: ast.Module) -> str:
    """NumPy's name in a file, with a dot; nothing where its names are the file's."""
    for node in ast.walk(tree):
        for alias in node.names if isinstance(node, ast.Import) else ():
            if alias.name == "numpy":
                return (alias.asname or "numpy") + "."
    stars = (n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom))
    return "" if any(a.name == "*" for n in stars for a in n.names) else "np."


def _overlap(edits: Sequence[Edit]) -> bool:
    ordered = sorted(edits, key=lambda e: (e.start, e.end))
    return any(a.end > b.start for a, b in pairwise(ordered))


def _applied(text: str, edits: Sequence[Edit]) -> str:
    # From the last to the first, so that the places of the others hold.
    for edit in sorted(edits, key=lambda e: (e.start, e.end), reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


def diff(before: Source, after: Source, name: str) -> str:
    """The unified diff, with the newlines and the byte order mark of the file."""
    old, new = name, name
    if not name.startswith("/") and ":" not in name:
        old, new = f"a/{name}", f"b/{name}"
    lines = difflib.unified_diff(
        _lines(before.whole), _lines(after.whole), old, new, lineterm="\n"
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in lines
    )


def _lines(text: str) -> list[str]:
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + parts[-1:] * bool(parts[-1])
