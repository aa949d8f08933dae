"""The form of a rule that a course follows, with its numbers."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradproof.evidence import clipping
from gradproof.evidence.bounds import BoundedNumbers, bounded, limits
from gradproof.evidence.optimizer_courses import STARTS, STEPS, STILL, Course, slopes
from gradproof.evidence.update_rules import USUAL, Numbers, RuleVariant, walk
from gradproof.numerics.running_error import running
from gradproof.ports.trials import Description

Array = np.ndarray[Any, Any]


Walk = Callable[[Numbers, Sequence[Any], Sequence[Sequence[Any]]], Iterator[list[Any]]]
"""Where steps lead: numbers, starts and slopes give the parameters after each step."""


NEAR = 1e-6
"""Where a walk in plain numbers is further off, relative to the way that was gone, it
is not held to its running bound: these are ten thousand times smaller."""


MAX_EPSILON = 1e-3
"""The largest ε of published settings (EfficientNet's RMSprop, arXiv:1905.11946)."""


@dataclass(frozen=True)
class Followed:
    """A form of a rule, and the numbers with which it is followed."""

    form: RuleVariant
    numbers: Mapping[str, float]


def cut_path(form: RuleVariant, clip: clipping.Clip | None) -> Walk:
    """Where a form leads by gradients that are cut so, if they are."""
    return walk_of(form) if clip is None else clipping.clipped(walk_of(form), clip)


def follows(
    said: Description,
    course: Course,
    forms: Sequence[RuleVariant],
    parameters: int = 2,
    *,
    loose: bool = False,
    clip: clipping.Clip | None = None,
    held: Mapping[str, float] = {},
) -> Followed | None:
    """The form, with its numbers, that the first ``parameters`` of a course follow.

    ``loose``: with other numbers than were given, too; ``held`` are those of ``clip``.
    """
    for form in forms:
        path = cut_path(form, clip)
        for plain in candidates(said, course, form, loose=loose):
            numbers = {**plain, **held}
            found = explained(course, path, numbers, parameters)
            if found == parameters * STEPS:
                return Followed(form, numbers)
    return None


def candidates(
    said: Description, course: Course, form: RuleVariant, *, loose: bool = False
) -> Iterator[dict[str, float]]:
    """Numbers with which a form may be followed, likeliest first.

    Those that were given are; if ``loose``, others may be.
    """
    rates = dict.fromkeys([course.given[r] for r in ["rate"] if r in course.given])
    if not rates:
        rates = dict.fromkeys([c for c in said.constants if 0 < c < 10])
    choices = [_choices(said, course, role, loose) for role in form.roles]
    for rate in rates:
        for values in itertools.product(*choices):
            yield {"rate": rate, **dict(zip(form.roles, values, strict=True))}


def _choices(said: Description, course: Course, role: str, loose: bool) -> list[float]:
    """What a number may be: as given, else as it stands in the code, else as usual."""
    given = course.given
    if role in given and not loose:
        return [given[role]]
    found = [given[r] for r in (role, "factor") if r in given]
    if role == "epsilon":
        constants = [c for c in said.constants if 0 < c < 0.1 or c > 1e3]
    else:
        constants = [c for c in said.constants if 0.1 < c < 1]
    defaults = [n for p in said.make if (n := p.number) is not None]
    shares = [n for n in defaults if 0 < n < 1]
    return list(dict.fromkeys([*found, *constants, *USUAL[role], *shares]))


def explained(course: Course, path: Walk, numbers: Numbers, parameters: int = 2) -> int:
    """How many steps of parameters a walk predicts within its running bound.

    It is only asked for the bound if plain numbers come near.
    """
    near = _near(course, path, numbers, parameters)
    if near < parameters * STEPS:
        return near
    expected = bounded_path(course, path, numbers)
    return sum(
        not np.any(_but_still(i, limit.off(actual[i])))
        for actual, step in zip(course.actual, expected, strict=True)
        for i, limit in enumerate(step[:parameters])
    )


def _but_still(parameter: int, off: Array | None) -> Array:
    """Where it departs, without the entry whose slope is always 0."""
    if off is None:
        return np.array(True)
    if parameter == STILL[0] and off.shape == STARTS[STILL[0]].shape:
        off = off.copy()
        off[STILL[1:]] = False
    return off


def _near(course: Course, path: Walk, numbers: Numbers, parameters: int) -> int:
    """How many steps, until the first that is not, plain numbers predict roughly."""
    found = 0
    way: list[Any] = [0.0] * len(course.starts)
    before: Sequence[Array] = course.starts
    with np.errstate(all="ignore"):
        for actual, expected in zip(
            course.actual, path(numbers, course.starts, course.slopes), strict=True
        ):
            for i in range(min(parameters, len(actual))):
                way[i] = way[i] + np.abs(actual[i] - before[i])
                slack = NEAR * way[i] + 1e-14 * np.abs(actual[i])
                if np.any(_but_still(i, ~(np.abs(actual[i] - expected[i]) <= slack))):
                    return found
                found += 1
            before = actual
    return found


def expected_path(
    course: Course, form: RuleVariant, numbers: Numbers
) -> list[list[BoundedNumbers]]:
    """What is due of a right form after each step, with how far it may be off."""
    if course.uphill:
        return bounded_path(course, walk_of(form), numbers)
    return _expected_path(form, tuple(numbers.items()), len(course.starts))


@functools.lru_cache(maxsize=64)
def _expected_path(
    form: RuleVariant, numbers: tuple[tuple[str, float], ...], parameters: int
) -> list[list[BoundedNumbers]]:
    steps = [step[-parameters:] for step in slopes()]
    course = Course({}, STARTS[-parameters:], steps, ())
    return bounded_path(course, walk_of(form), dict(numbers))


def bounded_path(
    course: Course, path: Walk, numbers: Numbers
) -> list[list[BoundedNumbers]]:
    """What is due after each step, with how far it may be off."""
    exact = {role: running(value) for role, value in numbers.items()}
    starts = [bounded(start) for start in course.starts]
    steps = [[bounded(dx) for dx in step] for step in course.slopes]
    with np.errstate(all="ignore"):
        return [[limits(x) for x in now] for now in path(exact, starts, steps)]


def walk_of(form: RuleVariant) -> Walk:
    """Where a form leads."""
    return partial(walk, form.move)
