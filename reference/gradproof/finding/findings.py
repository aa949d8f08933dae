"""What can be judged in folders: nothing is run, and nothing is judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from gradproof.finding import files, foreign
from gradproof.finding.files import PassedOver
from gradproof.finding.foreign import Foreign
from gradproof.finding.subjects import MAX_SOURCE_BYTES, Found, subjects

PROJECT = "pyproject.toml"


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

    Each file has the subjects that `gradproof.finding.subjects` finds in it.
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
    yield from subjects(file)


def _bytes(file: Path) -> int:
    """How many there are; none of what is gone meanwhile."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def groups(
    ports: Iterable[Found], marks: Mapping[tuple[str, str], str | None]
) -> list[list[Found]]:
    """Ports with their copies, those of the same kind and mark; the first leads."""
    found: dict[object, list[Found]] = {}
    for port in ports:
        mark = marks.get(port.key)
        same = mark is not None and port.problem is None
        key = (bool(port.function), port.form, mark) if same else port.key
        found.setdefault(key, []).append(port)
    return list(found.values())
