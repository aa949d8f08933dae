"""The report as JSON: the stable interface. Messages in it are English."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
import numpy as np

from gradproof import __version__
from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Verdict
from gradproof.examination import Examination
from gradproof.report.phrases import Phrases

FORMAT = "gradproof-report/1"


class FormulaRecord(msgspec.Struct, frozen=True):
    """A formula that was read, and the components that are computed by it."""

    components: list[str]
    text: str
    order: int
    error: str
    consistent: bool


class ClauseRecord(msgspec.Struct, frozen=True):
    """The verdict of one clause; ``message_id`` and ``parameters`` make ``message``."""

    id: str
    name: str
    level: Literal["must", "should"]
    verdict: Verdict
    message: str
    message_id: str
    parameters: dict[str, Any]


class PortRecord(msgspec.Struct, frozen=True):
    """One port; ``wall`` is in seconds."""

    target: str
    role: str
    role_inferred: bool
    verdict: Verdict
    wall: float
    formula: list[FormulaRecord]
    unreadable: str | None
    clauses: list[ClauseRecord]


class ErrorRecord(msgspec.Struct, frozen=True):
    """A target that could not be loaded."""

    target: str
    message: str


class ReportRecord(msgspec.Struct, frozen=True):
    """A whole report."""

    format: str
    version: str
    environment: dict[str, str]
    ports: list[PortRecord]
    errors: list[ErrorRecord]


def report(
    examinations: Sequence[Examination], errors: Sequence[ErrorRecord] = ()
) -> ReportRecord:
    """Gather examinations into a report."""
    environment = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "platform": sys.platform,
    }
    ports = [_port(examination) for examination in examinations]
    return ReportRecord(FORMAT, __version__, environment, ports, list(errors))


def dumps(record: ReportRecord) -> str:
    """JSON of two spaces' indent, for people and ``git diff``; ends with a newline."""
    encoded = msgspec.json.encode(record)
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def _port(examination: Examination) -> PortRecord:
    unreadable = examination.unreadable
    return PortRecord(
        target=examination.target,
        role=examination.role,
        role_inferred=examination.why != "role-given",
        verdict=examination.verdict,
        wall=round(examination.wall, 6),
        formula=[
            FormulaRecord(
                components=list(f.components),
                text=str(f.text),
                order=f.order,
                error=f.text.error,
                consistent=f.consistent,
            )
            for f in examination.formulas
        ],
        unreadable=unreadable.reason if unreadable else None,
        clauses=[_clause(finding) for finding in examination.findings],
    )


def _clause(finding: Finding) -> ClauseRecord:
    return ClauseRecord(
        id=finding.clause.id,
        name=finding.clause.name,
        level=finding.clause.level,
        verdict=finding.judgement.verdict,
        message=Phrases("en").judgement(finding.judgement),
        message_id=finding.judgement.message,
        parameters=_finite(finding.judgement.parameters),
    )


def _finite(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as JSON can hold them: what it cannot is written as text."""
    return {key: _plain(value) for key, value in parameters.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, complex) or (
        isinstance(value, float) and not np.isfinite(value)
    ):
        return str(value)
    return value
