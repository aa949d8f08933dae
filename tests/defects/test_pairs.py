"""What is wrong with a claimed gradient is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradproof
from gradproof.defects.catalogue import CATALOGUE
from gradproof.defects.pairs import Claim, explanations
from gradproof.examination.examination import examine_pair

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

INPUT = np.array([[0.5, -1.25, 2.0], [1.5, 0.75, -0.5]])
TARGET = np.array([[1.0, 0.25, -2.0], [0.5, 3.0, 1.25]])
WEIGHTS = np.array([[0.3, -1.2, 0.7], [0.9, 0.4, -0.8], [-0.6, 1.1, 0.2]])
DECAY = 0.1
SOME = np.array([[1, 0, 0], [0, 0, 1], [0, 0, 0]])


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
    "missing-constant": [
        lambda w: backward(w) - 1.5,
        lambda w: backward(w) + np.array([0.5, 0.0, -2.0]),
        lambda w: backward(w) + np.array([[0.5], [0.25], [-2.0]]),
        lambda w: backward(w) + 0.5 * SOME,
    ],
    "missing-entries": [
        lambda w: backward(w) * SOME,
        lambda w: np.vstack([backward(w)[:-1], np.zeros((1, 3))]),
        lambda w: backward(w) * (np.arange(9) < 8).reshape(3, 3),
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


def test_a_number_that_one_entry_alone_speaks_for_is_not_fitted() -> None:
    """x has one entry that is not 0, and the claim is off there."""

    def off(x: Any) -> Any:
        return 3 * x**2 + np.array([1.0, 0.0, 0.0])

    found = examine_pair(lambda x: (x**3).sum(), off, np.array([2.0, 0.0, 0.0]))
    assert found.verdict == "fail"
    assert found.diagnosis == ()


def test_one_entry_alone_is_no_constant() -> None:
    first = np.zeros((3, 3))
    first[0, 1] = 0.5
    found = examine_pair(loss, lambda w: backward(w) + first, WEIGHTS)
    assert found.verdict == "fail"
    assert found.diagnosis == ()


def test_entries_that_are_due_alike_bear_no_constant_out() -> None:
    """Whatever is wrong with each component by itself, it is off alike in both."""

    def squares(x: Any) -> Any:
        return np.where(x == 2, x**2, 3 * x**2)

    found = examine_pair(lambda x: (x**3).sum(), squares, np.array([2.0, 2.0, -1.0]))
    assert found.verdict == "fail"
    assert not any(e.whole for e in found.diagnosis)


def test_constants_of_columns_are_borne_out_in_each() -> None:
    """A row by itself has nothing that could bear them out."""
    row = WEIGHTS[:1]
    wrong = np.array([[0.5, -2.0, 1.0]])
    found = examine_pair(lambda w: (w**3).sum(), lambda w: 3 * w**2 + wrong, row)
    assert found.verdict == "fail"
    assert not any(e.whole for e in found.diagnosis)


@pytest.mark.parametrize(
    ("share", "defect"),
    [(0.5, "wrong-factor"), (2.0, "wrong-factor"), (0.95, "missing-term")],
)
def test_half_a_quadratic_s_slope_is_a_factor_before_it_is_a_missing_term(
    share: float, defect: str
) -> None:
    """Both explain all: 2x less x is x, and so is half of 2x."""
    found = examine_pair(lambda w: (w**2).sum(), lambda w: share * 2 * w, WEIGHTS)
    best, *others = found.diagnosis
    assert best.defects == (defect,)
    assert best.whole
    assert {e.defects[0] for e in others if e.whole} == (
        {"wrong-factor", "missing-term"} - {defect}
    )


def test_a_claim_of_zeros_has_not_lost_some_of_its_entries() -> None:
    found = examine_pair(loss, np.zeros_like, WEIGHTS)
    assert found.diagnosis[0].defects == ("wrong-factor",)
    assert ("missing-entries",) not in [e.defects for e in found.diagnosis]


def test_a_number_is_had_from_the_entry_that_is_known_best() -> None:
    """The last entry is hardly known: fitted to it, any number would do."""
    expected, off = np.array([1.0, 2.0, 40.0]), np.array([1.0, 1.05, 12.0])
    limit = np.array([1e-6, 1e-6, 11.0])
    for x in (np.zeros(3), np.array([1.0, 1.0, 2.0])):
        claim = Claim(expected + off, expected, limit, x, (3,))
        assert all(count < 3 for _, count in explanations(claim))


@pytest.mark.parametrize("wrong", [np.inf, -np.inf, np.nan])
def test_what_is_infinite_is_explained_by_nothing(wrong: float) -> None:
    spoilt = np.where(SOME, wrong, 0)
    found = examine_pair(loss, lambda w: backward(w) + spoilt, WEIGHTS)
    assert found.verdict == "fail"
    assert not any(e.whole for e in found.diagnosis)


@pytest.mark.parametrize(
    "shift",
    [
        lambda w: 1.5 * w**2,
        lambda w: np.array([[0.5, 0.5, 0.5], [0.5, 0.5, 0.5], [0.5, 0.5, 0.501]]),
        lambda w: np.outer([1.0, 2.0, -1.0], [0.5, 0.25, 1.0]),
    ],
)
def test_what_is_not_the_same_everywhere_is_no_constant(
    shift: Callable[[Any], Any],
) -> None:
    found = examine_pair(loss, lambda w: backward(w) + shift(w), WEIGHTS)
    assert found.verdict == "fail"
    assert not any(e.whole for e in found.diagnosis)


def test_the_linear_term_of_a_function_is_missing() -> None:
    """As the magnetisation of an energy -½·sᵀWs - b·Σs, at any place."""
    couplings = WEIGHTS + WEIGHTS.T

    def energy(s: Any) -> Any:
        return -0.5 * (s * (couplings @ s)).sum() - 0.75 * s.sum()

    for place in ([0.0, 0.0, 1.0], [1.0, -1.0, 0.5], [0.3, 0.3, 0.3]):
        found = examine_pair(energy, lambda s: -couplings @ s, np.array(place))
        assert "missing-constant" in [e.defects[0] for e in found.diagnosis if e.whole]


@pytest.mark.parametrize(
    ("defect", "given"),
    [
        ("missing-term", INPUT),
        ("missing-constant", INPUT),
        ("missing-entries", INPUT[:, :2]),
    ],
)
def test_the_example_of_the_catalogue_has_the_defect(
    defect: str, given: np.ndarray[Any, Any]
) -> None:
    names: dict[str, Any] = {"x": given, "t": TARGET, "np": np}
    exec(CATALOGUE[defect].example, names)
    report = gradproof.check_pair(names["loss"], names["backward"], WEIGHTS)
    assert f"{defect} (explains 9 of 9 entries)" in str(report)
