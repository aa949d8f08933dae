"""The judges of a descent, asked of what is off at one place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.contract import descents, expected
from gradproof.contract.verdicts import Judgement, broken, failed, not_covered
from gradproof.evidence.evidence import Evidence, entries, formula
from gradproof.evidence.probe_ids import STEPS
from gradproof.evidence.stencil import Stencil
from gradproof.numerics import any_step, oracle
from gradproof.numerics.enclosure import INFLATION
from gradproof.numerics.functions import sum_of_squares
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.ports.observation import Raised, Returned
from small_evidence import all_seen, changed, slopes, value_of

FIRST, LAST = STEPS[0], STEPS[-1]


def descent(f: Any, init_x: Any, lr: float, step_num: int) -> Any:
    x, left = np.array(init_x), []
    for _ in range(step_num):
        left.append(x.copy())
        x = x - lr * slopes(f, x)
    return x, np.array(left)


@pytest.fixture(scope="module")
def right() -> Evidence:
    return all_seen(descent, "descent")


def at(evidence: Evidence, probe: str, value: Any) -> Evidence:
    """With another place where the steps lead."""
    outcome = evidence.observations[probe].outcome
    assert isinstance(outcome, Returned)
    return changed(evidence, probe, outcome=replace(outcome, value=np.asarray(value)))


def kept(evidence: Evidence, points: Any) -> Evidence:
    """With another history."""
    outcome = evidence.observations[LAST].outcome
    assert isinstance(outcome, Returned)
    second = None if points is None else np.asarray(points)
    return changed(evidence, LAST, outcome=replace(outcome, second=second))


def history(evidence: Evidence) -> Any:
    outcome = evidence.observations[LAST].outcome
    assert isinstance(outcome, Returned)
    return outcome.second


# Where the steps lead


def step(function: Any, rate: float, c: Any, far: Any, b: Any) -> tuple[Any, Any]:
    """The next place and how far from it: each term of the bound by itself."""
    size = len(c)
    slope, spread = np.zeros((2, size))
    second, radius = np.zeros((2, size, size))
    for i in range(size):
        index = tuple(int(k == i) for k in range(size))
        slope[i], spread[i] = oracle.enclosure(function, index, c)
        for j in range(size):
            twice = tuple(index[k] + (k == j) for k in range(size))
            second[i, j], radius[i, j] = oracle.enclosure(function, twice, c, far)
    next_far = np.zeros(size)
    for i in range(size):
        for j in range(size):
            stays = abs((i == j) - rate * second[i, j]) + rate * radius[i, j]
            next_far[i] += stays * far[j]
        next_far[i] += rate * (b[i] + spread[i])
        next_far[i] += 8 * UNIT_ROUNDOFF * (abs(c[i]) + far[i] + rate * abs(slope[i]))
    return c - rate * slope, next_far * INFLATION


def read_limits(evidence: Evidence, probe: str, x: Any) -> Any:
    """The bounds of the formula that was read at a step."""
    function = expected.function_of(evidence.observations[probe])
    reading = evidence.readings[probe]
    assert isinstance(reading, Stencil)
    return np.array(
        [
            expected.limit(function, e, formula(reading, e, by_rows=True))
            for e in entries(x, by_rows=True)
        ]
    )


def places(evidence: Evidence) -> dict[str, tuple[Any, Any]]:
    """After each number of steps."""
    found, c = {}, evidence.observations[FIRST].probe.x
    x, far = c, np.zeros(len(c))
    for probe in STEPS:
        given = evidence.observations[probe]
        rate = given.probe.keywords["lr"]
        b = read_limits(evidence, probe, x)
        c, far = step(expected.function_of(given), rate, c, far, b)
        found[probe], x = (c, far), value_of(evidence, probe)
    return found


@pytest.mark.parametrize("component", [0, 1])
@pytest.mark.parametrize("probe", STEPS[:3])
def test_a_step_s_bound_is_that_of_its_derivation(
    right: Evidence, probe: str, component: int
) -> None:
    due, limit = places(right)[probe]
    value = value_of(right, probe).copy()
    value[component] = due[component] + 2 * limit[component]
    said = descents.journey(at(right, probe, value), STEPS, np.array([1.0, 2.0]))
    given = right.observations[probe].probe
    assert (said.verdict, said.message) == ("fail", "off-steps")
    assert said.parameters["component"] == component
    assert said.parameters["steps"] == given.keywords["step_num"]
    assert said.parameters["rate"] == given.keywords["lr"]
    assert said.parameters["start"] == [1.0, 2.0]
    assert said.parameters["actual"] == value[component]
    assert said.parameters["expected"] == pytest.approx(
        due[component], rel=1e-15, abs=0
    )
    assert said.parameters["bound"] == pytest.approx(limit[component], rel=1e-12, abs=0)


@pytest.mark.parametrize("share", [-0.99, 0.99])
def test_what_is_within_the_bound_is_right(right: Evidence, share: float) -> None:
    due, limit = places(right)[FIRST]
    near = at(right, FIRST, due + share * limit)
    said = descents.journey(near, (FIRST,), np.array([1.0, 2.0]))
    assert said.verdict == "pass"


def test_the_component_that_is_furthest_off_in_its_bounds_is_told(
    right: Evidence,
) -> None:
    due, limit = places(right)[FIRST]
    for shares, worst in (
        ((2, 3), 1),
        ((3, 2), 0),
        ((2, 0), 0),
        ((0, -2), 1),
        ((np.nan, 2), 0),
        ((2, np.nan), 1),
        ((np.nan, 0), 0),
    ):
        off = descents.steps(at(right, FIRST, due + np.array(shares) * limit))
        assert off.verdict == "fail"
        assert off.parameters["component"] == worst


def test_a_right_descent_passes_and_each_probe_counts(right: Evidence) -> None:
    assert descents.steps(right).verdict == "pass"
    for probe in right.observations:
        off = at(right, probe, value_of(right, probe) + 1)
        said = descents.steps(off)
        assert said.verdict == "fail"
        given = right.observations[probe].probe
        assert said.parameters["start"] == given.x.tolist()


def test_after_what_has_no_shape_and_what_is_not_given_nothing_is_held(
    right: Evidence,
) -> None:
    short = at(right, STEPS[1], np.ones(3))
    assert descents.steps(short).message == "wrong-shape"
    raised = changed(right, STEPS[1], outcome=Raised("ValueError", ""))
    assert descents.steps(raised).verdict == "error"
    few = {FIRST: right.observations[FIRST]}
    assert descents.steps(replace(right, observations=few)).verdict == "pass"


def test_beyond_a_probe_that_was_not_given_no_step_is_held(right: Evidence) -> None:
    seen = {p: o for p, o in right.observations.items() if p != STEPS[1]}
    few = replace(right, observations=seen)
    off = at(few, STEPS[2], value_of(few, STEPS[2]) + 1)
    start = right.observations[FIRST].probe.x
    assert descents.journey(few, STEPS, start).verdict == "pass"
    assert descents.journey(off, STEPS, start).verdict == "pass"


def test_where_no_bound_is_known_that_is_an_error(right: Evidence) -> None:
    far, unread = np.array([1e150, 2.0]), replace(right, readings={})
    said = descents.journey(unread, (FIRST,), far)
    assert said == broken("no-bound", probe=FIRST, point=[1e150, 2.0])


def stays(evidence: Evidence, **rates: float) -> Evidence:
    """With steps from 0 for Σ xᵢ², where a half of the gradient leads from x to 0."""
    evidence = replace(evidence, readings={})
    for probe, rate in zip(STEPS, rates.values(), strict=False):
        given = evidence.observations[probe].probe
        keywords = {**given.keywords, "lr": rate}
        given = replace(given, function=sum_of_squares, keywords=keywords)
        evidence = at(changed(evidence, probe, probe=given), probe, np.zeros(2))
    return evidence


def test_what_is_off_by_just_the_bound_is_right(right: Evidence) -> None:
    start, seen = np.zeros(2), stays(right, first=0.5)
    wrong = descents.journey(at(seen, FIRST, [1, 0]), (FIRST,), start)
    bound = wrong.parameters["bound"]
    for off, verdict in ((bound, "pass"), (np.nextafter(bound, 1), "fail")):
        said = descents.journey(at(seen, FIRST, [-off, 0]), (FIRST,), start)
        assert said.verdict == verdict


def test_how_far_off_a_step_may_be_is_rounded_in_the_next(right: Evidence) -> None:
    probes, c = STEPS[:2], np.zeros(2)
    seen = at(stays(right, first=2.0**50, then=0.5), STEPS[1], [1, 0])
    said = descents.journey(seen, probes, c)
    b = np.array(expected.book_bound(sum_of_squares, (0.0, 0.0)))
    _, far = step(sum_of_squares, 2.0**50, c, np.zeros(2), b)
    _, limit = step(sum_of_squares, 0.5, c, far, b)
    assert said.parameters["bound"] == pytest.approx(limit[0], rel=1e-12, abs=0)


def test_a_place_that_is_no_real_number_is_off(right: Evidence) -> None:
    real, probes = right, (FIRST, "steps-5", *STEPS[1:])
    for probe in probes:
        real = at(real, probe, value_of(right, probe) + 0j)
        off = at(right, probe, value_of(right, probe) + np.array([0, 1j]))
        said = descents.steps(off)
        assert said.message == "off-steps"
        assert said.parameters["actual"] == value_of(right, probe)[1] + 1j
    assert descents.steps(real).verdict == "pass"


def test_any_step_may_be_taken_where_values_alone_are_given(right: Evidence) -> None:
    probe = right.observations[STEPS[2]].probe
    function = expected.function_of_probe(probe)
    x, far = probe.x, np.zeros(len(probe.x))
    for _ in range(3):
        b = any_step.central(function, x, expected.MIN_STEP, expected.MAX_STEP, far)
        x, far = step(function, probe.keywords["lr"], x, far, b)
    found, limit = descents.of_any_step(probe)
    np.testing.assert_allclose(found, x, rtol=1e-15)
    np.testing.assert_allclose(limit, far, rtol=1e-12)


# The start and the history


def test_the_start_is_to_be_what_it_was(right: Evidence) -> None:
    assert descents.start_kept(right).verdict == "pass"
    moved = changed(right, LAST, x_after=np.array([1.0, 3.0]))
    assert descents.start_kept(moved).message == "not-bitwise"
    broke = changed(right, LAST, outcome=Raised("ValueError", ""))
    assert descents.start_kept(broke) == not_covered("no-result", probe=LAST)


def test_a_history_is_of_the_points_that_were_left(right: Evidence) -> None:
    left, last = history(right), value_of(right, LAST)
    assert len(left) == len(STEPS)
    assert descents.history(right).verdict == "pass"
    assert descents.history(kept(right, [*left, last])).verdict == "pass"
    assert descents.history(kept(right, None)) == not_covered("no-history")
    broke = changed(right, LAST, outcome=Raised("ValueError", ""))
    assert descents.history(broke) == not_covered("no-history")


@pytest.mark.parametrize("probe", STEPS[:-1])
def test_without_each_of_the_port_s_own_points_no_history_is_held(
    right: Evidence, probe: str
) -> None:
    broke = changed(right, probe, outcome=Raised("ValueError", ""))
    assert descents.history(broke) == not_covered("no-result", probe=probe)


def shape(*actual: int) -> Judgement:
    return failed("history-shape", actual=list(actual), expected=4)


def test_a_history_of_another_shape_is_told(right: Evidence) -> None:
    left, last = history(right), value_of(right, LAST)
    assert descents.history(kept(right, left[:-1])) == shape(3, 2)
    assert descents.history(kept(right, [*left, last, last])) == shape(6, 2)
    assert descents.history(kept(right, left[:, :1])) == shape(4, 1)
    assert descents.history(kept(right, left[0])) == shape(2)
    assert descents.history(kept(right, 1.0)) == shape()


def test_a_history_of_one_point_is_told(right: Evidence) -> None:
    left = history(right)
    same = failed("history-same", count=4, point=[1.0, 2.0])
    assert descents.history(kept(right, np.array([left[0]] * 4))) == same


@pytest.mark.parametrize("number", range(4))
def test_a_point_that_is_off_is_told(right: Evidence, number: int) -> None:
    left = history(right).copy()
    due = left[number].tolist()
    left[number, 1] += 2.0**-50
    off = failed(
        "history-off", number=number, actual=left[number].tolist(), expected=due
    )
    assert descents.history(kept(right, left)) == off
