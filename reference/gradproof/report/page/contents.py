"""What the page tells of one port: its facts, its clauses and its pictures."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from markupsafe import Markup

from gradproof.contract.clauses import Finding
from gradproof.examination.examination import ComponentFormula, Examination
from gradproof.examination.judged import Judged
from gradproof.examination.layers import LayerExamination, OptimizerExamination
from gradproof.examination.parts import PartExamination
from gradproof.examination.policy import Outcome
from gradproof.report import script_text
from gradproof.report.characters import Command
from gradproof.report.ci import results
from gradproof.report.defect_names import told
from gradproof.report.gradient_entries import of_layer
from gradproof.report.headlines import headline
from gradproof.report.optimizer_paths import of_optimizer
from gradproof.report.page import mathml
from gradproof.report.page.arrows import ArrowPanel, Drawing, drawings
from gradproof.report.phrases import (
    Phrases,
    call,
    defects_named,
    remedy,
    reproduction,
)
from gradproof.report.standing import Standing, standing
from gradproof.scripts.evidence import Field, Otherwise
from gradproof.scripts.examined import ScriptExamination

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Kind = Literal["text", "command", "mathematics", "before", "after"]


@dataclass(frozen=True)
class Fact:
    """Something that is told: a label, and a text of a kind; or ready-made MathML."""

    label: str
    text: str | Markup
    kind: Kind = "text"


@dataclass(frozen=True)
class ClauseRow:
    """A clause in the table."""

    id: str
    name: str
    outcome: Outcome
    sentence: str
    message: str


@dataclass(frozen=True)
class PagePicture:
    """Arrows in panels side by side, or a picture as a data URI, with a caption."""

    caption: str
    panels: Sequence[Drawing] = ()
    source: str = ""


@dataclass(frozen=True)
class Section:
    """All that is told of one port."""

    name: str
    headline: str
    standing: Standing
    facts: tuple[Fact, ...]
    clauses: tuple[ClauseRow, ...]
    pictures: tuple[PagePicture, ...]


def section(examination: Judged, phrases: Phrases) -> Section:
    """What is told of whatever was judged by itself."""
    return Section(
        name=examination.target,
        headline=headline(examination, phrases),
        standing=standing(examination),
        facts=tuple(_facts(examination, phrases)),
        clauses=tuple(_clause(examination, f, phrases) for f in examination.findings),
        pictures=tuple(_pictures(examination, phrases)),
    )


def _clause(examination: Judged, finding: Finding, phrases: Phrases) -> ClauseRow:
    clause = finding.clause
    outcome = examination.terms.reckoned(finding)
    said = results.message(examination, finding, phrases)
    sentence = phrases.say(f"clause.{clause.id}")
    message = "" if outcome == "passed" else said
    return ClauseRow(clause.id, clause.name, outcome, sentence, message)


def _facts(examination: Judged, phrases: Phrases) -> Iterator[Fact]:
    if isinstance(examination, ScriptExamination):
        yield from _call(examination, phrases)
    yield from _mathematics(examination, phrases)
    yield from _defects(examination, phrases)
    if isinstance(examination, Examination):
        yield from _counterexample(examination, phrases)
    yield from _again(examination, phrases)
    yield from _change(examination, phrases)
    yield from _improvements(examination, phrases)
    yield Fact(phrases.say("label.role"), phrases.say(f"role.{examination.role}"))
    for note in examination.notes:
        yield Fact(phrases.say("label.note"), phrases.note(note))


def _call(examination: ScriptExamination, phrases: Phrases) -> Iterator[Fact]:
    """The faulty call of a script, and the luck that it had."""
    for label, _, text in script_text.faulty_call(examination, phrases):
        yield Fact(label, text, "command" if isinstance(text, Command) else "text")


def _defects(examination: Judged, phrases: Phrases) -> Iterator[Fact]:
    """What explains what was seen."""
    label = phrases.say("label.diagnosis")
    if not isinstance(examination, PartExamination):
        named = defects_named(examination, phrases)
        yield from [Fact(label, named)] if named else []
        return
    for number, explanation in enumerate(examination.diagnosis):
        yield Fact("" if number else label, told(explanation, phrases))
    for explanation in examination.diagnosis[:1]:
        advice = phrases.say(f"defect.{explanation.defect}.remedy")
        yield Fact(phrases.say("label.remedy"), advice)


def _mathematics(examination: Judged, phrases: Phrases) -> Iterator[Fact]:
    label = phrases.say("label.computes")
    if isinstance(examination, Examination):
        for formula in examination.formulas:
            yield Fact(label, _formula(formula, phrases), "mathematics")
    if isinstance(examination, ScriptExamination):
        for field in examination.evidence.fields:
            yield from _objective(field)


def _formula(formula: ComponentFormula, phrases: Phrases) -> Markup:
    """The formula, what it approximates, its step and its error."""
    text = formula.text
    right = f"{text.formula} ≈ {text.equals}" if text.equals else text.formula
    left = right if text.equals else f"{text.derivative} ≈ {right}"
    parts = [Markup('<math displaystyle="true">{}</math>').format(mathml.formula(left))]
    if text.error:
        error = Markup("<math>{}</math>").format(mathml.formula(text.error))
        parts.append(Markup(phrases.say("formula.error", terms="{}")).format(error))
    if text.step:
        parts.append(Markup("<span>h = {}</span>").format(text.step))
    if formula.components[1:]:
        listed = ", ".join(formula.components)
        parts.append(Markup("<span>({})</span>").format(listed))
    aside = Markup(phrases.say("comma")).join(parts[1:])
    return parts[0] + Markup("<p>{}</p>").format(aside)


def _objective(field: Field) -> Iterator[Fact]:
    """The f of a picture, and its gradient."""
    if field.objective is None or field.objective.function is None:
        return
    import sympy

    found, symbols = field.objective.function.expression(2)
    for label, expression in (
        ("f", found),
        ("∇f", sympy.Matrix([[sympy.diff(found, s) for s in symbols]])),
    ):
        written = Markup("<math>{}</math>").format(mathml.expression(expression))
        yield Fact(label, written, "mathematics")


def _counterexample(examination: Examination, phrases: Phrases) -> Iterator[Fact]:
    if examination.smallest is None:
        return
    said = phrases.smallest(examination.smallest)
    yield Fact(phrases.say("label.smallest"), said)
    command = call(examination)
    if command:
        yield Fact(phrases.say("label.shown-by"), command, "command")


def _again(examination: Judged, phrases: Phrases) -> Iterator[Fact]:
    """The command that shows the first failure again."""
    reckoned = examination.terms.reckoned
    for finding in examination.findings:
        again = reproduction(examination, finding)
        if again and reckoned(finding) in results.BAD:
            yield Fact(phrases.say("label.again"), again, "command")
            return


def _improvements(examination: Judged, phrases: Phrases) -> Iterator[Fact]:
    """What a routine that is not wrong by it could do better."""
    label = phrases.say("label.should")
    for finding in examination.having("fail"):
        if not examination.terms.counts(finding):
            text = phrases.judgement(finding.judgement)
            if isinstance(examination, Examination):
                text += f" [{phrases.clause(finding, examination.diagnosis)}]"
            yield Fact(label, text)
            label = ""


def _change(examination: Judged, phrases: Phrases) -> Iterator[Fact]:
    """The patch of a script's call; of a routine the command that looks for one."""
    label = phrases.say("label.fix")
    if isinstance(examination, ScriptExamination):
        fix = examination.evidence.fix
        if fix is not None:
            yield Fact(label, fix.before, "before")
            yield Fact("", fix.after, "after")
    elif getattr(examination, "mendable", False):
        yield Fact(label, remedy(examination.target, examination.options), "command")


