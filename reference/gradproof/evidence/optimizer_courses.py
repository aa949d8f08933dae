"""What an optimizer is made with and has to update, and what came of it."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof.evidence import clipping, weight_decay
from gradproof.evidence.update_rules import VALUES, role_of
from gradproof.ports.trials import (
    Description,
    LayerPort,
    Moment,
    Parameter,
    Step,
    Trial,
)

Array = np.ndarray[Any, Any]


STEPS = 20


DECAY = 0.1
"""The weight decay that is tried, where one can be given."""


STARTS: tuple[Array, ...] = (
    np.array([[0.0, -2.0, 0.5], [0.25, 3.0, -1.0]]),
    np.array([1.5, -0.75, 0.0]),
)
"""Two parameters of different shapes."""


TINY = (0, 0, 0)
"""The entry that begins at 0 and has slopes near the usual ε: there ε shows."""


STILL = (0, 1, 1)
"""The entry whose slope is 0 all the time."""


ALWAYS = ("rate", "limit", "none")
"""The roles of what is given whatever it is by default."""


def slopes(seed: int = 0) -> list[tuple[Array, ...]]:
    """The derivatives of every step."""
    rng = np.random.default_rng([3, seed])
    found = []
    for _ in range(STEPS):
        step = [np.asarray(rng.uniform(-2, 2, start.shape)) for start in STARTS]
        for (parameter, *entry), factor in ((TINY, 1e-7), (STILL, 0.0)):
            step[parameter][tuple(entry)] *= factor
        found.append(tuple(step))
    return found


@dataclass(frozen=True, eq=False)
class Course:
    """What was done with one optimizer: its numbers by role, and what came of it.

    ``given`` are the numbers that it was given or has by default.
    """

    given: Mapping[str, float]
    starts: tuple[Array, ...]
    slopes: Sequence[tuple[Array, ...]]
    moments: tuple[Moment, ...]
    uphill: bool = False

    @property
    def broke(self) -> Moment | None:
        """The first step that did not return, or left no numbers of their shapes."""
        return next((m for m in self.moments if m.outcome != "returned"), None)

    @property
    def updates(self) -> tuple[Moment, ...]:
        """What came of each update: before them it is made, and handed parameters."""
        return self.moments[2:]

    @property
    def misshapen(self) -> tuple[int, Array | None] | None:
        """The first parameter that is no array of its shape any more."""
        for moment in self.updates:
            for i, now in enumerate(moment.params):
                if now is None or now.shape != self.starts[i].shape:
                    return i, now
        return None

    @functools.cached_property
    def actual(self) -> list[tuple[Array, ...]]:
        """The parameters after each step."""
        return [
            tuple(np.asarray(now, float) for now in moment.params if now is not None)
            for moment in self.updates
        ]


def numbers_of(said: Description, *, other: bool = False) -> dict[str, float]:
    """What an optimizer is made with, by its parameters' names: the rate is another.

    ``other``: everything is another than by default.
    """
    found = {}
    for parameter in said.make:
        role = role_in(parameter.name, said)
        if role is None:
            continue
        default = parameter.number
        one, two = VALUES[role]
        if said.instance:
            one, two = (default, default) if default is not None else (one, two)
        if parameter.required or role in ALWAYS or other:
            found[parameter.name] = two if one == default and not said.instance else one
    return found


def role_in(name: str, said: Description) -> str | None:
    """The role of a parameter; where none is named a rate, one may be it."""
    roles = {p.name: role_of(p.name) for p in said.make}
    if "rate" not in roles.values():
        rate = next((p.name for p in said.make if _may_be_rate(p, said)), None)
        roles |= {rate: "rate"} if rate else {}
    return roles[name]


def _may_be_rate(parameter: Parameter, said: Description) -> bool:
    """Whether it is a factor, as the alpha of DeZero's Adam, or a number unnamed."""
    role = role_of(parameter.name)
    plain = parameter.required or parameter.number is not None
    return role == "factor" or (role is None and plain and not said.instance)


