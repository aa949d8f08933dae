"""Rows of a report on a terminal: a label, its style, a text that is wrapped."""

from __future__ import annotations

import functools
import itertools
import os
import re
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from gradproof.report.characters import Command, printable

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


JAPANESE = re.compile("[ぁ-ゖァ-ヺ一-鿿々]")
"""Letters of Japanese: a text that has some is broken between its phrases."""

NARROW_COLUMNS = 60
"""Below this a label has a line of its own: beside it there is no room for a text."""

NEVER_FIRST = "、。,.:;!?)]}ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々…」』)±"
NEVER_LAST = "([「『(±"
"""Characters that a line of Japanese does not begin or end with."""

COUNTED = re.compile(r"\d\s*\Z")
"""After a number its counter follows in the same line."""

PARTICLE = re.compile(
    "[のをはがにでとへも](?![ぁ-ゖ]{2})|から|まで|より|では|には|とは"
)
"""What begins with one of these goes with the name or number before it."""

FILE = re.compile(r"/|\.py\b|\.ipynb\b")
"""A word with this may be a file's name in a command, and is kept whole."""

MARKS = re.compile(r"(?<=[、。])|(?=\()")
"""Where a sentence goes on beside a file's name."""


WHOLE = ("dim", "bold")
"""Styles of a row that its text has as well as its label."""


def console(
    stream: TextIO | None = None, width: int | None = None, **options: Any
) -> Console:
    """A console that colours on a terminal alone, and has its own width there.

    Elsewhere it has the width that is given, or that of ``COLUMNS``, or 100;
    ``NO_COLOR`` and ``FORCE_COLOR`` are heeded. In a notebook, too, it writes to its
    stream: rich's own would show each line there.
    """
    plain: dict[str, Any] = {"highlight": False, "markup": False, "emoji": False}
    made = functools.partial(
        Console, file=stream, force_jupyter=False, **plain, **options
    )
    screen = made()
    return screen if screen.is_terminal else made(width=width or _columns() or 100)


def _columns() -> int:
    """The width that the environment asks for, if it is a number; else 0."""
    said = os.environ.get("COLUMNS", "")
    return int(said) if said.isdigit() else 0


def show_line(text: str, style: str, console: Console, *, lead: str = "") -> None:
    """Print a sentence in one style, what follows on further lines set in by two.

    ``lead`` stands before it, in no style. Where no terminal is, and no width was asked
    for, the sentence stays in one line, to be searched for.
    """
    text, lead = printable(text), printable(lead)
    if not (console.is_terminal or _columns()):
        console.print(Text(lead).append(text, style), soft_wrap=True)
        return
    indent = cell_len(lead)
    first = indent if indent <= console.width // 2 else 4
    if first != indent:
        console.print(Text(lead.rstrip()), soft_wrap=True)
        lead = " " * first
    further = first or 2
    for line in wrapped(text, max(console.width - further, 20), console):
        line.stylize(style)
        console.print(Text(lead) + line, soft_wrap=True)
        lead = " " * further


def show_rows(rows: Iterable[Row], console: Console) -> None:
    """Print rows with their texts in one column, commands in one line each.

    A colour is the label's alone; what is dim or bold is so as a whole.
    """
    shown = [(printable(label), style, text) for label, style, text in rows]
    indent = 4 + max((cell_len(label) for label, _, _ in shown), default=0)
    beside = console.width >= NARROW_COLUMNS
    for label, style, text in shown:
        lead = Text().append("  " + set_cell_size(label, indent - 2), style)
        further = " " * (indent if beside else 4)
        lines = list(_lines(text, max(console.width - len(further), 20), console))
        room = console.width - len(further)
        long = isinstance(text, Command) and cell_len(lines[0].plain) > room
        if label and (long or not beside):
            lead.rstrip()
            console.print(lead, soft_wrap=True)
        if long or not beside:
            further = "    "
            lead = Text(further)
        for line in lines:
            line.stylize(style if style in WHOLE else "")
            console.print(lead + line, soft_wrap=True)
            lead = Text(further)


def _lines(text: str, width: int, console: Console) -> Iterator[Text]:
    if isinstance(text, Command):
        yield Text(printable(text))
    else:
        yield from wrapped(printable(text), width, console)


def wrapped(text: str, width: int, console: Console) -> Iterator[Text]:
    """The lines of a text, none wider than ``width`` cells.

    They are broken at blanks; in Japanese, which has few, between phrases.
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
    if not JAPANESE.search(line):
        return
    start = end = 0
    for piece in _pieces(line):
        if end > start and cell_len(line[start:end] + piece.rstrip()) > width:
            yield end
            start = end
        end += len(piece)


def _pieces(line: str) -> list[str]:
    """The pieces of a line that are not broken: phrases, words and files' names."""
    pieces: list[str] = []
    words = map(_parts, re.findall(r"\S+\s*|\s+", line))
    for word in itertools.chain.from_iterable(words):
        whole = FILE.search(word) or not JAPANESE.search(word)
        for piece in [word] if whole else _phrases(word):
            if pieces and _together(pieces[-1], piece):
                pieces[-1] += piece
            else:
                pieces.append(piece)
    return pieces


def _parts(word: str) -> list[str]:
    """A word; if a file's name is in it, what stands around that by itself."""
    return [p for p in MARKS.split(word) if p] if FILE.search(word) else [word]


def _phrases(word: str) -> list[str]:
    """What reads as one, of Japanese that stands without a blank."""
    pieces: list[str] = []
    for piece in _parser().parse(word):
        # A number, a name or a formula is not taken apart.
        latin = pieces and pieces[-1][-1:].isascii() and piece[:1].isascii()
        if latin and not pieces[-1][-1:].isspace():
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


@functools.cache
def _parser() -> Any:
    import budoux

    return budoux.load_default_japanese_parser()


def _together(before: str, piece: str) -> bool:
    counter = COUNTED.search(before) and JAPANESE.match(piece)
    # A particle does not begin a line: "f" and "が" are one phrase.
    particle = before.isascii() and PARTICLE.match(piece)
    first, last = piece[0] in NEVER_FIRST, before.rstrip()[-1:] in NEVER_LAST
    return first or (last and not before[-1].isspace()) or bool(counter or particle)
