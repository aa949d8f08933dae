"""The derivative of a function of one number: what is caught, and what is let through.

The routine is called with a float of Python's, and gives f numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradproof import corrected, sample
from gradproof.examination.examination import Examination, examine
from gradproof.ports.in_process import FunctionPort
from gradproof.report.phrases import Phrases

H = 1e-4


def examined(routine: Callable[..., Any]) -> Examination:
    return examine(FunctionPort("port", routine), "derivative")


def verdicts(examination: Examination) -> dict[str, str]:
    return {f.clause.id: f.judgement.verdict for f in examination.findings}


def failing(examination: Examination) -> set[str]:
    return {id for id, verdict in verdicts(examination).items() if verdict == "fail"}


def five_point(f: Any, x: float) -> float:
    far, near = f(x - 2 * H) - f(x + 2 * H), f(x + H) - f(x - H)
    return float((far + 8 * near) / (12 * H))


def array_of_one(f: Any, x: float) -> float:
    at = np.array([x])
    return float((f(at + H) - f(at - H)) / (2 * H))


def complex_step(f: Any, x: float) -> float:
    return float(np.imag(f(x + 1e-20j)) / 1e-20)


class Dual:
    """A number with its derivative."""

    def __init__(self, value: float, slope: float) -> None:
        self.value, self.slope = value, slope

    def __add__(self, other: Any) -> Dual:
        other = other if isinstance(other, Dual) else Dual(other, 0)
        return Dual(self.value + other.value, self.slope + other.slope)

    __radd__ = __add__

    def __mul__(self, other: Any) -> Dual:
        other = other if isinstance(other, Dual) else Dual(other, 0)
        slope = self.slope * other.value + self.value * other.slope
        return Dual(self.value * other.value, slope)

    __rmul__ = __mul__

    def __pow__(self, power: int) -> Dual:
        return self if power == 1 else self * self ** (power - 1)


def automatic(f: Any, x: float) -> float:
    return float(f(Dual(x, 1.0)).slope)


READABLE = {
    "book": sample.numerical_diff,
    "corrected": corrected.numerical_diff,
    "five-point": five_point,
    "array-of-one": array_of_one,
    "smaller-step": lambda f, x: (f(x + 1e-6) - f(x - 1e-6)) / 2e-6,
}


@pytest.mark.parametrize("name", READABLE)
def test_a_right_derivative_passes(name: str) -> None:
    examination = examined(READABLE[name])
    assert set(verdicts(examination).values()) == {"pass"}


@pytest.mark.parametrize("routine", [complex_step, automatic])
def test_one_that_is_no_difference_passes_by_its_values(routine: Any) -> None:
    assert verdicts(examined(routine)) == {
        "D4": "not-covered",
        "D5": "pass",
        "D6": "not-covered",
    }


def lost_step(f: Any, x: float) -> Any:
    h = 10e-50
    return (f(x + h) - f(x)) / h


MUTANTS: dict[str, tuple[Callable[..., Any], str]] = {
    "forward": (lambda f, x: (f(x + H) - f(x)) / H, "D6"),
    "backward": (lambda f, x: (f(x) - f(x - H)) / H, "D6"),
    "large-step": (lambda f, x: (f(x + 0.1) - f(x - 0.1)) / 0.2, "D6"),
    "small-step": (lambda f, x: (f(x + 1e-12) - f(x - 1e-12)) / 2e-12, "D6"),
    "missing-half": (lambda f, x: (f(x + H) - f(x - H)) / H, "D4 D5 D6"),
    "precedence": (lambda f, x: (f(x + H) - f(x - H)) / 2 * H, "D4 D5 D6"),
    "sign": (lambda f, x: (f(x - H) - f(x + H)) / (2 * H), "D4 D5 D6"),
    "sum": (lambda f, x: (f(x + H) + f(x - H)) / (2 * H), "D4 D5 D6"),
    "adds": (lambda f, x: (f(x + H) - f(x - H)) / (2 * H) + 1, "D4 D5"),
    "lost-step": (lost_step, "D5"),
    "shape": (lambda f, x: np.array([(f(x + H) - f(x - H)) / (2 * H)]), "D5"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_derivative_fails_the_clauses_that_its_mistake_breaks(
    name: str,
) -> None:
    routine, clauses = MUTANTS[name]
    assert failing(examined(routine)) == set(clauses.split())


@pytest.mark.parametrize("result", [None, "12", [1.0, "x"]])
def test_what_is_no_number_is_an_error(result: Any) -> None:
    examination = examined(lambda f, x: result)
    assert verdicts(examination)["D5"] == "error"
    assert examination.findings[1].judgement.message == "nonsense-number"


def test_the_formula_is_written_with_primes() -> None:
    (formula,) = examined(sample.numerical_diff).formulas
    assert Phrases().formula(formula.text) == (
        "f′(x) ≈ (f(x + h) − f(x − h)) / 2h, h = 0.0001, error h²/6·f‴(x)"
    )
    (formula,) = examined(five_point).formulas
    assert formula.text.error == "−h⁴/30·f⁽⁵⁾(x)"


def test_the_port_is_given_a_plain_float() -> None:
    given = []

    def routine(f: Any, x: Any) -> Any:
        given.append(type(x))
        return sample.numerical_diff(f, x)

    examined(routine)
    assert set(given) == {float}
