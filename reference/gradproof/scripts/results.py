"""What the gradient calls of a script returned, beside the gradient at their x."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from gradproof.numerics.functions import product
from gradproof.numerics.magnitudes import furthest
from gradproof.scripts import gradient_bounds, provenance
from gradproof.scripts.arrow_styles import (
    RIGHT,
    ExpectedField,
    Mask,
    are_off,
    classify,
)
from gradproof.scripts.objectives import How, Objective, evaluate, objective
from gradproof.scripts.provenance import Calls
from gradproof.scripts.records import Array, GradientCall, Run
from gradproof.scripts.session import Session, UnansweredError, again

PRODUCT = [[1.0, [1, 1]]]
"""x0·x1, as a sum of a factor and the powers of x0 and x1."""

SQUARE = (2, 2)
"""The shape of two points, which may be meant by rows or by columns."""

Kind = Literal[
    "right",
    "integers",
    "single",
    "factor",
    "wrong",
    "step",
    "unlike",
    "changed",
    "unknown",
]
"""``step``: x and a multiple of ∇f; ``unlike``: no gradient, and perhaps not meant for
one; ``changed``: f gives other values by now than it gave in the call."""

MAX_GROUPS = 8
"""Functions and lines of a script whose results are judged."""
MAX_POINTS = 2000
"""Points of one of them; further ones are not judged."""
SINGLE_ROUNDOFF = float(np.finfo(np.float32).eps) / 2
WRONG: frozenset[Kind] = frozenset({"integers", "single", "factor", "wrong"})


@dataclass(frozen=True, eq=False)
class ReturnedResult:
    """The results of calls of one routine, for one f and from one line.

    ``wrong`` of ``total`` that could be judged are not the gradient; ``x``,
    ``actual`` and ``expected``, (2,), are of the one that is off most; ``factor`` is
    that of results which are a multiple of it.
    """

    calls: Calls
    kind: Kind
    wrong: int = 0
    total: int = 0
    factor: float = 1.0
    x: Array | None = None
    actual: Array | None = None
    expected: Array | None = None

    @property
    def call(self) -> GradientCall:
        """The first call."""
        return self.calls[0]


def returned(
    session: Session,
    run: Run,
    judged: Calls,
    known: dict[int, Objective],
    drawn: Mapping[frozenset[int], tuple[ExpectedField, How]],
) -> tuple[ReturnedResult, ...]:
    """What the judged calls returned, and all those at single points of a plane.

    ``known`` are the functions asked about so far. ``drawn`` is what is expected of
    the calls of a picture, point by point in their order, and how it is known, by
    their numbers.
    """
    numbers = {call.number for call in judged}
    calls = [c for c in run.calls if c.number in numbers or c.shape == (2,)]
    groups: dict[tuple[object, ...], list[GradientCall]] = {}
    for call in calls:
        if call.x is not None and call.result is not None and not call.stub:
            groups.setdefault((call.f, call.place, call.name), []).append(call)
    return tuple(
        _returned(session, tuple(group), known, drawn)
        for group in list(groups.values())[:MAX_GROUPS]
    )


def _returned(
    session: Session,
    calls: Calls,
    known: dict[int, Objective],
    drawn: Mapping[frozenset[int], tuple[ExpectedField, How]],
) -> ReturnedResult:
    calls = _first(calls)
    first, *_ = calls
    at = _at(calls)
    if first.f not in known:
        known[first.f] = objective(session, first.f, first.f_name, at)
    read = known[first.f]
    changed = _changed(session, read, calls)
    # Integers overflow in f where numbers of double precision do not.
    calls, of_all = tuple(c for c in calls if c not in changed or not c.integers), calls
    if not calls or changed & set(calls):
        return ReturnedResult(of_all, "changed")
    at = _at(calls)
    due = drawn.get(frozenset(call.number for call in calls))
    expected, how = due or _expected(session, read, at, calls)
    found = _compared(calls, expected, how, columns=None)
    if found.kind == "step":
        found = replace(found, kind=_for_product(session, calls))
    if found.kind == "right":
        return found
    if not any(call.shape == SQUARE for call in calls):
        return found
    there, how = _expected(session, read, _at(calls, columns=True), calls)
    other = _compared(calls, there, how, columns=True)
    return other if other.kind == "right" else found


def _at(calls: Calls, columns: bool | None = None) -> Array:
    """The points of calls; of a square of them, by columns if that is said."""
    return np.concatenate([_pairs(call, call.x, columns) for call in calls])


def _pairs(call: GradientCall, value: np.ndarray | None, columns: bool | None) -> Array:
    return provenance.pairs(_array(value), columns if call.shape == SQUARE else None)


def _first(calls: Calls) -> Calls:
    """The first calls, with so many points as are judged."""
    sizes = np.cumsum([_array(call.x).size // 2 for call in calls])
    return calls[: max(int(np.searchsorted(sizes, MAX_POINTS, "right")), 1)]


def _array(value: np.ndarray | None) -> Array:
    return np.asarray(value, float)


def _expected(
    session: Session, read: Objective, at: Array, calls: Calls
) -> tuple[ExpectedField, How]:
    step, sided = provenance.step(calls), provenance.one_sided(calls)
    first, *_ = calls
    found, how = gradient_bounds.expected(session, first.f, read, at, step, sided)
    faulty = next((c for c in calls if provenance.wrong_givens(c)), None)
    if faulty is not None:
        found, _ = gradient_bounds.widened(session, faulty, read, found, step)
    return found, how


def _changed(session: Session, read: Objective, calls: Calls) -> set[GradientCall]:
    """The calls in which f gave what it gives no more, as far as that was kept.

    A lambda of a loop, and one that reads what is changed later, is another f by now.
    """
    first, *_ = calls
    kept = np.concatenate([call.answers for call in calls])
    if read.form is None or not len(kept):
        return set()
    try:
        values, _ = evaluate(session, first.f, kept[:, :2], read.form)
    except UnansweredError:
        return set(calls)
    exact = not any(map(_in_single, calls))
    tolerance = 2.0**-44 if exact else 2.0**-10
    same = np.isclose(values, kept[:, 2], tolerance, tolerance, equal_nan=exact)
    owners = np.repeat(np.arange(len(calls)), [len(call.answers) for call in calls])
    return {calls[owner] for owner in owners[~same]}


def _in_single(call: GradientCall) -> bool:
    """Whether the numbers that a call was given are of single precision, or half."""
    return issubclass(np.asarray(call.x).dtype.type, np.float32 | np.float16)


def _compared(
    calls: Calls, expected: ExpectedField, how: How, columns: bool | None
) -> ReturnedResult:
    actual = np.concatenate([_pairs(c, c.result, columns) for c in calls])
    known = expected.known
    if not known.any():
        return ReturnedResult(calls, "unknown")
    g = expected.gradient
    # A result is free to be a number of the kind that its x is made of.
    single = any(map(_in_single, calls))
    b = expected.bound + (SINGLE_ROUNDOFF * np.abs(g) if single else 0)
    b = b * (gradient_bounds.MARGIN if how == "differences" else 1)
    wrong = np.zeros(len(known), bool)
    wrong[known] = are_off(actual[known], g[known], b[known])
    total, count = int(known.sum()), int(wrong.sum())
    if not count:
        return ReturnedResult(calls, "right", 0, total)
    kind, factor = _kind(calls, actual, expected, wrong)
    worst = furthest(np.hypot(*(actual - g).T), wrong)
    return ReturnedResult(
        calls,
        kind,
        count,
        total,
        factor,
        expected.positions[worst],
        actual[worst],
        g[worst],
    )


def _kind(
    calls: Calls, actual: Array, expected: ExpectedField, wrong: Mask
) -> tuple[Kind, float]:
    """What results are that are not all the gradient; and the factor of a multiple."""
    sizes = [_array(call.x).size // 2 for call in calls]
    owners = {calls[n] for n in np.repeat(np.arange(len(calls)), sizes)[wrong]}
    if any(call.integers for call in owners):
        return "integers", 1.0
    if any(map(_in_single, owners)):
        return "single", 1.0
    found = classify(actual, expected)
    factor = found.sign * found.factor
    if classify(actual - expected.positions, expected).right:
        return "step", factor
    if found.style == "scaled":
        return "factor", factor
    return ("unlike" if found.style in (*RIGHT, "lengths") else "wrong"), 1.0


def _for_product(session: Session, calls: Calls) -> Kind:
    """What a routine gives for x0·x1: a multiple of ∇f, or a step.

    On x0² + x1² the one may look like the other.
    """
    call = calls[0]
    try:
        value = again(session, call, PRODUCT, "same")
        at, actual = (provenance.pairs(v) for v in (_array(call.x), value))
        expected = gradient_bounds.exact(product, at, provenance.step(calls))
    except (UnansweredError, ValueError):
        return "unlike"
    if classify(actual, expected).style == "scaled":
        return "factor"
    return "step" if classify(actual - at, expected).right else "unlike"
