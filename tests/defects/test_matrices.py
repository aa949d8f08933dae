"""Which kinds can have a defect, and how far off it is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gradproof.defects import layer_matrix, update_matrix
from gradproof.defects.layers import DEFECTS
from gradproof.defects.updates import DEFECTS as OF_UPDATES
from gradproof.evidence.bounds import BoundedNumbers
from gradproof.evidence.layer_kinds import KINDS
from gradproof.evidence.update_rules import FORMS


@pytest.mark.parametrize(
    ("id", "kinds"),
    [
        ("y-missing", ["sigmoid"]),
        ("slope-missing", ["rnn"]),
        ("overflow", ["softmax"]),
        ("ratio-swapped", ["dropout"]),
        ("statistics-swapped", ["batch-normalization"]),
        ("no-defect", []),
    ],
)
def test_the_kinds_that_can_have_a_defect(id: str, kinds: list[str]) -> None:
    assert layer_matrix.kind_ids(id) == kinds


def test_functions_stand_alone_and_one_is_the_backward_of_another() -> None:
    for kind in layer_matrix.OF_FUNCTIONS:
        assert layer_matrix._alone(kind) == "function"
    assert layer_matrix._alone(layer_matrix.ADJOINT) == "adjoint"
    assert {layer_matrix._alone(kind) for kind in KINDS} == {""}


def test_what_a_kind_cannot_have_makes_no_mutant_of_it() -> None:
    (sigmoid,) = (kind for kind in KINDS if kind.id == "sigmoid")
    assert layer_matrix.mutants(sigmoid, DEFECTS["slope-missing"]) == []
    assert layer_matrix.mutants(sigmoid, DEFECTS["bias-missing"]) == []
    assert layer_matrix.mutant(sigmoid, DEFECTS["slope-missing"]) is None
    assert len(layer_matrix.mutants(sigmoid, DEFECTS["tanh-for-sigmoid"])) == 2


def evidence(value: Any, **gradients: Any) -> Any:
    """A value of 1 and 2 is due, and gradients of 3: to within a half and a quarter."""

    def due(number: Any, allowed: float) -> BoundedNumbers:
        array = np.asarray(number, float)
        return BoundedNumbers(array, np.full(array.shape, allowed))

    expected = {"x": due([3.0], 0.25), "W": due([3.0], 0.25)}
    passage = SimpleNamespace(
        expected=SimpleNamespace(value=(due([1.0, 2.0], 0.5),), gradients=expected),
        forward=SimpleNamespace(value=(np.asarray(value, float),)),
        gradients={r: g if g is None else np.asarray(g) for r, g in gradients.items()},
    )
    return SimpleNamespace(first=[passage])


@pytest.mark.parametrize(
    ("given", "distance"),
    [
        (evidence([1.0, 2.0], x=[3.0], W=[3.0]), 0.0),
        (evidence([1.0, 3.0], x=[3.0], W=[3.0]), 2.0),
        (evidence([1.0, 3.0], x=[3.0], W=[2.0]), 4.0),
        (evidence([1.0, 3.0]), 2.0),
        (evidence([1.0, 2.0], x=None, W=[3.0]), np.inf),
        (evidence([1.0, 2.0], x=[3.0, 3.0], W=[3.0]), np.inf),
        (evidence([1.0]), np.inf),
    ],
)
def test_how_far_off_it_is_in_what_is_allowed(given: Any, distance: float) -> None:
    assert layer_matrix._distance(given) == distance


def test_where_nothing_is_allowed_anything_is_far_off() -> None:
    given = evidence([1.0, 2.0], x=[3.0])
    (passage,) = given.first
    passage.expected.gradients = {"x": BoundedNumbers(np.array([0.0]), np.zeros(1))}
    assert layer_matrix._distance(given) > 1e300


def test_the_forms_whose_optimizers_can_have_a_defect() -> None:
    forms = update_matrix.forms_of(OF_UPDATES["velocity-late"])
    assert [form.id for form in forms] == ["momentum", "momentum-averaged", "nesterov"]
    assert update_matrix.forms_of(OF_UPDATES["update-uphill"]) == FORMS


def test_a_right_optimizer_is_watched_in_each_course() -> None:
    (sgd,) = (form for form in FORMS if form.id == "sgd")
    (momentum,) = (form for form in FORMS if form.id == "momentum")
    assert set(update_matrix.mutant(sgd, None).courses) == {
        *("first", "again", "alone", "faster")
    }
    found = update_matrix.mutant(momentum, None)
    rate = found.courses["first"].given["rate"]
    assert found.courses["faster"].given["rate"] == 2 * rate
    other = found.courses["other"].given
    assert (other["rate"], other["momentum"]) == (rate, 0.8)
    assert [p.name for p in found.said.make] == ["rate", "momentum"]
    assert [p.number for p in found.said.make] == [rate, 0.9]


def test_a_defect_of_an_optimizer_is_so_far_off() -> None:
    (sgd,) = (form for form in FORMS if form.id == "sgd")
    assert update_matrix._distance(sgd, OF_UPDATES["update-uphill"]) > 1e6
    broken = update_matrix.broken("update-once")
    assert set(broken) == {form.rule for form in FORMS}
    assert all(verdicts["O2"] == "fail" for verdicts in broken.values())


def test_a_defect_breaks_clauses_of_each_kind_that_can_have_it() -> None:
    assert layer_matrix.broken("y-missing") == {"sigmoid": {"L3": "fail"}}
