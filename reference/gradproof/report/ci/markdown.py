"""The report as Markdown: for a pull request, or the summary of a CI's job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradproof.report.ci.results import BAD, ClauseResult, Suite
from gradproof.report.escapes import code, plain
from gradproof.report.phrases import Phrases

MARKS = {
    "passed": "✅",
    "failed": "❌",
    "error": "💥",
    "skipped": "➖",
    "expected": "✔️",
    "hoped": "⚠️",
}
GOOD = {"pass", "in-part", "as-declared"}
"""Standings of which a row of the table says enough."""


def dumps(suites: Sequence[Suite], summary: str, phrases: Phrases) -> str:
    """A table of the ports, and of each that is not right its clauses, folded.

    A ``summary`` comes first, if there is one.
    """
    return "\n".join(_lines(suites, summary, phrases)) + "\n"


def _lines(suites: Sequence[Suite], summary: str, phrases: Phrases) -> Iterator[str]:
    if summary:
        yield f"**{plain(summary)}**"
        yield ""
    if suites:
        yield phrases.say("ci.table")
        yield "|---|---|"
    for suite in suites:
        mark = MARKS[_mark(suite)]
        yield f"| {mark} | {_flat(suite.headline)} |"
    for suite in suites:
        told = suite.having("failed", "error", "hoped", "expected", "skipped")
        if told and suite.standing not in GOOD:
            yield from _folded(suite, told, phrases)


def _mark(suite: Suite) -> str:
    if suite.bad:
        return "error" if suite.standing == "error" else "failed"
    return "passed" if suite.standing in GOOD else "skipped"


def _folded(
    suite: Suite, told: Sequence[ClauseResult], phrases: Phrases
) -> Iterator[str]:
    yield ""
    yield f"<details><summary>{code(suite.name)}</summary>"
    yield ""
    for result in told:
        named = f"{MARKS[result.outcome]} **{plain(result.label)}**"
        yield f"- {named} {_flat(result.message)}"
    if suite.defects:
        yield f"- **{plain(phrases.say('label.diagnosis'))}** {_flat(suite.defects)}"
    for result in [r for r in told if r.outcome in BAD and r.again][:1]:
        yield ""
        yield code(result.again or "")
    yield ""
    yield "</details>"


def _flat(text: str) -> str:
    """Text in one line of a table or a list."""
    return plain(text).replace("\n", "<br>")
