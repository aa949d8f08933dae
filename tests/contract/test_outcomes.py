"""What came of a call, where it was no array of the right shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.contract import moments, outcomes
from gradproof.contract.verdicts import Judgement, broken, failed, not_covered, passed
from gradproof.ports.observation import (
    Broke,
    Declined,
    Nonsense,
    Observation,
    Outcome,
    Probe,
    Raised,
    Returned,
    Unserved,
)
from gradproof.ports.trials import Moment

X = np.ones((2, 3))
LINE = np.ones(4)
PLANE = np.ones((4, 2))


def seen(outcome: Outcome, x: Any = X, **more: Any) -> Observation:
    return Observation(Probe("probe", float, np.asarray(x), **more), (), outcome, None)


def returned(shape: tuple[int, ...], x: Any = X, **more: Any) -> Observation:
    return seen(Returned(np.zeros(shape)), x, **more)


SPOILT: dict[str, tuple[Observation, Judgement]] = {
    "declined": (seen(Declined()), broken("declined", probe="probe")),
    "raised": (
        seen(Raised("ValueError", "why")),
        broken("raised", probe="probe", kind="ValueError", text="why"),
    ),
    "no array": (
        seen(Nonsense("list")),
        broken("nonsense", probe="probe", what="list"),
    ),
    "no number": (
        seen(Nonsense("list"), layout="number"),
        broken("nonsense-number", probe="probe", what="list"),
    ),
    "no line": (
        seen(Nonsense("list"), at=LINE, layout="number"),
        broken("nonsense-line", probe="probe", what="list"),
    ),
    "crashed": (
        seen(Broke("crash", "SIGSEGV")),
        broken("broke.crash", probe="probe", detail="SIGSEGV"),
    ),
    "not served": (
        seen(Unserved("by-name", {"name": "f"})),
        not_covered("by-name", name="f"),
    ),
}


@pytest.mark.parametrize(("observation", "judgement"), SPOILT.values(), ids=SPOILT)
def test_what_came_in_the_place_of_an_array_is_told(
    observation: Observation, judgement: Judgement
) -> None:
    assert outcomes.breakage(observation) == judgement
    assert outcomes.shape(observation) == judgement


def test_an_array_is_no_breakage() -> None:
    assert outcomes.breakage(returned((9,))) is None


SHAPES: dict[str, tuple[Observation, Judgement]] = {
    "right": (returned((2, 3)), passed()),
    "a number": (returned((), 1.0), passed()),
    "transposed": (
        returned((3, 2)),
        failed("wrong-shape", probe="probe", actual=[3, 2], expected=[2, 3]),
    ),
    "no number": (
        returned((1,), 1.0),
        failed("wrong-shape-number", probe="probe", actual=[1]),
    ),
    "a line": (returned((4,), at=LINE), passed()),
    "a value at each point": (returned((4,), at=PLANE), passed()),
    "all of a plane": (
        returned((4, 2), at=PLANE),
        failed("plane-by-component", probe="probe", size=2),
    ),
    "another line": (
        returned((5,), at=LINE),
        failed("wrong-shape", probe="probe", actual=[5], expected=[4]),
    ),
}


@pytest.mark.parametrize(("observation", "judgement"), SHAPES.values(), ids=SHAPES)
def test_an_array_is_to_have_the_shape_that_is_due(
    observation: Observation, judgement: Judgement
) -> None:
    assert outcomes.shape(observation) == judgement


@pytest.mark.parametrize(
    ("moment", "judgement"),
    [
        (
            Moment("broke", kind="program.died", text="SIGBUS"),
            broken("layer.died", how="SIGBUS"),
        ),
        (
            Moment("broke", kind="program.misfit", text="no frame"),
            broken("layer.misfit", text="no frame"),
        ),
        (Moment("missing", text="torch"), not_covered("load.missing", names="torch")),
        (Moment("returned"), None),
        (Moment("raised", kind="ValueError"), None),
        (Moment("exited"), None),
    ],
)
def test_a_step_that_broke_by_another_is_not_blamed(
    moment: Moment, judgement: Judgement | None
) -> None:
    assert moments.not_run(moment) == judgement


@pytest.mark.parametrize(
    ("role", "broke", "late"),
    [
        ("layer", "layer.broke", "layer.late"),
        ("network", "network.broke", "network.late"),
        ("optimizer", "optimizer.broke", "optimizer.broke"),
    ],
)
def test_a_step_that_was_too_late_is_told_apart(
    role: Any, broke: str, late: str
) -> None:
    ended, timed = Moment("broke", kind="crash"), Moment("broke", kind="load.timeout")
    assert moments.not_run(ended, role) == not_covered(broke)
    assert moments.not_run(timed, role) == not_covered(late)
