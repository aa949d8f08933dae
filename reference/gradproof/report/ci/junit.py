"""The report as JUnit XML, as pytest and most of CI understand it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from gradproof.examination.policy import Outcome
from gradproof.report.characters import printable
from gradproof.report.ci import places
from gradproof.report.ci.results import ClauseResult, Suite

ILLEGAL = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may have in it, not even as a reference (production 2)."""

CHILDREN: dict[Outcome, str] = {
    "failed": "failure",
    "error": "error",
    "skipped": "skipped",
    "expected": "skipped",
    "hoped": "skipped",
}
"""As pytest has it: what failed as it was expected to counts as skipped."""


def dumps(suites: Sequence[Suite]) -> str:
    """One test suite a port, one test case a clause; ends with a newline."""
    root = places.root(Path())
    document = ElementTree.Element(
        "testsuites", {"name": "gradproof", **_counts(suites)}
    )
    for suite in suites:
        wall = {"time": f"{suite.wall:.3f}"}
        own = {"name": _legal(suite.name), **_counts([suite]), **wall}
        element = ElementTree.SubElement(document, "testsuite", own)
        for result in suite.results:
            _case(element, suite, result, root)
    ElementTree.indent(document)
    text = ElementTree.tostring(document, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _counts(suites: Sequence[Suite]) -> dict[str, str]:
    results = [result for suite in suites for result in suite.results]
    found = [CHILDREN.get(result.outcome, "") for result in results]
    return {
        "tests": str(len(results)),
        "failures": str(found.count("failure")),
        "errors": str(found.count("error")),
        "skipped": str(found.count("skipped")),
    }


def _case(
    element: ElementTree.Element, suite: Suite, result: ClauseResult, root: Path
) -> None:
    own = {"classname": _legal(suite.name), "name": _legal(result.label), "time": "0"}
    file = result.spot.beneath(root)
    if file is not None:
        own["file"] = _legal(file)
        if result.spot.line is not None:
            own["line"] = str(result.spot.line)
    case = ElementTree.SubElement(element, "testcase", own)
    if result.outcome == "passed":
        return
    child = ElementTree.SubElement(
        case,
        CHILDREN[result.outcome],
        message=_legal(result.message),
        type=result.outcome,
    )
    child.text = _legal(result.details)


def _legal(text: str) -> str:
    """The text without characters that would make the document none.

    A control character is written as its escape, what is left is stripped.
    """
    return ILLEGAL.sub("", printable(text))
