"""On what terms findings become a verdict: strictness, choice, expectations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Judgement, Verdict, failed, fold, passed
from gradproof.evidence.probe_ids import SEED

Expectation = Literal["xfail", "xpass"]
Standing = Literal["pass", "fail", "error", "not-covered", "as-declared", "stale"]
"""A verdict for a reader: what is wrong as it was declared is not right, and what was
declared and is not so is stale."""
Outcome = Literal["passed", "failed", "error", "skipped", "expected", "hoped"]
"""What becomes of one clause in a list of tests: a failure that was declared was
``expected``, a should that fails and does not count was ``hoped`` for."""


@dataclass(frozen=True)
class Terms:
    """``strict`` counts shoulds and refuses not-covered; ``only`` chooses clauses.

    ``expect`` holds clauses that are known to fail, each with the reason. It is
    strict: one that passes after all, or that is no clause of the port's role, makes
    the run fail. So does another ``diagnosis`` than the one that is known, if one is:
    the ids of its defects.

    Beside the fixed probes, a few examples are drawn with the ``seed``, and
    ``explored`` more are looked for. If values are wrong, the smallest example that
    shows it is looked for if ``shrinking``.
    """

    strict: bool = False
    only: frozenset[str] = frozenset()
    expect: Mapping[str, str] = field(default_factory=dict)
    diagnosis: tuple[str, ...] = ()
    seed: int = SEED
    explored: int = 0
    shrinking: bool = True

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

    def reckoned(self, finding: Finding) -> Outcome:
        """What becomes of a clause; what was expected to fail and passes has failed."""
        verdict = finding.judgement.verdict
        match self.expectation(finding), verdict:
            case "xfail", _:
                return "expected"
            case "xpass", _:
                return "failed"
            case _, "pass":
                return "passed"
            case _, "not-covered":
                return "failed" if self.strict else "skipped"
        if not self.counts(finding):
            return "hoped"
        return "error" if verdict == "error" else "failed"

    def are_met(
        self,
        findings: Iterable[Finding],
        unknown: Sequence[str],
        declared: Judgement | None,
    ) -> bool:
        """Whether every expectation is met: each has its clause, and none passed.

        And the diagnosis, where one was declared, is that one.
        """
        passed = any(self.expectation(f) == "xpass" for f in findings)
        changed = declared is not None and declared.verdict == "fail"
        return not passed and not unknown and not changed

    def unknown(self, findings: Iterable[Finding]) -> list[str]:
        """The clauses that are expected to fail and are none of the role."""
        ids = {finding.clause.id for finding in findings}
        return sorted(set(self.expect) - ids)

    def diagnosed(
        self,
        found: tuple[str, ...],
        part: tuple[int, int] | None = None,
        *,
        failing: bool,
    ) -> Judgement | None:
        """Whether the defects are those that were declared; ``None`` if none were.

        ``part``: so many observations they explain, of so many, if that is known.
        ``failing``: a must fails, so that there is something to explain.
        """
        if not self.diagnosis:
            return None
        declared = " + ".join(self.diagnosis)
        names = {"declared": declared, "found": " + ".join(found)}
        if not found:
            why = "diagnosis.missing" if failing else "diagnosis.gone"
            return failed(why, declared=declared)
        if part is not None:
            explained, probes = part
            if explained < probes:
                counts = {"explained": explained, "probes": probes}
                return failed("diagnosis.in-part", **names, **counts)
        if set(found) != set(self.diagnosis):
            return failed("diagnosis.changed", **names)
        return passed("diagnosis.as-declared", declared=declared)

    def outcome(
        self,
        findings: Sequence[Finding],
        unknown: Sequence[str],
        declared: Judgement | None,
        verdict: Verdict,
    ) -> Standing:
        """The verdict for a reader; ``verdict`` is the port's own."""
        judged = [f for f in findings if self.counts(f) and self.expectation(f) is None]
        bare = fold(self._strictly(f.judgement.verdict) for f in judged)
        if bare in ("fail", "error"):
            return verdict
        if not self.are_met(findings, unknown, declared):
            return "stale"
        return "as-declared" if self.as_declared(findings) else verdict

    def as_declared(self, findings: Iterable[Finding]) -> list[Finding]:
        """What counts, and fails as it was declared."""
        return [
            f for f in findings if self.counts(f) and self.expectation(f) == "xfail"
        ]

    def verdict(
        self, findings: Iterable[Finding], declared: Judgement | None = None
    ) -> Verdict:
        """The port's verdict; what was expected to fail and did is as it should be.

        ``declared`` is what was found of the diagnosis that was declared.
        """
        findings = list(findings)
        found: list[Verdict] = []
        if declared is not None and declared.verdict == "fail":
            found.append("fail")
        for finding in findings:
            expectation = self.expectation(finding)
            if expectation == "xpass":
                found.append("fail")
            elif self.counts(finding):
                own = self._strictly(finding.judgement.verdict)
                found.append("pass" if expectation else own)
        folded = fold(found)
        return "not-covered" if folded == "pass" and _empty(findings) else folded

    def _strictly(self, verdict: Verdict) -> Verdict:
        return "fail" if self.strict and verdict == "not-covered" else verdict


def _empty(findings: Iterable[Finding]) -> bool:
    """Whether no number was judged, though numbers are what it is about."""
    verdicts = [f.judgement.verdict for f in findings if f.clause.numbers]
    return bool(verdicts) and set(verdicts) == {"not-covered"}


AS_WRITTEN = Terms()
"""The contract as it is written: musts count, nothing is expected to fail."""
