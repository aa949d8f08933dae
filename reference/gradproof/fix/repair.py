"""Mend a script: change its text, run what comes of it in memory, and judge that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Verdict
from gradproof.examination.examination import Examination
from gradproof.examination.policy import AS_WRITTEN
from gradproof.fix.files import FileChange, Files, UnclearCellError
from gradproof.fix.routine_search import (
    ChangedTexts,
    Mended,
    Remedies,
    Tell,
    function,
    named,
)
from gradproof.fix.script_search import RUNS, Obstacle, Search
from gradproof.ports.target import Target, UsageError
from gradproof.scripts.examination import examine_script, probe
from gradproof.scripts.examined import ScriptExamination


@dataclass(frozen=True)
class Left:
    """What is not mended: a defect or a clause, of a routine or of the script.

    ``finding`` says why, where it is a clause.
    """

    id: str
    routine: str = ""
    finding: Finding | None = None


@dataclass(frozen=True, eq=False)
class Repair:
    """What was found wrong with a target, and the changes with which it is right.

    ``left`` is what is wrong in any case, and ``obstacle`` says why nothing was done,
    where something might have been. ``passes`` are the clauses that a changed script
    passes; ``unjudged`` is a clause that nothing can be said of, and ``verdict`` the
    target's as it is. ``routines`` are the targets of those that a script calls.
    """

    target: Target
    path: Path
    verdict: Verdict = "pass"
    changes: tuple[FileChange, ...] = ()
    mended: tuple[Mended, ...] = ()
    passes: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()
    obstacle: Obstacle | None = None
    unjudged: Finding | None = None
    routines: frozenset[str] = frozenset()

    @property
    def done(self) -> bool:
        """Whether nothing is left to mend."""
        return not self.left and self.obstacle is None

    @property
    def judged(self) -> bool:
        """Whether what was left as it is was judged at all."""
        return bool(self.changes) or self.verdict == "pass"


def mend(
    target: Target,
    timeout: float,
    python: str | None = None,
    strict: bool = False,
    tell: Tell = lambda *_: None,
) -> Repair:
    """Examine a target, and again with changes of its text.

    A script or a notebook is changed only if the whole changed text was run, in
    memory, and passes S1 to S5 as far as there is anything to judge, but for an error
    elsewhere that it had before, and every routine that was changed is better by
    itself; a function in a file if it is. ``strict``:
    for what a routine should do, too. ``timeout`` is in seconds, for each run or probe;
    ``tell`` is called before each.
    Raises TargetError.
    """
    path = target.script
    if path is None:
        return _routine(target, timeout, python, strict, tell)
    files = Files.read(target)
    found = examine_script(target, AS_WRITTEN, timeout, python)
    if not found.evidence.run.is_script:
        target.of_function()  # says which functions it has
    remedies = Remedies(files, timeout, python, strict, tell)
    left = tuple(_left(found, remedies))
    rest = (f for f in found.findings if f.judgement.verdict != "pass")
    wrong = Repair(
        target,
        path,
        found.verdict,
        left=left,
        unjudged=next(rest, None),
        routines=found.judged_targets,
    )
    if not left:
        return wrong
    search = Search(found, timeout, remedies)
    end = search.end()
    if end is None or not end.texts:
        return replace(wrong, obstacle=search.obstacle)
    left = (*_left_in_routines(end.found, remedies), *_left_elsewhere(end.found))
    passes = tuple(id for id, now in end.judgements.items() if now.verdict == "pass")
    changed = _changed(wrong, files, end.texts, end.mended, left)
    return replace(changed, passes=passes)


def _routine(
    target: Target, timeout: float, python: str | None, strict: bool, tell: Tell
) -> Repair:
    """A function in a file, mended by itself."""
    if target.path is None:
        raise UsageError("fix.no-file")
    files = Files.read(target)
    found, _ = probe(target, python, timeout)
    remedies = Remedies(files, timeout, python, strict, tell)
    wrong = Repair(target, files.path, found.verdict, unjudged=_unjudged(found))
    if found.verdict == "error":
        return replace(wrong, left=(_of_routine(found),))
    if not remedies.needed(found):
        return wrong
    for file in files.names:
        remedy = remedies.remedy(found, file, {})
        if remedy is not None:
            after = remedy.examination
            left = (_of_routine(after),) if remedies.needed(after) else ()
            texts = {file: remedy.text}
            return _changed(wrong, files, texts, remedy.mended, left)
    return replace(wrong, left=(_of_routine(found),))


def _unjudged(found: Examination) -> Finding | None:
    """The first must of a routine that nothing can be said of, where none passes."""
    musts = [f for f in found.findings if f.clause.level == "must"]
    return musts[0] if musts and found.verdict == "not-covered" else None


def _changed(
    wrong: Repair,
    files: Files,
    texts: ChangedTexts,
    mended: tuple[Mended, ...],
    left: tuple[Left, ...],
) -> Repair:
    try:
        changes = files.changes(texts)
    except UnclearCellError as error:
        return replace(wrong, obstacle=Obstacle("fix.cell", {"cell": error.cell}))
    return replace(wrong, changes=changes, mended=mended, left=left)


def _left(found: ScriptExamination, remedies: Remedies) -> list[Left]:
    """What is wrong with a script and its routines, each defect once."""
    every = (*_left_in_routines(found, remedies), *_left_in_text(found))
    return list({item.id: item for item in every}.values())


def _left_in_text(found: ScriptExamination) -> Iterator[Left]:
    """The clauses that fail, by the names of what is wrong if it has some.

    Arrows that are wrong for what f was given have no cause of their own.
    """
    faulty = found.evidence.faulty
    how = [str(faulty[1])] if faulty else []
    others = [d for d in found.defects if d not in how]
    told = {"S4", "S5"} if how else {"S5"} if found.wrong_routines else set()
    named = {"S3": how, "S4": others, "S5": others}
    for finding in found.findings:
        id = finding.clause.id
        if finding.judgement.verdict in ("fail", "error"):
            for name in named.get(id) or ([] if id in told else [id]):
                yield Left(name, finding=finding)


def _left_elsewhere(found: ScriptExamination) -> Iterator[Left]:
    """The error that a script with changes ends with, as it did without."""
    for finding in found.findings:
        if finding.clause.id == RUNS and finding.judgement.verdict == "fail":
            yield Left(RUNS, finding=finding)


def _left_in_routines(found: ScriptExamination, remedies: Remedies) -> Iterator[Left]:
    for routine in remedies.wanting(found):
        yield _of_routine(routine)


def _of_routine(routine: Examination) -> Left:
    id = named(routine)
    clause = next((f for f in routine.findings if f.clause.id == id), None)
    return Left(id, function(routine), clause)
