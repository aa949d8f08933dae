"""Results of many ports as lines of JSON, each as in the report, and read again."""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal

import msgspec

from gradproof.contract.verdicts import Verdict
from gradproof.examination.examination import Examination
from gradproof.examination.judged import Judged
from gradproof.ports.contents import MAX_BYTES, contents
from gradproof.ports.target import InternalError, UsageError
from gradproof.report import json_report
from gradproof.report.examined import Examined, subjects_in, verdicts
from gradproof.report.headlines import headline
from gradproof.report.phrases import Phrases, Unusable
from gradproof.report.standing import standing, unusable_standing

Trouble = Literal["usage", "load", "internal", "killed", "unjudged"]
WRONG = ("fail", "error")


class ScanRecord(msgspec.Struct, frozen=True):
    """What is told of a port beside its report.

    ``port`` is what was judged; this is the ``part``-th of its so many ``parts``: a
    class of a file, a script or a routine of it. ``state`` is a mark of its files as
    they were, and of how it was judged. ``as_expected`` and ``counted``, verdicts, are
    what makes the exit code; ``trouble`` is why it was not judged. ``headline`` and
    ``formulas`` are in the language of the scan.
    """

    port: str
    part: int
    parts: int
    state: str
    copies: list[str]
    standing: str
    headline: str
    page: str = ""
    formulas: list[str] = []
    as_expected: bool = True
    counted: list[Verdict] = []
    trouble: Trouble | None = None


class DefectLine(msgspec.Struct, frozen=True):
    """Of a diagnosis: its defects, and whether musts or a should are explained."""

    defects: list[str]
    level: str = "must"


class FormulaLine(msgspec.Struct, frozen=True):
    """Of a formula: what it is, and of which components."""

    text: str
    components: list[str] = []


class ClauseLine(msgspec.Struct, frozen=True):
    """Of a clause: its verdict."""

    id: str
    verdict: str
    level: str = "must"
    message_id: str = ""


class Line(msgspec.Struct, frozen=True):
    """A line, or a port of a report, as far as a summary asks for it.

    What could not be loaded has no verdict. ``users`` are the scripts that call a
    routine of another file (`shared_routines`).
    """

    target: str
    verdict: str = ""
    role: str = ""
    wall: float = 0.0
    formula: list[FormulaLine] = []
    diagnosis: list[DefectLine] = []
    clauses: list[ClauseLine] = []
    message: str = ""
    message_id: str = ""
    scan: ScanRecord | None = None
    users: tuple[str, ...] = ()

    @property
    def is_of_port(self) -> bool:
        """Whether it is about the port that was judged, or what stands in its file."""
        return self.scan is None or self.target.startswith(self.scan.port)

    @property
    def copies(self) -> tuple[str, ...]:
        """What names the copies of it: a part of a file is the same part of theirs."""
        scan = self.scan
        if scan is None or not self.is_of_port:
            return ()
        return tuple(self.target.replace(scan.port, c, 1) for c in scan.copies)

    @property
    def formulas(self) -> Sequence[str]:
        """The formulas in the language of the scan, if they came of one."""
        told = self.scan.formulas if self.scan else []
        return told or [each.text for each in self.formula]

    @property
    def defects(self) -> tuple[str, ...]:
        """Those that explain best what is wrong; of shoulds where these alone count."""
        musts = [each for each in self.diagnosis if each.level == "must"]
        shoulds = self.verdict == "fail" and not self.failing
        told = musts or (self.diagnosis if shoulds else [])
        return tuple(told[0].defects) if told else ()

    @property
    def failing(self) -> tuple[str, ...]:
        """The musts that failed or are in error."""
        wrong = (c for c in self.clauses if c.verdict in WRONG)
        return tuple(c.id for c in wrong if c.level == "must")


class _Report(msgspec.Struct, frozen=True):
    ports: list[Line]
    errors: list[Line] = []
    not_judged: list[Line] = []

    @property
    def lines(self) -> list[Line]:
        return [*self.ports, *self.errors, *self.not_judged]


