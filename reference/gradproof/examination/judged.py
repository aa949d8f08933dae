"""What was found of one port, and what becomes of it on its terms."""

from __future__ import annotations

from dataclasses import dataclass

from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Judgement, Verdict, fold
from gradproof.examination.policy import Standing, Terms
from gradproof.ports.observation import Note


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One port's findings: those that were wanted, on the ``terms`` of its declaration.

    ``unknown`` are the clauses that were expected to fail and are none of the role;
    ``declared`` is what was found of the diagnosis that was declared, if one was.
    ``options`` are those of the command line that the port needs. ``wall`` is in
    seconds.
    """

    target: str
    role: str
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
    terms: Terms
    unknown: tuple[str, ...]
    options: tuple[str, ...]
    wall: float
    declared: Judgement | None = None

    @property
    def verdict(self) -> Verdict:
        """The folded verdict, on the terms of the examination."""
        return self.terms.verdict(self.findings, self.declared)

    @property
    def outcome(self) -> Standing:
        """The verdict for a reader, in the light of what was declared."""
        return self.terms.outcome(
            self.findings, self.unknown, self.declared, self.verdict
        )

    @property
    def as_expected(self) -> bool:
        """Whether all came as it was declared."""
        return self.terms.are_met(self.findings, self.unknown, self.declared)

    def having(self, verdict: Verdict) -> list[Finding]:
        """The findings of this verdict."""
        return [f for f in self.findings if f.judgement.verdict == verdict]

    def of(self, clause: str) -> Verdict:
        """The verdict of a clause; not covered if it was not asked for."""
        found = (f.judgement.verdict for f in self.findings if f.clause.id == clause)
        return next(found, "not-covered")


@dataclass(frozen=True)
class Several:
    """What was found of a target that is judged in several parts."""

    target: str

    @property
    def parts(self) -> tuple[Judged, ...]:
        """What was judged, each by itself."""
        raise NotImplementedError

    @property
    def verdict(self) -> Verdict:
        """The folded verdict."""
        return fold(part.verdict for part in self.parts)

    @property
    def as_expected(self) -> bool:
        """Whether the expectations of every part are met."""
        return all(part.as_expected for part in self.parts)
