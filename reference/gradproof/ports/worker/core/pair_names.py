"""Which two functions of a file make a layer: by their names."""

import re
from typing import Collection, Iterator, NamedTuple, Tuple

FORWARD = re.compile(r"(.+?)_?forward(_\w+)?|forward_?(.+)", re.I)
"""Names of forward functions: a stem, and what tells two of them apart."""


class Names(NamedTuple):
    """What a pair is called, and the functions that make it."""

    pair: str
    forward: str
    backward: str


def pairs_of(functions: Collection[str]) -> Iterator[Names]:
    """The pairs that functions of these names make."""
    for name in functions:
        found = FORWARD.fullmatch(name)
        if found:
            stem, tail = found.group(1) or found.group(3), found.group(2) or ""
            for end, backward in _backwards(functions, stem, tail):
                yield Names(stem + end, name, backward)


def _backwards(
    functions: Collection[str], stem: str, tail: str
) -> Iterator[Tuple[str, str]]:
    """The backwards of a forward, each with what it is told apart by.

    One that has no forward of its own goes with the plain one.
    """
    for plain in (stem + "_backward", "backward_" + stem, stem + "Backward"):
        if plain + tail in functions:
            yield tail, plain + tail
            break
    if tail:
        return
    for name in functions:
        end = name[len(stem + "_backward") :]
        if name.startswith(stem + "_backward_") and (
            stem + "_forward" + end not in functions
        ):
            yield end, name
