"""The report as annotations of GitHub Actions: workflow commands, one a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gradproof.examination.policy import Outcome
from gradproof.report.characters import printable
from gradproof.report.ci import places
from gradproof.report.ci.results import ClauseResult, Suite, mistakes

ESCAPED = {"%": "%25", "\r": "%0D", "\n": "%0A"}
ESCAPED_IN_PROPERTIES = {**ESCAPED, ":": "%3A", ",": "%2C"}
"""As ``packages/core/src/command.ts`` of actions/toolkit has it."""


LEVELS: Mapping[str, tuple[Outcome, ...]] = {
    "error": ("failed", "error"),
    "warning": ("hoped",),
}
"""Of what is told of, by the outcomes of rules."""


def dumps(suites: Sequence[Suite]) -> str:
    """Return an annotation for each mistake, at its own line and with its own defect.

    A step shows ten of each level and no more, so rules do not have one each.
    """
    root = places.root(Path())
    return "".join(f"{line}\n" for suite in suites for line in _lines(suite, root))


def _lines(suite: Suite, root: Path) -> Iterator[str]:
    for level, outcomes in LEVELS.items():
        for results in mistakes(suite, outcomes):
            yield _command(level, suite, results, root)


def _command(level: str, suite: Suite, results: list[ClauseResult], root: Path) -> str:
    spot = results[0].spot
    file = spot.beneath(root)
    properties = {} if file is None else {"file": file}
    if file is not None and spot.line is not None:
        properties["line"] = str(spot.line)
    names = ", ".join(result.label for result in results)
    cause = " + ".join(results[0].causes)
    title = f"{suite.name}: {cause} ({names})" if cause else f"{suite.name}: {names}"
    properties["title"] = title
    told = [f"{result.label}: {result.message}" for result in results]
    head = [suite.headline] if level == "error" and results[0].id else []
    written = ",".join(
        f"{key}={_escaped(value, ESCAPED_IN_PROPERTIES)}"
        for key, value in properties.items()
    )
    return f"::{level} {written}::{_escaped(chr(10).join([*head, *told]), ESCAPED)}"


def _escaped(text: str, marks: dict[str, str]) -> str:
    return "".join(marks.get(letter, letter) for letter in printable(text))
