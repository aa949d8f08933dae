"""Infer what a port claims to be from what it does, and from its name."""

from __future__ import annotations

import re
from dataclasses import replace

from gradproof.contract.clauses import judge
from gradproof.contract.verdicts import Verdict
from gradproof.evidence.collection import gather
from gradproof.evidence.evidence import ARRAY_ROLES, Evidence, Role
from gradproof.ports.observation import Broke, Port, Raised

KEPT: dict[Role, str] = {
    "derivative": "role-derivative",
    "tangent": "role-tangent",
    "descent": "role-descent",
}
"""The roles that are looked at where none of arrays fits, and the reason's id where
one is kept; a pair is only ever given."""

NAMES: dict[Role, str] = {
    "derivative": r"diff|deriv",
    "tangent": r"tangent",
    "descent": r"descent|descend|gradient_method",
}
"""What a routine's name says of its role: it counts where no role's musts hold."""


def infer(port: Port) -> tuple[Evidence, str]:
    """The evidence under the role that the port fits, and the reason's id.

    What is named a tangent or a descent, and keeps its musts, is one: no gradient
    does. Among the array roles it is the whole array if a batch made f see arrays of
    x's shape and the array role's musts hold; else one point if its musts hold and
    the batch raised; else rows if theirs hold. A port that returns numbers for a batch
    is never taken for one of single points, nor one that never gave f an array of x's
    shape for one of whole arrays. Where none of them holds, it is another role whose
    musts do; or that which the port is named for; or the array role with the fewest
    musts failed or in error, rows first.
    """
    named: tuple[Role, ...] = ("tangent", "descent")
    for role in named:
        if _named(port, role) and not port.vectorized:
            evidence = gather(port, role)
            if _holds(evidence):
                return evidence, KEPT[role]
    evidence = gather(port, "gradient")
    if port.vectorized:
        return evidence, "role-vectorized"
    # What is found out about one record of evidence is kept with it.
    under = {role: replace(evidence, role=role) for role in _possible(evidence)}
    wrong = {role: _wrong(of_role) for role, of_role in under.items()}
    raised = isinstance(evidence.observations["rows"].outcome, Raised)
    if wrong.get("array-gradient") == 0:
        return under["array-gradient"], "role-whole"
    if wrong.get("point-gradient") == 0 and raised:
        return under["point-gradient"], "role-point"
    if wrong["gradient"] == 0:
        return under["gradient"], "role-rows"
    other = _other(port, evidence)
    if other:
        return other
    best = min(wrong, key=lambda role: wrong[role])
    return under[best], "role-fewest-wrong"


def _possible(evidence: Evidence) -> list[Role]:
    """The array roles that what the port did with a batch does not rule out."""
    batch = evidence.observations["rows"]
    shapes = [e.argument.shape for e in batch.evaluations if e.argument is not None]
    ruled_out = {
        "gradient": False,
        "point-gradient": batch.value is not None,
        "array-gradient": batch.probe.x.shape not in shapes,
    }
    return [role for role in ARRAY_ROLES if not ruled_out[role]]


def _other(port: Port, arrays: Evidence) -> tuple[Evidence, str] | None:
    """The evidence under a role that is none of arrays, if the port has one.

    What gives an array of x's shape is no derivative, and no tangent. A port that
    has broken is left alone: it would break again.
    """
    seen = [arrays.observations[probe] for probe in ("point", "rows")]
    if any(isinstance(observation.outcome, Broke) for observation in seen):
        return None
    gives_arrays = any(
        observation.value is not None
        and observation.value.shape == observation.probe.x.shape
        for observation in seen
    )
    gathered = {
        role: gather(port, role)
        for role in KEPT
        if role == "descent" or not gives_arrays
    }
    for role, evidence in gathered.items():
        if _holds(evidence):
            return evidence, KEPT[role]
    for role, evidence in gathered.items():
        if _named(port, role):
            return evidence, "role-named"
    return None


def _named(port: Port, role: Role) -> bool:
    """Whether the routine's own name says so."""
    name = re.split(r"[:.]", port.name)[-1].lower()
    return re.search(NAMES[role], name) is not None


def _holds(evidence: Evidence) -> bool:
    """Whether some must passes, and none fails or is in error."""
    verdicts = set(_musts(evidence))
    return "pass" in verdicts and not verdicts & {"fail", "error"}


def _wrong(evidence: Evidence) -> int:
    """How many musts failed or are in error."""
    return sum(verdict in ("fail", "error") for verdict in _musts(evidence))


def _musts(evidence: Evidence) -> list[Verdict]:
    findings = judge(evidence, level="must")
    return [finding.judgement.verdict for finding in findings]
