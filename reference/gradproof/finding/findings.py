"""What can be judged in folders: nothing is run, and nothing is judged."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from gradproof.finding import files, foreign, shapes
from gradproof.finding.files import PassedOver
from gradproof.finding.foreign import Foreign
from gradproof.ports.function_names import kind_of
from gradproof.ports.statements import statements_of
from gradproof.ports.target import Target
from gradproof.ports.worker.core import script_calls

Kind = Literal["named", "shaped", "classes", "script", "notebook", "declared"]
"""Why something is taken for a port."""


EVERY_DAY = {"step", "identity"}
"""Kinds of functions whose names others have, too."""
OF_LAYERS = {"forward", "backward", "loss", "gradient", "update", "update_one"}

PROJECT = "pyproject.toml"

MAX_SOURCE_BYTES = 2 << 20
"""Of a file that is looked through: what is larger is data, and takes seconds a MB."""


@dataclass(frozen=True)
class Found:
    """A port: what names it, why it is taken for one, and where it stands.

    ``function`` is its name in the file; "" for all of that.
    """

    target: str
    kind: Kind
    path: Path
    function: str = ""
    line: int = 0


@dataclass(frozen=True)
class Findings:
    """The ports in a folder in order, and what was passed over, by its path, and why.

    ``foreign`` is of other languages, and is not judged as it stands; ``projects`` are
    files in which ports may be declared.
    """

    folder: Path
    ports: tuple[Found, ...]
    foreign: tuple[Foreign, ...]
    passed: Mapping[Path, PassedOver]
    projects: tuple[Path, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """What names the ports."""
        return tuple(port.target for port in self.ports)

    @property
    def passed_over(self) -> Mapping[PassedOver, int]:
        """How much was passed over, by why."""
        counts = Counter(self.passed.values())
        return {why: counts[why] for why in get_args(PassedOver) if counts[why]}


def find(folder: Path) -> Findings:
    """Look through a folder and those below it.

    A file of layers, networks or optimizers is a port; so is a script or a notebook
    that calls a gradient or draws arrows, and each routine that is named for one and
    takes f, or has the shape of one.
    """
    listing = files.below(folder)
    passed = dict(listing.passed)
    found: list[Found] = []
    others: list[Foreign] = []
    for file in listing.files:
        if file.suffix in (".py", ".ipynb"):
            ports = list(_ports(file, passed))
            if not ports:
                passed.setdefault(file, "nothing")
            found += ports
        elif foreign.is_source(file):
            others += foreign.functions(file)
    projects = [file for file in listing.files if file.name == PROJECT]
    return Findings(folder, tuple(found), tuple(others), passed, tuple(projects))


def _ports(file: Path, passed: dict[Path, PassedOver]) -> Iterator[Found]:
    if file.suffix == ".py" and _bytes(file) > MAX_SOURCE_BYTES:
        passed[file] = "large"
        return
    try:
        body = statements_of(file)
    except (SyntaxError, ValueError, OSError, RecursionError):
        passed[file] = "unreadable"
        return
    if file.suffix == ".ipynb":
        if _draws(body):
            yield Found(str(file), "notebook", file)
            return
    else:
        whole = Target(str(file), file)
        if whole.is_script:
            yield Found(str(file), "script", file)
            return
        if whole.layer is not None and not _is_chance(body):
            yield Found(str(file), "classes", file)
    for name, why, line in shapes.routines(body):
        yield Found(f"{file}:{name}", why, file, name, line)


def _bytes(file: Path) -> int:
    """How many there are; none of what is gone meanwhile."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _is_chance(body: list[ast.stmt]) -> bool:
    """Whether all that speaks for layers is a function with a name of every day."""
    methods = {
        node.name
        for top in body
        if isinstance(top, ast.ClassDef)
        for node in top.body
        if isinstance(node, ast.FunctionDef)
    }
    names = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    kinds = {kind for kind in map(kind_of, names) if kind}
    return bool(kinds) and kinds <= EVERY_DAY and not methods & OF_LAYERS


def _draws(body: list[ast.stmt]) -> bool:
    """Whether a notebook calls a gradient, or draws arrows."""
    names = map(script_calls.name_of, script_calls.calls(body))
    return any(name.endswith("gradient") or name == "quiver" for name in names)


def groups(
    ports: Iterable[Found], marks: Mapping[str, str | None]
) -> list[list[Found]]:
    """Ports with their copies, those of the same kind and mark; the first leads."""
    found: dict[object, list[Found]] = {}
    for port in ports:
        mark = marks.get(port.target)
        key = port.target if mark is None else (bool(port.function), mark)
        found.setdefault(key, []).append(port)
    return list(found.values())
