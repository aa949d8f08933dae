"""The report on a script for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Verdict
from gradproof.examination.examination import Examination
from gradproof.fix import faults
from gradproof.report import declared_text
from gradproof.report.characters import Command
from gradproof.report.layout import STYLES, Row, show_line, show_rows
from gradproof.report.phrases import Phrases, remedy
from gradproof.report.script_headlines import headline
from gradproof.scripts import provenance
from gradproof.scripts.clauses import PERHAPS_MEANT, arrows_message
from gradproof.scripts.evidence import Field
from gradproof.scripts.examination import unprobed
from gradproof.scripts.examined import ScriptExamination
from gradproof.scripts.objectives import PROVED, Objective
from gradproof.scripts.records import GradientCall, Place
from gradproof.scripts.session import statement

MAX_PIECES = 4
"""Expressions of one f that are shown."""

ROUTINE: dict[Verdict, str] = {
    "pass": "script.routine-pass",
    "fail": "script.routine-fail",
    "error": "script.routine-error",
    "not-covered": "script.routine-not-covered",
}


def show(examination: ScriptExamination, phrases: Phrases, console: Console) -> None:
    """Print what was found out about a script, its routines aside."""
    show_line(first_line(examination, phrases), STYLES[examination.outcome], console)
    console.print()
    show_rows(_rows(examination, phrases), console)
    console.print()
    show_line(_tally(examination, phrases), "", console, lead="  ")


def first_line(examination: ScriptExamination, phrases: Phrases) -> str:
    """What is said first."""
    target = examination.target
    wrong = examination.wrong_routines
    names = [_name(each) for each in wrong]
    if examination.outcome in ("as-declared", "stale"):
        return declared_text.in_the_light(examination, phrases)
    if names and examination.terms.as_declared(examination.findings):
        return phrases.say(
            "headline.declared-routine",
            target=target,
            clauses=declared_text.declared_clauses(examination, phrases),
            names=", ".join(names),
        )
    clauses = {f.clause.id: f.judgement.verdict for f in examination.findings}
    beside = examination.evidence.beside
    right = [_name(r) for r in examination.told_routines if r.verdict == "pass"]
    say = headline(
        examination.verdict,
        clauses,
        routines="fail" if wrong else "pass" if right else None,
        unjudged=bool(beside),
        meant=any(
            field.drawn.style in PERHAPS_MEANT for field in examination.evidence.fields
        ),
    )
    return phrases.say(
        say,
        target=target,
        names=", ".join(names or right),
        lines=", ".join(str(field.quiver.place.line) for field in beside),
        what=phrases.say("semicolon").join(dict.fromkeys(_drawn(examination, phrases))),
        reason=_reason(examination, phrases),
        clauses=phrases.say("comma").join(
            _named(f) for f in examination.having("pass")
        ),
    )


def _name(examination: Examination) -> str:
    """The routine's own name."""
    return examination.target.rpartition(":")[2]


def _reason(examination: ScriptExamination, phrases: Phrases) -> str:
    """The finding that decides: of the code and the picture before the rest."""
    order = ("S3", "S4", "S5", "S1", "S2")
    for finding in sorted(examination.findings, key=lambda f: order.index(f.clause.id)):
        if finding.judgement.verdict == examination.verdict:
            return _why(examination, finding, phrases)
    return ""


def _why(examination: ScriptExamination, finding: Finding, phrases: Phrases) -> str:
    """Why a clause has its verdict; the script's own name is not said again."""
    own = f"{Path(examination.target).name}{phrases.say('comma')}"
    return phrases.judgement(finding.judgement).removeprefix(own)


def _drawn(examination: ScriptExamination, phrases: Phrases) -> Iterator[str]:
    """What each quiver draws, in words."""
    for field in examination.evidence.fields:
        if field.drawn.style != "unknown":
            yield _arrows(field, phrases)


