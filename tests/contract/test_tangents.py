"""The tangent of a function of one number: what is caught, and what is let through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from gradproof import corrected, sample
from gradproof.commands.cli import cli
from gradproof.corrected import numerical_diff
from gradproof.examination.examination import Examination, examine
from gradproof.ports.in_process import FunctionPort

Line = Callable[[Any], Any]


def examined(routine: Callable[..., Any]) -> Examination:
    return examine(FunctionPort("port", routine), "tangent")


def verdicts(examination: Examination) -> dict[str, str]:
    return {f.clause.id: f.judgement.verdict for f in examination.findings}


def failing(examination: Examination) -> set[str]:
    return {id for id, verdict in verdicts(examination).items() if verdict == "fail"}


def made(line: Callable[[Any, float, Any], Line]) -> Callable[..., Line]:
    """A routine of what makes a line of f, x and the slope there."""
    return lambda f, x: line(f, x, numerical_diff(f, x))


def lazily(f: Any, x: float) -> Line:
    return lambda t: f(x) + numerical_diff(f, x) * (t - x)


class OneForAll:
    """A line that is made anew by moving the one that there is."""

    def through(self, *numbers: Any) -> Line:
        self.numbers = numbers
        return self.at

    def at(self, t: Any) -> Any:
        x, y, slope = self.numbers
        return y + slope * (t - x)


one_for_all = OneForAll()


RIGHT: dict[str, Callable[..., Any]] = {
    "book": sample.tangent_line,
    "corrected": corrected.tangent_line,
    "other-form": made(lambda f, x, s: lambda t: s * t + (f(x) - s * x)),
    "asks-f-when-called": lazily,
    "arrays-of-one": made(lambda f, x, s: lambda t: [f(x) + s * (t - x)]),
    "forward": lambda f, x: lambda t: f(x) + (f(x + 1e-4) - f(x)) / 1e-4 * (t - x),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_tangent_passes(name: str) -> None:
    assert verdicts(examined(RIGHT[name])) == {"T1": "pass", "T2": "pass"}


MUTANTS: dict[str, tuple[Callable[..., Any], str]] = {
    "off-point": (made(lambda f, x, s: lambda t: s * t + f(x) - s), "T1"),
    "through-zero": (made(lambda f, x, s: lambda t: s * t), "T1"),
    "sign": (made(lambda f, x, s: lambda t: s * t + f(x) + s * x), "T1"),
    "a-little-off": (made(lambda f, x, s: lambda t: f(x) + s * (t - x) + 1e-13), "T1"),
    "wrong-slope": (made(lambda f, x, s: lambda t: f(x) + 2 * s * (t - x)), "T2"),
    "chord": (
        lambda f, x: lambda t: f(x) + (f(x + 1) - f(x - 1)) / 3 * (t - x),
        "T2",
    ),
    "no-line": (made(lambda f, x, s: lambda t: f(t)), "T2"),
    "horizontal": (made(lambda f, x, s: lambda t: f(x)), "T2"),
    "no-number": (made(lambda f, x, s: lambda t: float("nan")), "T1 T2"),
    "one-for-all": (
        lambda f, x: one_for_all.through(x, f(x), numerical_diff(f, x)),
        "T1",
    ),
    "infinite": (made(lambda f, x, s: lambda t: float("inf")), "T1 T2"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_tangent_fails_the_clauses_that_its_mistake_breaks(name: str) -> None:
    routine, clauses = MUTANTS[name]
    assert failing(examined(routine)) == set(clauses.split())


@pytest.mark.parametrize(
    "result", [None, 12.0, (12.0, -16.0), lambda t: None, lambda t: [1.0, 2.0]]
)
def test_what_is_no_function_of_a_number_is_an_error(result: Any) -> None:
    examination = examined(lambda f, x: result)
    assert verdicts(examination) == {"T1": "error", "T2": "not-covered"}
    assert examination.findings[0].judgement.message == "nonsense-line"


def test_a_function_that_raises_is_an_error() -> None:
    examination = examined(lambda f, x: lambda t: t[0])
    assert verdicts(examination)["T1"] == "error"


@pytest.mark.parametrize(
    ("routine", "code"), [("tangent_line", 0), ("numerical_diff", 1)]
)
def test_the_command_line_takes_the_role(routine: str, code: int) -> None:
    words = ["check", f"gradproof.sample:{routine}", "--role", "tangent"]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == code
    assert "T1 touches" in " ".join(result.output.split())


def test_the_formula_of_the_slope_is_read() -> None:
    (formula,) = examined(sample.tangent_line).formulas
    assert formula.text.formula == "(f(x + h) − f(x − h)) / 2h"
