"""What was found out about one class of a file: a layer, or an optimizer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Judgement, Verdict
from gradproof.examination.judged import Judged, Several
from gradproof.examination.policy import Terms
from gradproof.ports.observation import Note

if TYPE_CHECKING:
    from gradproof.defects.layer_diagnosis import LayerExplanation


@dataclass(frozen=True, kw_only=True)
class PartExamination(Judged):
    """All that was found out about a class of a file.

    It passes only if one of the clauses ``about_numbers`` does: that it runs says
    nothing of these. ``figures`` are the pictures that were drawn, if it was asked for.
    """

    evidence: Any
    diagnosis: tuple[LayerExplanation, ...]
    figures: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """What the class is called in its file."""
        return str(self.evidence.said.name)

    @property
    def about_numbers(self) -> frozenset[str]:
        """The clauses one of which must pass."""
        raise NotImplementedError

    @property
    def musts(self) -> frozenset[str]:
        """The musts that are about such a class: it is right if all of them pass."""
        raise NotImplementedError

    @property
    def verdict(self) -> Verdict:
        """The folded verdict."""
        verdict = super().verdict
        if verdict != "pass" or self.terms.only:
            return verdict
        judged = {self.of(id) for id in self.about_numbers}
        return verdict if "pass" in judged else "not-covered"


@dataclass(frozen=True)
class LayersExamination(Several):
    """All that was found out about the classes of a file, or the one asked for.

    ``whole``: it is the file that was asked for, and its classes make a table.
    """

    layers: tuple[PartExamination, ...]
    whole: bool
    notes: tuple[Note, ...] = ()

    @property
    def parts(self) -> tuple[Judged, ...]:
        """The classes."""
        return self.layers


@dataclass(frozen=True)
class Diagnosed:
    """What judging and diagnosing gave; ``begin`` is when it began, in seconds."""

    evidence: Any
    findings: Sequence[Finding]
    diagnosis: tuple[LayerExplanation, ...]
    begin: float

    def fields(
        self, target: str, notes: Sequence[Note], terms: Terms
    ) -> dict[str, Any]:
        """Those of the examination."""
        return {
            "target": target,
            "evidence": self.evidence,
            "findings": terms.chosen(self.findings),
            "diagnosis": self.diagnosis,
            "notes": tuple(notes),
            "terms": terms,
            "unknown": tuple(terms.unknown(self.findings)),
            "options": (),
            "wall": time.perf_counter() - self.begin,
            "declared": self._declared(terms),
        }

    def _declared(self, terms: Terms) -> Judgement | None:
        """Whether the defect is the one that was declared."""
        failing = any(
            f.clause.level == "must" and f.judgement.verdict in ("fail", "error")
            for f in self.findings
        )
        best = self.diagnosis[:1]
        part = sum(e.explained for e in best), sum(e.parts for e in best)
        return terms.diagnosed(tuple(e.defect for e in best), part, failing=failing)
