"""The files of a starting point, for a routine of its own or for the user's."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path, PurePosixPath

from gradproof.starters.errors import StarterError
from gradproof.starters.languages import Language

PACKAGE = "gradproof.starters"


@dataclass(frozen=True)
class Starter:
    """What is written into a folder: each file's text by its name, and two commands."""

    language: Language
    routine: str
    function: str
    files: Mapping[str, str] = field(repr=False)

    @property
    def build(self) -> str:
        """The command that makes the program; empty where nothing is to be made."""
        return self.language.build.format(routine=shlex.quote(self.routine))

    @property
    def run(self) -> str:
        """The command that starts it."""
        return self.language.run


def own(language: Language) -> Starter:
    """The starting point with a right routine filled in."""
    return Starter(language, language.routine, language.function, _files(language))


def calling(language: Language, named: str, folder: Path) -> Starter:
    """The one that is to lie in ``folder`` and serves the user's ``FILE:FUNCTION``.

    Raises StarterError if there is no such file, or if it does not name the function.
    """
    file, function = _named(named)
    path = os.path.relpath(file, folder)
    if language.beside and os.path.dirname(path):
        raise StarterError("init.not-beside", file=str(file), language=language.title)
    routine = Path(path).as_posix()
    files = dict(_files(language))
    del files[language.routine]
    files[language.program] = _renamed(
        files[language.program], language, routine, function
    )
    return Starter(language, routine, function, files)


def _named(named: str) -> tuple[Path, str]:
    place, colon, function = named.rpartition(":")
    file = Path(place)
    if not colon or not place or not re.fullmatch(r"[^\W\d]\w*", function):
        raise StarterError("init.from", named=named)
    try:
        text = file.read_text("utf-8", errors="replace")
    except OSError as error:
        why = error.strerror or str(error)
        raise StarterError("init.no-file", file=place, text=why) from error
    if not re.search(rf"\b{function}\b", text):
        raise StarterError("init.no-function", file=place, function=function)
    return file, function


def _renamed(text: str, language: Language, routine: str, function: str) -> str:
    """The program's text with the routine's file and function in place of its own.

    Its own have names that stand for nothing else in it.
    """
    stem = PurePosixPath(routine).stem
    instead = {
        PurePosixPath(language.routine).stem: stem,
        language.function: function,
        language.routine: routine,
    }
    names = sorted(instead, key=len, reverse=True)
    pattern = "|".join(rf"\b{re.escape(name)}\b" for name in names)
    return re.sub(pattern, lambda found: instead[found.group()], text)


def _files(language: Language) -> dict[str, str]:
    """The files that the package holds for it."""
    folder = resources.files(PACKAGE) / language.id
    return {
        each.name: each.read_text("utf-8")
        for each in sorted(folder.iterdir(), key=lambda each: each.name)
    }
