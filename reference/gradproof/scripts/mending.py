"""Mend a script: edit its faulty calls, run what comes of it, and judge that."""

from __future__ import annotations

import ast
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gradproof.contract.clauses import Finding
from gradproof.examination import Examination
from gradproof.ports import target as targets
from gradproof.ports.target import LoadError
from gradproof.scripts import fixing, linking
from gradproof.scripts.evidence import ScriptEvidence
from gradproof.scripts.examining import ScriptExamination, examine_script
from gradproof.scripts.patching import NotText, Site, Source, patched, source
from gradproof.scripts.records import GradientCall
from gradproof.terms import AS_WRITTEN

MENDABLE = ("transposed-points", "whole-array")


class Changed(Exception):
    """The file is no longer what was read."""


@dataclass(frozen=True)
class Left:
    """What is not mended: a defect or a clause, of a routine or of the script.

    ``finding`` says why, where it is a clause.
    """

    id: str
    routine: str = ""
    finding: Finding | None = None


@dataclass(frozen=True)
class Obstacle:
    """Why no change was made: a message's id and its parameters.

    ``finding`` is what a changed script failed by.
    """

    message: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    finding: Finding | None = None


@dataclass(frozen=True, eq=False)
class Mending:
    """A script as it is and, where it could be mended, as it should be.

    ``lines`` are those that change; ``left`` is what is wrong in any case, and
    ``obstacle`` says why nothing was done, where something might have been.
    """

    target: str
    path: Path
    examination: ScriptExamination
    before: Source | None
    after: Source | None = None
    lines: tuple[int, ...] = ()
    left: tuple[Left, ...] = ()
    obstacle: Obstacle | None = None

    @property
    def done(self) -> bool:
        """Whether nothing is left to mend."""
        return not self.left and self.obstacle is None


def mend(name: str, timeout: float, python: str | None = None) -> Mending:
    """Examine a script, and again with its faulty calls edited.

    A change is given only if the whole changed text was run, in memory, and passes S1
    to S4. ``timeout`` is in seconds, for each run. Raises TargetError.
    """
    path = targets.script(name)
    if path is None:
        raise targets.UsageError("fix.no-script")
    notebook = path.suffix == ".ipynb"
    before = None if notebook else _read(path)
    found = examine_script(path, name, AS_WRITTEN, timeout, python)
    if not found.evidence.run.is_script:
        targets.parse(name)  # says which functions it has
    wrong = Mending(name, path, found, before, left=tuple(_left(found)))
    calls = _faulty(found.evidence)
    if not calls:
        return wrong
    if before is None:
        return _with(wrong, Obstacle("fix.notebook"))
    return _mended(wrong, before, calls, timeout, python)


def _read(path: Path) -> Source:
    if not path.is_file():
        raise LoadError("load.no-file")
    try:
        return source(path.read_bytes())
    except NotText as error:
        raise LoadError("script.undecodable") from error
    except OSError as error:
        raise LoadError("fix.not-read", text=error.strerror) from error


def _with(wrong: Mending, obstacle: Obstacle) -> Mending:
    return replace(wrong, obstacle=obstacle)


def _faulty(evidence: ScriptEvidence) -> list[GradientCall]:
    """The calls that were given rows, or a whole array, for points."""
    found = {}
    for call in evidence.judged:
        if len(call.shape) == 2 and call.shape[0] == 2:
            hows = [how for _, how in linking.wrong_givens(call)]
            if any(how in MENDABLE for how in hows):
                found[call.number] = call
    for field_ in evidence.fields:
        for call in field_.calls:
            if linking.asks_elsewhere(call, field_.quiver):
                found[call.number] = call
    return list(found.values())


def _mended(
    wrong: Mending,
    before: Source,
    calls: Sequence[GradientCall],
    timeout: float,
    python: str | None,
) -> Mending:
    """The first way to edit the calls with which the script passes."""
    run = wrong.examination.evidence.run
    for call in calls:
        if call.place.file != str(run.path):
            where = {"file": call.place.file, "line": call.place.line}
            return _with(wrong, Obstacle("fix.elsewhere", where))
        if _inside(before, call, {c.name for c in run.calls if c.ended}):
            return _with(wrong, Obstacle("fix.in-routine", {"line": call.place.line}))
    sites = [_site(wrong.examination, call) for call in calls]
    lines = tuple(sorted({site.line for site in sites}))
    obstacle = Obstacle("fix.not-found", {"line": lines[0]})
    for way in fixing.WAYS:
        after = patched(before, sites, way)
        if after is None:
            continue
        found = _examined(wrong, after, timeout, python)
        failing = next((f for f in found.findings if _fails(f)), None)
        if failing is None:
            left = tuple(_left_in_routines(wrong.examination))
            return Mending(wrong.target, wrong.path, found, before, after, lines, left)
        if obstacle.finding is None:
            obstacle = Obstacle("fix.tried", {"line": lines[0]}, failing)
    return _with(wrong, obstacle)


def _examined(
    wrong: Mending, after: Source, timeout: float, python: str | None
) -> ScriptExamination:
    name, path = wrong.target, wrong.path
    texts = {str(path.absolute()): after.text}
    return examine_script(path, name, AS_WRITTEN, timeout, python, texts)


def _fails(finding: Finding) -> bool:
    return finding.judgement.verdict != "pass"


def _inside(source: Source, call: GradientCall, routines: set[str]) -> bool:
    """Whether a call is part of a routine: one that is mended is judged anew."""
    for node in ast.walk(ast.parse(source.text)):
        if not isinstance(node, ast.FunctionDef) or node.name not in routines:
            continue
        if node.lineno <= call.place.line <= (node.end_lineno or node.lineno):
            return True
    return False


def _site(examination: ScriptExamination, call: GradientCall) -> Site:
    place = fixing.place_of_points(examination.evidence.run, call)
    return Site(call.place.line, call.name, call.argument, place)


def _left(found: ScriptExamination) -> list[Left]:
    """What is wrong with a script and its routines, each defect once."""
    left = {
        item.id: item for item in (*_left_in_routines(found), *_left_in_text(found))
    }
    return list(left.values())


def _left_in_text(found: ScriptExamination) -> Iterator[Left]:
    """The clauses that fail, by the names of what is wrong if it has some.

    Arrows that are wrong for what f was given have no cause of their own.
    """
    faulty = found.evidence.faulty
    how = [str(faulty[1])] if faulty else []
    named = {"S3": how, "S4": [d for d in found.defects if d not in how]}
    for finding in found.findings:
        id = finding.clause.id
        if finding.judgement.verdict in ("fail", "error"):
            for name in named.get(id) or ([] if id == "S4" and how else [id]):
                yield Left(name, finding=finding)


def _left_in_routines(found: ScriptExamination) -> Iterator[Left]:
    for routine in found.wrong_routines:
        yield _of_routine(routine)


def _of_routine(routine: Examination) -> Left:
    name = routine.target.rpartition(":")[2]
    musts = [e for e in routine.diagnosis if e.level == "must"]
    if musts:
        return Left(musts[0].defects[0], name)
    finding = routine.having("fail")[0]
    return Left(finding.clause.id, name, finding)


def write(path: Path, before: Source, after: Source) -> None:
    """Put the mended text into the file's place, at once and whole.

    Raises Changed, and OSError.
    """
    path = path.resolve()  # a link stays one
    if path.read_bytes() != before.data:
        raise Changed
    handle, beside = tempfile.mkstemp(prefix=".gradproof-", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(after.data)
        shutil.copymode(path, beside)
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise
