"""Random examples beside the fixed probes: what only they see is a failure."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import gradproof
from gradproof import corrected
from gradproof.contract.verdicts import Verdict
from gradproof.evidence.probe_ids import SEED
from gradproof.evidence.random_probes import drawn
from gradproof.examination import counterexample
from gradproof.examination.examination import examine
from gradproof.examination.policy import Terms
from gradproof.ports.in_process import FunctionPort
from gradproof.report.phrases import reproduction

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

CHANCE = np.random.default_rng(3)
SIX = drawn("gradient", SEED)[0].x.size


@pytest.fixture(autouse=True)
def no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counterexample, "smallest", lambda *_: None)


def central(f: Any, x: Any, h: float = 1e-4) -> Any:
    x = np.asarray(x, float)
    if x.ndim > 1:
        return np.array([central(f, row, h) for row in x]).reshape(x.shape)
    return np.array([(f(x + e) - f(x - e)) / (2 * h) for e in h * np.eye(x.size)])


def six_at_rest(f: Any, x: Any) -> Any:
    return central(f, x) * (np.shape(x) != (SIX,))


def six_raise(f: Any, x: Any) -> Any:
    if np.shape(x) == (SIX,):
        raise ValueError("six")
    return central(f, x)


def six_in_a_column(f: Any, x: Any) -> Any:
    found = central(f, x)
    return found[:, None] if np.shape(x) == (SIX,) else found


def any_step(f: Any, x: Any) -> Any:
    return central(f, x, CHANCE.uniform(0.5e-4, 2e-4))


def steps_in_turn(f: Any, x: Any) -> Any:
    """The step is another one when the other rows are changed."""
    return central(f, x, 2e-4 if np.ravel(x)[0] > 1 else 0.5e-4 * CHANCE.uniform(1, 2))


def any_answer(f: Any, x: Any) -> Any:
    return central(f, x) * CHANCE.choice([1.0, 2.0])


@pytest.mark.parametrize(
    ("routine", "verdict", "clause"),
    [
        (six_at_rest, "fail", "G5"),
        (six_raise, "error", "G1"),
        (six_in_a_column, "fail", "G1"),
    ],
)
def test_what_goes_wrong_at_a_random_point_alone_is_told(
    routine: Any, verdict: Verdict, clause: str
) -> None:
    assert SIX == 6  # which no fixed probe has
    report = gradproof.check(routine, "gradient")
    assert report.verdict == verdict
    (found,) = (f for f in report.examination.having(verdict) if f.clause.id == clause)
    assert found.judgement.parameters["probe"] == "random-point"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("routine", [corrected.numerical_gradient, any_step])
def test_right_routines_pass_with_any_seed(routine: Any, seed: int) -> None:
    assert gradproof.check(routine, "gradient", seed=seed)


def test_rows_are_not_mixed_that_have_another_step_among_other_rows() -> None:
    assert gradproof.check(steps_in_turn, "gradient", only=["G2"])


def test_a_routine_whose_answers_change_is_judged_too() -> None:
    assert gradproof.check(any_answer, "gradient").verdict == "fail"


def test_the_report_tells_the_seed_and_its_command_gives_it_again() -> None:
    report = gradproof.check(corrected.numerical_gradient, seed=7)
    assert "with the seed 7" in str(report)
    assert "シード 7" in report.text("ja")
    assert json.loads(report.json())["ports"][0]["seed"] == 7


def test_the_command_of_a_failure_names_the_seed_that_is_not_the_usual() -> None:
    def finding(seed: int) -> str:
        found = examine(
            FunctionPort("port.py:g", six_at_rest), "gradient", Terms(seed=seed)
        )
        return reproduction(found, found.findings[0]) or ""

    assert finding(7) == "gradproof check port.py:g --role gradient --seed 7 --only G1"
    assert finding(SEED) == "gradproof check port.py:g --role gradient --only G1"


def test_a_pair_has_no_seed() -> None:
    report = gradproof.check_pair(lambda x: x @ x, lambda x: 2 * x, [1.0, 2.0])
    assert json.loads(report.json())["ports"][0]["seed"] is None
    assert "with the seed" not in str(report)


def test_a_seed_is_not_negative() -> None:
    with pytest.raises(ValueError, match="seed"):
        gradproof.check(corrected.numerical_gradient, seed=-1)
