"""Check targets: each is opened, examined in a child process, and ended."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gradproof.contract.clauses import CONTRACT
from gradproof.examination.examination import Examination, examine
from gradproof.examination.policy import Terms
from gradproof.ports import target
from gradproof.ports.subprocess_port import python_port
from gradproof.project import exit_codes
from gradproof.project.config import PortTable
from gradproof.report.phrases import Unusable
from gradproof.scripts.clauses import CLAUSES
from gradproof.scripts.examination import ScriptExamination, examine_script
from gradproof.scripts.launch import Begun

CODES = {
    "pass": exit_codes.AS_EXPECTED,
    "fail": exit_codes.WRONG,
    "error": exit_codes.WRONG,
    "not-covered": exit_codes.NOTHING_COVERED,
}


def check(
    table: PortTable,
    terms: Terms,
    timeout: float,
    explored: int = 0,
    begun: Begun | None = None,
) -> Examination | ScriptExamination | Unusable:
    """Examine one port in a child; ``timeout`` is in seconds, for all of it.

    Beside the fixed probes, ``explored`` examples are tried. A script may have
    ``begun`` already.
    """
    try:
        script = target.script(table.target)
        if script is not None:
            return _check_script(table, script, terms, timeout, begun)
        named = target.parse(table.target)
        with python_port(named, table.python, table.vectorized, timeout) as port:
            found = examine(port, table.role, terms, explored)
    except target.TargetError as error:
        return Unusable(table.target, error)
    if table.python:
        found = replace(found, options=(*found.options, "--python", table.python))
    return found


def _check_script(
    table: PortTable, path: Path, terms: Terms, timeout: float, begun: Begun | None
) -> ScriptExamination:
    """Examine a script. Raises TargetError, too where it is none but has functions."""
    if table.role or table.vectorized:
        raise target.UsageError("script.no-role")
    name, python = table.target, table.python
    found = examine_script(path, name, terms, timeout, python, begun=begun)
    run = found.evidence.run
    if not run.is_script:
        target.parse(table.target)  # says which functions it has
    return found


def terms(table: PortTable, strict: bool, only: frozenset[str] = frozenset()) -> Terms:
    """The terms on which a declared port is judged."""
    return Terms(strict, only, table.expect, table.diagnosis or ())


def exit_code(result: Examination | ScriptExamination | Unusable) -> int:
    """What a result says to a shell; of a script with its routines, if wrong."""
    if isinstance(result, Unusable):
        usage = isinstance(result.error, target.UsageError)
        return exit_codes.USAGE if usage else exit_codes.NOT_LOADED
    if not result.as_expected:
        return exit_codes.WRONG
    if isinstance(result, ScriptExamination):
        wrong = [CODES[r.verdict] for r in result.wrong_routines]
        return exit_codes.gravest([CODES[result.verdict], *wrong])
    return CODES[result.verdict]


def unknown_clauses(ids: frozenset[str]) -> list[str]:
    """Those that are clauses of no role."""
    every = (*CONTRACT.values(), CLAUSES)
    known = {clause.id for clauses in every for clause in clauses}
    return sorted(ids - known)
