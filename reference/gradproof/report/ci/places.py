"""Where in a project's files it stands what a result is about."""

from __future__ import annotations

import ast
import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from gradproof.contract.clauses import Finding
from gradproof.edits import syntax
from gradproof.edits.catalogue import candidates
from gradproof.edits.text import NotTextError, source
from gradproof.edits.text import parsed as parsed_text
from gradproof.examination.examination import Examination
from gradproof.examination.judged import Judged
from gradproof.examination.parts import PartExamination
from gradproof.ports.target import Target, UsageError, parsed
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
        return _to_be_mended(examination) or of_port(examination)
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
    return Spot(file.absolute(), _line(file, target.function))


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


def _line(file: Path, name: str) -> int | None:
    """The line on which a function, a class or a method is defined; else the first."""
    if file.suffix != ".py":
        return None
    line = 1
    with contextlib.suppress(OSError, SyntaxError, ValueError):
        within: ast.AST = syntax.parse(file.read_bytes())
        for part in name.split("."):
            found = [node for node in _defined(within) if node.name == part]
            if not found:
                return 1
            within, line = found[-1], found[-1].lineno
    return line


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _defined(within: ast.AST) -> list[Definition]:
    """The functions and classes of a body."""
    return [n for n in ast.iter_child_nodes(within) if isinstance(n, Definition)]


def _to_be_mended(examination: Examination) -> Spot | None:
    """The line of a routine that the change for its defect would alter, if one would.

    It need not be the only one that could be, and the change is not proved.
    """
    target = parsed(examination.target)
    if isinstance(target, UsageError) or target.path is None:
        return None
    told = [e.defects for e in examination.diagnosis if e.whole and e.level == "must"]
    try:
        text = parsed_text(source(target.path.read_bytes()).text)
    except (OSError, ValueError, NotTextError):
        return None
    if text is None:
        return None
    for defects in told:
        for changed in candidates(text, target.function, *defects):
            line = _first_changed(text.text.splitlines(), changed.splitlines())
            return Spot(target.path.absolute(), line)
    return None


def _first_changed(before: Sequence[str], after: Sequence[str]) -> int:
    same = (old == new for old, new in zip(before, after, strict=False))
    return next((n for n, is_same in enumerate(same, 1) if not is_same), len(before))


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