def manner_of(
    port: LayerPort, said: Description, make: Mapping[str, float]
) -> tuple[str, Moment | None]:
    """The manner in which one update returns, or what came of the likeliest."""
    one = "update_one" in said.methods
    manners = ("setup", "one") if one else ("dictionary", "lists")
    actual = []
    for manner in manners:
        trial = _trial(said, make, manner, STARTS, slopes()[:1])
        (moments,) = port.run([trial])
        if moments[-1].outcome == "returned":
            return manner, None
        actual.append(moments[-1])
    # By lists, a dictionary is asked for what has the number 0.
    by_lists = not one and actual[0].kind in ("KeyError", "TypeError")
    return "", actual[by_lists]


def _trial(
    said: Description,
    make: Mapping[str, float],
    manner: str,
    starts: Sequence[Array],
    steps: Sequence[Sequence[Array]],
) -> Trial:
    begin = Step("begin", tuple(starts), manner)
    return Trial(
        said.name, make, (begin, *(Step("update", tuple(step)) for step in steps))
    )


def watched(port: LayerPort, said: Description, manner: str) -> dict[str, Course]:
    """The first course, the same anew, and others.

    "faster" has twice the rate, "alone" the second parameter alone, "twins" it and
    one of its shape, "other" has other numbers; in others gradients may be cut.
    """
    make = numbers_of(said)
    rates = [p.name for p in said.make if role_in(p.name, said) == "rate"]
    faster = {**make, **{name: 2 * make[name] for name in rates}}
    other = numbers_of(said, other=True)
    path = slopes()
    alone = [step[1:] for step in path]
    twins = [(-step[1], step[1]) for step in path]
    asked: dict[str, tuple[dict[str, float], tuple[Array, ...], Any]] = {
        "first": (make, STARTS, path),
        "again": (make, STARTS, path),
        "alone": (make, STARTS[1:], alone),
        "twins": (make, (STARTS[1] + 1, STARTS[1]), twins),
    }
    if rates:
        asked["faster"] = faster, STARTS, path
    if other != make:
        asked["other"] = other, STARTS, path
    decays = [p.name for p in said.make if weight_decay.is_one(p.name)]
    if decays and not said.instance:
        asked["decayed"] = make | dict.fromkeys(decays, DECAY), STARTS, path
    asked |= _clipped(said, make)
    trials = [
        _trial(said, given, manner, starts, steps)
        for given, starts, steps in asked.values()
    ]
    return {
        id: Course(_by_role(said, given), starts, steps, tuple(moments))
        for (id, (given, starts, steps)), moments in zip(
            asked.items(), port.run(trials), strict=True
        )
    }


def upwards(course: Course) -> Course:
    """The course of what says that it climbs: a descent by the slopes' negatives."""
    slopes = [tuple(-dx for dx in step) for step in course.slopes]
    return replace(course, slopes=slopes, uphill=True)


def _clipped(
    said: Description, make: dict[str, float]
) -> dict[str, tuple[dict[str, float], tuple[Array, ...], Any]]:
    """Courses with limits of gradients, or where one shows that stands in the code."""
    limits = [p.name for p in said.make if clipping.is_one(p.name)]
    if limits and not said.instance:
        return {
            id: (make | dict.fromkeys(limits, limit), STARTS, slopes())
            for id, limit in clipping.CUT.items()
        }
    steep = [tuple(dx * clipping.STEEP for dx in step) for step in slopes()]
    return {"steep": (make, STARTS, steep)}


def _by_role(said: Description, make: Mapping[str, float]) -> dict[str, float]:
    """The numbers by role, those that it has by default as well."""
    found = {}
    for parameter in said.make:
        role = role_in(parameter.name, said)
        default = parameter.number
        value = make.get(parameter.name, default)
        if role is not None and value is not None:
            found[role] = value
    return found


def is_whole(course: Course) -> bool:
    """Whether every step returned, and left arrays of their shapes."""
    return course.broke is None and course.misshapen is None
