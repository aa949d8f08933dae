"""What is wrong with a derivative, a tangent or a descent is named; what is right, not.

Each defect is met as the model's mutant, and in a small routine of another manner.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from gradproof import corrected, sample
from gradproof.commands.cli import cli
from gradproof.contract.clauses import judge
from gradproof.defects import kill_matrix, model_runs, models
from gradproof.defects.catalogue import CATALOGUE
from gradproof.defects.changes import LOST_STEP, Clues
from gradproof.defects.diagnosis import Explanation, diagnose
from gradproof.evidence.collection import gather
from gradproof.evidence.roles import OTHER_ROLES
from gradproof.examination.examination import examine
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.role_ids import RoleId
from places import PROGRAMS

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

Routine = Callable[..., Any]
H = 1e-4
PORTS = PROGRAMS / "roles" / "book.py"

HARMLESS = {
    "forward-difference",
    "backward-difference",
    "step-too-small",
    "step-too-large",
}
"""A tangent and a descent are judged by the bound of their own formula, and these
keep it: the accuracy of a formula is a derivative's matter."""


def diagnosed(routine: Routine, role: RoleId) -> tuple[Explanation, ...]:
    return examine(FunctionPort("port", routine), role).diagnosis


def named(routine: Routine, role: RoleId) -> list[tuple[str, ...]]:
    return [e.defects for e in diagnosed(routine, role)]


# The mutants.


@pytest.mark.parametrize("role", OTHER_ROLES)
def test_every_mutant_is_named_first_and_explained_wholly(role: RoleId) -> None:
    for defect, recipe in kill_matrix.mutants(role).items():
        evidence = model_runs.evidence(recipe, role)
        found = diagnose(evidence, judge(evidence), role_given=True)
        if role != "derivative" and defect in HARMLESS:
            assert found == (), defect
        else:
            assert (found[0].defects, found[0].whole) == ((defect,), True), defect


@pytest.mark.parametrize("role", OTHER_ROLES)
def test_every_defect_that_is_named_is_in_the_catalogue(role: RoleId) -> None:
    assert set(kill_matrix.mutants(role)) <= set(CATALOGUE)


@pytest.mark.parametrize("role", OTHER_ROLES)
def test_the_recipe_without_a_defect_keeps_every_clause(role: RoleId) -> None:
    evidence = gather(FunctionPort("right", models.right(role, Clues())), role)
    assert {f.judgement.verdict for f in judge(evidence)} == {"pass"}


@pytest.mark.parametrize("role", OTHER_ROLES)
def test_a_step_that_is_lost_in_rounding_is_too_small(role: RoleId) -> None:
    (model,) = models.singles(role, True, Clues(step=LOST_STEP))
    assert named(model.recipe, role)[0] == ("step-too-small",)


# Slopes in another manner.


def over(step: float) -> Callable[[Any, Any], Any]:
    return lambda f, x: (f(x + step) - f(x - step)) / (2 * step)


def lost(f: Any, x: Any) -> Any:
    h = 10e-50
    return (f(x + h) - f(x)) / h


def in_single(f: Any, x: Any) -> Any:
    x, h = np.float32(x), np.float32(H)
    return (f(x + h) - f(x - h)) / (2 * h)


def of_arrays(f: Any, x: Any) -> Any:
    at = np.array([x])
    return (f(at + H) - f(at - H)) / H


SLOPES: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "forward": ("forward-difference", lambda f, x: f(x + H) / H - f(x) / H),
    "backward": ("backward-difference", lambda f, x: -(f(x - H) - f(x)) / H),
    "half": ("missing-half", lambda f, x: (f(x + H) - f(x - H)) * 1e4),
    "half-of-arrays": ("missing-half", of_arrays),
    "precedence": ("operator-precedence", lambda f, x: (f(x + H) - f(x - H)) / 2 * H),
    "sign": ("sign-flipped", lambda f, x: (f(x - H) - f(x + H)) / (2 * H)),
    "sum": ("sum-for-difference", lambda f, x: (f(x - H) + f(x + H)) / (2 * H)),
    "node": ("wrong-node", lambda f, x: (f(x + H) - f(x - 2 * H)) / (2 * H)),
    "call": ("missing-call", lambda f, x: (f(x + H) - (x - H)) / (2 * H)),
    "factor": ("wrong-factor", lambda f, x: (f(x + H) - f(x - H)) / (3 * H)),
    "small": ("step-too-small", over(1e-12)),
    "lost": ("step-too-small", lost),
    "large": ("step-too-large", over(0.1)),
    "single": ("single-precision", in_single),
}


