"""The report as SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import msgspec

from gradproof.examination.policy import Outcome
from gradproof.fix.files import FileChange
from gradproof.fix.patch import changed_lines
from gradproof.report.characters import printable
from gradproof.report.ci import places
from gradproof.report.ci.places import Spot
from gradproof.report.ci.results import ClauseResult, Suite, mistakes
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

DOCUMENTATION = "GRADPROOF_DOCS"
"""The variable with the address at which the pages of docs/ are published."""

Fixes = Mapping[str, Sequence[FileChange]]
"""The changes that were tried and made a subject right, by its target."""


NO_FIXES: Fixes = MappingProxyType({})


def dumps(suites: Sequence[Suite], phrases: Phrases, fixes: Fixes = NO_FIXES) -> str:
    """Return one run; each mistake is a result with its place. Ends with a newline."""
    root = places.root(Path())
    told = [(s, m) for s in suites for m in mistakes(s, tuple(LEVELS))]
    ids = list(dict.fromkeys(_rule_id(mistake) for _, mistake in told))
    fixed: set[str] = set()
    results = []
    for suite, mistake in told:
        result = _result(suite, mistake, ids.index(_rule_id(mistake)), root)
        if suite.name in fixes and suite.name not in fixed and mistake[0].causes:
            fixed.add(suite.name)
            result["fixes"] = [_fix(fixes[suite.name], root, phrases)]
        results.append(result)
    run = {
        "tool": {"driver": _driver(ids, told, phrases)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": _text(phrases.say("ci.root"))}},
        "invocations": [_invocation(suites, root)],
        "results": results,
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    encoded = msgspec.json.encode(document)
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def _rule_id(mistake: Sequence[ClauseResult]) -> str:
    """Return the defect that explains a mistake; else the first rule that fails."""
    return " + ".join(mistake[0].causes) or mistake[0].rule


def _driver(
    ids: Sequence[str],
    told: Sequence[tuple[Suite, Sequence[ClauseResult]]],
    phrases: Phrases,
) -> dict[str, Any]:
    causes = {_rule_id(mistake): mistake[0].causes for _, mistake in told}
    levels = {_rule_id(mistake): LEVELS[mistake[0].outcome] for _, mistake in told}
    rules = [dict(_rule(id, causes[id], levels[id], phrases)) for id in ids]
    return {"name": "gradproof", "version": __version__, "rules": rules}


def _rule(
    id: str, causes: Sequence[str], level: str, phrases: Phrases
) -> Iterator[tuple[str, Any]]:
    yield "id", id
    if id in NO_CLAUSES:
        yield "shortDescription", _text(phrases.say(f"ci.{id}"))
        return
    yield "defaultConfiguration", {"level": level}
    if causes:
        titles = [phrases.say(f"defect.{cause}.title") for cause in causes]
        yield "shortDescription", _text(phrases.say("comma").join(titles))
        told = [
            phrases.say(f"defect.{cause}.{part}")
            for cause in causes
            for part in ("explanation", "remedy")
        ]
        yield "help", _text("\n\n".join(told))
        page = "defects", causes[0]
    else:
        role, clause = CLAUSES[id]
        yield "name", clause.name
        yield "shortDescription", _text(phrases.say(f"clause.{id}"))
        yield "properties", {"role": role, "level": clause.level}
        page = "contract", f"{clause.id.lower()}-{clause.name}"
    address = os.environ.get(DOCUMENTATION, "").rstrip("/")
    if address:
        yield "helpUri", f"{address}/{page[0]}.html#{page[1]}"


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
    suite: Suite, mistake: Sequence[ClauseResult], rule: int, root: Path
) -> dict[str, Any]:
    first, id = mistake[0], _rule_id(mistake)
    message = "\n".join(f"{result.label}: {result.message}" for result in mistake)
    said = {
        "ruleId": id,
        "ruleIndex": rule,
        "level": LEVELS[first.outcome],
        "message": _text(message),
        "locations": [_location(suite, first.spot, root)],
        # A line that moves is the same failure still.
        "partialFingerprints": {"subjectAndRule/v1": printable(f"{suite.name} {id}")},
        "properties": {"rules": [result.label for result in mistake]},
    }
    if first.outcome == "expected":
        declared = {"kind": "external", "justification": printable(first.message)}
        said["suppressions"] = [declared]
    return said


def _fix(changes: Sequence[FileChange], root: Path, phrases: Phrases) -> dict[str, Any]:
    """Return a change that was tried: its files, and the lines that it replaces."""
    return {
        "description": _text(phrases.say("ci.fix")),
        "artifactChanges": [
            {
                "artifactLocation": _artifact(Spot(change.path.absolute()), root),
                "replacements": [*_replacements(change)],
            }
            for change in changes
        ],
    }


def _replacements(change: FileChange) -> Iterator[dict[str, Any]]:
    """Yield whole lines: what is deleted, from its first column, and what comes."""
    lines = change.before.text.split("\n")
    for start, stop, new in changed_lines(lines, change.after.text):
        end = {"endLine": stop + 1, "endColumn": 1}
        text = "".join(f"{line}\n" for line in new)
        if stop == len(lines):  # the last line has no end of its own
            end = {"endLine": stop, "endColumn": len(lines[-1]) + 1}
            text = "\n".join(new)
        region = {"startLine": start + 1, "startColumn": 1, **end}
        yield {"deletedRegion": region, "insertedContent": {"text": text}}


def _location(suite: Suite, spot: Spot, root: Path) -> dict[str, Any]:
    named = {"fullyQualifiedName": printable(suite.name)}
    if spot.file is None:
        return {"logicalLocations": [named]}
    physical: dict[str, Any] = {"artifactLocation": _artifact(spot, root)}
    if spot.line is not None:
        physical["region"] = {"startLine": spot.line}
    return {"physicalLocation": physical, "logicalLocations": [named]}


def _artifact(spot: Spot, root: Path) -> dict[str, str]:
    assert spot.file is not None
    beneath = spot.beneath(root)
    if beneath is None:
        return {"uri": spot.file.as_uri()}
    return {"uri": quote(beneath, errors="surrogateescape"), "uriBaseId": ROOT}


def _text(text: str) -> dict[str, str]:
    return {"text": printable(text)}
