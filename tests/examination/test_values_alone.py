"""Ports that give values and never ask for f: any admitted step will do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from gradproof.contract.expected import MAX_STEP, MIN_STEP
from gradproof.defects import kill_matrix, models
from gradproof.defects.changes import Clues
from gradproof.defects.recipe import Recipe
from gradproof.evidence.roles import ARRAY_ROLES
from gradproof.evidence.value_probes import PLACES
from gradproof.examination.examination import Examination, examine
from gradproof.numerics.functions import cubic, rosenbrock, sum_of_fourth_powers
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.observation import Note, Observation, Probe, Unserved
from gradproof.ports.role_ids import PORT_ROLES, RoleId

pytestmark = pytest.mark.once  # what is compared is the same under each version

KNOWN = {cubic, rosenbrock, sum_of_fourth_powers} | {f for f, _ in PLACES.values()}


@dataclass
class Silent:
    """A routine of which nothing is seen but what it returns."""

    routine: Recipe
    name: str = "silent"
    vectorized: bool = False
    notes: tuple[Note, ...] = ()

    def observe(self, probe: Probe) -> Observation:
        plain = probe.layout in ("C", "number") and probe.raises_at is None
        if probe.function not in KNOWN or not plain:
            return Observation(probe, (), Unserved("f-by-name"), None)
        with np.errstate(all="ignore"):
            seen = FunctionPort(self.name, self.routine).observe(probe)
        return Observation(probe, (), seen.outcome, None)


def examined(recipe: Recipe, role: RoleId) -> Examination:
    return examine(Silent(recipe), role)


@pytest.mark.parametrize("role", PORT_ROLES)
@pytest.mark.parametrize("step", [MIN_STEP, 1e-6, MAX_STEP])
def test_a_central_difference_of_any_admitted_step_is_right(
    role: RoleId, step: float
) -> None:
    found = examined(models.right(role, Clues(step)), role)
    failing = [f for f in found.findings if f.judgement.verdict in ("fail", "error")]
    assert (found.verdict, failing) == ("pass", [])


UNNAMED = {"step-too-small", "input-mutated", "not-restored-on-error", "start-mutated"}
"""What shows in no value, or as noise alone."""


def named(recipe: Recipe, role: RoleId) -> set[str]:
    told = examined(recipe, role).diagnosis
    return {defect for explanation in told for defect in explanation.defects}


@pytest.mark.parametrize("role", ["gradient", "derivative", "descent"])
def test_what_values_can_show_is_named(role: RoleId) -> None:
    mutants = kill_matrix.mutants(role)
    unnamed = {id for id, recipe in mutants.items() if id not in named(recipe, role)}
    aliased = {"aliased-result"} if role in ARRAY_ROLES else {"wrong-factor"}
    assert unnamed <= UNNAMED | aliased


def test_a_forward_difference_of_another_usual_step_is_named() -> None:
    forward = Recipe(taps=((1, 1.0), (0, -1.0)), step=1e-3)
    (told, *_) = examined(forward, "gradient").diagnosis
    assert told.defects == ("forward-difference",)


def test_answers_of_few_digits_are_not_taken_for_single_precision() -> None:
    class Printed(Recipe):
        def __call__(self, f: Any, x: Any) -> Any:
            return np.round(super().__call__(f, x) + 0.001234, 3)

    assert examined(Printed(), "gradient").diagnosis == ()
