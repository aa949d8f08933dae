"""The report for a terminal: plain sentences first, the clauses' ids after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from gradproof.contract.clauses import Finding
from gradproof.examination import ComponentFormula, Examination
from gradproof.report.json import ErrorRecord
from gradproof.report.phrases import Phrases

STYLES = {
    "pass": "green",
    "fail": "bold red",
    "error": "bold magenta",
    "not-covered": "yellow",
}

TELLING = {"not-points", "inconsistent", "adds", "not-restored", "wrong-batch"}
"""Messages that name a cause: of these the headline takes its reason, if it can."""


def show_all(
    examinations: Sequence[Examination],
    errors: Sequence[ErrorRecord],
    phrases: Phrases,
    console: Console,
) -> None:
    """Print all ports, then the targets that could not be loaded, then the counts."""
    for examination in examinations:
        show(examination, phrases, console)
        console.print()
    for error in errors:
        console.print(Text(error.message, "bold red"), soft_wrap=True)
    if len(examinations) + len(errors) > 1:
        console.print(_summary(examinations, errors, phrases), soft_wrap=True)


def _summary(
    examinations: Sequence[Examination],
    errors: Sequence[ErrorRecord],
    phrases: Phrases,
) -> str:
    tally = Counter(str(e.verdict) for e in examinations)
    tally["unloaded"] = len(errors)
    order = ("pass", "fail", "error", "not-covered", "unloaded")
    counts = [phrases.say(f"count.{v}", n=tally[v]) for v in order if tally[v]]
    ports = len(examinations) + len(errors)
    return phrases.say("summary", ports=ports, counts=", ".join(counts))


def show(examination: Examination, phrases: Phrases, console: Console) -> None:
    """Print what was found out about one port."""
    headline = Text(_headline(examination, phrases), STYLES[examination.verdict])
    console.print(headline, soft_wrap=True)
    lines = list(_lines(examination, phrases))
    indent = 4 + max(cell_len(label) for label, _, _ in lines)
    for label, style, text in lines:
        lead = Text("  " + set_cell_size(label, indent - 2), style)
        for line in Text(text).wrap(console, max(console.width - indent, 20)):
            line.rstrip()
            console.print(lead + line, soft_wrap=True)
            lead = Text(" " * indent)


def _headline(examination: Examination, phrases: Phrases) -> str:
    verdict = examination.verdict
    wrong = [f for f in examination.having(verdict) if f.clause.level == "must"]
    wrong.sort(key=lambda f: f.judgement.message not in TELLING)
    reason = phrases.judgement(wrong[0].judgement) if wrong else ""
    return phrases.say(f"headline.{verdict}", target=examination.target, reason=reason)


def _lines(
    examination: Examination, phrases: Phrases
) -> Iterator[tuple[str, str, str]]:
    """The rows of the report: label, style of the label, text."""
    role = phrases.say(f"role.{examination.role}")
    why = phrases.say(examination.why)
    yield phrases.say("label.role"), "dim", f"{role}; {why}"
    for formula in examination.formulas:
        yield phrases.say("label.computes"), "dim", _formula(formula, phrases)
    if examination.unreadable:
        reason = phrases.unreadable(examination.unreadable)
        yield phrases.say("label.computes"), "dim", reason
    for verdict in ("fail", "error", "not-covered"):
        for finding in examination.having(verdict):
            text = f"{_named(finding)}: {phrases.judgement(finding.judgement)}"
            yield phrases.say(f"label.{verdict}"), STYLES[verdict], text
    passes = examination.having("pass")
    if passes:
        names = ", ".join(map(_named, passes))
        yield phrases.say("label.pass"), STYLES["pass"], names


def _named(finding: Finding) -> str:
    return f"{finding.clause.id} {finding.clause.name}"


def _formula(formula: ComponentFormula, phrases: Phrases) -> str:
    parts = [str(formula.text)]
    if formula.components[1:]:
        others = ", ".join(formula.components[1:])
        parts.append(phrases.say("likewise", components=others))
    if formula.varies:
        parts.append(phrases.say("varies"))
    return "; ".join(parts)
