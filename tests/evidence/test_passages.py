"""What a passage says of itself: whether it ran, fits, agrees, departs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.evidence.bounds import CERTAIN, BoundedNumbers
from gradproof.evidence.layer_kinds import named
from gradproof.evidence.layer_plan import Plan
from gradproof.evidence.layer_settings import Reference, Setting
from gradproof.evidence.passages import (
    ExpectedPassage,
    LayerEvidence,
    Passage,
    all_told,
    departs,
    departs_where_flat,
    fits,
    is_finite,
    is_right,
    is_turned,
    right_so_far,
    went,
)
from gradproof.layers import relu
from gradproof.ports.trials import Description, Moment

ALLOWED = 0.5
X, W = np.arange(6.0).reshape(2, 3), np.arange(2.0)
SETTING = Setting("s", {"x": X, "W": W}, lambda *_: ())
DUE = {
    role: BoundedNumbers(a, np.full(a.shape, ALLOWED))
    for role, a in SETTING.arrays.items()
}
REFERENCE = Reference("max(x, 0)", relu)
RETURNED = Moment("returned", (X,))
RAISED = Moment("raised", kind="ValueError")
RIGHT = Passage(
    SETTING,
    Plan({}, ("x",)),
    Moment("returned"),
    RETURNED,
    RETURNED,
    {"x": X, "W": W},
    ExpectedPassage(REFERENCE, (), DUE),
    agrees=True,
)


def but(x: Any = X, W: Any = W, **fields: Any) -> Passage:
    """With other gradients, or other fields."""
    return replace(RIGHT, **{"gradients": {"x": x, "W": W}, **fields})


def off(by: float, array: Any = X) -> Any:
    """The same, with its last number off."""
    moved = array.copy()
    moved.flat[-1] += by
    return moved


UNKNOWN = ExpectedPassage(None, (), DUE)
NOTHING_DUE = but(expected=ExpectedPassage(REFERENCE, (), {"W": DUE["W"]}))
ROUGHLY = {
    "x": replace(DUE["x"], rough=DUE["x"]),
    "W": DUE["W"],
}


def by_differences(by: float) -> Passage:
    return but(off(by), expected=ExpectedPassage(None, (), ROUGHLY))


INF = np.full(X.shape, np.inf)
PASSAGES: dict[str, tuple[Passage, dict[str, bool]]] = {
    "right": (RIGHT, {"told": True, "departs": False, "right": True}),
    "nearly": (but(off(0.5)), {"told": True, "departs": False, "right": True}),
    "off": (but(off(0.75)), {"told": True, "departs": True, "right": False}),
    "off in the second": (
        but(W=off(9, W)),
        {"told": True, "departs": True, "right": False},
    ),
    "another shape": (but(X[0]), {"told": False, "departs": False, "right": False}),
    "another shape, and off in the second": (
        but(X[0], off(9, W)),
        {"told": False, "departs": True, "right": False},
    ),
    "none": (but(None), {"told": True, "departs": False, "right": False}),
    "none, and no number": (
        but(None, off(np.nan, W)),
        {"told": False, "departs": False, "right": False},
    ),
    "infinite": (but(INF), {"told": False, "departs": False, "right": False}),
    "not due": (NOTHING_DUE, {"told": False, "departs": False, "right": True}),
    "nothing came of what is not due": (
        replace(NOTHING_DUE, gradients={"x": None, "W": W}),
        {"told": True, "departs": False, "right": True},
    ),
    "of another value": (
        but(agrees=False),
        {"told": True, "departs": False, "right": False},
    ),
    "broken": (but(backward=RAISED), {"told": True, "departs": False, "right": False}),
    "by differences": (
        by_differences(0.25),
        {"told": True, "departs": False, "right": True},
    ),
    "by differences, open": (
        by_differences(2.0),
        {"told": False, "departs": False, "right": True},
    ),
    "by differences, off": (
        by_differences(ALLOWED * CERTAIN + 1),
        {"told": True, "departs": True, "right": False},
    ),
}


@pytest.mark.parametrize(("passage", "answers"), PASSAGES.values(), ids=PASSAGES)
def test_what_came_is_told_departs_or_is_right(
    passage: Passage, answers: dict[str, bool]
) -> None:
    assert {
        "told": all_told(passage),
        "departs": departs(passage),
        "right": is_right([RIGHT, passage]),
    } == answers
    so_far = answers["told"] and not answers["departs"] and not passage.broke
    assert right_so_far([RIGHT, passage]) == so_far


def test_a_departure_may_be_asked_to_be_a_share_of_what_came() -> None:
    """The largest that came is 8 in the one, and 10 in the other."""
    assert departs(but(off(3)), 0.25)
    assert not departs(but(off(3)), 0.375)
    assert not departs(but(off(3)), 0.5)
    assert departs(but(off(5)), 0.375)


def test_what_departs_only_where_its_value_stays_the_same() -> None:
    """There is slope 0 at the first entry of each array alone."""
    flat = X.copy()
    flat[0, 0] = 9
    both = off(9, flat)
    assert departs_where_flat(but(flat))
    first = W + np.array([9, 0])
    assert departs_where_flat(but(flat, first))
    assert not departs_where_flat(RIGHT)
    assert not departs_where_flat(but(None))
    assert not departs_where_flat(but(off(9)))
    assert not departs_where_flat(but(both))
    assert not departs_where_flat(but(flat, off(9, W)))
    assert departs_where_flat(but(None, first))


NO_NUMBER = Moment("returned", (X, np.array([1.0, np.nan])))
NO_ARRAY = Moment("returned", (X, None))
FITTING: dict[str, tuple[Passage, tuple[bool, bool]]] = {
    "right": (RIGHT, (True, True)),
    "off": (but(off(9)), (True, True)),
    "none": (but(None), (True, True)),
    "another shape": (but(W=W[:1]), (False, True)),
    "broken": (but(forward=RAISED), (False, False)),
    "broken on its way back": (but(backward=RAISED), (False, False)),
    "no number": (but(forward=NO_NUMBER), (False, False)),
    "no array": (but(forward=NO_ARRAY), (False, False)),
}


@pytest.mark.parametrize(("passage", "answers"), FITTING.values(), ids=FITTING)
def test_whether_it_went_and_its_gradients_have_the_shapes_of_what_they_are_of(
    passage: Passage, answers: Any
) -> None:
    assert (fits(passage), went(passage)) == answers
    assert is_finite(passage.forward) == (passage.forward is RETURNED) or (
        passage.forward is RAISED
    )


def turned(gradient: Any, **arrays: Any) -> bool:
    setting = replace(SETTING, arrays=arrays or {"x": X})
    return is_turned(but(setting=setting, gradients={"x": gradient}))


def test_a_gradient_of_one_array_is_turned_where_its_axes_are_reversed() -> None:
    assert turned(X.T)
    assert not turned(X)
    assert not turned(None)
    assert not turned(W)
    assert not turned(X.T, x=X, W=W)
    assert not turned(np.eye(3), x=np.eye(3))
    one = replace(SETTING, arrays={"x": X})
    assert not is_turned(but(setting=one, gradients={"x": X.T}, backward=RAISED))


def test_forward_is_as_it_should_be_as_far_as_is_known() -> None:
    assert RIGHT.known
    assert not but(agrees=False).known
    assert but(agrees=False, expected=UNKNOWN).known


def test_the_first_step_that_did_not_return_is_what_broke() -> None:
    other = Moment("exited")
    assert RIGHT.broke is None
    assert but(backward=None).broke is None
    assert but(backward=RAISED).broke is RAISED
    assert but(forward=other, backward=RAISED).broke is other
    assert but(made=other, forward=RAISED).broke is other


def test_a_layer_is_taken_for_its_kind_by_looks_or_behaviour_or_name() -> None:
    said = Description("layer", "ReLU")
    kind = named("ReLU")
    found = LayerEvidence(said, kind)
    assert found.taken_by == "by-name"
    assert replace(found, by_behaviour=True).taken_by == "by-behaviour"
    assert replace(found, by_looks=True).taken_by == "by-looks"
    assert (found.first, found.certain) == ((), True)
    assert replace(found, passages={"first": [RIGHT]}).first == [RIGHT]
    assert not replace(found, kind=None).certain
    assert not replace(found, said=replace(said, kind="Other")).certain
