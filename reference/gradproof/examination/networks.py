"""Examine a network: what it claims, and what its loss says."""

from __future__ import annotations

import time
from dataclasses import dataclass

from gradproof.contract import script_checks as checks
from gradproof.contract.networks import CLAUSES, ROLE, judge
from gradproof.evidence import script_checks
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


@dataclass(frozen=True, kw_only=True)
class CheckExamination(PartExamination):
    """All that was found out about a script's own check of a gradient."""

    role: str = checks.ROLE
    evidence: script_checks.CheckEvidence

    @property
    def about_numbers(self) -> frozenset[str]:
        """Both gradients."""
        return frozenset(clause.id for clause in checks.CLAUSES if clause.numbers)

    @property
    def musts(self) -> frozenset[str]:
        """All of them."""
        return frozenset(clause.id for clause in checks.CLAUSES)


def examine_check(
    port: LayerPort, said: Description, target: str, terms: Terms = AS_WRITTEN
) -> CheckExamination:
    """Examine what a script itself compares."""
    begin = time.perf_counter()
    evidence = script_checks.gather(port, said)
    found = Diagnosed(evidence, checks.judge(evidence), (), begin)
    return CheckExamination(**found.fields(target, port.notes, terms))


def examine_network(
    port: LayerPort, said: Description, target: str, terms: Terms = AS_WRITTEN
) -> NetworkExamination | CheckExamination:
    """Examine one network of a port, or what a script does with one."""
    if script_checks.is_check(said):
        return examine_check(port, said, target, terms)
    begin = time.perf_counter()
    evidence = gather(port, said)
    found = Diagnosed(evidence, judge(evidence), (), begin)
    notes = (*port.notes, *evidence.notes)
    return NetworkExamination(**found.fields(target, notes, terms))
