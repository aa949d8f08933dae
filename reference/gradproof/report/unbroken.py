"""Formulas and calls in a text, which are kept in one line where that can be."""

from __future__ import annotations

import re

from rich.cells import cell_len

HELD = "\ue000"
"""Stands for a blank at which no line ends: of a use that no text has."""

OPERATORS = r"(?:[-+*/@·−=<>≤≥≈←]|[-+*/]=|==|\*\*)"
OPENED = re.compile(r"(?<=[\w·/*−+(\[])[(\[]|(?<=[·−+=/(\[] )[(\[]")
"""A bracket of a formula, and not one that a sentence has."""


def held(text: str, width: int) -> str:
    """The text with its formulas in one piece each, where they are no wider.

    Of a formula that is, the sides of an equation are in one piece, if they fit.
    """
    words = _bound(text).split(" ")
    return " ".join(_fitting(word, width) for word in words)


def released(text: str) -> str:
    """The text with blanks in their places."""
    return text.replace(HELD, " ")


def _bound(text: str) -> str:
    """The text with every blank of a formula held."""
    whole = re.sub(rf" ({OPERATORS}) ", rf"{HELD}\1{HELD}", text)
    found, depth = [], 0
    for place, letter in enumerate(whole):
        if letter in "([" and (depth or OPENED.match(whole, place)):
            depth += 1
        elif letter in ")]" and depth:
            depth -= 1
        found.append(HELD if letter == " " and depth else letter)
    return "".join(found) if not depth else whole


def _fitting(word: str, width: int) -> str:
    if cell_len(word) <= width:
        return word
    sides = word.split(f"{HELD}={HELD}")
    fit = all(cell_len(side) + 2 <= width for side in sides)
    return " = ".join(sides) if fit and sides[1:] else released(word)
