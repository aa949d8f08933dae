"""The role of a port is inferred from what it does, and from its name at last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradproof import corrected, sample
from gradproof.evidence.roles import ARRAY_ROLES
from gradproof.examination.examination import Examination, examine
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.observation import Broke, Observation, Probe
from gradproof.ports.subprocess_port import ChildPort, python_command
from gradproof.ports.target import parse

pytestmark = pytest.mark.once  # each role is gathered anew

H = 1e-4


def examined(routine: Callable[..., Any], name: str = "port") -> Examination:
    return examine(FunctionPort(name, routine))


ROLES = {
    "numerical_gradient": "gradient",
    "numerical_gradient_whole": "array-gradient",
    "numerical_diff": "derivative",
    "tangent_line": "tangent",
    "gradient_descent": "descent",
}


@pytest.mark.parametrize("module", [sample, corrected])
@pytest.mark.parametrize("routine", ROLES)
def test_the_book_s_routines_have_their_roles(module: Any, routine: str) -> None:
    examination = examined(getattr(module, routine), f"{module.__name__}:{routine}")
    assert (examination.role, examination.verdict) == (ROLES[routine], "pass")


@pytest.mark.parametrize("routine", ROLES)
def test_the_role_does_not_hang_on_the_name(routine: str) -> None:
    examination = examined(getattr(corrected, routine))
    assert (examination.role, examination.verdict) == (ROLES[routine], "pass")


def lost_step(f: Any, x: Any) -> Any:
    return (f(x + 10e-50) - f(x)) / 10e-50


def off_point(f: Any, x: Any) -> Any:
    slope = sample.numerical_diff(f, x)
    return lambda t: slope * t + f(x) - slope


def ascent(f: Any, init_x: Any, lr: float = 0.01, step_num: int = 2) -> Any:
    return corrected.gradient_descent(f, init_x, -lr, step_num)


@pytest.mark.parametrize(
    ("name", "routine", "role"),
    [
        ("mine.py:numerical_diff", lost_step, "derivative"),
        ("mine.py:Line.tangent", off_point, "tangent"),
        ("mine.py:gradient_descent", ascent, "descent"),
    ],
)
def test_a_wrong_routine_has_the_role_that_it_is_named_for(
    name: str, routine: Callable[..., Any], role: str
) -> None:
    examination = examined(routine, name)
    assert (examination.role, examination.why) == (role, "role-named")
    assert examination.verdict == "fail"


def times_the_step(f: Any, x: Any) -> Any:
    h = 1e-4
    return (f(x + h) - f(x - h)) / 2 * h


@pytest.mark.parametrize("routine", [lost_step, times_the_step])
def test_what_gives_one_number_whatever_x_is_is_taken_for_a_derivative(
    routine: Callable[..., Any],
) -> None:
    examination = examined(routine)
    assert (examination.role, examination.why) == ("derivative", "role-number")


def test_the_factor_of_a_derivative_is_told_of_a_function_of_one_number() -> None:
    examination = examined(times_the_step)
    (formula,) = (
        f.judgement.parameters["formula"]
        for f in examination.having("fail")
        if f.judgement.message == "inconsistent"
    )
    assert formula["derivative"] == "f′(x)"
    assert formula["equals"] == "1e-08·f′(x)"
    assert examination.diagnosis[0].defects == ("operator-precedence",)


def last_component(f: Any, x: Any) -> Any:
    """It takes no number."""
    slopes = corrected.numerical_gradient(f, x)
    return slopes[-1] if x.ndim == 1 else slopes[0, 0]


def leaves_the_loop(f: Any, x: Any) -> Any:
    h = 1e-4
    slopes = np.zeros_like(x)
    for i in range(x.size):
        kept = x[i]
        x[i] = kept + h
        ahead = f(x)
        x[i] = kept - h
        slopes[i] = (ahead - f(x)) / (2 * h)
        x[i] = kept
        return slopes
    return None


def test_what_takes_no_number_is_taken_for_no_derivative() -> None:
    assert examined(last_component).role in ARRAY_ROLES


def test_what_gives_f_all_of_a_batch_is_taken_for_a_routine_of_one_point() -> None:
    examination = examined(leaves_the_loop)
    assert examination.role == "point-gradient"
    defects = examination.diagnosis[0].defects
    assert defects == ("first-component-only", "unguarded-batch")


def by_rows_and_number(f: Any, x: Any) -> Any:
    """A wrong gradient that is right at a number."""
    if np.ndim(x) == 0:
        return sample.numerical_diff(f, x)
    return 2 * corrected.numerical_gradient(f, x)


def test_what_gives_arrays_is_no_derivative() -> None:
    examination = examined(by_rows_and_number, "numerical_diff")
    assert (examination.role, examination.why) == ("gradient", "role-fewest-wrong")


def test_a_right_gradient_is_one_whatever_its_name() -> None:
    for name in ("tangent", "gradient_descent", "numerical_diff"):
        assert examined(corrected.numerical_gradient, name).role == "gradient"


def test_a_port_that_breaks_is_not_tried_again() -> None:
    calls = []

    def routine(f: Any, x: Any, **keywords: Any) -> Any:
        calls.append(np.ndim(x))
        raise SystemExit

    examination = examined(routine, "numerical_diff")
    assert (examination.role, examination.verdict) == ("gradient", "error")
    assert calls.count(0) == 1  # the array without axes, which is to be refused


@pytest.mark.once
@pytest.mark.parametrize("routine", ["numerical_diff", "tangent_line"])
def test_a_child_does_as_the_routine_does_here(routine: str) -> None:
    check_child(f"gradproof.sample:{routine}", getattr(sample, routine))


RENAMED = """
import numpy as np
from gradproof.corrected import numerical_gradient

