"""Rows of a report on a terminal: a label, its style, a text that is wrapped."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from gradproof.report.characters import printable

STYLES = {
    "pass": "green",
    "fail": "bold red",
    "error": "bold magenta",
    "not-covered": "yellow",
    "in-part": "green",
    "holds": "yellow",
    "as-declared": "yellow",
    "stale": "bold red",
}

Row = tuple[str, str, str]
"""Label, style of the label, text."""


LETTERS = "ぁ-ゖ一-鿿々"
TOKEN = re.compile(
    rf"[ァ-ヺー]+\s*|[{LETTERS}、。]\s*|[^\s{LETTERS}ァ-ヺー、。]+\s*|\s+"
)
"""What Japanese may be broken between: words of katakana, single other letters, and
what has no blanks inside."""

NEVER_FIRST = "、。,.:;!?)]}ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々…"
NEVER_LAST = "(["
"""Characters that a line of Japanese does not begin or end with."""

COUNTED = re.compile(r"\d\s\Z")
"""After a number its counter follows in the same line."""

FILE = re.compile(r"/|\.py\b|\.ipynb\b")
"""A word with this may be a file's name in a command, and is kept whole."""


def console(stream: TextIO | None = None, width: int = 100, **options: Any) -> Console:
    """A console that colours on a terminal alone, and has its own width there.

    In a notebook, too, it writes to its stream: rich's own would show each line there.
    """
    plain: dict[str, Any] = {"highlight": False, "markup": False, "emoji": False}
    made = functools.partial(
        Console, file=stream, force_jupyter=False, **plain, **options
    )
    screen = made()
    return screen if screen.is_terminal else made(width=width)


def show_rows(rows: Iterable[Row], console: Console) -> None:
    """Print rows with their texts in one column."""
    lines = [(printable(label), style, printable(text)) for label, style, text in rows]
    indent = 4 + max((cell_len(label) for label, _, _ in lines), default=0)
    for label, style, text in lines:
        lead = Text("  " + set_cell_size(label, indent - 2), style)
        for line in wrapped(text, max(console.width - indent, 20), console):
            console.print(lead + line, soft_wrap=True)
            lead = Text(" " * indent)


def wrapped(text: str, width: int, console: Console) -> Iterator[Text]:
    """The lines of a text, none wider than ``width`` cells.

    They are broken at blanks; in Japanese, which has few, between letters as well.
    """
    for line in Text(text).split(allow_blank=True):
        for part in line.divide(_breaks(line.plain, width)):
            part.rstrip()
            # Not every rich keeps all letters of a word that is wide and too long.
            wide = cell_len(part.plain) > len(part.plain)
            cut = part.divide(_filled(part.plain, width)) if wide else None
            for piece in cut or part.wrap(console, width):
                piece.rstrip()
                yield piece


def _filled(text: str, width: int) -> Iterator[int]:
    """Where a text is broken that has to be, wherever that is."""
    cells = 0
    for place, letter in enumerate(text):
        if cells + cell_len(letter) > width:
            yield place
            cells = 0
        cells += cell_len(letter)


def _breaks(line: str, width: int) -> Iterator[int]:
    """Where a line that has Japanese in it is broken; nowhere in another."""
    if not re.search(f"[{LETTERS}ァ-ヺ]", line):
        return
    start = end = 0
    for piece in _pieces(line):
        if end > start and cell_len(line[start:end] + piece.rstrip()) > width:
            yield end
            start = end
        end += len(piece)


def _pieces(line: str) -> list[str]:
    """The pieces of a line that are not broken."""
    pieces: list[str] = []
    for word in re.findall(r"\S+\s*|\s+", line):
        for token in [word] if FILE.search(word) else TOKEN.findall(word):
            if pieces and _together(pieces[-1], token):
                pieces[-1] += token
            else:
                pieces.append(token)
    return pieces


def _together(before: str, token: str) -> bool:
    counter = COUNTED.search(before) and re.match(f"[{LETTERS}ァ-ヺ]", token)
    return token[0] in NEVER_FIRST or before[-1] in NEVER_LAST or bool(counter)
