"""What the judges of musts and of shoulds share."""

from __future__ import annotations

from collections.abc import Callable

from gradproof.contract import outcomes
from gradproof.contract.verdicts import Judgement, not_covered, passed, worst
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.roles import ROLES
from gradproof.ports.observation import Observation, Raised

Judge = Callable[[Evidence], Judgement]


def at_each(judge: Callable[[Evidence, str], Judgement], *probes: str) -> Judge:
    """The judge of one probe, asked about each of these that the port was given."""
    return lambda evidence: worst(
        judge(evidence, probe) for probe in probes if given(evidence, probe)
    )


def given(evidence: Evidence, probe: str) -> bool:
    """Whether the port was given a probe, or the one that its variants are of."""
    return probe in evidence.observations


def shape(evidence: Evidence, probe: str) -> Judgement:
    """The result has the shape of x."""
    return outcomes.shape(evidence.observations[probe])


def refusal(evidence: Evidence, observation: Observation) -> Judgement:
    """An exception in place of an answer: it counts for a port that answers elsewhere.

    What raises whatever it is given refuses nothing.
    """
    assert isinstance(observation.outcome, Raised)
    if not any(answers(evidence, probe) for probe in ROLES[evidence.role].served):
        return not_covered("answers-nowhere")
    return passed("refused", probe=observation.probe.id, kind=observation.outcome.kind)


def answers(evidence: Evidence, probe: str) -> bool:
    """Whether the port gives an array of the right shape there."""
    return given(evidence, probe) and shape(evidence, probe).verdict == "pass"
