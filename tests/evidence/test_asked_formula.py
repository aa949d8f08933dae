"""The formula on the nodes of one call: found where it was followed, and not else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.evidence import asked_formula
from gradproof.evidence.asked_formula import AskedNodes
from gradproof.evidence.evidence import entries
from gradproof.evidence.value_probes import more
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.observation import Observation

CHANCE = np.random.default_rng(20)
PROBES = {probe.id: probe for probe in more("gradient")}


def by_chance(f: Any, x: Any, divisor: float | None = None) -> Any:
    h = CHANCE.uniform(0.5e-4, 2e-4)
    rises = [f(x + e) - f(x - e) for e in h * np.eye(x.size)]
    return np.array(rises) / (divisor or 2 * h)


def five_points(f: Any, x: Any) -> Any:
    h = CHANCE.uniform(0.5e-3, 2e-3)
    near, far = (
        np.array([f(x + e) - f(x - e) for e in m * h * np.eye(x.size)]) for m in (1, 2)
    )
    return (8 * near - far) / (12 * h)


def in_any_direction(f: Any, x: Any) -> Any:
    axes, _ = np.linalg.qr(CHANCE.normal(size=(x.size, x.size)))
    rises = [f(x + 1e-4 * axis) - f(x - 1e-4 * axis) for axis in axes]
    return axes.T @ np.array(rises) / 2e-4


def in_one_direction(f: Any, x: Any) -> Any:
    way = CHANCE.normal(size=x.size)
    return way * (f(x + 1e-4 * way) - f(x - 1e-4 * way)) / 2e-4


def there_and_back(f: Any, x: Any) -> Any:
    """x is asked about at first, and again where it has been put back by rounding."""
    h, here, slopes = CHANCE.uniform(0.5e-4, 2e-4), f(x), np.zeros(x.size)
    for i in range(x.size):
        x[i] += h
        ahead = f(x)
        x[i] -= h
        assert abs(f(x) - here) < 1
        x[i] -= h
        slopes[i] = (ahead - f(x)) / (2 * h)
        x[i] += h
    return slopes


def run_away(f: Any, x: Any) -> Any:
    """As a descent does that diverges: the steps are lost beside where it has led."""
    for place in (-1e-4, *(2.0**39 + np.spacing(2.0**39) * np.arange(3))):
        x[0] = place
        f(x)
    return x


def observed(at_point: Callable[..., Any], probe: str) -> Observation:
    def routine(f: Any, x: Any) -> Any:
        return np.reshape([at_point(f, row) for row in np.atleast_2d(x)], x.shape)

    return FunctionPort("routine", routine).observe(PROBES[probe])


def found(observation: Observation) -> list[Any]:
    asked = AskedNodes.of(observation, by_rows=True)
    assert asked is not None
    return [asked.formula(e) for e in entries(observation.probe.x, by_rows=True)]


@pytest.mark.parametrize("probe", ["many", "low", "repeated", "column"])
@pytest.mark.parametrize(
    "routine", [by_chance, five_points, in_any_direction, there_and_back]
)
def test_the_formula_of_one_call_is_found(
    routine: Callable[..., Any], probe: str
) -> None:
    assert None not in found(observed(routine, probe))


def test_no_formula_is_found_where_another_was_followed() -> None:
    wrong = observed(lambda f, x: by_chance(f, x, 2e-4), "many")
    assert found(wrong) == found(observed(in_one_direction, "many")) == [None] * 5


def test_nodes_about_another_point_make_no_formula() -> None:
    """Extrapolated from afar, they would excuse a routine that clips its point."""
    clipped = observed(lambda f, x: by_chance(f, np.clip(x, -20, 20)), "far")
    assert found(clipped) == [None] * 2


def test_nodes_that_no_polynomial_tells_apart_make_no_formula() -> None:
    given = FunctionPort("routine", run_away).observe(PROBES["zeros"])
    assert found(given)[0] is None


def test_each_formula_is_found_once_however_its_nodes_are_chosen() -> None:
    observation = observed(by_chance, "many")
    asked = AskedNodes.of(observation, by_rows=True)
    assert asked is not None
    for entry in entries(observation.probe.x, by_rows=True):
        every = list(asked.formulas(entry))
        marks = {(e.nodes.tobytes(), e.weights.tobytes()) for e in every}
        assert len(every) == len(marks) > 0


def test_of_equal_rows_each_may_have_a_formula_of_its_own() -> None:
    """Where their steps are all but equal, one on all their nodes gives it, too."""
    steps = iter([1e-4, 1.00001e-4])

    def routine(f: Any, x: Any) -> Any:
        found = []
        for row in x:
            h = next(steps)
            rises = [f(row + e) - f(row - e) for e in h * np.eye(2)]
            found.append(np.array(rises) / (2 * h))
        return np.array(found)

    probe = replace(PROBES["repeated"], x=np.array([[5.0, 2.0], [5.0, 2.0]]))
    observation = FunctionPort("routine", routine).observe(probe)
    asked = AskedNodes.of(observation, by_rows=True)
    assert asked is not None
    for entry in entries(probe.x, by_rows=True):
        assert 2 in [len(formula.weights) for formula in asked.formulas(entry)]


def test_nodes_that_mirror_each_other_make_a_central_difference() -> None:
    h = 2.0**-10
    offsets = h * np.array([[1, 0], [0, 1], [-1, 0], [3, 0], [0, -1.0]])
    first = [w.tolist() for w in asked_formula._pairs(offsets, 0)]
    assert first == [[0.5 / h, 0, -0.5 / h, 0, 0]]
    second = [w.tolist() for w in asked_formula._pairs(offsets, 1)]
    assert second == [[0, 0.5 / h, 0, 0, -0.5 / h]]
    assert list(asked_formula._pairs(offsets[:2], 0)) == []