def descend(f, init_x, learning_rate, iterations):
    x = np.array(init_x)
    history = []
    for _ in range(iterations):
        history.append(x.copy())
        x = x - learning_rate * numerical_gradient(f, x)
    return x, history
"""


def test_a_descent_in_a_child_may_have_names_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(RENAMED, encoding="utf-8")
    check_child(f"{file}:descend", corrected.gradient_descent)


def check_child(target: str, routine: Callable[..., Any]) -> None:
    here = examine(FunctionPort(target, routine))
    with ChildPort(target, python_command(parse(target))) as port:
        there = examine(port)
    assert there.verdict == "pass"
    assert (there.role, there.why) == (here.role, here.why)
    assert there.findings == here.findings
    assert there.formulas == here.formulas


# One point right, and a batch let through.


def in_one_piece(f: Any, x: Any) -> Any:
    flat = np.array(x, float).ravel()
    return np.array([central(f, flat, e) for e in np.eye(flat.size)])


def by_its_length(f: Any, x: Any) -> Any:
    slopes = np.zeros(np.shape(x))
    for i in range(len(x)):
        step = np.zeros(np.shape(x))
        step[i] = 1
        slopes[i] = central(f, np.array(x, float), step)
    return slopes


def with_a_guard(f: Any, x: Any) -> Any:
    if np.ndim(x) != 1:
        raise ValueError("one point, please")
    return in_one_piece(f, x)


def central(f: Any, x: Any, step: Any) -> Any:
    return (f(x + H * step) - f(x - H * step)) / (2 * H)


@pytest.mark.parametrize("routine", [in_one_piece, by_its_length])
def test_one_point_right_and_a_batch_of_other_numbers_is_an_unguarded_point_gradient(
    routine: Callable[..., Any],
) -> None:
    found = examined(routine)
    assert (found.role, found.why) == ("point-gradient", "role-unguarded")
    assert [f.clause.id for f in found.having("fail")][:1] == ["P2"]
    assert found.verdict == "fail"
    assert (found.diagnosis[0].defects, found.diagnosis[0].whole) == (
        ("unguarded-batch",),
        True,
    )


def test_one_that_refuses_a_batch_is_right() -> None:
    found = examined(with_a_guard)
    assert (found.role, found.verdict) == ("point-gradient", "pass")


def twice(f: Any, x: Any) -> Any:
    return 2 * in_one_piece(f, x)


def by_columns(f: Any, x: Any) -> Any:
    given = np.array(x, float)
    if given.ndim == 2:
        return np.array([in_one_piece(f, column) for column in given.T]).T
    return in_one_piece(f, given)


def floored(f: Any, x: Any) -> Any:
    """Right where a slope is a whole number, as at the points that are tried first."""
    return np.floor(in_one_piece(f, x) + 1e-5)


@pytest.mark.parametrize("routine", [by_columns, floored])
def test_what_is_wrong_otherwise_is_not_taken_for_it(
    routine: Callable[..., Any],
) -> None:
    found = examined(routine)
    assert found.why != "role-unguarded"
    assert "unguarded-batch" not in {d for e in found.diagnosis for d in e.defects}


def rounded(f: Any, x: Any) -> Any:
    return np.round(in_one_piece(f, x), 6)


@pytest.mark.parametrize(
    ("routine", "defect"), [(twice, "missing-half"), (rounded, "few-digits")]
)
def test_a_routine_of_one_point_may_be_wrong_and_unguarded(
    routine: Callable[..., Any], defect: str
) -> None:
    found = examined(routine)
    assert found.why != "role-unguarded"
    assert set(found.diagnosis[0].defects) == {defect, "unguarded-batch"}


# What is given single numbers, or no numbers at all.


def at_each_number(f: Any, x: Any) -> Any:
    at = np.vectorize(lambda t: central(f, t, 1.0), otypes=[float])
    return at(x)[()]


def element_by_element(f: Any, x: Any) -> Any:
    return np.array([central(f, t, 1.0) for t in np.ravel(x)]).reshape(np.shape(x))


def test_a_derivative_may_take_arrays_number_by_number() -> None:
    found = examined(at_each_number)
    assert (found.role, found.verdict) == ("derivative", "pass")


def test_a_gradient_by_elements_is_none() -> None:
    def gradient(f: Any, x: Any) -> Any:
        return np.array([element_by_element(f, row) for row in np.atleast_1d(x)])

    found = examined(gradient)
    assert (found.role, found.verdict) == ("gradient", "fail")


def three_times(f: Any, x: Any) -> Any:
    """One row of a batch fits its steps by chance; three rows do not."""
    steps = H * np.eye(x.size)
    return np.array([3 * (f(x + s) - f(x - s)) / (2 * H) for s in steps])


def test_what_raises_for_a_batch_and_is_wrong_is_of_single_points() -> None:
    examination = examined(three_times)
    assert (examination.role, examination.verdict) == ("point-gradient", "fail")
    assert examination.diagnosis[0].defects == ("wrong-factor",)


class Slow(FunctionPort):
    """A port whose time is over after so many probes."""

    left = 0

    def observe(self, probe: Probe) -> Observation:
        seen = super().observe(probe)
        self.left -= 1
        return seen if self.left >= 0 else replace(seen, outcome=STOPPED)


STOPPED = Broke("timeout", "5 s for all")


@pytest.mark.parametrize("probes", [3, 12, 50, 90])
@pytest.mark.parametrize("name", ["numerical_gradient", "numerical_gradient_whole"])
def test_what_was_given_too_little_time_is_not_called_wrong(
    name: str, probes: int
) -> None:
    port = Slow(name, getattr(corrected, name))
    port.left = probes
    examination = examine(port)
    assert examination.verdict == "error"
    assert ("unguarded-batch",) not in [e.defects for e in examination.diagnosis]
