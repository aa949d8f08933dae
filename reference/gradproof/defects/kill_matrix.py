"""Which clause is broken by which defect: found by running the models."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace

from gradproof.contract.clauses import judge
from gradproof.contract.verdicts import Verdict
from gradproof.defects import model_runs, models
from gradproof.defects.changes import Clues
from gradproof.defects.recipe import Recipe
from gradproof.evidence.collection import gather, gather_more
from gradproof.evidence.evidence import Evidence
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.role_ids import PORT_ROLES, RoleId

ROLES: tuple[RoleId, ...] = PORT_ROLES
"""The roles that defects have models in."""

WRONG_CLUES = (Clues(factor=0.37), Clues(step=1e-10), Clues(step=0.1))
"""Clues under which each defect that has a number to be fitted has a wrong one."""


@functools.cache
def mutants(role: RoleId) -> Mapping[str, Recipe]:
    """One recipe for each defect that a model of the role can have."""
    found: dict[str, Recipe] = {}
    for clues in WRONG_CLUES:
        for model in models.singles(role, True, clues):
            if model.first:
                found.setdefault(model.defects[0], model.recipe)
    base = models.right(role, Clues())
    for defect in models.lessers(role):
        assert defect.lesser is not None
        found.setdefault(defect.id, replace(base, **defect.lesser.manners[0]))
    return found


@functools.cache
def kills(role: RoleId) -> Mapping[str, Mapping[str, Verdict]]:
    """By defect: the clauses that fail or are in error, and which of the two."""
    return {name: broken(name, role) for name in mutants(role)}


@functools.cache
def broken(defect: str, role: RoleId) -> Mapping[str, Verdict]:
    """The clauses that the model of a defect breaks; at all places if it rounds."""
    findings = judge(_evidence(defect, role))
    return {
        f.clause.id: f.judgement.verdict
        for f in findings
        if f.judgement.verdict in ("fail", "error")
    }


def _evidence(defect: str, role: RoleId) -> Evidence:
    rounding = models.rounding(role).get(defect)
    if rounding is None:
        return model_runs.evidence(mutants(role)[defect], role)
    port = FunctionPort("model", rounding[0])
    return gather_more(port, gather(port, role))
