"""What is due of a layer by the references of its kind."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.evidence.bounds import BoundedNumbers, bounded, limits
from gradproof.evidence.layer_settings import Reference, Setting
from gradproof.evidence.passages import ExpectedPassage, Passage
from gradproof.layers.layer import Backward
from gradproof.numerics.running_error import Running
from gradproof.ports.trials import Moment

Array = np.ndarray[Any, Any]


def several(value: Any) -> tuple[Any, ...]:
    """The arrays of a layer's value."""
    return value if isinstance(value, tuple) else (value,)


Same = tuple[tuple[tuple[int, ...], bytes], ...]
"""Arrays as shapes and bytes: what is due for the same numbers is worked out once."""


def _same(arrays: Iterable[Any]) -> Same:
    numbers = (np.asarray(array, float) for array in arrays)
    return tuple((n.shape, n.tobytes()) for n in numbers)


def _bounded(same: Same) -> list[Any]:
    arrays = [np.frombuffer(data).reshape(shape) for shape, data in same]
    return [bounded(a) if a.ndim else Running(float(a)) for a in arrays]


@functools.lru_cache(maxsize=1024)
def _expected_value(
    reference: Reference, same: Same
) -> tuple[tuple[BoundedNumbers, ...], Backward]:
    """The value of a reference, and its backward."""
    value, backward = reference.layer(*_bounded(same))
    return tuple(limits(v, reference.slack) for v in several(value)), backward


@functools.lru_cache(maxsize=1024)
def _expected_gradients(
    reference: Reference, same: Same, given: Same
) -> tuple[BoundedNumbers, ...]:
    """The gradients of a reference."""
    _, backward = _expected_value(reference, same)
    slack = reference.slope_slack
    return tuple(limits(g, slack) for g in backward(*_bounded(given)))


def expected(
    reference: Reference, setting: Setting, cotangents: Sequence[Any] | None
) -> ExpectedPassage:
    """What is due by a reference; without cotangents the value alone."""
    same = _same(setting.arrays.values())
    value, _ = _expected_value(reference, same)
    if cotangents is None:
        return ExpectedPassage(reference, value, {})
    back = _expected_gradients(reference, same, _same(cotangents))
    return ExpectedPassage(
        reference, value, dict(zip(setting.arrays, back, strict=True))
    )


def agreeing(setting: Setting, forward: Moment) -> tuple[Reference | None, bool]:
    """The reference that the value agrees with; else the first, and False."""
    references = setting.right(forward.first)
    for reference in references:
        if _value_fits(expected(reference, setting, None).value, forward.value):
            return reference, True
    return (references[0] if references else None), False


def _value_fits(
    expected: Sequence[BoundedNumbers], actual: Sequence[Array | None]
) -> bool:
    if len(expected) > len(actual):
        return False
    offs = [limit.off(value) for limit, value in zip(expected, actual, strict=False)]
    return all(off is not None and not off.any() for off in offs)


def cotangents(value: Sequence[Array | None], seed: int) -> tuple[Any, ...]:
    """A random one for each array of a value; 1 for one number, which is a loss."""
    arrays = [v for v in value if v is not None]
    if [v.ndim for v in arrays] == [0]:
        return (1.0,)
    rng = np.random.default_rng([7, seed])
    return tuple(rng.uniform(-1, 1, v.shape) for v in arrays)


NEAR = 2e-7
"""How far numbers are moved that are almost those of an earlier call."""


def near(setting: Setting, roles: Iterable[str]) -> Setting:
    """The setting, with what is fed to these moved by next to nothing."""
    moved = {role: setting.arrays[role] for role in roles if role in setting.arrays}
    moved = {role: array + NEAR * (1 + np.abs(array)) for role, array in moved.items()}
    return replace(setting, arrays={**setting.arrays, **moved})


def due_nearby(
    first: Passage, moved: Setting, forward: Moment
) -> tuple[ExpectedPassage, bool]:
    """What is due for numbers that are almost those of a passage; whether it came.

    It is worked out in float64, and may be off by twice what it may there: at a
    distance of `NEAR` no running bound is twice as large.
    """
    for reference in moved.right(forward.first):
        value, backward = reference.layer(*moved.arrays.values())
        values = _as_near(several(value), first.expected.value)
        if _value_fits(values, forward.value):
            slopes = _as_near(backward(*first.given), first.expected.gradients.values())
            found = dict(zip(moved.arrays, slopes, strict=True))
            return ExpectedPassage(reference, values, found), True
    return ExpectedPassage(first.expected.reference, (), {}), False


def _as_near(
    numbers: Iterable[Any], limits: Iterable[BoundedNumbers]
) -> tuple[BoundedNumbers, ...]:
    return tuple(
        replace(limit, value=np.asarray(number, float), allowed=2 * limit.allowed)
        for number, limit in zip(numbers, limits, strict=True)
    )
