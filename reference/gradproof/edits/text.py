"""A Python file's text and edits of it; nothing else of it changes."""

from __future__ import annotations

import ast
import difflib
import io
import re
import tokenize
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from gradproof.edits import syntax

BOM = "\ufeff"
NEWLINE = re.compile(r"\r\n|\r|\n")
"""What ends a line for Python, and nothing else does."""
ATOMS = (ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.Tuple)
"""Expressions that an attribute may be taken of without parentheses."""


class NotTextError(Exception):
    """Bytes that cannot be read as a Python text and written as they were."""


@dataclass(frozen=True)
class FileText:
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


def source(data: bytes) -> FileText:
    """The text of a file's bytes. Raises NotTextError."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        bom = encoding == "utf-8-sig"
        found = FileText(data.decode(encoding), "utf-8" if bom else encoding, bom)
        same = found.data == data
    except (SyntaxError, UnicodeError, LookupError) as error:
        raise NotTextError(str(error)) from error
    if not same:
        raise NotTextError(encoding)
    return found


@dataclass(frozen=True)
class Edit:
    """Characters ``start`` to ``end`` of a text, and what stands there instead."""

    start: int
    end: int
    new: str


Edits = tuple[Edit, ...]


class Text:
    """A text and its tree: what it says at a node, and edits there.

    Raises SyntaxError, ValueError or RecursionError for what is no Python.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = syntax.parse(text)
        self._starts = [0, *(found.end() for found in NEWLINE.finditer(text))]
        newline = NEWLINE.search(text)
        self.newline = newline[0] if newline else "\n"

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """The characters of a node; parentheses around it are none of it."""
        end = node.end_lineno or node.lineno
        return (
            self._at(node.lineno, node.col_offset),
            self._at(end, node.end_col_offset or 0),
        )

    def of(self, node: ast.expr | ast.stmt) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def _at(self, line: int, column: int) -> int:
        # Columns count the bytes of UTF-8, whatever the file is encoded in.
        start = self._starts[line - 1]
        before = self.text[start : start + column].encode("utf-8")[:column]
        return start + len(before.decode("utf-8"))

    def replaced(self, node: ast.expr, new: str) -> Edits:
        """Another text for a node; parentheses around it go where they double."""
        start, end = self.span(node)
        around = self.text[start - 1 : start] + self.text[end : end + 1]
        if around == "()" and new.startswith("("):
            new = new[1:-1]
        return (Edit(start, end, new),)

    def swapped(self, first: ast.expr, second: ast.expr) -> Edits:
        """Each of two nodes in the place of the other."""
        return (
            *self.replaced(first, self.of(second)),
            *self.replaced(second, self.of(first)),
        )

    def indentation(self, node: ast.stmt) -> str:
        """What a statement's line begins with."""
        line = self.text[self._starts[node.lineno - 1] :]
        return line[: len(line) - len(line.lstrip(" \t\f"))]

    def before(self, node: ast.stmt, *lines: str) -> Edits:
        """Lines before a statement, indented as it is; within a shared line."""
        start, first = self._starts[node.lineno - 1], self.span(node)[0]
        indent = self.text[start:first]
        if indent.strip():
            return (Edit(first, first, "".join(f"{line}; " for line in lines)),)
        return (Edit(start, start, "".join(map(self._line(indent), lines))),)

    def after(self, node: ast.stmt, *lines: str) -> Edits:
        """Lines after a statement, indented as it is; within a shared line."""
        indent = self.text[self._starts[node.lineno - 1] : self.span(node)[0]]
        end, next_line = self.span(node)[1], self._next(node)
        if indent.strip() or self._is_followed(node):
            return (Edit(end, end, "".join(f"; {line}" for line in lines)),)
        text = "".join(map(self._line(indent), lines))
        if not NEWLINE.search(self.text[end:next_line]):  # the last line
            text = self.newline + text[: -len(self.newline)]
        return (Edit(next_line, next_line, text),)

    def _is_followed(self, node: ast.stmt) -> bool:
        """Whether another statement follows in the line."""
        rest = self.text[self.span(node)[1] : self._next(node)].strip()
        return bool(rest) and not rest.startswith("#")

    def deleted(self, node: ast.stmt) -> Edits:
        """A statement taken away, with its lines; none if it is all of a body."""
        start, next_line = self._starts[node.lineno - 1], self._next(node)
        first, end = self.span(node)
        before, rest = self.text[start:first], self.text[end:next_line]
        if self._is_followed(node):
            joined = re.match(r"\s*;\s*", rest)
            return (Edit(first, end + joined.end(), ""),) if joined else ()
        if before.strip():
            joined = re.search(r"\s*;\s*\Z", before)
            return (Edit(start + joined.start(), end, ""),) if joined else ()
        return (Edit(start, next_line, ""),)

    def indented_as(self, node: ast.stmt, other: ast.stmt) -> Edits:
        """A statement of one line where ``other`` is indented; none if it is longer."""
        start, first = self._starts[node.lineno - 1], self.span(node)[0]
        begin = self._starts[other.lineno - 1]
        indent = self.text[begin : self.span(other)[0]]
        one = node.lineno == node.end_lineno
        if not one or indent.strip() or self.text[start:first].strip():
            return ()
        return (Edit(start, first, indent),)

    def _line(self, indent: str) -> Callable[[str], str]:
        return lambda line: f"{indent}{line}{self.newline}"

    def _next(self, node: ast.stmt) -> int:
        """Where the line after a statement begins."""
        line = node.end_lineno or node.lineno
        return self._starts[line] if line < len(self._starts) else len(self.text)


def parsed(text: str) -> Text | None:
    """The text and its tree; ``None`` if it is no Python."""
    try:
        return Text(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


def edited(text: str, edits: Iterable[Edit]) -> str | None:
    """The text with the edits made; ``None`` if they overlap or make no Python."""
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    if not ordered or any(a.end > b.start for a, b in pairwise(ordered)):
        return None
    parts, done = [], 0
    for edit in ordered:
        parts += [text[done : edit.start], edit.new]
        done = edit.end
    new = "".join([*parts, text[done:]])
    return new if new != text and parsed(new) is not None else None


def last_name(node: ast.AST) -> str:
    """The name of a name, or of an attribute; nothing of what is neither."""
    return str(getattr(node, "id", getattr(node, "attr", "")))


def numpy_name(tree: ast.Module) -> str:
    """NumPy's name in a file, with a dot; nothing where its names are the file's."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                if name.name == "numpy":
                    return (name.asname or "numpy") + "."
    stars = (n.names[0].name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom))
    return "" if "*" in stars else "np."


def diff(before: FileText, after: FileText, name: str) -> str:
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
