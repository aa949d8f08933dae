"""x is what it was, but for the rounding of moving it there and back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gradproof.contract.restoration import restored, restored_bitwise
from gradproof.contract.verdicts import Judgement
from gradproof.ports.observation import Evaluation, Observation, Probe, Returned

U = 2.0**-53
STEP = 2.0**-13
X = np.array([[1.0, 2.0], [4.0, 8.0]])


def seen(after: Any, *nodes: Any, x: Any = X, kind: type = float) -> Observation:
    asked = tuple(Evaluation(np.asarray(node, kind), "ndarray") for node in nodes)
    return Observation(Probe("probe", float, x), asked, Returned(np.zeros(2)), after)


def judged(observation: Observation, by_rows: bool = True) -> Judgement:
    evidence: Any = SimpleNamespace(by_rows=by_rows)
    return restored(evidence, observation)


def moved(row: int, component: int, distance: float) -> Any:
    node = X[row].copy()
    node[component] += distance
    return node


def after(index: Any, off: float, x: Any = X) -> Any:
    changed = x.copy()
    changed[index] += off
    return changed


NODES = (moved(1, 0, STEP), moved(1, 0, -STEP))


@pytest.mark.parametrize(
    ("index", "allowed"),
    [
        ((1, 0), 3 * U * (4 + STEP)),  # moved twice, by a step
        ((1, 1), 1 * U * 8),  # not moved: stored once
        ((0, 0), 1 * U * 1),  # of a row that was not moved
    ],
)
def test_each_move_is_allowed_one_rounding_and_putting_back_one(
    index: tuple[int, int], allowed: float
) -> None:
    ulp = np.spacing(X[index])
    within, beyond = (np.floor(allowed / ulp), np.floor(allowed / ulp) + 1)
    assert judged(seen(after(index, within * ulp), *NODES)).verdict == "pass"
    assert judged(seen(after(index, -beyond * ulp), *NODES)).verdict == "fail"


def test_what_is_off_by_just_one_rounding_is_as_it_was() -> None:
    """Below 1 numbers lie u apart."""
    assert judged(seen(after((0, 0), -U))).verdict == "pass"
    assert judged(seen(after((0, 0), -2 * U))).verdict == "fail"


def test_a_move_is_of_the_row_that_it_is_nearest_to() -> None:
    x = np.array([[1.0, 2.0], [4.0, 8.0], [16.0, 32.0]])
    node = [1.0 + STEP, 2.0]
    assert judged(seen(after((0, 0), 2 * U, x), node, x=x)).verdict == "pass"
    assert judged(seen(after((0, 1), 4 * U, x), node, x=x)).verdict == "fail"


def test_of_one_point_every_component_is_moved_by_itself() -> None:
    x = np.array([1.0, 2.0, 4.0])
    node = [1.0 + STEP, 2.0, 4.0]
    off = after(0, 2 * U, x)
    assert judged(seen(off, node, x=x), by_rows=False).verdict == "pass"
    assert judged(seen(off, x=x), by_rows=False).verdict == "fail"


def test_the_farthest_move_counts_and_points_of_batches_too() -> None:
    """Far away numbers are coarser: what was moved to 2¹⁰ is off by their rounding."""
    off = after((0, 0), 900 * U)
    batch = [moved(0, 0, 1.0), moved(0, 0, 2.0**10)]
    alone = np.array([[1.0, 2.0]])
    assert judged(seen(off[:1], batch, x=alone)).verdict == "pass"
    assert judged(seen(off[:1], batch[:1], x=alone)).verdict == "fail"


def test_a_matrix_that_is_one_argument_is_moved_as_a_whole() -> None:
    whole = X + STEP
    off = after((0, 0), 2 * U)
    assert judged(seen(off, whole), by_rows=False).verdict == "pass"
    assert judged(seen(off), by_rows=False).verdict == "fail"


@pytest.mark.parametrize(
    ("node", "kind"),
    [([np.nan, 1.0], float), ([1.0], float), ([1.0 + STEP, 2.0], complex)],
)
def test_what_is_no_point_moves_nothing(node: Any, kind: type) -> None:
    off = after((0, 0), 2 * U)
    assert judged(seen(off, node, kind=kind)).verdict == "fail"
    assert judged(seen(off, [1.0 + STEP, 2.0])).verdict == "pass"


def test_what_is_left_is_told_where_it_is_first() -> None:
    changed = after((0, 1), 0.5)
    changed[1] = np.nan
    judgement = judged(seen(changed))
    assert judgement.message == "not-restored"
    assert judgement.parameters == {
        "probe": "probe",
        "place": "x[0, 1]",
        "before": 2.0,
        "after": 2.5,
        "count": 3,
        "total": 4,
    }
    point = np.array([1.0, 2.0, 3.0])
    of_point = judged(seen(after(2, 1.0, point), x=point)).parameters
    assert (of_point["place"], of_point["count"], of_point["total"]) == ("x2", 1, 3)


def test_to_the_last_bit_is_told_by_the_difference() -> None:
    assert restored_bitwise(seen(X.copy())).verdict == "pass"
    judgement = restored_bitwise(seen(after((1, 0), 2.0**-50)))
    assert judgement.message == "not-bitwise"
    assert judgement.parameters == {
        "probe": "probe",
        "place": "x[1, 0]",
        "before": 4.0,
        "difference": 2.0**-50,
        "count": 1,
        "total": 4,
    }


@pytest.mark.parametrize("judge", [judged, restored_bitwise])
def test_another_shape_fails_and_what_is_not_told_is_not_judged(judge: Any) -> None:
    reshaped = judge(seen(X[:1]))
    assert (reshaped.verdict, reshaped.message) == ("fail", "reshaped")
    assert reshaped.parameters == {"probe": "probe", "actual": [1, 2]}
    untold = judge(seen(None))
    assert (untold.verdict, untold.message) == ("not-covered", "not-told")
