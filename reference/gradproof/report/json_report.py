"""The report as JSON: the stable interface. Messages in it are English."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec
import numpy as np

from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Verdict
from gradproof.defects.lost_digits import Place
from gradproof.examination.examination import Examination, ProgramExamination
from gradproof.examination.judged import Judged
from gradproof.examination.parts import LayersExamination, PartExamination
from gradproof.ports import wall
from gradproof.ports.observation import Note
from gradproof.report.examined import Examined
from gradproof.report.phrases import Phrases, Unusable, call, reproduction
from gradproof.report.release import __version__
from gradproof.scripts.clauses import arrows_message
from gradproof.scripts.evidence import Field, Luck
from gradproof.scripts.examined import ScriptExamination
from gradproof.scripts.objectives import How

FORMAT = "gradproof-report/1"
ENGLISH = Phrases("en")


class FormulaRecord(msgspec.Struct, frozen=True):
    """A formula that was read, and the components that are computed by it."""

    components: list[str]
    text: str
    order: int
    error: str
    consistent: bool


class NoteRecord(msgspec.Struct, frozen=True):
    """Something to be said of a port that is no fault."""

    id: str
    message: str
    parameters: dict[str, Any]


class LossRecord(msgspec.Struct, frozen=True):
    """Numbers that are all of a short format; ``digits`` is 0 for float32."""

    place: Place
    format: Literal["decimals", "significant", "single"]
    digits: int


class DefectRecord(msgspec.Struct, frozen=True):
    """A defect, or two at once, that explains k of n observations: [k, n].

    ``lost`` are the digits that were found to be lost.
    """

    defects: list[str]
    explains: tuple[int, int]
    level: Literal["must", "should"] = "must"
    clauses: list[str] = []
    lost: list[LossRecord] = []


class ClauseRecord(msgspec.Struct, frozen=True):
    """The verdict of one clause; ``message_id`` and ``parameters`` make ``message``.

    ``reproduce`` is the command that judges it alone, null where there is none;
    ``expected`` is set for a failure that was declared, and came or did not.
    """

    id: str
    name: str
    level: Literal["must", "should"]
    verdict: Verdict
    expected: Literal["xfail", "xpass"] | None
    message: str
    message_id: str
    parameters: dict[str, Any]
    reproduce: str | None


class PieceRecord(msgspec.Struct, frozen=True):
    """An expression that f has where its choices fall alike, at so many arrows."""

    f: str
    gradient: list[str]
    arrows: int


class ArrowsRecord(msgspec.Struct, frozen=True):
    """What a quiver draws; ``proved`` if it follows from f's expressions.

    ``wrong`` of ``total`` arrows that could be judged are not what is due. ``how`` the
    gradient is known: by f's expression, by several ``pieces`` as f's choices fall, by
    differences in 50 digits, or by differences of its values. ``f`` and ``gradient``
    are null where f was not read as one expression.
    """

    file: str
    line: int
    message: str
    style: str
    sign: int
    factor: float
    wrong: int
    total: int
    proved: bool
    f: str | None
    gradient: list[str] | None
    how: How
    pieces: list[PieceRecord]


class FixRecord(msgspec.Struct, frozen=True):
    """A statement as it is and as it should be."""

    file: str
    line: int
    before: str
    after: str


class ScriptRecord(msgspec.Struct, frozen=True):
    """What is told of a script beyond its clauses: two verdicts, and why."""

    code: Verdict
    picture: Verdict
    arrows: list[ArrowsRecord]
    luck: Luck | None
    fix: FixRecord | None


class CounterexampleRecord(msgspec.Struct, frozen=True):
    """The simplest f, in Python, and x for which a value is wrong."""

    f: str
    x: list[Any]
    message: str
    parameters: dict[str, Any]
    reproduce: str | None


class DeclaredRecord(msgspec.Struct, frozen=True):
    """The defects that a port was declared to have; "pass" if it has these, whole."""

    defects: list[str]
    verdict: Verdict
    message: str
    message_id: str
    parameters: dict[str, Any]


class PortRecord(msgspec.Struct, frozen=True):
    """One port; ``wall`` is in seconds.

    ``unknown_expectations`` are clauses that were expected to fail and are none of
    the role. ``figures`` are the pictures that were asked for. ``seed`` is that of the
    random examples; null where there are none.
    """

    target: str
    role: str
    role_inferred: bool
    verdict: Verdict
    wall: float
    formula: list[FormulaRecord]
    unreadable: str | None
    clauses: list[ClauseRecord]
    diagnosis: list[DefectRecord]
    notes: list[NoteRecord]
    unknown_expectations: list[str]
    script: ScriptRecord | None = None
    smallest: CounterexampleRecord | None = None
    declared_diagnosis: DeclaredRecord | None = None
    figures: list[str] | None = None
    seed: int | None = None


class ErrorRecord(msgspec.Struct, frozen=True):
    """A target that could not be loaded, or judged."""

    target: str
    message: str
    message_id: str
    parameters: dict[str, Any]


class ReportRecord(msgspec.Struct, frozen=True):
    """A whole report; ``not_judged`` are subjects that could not be, and why."""

    format: str
    version: str
    environment: dict[str, str]
    ports: list[PortRecord]
    errors: list[ErrorRecord]
    not_judged: list[ErrorRecord]

    @property
    def problems(self) -> list[ErrorRecord]:
        """Return all that has no verdict."""
        return [*self.errors, *self.not_judged]


def report(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable] = (),
) -> ReportRecord:
    """Gather examinations into a report; a script's routines come after it."""
    environment = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "platform": sys.platform,
        **_sandbox(),
    }
    ports = [port for examination in examinations for port in _ports(examination)]
    errors = [_error(u) for u in unusable if not u.unjudged]
    not_judged = [_error(u) for u in unusable if u.unjudged]
    return ReportRecord(FORMAT, __version__, environment, ports, errors, not_judged)