@pytest.mark.parametrize("manner", SLOPES)
def test_a_derivative_in_another_manner_is_diagnosed(manner: str) -> None:
    defect, slope = SLOPES[manner]
    assert named(slope, "derivative")[0] == (defect,)


KEEPING = ("forward", "backward", "small", "large")
"""The manners that keep what a tangent and a descent promise."""


@pytest.mark.parametrize("manner", sorted(set(SLOPES) - set(KEEPING)))
def test_the_slope_of_a_tangent_in_another_manner_is_diagnosed(manner: str) -> None:
    defect, slope = SLOPES[manner]

    def tangent(f: Any, x: Any) -> Any:
        return lambda t: f(x) + slope(f, x) * (t - x)

    assert named(tangent, "tangent")[0] == (defect,)


@pytest.mark.parametrize("manner", sorted(set(SLOPES) - {*KEEPING, "half-of-arrays"}))
def test_the_gradient_of_a_descent_in_another_manner_is_diagnosed(manner: str) -> None:
    defect, slope = SLOPES[manner]
    assert named(descent_by(along(slope)), "descent")[0] == (defect,)


def along(slope: Callable[[Any, Any], Any]) -> Routine:
    """The gradient whose entries are the slopes in each component."""

    def gradient(f: Any, x: Any) -> Any:
        def entry(i: int) -> Any:
            return slope(lambda t: f([*x[:i], t, *x[i + 1 :]]), x[i])

        return np.array([entry(i) for i in range(len(x))])

    return gradient


def descent_by(gradient: Routine, sign: float = -1) -> Routine:
    def descent(f: Any, init_x: Any, lr: float = 0.01, step_num: int = 100) -> Any:
        x = init_x
        for _ in range(step_num):
            x = x + sign * lr * gradient(f, x)
        return x

    return descent


# What a tangent and a descent have of their own.


def slope_at(f: Any, x: Any) -> Any:
    return sample.numerical_diff(f, x)


@pytest.mark.parametrize(
    "line",
    [
        lambda f, x: lambda t: slope_at(f, x) * t + f(x) - slope_at(f, x),
        lambda f, x: lambda t: f(x) + slope_at(f, x) * (t - 1),
    ],
)
def test_a_height_that_forgets_x_is_off_the_point(line: Routine) -> None:
    assert named(line, "tangent")[0] == ("tangent-off-point",)


def test_a_tangent_may_be_wrong_in_both_its_slope_and_its_height() -> None:
    def line(f: Any, x: Any) -> Any:
        slope = -slope_at(f, x)
        return lambda t: f(x) + slope * (t - 1)

    best = diagnosed(line, "tangent")[0]
    assert set(best.defects) == {"sign-flipped", "tangent-off-point"}


@pytest.mark.parametrize(
    "line",
    [
        lambda f, x: lambda t: slope_at(f, x) * t,
        lambda f, x: lambda t: f(x) + slope_at(f, x) * (t + x),
        lambda f, x: lambda t: f(t),
        lambda f, x: lambda t: float("nan"),
        lambda f, x: 12.0,
    ],
)
def test_of_a_line_that_is_wrong_otherwise_nothing_is_said(line: Routine) -> None:
    assert diagnosed(line, "tangent") == ()


def moving(copies: bool, at: Callable[[Any], Any], whole: bool = False) -> Routine:
    """A descent in place, on what ``at`` makes of the start."""

    def descent(f: Any, init_x: Any, lr: float = 0.01, step_num: int = 100) -> Any:
        x = at(init_x)
        points = [np.array(x) if copies else x]
        for _ in range(step_num):
            np.subtract(x, lr * corrected.numerical_gradient(f, x), out=x)
            points.append(np.array(x) if copies else x)
        return np.array(x), points if whole else points[:-1]

    return descent


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(
    ("copies", "at", "defects"),
    [
        (True, np.array, []),
        (True, np.asarray, ["start-mutated"]),
        (False, np.array, ["aliased-history"]),
        (False, np.asarray, ["start-mutated", "aliased-history"]),
    ],
)
def test_the_start_and_the_history_are_told_of_apart(
    copies: bool, at: Callable[[Any], Any], whole: bool, defects: list[str]
) -> None:
    found = diagnosed(moving(copies, at, whole), "descent")
    assert [e.defects for e in found] == [(defect,) for defect in defects]
    assert all(e.level == "should" for e in found)


