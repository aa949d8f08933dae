"""Steps down a gradient: what is caught, and what is let through."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradproof import corrected, sample
from gradproof.corrected import numerical_gradient
from gradproof.examination.examination import Examination, examine
from gradproof.ports.in_process import FunctionPort

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

Routine = Callable[..., Any]


def examined(routine: Routine) -> Examination:
    return examine(FunctionPort("port", routine), "descent")


def verdicts(examination: Examination) -> dict[str, str]:
    return {f.clause.id: f.judgement.verdict for f in examination.findings}


def message(examination: Examination, id: str) -> str:
    return next(f.judgement.message for f in examination.findings if f.clause.id == id)


def failing(examination: Examination) -> set[str]:
    return {id for id, verdict in verdicts(examination).items() if verdict == "fail"}


def test_the_book_s_descent_is_right_but_moves_the_caller_s_start() -> None:
    found = verdicts(examined(sample.gradient_descent))
    assert found == {"N1": "pass", "N2": "fail", "N3": "pass"}


def test_the_corrected_descent_keeps_all() -> None:
    found = verdicts(examined(corrected.gradient_descent))
    assert found == {"N1": "pass", "N2": "pass", "N3": "pass"}


def descent(
    gradient: Routine = numerical_gradient,
    rate: Callable[[float], float] = lambda lr: lr,
    count: Callable[[int], int] = lambda steps: steps,
) -> Routine:
    """A right descent, but for what is given in place of the right thing."""

    def routine(f: Any, init_x: Any, lr: float = 0.01, step_num: int = 100) -> Any:
        x = np.array(init_x)
        for _ in range(count(step_num)):
            x = x - rate(lr) * gradient(f, x)
        return x

    return routine


def five_point(f: Any, x: Any) -> Any:
    h = 1e-3
    steps = h * np.eye(x.size)
    near = [8 * (f(x + s) - f(x - s)) for s in steps]
    far = [f(x + 2 * s) - f(x - 2 * s) for s in steps]
    return (np.array(near) - far) / (12 * h)


def forward(f: Any, x: Any) -> Any:
    return np.array([(f(x + s) - f(x)) / 1e-6 for s in 1e-6 * np.eye(x.size)])


def complex_step(f: Any, x: Any) -> Any:
    return np.array([np.imag(f(x + s)) / 1e-20 for s in 1e-20j * np.eye(x.size)])


def in_place(f: Any, init_x: Any, lr: float, step_num: int) -> Any:
    x = init_x.copy()
    while step_num:
        x -= lr * numerical_gradient(f, x)
        step_num -= 1
    return x


RIGHT: dict[str, Routine] = {
    "plain": descent(),
    "in-place": in_place,
    "five-point": descent(five_point),
    "forward": descent(forward),
    "complex-step": descent(complex_step),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_descent_passes_and_need_not_keep_a_history(name: str) -> None:
    found = verdicts(examined(RIGHT[name]))
    assert found == {"N1": "pass", "N2": "pass", "N3": "not-covered"}


def of_start(f: Any, init_x: Any, lr: float, step_num: int) -> Any:
    return init_x - step_num * lr * numerical_gradient(f, init_x)


def one_by_one(f: Any, init_x: Any, lr: float, step_num: int) -> Any:
    """Each component's step sees those before it already moved."""
    x = init_x.copy()
    for _ in range(step_num):
        for i in range(x.size):
            x[i] -= lr * numerical_gradient(f, x)[i]
    return x


def normalised(f: Any, x: Any) -> Any:
    slopes = numerical_gradient(f, x)
    return slopes / np.linalg.norm(slopes)


def transposed(f: Any, x: Any) -> Any:
    return numerical_gradient(f, x)[::-1]


MUTANTS: dict[str, Routine] = {
    "ascent": descent(rate=lambda lr: -lr),
    "own-rate": descent(rate=lambda lr: 0.01),
    "rate-twice": descent(rate=lambda lr: 2 * lr),
    "rate-a-little-off": descent(rate=lambda lr: lr * (1 + 1e-8)),
    "one-step-more": descent(count=lambda steps: steps + 1),
    "one-step-less": descent(count=lambda steps: steps - 1),
    "one-step-always": descent(count=lambda steps: 1),
    "own-number-of-steps": descent(count=lambda steps: 3),
    "gradient-of-start": of_start,
    "one-by-one": one_by_one,
    "normalised": descent(normalised),
    "components-swapped": descent(transposed),
    "missing-half": descent(lambda f, x: 2 * numerical_gradient(f, x)),
    "start": lambda f, init_x, lr, step_num: init_x,
    "no-number": lambda f, init_x, lr, step_num: init_x * np.nan,
    "value-of-f": lambda f, init_x, lr, step_num: f(init_x),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_descent_fails_by_where_it_leads(name: str) -> None:
    assert failing(examined(MUTANTS[name])) == {"N1"}


def test_a_descent_that_takes_no_rate_is_an_error() -> None:
    assert verdicts(examined(lambda f, x: x))["N1"] == "error"


def with_history(
    keep: Callable[[list[Any]], Any], copies: bool = True, moves: bool = False
) -> Routine:
    """A right descent whose history is made of the points from the start on."""

    def routine(f: Any, init_x: Any, lr: float = 0.01, step_num: int = 100) -> Any:
        x = init_x if moves else init_x.copy()
        points = [x.copy() if copies else x]
        for _ in range(step_num):
            x -= lr * numerical_gradient(f, x)
            points.append(x.copy() if copies else x)
        return x, keep(points)

    return routine


HISTORIES: dict[str, tuple[Routine, str]] = {
    "left": (with_history(lambda points: points[:-1]), "holds"),
    "array": (with_history(lambda points: np.array(points[:-1])), "holds"),
    "with-the-last": (with_history(lambda points: points), "holds"),
    "none": (with_history(lambda points: None), "no-history"),
    "aliased": (with_history(lambda points: points[:-1], copies=False), "history-same"),
    "one-less": (with_history(lambda points: points[:-2]), "history-shape"),
    "one-point": (with_history(lambda points: points[0]), "history-shape"),
    "without-the-start": (with_history(lambda points: points[1:]), "history-off"),
    "backwards": (with_history(lambda points: points[-2::-1]), "history-off"),
    "rounded": (
        with_history(lambda points: np.array(points[:-1], np.float32)),
        "history-off",
    ),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_holds_the_points_that_were_left(name: str) -> None:
    routine, said = HISTORIES[name]
    examination = examined(routine)
    assert message(examination, "N3") == said
    assert verdicts(examination)["N1"] == verdicts(examination)["N2"] == "pass"


def test_a_start_that_is_moved_is_told_of_alone() -> None:
    examination = examined(with_history(lambda points: points[:-1], moves=True))
    assert failing(examination) == {"N2"}


def test_the_formula_of_the_gradient_is_read_off_a_step() -> None:
    (formula,) = examined(sample.gradient_descent).formulas
    assert formula.text.formula == "(f(x0 + h) − f(x0 − h)) / 2h"
    assert formula.components == ("x0", "x1")


def test_the_port_is_given_the_rate_and_the_number_of_steps() -> None:
    given = []

    def routine(f: Any, init_x: Any, **keywords: Any) -> Any:
        given.append(tuple(keywords.items()))
        return init_x

    examined(routine)
    names = {tuple(name for name, _ in keywords) for keywords in given}
    assert names == {("lr", "step_num")}
    types = {type(v) for k in itertools.chain(given) for _, v in k}
    assert types == {float, int}
