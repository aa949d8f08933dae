"""What was found out about a script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradproof.contract.verdicts import Verdict, fold
from gradproof.examination.examination import Examination
from gradproof.examination.judged import Judged
from gradproof.examination.policy import Standing

if TYPE_CHECKING:
    from gradproof.scripts.evidence import ScriptEvidence

ROLE = "quiver-script"


@dataclass(frozen=True, kw_only=True)
class ScriptExamination(Judged):
    """All that was found out about a script, and about the routines that it calls.

    ``defects`` are those that explain what failed. ``enough`` are the targets of
    routines that fail, but by nothing that the script gives them.
    """

    role: str = ROLE
    evidence: ScriptEvidence
    defects: tuple[str, ...]
    routines: tuple[Examination, ...]
    enough: frozenset[str]

    @property
    def verdict(self) -> Verdict:
        """The folded verdict of the script, its routines aside.

        That it runs says nothing of gradients: alone it covers nothing. Nor does it
        pass where its f has no gradient that arrows could be held to.
        """
        verdict = super().verdict
        if verdict != "pass" or self.terms.only:
            return verdict
        nothing = {self.of(id) for id in ("S3", "S4", "S5")} == {"not-covered"}
        return "not-covered" if nothing or self.evidence.unknown else verdict

    @property
    def outcome(self) -> Standing:
        """The verdict for a reader: with what was declared, and a wrong routine's."""
        own = super().outcome
        return "fail" if self.wrong_routines and own != "error" else own

    @property
    def code(self) -> Verdict:
        """The verdict of the code: that it runs, gives f points, and gets gradients."""
        own = [self.of("S1"), self.of("S3"), self.of("S5")]
        return fold([*own, *(r.verdict for r in self.wrong_routines)])

    @property
    def wrong_routines(self) -> tuple[Examination, ...]:
        """The routines that fail; one need not take what the script never gives it."""
        wrong = (r for r in self.routines if r.verdict == "fail")
        return tuple(r for r in wrong if r.target not in self.enough)

    @property
    def judged_targets(self) -> frozenset[str]:
        """Return the targets of the routines that it calls and that were examined."""
        return frozenset(routine.target for routine in self.routines)

    @property
    def told_routines(self) -> tuple[Examination, ...]:
        """The routines that are told of by themselves: not those that do for it."""
        found = (r for r in self.routines if r.verdict != "error")
        return tuple(r for r in found if r.target not in self.enough)

    @property
    def picture(self) -> Verdict:
        """The verdict of the picture: that there is one, and its arrows are right."""
        if self.of("S2") == "pass" and self.of("S4") == "not-covered":
            return "not-covered"
        return fold(self.of(id) for id in ("S2", "S4"))