def _rows(examination: ScriptExamination, phrases: Phrases) -> Iterator[Row]:
    evidence = examination.evidence
    for note in examination.notes:
        yield phrases.say("label.note"), "dim", phrases.note(note)
    yield from faulty_call(examination, phrases)
    yield from dict.fromkeys(
        row for field in evidence.fields for row in _field(examination, field, phrases)
    )
    for routine in examination.routines:
        enough = routine.target in examination.enough
        said = _routine(routine, enough, phrases)
        yield phrases.say("label.routine"), "dim", said
    for name in unprobed(examination):
        said = phrases.say("script.routine-inside", name=name)
        yield phrases.say("label.routine"), "dim", said
    if evidence.fix is not None:
        yield phrases.say("label.fix"), "green", Command(evidence.fix.after)
    elif faults.may_be_mended(examination):
        yield (
            phrases.say("label.fix"),
            "dim",
            Command(remedy(examination.target, examination.options)),
        )
    yield from _others(examination, phrases)


def faulty_call(examination: ScriptExamination, phrases: Phrases) -> Iterator[Row]:
    """The faulty call, if there is one, and why the picture is right all the same."""
    if examination.evidence.faulty is not None:
        yield from _faulty(examination, *examination.evidence.faulty, phrases)
    if examination.of("S3") == "fail" and examination.of("S4") == "pass":
        yield from _luck(examination, phrases)


def _faulty(
    examination: ScriptExamination,
    call: GradientCall,
    how: provenance.Misgiven,
    phrases: Phrases,
) -> Iterator[Row]:
    """The faulty call: its line, what f was given, and how that came about."""
    run = examination.evidence.run
    label = at(examination.evidence.run.path, call.place, phrases)
    text = statement(run.sources.get(call.place.file, ""), call.place.line)
    yield label, STYLES["fail"], Command(text)
    wrong = [given for given, _ in provenance.wrong_givens(call)] or list(call.seen)
    shape = max(wrong, key=lambda given: given.count).shape
    count = f"{sum(given.count for given in wrong):,}"
    if how == "f-per-element":
        yield "", "", phrases.say("script.given-numbers", count=count)
    elif how == "whole-array" or len(shape) != 1:
        say = "script.given-arrays"
        yield "", "", phrases.say(say, shape=list(shape), count=count)
    else:
        size = f"{shape[0]:,}"
        yield "", "", phrases.say("script.given-vectors", size=size, count=count)
    if how == "transposed-points" and len(call.shape) == 2 and call.shape[0] == 2:
        yield "", "", phrases.say("script.rows")


def _luck(examination: ScriptExamination, phrases: Phrases) -> Iterator[Row]:
    """Why the picture is right all the same, and for which function it is not."""
    evidence = examination.evidence
    label = phrases.say("label.by-luck")
    if evidence.same_terms:
        yield label, "yellow", phrases.say("script.same-terms")
        label = ""
    if evidence.luck is not None:
        wrong, total = evidence.luck.wrong, evidence.luck.total
        function = evidence.luck.function
        said = phrases.say(
            "script.otherwise", function=function, wrong=wrong, total=total
        )
        yield label, "yellow", said


def _field(
    examination: ScriptExamination, field: Field, phrases: Phrases
) -> Iterator[Row]:
    """What one quiver draws, and of which f."""
    label = at(examination.evidence.run.path, field.quiver.place, phrases)
    if field.drawn.style != "unknown" and examination.of("S4") == "fail":
        yield from _wrong_arrows(examination, field, label, phrases)
    elif field.drawn.style != "unknown":
        said = _arrows(field, phrases)
        yield label, "dim", phrases.say("script.draws", what=said, **_counts(field))
    elif field in examination.evidence.beside:
        said = phrases.say("script.no-f")
        yield label, "yellow", phrases.say("script.draws", what=said, **_counts(field))
    if field.truncated:
        yield "", "", phrases.say("script.integers")
    if field.objective is None:
        return
    yield from _reading(field, field.objective, phrases)
    judged, total = field.drawn.total, len(field.quiver.directions)
    if 0 < judged < total:
        say = "script.some-judged"
        yield "", "dim", phrases.say(say, judged=f"{judged:,}", total=f"{total:,}")


def _wrong_arrows(
    examination: ScriptExamination, field: Field, label: str, phrases: Phrases
) -> Iterator[Row]:
    """The statement that draws them, and what is wrong unless the headline says it."""
    place = field.quiver.place
    source = examination.evidence.run.sources.get(place.file, "")
    yield label, "dim", Command(statement(source, place.line))
    said = _arrows(field, phrases)
    if said not in first_line(examination, phrases):
        yield "", "", said[:1].upper() + said[1:] + phrases.say("full-stop")


