"""Examine a network: what it claims, and what its loss says."""

from __future__ import annotations

import time
from dataclasses import dataclass

from gradproof.contract.networks import CLAUSES, ROLE, judge
from gradproof.evidence.networks import NetworkEvidence, gather
from gradproof.examination.parts import Diagnosed, PartExamination
from gradproof.examination.policy import AS_WRITTEN, Terms
from gradproof.ports.trials import Description, LayerPort


@dataclass(frozen=True, kw_only=True)
class NetworkExamination(PartExamination):
    """All that was found out about a network; ``faults`` are wrong layers it uses."""

    role: str = ROLE
    evidence: NetworkEvidence
    faults: tuple[PartExamination, ...] = ()

    @property
    def about_numbers(self) -> frozenset[str]:
        """The clause about its gradient."""
        return frozenset({"NN3"})

    @property
    def musts(self) -> frozenset[str]:
        """All of them; that of labels where one-hot rows are taken."""
        every = frozenset(clause.id for clause in CLAUSES if clause.level == "must")
        return every if self.evidence.labelled else every - {"NN7"}

    @property
    def departs(self) -> bool:
        """Whether its gradient is wrong."""
        return any(f.clause.numbers for f in self.having("fail"))


def examine_network(
    port: LayerPort, said: Description, target: str, terms: Terms = AS_WRITTEN
) -> NetworkExamination:
    """Examine one network of a port."""
    begin = time.perf_counter()
    evidence = gather(port, said)
    found = Diagnosed(evidence, judge(evidence), (), begin)
    notes = (*port.notes, *evidence.notes)
    return NetworkExamination(**found.fields(target, notes, terms))
