"""The report as SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from gradproof.examination.policy import Outcome
from gradproof.report.characters import printable
from gradproof.report.ci import places
from gradproof.report.ci.places import Spot
from gradproof.report.ci.results import ClauseResult, Suite
from gradproof.report.index import CLAUSES
from gradproof.report.phrases import Phrases
from gradproof.report.release import __version__

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)
ROOT = "%SRCROOT%"

LEVELS: dict[Outcome, str] = {
    "failed": "error",
    "error": "error",
    "expected": "error",
    "hoped": "warning",
}
"""What is told of; what failed as it was declared is told of as suppressed."""

NO_CLAUSES = ("loads", "judged", "expects", "diagnosis")
"""Rules beside the clauses, each with a sentence of its own."""


def dumps(suites: Sequence[Suite], phrases: Phrases) -> str:
    """One run; what failed is a result with its place. Ends with a newline."""
    root = places.root(Path())
    told = [(s, r) for s in suites for r in s.results if r.outcome in LEVELS]
    ids = list(dict.fromkeys(result.rule for _, result in told))
    run = {
        "tool": {"driver": _driver(ids, phrases)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": _text(phrases.say("ci.root"))}},
        "invocations": [_invocation(suites, root)],
        "results": [_result(s, r, ids.index(r.rule), root) for s, r in told],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    encoded = msgspec.json.encode(document)
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def _driver(ids: Sequence[str], phrases: Phrases) -> dict[str, Any]:
    rules = [dict(_rule(id, phrases)) for id in ids]
    return {"name": "gradproof", "version": __version__, "rules": rules}


def _rule(id: str, phrases: Phrases) -> Iterator[tuple[str, Any]]:
    yield "id", id
    if id in NO_CLAUSES:
        yield "shortDescription", _text(phrases.say(f"ci.{id}"))
        return
    role, clause = CLAUSES[id]
    level = "error" if clause.level == "must" else "warning"
    yield "name", clause.name
    yield "shortDescription", _text(phrases.say(f"clause.{id}"))
    yield "defaultConfiguration", {"level": level}
    yield "properties", {"role": role, "level": clause.level}


def _invocation(suites: Sequence[Suite], root: Path) -> dict[str, Any]:
    """Whether all could be judged, and what was not covered."""
    loaded = all(r.rule != "loads" for s in suites for r in s.results)
    open_ = [(suite, result) for suite in suites for result in suite.having("skipped")]
    return {
        "executionSuccessful": loaded,
        "toolExecutionNotifications": [
            {
                "level": "note",
                "message": _text(f"{result.label}: {result.message}"),
                "locations": [_location(suite, result.spot, root)],
            }
            for suite, result in open_
        ],
    }


def _result(
    suite: Suite, result: ClauseResult, rule: int, root: Path
) -> dict[str, Any]:
    fingerprint = printable(f"{suite.name} {result.label}")
    said = {
        "ruleId": result.rule,
        "ruleIndex": rule,
        "level": LEVELS[result.outcome],
        "message": _text(suite.told(result)),
        "locations": [_location(suite, result.spot, root)],
        # A line that moves is the same failure still.
        "partialFingerprints": {"portAndClause/v1": fingerprint},
    }
    if result.outcome == "expected":
        declared = {"kind": "external", "justification": printable(result.message)}
        said["suppressions"] = [declared]
    return said


def _location(suite: Suite, spot: Spot, root: Path) -> dict[str, Any]:
    named = {"fullyQualifiedName": printable(suite.name)}
    if spot.file is None:
        return {"logicalLocations": [named]}
    beneath = spot.beneath(root)
    artifact = (
        {"uri": spot.file.as_uri()}
        if beneath is None
        else {"uri": quote(beneath, errors="surrogateescape"), "uriBaseId": ROOT}
    )
    physical: dict[str, Any] = {"artifactLocation": artifact}
    if spot.line is not None:
        physical["region"] = {"startLine": spot.line}
    return {"physicalLocation": physical, "logicalLocations": [named]}


def _text(text: str) -> dict[str, str]:
    return {"text": printable(text)}
