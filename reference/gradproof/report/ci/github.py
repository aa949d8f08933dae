"""The report as annotations of GitHub Actions: workflow commands, one a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from gradproof.report.characters import printable
from gradproof.report.ci import places
from gradproof.report.ci.results import BAD, ClauseResult, Suite

ESCAPED = {"%": "%25", "\r": "%0D", "\n": "%0A"}
ESCAPED_IN_PROPERTIES = {**ESCAPED, ":": "%3A", ",": "%2C"}
"""As ``packages/core/src/command.ts`` of actions/toolkit has it."""


def dumps(suites: Sequence[Suite]) -> str:
    """Of each port what is wrong at one line as one annotation.

    A step shows ten of each level and no more, so clauses do not have one each.
    """
    root = places.root(Path())
    return "".join(f"{line}\n" for suite in suites for line in _lines(suite, root))


def _lines(suite: Suite, root: Path) -> Iterator[str]:
    for level in ("error", "warning"):
        found = [result for result in suite.results if _level(result) == level]
        for _, results in groupby(sorted(found, key=_at), _at):
            yield _command(level, suite, list(results), root)


def _level(result: ClauseResult) -> str:
    """What is wrong; what it should do and does not; nothing to be told of."""
    if result.outcome in BAD:
        return "error"
    return "warning" if result.outcome == "hoped" else ""


def _at(result: ClauseResult) -> tuple[str, int]:
    return str(result.spot.file), result.spot.line or 0


def _command(level: str, suite: Suite, results: list[ClauseResult], root: Path) -> str:
    spot = results[0].spot
    file = spot.beneath(root)
    properties = {} if file is None else {"file": file}
    if file is not None and spot.line is not None:
        properties["line"] = str(spot.line)
    names = ", ".join(result.label for result in results)
    properties["title"] = f"{suite.name}: {names}"
    told = [f"{result.label}: {result.message}" for result in results]
    head = [suite.headline] if level == "error" and results[0].id else []
    told += [suite.defects] if head and suite.defects else []
    written = ",".join(
        f"{key}={_escaped(value, ESCAPED_IN_PROPERTIES)}"
        for key, value in properties.items()
    )
    return f"::{level} {written}::{_escaped(chr(10).join([*head, *told]), ESCAPED)}"


def _escaped(text: str, marks: dict[str, str]) -> str:
    return "".join(marks.get(letter, letter) for letter in printable(text))