def lines(
    results: Sequence[Examined | Unusable], record: ScanRecord, phrases: Phrases
) -> list[bytes]:
    """The lines of what was judged; ``record`` is what they have in common."""
    told = [each for result in results for each in _lines(result, record, phrases)]
    return [
        json_report.line(
            port,
            scan=msgspec.to_builtins(
                msgspec.structs.replace(line, part=number, parts=len(told))
            ),
        )
        for number, (port, line) in enumerate(told)
    ]


def _lines(
    result: Examined | Unusable, record: ScanRecord, phrases: Phrases
) -> Iterator[tuple[json_report.PortRecord | json_report.ErrorRecord, ScanRecord]]:
    """Yield each part of a result, and what is told of it beside its report."""
    if isinstance(result, Unusable):
        (error,) = json_report.report([], [result]).problems
        yield (
            error,
            msgspec.structs.replace(
                record,
                standing=unusable_standing(result),
                headline=phrases.unusable(result),
                trouble=_trouble(result),
            ),
        )
        return
    ports = json_report.report([result]).ports
    for number, (port, part) in enumerate(zip(ports, subjects_in(result), strict=True)):
        yield (
            port,
            msgspec.structs.replace(
                record,
                standing=str(standing(part)),
                headline=headline(part, phrases),
                formulas=_formulas(part, phrases),
                as_expected=result.as_expected,
                counted=[] if number else verdicts(result),
            ),
        )


def _formulas(part: Judged, phrases: Phrases) -> list[str]:
    found = part.formulas if isinstance(part, Examination) else ()
    return [phrases.formula(each.text) for each in found]


def _trouble(unusable: Unusable) -> Trouble:
    if unusable.internal:
        return "internal"
    if unusable.unjudged:
        return "unjudged"
    return "usage" if isinstance(unusable.error, UsageError) else "load"


def killed(record: ScanRecord, error: InternalError | Any, phrases: Phrases) -> bytes:
    """The line of a port that ended each process that judged it."""
    unusable = Unusable(record.port, error)
    told = msgspec.structs.replace(
        record,
        parts=1,
        standing="error",
        headline=phrases.unusable(unusable),
        trouble="killed",
    )
    (line,) = json_report.report([], [unusable]).problems
    return json_report.line(line, scan=msgspec.to_builtins(told))


def of_results(results: Iterable[Examined | Unusable]) -> list[Line]:
    """What a summary asks for of results that are at hand."""
    given = list(results)
    unusable = [each for each in given if isinstance(each, Unusable)]
    examined = [each for each in given if not isinstance(each, Unusable)]
    text = json_report.dumps(json_report.report(examined, unusable))
    report = msgspec.json.decode(text, type=_Report)
    return report.lines


def decoded(data: bytes) -> Line:
    """A line; of its clauses those that went wrong. Raises msgspec.MsgspecError."""
    line = msgspec.json.decode(data, type=Line)
    wrong = [clause for clause in line.clauses if clause.verdict in WRONG]
    return msgspec.structs.replace(line, clauses=wrong)


class UnreadableResultsError(Exception):
    """What is no report and no results: the line at which that shows, and why."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(line, text)
        self.line, self.text = line, text


def read(path: Path) -> list[Line]:
    """The lines of a file, or the ports of a report; the last may be cut off.

    Raises OSError, too where a report, or a line, is larger than any (`MAX_BYTES`), and
    UnreadableResultsError for what is neither.
    """
    try:
        report = msgspec.json.decode(contents(path), type=_Report)
    except NO_LINE:
        with path.open("rb") as stream:
            return list(_read(stream))
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        with path.open("rb") as stream:
            if not stream.readline(MAX_BYTES).startswith(b'{"'):
                raise
            stream.seek(0)
            return list(_read(stream))
    return report.lines


NO_LINE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def _read(stream: BinaryIO) -> Iterator[Line]:
    for number in itertools.count(1):
        data = stream.readline(MAX_BYTES)
        if len(data) == MAX_BYTES:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), stream.name)
        if not data:
            return
        try:
            yield decoded(data)
        except NO_LINE as error:
            if number == 1 or data.endswith(b"\n"):
                raise UnreadableResultsError(number, str(error)) from error
