"""The clauses: each catches what it is there for, and lets right ports through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradproof.contract.clauses import CONTRACT
from gradproof.contract.verdicts import failed as fail_
from gradproof.contract.verdicts import fold, not_covered, passed, worst
from gradproof.examination.examination import Examination, examine
from gradproof.ports import target
from gradproof.ports.in_process import FunctionPort, load
from gradproof.ports.observation import Broke, Observation, Probe
from gradproof.ports.role_ids import PORT_ROLES, RoleId
from places import PROGRAMS

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

H = 1e-4

Routine = Callable[..., Any]


def examined(
    routine: Routine, role: Any = None, vectorized: bool = False
) -> Examination:
    return examine(FunctionPort(routine.__name__, routine, vectorized), role)


def of_file(name: str) -> Examination:
    text = f"{PROGRAMS / name}:gradient"
    routine, _ = load(target.parse(text))
    return examine(FunctionPort(text, routine))


def verdicts(examination: Examination) -> dict[str, str]:
    """Those of the musts, which are what this module is about."""
    return {
        f.clause.id: f.judgement.verdict
        for f in examination.findings
        if f.clause.level == "must"
    }


def failing(examination: Examination) -> set[str]:
    return {id for id, verdict in verdicts(examination).items() if verdict == "fail"}


def messages(examination: Examination) -> dict[str, str]:
    return {f.clause.id: f.judgement.message for f in examination.findings}


@pytest.mark.parametrize(
    ("file", "clauses", "formula"),
    [
        ("forward", {"G6"}, "(f(x0 + h) − f(x0)) / h"),
        ("precedence", {"G4", "G5", "G6"}, "(f(x0 + h) − f(x0 − h)) / 2 · h"),
        ("not_restored", {"G6", "G7"}, "(f(x0 + h) − f(x0 − h)) / 2h"),
        ("sign", {"G4", "G5", "G6"}, "(−f(x0 + h) + f(x0 − h)) / 2h"),
        ("transposed_inside", {"G2", "G3", "G5"}, "(f(x0 + h) − f(x0 − h)) / 2h"),
    ],
)
def test_wrong_ports_fail_the_clauses_that_their_mistake_breaks(
    file: str, clauses: set[str], formula: str
) -> None:
    examination = of_file(f"wrong/{file}.py")
    assert examination.role == "gradient"
    assert examination.verdict == "fail"
    assert failing(examination) == clauses
    assert examination.formulas[0].text.formula == formula


def test_the_formula_of_a_component_that_is_left_behind_shows_the_mixed_error() -> None:
    _, second = of_file("wrong/not_restored.py").formulas
    assert second.text.error == "−h·∂²f/∂x0∂x1"


def slopes(f: Any, x: Any) -> Any:
    x = np.array(x, float)
    return np.array([(f(x + e) - f(x - e)) / (2 * H) for e in H * np.eye(x.size)])


def by_rows(one: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        if np.ndim(x) == 1:
            return one(f, x)
        return np.array([one(f, row) for row in x])

    routine.__name__ = one.__name__
    return routine


right = by_rows(slopes)


def batch(f: Any, x: Any) -> Any:
    rows = np.atleast_2d(np.asarray(x, float))
    columns = [(f(rows + e) - f(rows - e)) / (2 * H) for e in H * np.eye(x.shape[-1])]
    return np.array(columns).T.reshape(x.shape)


def test_a_vectorized_port_may_give_f_batches_and_another_may_not() -> None:
    assert examined(batch, vectorized=True).verdict == "pass"
    assert "G3" in failing(examined(batch, role="gradient"))


def complex_step(f: Any, x: Any) -> Any:
    steps = 1e-20j * np.eye(np.size(x))
    return np.array([np.imag(f(x + s)) / 1e-20 for s in steps])


def test_an_unreadable_port_is_judged_by_its_values() -> None:
    examination = examined(by_rows(complex_step))
    assert examination.verdict == "pass"
    assert verdicts(examination)["G4"] == verdicts(examination)["G6"] == "not-covered"
    assert examination.unreadable is not None


def test_an_unreadable_port_of_wrong_values_fails_by_them() -> None:
    def half(f: Any, x: Any) -> Any:
        return complex_step(f, x) / 2

    assert failing(examined(by_rows(half))) == {"G5"}


def test_a_step_that_is_lost_in_rounding_fails_by_its_values() -> None:
    def vanishing(f: Any, x: Any) -> Any:
        return [(f(x + e) - f(x - e)) / 2e-50 for e in 1e-50 * np.eye(x.size)]

    assert "G5" in failing(examined(by_rows(vanishing)))


class BreakingPort:
    """It breaks at certain probes, as a program that is out of memory now and then."""

    name, vectorized, notes = "breaking", False, ()

    def __init__(self, how: Any, probes: str) -> None:
        self.how = how
        self.probes = probes
        self.right = FunctionPort("right", right)

    def observe(self, probe: Probe) -> Observation:
        if probe.id != self.probes:
            return self.right.observe(probe)
        return Observation(probe, (), Broke(self.how, "exit code 7: no memory"), None)


@pytest.mark.parametrize("how", ["crash", "timeout", "protocol", "exit"])
def test_a_port_that_breaks_while_its_formula_is_read_is_not_right(how: str) -> None:
    broken = examine(BreakingPort(how, "formula"), "gradient")
    assert broken.verdict == "error"
    assert messages(broken)["G4"] == f"broke.{how}"


def test_one_that_asks_too_often_for_answers_of_no_function_is_no_error() -> None:
    budget = examine(BreakingPort("budget", "formula"), "gradient")
    assert verdicts(budget)["G4"] == "not-covered"


def mixing(f: Any, x: Any) -> Any:
    g = right(f, x)
    return g if x.ndim == 1 else g + 1e-3 * g[::-1]


def test_a_row_that_takes_something_from_another_row_fails_G2() -> None:
    assert "G2" in failing(examined(mixing, role="gradient"))


def test_an_unreadable_port_that_mixes_rows_fails_G2() -> None:
    def routine(f: Any, x: Any) -> Any:
        g = by_rows(complex_step)(f, x)
        return g if x.ndim == 1 else g + 1e-3 * g[::-1]

    assert "G2" in failing(examined(routine, role="gradient"))


def test_a_square_batch_that_is_transposed_fails_by_values_alone() -> None:
    def turned(f: Any, x: Any) -> Any:
        if x.ndim == 2 and x.shape[0] == x.shape[1]:
            return right(f, x.T).T
        return right(f, x)

    assert {"G2", "G5"} <= failing(examined(turned, role="gradient"))


def test_a_constant_that_is_added_fails_G4_and_G5() -> None:
    def shifted(f: Any, x: Any) -> Any:
        return slopes(f, x) + 1e-3

    examination = examined(by_rows(shifted))
    assert failing(examination) == {"G4", "G5"}
    assert messages(examination)["G4"] == "adds"


@pytest.mark.parametrize(
    ("step", "accurate"),
    [(1e-8, True), (1e-4, True), (3e-3, True), (4e-3, False), (5e-9, False)],
)
def test_the_policy_on_accuracy_admits_central_steps_of_a_range(
    step: float, accurate: bool
) -> None:
    def central(f: Any, x: Any) -> Any:
        steps = step * np.eye(np.size(x))
        return [(f(x + e) - f(x - e)) / (2 * step) for e in steps]

    examination = examined(by_rows(central))
    assert failing(examination) == (set() if accurate else {"G6"})


def test_adding_and_subtracting_steps_in_place_restores_x_well_enough() -> None:
    def there_and_back(f: Any, x: Any) -> Any:
        g = np.zeros(x.shape)
        for i in range(x.size):
            x[i] += H
            ahead = f(x)
            x[i] -= 2 * H
            g[i] = (ahead - f(x)) / (2 * H)
            x[i] += H
        return g

    assert examined(by_rows(there_and_back)).verdict == "pass"


def test_an_x_that_is_off_by_a_little_more_than_rounding_fails_G7() -> None:
    def nudging(f: Any, x: Any) -> Any:
        g = slopes(f, x)
        x[0] *= 1 + 1e-14
        return g

    assert failing(examined(by_rows(nudging))) == {"G7"}


def test_an_exception_is_an_error_where_an_answer_is_due() -> None:
    def failing_on_batches(f: Any, x: Any) -> Any:
        if x.ndim == 2:
            raise NotImplementedError("one point only")
        return slopes(f, x)

    under_rows = examined(failing_on_batches, role="gradient")
    assert verdicts(under_rows)["G2"] == "error"
    assert under_rows.verdict == "error"
    inferred = examined(failing_on_batches)
    assert (inferred.role, inferred.verdict) == ("point-gradient", "pass")


def test_wrong_numbers_for_a_batch_are_never_a_point_routines_right() -> None:
    def first_row(f: Any, x: Any) -> Any:
        return np.full(x.shape, 1.5) if x.ndim == 2 else slopes(f, x)

    assert failing(examined(first_row, role="point-gradient")) == {"P2"}
    assert examined(first_row).role != "point-gradient"


def test_a_point_routine_may_serve_batches_rightly() -> None:
    examination = examined(right, role="point-gradient")
    assert examination.verdict == "pass"
    assert messages(examination)["P2"] == "batch-by-rows"


@pytest.mark.parametrize("nothing", [None, "none", {"g": 1}, [1, [2]], object()])
def test_what_is_no_array_of_numbers_is_an_error_named_nonsense(nothing: Any) -> None:
    examination = examined(lambda f, x: nothing, role="gradient")
    assert examination.verdict == "error"
    assert messages(examination)["G1"] == "nonsense"


def test_a_result_of_the_wrong_shape_fails_the_shape_and_covers_no_values() -> None:
    def scalar(f: Any, x: Any) -> Any:
        return slopes(f, np.ravel(x)).sum()

    found = verdicts(examined(scalar, role="gradient"))
    assert found["G1"] == found["G2"] == "fail"
    assert found["G5"] == "not-covered"


def test_NaN_is_never_within_a_bound() -> None:
    def undefined(f: Any, x: Any) -> Any:
        return slopes(f, x) * np.nan

    assert "G5" in failing(examined(by_rows(undefined)))


def test_a_port_that_never_calls_f_is_not_covered_where_arguments_matter() -> None:
    def silent(f: Any, x: Any) -> Any:
        return np.zeros(np.shape(x))

    found = verdicts(examined(silent, role="gradient"))
    assert found["G3"] == "not-covered"
    assert found["G5"] == "fail"


def test_a_whole_array_routine_with_a_slip_keeps_its_role() -> None:
    def forward(f: Any, x: Any) -> Any:
        g, base = np.zeros(x.shape), f(x)
        for index in np.ndindex(x.shape):
            moved = x.copy()
            moved[index] += H
            g[index] = (f(moved) - base) / H
        return g

    examination = examined(forward)
    assert examination.role == "array-gradient"
    assert failing(examination) == {"A6"}


def test_a_step_that_leaves_no_finite_bound_is_an_error_and_no_pass() -> None:
    def giant(f: Any, x: Any) -> Any:
        return [(f(x + e) - f(x - e)) / 2e200 for e in 1e200 * np.eye(x.size)]

    with np.errstate(all="ignore"):
        examination = examined(by_rows(giant), role="point-gradient")
    assert messages(examination)["P5"] == messages(examination)["P6"] == "no-bound"
    assert examination.verdict == "error"


def test_f_at_an_infinite_place_has_no_formula_to_judge() -> None:
    def lost(f: Any, x: Any) -> Any:
        return slopes(f, x) + f(x + np.inf)

    found = verdicts(examined(by_rows(lost), role="gradient"))
    assert found["G4"] == "not-covered"
    assert found["G5"] == "fail"


def test_verdicts_fold_to_the_gravest_and_one_pass_covers_a_clause() -> None:
    assert fold(["pass", "error", "fail"]) == "fail"
    assert fold(["pass", "error", "not-covered"]) == "error"
    assert fold(["pass", "not-covered"]) == "pass"
    assert fold(["not-covered"]) == "not-covered"
    assert worst([not_covered("no-probe"), passed()]).verdict == "pass"
    assert worst([passed(), fail_("off")]).verdict == "fail"
    assert worst([]).verdict == "not-covered"


def test_ids_are_unique() -> None:
    clauses = [clause for role in CONTRACT.values() for clause in role]
    assert len({clause.id for clause in clauses}) == len(clauses)


def breaks(f: Any, x: Any) -> Any:
    raise ZeroDivisionError


@pytest.mark.parametrize("role", PORT_ROLES)
def test_what_always_raises_keeps_no_clause(role: RoleId) -> None:
    """An exception is a refusal only where there are answers elsewhere."""
    examination = examine(FunctionPort("breaks", breaks), role)
    assert examination.verdict == "error"
    assert examination.having("pass") == []


def masked(f: Any, x: Any) -> Any:
    found = np.ma.array(slopes(f, x))
    found[abs(found) < 1e-3] = np.ma.masked
    return found


def in_half_precision(f: Any, x: Any) -> Any:
    return slopes(f, x).astype(np.float16)


@pytest.mark.parametrize("routine", [masked, in_half_precision])
def test_numbers_are_compared_as_numbers(routine: Any) -> None:
    examination = examined(routine, role="point-gradient")
    assert messages(examination)["P5"] == "off"


def remembers(f: Any, x: Any, known: dict[bytes, Any] = {}) -> Any:  # noqa: B006
    if x.tobytes() not in known:
        known[x.tobytes()] = slopes(f, x)
    return known[x.tobytes()].copy()


def test_what_knows_x_and_not_f_is_wrong() -> None:
    assert "P5" in failing(examined(remembers, role="point-gradient"))
