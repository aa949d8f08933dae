"""A network for a terminal: a line in its file's table, or in full."""

from __future__ import annotations

from collections.abc import Iterator

from gradproof.contract.clauses import Finding
from gradproof.examination.networks import CheckExamination, NetworkExamination
from gradproof.report.defect_names import defect
from gradproof.report.phrases import Phrases

DIFFERENCES = "GC3"
"""The clause on how far two gradients differ."""


def parts(examination: NetworkExamination, phrases: Phrases) -> Iterator[str]:
    """What is said in a table: what is wrong, and why; else how far it is right."""
    yield from wrong(examination, phrases)
    if examination.verdict == "pass":
        for finding in examination.having("pass"):
            if finding.clause.numbers:
                said = finding.judgement.parameters
                yield phrases.say("network.brief", **said)


def of_check(examination: CheckExamination, phrases: Phrases) -> Iterator[str]:
    """What is said in a table of what a script compares: each thing once.

    That is what is wrong or could not be judged, else how far both are right; and
    by how much they differ.
    """
    said = [f.judgement for f in _telling(examination)]
    said += [f.judgement for f in examination.findings if f.clause.id == DIFFERENCES]
    yield from dict.fromkeys(map(phrases.judgement, said))


def _telling(examination: CheckExamination) -> list[Finding]:
    about = examination.about_numbers
    for verdict in ("fail", "error", "not-covered", "pass"):
        found = [f for f in examination.having(verdict) if f.clause.id in about]
        if found:
            return found
    return []


def reason(examination: NetworkExamination, phrases: Phrases) -> str:
    """What a headline says: what is wrong, or how far it is right."""
    numbers = (f for f in examination.having("pass") if f.clause.numbers)
    agrees = (phrases.judgement(f.judgement) for f in numbers)
    return next(wrong(examination, phrases), next(agrees, ""))


def wrong(examination: NetworkExamination, phrases: Phrases) -> Iterator[str]:
    """What is wrong, or could not be judged.

    Where a layer is wrong that the network uses, it is this that is named.
    """
    faults = list(_faults(examination, phrases))
    if faults:
        listed = phrases.say("semicolon").join(faults)
        yield phrases.say("network.by-layers", layers=listed)
    for verdict in ("fail", "error", "not-covered"):
        for finding in examination.having(verdict):
            explained = faults and finding.clause.numbers
            if examination.terms.counts(finding) and not explained:
                yield phrases.judgement(finding.judgement)


def _faults(examination: NetworkExamination, phrases: Phrases) -> Iterator[str]:
    for layer in examination.faults:
        judgement = layer.having("fail")[0].judgement
        reason = defect(layer, phrases) or phrases.judgement(judgement)
        yield phrases.say("network.fault", name=layer.name, reason=reason)


def lead(
    examination: NetworkExamination, phrases: Phrases
) -> Iterator[tuple[str, str, str]]:
    """The rows that say what it was taken for, and which layers are wrong."""
    role = phrases.say(f"role.{examination.role}")
    yield phrases.say("label.role"), "dim", role
    for text in _faults(examination, phrases):
        yield phrases.say("label.diagnosis"), "bold", text
