"""The statements of a source: a file's, or those of a notebook's cells."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

from gradproof.edits import syntax
from gradproof.ports import notebook
from gradproof.ports.contents import contents


def statements_of(path: Path) -> list[ast.stmt]:
    """The statements of a file, of a notebook those of its cells that are Python.

    Raises SyntaxError, ValueError or OSError.
    """
    data = contents(path)
    if path.suffix != ".ipynb":
        return syntax.parse(_decoded(data)).body
    try:
        cells = notebook.codes(data)
    except notebook.NotebookError as error:
        raise ValueError(str(error)) from error
    return [statement for cell in cells for statement in _cell(cell)]


def _decoded(data: bytes) -> str:
    """A source as Python reads it: not all do that find a comment in other letters."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    try:
        return data.decode(encoding)
    except LookupError as error:  # an encoding, but none of text
        raise ValueError(str(error)) from error


def _cell(source: str) -> list[ast.stmt]:
    try:
        return syntax.parse(source).body
    except (SyntaxError, ValueError):
        return []
