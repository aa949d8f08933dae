"""How a failure reads in pytest: the text in full, and one line for the summary."""

from __future__ import annotations

from pathlib import Path

from _pytest._code.code import (
    ReprEntryNative,
    ReprExceptionInfo,
    ReprFileLocation,
    ReprTraceback,
)

from gradproof.report.ci.results import ClauseResult


class ClauseError(AssertionError):
    """A clause that does not hold; the text says what was seen and what is due.

    ``brief`` is one line of it.
    """

    def __init__(self, text: str, brief: str = "") -> None:
        super().__init__(text)
        self.brief = brief or text.partition("\n")[0]


ClauseError.__module__ = "gradproof.testing"


def of_results(results: list[ClauseResult]) -> ClauseError:
    """The failure of these, the first in the line."""
    first, *others = results
    more = f" (+{len(others)})" if others else ""
    text = "\n\n".join(result.details for result in results)
    return ClauseError(text, f"{brief(first)}{more}")


def brief(result: ClauseResult) -> str:
    """What failed, in a line: the clause's id and what it is."""
    return f"{result.id or result.name}: {result.brief or result.message}"


def represented(error: ClauseError, file: Path | None, line: int) -> ReprExceptionInfo:
    """The failure, in pytest's own form, which its workers send to each other."""
    lines = [f"{told}\n" for told in str(error).split("\n")]
    traceback = ReprTraceback([ReprEntryNative(lines)], None, "native")
    crash = ReprFileLocation(str(file or ""), line, error.brief)
    return ReprExceptionInfo(traceback, crash)