def _sandbox() -> dict[str, str]:
    """The wall around what was run, and what it does not hold; nothing if none was."""
    kind = wall.stood()
    if kind is None:
        return {}
    return {"sandbox": kind, "not_held": ENGLISH.say(f"sandbox.not-held.{kind}")}


def dumps(record: ReportRecord) -> str:
    """JSON of two spaces' indent, for people and ``git diff``; ends with a newline."""
    # A file's name need not be UTF-8, but JSON is.
    encoded = msgspec.json.encode(_plain(msgspec.to_builtins(record)))
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def line(record: PortRecord | ErrorRecord, **more: Any) -> bytes:
    """One line of JSON: what stands in a report, and ``more``."""
    plain = {**msgspec.to_builtins(record), **more}
    return bytes(msgspec.json.encode(_plain(plain))) + b"\n"


def _ports(
    examination: Examined,
) -> Iterator[PortRecord]:
    if isinstance(examination, LayersExamination):
        yield from map(_layer, examination.layers)
        return
    if isinstance(examination, ProgramExamination):
        yield from map(_port, examination.roles)
        return
    if isinstance(examination, ScriptExamination):
        yield _script(examination)
        yield from map(_port, examination.told_routines)
    else:
        yield _port(examination)


def _layer(examination: PartExamination) -> PortRecord:
    return PortRecord(
        target=examination.target,
        role=examination.role,
        role_inferred=True,
        verdict=examination.verdict,
        wall=round(examination.wall, 6),
        formula=[],
        unreadable=None,
        clauses=[_clause(f, examination) for f in examination.findings],
        diagnosis=[
            DefectRecord([e.defect], (e.explained, e.parts))
            for e in examination.diagnosis
        ],
        notes=[_note(note) for note in examination.notes],
        unknown_expectations=list(examination.unknown),
        figures=None if examination.figures is None else list(examination.figures),
    )


