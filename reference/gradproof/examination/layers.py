"""Examine layers: try each, judge what it did, and name what is wrong."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from gradproof.contract.clauses import Finding
from gradproof.contract.layers import ROLE, judge
from gradproof.contract.verdicts import Judgement, Verdict, fold
from gradproof.defects.layer_diagnosis import LayerExplanation, diagnose
from gradproof.evidence import functions, passages
from gradproof.evidence.passages import LayerEvidence
from gradproof.examination.judged import Judged
from gradproof.examination.policy import AS_WRITTEN, Terms
from gradproof.ports.observation import Note
from gradproof.ports.trials import Description, LayerPort


@dataclass(frozen=True, kw_only=True)
class LayerExamination(Judged):
    """All that was found out about a layer.

    ``figures`` are the pictures that were drawn of its gradients, if it was asked for.
    """

    role: str = ROLE
    evidence: LayerEvidence
    diagnosis: tuple[LayerExplanation, ...]
    figures: tuple[str, ...] | None = None

    @property
    def verdict(self) -> Verdict:
        """The folded verdict; that it runs says nothing of its gradients."""
        verdict = super().verdict
        if verdict != "pass" or self.terms.only:
            return verdict
        about = ("L2",) if self.evidence.said.alone == "function" else ("L3", "L4")
        judged = set(map(self.of, about))
        return verdict if "pass" in judged else "not-covered"


@dataclass(frozen=True)
class LayersExamination:
    """All that was found out about the layers of a file, or the one asked for.

    ``whole``: it is the file that was asked for, and its layers make a table.
    """

    target: str
    layers: tuple[LayerExamination, ...]
    whole: bool
    notes: tuple[Note, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The folded verdict."""
        return fold(layer.verdict for layer in self.layers)

    @property
    def as_expected(self) -> bool:
        """Whether the expectations of every layer are met."""
        return all(layer.as_expected for layer in self.layers)


def examine_layer(
    port: LayerPort, said: Description, target: str, terms: Terms = AS_WRITTEN
) -> LayerExamination:
    """Examine one layer of a port."""
    begin = time.perf_counter()
    gather = functions.gather if said.alone else passages.gather
    evidence = gather(port, said)
    findings = judge(evidence)
    diagnosis = diagnose(evidence, findings)
    return LayerExamination(
        target=target,
        evidence=evidence,
        findings=terms.chosen(findings),
        diagnosis=diagnosis,
        notes=port.notes,
        terms=terms,
        unknown=tuple(terms.unknown(findings)),
        options=(),
        wall=time.perf_counter() - begin,
        role="function" if said.alone else ROLE,
        declared=_declared(terms, findings, diagnosis),
    )


def _declared(
    terms: Terms,
    findings: Sequence[Finding],
    diagnosis: Sequence[LayerExplanation],
) -> Judgement | None:
    """Whether the defect is the one that was declared."""
    failing = any(
        f.clause.level == "must" and f.judgement.verdict in ("fail", "error")
        for f in findings
    )
    told = diagnosis[:1]
    part = sum(e.explained for e in told), sum(e.parts for e in told)
    return terms.diagnosed(tuple(e.defect for e in told), part, failing=failing)


def examine_layers(
    port: LayerPort, place: str, terms: Terms = AS_WRITTEN, only: str = ""
) -> LayersExamination:
    """Examine every layer of a file, or the one that is asked for."""
    layers = [
        examine_layer(port, said, f"{place}:{said.name}" if place else said.name, terms)
        for said in port.describe()
        if (not only or said.name == only) and functions.known(said)
    ]
    target = f"{place}:{only}" if only and place else place or only
    return LayersExamination(target, tuple(layers), not only, tuple(port.notes))
