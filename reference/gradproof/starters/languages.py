"""The languages that there is a starting point for: how each is built and run."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gradproof.starters.errors import StarterError


@dataclass(frozen=True)
class Language:
    """A language, and the program that is written for it.

    ``program`` is the file that serves the ``function`` of the file ``routine``. The
    command ``build`` makes it, and ``run`` starts it; ``{routine}`` in it stands for
    the routine's file. ``packages`` are
    Debian's. A routine of a language that is ``beside`` has to lie in the program's own
    folder.
    """

    id: str
    title: str
    program: str
    routine: str
    function: str
    run: str
    packages: tuple[str, ...]
    build: str = ""
    beside: bool = False
    aliases: tuple[str, ...] = ()


_ALL = (
    Language(
        "javascript",
        "JavaScript",
        program="port.mjs",
        routine="numerical_gradient.mjs",
        function="numericalGradient",
        run="node port.mjs",
        packages=("nodejs",),
        aliases=("js", "node", "nodejs"),
    ),
    Language(
        "c",
        "C",
        program="port.c",
        routine="numerical_gradient.c",
        function="numerical_gradient",
        build="cc -O2 -Wall -o port port.c -ljansson",
        run="./port",
        packages=("gcc", "libjansson-dev"),
    ),
    Language(
        "go",
        "Go",
        program="port.go",
        routine="numerical_gradient.go",
        function="NumericalGradient",
        build="go build -o port port.go {routine}",
        run="./port",
        packages=("golang-go",),
        beside=True,
        aliases=("golang",),
    ),
    Language(
        "ruby",
        "Ruby",
        program="port.rb",
        routine="numerical_gradient.rb",
        function="numerical_gradient",
        run="ruby port.rb",
        packages=("ruby",),
        aliases=("rb",),
    ),
    Language(
        "rust",
        "Rust",
        program="port.rs",
        routine="numerical_gradient.rs",
        function="numerical_gradient",
        build="rustc -O --edition 2021 -o port port.rs",
        run="./port",
        packages=("rustc",),
        aliases=("rs",),
    ),
    Language(
        "cpp",
        "C++",
        program="port.cpp",
        routine="numerical_gradient.hpp",
        function="numerical_gradient",
        build="g++ -O2 -Wall -o port port.cpp",
        run="./port",
        packages=("g++", "nlohmann-json3-dev"),
        aliases=("cxx",),
    ),
    Language(
        "java",
        "Java",
        program="Port.java",
        routine="NumericalGradient.java",
        function="numericalGradient",
        build="javac -d classes Port.java Json.java {routine}",
        run="java -cp classes Port",
        packages=("default-jdk-headless",),
        beside=True,
    ),
    Language(
        "typescript",
        "TypeScript",
        program="port.ts",
        routine="numerical_gradient.ts",
        function="numericalGradient",
        build=(
            "tsc --strict --target es2020 --module commonjs --outDir build"
            " port.ts node.d.ts"
        ),
        run="node build/port.js",
        packages=("nodejs", "node-typescript"),
        beside=True,
        aliases=("ts",),
    ),
)

LANGUAGES: Mapping[str, Language] = MappingProxyType({each.id: each for each in _ALL})

_NAMES = {
    name: each for each in _ALL for name in (each.id, each.title.lower(), *each.aliases)
}


def find(name: str) -> Language:
    """The language of that name, or of one that it goes by as well.

    Raises StarterError with what comes near, or with all that there are.
    """
    if name.lower() in _NAMES:
        return _NAMES[name.lower()]
    close = difflib.get_close_matches(name.lower(), _NAMES, n=3, cutoff=0.5)
    if not close:
        raise StarterError("init.unknown", name=name, known=", ".join(LANGUAGES))
    ids = dict.fromkeys(_NAMES[each].id for each in close)
    raise StarterError("init.suggest", name=name, near=", ".join(ids))
