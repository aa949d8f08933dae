"""What is right of dropout is read off what it has kept, and by what it is scaled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.evidence.dropout_kinds import (
    DROPPED,
    RATIO_IGNORED,
    RATIO_KEPT,
    RATIO_SWAPPED,
    dropout,
    kept_share,
)
from gradproof.evidence.normalization_kinds import NORM_EPSILONS, normalization
from gradproof.layers import batch_normalization

Array = Any
((SETTING,),) = dropout(0)
X = SETTING.arrays["x"]


def mask(share: float) -> Array:
    """A mask that keeps such a share of the numbers, the largest among them."""
    order = np.argsort(-np.abs(X), axis=None)
    found = np.zeros(X.size)
    found[order[: round(share * X.size)]] = 1
    return found.reshape(X.shape)


@pytest.mark.parametrize(
    ("share", "kept"),
    [
        *((0.8, (0.8,)), (0.66, (0.8,)), (0.64, ()), (0.94, (0.8,)), (0.96, ())),
        *((0.2, (0.2,)), (0.34, (0.2,)), (0.36, ()), (0.06, (0.2,)), (0.5, ())),
    ],
)
def test_the_part_that_is_kept_is_what_is_due_or_what_is_due_to_be_dropped(
    share: float, kept: Any
) -> None:
    assert kept_share(mask(share)) == pytest.approx(kept)


def faults(observed: Array) -> dict[str, str]:
    """Of each reference its fault, by its name."""
    return {r.name: r.fault for r in SETTING.right(observed)}


PLAIN, SCALED = "x·mask", "x·mask / (1 − ratio)"


def test_both_published_scales_are_right_where_the_part_is_that_is_due() -> None:
    kept = mask(0.8)
    assert faults(X * kept) == {PLAIN: "", SCALED: ""}
    assert faults(X * kept / (1 - DROPPED)) == {PLAIN: "", SCALED: ""}
    named = {r.name: r for r in SETTING.right(X * kept)}
    assert named[PLAIN].layer(X)[0] == pytest.approx(X * kept)
    assert named[SCALED].layer(X)[0] == pytest.approx(X * kept / 0.8)


def test_another_scale_stands_before_the_last_and_is_at_fault() -> None:
    kept = mask(0.8)
    found = faults(X * kept * 5)
    assert list(found) == [PLAIN, "5·x·mask", SCALED]
    assert found["5·x·mask"] == RATIO_SWAPPED
    found = faults(X * mask(0.2) * 5)
    assert found == {
        PLAIN: RATIO_KEPT,
        "5·x·mask": RATIO_KEPT,
        SCALED: RATIO_SWAPPED,
    }
    assert set(faults(X * mask(0.5)).values()) == {RATIO_IGNORED}


def of_part(drop: float, scale: float) -> list[tuple[str, str]]:
    """The names and faults of all that is right, where a part of x was dropped."""
    kept = np.arange(X.size).reshape(X.shape) % 100 >= 100 * drop
    return [*faults(np.where(kept, X * scale, 0)).items()]


@pytest.mark.parametrize(
    ("drop", "scale", "expected"),
    [
        (DROPPED, 1.0, [(PLAIN, ""), (SCALED, "")]),
        (DROPPED, 1 / (1 - DROPPED), [(PLAIN, ""), (SCALED, "")]),
        (
            DROPPED,
            2.0,
            [(PLAIN, ""), ("2·x·mask", RATIO_SWAPPED), (SCALED, "")],
        ),
        (
            1 - DROPPED,
            1.0,
            [(PLAIN, RATIO_KEPT), (SCALED, RATIO_SWAPPED)],
        ),
        (0.0, 1.0, [(PLAIN, RATIO_IGNORED), (SCALED, RATIO_IGNORED)]),
        (DROPPED, np.inf, [(PLAIN, ""), (SCALED, "")]),
    ],
)
def test_what_is_right_of_a_dropout_is_read_off_what_came_out(
    drop: float, scale: float, expected: list[tuple[str, str]]
) -> None:
    assert of_part(drop, scale) == expected


def test_a_share_is_what_is_due_or_what_is_to_be_dropped_or_neither() -> None:
    shares = (1 - DROPPED, DROPPED, 0.0, 1.0)
    kept = [kept_share(np.arange(1000) < 1000 * share) for share in shares]
    assert kept == [(1 - DROPPED,), (DROPPED,), (), ()]


def test_dropout_is_made_of_what_is_dropped_or_of_what_is_kept() -> None:
    assert SETTING.options == {"ratio": 0.2, "kept": 0.8}
    assert SETTING.fed == {"train": True}
    assert X.shape == (16, 24)


def test_an_epsilon_may_stand_beside_the_root_alone() -> None:
    (rows, _), *_ = normalization(0)
    arrays = rows.arrays.values()
    named = {r.name: r for r in rows.right(np.zeros(1))}
    value, _ = named["ε = 0.001 beside the root"].layer(*arrays)
    x, gamma, beta = arrays
    apart = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-3)
    assert value == pytest.approx(gamma * apart + beta)
    assert rows.fed == {"train": True}
    assert rows.options == {"momentum": 0.5, "epsilon": 1e-5}


def test_of_another_shape_or_of_nothing_no_scale_is_read() -> None:
    assert list(faults(X[0])) == [PLAIN, SCALED]
    assert faults(X[0])[PLAIN] == RATIO_IGNORED
    assert list(faults(0 * X)) == [PLAIN, SCALED]
    assert list(faults(np.where(mask(0.8) > 0, np.inf, 0))) == [PLAIN, SCALED]


def epsilons(epsilon: float, **more: Any) -> set[str]:
    """What is right of a normalization's value, beside what is published."""
    (rows, _), *_ = normalization(0)
    value, _ = batch_normalization(*rows.arrays.values(), epsilon=epsilon, **more)
    published = {r.name for r in rows.right(np.zeros(1))}
    return {r.name for r in rows.right(np.asarray(value))} - published


def test_an_epsilon_that_is_read_off_is_right_as_far_as_it_is_small() -> None:
    assert epsilons(3e-4) == {"ε = 0.0003 under the root"}
    assert len(epsilons(2 * max(NORM_EPSILONS))) == 0
    (rows, _), *_ = normalization(0)
    slacks = {r.name: r.slope_slack for r in rows.right(np.zeros(1))}
    least = 0.05**1.5  # the least variance of what is fed, and its root
    assert slacks["ε = 1e-07 under the root"] == pytest.approx(1e-7 / least)
    assert slacks["ε = 1e-06 beside the root"] == pytest.approx(1e-6 / least)
    least_variance = np.var(rows.arrays["x"], axis=0).min()
    assert least_variance > 0.05
    assert slacks["ε = 1e-05 under the root"] == 0
    assert slacks["ε = 0 under the root"] == 0
