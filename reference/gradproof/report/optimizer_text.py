"""What is said of optimizers: in a table, and first in full."""

from __future__ import annotations

from collections.abc import Iterator

from gradproof.contract.optimizers import told
from gradproof.examination.layers import OptimizerExamination
from gradproof.report.defect_names import defect
from gradproof.report.phrases import Phrases


def parts(examination: OptimizerExamination, phrases: Phrases) -> Iterator[str]:
    """What is said of its rule, and of every other clause that does not hold."""
    findings = {f.clause.id: f for f in examination.findings}
    runs = findings.get("O1")
    if runs is not None and runs.judgement.verdict != "pass":
        yield phrases.judgement(runs.judgement)
        return
    cause = defect(examination, phrases)
    explained = cause and findings.get("O2") and examination.of("O2") == "fail"
    if explained:
        how = phrases.say("layer.wrong-by", reason=cause)
        yield phrases.say("layer.part", what="update", how=how)
        return
    if "O2" in findings:
        yield phrases.judgement(findings["O2"].judgement)
    for id, finding in findings.items():
        if id != "O2" and finding.judgement.verdict in ("fail", "error"):
            said = [phrases.judgement(finding.judgement), *([cause] if cause else [])]
            yield phrases.say("semicolon").join(said)
            cause = ""


def lead(
    examination: OptimizerExamination, phrases: Phrases
) -> Iterator[tuple[str, str, str]]:
    """The rows that say what it was taken for, and what it follows."""
    evidence = examination.evidence
    role = phrases.say("role.optimizer")
    if evidence.rule is not None:
        by_behaviour, by_name = "optimizer.by-behaviour", "optimizer.by-name"
        how = by_behaviour if evidence.by_behaviour else by_name
        said = phrases.say(how, rule=evidence.rule)
        role += phrases.say("semicolon") + said
    yield phrases.say("label.role"), "dim", role
    if evidence.followed is not None:
        parts = told(evidence.followed)
        yield (
            phrases.say("label.computes"),
            "dim",
            phrases.say("optimizer.form", **parts),
        )
