"""The judges of a tangent, asked of what is off at one place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.contract import tangents
from gradproof.contract.verdicts import Judgement, broken, not_covered
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.probe_ids import (
    DRAWN_LINES,
    DRAWN_PLANES,
    LINES,
    MORE_LINES,
    MORE_PLANES,
    PLANES,
)
from gradproof.numerics import error_bounds, oracle
from gradproof.numerics.enclosure import INFLATION
from gradproof.numerics.rounding import gamma
from gradproof.ports.observation import Raised, Returned
from small_evidence import H, all_seen, changed, slopes, value_of

BEFORE, AFTER = MORE_LINES
EVERY = (
    *(*LINES, *MORE_LINES, *DRAWN_LINES),
    *(*PLANES, *MORE_PLANES, *DRAWN_PLANES),
)
each_probe = pytest.mark.parametrize("probe", EVERY)


def line(f: Any, x: Any, h: float = H) -> Any:
    if np.ndim(x):
        raise TypeError("a number is due")
    y, slope = f(x), (f(x + h) - f(x - h)) / (2 * h)
    return lambda t: y + slope * (t - x)


def plane(f: Any, x: Any, h: float = H) -> Any:
    if not np.ndim(x):
        raise TypeError("a point is due")
    y, slope = f(x), slopes(f, x, h)
    return lambda t: y + slope @ (t - x)


@pytest.fixture(scope="module")
def lines() -> Evidence:
    return all_seen(line, "tangent")


@pytest.fixture(scope="module")
def planes() -> Evidence:
    return all_seen(plane, "tangent")


@pytest.fixture
def right(probe: str, lines: Evidence, planes: Evidence) -> Evidence:
    return planes if probe in planes.observations else lines


def at(evidence: Evidence, probe: str, value: Any) -> Evidence:
    """With other heights."""
    return changed(evidence, probe, outcome=Returned(np.asarray(value)))


def off(evidence: Evidence, probe: str, place: int, by: Any) -> Evidence:
    """With another height at one place."""
    value = value_of(evidence, probe)
    return at(evidence, probe, value + by * (np.arange(len(value)) == place))


def point(evidence: Evidence, probe: str) -> Any:
    return np.atleast_1d(evidence.observations[probe].probe.x).astype(float)


def places(evidence: Evidence, probe: str) -> Any:
    """Those at which it was asked, each as a point."""
    at = evidence.observations[probe].probe.at
    assert at is not None
    return np.reshape(at, (len(at), -1))


def height(evidence: Evidence, probe: str) -> Any:
    """Of f at x: an enclosure."""
    function, x = evidence.observations[probe].probe.function, point(evidence, probe)
    assert function is not None
    return oracle.enclosure(function, (0,) * len(x), x)


def rounded(evidence: Evidence, probe: str) -> float:
    return float(gamma(2 * len(point(evidence, probe)) + 2))


def touch(evidence: Evidence, probe: str, own: Any) -> float:
    """How far from f it may be at x, its slopes being ``own``."""
    f, terms = height(evidence, probe), 0.0
    for slope, x in zip(own, point(evidence, probe), strict=True):
        terms += 2 * abs(slope) * abs(x)
    return float(f.radius + rounded(evidence, probe) * (f.reach + terms))


def own_slopes(evidence: Evidence, probe: str) -> list[float]:
    """Component by component, on the way to the place that is a step along it."""
    x, value = point(evidence, probe), value_of(evidence, probe)
    found = []
    for j, there in enumerate(places(evidence, probe)[1 : len(x) + 1]):
        found.append((value[j + 1] - value[0]) / (there[j] - x[j]))
    return found


def derivative(
    evidence: Evidence, probe: str, j: int, h: float = H
) -> tuple[float, float]:
    """The exact one, and how far off a central difference of that step may be."""
    function, x = evidence.observations[probe].probe.function, point(evidence, probe)
    assert function is not None
    nodes = np.array([x, x])
    nodes[:, j] += [h, -h]
    weights = [1 / (2 * h), -1 / (2 * h)]
    limit = error_bounds.of_formula(function, x, nodes, weights, j, 2)
    return float(oracle.gradient(function, x).value[j]), limit


def rise(
    evidence: Evidence, probe: str, there: Any, h: float = H
) -> tuple[float, float]:
    """By how much it is to rise from x to a place, and how far off that may be."""
    due = limit = sizes = 0.0
    for j, (t, x) in enumerate(zip(there, point(evidence, probe), strict=True)):
        slope, within = derivative(evidence, probe, j, h)
        due += slope * (t - x)
        limit += within * abs(t - x)
        sizes += (abs(slope) + within) * (3 * abs(x) + abs(t) + abs(t - x))
    terms = 2 * height(evidence, probe).reach + sizes
    return due, limit + rounded(evidence, probe) * float(terms)


def same(number: float) -> Any:
    return pytest.approx(number, rel=1e-9, abs=0)


# At x


@each_probe
@pytest.mark.parametrize("by", [2, -2])
def test_at_x_it_is_within_the_rounding_of_its_terms(
    right: Evidence, probe: str, by: float
) -> None:
    limit = touch(right, probe, own_slopes(right, probe))
    due = float(height(right, probe).value)
    others = value_of(right, probe)[1:]
    assert tangents.touches(right, probe).verdict == "pass"
    near = at(right, probe, [due + by / 4 * limit, *others])
    assert tangents.touches(near, probe).verdict == "pass"
    wrong = at(right, probe, [due + by * limit, *others])
    said = tangents.touches(wrong, probe)
    kind = "off-touch-plane" if probe.startswith(("plane", "random-p")) else "off-touch"
    assert (said.verdict, said.message) == ("fail", kind)
    assert said.parameters["point"] == right.observations[probe].probe.x.tolist()
    assert said.parameters["actual"] == due + by * limit
    assert said.parameters["expected"] == due
    assert said.parameters["bound"] == same(
        touch(wrong, probe, own_slopes(wrong, probe))
    )


@pytest.mark.parametrize(
    ("probe", "written"),
    [(LINES[0], "x³"), (PLANES[0], "x0³ + x0·x1 + 2·x1³")],
)
def test_the_function_is_told_as_one_of_numbers_or_of_points(
    right: Evidence, probe: str, written: str
) -> None:
    for judge, place in ((tangents.touches, 0), (tangents.slope, 1)):
        wrong = off(right, probe, place, 1.0)
        assert judge(wrong, probe).parameters["function"] == written


def of_cubic(evidence: Evidence, *at: float) -> Evidence:
    """With a line of x³ that is asked at other places, of which nothing was read."""
    x = np.array(at[0])
    probe = replace(evidence.observations[LINES[0]].probe, x=x, at=np.array(at))
    return replace(changed(evidence, LINES[0], probe=probe), readings={})


def test_what_is_off_by_just_the_rounding_touches(lines: Evidence) -> None:
    at_0 = of_cubic(lines, 0.0, 4.0, -2.0)
    wrong = tangents.touches(at(at_0, LINES[0], [1.0, 1.0, 1.0]), LINES[0])
    bound = wrong.parameters["bound"]
    for by, verdict in ((bound, "pass"), (np.nextafter(bound, 1), "fail")):
        near = at(at_0, LINES[0], [by, by, by])
        assert tangents.touches(near, LINES[0]).verdict == verdict


@pytest.mark.parametrize("probe", [LINES[0], PLANES[0]])
@pytest.mark.parametrize("slope", [np.inf, np.nan])
def test_a_line_of_no_finite_slope_touches_nothing(
    right: Evidence, probe: str, slope: float
) -> None:
    value = value_of(right, probe).copy()
    value[1] = slope
    with np.errstate(invalid="ignore"):
        assert tangents.touches(at(right, probe, value), probe).verdict == "fail"
        assert tangents.slope(at(right, probe, value), probe).verdict == "fail"


@pytest.mark.parametrize("probe", [LINES[0], PLANES[0]])
def test_a_height_that_is_no_real_number_is_off(right: Evidence, probe: str) -> None:
    real = at(right, probe, value_of(right, probe) + 0j)
    assert tangents.touches(real, probe).verdict == "pass"
    assert tangents.slope(real, probe).verdict == "pass"
    at_x = tangents.touches(off(right, probe, 0, 1j), probe)
    assert at_x.verdict == "fail"
    assert at_x.parameters["actual"] == value_of(right, probe)[0] + 1j
    assert tangents.slope(off(right, probe, 1, 1j), probe).verdict == "fail"


def test_a_line_is_what_it_was_after_another_was_made(lines: Evidence) -> None:
    observation = lines.observations[AFTER]
    assert observation.earlier is not None
    assert tangents.touches(lines, AFTER).verdict == "pass"
    moved = changed(lines, AFTER, earlier=observation.earlier + 1)
    said = tangents.touches(moved, AFTER)
    assert (said.verdict, said.message) == ("fail", "line-changed")
    assert said.parameters["actual"] == observation.earlier[0] + 1
    assert said.parameters["point"] == lines.observations[BEFORE].probe.x.tolist()
    both = off(moved, AFTER, 0, 1.0)
    assert tangents.touches(both, AFTER).message == "off-touch"
    unknown = changed(lines, AFTER, earlier=None)
    assert tangents.touches(unknown, AFTER).verdict == "pass"


def test_what_gives_no_heights_is_no_tangent(lines: Evidence) -> None:
    short = at(lines, LINES[0], [12.0, 1.0])
    assert tangents.touches(short, LINES[0]).message == "wrong-shape"
    assert tangents.slope(short, LINES[0]) == not_covered("no-result", probe=LINES[0])
    raised = changed(lines, LINES[0], outcome=Raised("ValueError", ""))
    assert tangents.touches(raised, LINES[0]).verdict == "error"
    assert tangents.slope(raised, LINES[0]) == not_covered("no-result", probe=LINES[0])


# On the way to the other places


def told(evidence: Evidence, probe: str, place: int, said: Judgement) -> None:
    """What is said of a place to which the way is off."""
    x, there = point(evidence, probe), places(evidence, probe)[place]
    due, limit = rise(evidence, probe, there)
    value = value_of(evidence, probe)
    step = 1.0 if len(x) > 1 else there[0] - x[0]
    message = "off-rise" if len(x) > 1 else "off-slope"
    assert (said.verdict, said.message) == ("fail", message)
    assert said.parameters["t"] == (there.tolist() if len(x) > 1 else there[0])
    assert said.parameters["actual"] == same((value[place] - value[0]) / step)
    assert said.parameters["expected"] == same(due / step)
    assert said.parameters["bound"] == same(limit / abs(step))


@each_probe
@pytest.mark.parametrize("by", [2, -2])
def test_to_each_place_it_rises_by_the_derivative(
    right: Evidence, probe: str, by: float
) -> None:
    value = value_of(right, probe)
    assert tangents.slope(right, probe).verdict == "pass"
    for place, there in enumerate(places(right, probe)[1:], 1):
        due, limit = rise(right, probe, there)
        exact = off(right, probe, place, value[0] + due - value[place])
        near = off(exact, probe, place, by * 0.49 * limit)
        assert tangents.slope(near, probe).verdict == "pass"
        wrong = off(exact, probe, place, by * limit)
        told(wrong, probe, place, tangents.slope(wrong, probe))


@pytest.mark.parametrize("probe", [LINES[0], PLANES[0]])
def test_the_first_way_that_is_off_is_told(right: Evidence, probe: str) -> None:
    wrong = off(off(right, probe, 2, 1.0), probe, 1, 1e-3)
    told(wrong, probe, 1, tangents.slope(wrong, probe))


def test_a_slope_is_held_to_the_formula_that_was_read_there(lines: Evidence) -> None:
    wide = all_seen(lambda f, x: line(f, x, 2 * H), "tangent")
    first, second = LINES
    readings = {first: lines.readings[first], second: wide.readings[second]}
    mixed = replace(lines, readings=readings)
    for probe, h in ((second, 2 * H), (AFTER, H)):
        there = places(mixed, probe)[1]
        _, limit = rise(mixed, probe, there, h)
        step = abs(there[0] - point(mixed, probe)[0])
        said = tangents.slope(off(mixed, probe, 1, 1.0), probe)
        assert said.parameters["bound"] == same(limit / step)


def test_where_no_formula_was_read_that_of_the_book_is_due(lines: Evidence) -> None:
    unread = replace(lines, readings={})
    wrong = off(unread, AFTER, 1, 1.0)
    there = places(unread, AFTER)[1]
    _, limit = rise(unread, AFTER, there, 1e-4)
    bound = tangents.slope(wrong, AFTER).parameters["bound"]
    assert bound == pytest.approx(
        limit / abs(there - point(unread, AFTER))[0], rel=1e-3
    )


def test_where_no_bound_is_known_that_is_an_error(lines: Evidence) -> None:
    far = of_cubic(lines, 1e150, 2e150, -1e150)
    said = tangents.slope(far, LINES[0])
    assert said == broken("no-bound", probe=LINES[0], point=[1e150])


def test_a_rise_that_is_off_by_just_the_bound_is_right(lines: Evidence) -> None:
    # The derivative there is 0, and the step a power of two.
    at_0 = of_cubic(lines, 0.0, 4.0, -2.0)
    wrong = tangents.slope(at(at_0, LINES[0], [0.0, 1.0, 0.0]), LINES[0])
    bound = 4 * wrong.parameters["bound"]
    for by, verdict in ((bound, "pass"), (np.nextafter(bound, 1), "fail")):
        near = at(at_0, LINES[0], [0.0, by, 0.0])
        assert tangents.slope(near, LINES[0]).verdict == verdict


def test_a_slope_that_may_be_far_off_is_rounded_as_such() -> None:
    probe, h = LINES[0], 2.0**10
    wide = all_seen(lambda f, x: line(f, x, h), "tangent")
    near = of_cubic(wide, 2.0, 2 + 2.0**-30, 2 - 2.0**-30)
    near = replace(near, readings={probe: wide.readings[probe]})
    _, limit = rise(near, probe, places(near, probe)[1], h)
    said = tangents.slope(at(near, probe, [8.0, 9.0, 8.0]), probe)
    assert said.parameters["bound"] == same(limit * 2.0**30)


def test_the_values_of_a_right_line_are_off_by_what_both_clauses_admit(
    lines: Evidence,
) -> None:
    for probe in (*LINES, *MORE_LINES, *DRAWN_LINES):
        slope, limit = derivative(lines, probe, 0)
        exact, within = tangents.values(lines.observations[probe].probe, slope, limit)
        x, f = point(lines, probe), height(lines, probe)
        largest = touch(lines, probe, [abs(slope) + limit])
        for place, there in enumerate(places(lines, probe)):
            _, way = rise(lines, probe, there)
            assert exact[place] == same(float(f.value + slope * (there - x)[0]))
            assert within[place] == pytest.approx(
                (largest + way) * INFLATION, rel=1e-12, abs=0
            )
