"""Text that may be shown: no character of it moves a cursor or turns a line."""

from __future__ import annotations

import unicodedata


class Command(str):
    """A line to be pasted into a shell, or into a file: it is never broken."""

    __slots__ = ()


SHOWN = {"\n", "\t"}
"""Control characters that lay out a text and do no more."""

HIDDEN = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode's categories of control characters, of halves of a pair, of separators."""

TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
"""Classes of the characters that give a text another direction (UAX #9)."""

MARKS = {"\u061c", "\u200e", "\u200f"}
"""Letters of no width that have one, of the classes of all others."""


def printable(text: str) -> str:
    """The text, with what is not to be shown written as an escape of Python's."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter if _shown(letter) else _escape(letter) for letter in text)


def as_name(text: str) -> str:
    """A name, which is one line whatever is in it."""
    return printable(text).replace("\n", "\\n")


def _shown(letter: str) -> bool:
    if letter.isprintable() or letter in SHOWN:
        return True
    turning = letter in MARKS or unicodedata.bidirectional(letter) in TURNING
    return unicodedata.category(letter) not in HIDDEN and not turning


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape", "surrogatepass").decode("ascii")
