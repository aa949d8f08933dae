"""Every layer's derivative is that of its value, as differences in high precision say.

The mutants are mistakes that are met in public code; each is told from the right layer,
and by the arguments whose derivative it spoils.
"""

from __future__ import annotations

import inspect

import pytest

from gradproof import layers
from layers.cases import CASES, Case
from layers.differences import departures
from layers.mutants import MUTANTS, Mutant

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_layer_s_derivative_is_that_of_its_value(case: Case) -> None:
    assert departures(case.layer, case) == set()


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_mistake_departs_where_it_is_made(mutant: Mutant) -> None:
    assert departures(mutant.layer, CASES[mutant.case]) == set(mutant.spoils)


def test_every_layer_has_a_case() -> None:
    tried = {inspect.unwrap(case.layer).__name__ for case in CASES.values()}
    tools = {"Layer", "over_channels", "over_rows", "over_time"}
    assert tried == set(layers.__all__) - tools - {"one_hot", "running_statistics"}
