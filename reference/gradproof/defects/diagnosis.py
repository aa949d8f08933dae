"""Diagnosis: the defects whose models do what the port did, best first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from gradproof.contract.clauses import Finding
from gradproof.defects import models
from gradproof.defects.changes import Clues
from gradproof.defects.comparison import alike, history_alike, start_alike
from gradproof.defects.fitted_parameters import clues_tried
from gradproof.defects.lost_digits import (
    LostDigits,
    in_results,
    judged_by_themselves,
    losses,
)
from gradproof.defects.models import Model
from gradproof.defects.pairs import claim_of, explanations
from gradproof.defects.recipe import Recipe
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.roles import ROLES
from gradproof.numerics.number_formats import NumberFormat


@dataclass(frozen=True)
class Explanation:
    """Defects whose model did what the port did on so many of the probes.

    Of a claimed gradient so many of its entries are counted, as ``unit`` says.
    ``clauses`` are those whose failure was to be explained: the musts together, or
    one should. ``losses`` are the numbers that were seen to be short.
    """

    defects: tuple[str, ...]
    explained: int
    probes: int
    clauses: tuple[str, ...] = ()
    level: Literal["must", "should"] = "must"
    unit: Literal["probes", "entries"] = "probes"
    losses: tuple[LostDigits, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is left to explain."""
        return self.explained == self.probes


def diagnose(
    evidence: Evidence, findings: Iterable[Finding], *, role_given: bool
) -> tuple[Explanation, ...]:
    """Explain the failed musts, then each failed should, or say nothing of it.

    For the musts come the best explanation and the runner-up. One defect is tried
    before two at once; two are named only if they explain everything. What explains
    no more than a right port would is no explanation; nor is there any of musts that
    fail where models are not compared.
    """
    if ROLES[evidence.role].call == "claim":
        return _of_claim(evidence, findings)
    failed = [f for f in findings if f.judgement.verdict in ("fail", "error")]
    musts = tuple(f.clause.id for f in failed if f.clause.level == "must")
    shoulds = [f for f in failed if f.clause.level == "should"]
    tried = clues_tried(evidence)
    clues = tried[0]
    base = replace(models.right(evidence.role, clues), taps=clues.taps)
    explanations: list[Explanation] = []
    if any(f.clause.id in musts and _is_compared(evidence, f) for f in failed):
        searches = [_Search(evidence, musts, role_given, each) for each in tried]
        search = _fitting(searches)
        explanations = search.best()
        base = search.whole or base
    if musts and not any(e.whole for e in explanations):
        names = {f.clause.name for f in failed if f.clause.level == "must"}
        lost = losses(evidence, names, clues)
        if lost:
            explanations = [_of_digits(evidence, musts, lost), *explanations]
        else:
            beside = _beside_digits(evidence, musts, role_given, tried)
            unbatched = names - {f.clause.name for f in failed if f.clause.id == "P2"}
            explanations = [
                *(e for e in beside if _is_borne_out(e, evidence, unbatched, clues)),
                *explanations,
            ]
        explanations = _different(explanations)[:2]
    for should in shoulds:
        explanations += _should(evidence, should, base)
    return tuple(explanations)


def _of_digits(
    evidence: Evidence, musts: tuple[str, ...], lost: tuple[LostDigits, ...]
) -> Explanation:
    """Digits that were lost are all that is wrong."""
    number = len(served(evidence, musts))
    defects = tuple(dict.fromkeys(loss.defect for loss in lost))
    return Explanation(defects, number, number, musts, losses=lost)


