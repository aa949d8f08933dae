"""The files of a starting point, for a routine of its own or for the user's."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path, PurePosixPath

from gradproof.starters.errors import StarterError
from gradproof.starters.languages import Language
from gradproof.starters.readers import c, cpp, go, java, rust, script
from gradproof.starters.readers.source import Adapted

PACKAGE = "gradproof.starters"


READERS: Mapping[str, Callable[[str, str, str], Adapted]] = {
    "javascript": script.javascript,
    "typescript": script.typescript,
    "go": go.adapted,
    "rust": rust.adapted,
    "c": c.adapted,
    "cpp": cpp.adapted,
    "java": java.adapted,
}
"""How a routine's signature is read; Ruby's are all called alike."""

_PLACE = re.compile(r"^ *//<(\w+)>\n(.*?)^ *//</\1>\n", re.MULTILINE | re.DOTALL)
_ROLE = re.compile(r"""("?roles"?\W[^"]{1,40}")(point-)?gradient(?=")""")


@dataclass(frozen=True)
class Starter:
    """What is written into a folder: each file's text by its name, and two commands.

    ``unread`` is the signature of the user's routine, where how to call it is not
    known: the program then says in one line what is to be filled in.
    """

    language: Language
    routine: str
    function: str
    files: Mapping[str, str] = field(repr=False)
    build: str = ""
    run: str = ""
    unread: str = ""

    @property
    def program(self) -> str:
        """The file that serves the routine."""
        return next(iter(self.files))

    @property
    def to_fill_in(self) -> int:
        """The line of the program in which the call is to be written."""
        lines = self.files[self.program].split("\n")
        said = f"write here how {self.function} is called"
        return next(n for n, line in enumerate(lines, 1) if said in line)


def own(language: Language) -> Starter:
    """The starting point with a right routine filled in."""
    files = _files(language)
    files[language.program] = _placed(files[language.program], {})
    return _starter(language, language.routine, language.function, files)


def _starter(
    language: Language,
    routine: str,
    function: str,
    files: Mapping[str, str],
    unread: str = "",
) -> Starter:
    build = language.build.format(routine=shlex.quote(routine))
    return Starter(language, routine, function, files, build, language.run, unread)


def calling(language: Language, named: str, folder: Path) -> Starter:
    """The one that is to lie in ``folder`` and serves the user's ``FILE:FUNCTION``.

    Raises StarterError if there is no such file, if it does not name the function, or
    if no program can call that.
    """
    file, function = _named(named)
    path = os.path.relpath(file, folder)
    if language.beside and os.path.dirname(path):
        raise StarterError("init.not-beside", file=str(file), language=language.title)
    routine = Path(path).as_posix()
    text = file.read_text("utf-8", errors="replace")
    files = _files(language)
    del files[language.routine]
    program = _renamed(files[language.program], language, routine, function)
    if language.id not in READERS:
        files[language.program] = program
        return _starter(language, routine, function, files)
    adapted = READERS[language.id](text, function, routine)
    program = _ROLE.sub(rf"\g<1>{adapted.role}", _placed(program, adapted.places))
    files[language.program] = program
    made = _starter(language, routine, function, files, adapted.unread)
    return _packaged(made, adapted.package, text)


def _placed(text: str, places: Mapping[str, str]) -> str:
    """The program's text, with these in the places of those names."""
    return _PLACE.sub(lambda place: places.get(place[1], place[2]), text)


def _packaged(made: Starter, package: str, text: str) -> Starter:
    """The same within the package that the routine is of."""
    program = made.language.program
    if made.language.id == "go" and (package != "main" or go.has_main(text)):
        files = {go.TEST: go.as_test(made.files[program], package)}
        return replace(
            made, files=files, build=go.TEST_BUILD.format(routine=made.routine)
        )
    if made.language.id == "java" and package:
        files = {n: f"package {package};\n\n{each}" for n, each in made.files.items()}
        run = made.run.replace("Port", f"{package}.Port")
        return replace(made, files=files, run=run)
    return made


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
    """The files that the package holds for it, the program first."""
    folder = resources.files(PACKAGE) / language.id
    texts = {each.name: each.read_text("utf-8") for each in folder.iterdir()}
    return {
        name: texts[name]
        for name in sorted(texts, key=lambda name: (name != language.program, name))
    }