def _pictures(examination: Judged, phrases: Phrases) -> Iterator[PagePicture]:
    match examination:
        case ScriptExamination():
            for field in examination.evidence.fields:
                yield from _field(field, phrases)
            # A picture that is wrong by itself needs no other function to show it.
            other = examination.evidence.otherwise
            if other is not None and examination.of("S4") != "fail":
                yield _otherwise(other, phrases)
        case LayerExamination():
            yield from _gradients(examination, phrases)
        case OptimizerExamination() if examination.of("O2") == "fail":
            yield from _path(examination)


def _field(field: Field, phrases: Phrases) -> Iterator[PagePicture]:
    """The arrows of a quiver beside those that are expected."""
    expected, drawn = field.expected, field.drawn
    if expected is None or drawn.style == "unknown" or field.quiver.form == 2:
        return
    at, arrows = field.quiver.positions, field.quiver.directions
    meant = drawn.sign * drawn.factor * expected.gradient
    known = expected.known
    off = (np.abs(arrows - meant) > drawn.factor * expected.bound).any(axis=1)
    if drawn.right:
        # Of other lengths than the gradient, or as it is: each of them is right.
        yield _compared(phrases.say("report.picture"), at, arrows, phrases)
        return
    yield _compared(
        phrases.say("report.picture"), at, arrows, phrases, meant, off & known
    )


def _otherwise(other: Otherwise, phrases: Phrases) -> PagePicture:
    caption = phrases.say("report.otherwise", function=other.function)
    at, arrows = other.positions, other.directions
    return _compared(caption, at, arrows, phrases, other.expected, other.wrong)


def _compared(
    caption: str,
    at: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    arrows: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    phrases: Phrases,
    meant: np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None = None,
    wrong: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None = None,
) -> PagePicture:
    """One panel of what is right; what is not, beside what was meant."""
    nothing = np.zeros(len(at), bool)
    if meant is None or wrong is None:
        title = phrases.say("report.drawn-right", total=len(at))
        return PagePicture(caption, drawings(ArrowPanel(title, at, arrows, nothing)))
    title = phrases.say("report.drawn", wrong=int(wrong.sum()), total=len(at))
    left = ArrowPanel(title, at, arrows, wrong)
    right = ArrowPanel(phrases.say("report.meant"), at, meant, nothing)
    return PagePicture(caption, drawings(left, right))


def _gradients(
    examination: LayerExamination, phrases: Phrases
) -> Iterator[PagePicture]:
    from gradproof.figures import heat_maps
    from gradproof.report.captions import in_language

    words = in_language(phrases.language)
    for name, entries in of_layer(examination.evidence).items():
        caption = phrases.say("report.gradient", name=f"{examination.name}.{name}")
        yield PagePicture(caption, source=_embedded(heat_maps.draw(entries, words)))


def _path(examination: OptimizerExamination) -> Iterator[PagePicture]:
    from gradproof.figures import path_maps

    paths = of_optimizer(examination.evidence)
    if paths:
        yield PagePicture(
            examination.name, source=_embedded(path_maps.draw(paths, [True]))
        )


def _embedded(figure: Figure) -> str:
    """A figure as a data URI."""
    from gradproof.figures import canvas

    encoded = base64.b64encode(canvas.png(figure)).decode()
    return f"data:image/png;base64,{encoded}"