def _beside_digits(
    evidence: Evidence, musts: tuple[str, ...], given: bool, tried: Iterable[Clues]
) -> Iterator[Explanation]:
    """A defect of which all is explained but the digits that the results have lost.

    Where these are not judged by themselves, as in a descent, there may be no other.
    """
    lost = in_results(evidence)
    formats = tuple(loss.format for loss in lost)
    for clues in tried if lost else ():
        search = _Search(evidence, musts, given, clues, formats)
        if not judged_by_themselves(evidence) and search.is_right():
            yield _of_digits(evidence, musts, lost[:1])
            return
        for found in search.best():
            if found.whole and len(found.defects) == 1:
                defects = (*found.defects, lost[0].defect)
                yield replace(found, defects=defects, losses=lost[:1])
                return


def _is_borne_out(
    found: Explanation, evidence: Evidence, failing: set[str], clues: Clues
) -> bool:
    """Whether lost digits explain what fails at one point, if a batch is all beside.

    What becomes of a batch says nothing of how far off the numbers of a point may be.
    """
    if "unguarded-batch" not in found.defects:
        return True
    return bool(losses(evidence, failing, clues))


def _different(explanations: Iterable[Explanation]) -> list[Explanation]:
    """The first of those that name the same."""
    found: dict[tuple[str, ...], Explanation] = {}
    for explanation in explanations:
        found.setdefault(explanation.defects, explanation)
    return list(found.values())


def _is_compared(evidence: Evidence, finding: Finding) -> bool:
    """Whether a clause fails on a probe that the models are run on, or on several."""
    probe = finding.judgement.parameters.get("probe")
    role = ROLES[evidence.role]
    return probe not in (*role.more, *role.drawn)


def _of_claim(
    evidence: Evidence, findings: Iterable[Finding]
) -> tuple[Explanation, ...]:
    """The best two explanations of a claimed gradient of which entries are off."""
    failed = tuple(f.clause.id for f in findings if f.judgement.verdict == "fail")
    claim = claim_of(evidence) if failed else None
    if claim is None:
        return ()
    return tuple(
        Explanation((defect,), explained, len(claim.expected), failed, unit="entries")
        for defect, explained in explanations(claim)[:2]
    )


def _fitting(searches: list[_Search]) -> _Search:
    """The first in which one defect explains everything; else the first."""
    if not searches[1:]:
        return searches[0]
    return next((s for s in searches if s.is_explained_by_one()), searches[0])


class _Search:
    """The search for what explains the failed musts."""

    def __init__(
        self,
        evidence: Evidence,
        musts: tuple[str, ...],
        given: bool,
        clues: Clues,
        lost: tuple[NumberFormat, ...] = (),
    ) -> None:
        self.evidence = evidence
        self.lost = lost
        self.musts = musts
        self.place = evidence.role, given, clues
        self.probes = served(evidence, musts)
        self.whole: Recipe | None = None
        """What explains everything, if something does."""

    def best(self) -> list[Explanation]:
        """The best explanation and the runner-up."""
        sound = self._sound()
        particular, fitted = self._singles()
        if "P2" in self.musts and not self.whole:
            # Whatever becomes of a batch, it is no gradient: one point is explained.
            found = (self._all((*d, "unguarded-batch")) for d in self._of_one_point())
            particular = [*found, *particular]
        whole = [e for e in particular if e.whole]
        if not whole:
            particular = [*self._pairs(), *fitted, *particular]
        # Among equals the first of the catalogue stays first.
        particular.sort(key=lambda e: -e.explained)
        return [e for e in particular[:2] if e.explained > sound]

    def _of_one_point(self) -> Iterator[tuple[str, ...]]:
        """What explains all but the batch: nothing, where one point is right."""
        if self.musts == ("P2",):
            yield ()
            return
        probes = [probe for probe in self.probes if probe != "rows"]
        found = {
            model.defects: None
            for model in models.singles(*self.place)
            if all(alike(self.evidence, model.recipe, probe) for probe in probes)
        }
        found.pop(("unguarded-batch",), None)
        yield from found

    def is_right(self) -> bool:
        """Whether a right port would have done the same."""
        return bool(self.probes) and self._sound() == len(self.probes)

    def _sound(self) -> int:
        """The probes that a right port explains, with the book's step or its own."""
        return max(
            self._explained(models.right(self.evidence.role, clues))
            for clues in (Clues(), self.place[-1])
        )

    def is_explained_by_one(self) -> bool:
        """Whether a defect alone explains everything."""
        particular, fitted = self._singles()
        return any(e.whole for e in (*particular, *fitted))

    def _singles(self) -> tuple[list[Explanation], list[Explanation]]:
        """Each defect in the manner that explains most; last, what fits itself."""
        found: dict[tuple[str, ...], Explanation] = {}
        for model in models.singles(*self.place):
            explanation = self._explanation(model, self._explained(model.recipe))
            known = found.get(model.defects)
            if known is None or explanation.explained > known.explained:
                found[model.defects] = explanation
        last = found.pop((models.LAST,), None)
        return list(found.values()), [last] if last else []

    def _pairs(self) -> list[Explanation]:
        """The pairs that explain every probe; most are ruled out by the first."""
        found: dict[tuple[str, ...], Explanation] = {}
        for model in models.pairs(*self.place):
            if model.defects not in found and all(
                alike(self.evidence, model.recipe, probe, self.lost)
                for probe in self.probes
            ):
                found[model.defects] = self._explanation(model, len(self.probes))
        return list(found.values())

    def _explained(self, recipe: Recipe) -> int:
        return sum(
            alike(self.evidence, recipe, probe, self.lost) for probe in self.probes
        )

    def _all(self, defects: tuple[str, ...]) -> Explanation:
        return Explanation(defects, len(self.probes), len(self.probes), self.musts)

    def _explanation(self, model: Model, explained: int) -> Explanation:
        if explained == len(self.probes):
            self.whole = self.whole or model.recipe
        return Explanation(model.defects, explained, len(self.probes), self.musts)


