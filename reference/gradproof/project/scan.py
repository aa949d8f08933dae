"""What in a folder can be judged, by the syntax of its files: nothing is run."""

from __future__ import annotations

import ast
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gradproof.ports.target import Target

PassedOver = Literal["hidden", "environments", "tests", "nothing", "unreadable"]

ENVIRONMENTS = {"venv", "env", "node_modules", "site-packages", "build", "dist"}
TESTS = re.compile(r"tests?|test_.*|.*_test\.py|conftest\.py")
ROUTINE = re.compile(r"(?:numerical_|num_|n)?(?:grad|diff|deriv).*|.*gradient(?:_.*)?")
OBJECTIVE = re.compile(r"f|fn|func|function|fun|loss\w*|objective")


@dataclass(frozen=True)
class Scan:
    """The targets in a folder, in order, and how much was passed over, by why."""

    folder: Path
    targets: tuple[str, ...]
    passed_over: Mapping[PassedOver, int]


def scan(folder: Path) -> Scan:
    """Look through a folder and those below it.

    A file of layers, networks or optimizers is a target; so is a script that calls a
    gradient or draws arrows, and each routine that is named for one and takes f.
    """
    passed: Counter[PassedOver] = Counter()
    targets = [t for file in _files(folder, passed) for t in _targets(file, passed)]
    return Scan(folder, tuple(targets), dict(passed))


def _files(folder: Path, passed: Counter[PassedOver]) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        below = [(name, _why(Path(place, name))) for name in sorted(folders)]
        folders[:] = [name for name, why in below if why is None]
        passed.update(why for _, why in below if why is not None)
        for name in sorted(files):
            if not name.endswith(".py"):
                continue
            why = _why(Path(place, name))
            if why is None:
                yield Path(place, name)
            else:
                passed[why] += 1


def _why(path: Path) -> PassedOver | None:
    """Why a file or a folder is passed over, if it is."""
    if path.name.startswith(".") or path.name == "__pycache__":
        return "hidden"
    if path.name in ENVIRONMENTS or (path / "pyvenv.cfg").is_file():
        return "environments"
    return "tests" if TESTS.fullmatch(path.name) else None


def _targets(file: Path, passed: Counter[PassedOver]) -> Iterator[str]:
    try:
        body = ast.parse(file.read_bytes()).body
    except (SyntaxError, ValueError, OSError):
        passed["unreadable"] += 1
        return
    whole = Target(str(file), file)
    found = [str(file)] if whole.layer is not None or whole.is_script else []
    if not whole.is_script:
        found += [f"{file}:{name}" for name in _routines(body)]
    if not found:
        passed["nothing"] += 1
    yield from found


def _routines(body: list[ast.stmt]) -> Iterator[str]:
    """The functions that are named for a gradient, and take f and a place."""
    for node in body:
        if isinstance(node, ast.FunctionDef) and ROUTINE.fullmatch(node.name):
            names = [argument.arg for argument in node.args.args]
            if len(names) > 1 and OBJECTIVE.fullmatch(names[0]):
                yield node.name
