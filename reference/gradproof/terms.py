"""On what terms findings become a verdict: strictness, choice, expectations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Verdict, fold

Expectation = Literal["xfail", "xpass"]


@dataclass(frozen=True)
class Terms:
    """``strict`` counts shoulds and refuses not-covered; ``only`` chooses clauses.

    ``expect`` holds clauses that are known to fail, each with the reason. It is
    strict: one that passes after all, or that is no clause of the port's role, makes
    the run fail.
    """

    strict: bool = False
    only: frozenset[str] = frozenset()
    expect: Mapping[str, str] = field(default_factory=dict)

    def chosen(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings that are wanted at all."""
        return tuple(f for f in findings if not self.only or f.clause.id in self.only)

    def counts(self, finding: Finding) -> bool:
        """Whether the verdict of this clause counts in the port's."""
        level = finding.clause.level
        return level == "must" or self.strict or finding.clause.id in self.only

    def expectation(self, finding: Finding) -> Expectation | None:
        """Whether a failure was expected here, and came or did not."""
        if finding.clause.id not in self.expect:
            return None
        failed = finding.judgement.verdict in ("fail", "error")
        return "xfail" if failed else "xpass"

    def unknown(self, findings: Iterable[Finding]) -> list[str]:
        """The clauses that are expected to fail and are none of the role."""
        ids = {finding.clause.id for finding in findings}
        return sorted(set(self.expect) - ids)

    def verdict(self, findings: Iterable[Finding]) -> Verdict:
        """The port's verdict; what was expected to fail and did is as it should be."""
        found: list[Verdict] = []
        for finding in findings:
            expectation = self.expectation(finding)
            if expectation:
                found.append("fail" if expectation == "xpass" else "pass")
            elif self.counts(finding):
                found.append(self._strictly(finding.judgement.verdict))
        return fold(found)

    def _strictly(self, verdict: Verdict) -> Verdict:
        return "fail" if self.strict and verdict == "not-covered" else verdict


AS_WRITTEN = Terms()
"""The contract as it is written: musts count, nothing is expected to fail."""
