"""How dropout reads the part that it is made with, and what it does at test."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradproof.contract.verdicts import Judgement, failed, not_covered, passed
from gradproof.evidence.bounds import bounded, limits
from gradproof.evidence.dropout_kinds import RATIO_KEPT, kept_share
from gradproof.evidence.layer_plan import Plan
from gradproof.numerics.running_error import running
from gradproof.ports.function_names import plain

Array = np.ndarray[Any, Any]

PARTS = ("ratio", "kept")
"""The roles of what says how much is dropped."""

EITHER = ("p", "prob", "probability")
"""Names that published code has for what is dropped and for what is kept."""


def is_blamed(fault: str, plan: Plan) -> bool:
    """Whether a layer that was made so is wrong: its parameter's name says which part.

    Where none was given, nobody knows what part is due.
    """
    named = [n for n, role in plan.make.items() if role in PARTS]
    if not named:
        # To forward it is given by a name that nobody has read.
        return fault != RATIO_KEPT and bool(set(PARTS) & set(plan.fed))
    return fault != RATIO_KEPT or plain(named[0]) not in EITHER


def at_test(plan: Plan, x: Array, trained: Array, tested: Array) -> Judgement:
    """At test everything passes, scaled by what is kept where training does not."""
    factor = _factor(trained, x, trained != 0)
    if factor is None:
        return not_covered("layer.no-modes")
    expected = {1.0} if factor != 1 else set()
    if set(PARTS) & {*plan.make.values(), *plan.fed}:
        expected |= {factor * kept for kept in kept_share(trained != 0)}
    if not expected:
        return not_covered("layer.no-modes")
    if any(_is_multiple(tested, x, each) for each in expected):
        return passed()
    if np.any(tested == 0):
        return failed("layer.drops-at-test")
    actual = _factor(tested, x, np.ones(x.shape, bool))
    if actual is None:
        return not_covered("layer.no-modes")
    return failed("layer.scale-at-test", factor=actual, expected=max(expected))


def draws(first: Array, again: Array | None) -> Judgement:
    """Whether the masks of two batches differ, and the rows of one.

    Of n entries that fall alike and each by itself, d of which are 0, others come
    out the same with a probability of at most e to the −n·H(d/n), whatever the part
    is that is dropped: this is the largest of pᵈ(1 − p)ⁿ⁻ᵈ.
    """
    mask = first != 0
    row, *others = mask
    alike = all(np.array_equal(row, other) for other in others)
    if alike and _surely(row, len(others)):
        return failed("layer.one-mask-for-rows")
    same = again is not None and again.shape == first.shape
    if same and np.array_equal(again != 0, mask) and _surely(mask, 1):
        return failed("layer.mask-kept")
    return passed()


SELDOM = 1e-12
"""How often a right dropout may do by chance what is told to be wrong, at most."""


def _surely(mask: Array, times: int) -> bool:
    """Whether so many masks come out as this one by chance more seldom than that."""
    parts = np.array([mask.mean(), 1 - mask.mean()])
    parts = parts[parts > 0]
    return bool(times * mask.size * np.sum(parts * np.log(parts)) < np.log(SELDOM))


def _factor(actual: Array, x: Array, where: Array) -> float | None:
    """How many times x it is, in these entries; ``None``: no number of times."""
    if not where.any():
        return None
    largest = np.unravel_index(int(np.argmax(np.abs(x) * where)), x.shape)
    factor = float(f"{actual[largest] / x[largest]:.12g}")
    return factor if _is_multiple(actual[where], x[where], factor) else None


def _is_multiple(actual: Array, x: Array, factor: float) -> bool:
    """Whether it is x, so many times, but for the rounding of a right layer."""
    return not np.any(limits(bounded(x) * running(factor)).off(actual))