def _reading(field: Field, objective: Objective, phrases: Phrases) -> Iterator[Row]:
    """What f was read as, with its gradient, or how it is known without."""
    mathematics = objective.mathematics
    why = objective.why or phrases.say("script.no-bound")
    if field.how != "none" and mathematics is not None:
        f, (first, second) = mathematics
        yield "f", "dim", f"{f}, ∇f = ({first}, {second})"
    elif field.how == "pieces":
        yield from _pieces(field, phrases)
    label = "f" if mathematics is None else ""
    if field.how == "digits":
        yield label, "dim", phrases.say("script.digits", why=why)
    elif field.how == "differences":
        yield label, "dim", phrases.say("script.numerical", why=why)
    if field.how in PROVED and not field.proved:
        yield "", "dim", phrases.say("script.rows-estimated")


def _pieces(field: Field, phrases: Phrases) -> Iterator[Row]:
    """f's expressions and at how many arrows it has each, the commonest first."""
    shown = field.pieces[:MAX_PIECES]
    for number, (piece, count) in enumerate(shown):
        f, (first, second) = piece.mathematics
        said = phrases.say(
            "script.piece",
            f=f,
            first=first,
            second=second,
            count=count,
            **_counts(field),
        )
        yield "" if number else "f", "dim", said
    if len(field.pieces) > MAX_PIECES:
        more = len(field.pieces) - MAX_PIECES
        yield "", "dim", phrases.say("script.more-pieces", count=more)


def _arrows(field: Field, phrases: Phrases) -> str:
    """What a quiver draws, in words."""
    message, parameters = arrows_message(field)
    said = phrases.say(message, **parameters)
    if field.how == "differences":
        return phrases.say("script.as-far", what=said)
    return said


def _counts(field: Field) -> dict[str, Any]:
    return {"total": f"{field.quiver.total:,}"}


def _routine(routine: Examination, enough: bool, phrases: Phrases) -> str:
    """The routine's formula and its verdict, in a line."""
    verdict = phrases.say(ROUTINE["error" if enough else routine.verdict])
    texts = [phrases.formula(f.text) for f in routine.formulas]
    formulas = phrases.say("semicolon").join(texts)
    name = routine.target.rpartition(":")[2]
    return f"{name}: {formulas}: {verdict}" if formulas else f"{name}: {verdict}"


def _others(examination: ScriptExamination, phrases: Phrases) -> Iterator[Row]:
    """The reasons of what else did not pass, and expectations that match nothing."""
    terms, first = examination.terms, first_line(examination, phrases)
    drawn = set(_drawn(examination, phrases))
    yield from declared_text.expected(examination, phrases)
    for finding in examination.findings:
        verdict = finding.judgement.verdict
        why = _why(examination, finding, phrases)
        expected = terms.expectation(finding) == "xfail"
        faulty = finding.clause.id == "S3" and verdict == "fail"
        told = faulty or why in drawn or why in first
        if verdict == "pass" or (told and not expected):
            continue
        text = f"{why} [{_named(finding)}]"
        if expected:
            text += f" ({terms.expect[finding.clause.id]})"
            yield phrases.say("label.expected"), "dim", text
        else:
            yield phrases.say(f"label.{verdict}"), STYLES[verdict], text


def at(path: Path, place: Place, phrases: Phrases) -> str:
    """The line for a reader; with a notebook's cell, or with another file's name."""
    own = str(path)
    if place.file == own:
        return phrases.say("label.line", line=place.line)
    if place.file.startswith(own + "["):
        cell = place.file[len(own) + 1 : -1]
        return phrases.say("label.cell", cell=cell, line=place.line)
    return f"{Path(place.file).name}:{place.line}"


def _tally(examination: ScriptExamination, phrases: Phrases) -> str:
    """The clauses by verdict, and the defects, in a line."""
    parts = []
    for verdict in ("fail", "error", "not-covered", "pass"):
        names = [
            _named(f) for f in examination.findings if f.judgement.verdict == verdict
        ]
        if names:
            label = phrases.say(f"label.{verdict}")
            parts.append(f"{label} {', '.join(names)}")
    if examination.defects:
        parts.append(" + ".join(examination.defects))
    return "   ".join(parts)


def _named(finding: Finding) -> str:
    return finding.clause.label
