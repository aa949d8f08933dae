"""What is cut of gradients, by hand: all together, each by itself, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gradproof.evidence.clipping import (
    CUT,
    RIGHT,
    WRONG,
    Clip,
    clipped,
    is_one,
    limits,
    of_numbers,
)
from gradproof.evidence.followed_rules import walk_of
from gradproof.evidence.update_rules import FORMS

SGD = next(form for form in FORMS if form.id == "sgd")
STEP = (np.array([3.0, -4.0]), np.array([0.6, 0.8]), np.array([12.0]))
"""Their norms are 5, 1 and 12, together √170."""
ALL = 170**0.5
TWO = (np.array([3.0, -4.0]), np.array([12.0]))
"""Their norms are 5 and 12, together 13."""


def cut(clip: Clip, limit: float, step: Any = STEP) -> list[list[float]]:
    """The gradients that a walk is given, with the other numbers."""

    def path(numbers: Any, starts: Any, slopes: Any) -> Iterator[list[Any]]:
        assert (numbers, starts) == ({"rate": 0.1}, "starts")
        yield from slopes

    walk = clipped(path, clip)
    (step,) = walk({"rate": 0.1, "limit": limit}, "starts", [step])
    return [dx.tolist() for dx in step]


def times(*factors: float, step: Any = STEP) -> Any:
    return [
        pytest.approx((dx * factor).tolist())
        for dx, factor in zip(step, factors, strict=True)
    ]


@pytest.mark.parametrize(
    ("clip", "limit", "factors"),
    [
        (Clip("all"), 2.0, (2 / ALL,) * 3),
        (Clip("all"), 20.0, (1, 1, 1)),
        (Clip("all", guard=1.0), 2.0, (2 / (ALL + 1),) * 3),
        (Clip("all", guard=1.0), 13.5, (13.5 / (ALL + 1),) * 3),
        (Clip("all", guard=0.25), 13.5, (1, 1, 1)),
        (Clip("each"), 2.0, (2 / 5, 1, 2 / 12)),
        (Clip("each"), 5.0, (1, 1, 5 / 12)),
        (Clip("each", guard=0.5), 5.0, (5 / 5.5, 1, 5 / 12.5)),
        (Clip("each", "always"), 2.0, (2 / 5, 2, 2 / 12)),
        (Clip("each", "small"), 2.0, (1, 2, 1)),
        (Clip("each", turned=True), 2.0, (5 / 2, 1, 12 / 2)),
        (Clip("each", "always", turned=True), 2.0, (5 / 2, 1 / 2, 12 / 2)),
        (Clip("all", "small"), 20.0, (20 / ALL,) * 3),
    ],
)
def test_what_is_too_large_is_made_as_large_as_the_limit(
    clip: Clip, limit: float, factors: tuple[float, ...]
) -> None:
    assert cut(clip, limit) == times(*factors)


@pytest.mark.parametrize(
    ("clip", "limit", "ratios"),
    [
        (Clip("all"), 6.5, (0.5, 0.5)),
        (Clip("all"), 14.0, (1, 1)),
        (Clip("each"), 6.0, (1, 0.5)),
        (Clip("each"), 2.5, (0.5, 2.5 / 12)),
        (Clip("all", guard=1.0), 7.0, (0.5, 0.5)),
        (Clip("all", guard=1.0), 13.5, (13.5 / 14, 13.5 / 14)),
        (Clip("all", "small"), 6.5, (1, 1)),
        (Clip("all", "small"), 26.0, (2, 2)),
        (Clip("each", "small", 1.0), 12.0, (2, 1)),
        (Clip("all", "always"), 26.0, (2, 2)),
        (Clip("all", "always"), 6.5, (0.5, 0.5)),
        (Clip("all", turned=True), 6.5, (2, 2)),
        (Clip("all", turned=True), 26.0, (1, 1)),
        (Clip("all", "small", turned=True), 26.0, (0.5, 0.5)),
        (Clip("each", "always", turned=True), 10.0, (0.5, 1.2)),
    ],
)
def test_of_two_each_is_cut_by_its_norm_or_by_that_of_both(
    clip: Clip, limit: float, ratios: Any
) -> None:
    assert cut(clip, limit, TWO) == times(*ratios, step=TWO)


def test_entries_are_held_between_the_limits_of_either_sign() -> None:
    assert cut(Clip("entries"), 3.5) == [[3, -3.5], [0.6, 0.8], [3.5]]
    assert cut(Clip("entries"), 3.5, TWO) == [[3, -3.5], [3.5]]
    assert cut(Clip("entries"), 20.0) == [dx.tolist() for dx in STEP]


def test_right_is_what_cuts_the_large_and_by_their_norm() -> None:
    assert all(clip.right for clip in RIGHT)
    assert not any(clip.right for clip in WRONG)
    assert {clip.over for clip in RIGHT} == {"all", "each", "entries"}
    assert (len(set(RIGHT)), len(set(WRONG))) == (13, 30)
    assert len({*RIGHT, *WRONG}) == len(RIGHT) + len(WRONG) == 43
    assert RIGHT[0].guard == 1e-6
    # By them all, some alone, or entries alone are cut.
    norms = [np.linalg.norm(dx) for dx in STEP]
    assert min(norms) < CUT["cut-more"] < CUT["cut"] < max(norms)


def test_the_limit_is_as_given_else_it_may_stand_in_the_code() -> None:
    code = (0.0, -5.0, 0.5, 5.0, 1e4, 10001.0)
    assert limits({"limit": 3.0}, code) == [3.0]
    assert limits({"limit": 3.0}, [5.0]) == [3.0]
    assert limits({"rate": 0.1}, code) == [5.0, 0.5, 1e4]
    assert limits({"rate": 3.0}, [0.0, -5.0, 5.0, 1e4, 1.0001e4]) == [5.0, 1e4]
    assert of_numbers({"rate": 0.1, "limit": 3.0}) == {"limit": 3.0}
    assert of_numbers({"rate": 1.0, "limit": 2.0}) == {"limit": 2.0}
    assert of_numbers({"rate": 0.1}) == {}
    assert [is_one(name) for name in ("max_norm", "clip", "lr")] == [True, True, False]


def test_a_cut_way_is_that_by_smaller_gradients() -> None:
    path = clipped(walk_of(SGD), Clip("all"))
    (now,) = path({"rate": 2.0, "limit": 6.5}, [np.zeros(2), np.zeros(1)], [TWO])
    assert [each.tolist() for each in now] == [[-3, 4], [-12]]