def _script(examination: ScriptExamination) -> PortRecord:
    evidence = examination.evidence
    fix, run = evidence.fix, evidence.run
    return PortRecord(
        target=examination.target,
        role=examination.role,
        role_inferred=True,
        verdict=examination.verdict,
        wall=round(examination.wall, 6),
        formula=[],
        unreadable=None,
        clauses=[_clause(f, examination) for f in examination.findings],
        diagnosis=[DefectRecord([d], (1, 1)) for d in examination.defects],
        notes=[_note(note) for note in examination.notes],
        unknown_expectations=list(examination.unknown),
        script=ScriptRecord(
            examination.code,
            examination.picture,
            [
                _arrows(field, run.named(field.quiver.place))
                for field in evidence.fields
                if field.drawn.style != "unknown"
            ],
            evidence.luck,
            FixRecord(run.named(fix.place), fix.place.line, fix.before, fix.after)
            if fix
            else None,
        ),
        declared_diagnosis=_declared(examination),
    )


def _arrows(field: Field, file: str) -> ArrowsRecord:
    drawn = field.drawn
    message, parameters = arrows_message(field)
    read = field.objective.mathematics if field.objective else None
    return ArrowsRecord(
        file=file,
        line=field.quiver.place.line,
        message=ENGLISH.say(message, **parameters),
        style=drawn.style,
        sign=drawn.sign,
        factor=drawn.factor,
        wrong=drawn.wrong,
        total=drawn.total,
        proved=field.proved,
        f=read[0] if read else None,
        gradient=list(read[1]) if read else None,
        how=field.how,
        pieces=[
            PieceRecord(piece.mathematics[0], list(piece.mathematics[1]), count)
            for piece, count in field.pieces
            if field.how == "pieces"
        ],
    )


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
                text=ENGLISH.formula(f.text),
                order=f.order,
                error=f.text.error,
                consistent=f.consistent,
            )
            for f in examination.formulas
        ],
        unreadable=unreadable.reason if unreadable else None,
        clauses=[_clause(f, examination) for f in examination.findings],
        diagnosis=[
            DefectRecord(
                list(e.defects),
                (e.explained, e.probes),
                e.level,
                list(e.clauses),
                [LossRecord(o.place, o.format.kind, o.format.digits) for o in e.losses],
            )
            for e in examination.diagnosis
        ],
        notes=[_note(note) for note in examination.notes],
        unknown_expectations=list(examination.unknown),
        smallest=_smallest(examination),
        declared_diagnosis=_declared(examination),
        seed=examination.seed,
    )


def _declared(
    examination: Examination | ScriptExamination,
) -> DeclaredRecord | None:
    found = examination.declared
    if found is None:
        return None
    return DeclaredRecord(
        list(examination.terms.diagnosis),
        found.verdict,
        ENGLISH.judgement(found),
        found.message,
        _finite(found.parameters),
    )


def _smallest(examination: Examination) -> CounterexampleRecord | None:
    found = examination.smallest
    if found is None:
        return None
    return CounterexampleRecord(
        f=found.expression,
        x=found.x.tolist(),
        message=ENGLISH.smallest(found),
        parameters=_finite(found.judgement.parameters),
        reproduce=call(examination),
    )


def _note(note: Note) -> NoteRecord:
    return NoteRecord(note.id, ENGLISH.note(note), _finite(note.parameters))


def _error(unusable: Unusable) -> ErrorRecord:
    parameters = _finite(unusable.error.parameters)
    message = ENGLISH.unusable(unusable)
    return ErrorRecord(unusable.target, message, unusable.error.message, parameters)


def _clause(finding: Finding, examination: Judged) -> ClauseRecord:
    return ClauseRecord(
        id=finding.clause.id,
        name=finding.clause.name,
        level=finding.clause.level,
        verdict=finding.judgement.verdict,
        expected=examination.terms.expectation(finding),
        message=ENGLISH.judgement(finding.judgement),
        message_id=finding.judgement.message,
        parameters=_finite(finding.judgement.parameters),
        reproduce=reproduction(examination, finding),
    )


def _finite(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as JSON can hold them: what it cannot is written as text."""
    return {str(key): _plain(value) for key, value in parameters.items()}


def _plain(value: Any) -> Any:
    match value:
        case np.ndarray():
            return _plain(value.tolist())
        case np.generic():
            return _plain(value.item())
        case list() | tuple():
            return [_plain(item) for item in value]
        case Mapping():
            return _finite(value)
        case None | bool() | int():
            return value
        case float() if np.isfinite(value):
            return value
        case _:
            return str(value).encode("utf-8", "backslashreplace").decode()
