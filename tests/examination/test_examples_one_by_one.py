"""Of what examples are made, and what one of them shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis
import numpy as np
import pytest
from hypothesis import given, settings

from gradproof import corrected
from gradproof.contract.verdicts import Judgement, Verdict
from gradproof.examination import counterexample
from gradproof.examination.counterexample import polynomial, python
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.observation import Broke, Observation, Probe, Returned

pytestmark = pytest.mark.once

TERMS = ((2, (1, 0)), (1, (2, 3)))


def test_a_polynomial_is_the_sum_of_its_terms() -> None:
    f = polynomial(TERMS)
    assert f.point([5.0, 2.0]) == 2 * 5 + 25 * 8
    assert f.batch([[5.0, 2.0], [1.0, 1.0]]).tolist() == [210, 3]
    assert (f.dimension, f.name, f.text) == (2, python(TERMS), python(TERMS))
    assert python(TERMS) == "2 * x[0] + x[0] ** 2 * x[1] ** 3"
    assert polynomial(TERMS) is polynomial(TERMS)


# Which examples there are


def found(role: Any, wanted: Callable[[Any, Any], bool]) -> Any:
    """The simplest of the examples of up to three components, and numbers to five."""
    few = hypothesis.settings(
        derandomize=True,
        database=None,
        max_examples=600,
        phases=[hypothesis.Phase.generate],
    )
    strategy = counterexample._examples(role, 3, 5)
    return hypothesis.find(strategy, lambda e: wanted(*e), settings=few)


WANTED: dict[str, Callable[[Any, Any], bool]] = {
    "one component": lambda terms, x: x.shape == (1,),
    "three components": lambda terms, x: x.shape == (3,),
    "one row": lambda terms, x: x.ndim == 2 and len(x) == 1,
    "three rows": lambda terms, x: x.ndim == 2 and len(x) == 3,
    "far ahead": lambda terms, x: x.max() == 5,
    "far behind": lambda terms, x: x.min() == -5,
    "three terms": lambda terms, x: len(terms) == 3,
    "a cube": lambda terms, x: any(max(powers) == 3 for _, powers in terms),
    "one": lambda terms, x: terms[0][0] == 1,
    "thrice": lambda terms, x: terms[0][0] == 3,
}


@pytest.mark.parametrize("wanted", WANTED.values(), ids=WANTED)
def test_such_examples_are_tried(wanted: Callable[[Any, Any], bool]) -> None:
    assert found("gradient", wanted)


@settings(max_examples=150, derandomize=True, database=None, deadline=None)
@given(counterexample._examples("gradient", 3, 5))
def test_examples_are_polynomials_of_whole_numbers(example: Any) -> None:
    terms, x = example
    assert x.dtype == np.float64
    assert (np.abs(x) <= 5).all()
    assert (x == np.round(x)).all()
    assert x.shape[-1] in (1, 2, 3)
    assert x.ndim == 1 or 0 < len(x) <= 3
    assert 0 < len(terms) <= 3
    assert len({powers for _, powers in terms}) == len(terms)
    for coefficient, powers in terms:
        assert coefficient in (1, 2, 3)
        assert len(powers) == x.shape[-1]
        assert any(powers)
        assert set(powers) <= {0, 1, 2, 3}


@settings(max_examples=30, derandomize=True, database=None, deadline=None)
@given(counterexample._examples("point-gradient", 3, 5))
def test_a_role_of_single_points_is_given_no_batch(example: Any) -> None:
    assert example[1].ndim == 1


# What one shows


@pytest.mark.parametrize(
    ("verdict", "message", "failure"),
    [
        ("fail", "off", True),
        ("error", "raised", True),
        ("fail", "no-bound", False),
        ("error", "no-bound", False),
        ("pass", "holds", False),
        ("not-covered", "no-result", False),
    ],
)
def test_a_failure_is_what_is_wrong_beside_a_bound_that_is_known(
    verdict: Verdict, message: str, failure: bool
) -> None:
    assert counterexample._is_failure(Judgement(verdict, message)) == failure


def observed(value: Any) -> Observation:
    f = polynomial(TERMS)
    probe = Probe("example", f.point, np.array([[1.0, 2.0], [3.0, 4.0]]), f)
    outcome = Broke("exit", "") if value is None else Returned(np.array(value))
    return Observation(probe, (), outcome, None)


@pytest.mark.parametrize(
    "again",
    [None, [[1.0, 2.0]], [[1.0, np.nan], [3.0, 4.0]]],
    ids=["broken", "another shape", "the same"],
)
def test_what_comes_again_or_cannot_be_compared_is_not_unsteady(again: Any) -> None:
    first = observed([[1.0, np.nan], [3.0, 4.0]])
    assert counterexample._unsteady(first, observed(again)) is None
    assert counterexample._unsteady(observed(again), first) is None


@pytest.mark.parametrize(
    ("again", "at"),
    [
        ([[1.0, 2.0], [3.5, 4.5]], [1, 0]),
        ([[1.0, np.nan], [3.0, 4.0]], [0, 1]),
        ([[1.0, 2.0], [3.0, 5.0]], [1, 1]),
    ],
)
def test_the_first_entry_that_is_another_is_told(again: Any, at: list[int]) -> None:
    first = [[1.0, 2.0], [3.0, 4.0]]
    judgement = counterexample._unsteady(observed(first), observed(again))
    assert judgement is not None
    assert (judgement.verdict, judgement.message) == ("fail", "unsteady")
    told = judgement.parameters
    assert (told["entry"], told["x"]) == (at, [[1.0, 2.0], [3.0, 4.0]])
    assert told["actual"] == first[at[0]][at[1]]
    assert told["again"] == pytest.approx(again[at[0]][at[1]], nan_ok=True)
    assert "x0" in told["function"]


class Counted(FunctionPort):
    """A port that counts how often it is asked, and may break."""

    asked = 0
    breaks = False

    def observe(self, probe: Probe) -> Observation:
        self.asked += 1
        if self.breaks:
            return Observation(probe, (), Broke("exit", ""), None)
        return super().observe(probe)


def fails(routine: Any, *, values_alone: bool = True) -> tuple[Counted, Any]:
    port = Counted("port", routine)
    found = counterexample._Fails(port, "gradient", values_alone=values_alone)
    return port, found


def doubled(f: Any, x: Any) -> Any:
    return 2 * corrected.numerical_gradient(f, x)


POINT = np.array([1.0, 2.0])


def test_an_example_is_judged_once() -> None:
    port, wrong = fails(doubled)
    assert wrong((TERMS, POINT))
    first = port.asked
    assert wrong((TERMS, POINT.copy()))
    assert port.asked == first
    assert wrong((TERMS, POINT + 1))
    assert wrong((TERMS, POINT[None]))
    assert port.asked >= first + 2
    _, right = fails(corrected.numerical_gradient)
    assert not right((TERMS, POINT))


def test_an_example_is_asked_twice_more_for_whether_it_comes_again() -> None:
    port, wrong = fails(doubled)
    wrong((TERMS, POINT))
    before = port.asked
    example = wrong.counterexample(TERMS, POINT)
    assert port.asked == before + 2
    assert (example.judgement.verdict, example.expression) == ("fail", python(TERMS))
    assert (example.x == POINT).all()
    assert example.judgement.message != "unsteady"


@pytest.mark.parametrize("values_alone", [True, False])
def test_a_port_that_has_broken_is_asked_no_more(values_alone: bool) -> None:
    port, found = fails(doubled, values_alone=values_alone)
    port.breaks = True
    assert found((TERMS, POINT)) != values_alone
    assert not found((TERMS, POINT + 1))
    assert found.counterexample(TERMS, POINT).judgement is not None
    assert port.asked == 1


@pytest.mark.parametrize("values_alone", [True, False])
def test_no_result_is_a_failure_where_not_values_alone_are_asked_for(
    values_alone: bool,
) -> None:
    for routine in (lambda f, x: 1 / 0, lambda f, x: np.zeros(5)):
        _, found = fails(routine, values_alone=values_alone)
        assert found((TERMS, POINT)) != values_alone


def test_that_the_time_is_up_is_no_failure_of_an_example() -> None:
    class Slow(Counted):
        def observe(self, probe: Probe) -> Observation:
            return Observation(probe, (), Broke("timeout", ""), None)

    port = Slow("port", doubled)
    found = counterexample._Fails(port, "gradient", values_alone=False)
    assert not found((TERMS, POINT))
