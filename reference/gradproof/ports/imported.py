"""The files that an import may lead to, by their names alone: nothing is run."""

from __future__ import annotations

import os.path
from collections.abc import Iterator
from pathlib import Path

MAX_FOLDERS_ABOVE = 3
"""How many folders above a file's own are searched for what it imports."""


def files(dotted: str, folder: Path, level: int = 0) -> Iterator[Path]:
    """The files that a module of that name may be, the nearest first.

    ``folder`` is that of the file which imports it; ``level`` counts the dots before
    the name. What is installed is not looked for.
    """
    parts = dotted.split(".") if dotted else []
    for place in _places(folder, level):
        yield from _module(place.joinpath(*parts))


def packages(dotted: str, folder: Path, level: int = 0) -> Iterator[Path]:
    """The files of the packages that a module is in, as they are run before it."""
    parts = dotted.split(".")
    for place in _places(folder, level):
        if any(_module(place.joinpath(*parts))):
            for end in range(1, len(parts)):
                start = place.joinpath(*parts[:end], "__init__.py")
                if os.path.isfile(start):
                    yield start


def _places(folder: Path, level: int) -> list[Path]:
    if level:
        return [folder, *folder.parents][level - 1 : level]
    return list(dict.fromkeys([*_upwards(folder), Path.cwd()]))


def _upwards(folder: Path) -> list[Path]:
    """A file's folder, and those above it, up to a repository's."""
    found = [folder]
    while len(found) <= MAX_FOLDERS_ABOVE and not os.path.exists(found[-1] / ".git"):
        found.append(found[-1].parent)
    return found


def _module(whole: Path) -> Iterator[Path]:
    """The file of a module, where it is one."""
    named = [whole.with_suffix(".py")] if whole.name else []
    for file in (*named, whole / "__init__.py"):
        if os.path.isfile(file):
            yield file
            return