def served(evidence: Evidence, musts: tuple[str, ...]) -> tuple[str, ...]:
    """The probes by which the musts are judged.

    A batch belongs to the role of one point if it was served, and wrongly.
    """
    batch = ("rows",) if "P2" in musts else ()
    probes = (*ROLES[evidence.role].served, *batch)
    return tuple(probe for probe in probes if probe in evidence.observations)


def _should(
    evidence: Evidence, finding: Finding, base: Recipe
) -> Iterator[Explanation]:
    """The defect that a should is for, on the probes that are not yet explained."""
    clause = finding.clause
    defect = models.lesser_of(evidence.role, clause.name)
    if defect is None or defect.lesser is None:
        return
    same = IN_PART.get(clause.name, alike)
    probes = [
        probe
        for probe in _probes_of(clause.name, evidence)
        if not same(evidence, base, probe)
    ]
    explained = max(
        sum(same(evidence, replace(base, **manner), probe) for probe in probes)
        for manner in defect.lesser.manners
    )
    if explained:
        yield Explanation((defect.id,), explained, len(probes), (clause.id,), "should")


IN_PART: dict[str, Callable[[Evidence, Recipe, str], bool]] = {
    "start-kept": start_alike,
    "history": history_alike,
}
"""The shoulds that are about a part of what a port does, and how that is compared."""

SUFFIXES = {
    "restored-on-error": ("raises-0", "raises-1"),
    "integers": ("integers",),
    "single": ("single",),
}


def _probes_of(should: str, evidence: Evidence) -> tuple[str, ...]:
    """The probes that a should is judged by."""
    if should in IN_PART:
        return ROLES[evidence.role].served
    if should == "isolation":
        return "nan", "infinity"
    one = ROLES[evidence.role].points == "one"
    bases = ("point",) if one else ("point", "rows")
    return tuple(f"{base}-{suffix}" for base in bases for suffix in SUFFIXES[should])


def names(explanations: Iterable[Explanation]) -> Iterator[str]:
    """The defects of the best explanation."""
    best = next(iter(explanations), None)
    yield from best.defects if best else ()
