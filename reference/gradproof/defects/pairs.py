"""What is wrong with a claimed gradient, seen against the slopes of its function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.evidence.evidence import Evidence
from gradproof.evidence.probe_ids import GIVEN
from gradproof.numerics.slope_records import Slope, Slopes

Array = np.ndarray[Any, Any]


USUAL_FACTORS = (0.5, 2.0)
"""Of a square the derivative is twice, or half, what it should be: that is told before
a missing term, which is of the same form where f is quadratic."""


@dataclass(frozen=True, eq=False)
class Claim:
    """A claimed gradient beside the known slopes: flat arrays of the same entries.

    ``limit`` is how far a right claim may be off, ``x`` the place; ``shape`` is x's
    where all entries are known, and ``None`` where some are left out.
    """

    claimed: Array
    expected: Array
    limit: Array
    x: Array
    shape: tuple[int, ...] | None

    @property
    def right(self) -> int:
        """How many entries are as they should be."""
        return self.like(self.expected, self.limit)

    def like(self, predicted: Array, limit: Array) -> int:
        """How many entries are as predicted."""
        return int(np.sum(np.abs(self.claimed - predicted) <= limit))


def claim_of(evidence: Evidence) -> Claim | None:
    """The claim in double precision, if there is one of the right shape.

    Of f without what guards its logarithm, if it is nearer to being right then.
    """
    own = _claim(evidence)
    if own is None or evidence.unguarded is None:
        return own
    without = _claim(evidence.unguarded)
    return without if without and _reach(without) > _reach(own) else own


def _reach(claim: Claim) -> int:
    """How many entries are right, or explained by the best explanation."""
    return max([claim.right, *(count for _, count in explanations(claim))])


def _claim(evidence: Evidence) -> Claim | None:
    observation, slopes = evidence.observations[GIVEN[0]], evidence.slopes[GIVEN[0]]
    value, x = observation.value, np.asarray(observation.probe.x, float)
    if not isinstance(slopes, Slopes) or value is None or value.shape != x.shape:
        return None
    known = [slope for slope in slopes.entries if slope.tells]
    if not known:
        return None
    return Claim(
        np.array([float(np.real(value[slope.index])) for slope in known]),
        np.array([slope.value for slope in known]),
        np.array([_limit(slope) for slope in known]),
        np.array([x[slope.index] for slope in known]),
        x.shape if len(known) == x.size else None,
    )


def _limit(slope: Slope) -> float:
    return slope.limit + slope.doubt


def explanations(claim: Claim) -> list[tuple[str, int]]:
    """Each defect with the number of entries that it explains, best first.

    Of what explains as much, what has a number to be fitted comes last.
    """
    found: dict[str, int] = {}
    with np.errstate(invalid="ignore", over="ignore"):  # an entry may be infinite
        for defect, predicted, limit in _predictions(claim):
            count = claim.like(predicted, limit)
            if count > found.get(defect, -1):
                found.pop(defect, None)  # it stands where it explains most
                found[defect] = count
    ranked = sorted(found.items(), key=lambda item: -item[1])
    return [(defect, count) for defect, count in ranked if count > claim.right]


def _predictions(claim: Claim) -> Iterator[tuple[str, Array, Array]]:
    expected, limit = claim.expected, claim.limit
    yield "sign-flipped", -expected, limit
    if claim.shape is not None:
        for order in _turned(np.arange(expected.size).reshape(claim.shape)):
            yield "components-swapped", expected[order], limit[order]
    yield "missing-entries", _where_claimed(claim), limit
    for share in USUAL_FACTORS:
        predicted = share * expected
        if _tells(predicted, expected, limit):
            yield "wrong-factor", predicted, limit + share * limit
    for defect, direction, origin in (
        ("missing-term", claim.x, expected),
        ("wrong-factor", expected, np.zeros_like(expected)),
    ):
        predicted, bound = _fitted(claim, direction, origin)
        if _tells(predicted, expected, limit):
            yield defect, predicted, bound
    for parts in _partitions(claim):
        predicted, bound = expected.copy(), limit.copy()
        for part in parts:
            shift, doubt = _constant(claim, part)
            predicted[part] += shift
            bound[part] += doubt
        yield "missing-constant", predicted, bound


def _tells(predicted: Array, expected: Array, limit: Array) -> bool:
    """Whether two entries or more would be others.

    One gives the number, so that at least one more has to bear it out.
    """
    return bool(np.count_nonzero(np.abs(predicted - expected) > limit) > 1)


def _where_claimed(claim: Claim) -> Array:
    """The expected values, but 0 where it is claimed; if not all that is right is 0."""
    right = np.abs(claim.claimed - claim.expected) <= claim.limit
    there = ((claim.claimed != 0) & right).any()
    return claim.expected * (claim.claimed != 0) if there else claim.expected


def _partitions(claim: Claim) -> Iterator[Sequence[Array]]:
    """The entries' numbers in parts that each may have a constant: all, or by axes."""
    numbers = np.arange(len(claim.expected))
    yield [numbers]
    if claim.shape is not None and len(claim.shape) == 2:
        yield list(numbers.reshape(claim.shape).T)
        yield list(numbers.reshape(claim.shape))


def _constant(claim: Claim, part: Array) -> tuple[Array, Array]:
    """The constant by which the wrong entries of a part are off, and its doubt.

    It is had from the one that is known best. Another has to bear it out, at which
    another value is due: where the same is due, any slip is off by the same.
    """
    expected, limit = claim.expected[part], claim.limit[part]
    gap = claim.claimed[part] - expected
    off = np.abs(gap) > limit
    k = int(np.argmin(np.where(off, limit, np.inf)))
    alike = off & (np.abs(gap - gap[k]) <= limit + limit[k])
    if not (np.abs(expected - expected[k]) > limit + limit[k])[alike].any():
        return np.zeros_like(expected), np.zeros_like(expected)
    return np.where(off, gap[k], 0), np.where(off, limit[k], 0)


def _turned(array: Array) -> Iterator[Array]:
    """The array with its entries in the orders that are taken for one another."""
    yield array.ravel()[::-1]
    if array.ndim == 2:
        yield array.T.ravel()
        yield array[::-1].ravel()
        yield array[:, ::-1].ravel()


def _fitted(claim: Claim, direction: Array, origin: Array) -> tuple[Array, Array]:
    """origin + c·direction with c from the entry that leaves least doubt about it."""
    if not direction.any():
        return origin, claim.limit
    size = np.abs(direction)
    doubts = np.divide(claim.limit, size, np.full_like(size, np.inf), where=size > 0)
    k = int(np.argmin(doubts))
    share = direction / direction[k]
    factor = claim.claimed[k] - origin[k]
    limit = claim.limit + np.abs(share) * claim.limit[k]
    # In a factor's own direction the expected values are off by their limit as well.
    slack = np.abs(factor / direction[k]) * claim.limit
    return origin + factor * share, limit + slack
