"""Infer what a port claims to be from what it does, and from its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from gradproof.contract.clauses import judge
from gradproof.contract.verdicts import Verdict
from gradproof.evidence.collection import gather
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.probe_ids import NUMBERS
from gradproof.evidence.roles import ARRAY_ROLES, OTHER_ROLES, ROLES
from gradproof.ports.observation import Broke, Observation, Port, Raised
from gradproof.ports.role_ids import RoleId


class Choice(NamedTuple):
    """The evidence under the role that a port fits, and the reason's id."""

    evidence: Evidence
    why: str


@dataclass(frozen=True, eq=False)
class _Candidate:
    """What a port did under a role, and the verdicts of the role's musts."""

    evidence: Evidence
    musts: Mapping[str, Verdict]

    @property
    def failing(self) -> list[str]:
        """The names of the musts that failed or are in error."""
        return [name for name, v in self.musts.items() if v in ("fail", "error")]

    @property
    def wrong(self) -> int:
        """How many these are."""
        return len(self.failing)

    @property
    def out_of_time(self) -> bool:
        """Whether nothing is wrong with it but that it was not given longer."""
        seen = (o.outcome for o in self.evidence.observations.values())
        ended = any(isinstance(o, Broke) and o.how == "timeout" for o in seen)
        return ended and "fail" not in self.musts.values()

    @property
    def holds(self) -> bool:
        """Whether some must passes, and none fails or is in error."""
        return "pass" in self.musts.values() and not self.wrong


def infer(port: Port) -> Choice:
    """The evidence under the role that the port fits, and the reason's id.

    What is named a tangent or a descent, and keeps its musts, is one: no gradient
    does. Among the array roles it is the whole array if a batch made f see arrays of
    x's shape and the array role's musts hold; else one point if its musts hold and
    the batch raised; else rows if theirs hold; else one point if nothing is wrong but
    that a batch gives other numbers, for which f was given all of the batch as a point.
    A port that never gave f an array of x's shape is none of whole arrays. Where none
    of them holds, it is another role whose musts do; or that which the port is named
    for; or a derivative if it gives one number for whatever it is given; or the array
    role with the fewest musts failed or in error: rows first, but single points where
    the batch raised, or f was given all of it as one.
    """
    named = [r for r in OTHER_ROLES if ROLES[r].by_name and ROLES[r].names(port.name)]
    if not port.vectorized:
        for candidate in _candidates(port, named):
            if candidate.holds:
                return _kept(candidate)
    arrays = gather(port, "gradient")
    if port.vectorized:
        return Choice(arrays, "role-vectorized")
    # What is found out about one record of evidence is kept with it.
    under = {role: _judged(replace(arrays, role=role)) for role in _possible(arrays)}
    return _of_arrays(under) or _other(port, arrays) or _least_wrong(under)


def _candidates(port: Port, roles: Iterable[RoleId]) -> Iterator[_Candidate]:
    return (_judged(gather(port, role)) for role in roles)


def _judged(evidence: Evidence) -> _Candidate:
    findings = judge(evidence, level="must")
    return _Candidate(evidence, {f.clause.name: f.judgement.verdict for f in findings})


def _kept(candidate: _Candidate) -> Choice:
    return Choice(candidate.evidence, f"role-{candidate.evidence.role}")


def _possible(arrays: Evidence) -> list[RoleId]:
    """The array roles that what the port did with a batch does not rule out."""
    batch = arrays.observations["rows"]
    shapes = [e.argument.shape for e in batch.evaluations if e.argument is not None]
    # What is no array of numbers shows no shape: there the values decide.
    unseen = bool(batch.evaluations) and not shapes
    ruled_out = {
        "gradient": False,
        "point-gradient": batch.value is not None and not _in_one(batch),
        "array-gradient": batch.probe.x.shape not in shapes and not unseen,
    }
    return [role for role in ARRAY_ROLES if not ruled_out[role]]


def _in_one(batch: Observation) -> bool:
    """Whether f was given all numbers of the batch each time: as if it were a point."""
    sizes = {None if e.argument is None else e.argument.size for e in batch.evaluations}
    return sizes == {batch.probe.x.size}


def _of_arrays(under: Mapping[RoleId, _Candidate]) -> Choice | None:
    """The array role whose musts hold, the most particular first."""
    whole, point = under.get("array-gradient"), under.get("point-gradient")
    rows = under["gradient"]
    if whole and not whole.wrong:
        return Choice(whole.evidence, "role-whole")
    if point and not point.wrong and _raised(point.evidence.observations["rows"]):
        return Choice(point.evidence, "role-point")
    if not rows.wrong:
        return Choice(rows.evidence, "role-rows")
    if whole and whole.out_of_time:
        # What it would have done is not known: nothing else is to be blamed for it.
        return Choice(whole.evidence, "role-fewest-wrong")
    if point and point.failing == ["no-wrong-batch"]:
        return Choice(point.evidence, "role-unguarded")
    return None


def _raised(observation: Observation) -> bool:
    return isinstance(observation.outcome, Raised)


def _least_wrong(under: Mapping[RoleId, _Candidate]) -> Choice:
    best = min(under.values(), key=lambda c: (c.wrong, not _knows_no_batches(c)))
    return Choice(best.evidence, "role-fewest-wrong")


def _knows_no_batches(candidate: _Candidate) -> bool:
    """Whether it is of single points, and the batch of rows was none to it."""
    rows = candidate.evidence.observations["rows"]
    single = candidate.evidence.role == "point-gradient"
    return single and (_raised(rows) or _in_one(rows))


def _other(port: Port, arrays: Evidence) -> Choice | None:
    """The evidence under a role that is none of arrays, if the port has one.

    What gives an array of x's shape is no derivative, and no tangent; but it may well
    be the derivative at each number, if f is given nothing but numbers. A port that
    has broken is left alone: it would break again.
    """
    seen = [arrays.observations[probe] for probe in ("point", "rows")]
    if any(isinstance(observation.outcome, Broke) for observation in seen):
        return None
    gives_arrays = any(
        observation.value is not None
        and observation.value.shape == observation.probe.x.shape
        and not _number_by_number(observation)
        for observation in seen
    )
    possible = [
        role for role in OTHER_ROLES if ROLES[role].call == "steps" or not gives_arrays
    ]
    candidates = list(_candidates(port, possible))
    for candidate in candidates:
        if candidate.holds:
            return _kept(candidate)
    for candidate in candidates:
        if ROLES[candidate.evidence.role].names(port.name):
            return Choice(candidate.evidence, "role-named")
    if any(o.value is not None and o.value.ndim for o in seen):
        return None
    numbers = [c.evidence for c in candidates if _gives_a_number(c.evidence)]
    return Choice(numbers[0], "role-number") if numbers else None


def _gives_a_number(evidence: Evidence) -> bool:
    """Whether it is of a derivative, and f was given numbers for one."""
    if evidence.role != "derivative":
        return False
    first = evidence.observations[NUMBERS[0]]
    number = first.value is not None and not first.value.ndim
    return number and _number_by_number(first)


def _number_by_number(observation: Observation) -> bool:
    """Whether f was given single numbers alone."""
    given = [e.argument for e in observation.evaluations]
    return bool(given) and all(a is not None and a.size == 1 for a in given)
