"""The tangent of a number's or a point's function: what is caught, and what passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
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
    "imaginary": (made(lambda f, x, s: lambda t: f(x) + s * (t - x) + 1j), "T1"),
    "imaginary-slope": (
        made(lambda f, x, s: lambda t: f(x) + (s + 1j) * (t - x)),
        "T2",
    ),
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
    examination = examined(lambda f, x: lambda t: t.missing)
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


# Of points.


def of_points(plane: Callable[[Any, Any, Any], Line]) -> Callable[..., Line]:
    """A routine that takes no number, of what makes a plane of f, x and slopes."""

    def routine(f: Any, x: Any) -> Line:
        if x.ndim != 1:
            raise IndexError("a point is due")
        return plane(f, x, corrected.numerical_gradient(f, x))

    return routine


def by_loop(f: Any, x: Any, d: Any) -> Line:
    def height(t: Any) -> Any:
        total = f(x)
        for i, slope in enumerate(d):
            total += slope * (t[i] - x[i])
        return total

    return height


def one_sided(f: Any, x: Any, d: Any) -> Line:
    y, steps = f(x), 1e-6 * np.eye(len(x))
    slopes = np.array([(f(x + step) - y) / 1e-6 for step in steps])
    return lambda t: y + slopes @ (t - x)


RIGHT_PLANES: dict[str, Callable[[Any, Any, Any], Line]] = {
    "sum": lambda f, x, d: lambda t: np.sum(d * t) + (f(x) - np.sum(d * x)),
    "dot": lambda f, x, d: lambda t: np.dot(d, t) + f(x) - np.dot(d, x),
    "matmul": lambda f, x, d: lambda t: d @ t + (f(x) - d @ x),
    "from-x": lambda f, x, d: lambda t: f(x) + d @ (t - x),
    "array-of-one": lambda f, x, d: lambda t: np.array([f(x) + d @ (t - x)]),
    "loop": by_loop,
    "one-sided": one_sided,
}


@pytest.mark.parametrize("name", RIGHT_PLANES)
def test_a_right_tangent_plane_passes(name: str) -> None:
    examination = examined(of_points(RIGHT_PLANES[name]))
    assert verdicts(examination) == {"T1": "pass", "T2": "pass"}
    assert [note.id for note in examination.notes] == ["takes-points"]
    assert examination.diagnosis == ()


WRONG_PLANES: dict[str, tuple[Callable[[Any, Any, Any], Line], str, str]] = {
    "book": (
        lambda f, x, d: lambda t: d * t + (f(x) - d * x),
        "T1",
        "tangent-by-component",
    ),
    "from-x": (
        lambda f, x, d: lambda t: f(x) + d * (t - x),
        "T1",
        "tangent-by-component",
    ),
    "height-alone": (
        lambda f, x, d: lambda t: d * t + (f(x) - d @ x),
        "T1",
        "tangent-by-component",
    ),
    "place-alone": (
        lambda f, x, d: lambda t: d @ t + (f(x) - d * x),
        "T1",
        "tangent-by-component",
    ),
    "off-point": (
        lambda f, x, d: lambda t: d @ t + f(x) - np.sum(d),
        "T1",
        "tangent-off-point",
    ),
    "points-swapped": (lambda f, x, d: lambda t: f(x) + np.dot(d, x - t), "T2", ""),
    "x-for-t": (lambda f, x, d: lambda t: np.dot(d, x) + f(x) - d @ t, "T2", ""),
    "components-swapped": (
        lambda f, x, d: lambda t: f(x) + d[::-1] @ (t - x),
        "T2",
        "",
    ),
    "first-alone": (lambda f, x, d: lambda t: f(x) + d[0] * (t[0] - x[0]), "T2", ""),
    "mean": (lambda f, x, d: lambda t: f(x) + np.mean(d * (t - x)), "T2", ""),
    "no-plane": (lambda f, x, d: lambda t: f(t), "T2", ""),
    "one-component": (lambda f, x, d: lambda t: t[0], "T1 T2", ""),
    "a-little-off": (lambda f, x, d: lambda t: f(x) + d @ (t - x) + 1e-12, "T1", ""),
    "through-zero": (lambda f, x, d: lambda t: d @ t, "T1", ""),
    "no-number": (lambda f, x, d: lambda t: np.nan, "T1 T2", ""),
}


@pytest.mark.parametrize("name", WRONG_PLANES)
def test_a_wrong_tangent_plane_fails_and_its_defect_is_named(name: str) -> None:
    plane, clauses, defect = WRONG_PLANES[name]
    examination = examined(of_points(plane))
    assert failing(examination) == set(clauses.split())
    named = [d for e in examination.diagnosis[:1] for d in e.defects]
    assert not defect or named == [defect]


def test_what_takes_both_numbers_and_points_is_judged_by_numbers() -> None:
    def both(f: Any, x: Any) -> Line:
        d = corrected.numerical_gradient(f, x) if np.ndim(x) else numerical_diff(f, x)
        return lambda t: d * t + (f(x) - d * x)

    examination = examined(both)
    assert verdicts(examination) == {"T1": "pass", "T2": "pass"}
    assert examination.notes == ()


@pytest.mark.parametrize("result", [None, lambda t: None, lambda t: np.outer(t, t)])
def test_what_is_no_function_of_a_point_is_an_error(result: Any) -> None:
    examination = examined(of_points(lambda f, x, d: result))
    assert verdicts(examination) == {"T1": "error", "T2": "not-covered"}
    assert examination.findings[0].judgement.message == "nonsense-line"


def test_what_raises_for_numbers_and_for_points_is_said_of_the_number() -> None:
    def no_role(f: Any, x: Any) -> Line:
        raise TypeError("nothing is taken")

    (first, _) = examined(no_role).findings
    assert first.judgement.parameters["probe"] == "line"


def test_a_plane_is_inferred_and_its_formula_is_read() -> None:
    examination = examine(FunctionPort("f", of_points(RIGHT_PLANES["from-x"])))
    (formula,) = examination.formulas
    assert examination.role == "tangent"
    assert formula.components == ("x0", "x1")
    assert formula.text.formula == "(f(x0 + h) − f(x0 − h)) / 2h"
