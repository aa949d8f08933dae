"""What is wrong with a claimed gradient is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradproof
from gradproof.defects.catalogue import CATALOGUE
from gradproof.examination import examine_pair

INPUT = np.array([[0.5, -1.25, 2.0], [1.5, 0.75, -0.5]])
TARGET = np.array([[1.0, 0.25, -2.0], [0.5, 3.0, 1.25]])
WEIGHTS = np.array([[0.3, -1.2, 0.7], [0.9, 0.4, -0.8], [-0.6, 1.1, 0.2]])
DECAY = 0.1


def loss(w: Any) -> Any:
    return ((INPUT @ w - TARGET) ** 2).sum() / 2 + DECAY / 2 * (w**2).sum()


def backward(w: Any) -> Any:
    return INPUT.T @ (INPUT @ w - TARGET) + DECAY * w


MUTANTS: dict[str, list[Callable[[Any], Any]]] = {
    "sign-flipped": [lambda w: -backward(w)],
    "wrong-factor": [lambda w: backward(w) / 2, lambda w: 3.0 * backward(w)],
    "components-swapped": [
        lambda w: backward(w).T,
        lambda w: backward(w)[::-1],
        lambda w: backward(w)[:, ::-1],
    ],
    "missing-term": [
        lambda w: backward(w) - DECAY * w,
        lambda w: backward(w) + DECAY * w,
    ],
}


@pytest.mark.parametrize(
    ("defect", "grad"),
    [(defect, grad) for defect, grads in MUTANTS.items() for grad in grads],
)
def test_a_wrong_claim_is_named_first_and_explained_wholly(
    defect: str, grad: Callable[[Any], Any]
) -> None:
    best = examine_pair(loss, grad, WEIGHTS).diagnosis[0]
    assert best.defects == (defect,)
    assert best.whole


def test_a_right_claim_is_given_no_defect() -> None:
    assert examine_pair(loss, backward, WEIGHTS).diagnosis == ()


def test_what_is_wrong_in_another_way_is_given_no_defect_that_explains_it() -> None:
    noise = np.array([[0.1, -0.7, 0.3], [0.9, 0.2, -0.4], [0.6, -0.3, 0.8]])
    for explanation in examine_pair(
        loss, lambda w: backward(w) + noise, WEIGHTS
    ).diagnosis:
        assert not explanation.whole


def test_one_entry_alone_fits_no_number() -> None:
    examination = examine_pair(lambda x: (x**2).sum(), lambda x: 3 * x, np.array([2.0]))
    assert examination.verdict == "fail"
    assert examination.diagnosis == ()


def test_the_example_of_the_catalogue_has_the_defect() -> None:
    names: dict[str, Any] = {"x": INPUT, "t": TARGET, "np": np}
    exec(CATALOGUE["missing-term"].example, names)
    report = gradproof.check_pair(names["loss"], names["backward"], WEIGHTS)
    assert "missing-term (explains 9 of 9)" in str(report)
