"""Which ports are to be judged: those found and those declared, each copy once."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from msgspec import structs

from gradproof.finding import modules
from gradproof.finding.changed import changed_since
from gradproof.finding.files import PassedOver
from gradproof.finding.findings import PROJECT, Findings, find, groups
from gradproof.finding.reach import Reach, reach
from gradproof.finding.subjects import Found
from gradproof.ports.target import EXEC, VECTORS
from gradproof.project import config
from gradproof.project.config import PortTable


@dataclass(frozen=True)
class Planned:
    """A port to be judged, its copies, and the files that it reaches."""

    table: PortTable
    found: Found
    copies: tuple[Found, ...] = ()
    files: tuple[Path, ...] = ()

    @property
    def target(self) -> str:
        """What names it."""
        return self.table.target


@dataclass(frozen=True)
class ScanPlan:
    """What was found in folders, and what of it is to be judged, in order.

    ``errors`` are projects whose declarations cannot be read, and why; ``in_part``:
    there is more to judge, which was not asked for.
    """

    ports: tuple[Planned, ...]
    findings: tuple[Findings, ...]
    errors: Mapping[Path, str] = field(default_factory=dict)
    in_part: bool = False


def plan(folders: Iterable[Path], since: str | None = None) -> ScanPlan:
    """Look through the folders. Raises SourceError where git has no such revision.

    ``since``: only what a branch has touched since it left that revision.
    """
    findings = [find(folder) for folder in dict.fromkeys(folders)]
    errors: dict[Path, str] = {}
    declared = list(_declared(findings, errors))
    known = {(port.found.path.absolute(), port.found.function) for port in declared}
    ports = {
        found.key: found
        for each in findings
        for found in each.ports
        if (found.path.absolute(), found.function) not in known
    }
    reached = {key: _reach(each) for key, each in ports.items()}
    planned = [*declared, *_grouped(ports.values(), reached)]
    modules.forget()
    if since is not None:
        changed = {
            path for each in findings for path in changed_since(each.folder, since)
        }
        kept = [port for port in planned if changed & set(port.files)]
        findings = [_with_unchanged(each, planned, kept) for each in findings]
        planned = kept
    return ScanPlan(tuple(planned), tuple(findings), errors, since is not None)


def _reach(found: Found) -> Reach:
    """Return what a subject reaches; of one that cannot be judged, its file."""
    if found.problem is not None:
        return Reach((found.path.absolute(),), None)
    return reach(found.path, found.function)


def _grouped(
    found: Iterable[Found], reached: Mapping[tuple[str, str], Reach]
) -> Iterator[Planned]:
    marks = {key: each.mark for key, each in reached.items()}
    for first, *copies in groups(found, marks):
        each = [first, *copies]
        files = dict.fromkeys(f for c in each for f in reached[c.key].files)
        yield Planned(PortTable(first.target), first, tuple(copies), tuple(files))


def _with_unchanged(
    findings: Findings, planned: Sequence[Planned], kept: Sequence[Planned]
) -> Findings:
    """Findings with the files that the branch left alone among what is passed over."""
    left = {port.found.path for port in planned} - {port.found.path for port in kept}
    own = {path for path in left if path.is_relative_to(findings.folder)}
    passed: dict[Path, PassedOver] = dict(findings.passed)
    passed.update((path, "unchanged") for path in own)
    return replace(findings, passed=passed)


def _declared(
    findings: Iterable[Findings], errors: dict[Path, str]
) -> Iterator[Planned]:
    for each in findings:
        for project in each.projects:
            try:
                tables = config.read(project).ports
            except config.ConfigError as error:
                errors[project] = str(error)
                continue
            for table in tables.values():
                yield _planned(table, project.parent)


def _planned(table: PortTable, folder: Path) -> Planned:
    """A declared port, with its names as they are from the working folder."""
    target, path, function = table.target, folder / PROJECT, ""
    python = table.python
    if python and len(Path(python).parts) > 1:
        python = str(folder / python)
    if target.startswith(EXEC):
        cwd = str(folder / table.cwd)
        words = shlex.split(target.removeprefix(EXEC))
        named = tuple(Path(cwd, word).absolute() for word in words)
        moved = structs.replace(table, cwd=cwd, python=python)
        found = Found(target, "declared", path)
        return Planned(moved, found, files=named)
    if target.startswith(VECTORS):
        path = folder / target.removeprefix(VECTORS)
        moved = structs.replace(table, target=f"{VECTORS}{path}")
        found = Found(moved.target, "declared", path)
        return Planned(moved, found, files=(path.absolute(),))
    place, function = _place(target, folder)
    text = f"{place}:{function}" if function else str(place)
    moved = structs.replace(table, target=text, python=python)
    files = reach(place, function).files if place.is_file() else (place.absolute(),)
    return Planned(moved, Found(text, "declared", place, function), files=tuple(files))


def _place(target: str, folder: Path) -> tuple[Path, str]:
    """The file of a target, from a project's folder, and what is named in it.

    A module is a file below it, in ``src`` if it is not beside it.
    """
    if target.endswith((".py", ".ipynb")):
        return folder / target, ""
    place, _, function = target.rpartition(":")
    if place.endswith((".py", ".ipynb")):
        return folder / place, function
    parts = Path(*place.split("."))
    choices = [
        file
        for root in (folder, folder / "src")
        for file in (root / parts.with_suffix(".py"), root / parts / "__init__.py")
    ]
    return next((file for file in choices if file.is_file()), choices[0]), function
