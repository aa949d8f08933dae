"""What the judges of musts and of shoulds share."""

from __future__ import annotations

from collections.abc import Callable

from gradproof.contract import outcomes
from gradproof.contract.verdicts import Judgement, worst
from gradproof.evidence.evidence import Evidence

Judge = Callable[[Evidence], Judgement]


def at_each(judge: Callable[[Evidence, str], Judgement], *probes: str) -> Judge:
    """The judge of one probe, asked about each of these."""
    return lambda evidence: worst(judge(evidence, probe) for probe in probes)


def shape(evidence: Evidence, probe: str) -> Judgement:
    """The result has the shape of x."""
    return outcomes.shape(evidence.observations[probe])