def test_an_ascent_has_its_sign_flipped() -> None:
    up = descent_by(corrected.numerical_gradient, sign=1)
    assert named(up, "descent")[0] == ("sign-flipped",)


def test_an_ascent_that_moves_its_start_has_both_defects() -> None:
    def up(f: Any, init_x: Any, lr: float, step_num: int) -> Any:
        return sample.gradient_descent(f, init_x, -lr, step_num)

    found = diagnosed(up, "descent")
    musts = [e for e in found if e.level == "must"]
    shoulds = [e for e in found if e.level == "should"]
    assert (musts[0].defects, musts[0].clauses) == (("sign-flipped",), ("N1",))
    assert [(e.defects, e.clauses) for e in shoulds] == [(("start-mutated",), ("N2",))]


def test_a_history_that_is_wrong_otherwise_is_given_no_defect() -> None:
    def backwards(f: Any, init_x: Any, lr: float, step_num: int) -> Any:
        x, history = sample.gradient_descent(f, init_x.copy(), lr, step_num)
        return x, history[::-1]

    assert diagnosed(backwards, "descent") == ()


def test_a_descent_that_goes_up_at_times_is_explained_in_part() -> None:
    def mostly_up(f: Any, init_x: Any, lr: float, step_num: int) -> Any:
        rate = lr if step_num == 4 else -lr
        return corrected.gradient_descent(f, init_x, lr=rate, step_num=step_num)

    best = diagnosed(mostly_up, "descent")[0]
    assert best.defects == ("sign-flipped",)
    assert (best.explained, best.probes) == (3, 4)


def test_a_history_that_is_aliased_at_times_is_explained_in_part() -> None:
    def at_times(f: Any, init_x: Any, lr: float, step_num: int) -> Any:
        x, history = sample.gradient_descent(f, init_x.copy(), lr, step_num)
        return x, [x] * step_num if step_num < 3 else history[::-1]

    (best,) = diagnosed(at_times, "descent")
    assert best.defects == ("aliased-history",)
    assert (best.explained, best.probes) == (2, 4)


@pytest.mark.parametrize("count", [-1, 1])
def test_a_wrong_number_of_steps_is_given_no_defect(count: int) -> None:
    def descent(f: Any, init_x: Any, lr: float, step_num: int) -> Any:
        steps = step_num + count
        return corrected.gradient_descent(f, init_x, lr=lr, step_num=steps)

    assert diagnosed(descent, "descent") == ()


# What is right.


@pytest.mark.parametrize(
    ("role", "routine", "shoulds"),
    [
        ("derivative", sample.numerical_diff, []),
        ("derivative", corrected.numerical_diff, []),
        ("tangent", sample.tangent_line, []),
        ("tangent", corrected.tangent_line, []),
        ("descent", sample.gradient_descent, ["start-mutated"]),
        ("descent", corrected.gradient_descent, []),
    ],
)
def test_the_book_s_routines_have_no_defect_but_a_start_that_is_moved(
    role: RoleId, routine: Routine, shoulds: list[str]
) -> None:
    found = diagnosed(routine, role)
    assert [(e.level, e.defects) for e in found] == [
        ("should", (defect,)) for defect in shoulds
    ]


# The command line.

ALTERED = {
    "numerical_diff": (
        "/ (2 * h)",
        "/ 2 * h",
        "operator-precedence (explains 2 of 2 answers)",
    ),
    "tangent_line": (
        "slope * x",
        "slope",
        "tangent-off-point (explains 2 of 2 answers)",
    ),
    "steps_down": ("", "", "[N2 start-kept; defect start-mutated]"),
}


@pytest.mark.once
@pytest.mark.parametrize("routine", ALTERED)
def test_the_report_names_the_defect(routine: str, tmp_path: Path) -> None:
    right, wrong, said = ALTERED[routine]
    port = tmp_path / "port.py"
    text = PORTS.read_text(encoding="utf-8")
    assert right in text
    port.write_text(text.replace(right, wrong) if right else text, encoding="utf-8")
    result = CliRunner().invoke(cli, ["check", f"{port}:{routine}"])
    assert said in result.output
