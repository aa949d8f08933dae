"""Where in a project's files it stands what a result is about."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gradproof.contract.clauses import Finding
from gradproof.examination.examination import Examination
from gradproof.examination.judged import Judged
from gradproof.examination.parts import PartExamination
from gradproof.fix import mended_lines
from gradproof.ports import definitions
from gradproof.ports.target import Target, UsageError, parsed
from gradproof.report.causes import causes
from gradproof.scripts.examined import ScriptExamination
from gradproof.scripts.records import Place


class Spot(NamedTuple):
    """A file, absolute, and a line of it, where these are known."""

    file: Path | None = None
    line: int | None = None

    def beneath(self, root: Path) -> str | None:
        """The file's path from a folder, with slashes; none for what is elsewhere."""
        if self.file is None or not self.file.is_relative_to(root):
            return None
        return self.file.relative_to(root).as_posix()


def root(start: Path) -> Path:
    """The folder of the repository that a folder is in; else that folder itself."""
    start = start.absolute()
    above = (folder for folder in (start, *start.parents))
    return next((folder for folder in above if (folder / ".git").exists()), start)


def of_finding(examination: Judged, finding: Finding) -> Spot:
    """Where the line is that a clause fails by; else where the port begins."""
    verdict = finding.judgement.verdict
    if isinstance(examination, ScriptExamination):
        return _in_script(examination, finding)
    if verdict == "fail" and isinstance(examination, PartExamination):
        return _of_part(examination)
    if verdict == "fail" and isinstance(examination, Examination):
        place = mended_lines.first(examination, causes(examination, finding))
        return Spot(*place) if place else of_port(examination)
    return of_port(examination)


def of_port(examination: Judged) -> Spot:
    """Where a port begins."""
    if isinstance(examination, ScriptExamination):
        return Spot(examination.evidence.run.path.absolute(), 1)
    return of_target(examination.target)


def of_target(text: str) -> Spot:
    """Where what a target names begins: a definition, a file, a program's own."""
    target = parsed(text)
    if isinstance(target, UsageError):
        return Spot()
    file = _file(target)
    if file is None:
        return Spot()
    return Spot(file.absolute(), definitions.line_of(file, target.function))


def _file(target: Target) -> Path | None:
    """The file of a target: of a command the last of its words that is one."""
    if target.path is not None or target.answers is not None:
        return target.path or target.answers
    if target.command:
        files = [Path(w) for w in target.command if Path(w).is_file()]
        return files[-1] if files else None
    parts = Path(*target.module.split("."))
    found = (
        Path(folder, name)
        for folder in ("", *sys.path)
        for name in (parts.with_suffix(".py"), parts / "__init__.py")
    )
    return next((file for file in found if file.is_file()), None)


def _of_part(examination: PartExamination) -> Spot:
    """Where the defect of a class stands; else where the class does."""
    for explanation in examination.diagnosis[:1]:
        if explanation.place.file:
            return Spot(Path(explanation.place.file).absolute(), explanation.place.line)
    return of_target(examination.target)


def _in_script(examination: ScriptExamination, finding: Finding) -> Spot:
    """The place that a judge has named; else the script's first line."""
    run, said = examination.evidence.run, finding.judgement.parameters
    named = (said.get("file"), said.get("line"))
    for place in _places(examination):
        if (run.named(place), place.line) == named:
            return _spot(place)
    return of_port(examination)


def _places(examination: ScriptExamination) -> Iterator[Place]:
    run = examination.evidence.run
    yield from (call.place for call in run.calls)
    yield from (quiver.place for quiver in run.quivers)
    yield from (failure.place for failure in run.failures)


def _spot(place: Place) -> Spot:
    """A line of a notebook's cell is none of its file."""
    file, bracket, _ = place.file.partition(".ipynb[")
    if bracket:
        return Spot(Path(file + ".ipynb").absolute())
    return Spot(Path(file).absolute(), place.line)
