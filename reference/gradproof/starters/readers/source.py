"""The text of a routine's file: without comments, cut where brackets close."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gradproof.starters.errors import StarterError

STEP = "1e-4"
"""What a routine is given for a step that it asks for."""

STEPS = re.compile(r"(?i)^_?(h|hh|dx|d|e|eps\w*|step\w*|delta\w*|epsilon\w*)$")
"""How a step is named."""

_NOISE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`""", re.DOTALL
)
_OPENING, _CLOSING = "([{<", ")]}>"


@dataclass(frozen=True)
class Adapted:
    """How a program calls a routine: what stands in its places, and the role it has.

    ``unread`` is the signature, where how to call it is not known: then the place has
    a line that keeps the program from being built, or from being started.
    """

    places: Mapping[str, str]
    role: str = "point-gradient"
    unread: str = ""
    package: str = ""


class UnreadError(Exception):
    """A signature that is none of the usual ones."""


@dataclass(frozen=True)
class FormalParameter:
    """A parameter of a routine; ``type`` is what is written of it."""

    name: str
    type: str = ""
    has_default: bool = False

    @property
    def is_step(self) -> bool:
        """Whether it is named as a step is."""
        return STEPS.match(self.name) is not None


def bare(text: str) -> str:
    """The text with blanks for comments and strings, line by line as it was."""
    return _NOISE.sub(lambda noise: re.sub(r"[^\n]", " ", noise.group()), text)


def closing(text: str, at: int) -> int:
    """Where the bracket that stands at that place is closed.

    Raises UnreadError where it is not.
    """
    depth = 0
    for place in range(at, len(text)):
        letter = text[place]
        if letter == ">" and text[place - 1] in "-=":
            continue
        if letter in _OPENING and (letter != "<" or text[at] == "<"):
            depth += 1
        elif letter in _CLOSING and (letter != ">" or text[at] == "<"):
            depth -= 1
            if not depth:
                return place
    raise UnreadError


def items(text: str) -> list[str]:
    """What stands between the commas that no bracket encloses."""
    found, depth, began = [], 0, 0
    for place, letter in enumerate(text):
        if letter == ">" and text[place - 1 : place] in ("-", "="):
            continue
        depth += (letter in _OPENING) - (letter in _CLOSING)
        if letter == "," and not depth:
            found.append(text[began:place])
            began = place + 1
    return [" ".join(each.split()) for each in [*found, text[began:]] if each.strip()]


def one(names: list[str]) -> str:
    """The only one. Raises UnreadError where there is none, or there are more."""
    if len(names) != 1:
        raise UnreadError
    return names[0]


def private(file: str, function: str) -> StarterError:
    """What is said of a routine that no other file can call."""
    return StarterError("init.private", file=file, function=function)
