"""Layers, and other classes, for a terminal: a line each, or one in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from gradproof.contract.clauses import Finding
from gradproof.contract.layers import of_role, unjudged
from gradproof.contract.verdicts import Judgement
from gradproof.examination.layers import (
    FormExamination,
    LayerExamination,
    OptimizerExamination,
)
from gradproof.examination.networks import CheckExamination, NetworkExamination
from gradproof.examination.parts import LayersExamination, PartExamination
from gradproof.report import declared_text, network_text, optimizer_text
from gradproof.report.characters import Command, as_name, printable
from gradproof.report.defect_names import defect, told
from gradproof.report.layout import STYLES, show_line, show_rows
from gradproof.report.phrases import Phrases, remedy
from gradproof.report.standing import named, standing

BETWEEN = "  ·  "


def show_all(
    examination: LayersExamination, phrases: Phrases, console: Console
) -> None:
    """Print the classes of a file as a table, the one that was asked for in full."""
    if not examination.whole:
        for layer in examination.layers:
            show(layer, phrases, console)
        return
    console.print(Text(as_name(examination.target)), soft_wrap=True)
    for note in examination.notes:
        show_line(phrases.note(note), "dim", console, lead="  ")
    show_table(examination.layers, phrases, console)
    drawn = [e.figures for e in examination.layers if e.figures is not None]
    if drawn:
        console.print(Text(_pictures(sum(drawn, ()), phrases), "dim"), soft_wrap=True)
    if any(_is_mendable(layer) for layer in examination.layers):
        how = printable(remedy(examination.target))
        said = f"{phrases.say('label.fix')}: {how}"
        console.print(Text(said, "dim"), soft_wrap=True)


def _is_mendable(examination: PartExamination) -> bool:
    return isinstance(examination, LayerExamination) and examination.mendable


def _pictures(drawn: Sequence[str], phrases: Phrases) -> str:
    """How many pictures were drawn, and where."""
    if not drawn:
        return phrases.say("pictures.none")
    message = "pictures.one" if len(drawn) == 1 else "pictures.drawn"
    folder = str(Path(drawn[0]).parent)
    return phrases.say(message, count=len(drawn), folder=folder)


def show_table(
    examinations: Sequence[PartExamination], phrases: Phrases, console: Console
) -> None:
    """Print a line a class, its parts in it."""
    width = max((cell_len(e.name) for e in examinations), default=0)
    for examination in examinations:
        room = width - cell_len(examination.name) + 2
        lead = "  " + examination.name + " " * room
        said = BETWEEN.join(parts(examination, phrases))
        show_line(said, STYLES[standing(examination)], console, lead=lead)


def parts(examination: PartExamination, phrases: Phrases) -> Iterator[str]:
    """What is said of it in a table."""
    match examination:
        case OptimizerExamination():
            return optimizer_text.parts(examination, phrases)
        case NetworkExamination():
            return network_text.parts(examination, phrases)
        case CheckExamination():
            return network_text.of_check(examination, phrases)
        case LayerExamination():
            return layer_parts(examination, phrases)
        case FormExamination():
            return form_parts(examination, phrases)
    raise TypeError(type(examination).__name__)


def form_parts(examination: FormExamination, phrases: Phrases) -> Iterator[str]:
    """Yield what is wrong, broken or not judged; else what its numbers were held to."""
    cause = defect(examination, phrases)
    if cause and examination.verdict == "fail":
        yield cause
    about = examination.about_numbers
    for verdict in ("fail", "error", "not-covered", "pass"):
        found = [
            finding
            for finding in examination.having(verdict)
            if examination.terms.counts(finding)
            and (verdict != "pass" or finding.clause.id in about)
        ]
        if found:
            judgement = found[0].judgement
            if judgement.message == "network.agrees":
                yield phrases.say("network.brief", **judgement.parameters)
            elif not cause or verdict != "fail":
                yield phrases.judgement(judgement)
            break
    for note in examination.evidence.notes:
        yield phrases.note(note)


def layer_parts(examination: LayerExamination, phrases: Phrases) -> Iterator[str]:
    """What is said of each part: of forward if it is wrong, of each gradient, of more.

    A part that has failed in one setting has failed.
    """
    findings = {f.clause.id: f for f in examination.findings}
    runs = findings.get("L1")
    if runs is not None and runs.judgement.verdict != "pass":
        yield phrases.judgement(runs.judgement)
        return
    cause = defect(examination, phrases)
    forward = findings.get("L2")
    alone = examination.evidence.said.alone
    if alone == "function" and forward is not None:
        how = _how(forward.judgement, phrases)
        if forward.judgement.verdict == "fail" and cause:
            how, cause = phrases.say("layer.wrong-by", reason=cause), ""
        yield phrases.say("layer.part", what=phrases.say("layer.value"), how=how)
        if "L3" in findings:
            how = _how(findings["L3"].judgement, phrases)
            yield phrases.say("layer.part", what=phrases.say("layer.beside"), how=how)
    elif forward is not None and forward.judgement.verdict == "fail":
        if cause:
            how = phrases.say("layer.wrong-by", reason=cause)
            yield phrases.say("layer.part", what="forward", how=how)
            cause = ""
        else:
            yield phrases.judgement(forward.judgement)
    for what, judgement in gradients(examination).items():
        how = _how(judgement, phrases)
        if judgement.verdict == "fail" and cause:
            how, cause = phrases.say("layer.wrong-by", reason=cause), ""
        named = phrases.say("layer.adjoint") if alone else what
        yield phrases.say("layer.part", what=named, how=how)
    for id in ("L5", "L6", "L7", "L8", "L9", "L10", "L12", "L18", "L20", "L24"):
        found = findings.get(id)
        if found is not None and found.judgement.verdict in ("fail", "error"):
            yield phrases.say("semicolon").join(
                [*([cause] if cause else []), phrases.judgement(found.judgement)]
            )
            cause = ""


def gradients(examination: LayerExamination) -> dict[str, Judgement]:
    """The judgement of each gradient, the worst of its settings."""
    found: dict[str, Judgement] = {}
    order = ("pass", "not-covered", "error", "fail")
    if examination.evidence.said.alone == "function":
        return found
    for passage in (*examination.evidence.first, *examination.evidence.own):
        for role in passage.setting.arrays:
            judgement = of_role(passage, role)
            if judgement is None:
                continue
            known = found.get(f"d{role}")
            if known is None or order.index(judgement.verdict) > order.index(
                known.verdict
            ):
                found[f"d{role}"] = judgement
    for name in examination.evidence.unjudged:
        found[f"d{name}"] = unjudged(name)
    return found


def _how(judgement: Judgement, phrases: Phrases) -> str:
    if judgement.verdict == "fail":
        return phrases.say("layer.wrong")
    return phrases.say(
        "layer.right" if judgement.verdict == "pass" else "layer.not-judged"
    )


def show(examination: PartExamination, phrases: Phrases, console: Console) -> None:
    """Print what was found out about one class."""
    show_line(headline(examination, phrases), STYLES[standing(examination)], console)
    show_rows(_rows(examination, phrases), console)


def headline(examination: PartExamination, phrases: Phrases) -> str:
    """What is said first."""
    found = standing(examination)
    if found in ("as-declared", "stale"):
        return declared_text.in_the_light(examination, phrases)
    agrees = isinstance(examination, NetworkExamination) and found == "pass"
    return phrases.say(
        "headline.agrees-loss" if agrees else f"headline.{found}",
        target=examination.target,
        reason=_reason(examination, phrases),
        clauses=phrases.say("comma").join(map(_named, named(examination))),
    )


def _reason(examination: PartExamination, phrases: Phrases) -> str:
    """The defect of what is wrong, or the first finding that decides."""
    if isinstance(examination, NetworkExamination):
        return network_text.reason(examination, phrases)
    verdict, terms = examination.verdict, examination.terms
    cause = defect(examination, phrases) if verdict == "fail" else ""
    deciding = (
        phrases.judgement(finding.judgement)
        for finding in examination.having(verdict)
        if terms.counts(finding) and not terms.expectation(finding)
    )
    return cause or next(deciding, "")


def _named(finding: Finding) -> str:
    return finding.clause.label


def lead(
    examination: LayerExamination, phrases: Phrases
) -> Iterator[tuple[str, str, str]]:
    """The rows that say what it was taken for, and what it computes."""
    evidence = examination.evidence
    role = phrases.say(f"role.{examination.role}")
    if evidence.kind is not None:
        how = phrases.say(f"layer.{evidence.taken_by}", kind=evidence.kind.id)
        role += phrases.say("semicolon") + how
    yield phrases.say("label.role"), "dim", role
    for passage in evidence.first[:1]:
        reference = passage.expected.reference
        if passage.agrees and reference is not None:
            yield phrases.say("label.computes"), "dim", reference.name


def _rows(
    examination: PartExamination, phrases: Phrases
) -> Iterator[tuple[str, str, str]]:
    match examination:
        case OptimizerExamination():
            yield from optimizer_text.lead(examination, phrases)
        case NetworkExamination():
            yield from network_text.lead(examination, phrases)
        case CheckExamination() | FormExamination():
            role = phrases.say(f"role.{examination.role}")
            yield phrases.say("label.role"), "dim", role
        case LayerExamination():
            yield from lead(examination, phrases)
    for note in examination.notes:
        yield phrases.say("label.note"), "dim", phrases.note(note)
    yield from declared_text.expected(examination, phrases)
    for verdict in ("fail", "error", "not-covered"):
        for finding in examination.having(verdict):
            text = f"{phrases.judgement(finding.judgement)} [{_named(finding)}]"
            if examination.terms.expectation(finding) == "xfail":
                reason = examination.terms.expect[finding.clause.id]
                yield phrases.say("label.expected"), "dim", f"{text} ({reason})"
                continue
            counts = examination.terms.counts(finding) or verdict == "not-covered"
            label = f"label.{verdict}" if counts else "label.should"
            yield phrases.say(label), STYLES[verdict] if counts else "yellow", text
    if examination.diagnosis:
        best = examination.diagnosis[0]
        said = phrases.say(
            "layer.explains", told=told(best, phrases), k=best.explained, n=best.parts
        )
        yield phrases.say("label.diagnosis"), "bold", said
        advice = phrases.say(f"defect.{best.defect}.remedy")
        yield phrases.say("label.remedy"), "dim", advice
    for picture in examination.figures or ():
        yield phrases.say("label.picture"), "dim", picture
    if _is_mendable(examination):
        command = Command(remedy(examination.target))
        yield phrases.say("label.fix"), "dim", command
    passes = list(map(_named, examination.having("pass")))
    if passes:
        yield phrases.say("label.pass"), STYLES["pass"], ", ".join(passes)
