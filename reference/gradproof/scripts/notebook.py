"""The code of a notebook: its cells in order, with what is not Python set aside."""

from __future__ import annotations

import ast
import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gradproof.ports.target import LoadError

NOT_RUN = re.compile(r"\s*%%(?!time\b|timeit\b|capture\b|prun\b)")
"""A cell that is another language's, or a file's: all of it is set aside."""
LINE = re.compile(r"(\s*)([%!?].*|[\w.\[\]]+\?{1,2}\s*)$")
TIMED = re.compile(r"(\s*)%(?:time|timeit|prun)\s+(?!-)(\S.*)$")


def cells(path: Path) -> list[tuple[str, str]]:
    """The name and the source of each code cell. Raises LoadError.

    A cell keeps its lines: what is set aside becomes a comment, or ``pass``.
    """
    try:
        book = json.loads(path.read_text(encoding="utf-8-sig"))
        found = list(_sources(book))
    except (OSError, ValueError, RecursionError) as error:
        raise LoadError("script.no-notebook", text=str(error)) from error
    except (AttributeError, KeyError, TypeError) as error:
        raise LoadError("script.no-notebook", text="no cells") from error
    return [
        (f"{path}[{number}]", plain(source)) for number, source in enumerate(found, 1)
    ]


def _sources(book: dict[str, Any]) -> Iterator[str]:
    """The text of code cells; the format before 4 held them in worksheets."""
    sheets = [book] if "cells" in book else book["worksheets"]
    for sheet in sheets:
        for cell in sheet["cells"]:
            if cell["cell_type"] == "code":
                text = cell.get("source", cell.get("input", ""))
                yield text if isinstance(text, str) else "".join(text)


def plain(source: str) -> str:
    """A cell's Python, with magics and commands set aside.

    What is Python as it stands is left alone: a line may begin with % there too.
    """
    with contextlib.suppress(SyntaxError, ValueError):
        ast.parse(source)
        return source
    lines = source.split("\n")
    if NOT_RUN.match(lines[0]):
        return "\n".join("# " + line for line in lines)
    return "\n".join(map(_plain_line, lines))


def _plain_line(line: str) -> str:
    timed = TIMED.match(line)
    if timed:
        return f"{timed[1]}{timed[2]}"
    magic = LINE.match(line)
    # It may be all that a block holds.
    return f"{magic[1]}pass  # {magic[2].strip()}" if magic else line
