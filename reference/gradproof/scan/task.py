"""One port to be judged somewhere: what that takes along, and what comes of it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from gradproof.ports import scratch, wall
from gradproof.ports.sandbox_ids import Sandbox
from gradproof.ports.target import InternalError, Target, TargetError, parsed
from gradproof.project import checks
from gradproof.project.checks import Checked
from gradproof.project.config import PortTable
from gradproof.project.remedy import remedy
from gradproof.report import html_report, scan_lines
from gradproof.report.messages import Language
from gradproof.report.phrases import Phrases, Unusable
from gradproof.report.scan_lines import ScanRecord


@dataclass(frozen=True)
class Manner:
    """How ports are judged; ``timeout`` is in seconds, for one of them altogether."""

    timeout: float = 30.0
    strict: bool = False
    seed: int = 0
    lang: Language = "en"
    pages: bool = False
    sandbox: Sandbox = "auto"


@dataclass(frozen=True)
class Task:
    """A port with its number among all, and what its lines have in common.

    ``form`` says which subjects of a file are meant. What cannot be judged has a
    ``problem``.
    """

    number: int
    table: PortTable
    manner: Manner
    record: ScanRecord
    form: Literal["", "script", "parts"] = ""
    problem: TargetError | None = None

    @property
    def target(self) -> Target | TargetError:
        """Return what is judged, or why it cannot be."""
        found = self.problem or parsed(self.table.target)
        return replace(found, form=self.form) if isinstance(found, Target) else found


@dataclass(frozen=True)
class Done:
    """What came of a task: lines, and a page if one was wanted."""

    number: int
    lines: tuple[bytes, ...]
    page: str = ""


def judge(task: Task) -> Done:
    """Judge a port, which has a folder of its own for what it leaves."""
    manner = task.manner
    wall.want(manner.sandbox)
    with _scratch():
        terms = checks.terms(task.table, strict=manner.strict, seed=manner.seed)
        results = checks.check_subject(task.table, task.target, terms, manner.timeout)
        return _told(task, results)


def _told(task: Task, results: Sequence[Checked]) -> Done:
    """The report of a result; what cannot be told is told to be so."""
    phrases = Phrases(task.manner.lang)
    try:
        lines = scan_lines.lines(results, task.record, phrases)
        page = _page(task, results, phrases) if task.manner.pages else ""
    except Exception as error:
        if all(isinstance(result, Unusable) for result in results):
            raise
        failed = Unusable(task.record.port, InternalError(error))
        return _told(task, [failed])
    return Done(task.number, tuple(lines), page)


@contextlib.contextmanager
def _scratch() -> Iterator[None]:
    """A folder for one port's temporary files; this process judges one at a time."""
    before = os.environ.get("TMPDIR")
    with scratch.folder() as folder:
        os.environ["TMPDIR"] = str(folder)
        try:
            yield
        finally:
            if before is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = before


def _page(task: Task, results: Sequence[Checked], phrases: Phrases) -> str:
    """The report on it alone, as a page, with the patch if one is found."""
    examined = [each for each in results if not isinstance(each, Unusable)]
    unusable = [each for each in results if isinstance(each, Unusable)]
    mended = None
    if examined:
        mended = remedy(examined[0], task.manner.timeout, task.table.python)
    return html_report.page(examined, unusable, {}, phrases, mended)
