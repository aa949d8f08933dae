"""What batch normalization does at test, by the statistics that training has left.

At test each column is a straight line in x, of slope γ/s through (mean, β). From two of
its points the mean and s are read, and then which sum of the batches' own statistics
each of them is. Every average is right, whatever its momentum is called: from 0, from 1
or from the first batch on, of variances by N or by N − 1, with ε inside the root or
beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from gradproof.contract.verdicts import Judgement, failed, not_covered, passed
from gradproof.evidence.bounds import POLICY, bounded
from gradproof.evidence.normalization_kinds import NORM_EPSILONS
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.numerics.running_error import Running

Array = np.ndarray[Any, Any]

NEWEST = 0.5
"""What of an average is the newest batch's, at most: else it is none of the others'."""


class AtTest(NamedTuple):
    """The batches that were trained with, and forward at test: all of them rows."""

    batches: Sequence[Array]
    x: Array
    gamma: Array
    beta: Array
    value: Array

    @property
    def means(self) -> list[Array]:
        """Of each batch."""
        return [batch.mean(axis=0) for batch in self.batches]

    @property
    def variances(self) -> list[Array]:
        """Of each batch, by N."""
        return [batch.var(axis=0) for batch in self.batches]

    @property
    def deviations(self) -> list[Array]:
        """Of each batch."""
        return [batch.std(axis=0) for batch in self.batches]

    @property
    def unbiased(self) -> float:
        """A variance by N − 1, as so many by N."""
        first, *_ = self.batches
        return len(first) / (len(first) - 1)


def as_rows(images: Array, columns: int) -> Array:
    """Images by channel or by element, as rows of so many columns."""
    if images.ndim == 4 and images.shape[1] == columns:
        return np.moveaxis(images, 1, -1).reshape(images.size // columns, columns)
    return images.reshape(len(images), columns)


def judge(tested: AtTest) -> Judgement:
    """Whether it is an average of the batches' statistics that is used at test."""
    read = _read(tested)
    if read is None:
        return failed("layer.at-test", what="forward")
    mean, s = read
    own = tested.x.mean(axis=0)
    if _weights(mean, [own]) is not None and np.allclose(_values(mean), own):
        return failed("layer.test-as-training")
    found = _mean(tested, mean)
    return found if found.verdict == "fail" else _deviation(tested, s)


def _read(tested: AtTest) -> tuple[Array, Array] | None:
    """The mean and s of each column, if it is a straight line that rises with γ."""
    value, beta = tested.value, tested.beta
    if not np.isfinite(value).all():
        return None
    # Each value is the sum of two terms, and right within so many roundings of these.
    sums = bounded(value - beta) + bounded(beta)
    y = _numbers(_values(sums), POLICY * _errors(sums))
    x, beta = bounded(tested.x), bounded(beta)
    columns = np.arange(len(tested.beta))
    high, low = (choose(tested.x, axis=0) for choose in (np.argmax, np.argmin))
    slope = (y[high, columns] - y[low, columns]) / (x[high, columns] - x[low, columns])
    mean = x[low, columns] - (y[low, columns] - beta) / slope
    s = bounded(tested.gamma) / slope
    # What may be level has a slope, and an s, of which nothing is known.
    if not (np.isfinite(_errors(s)).all() and _excess(s).all()):
        return None
    line = (x - mean) * slope + beta - y
    return None if _excess(np.abs(line)).any() else (mean, s)


def _mean(tested: AtTest, mean: Array) -> Judgement:
    if _constant(mean):
        return failed("layer.statistics-not-kept", what="mean")
    weights = _weights(mean, tested.means)
    if weights is not None:
        return _average(weights, "mean", 1.0)
    if _weights(mean, [*tested.variances, _ones(mean)]) is not None:
        return failed("layer.statistics-swapped", what="mean", other="variance")
    return failed("layer.at-test", what="mean")


def _deviation(tested: AtTest, s: Array) -> Judgement:
    """Of s, what is under its root, or beside it."""
    squared = s * s
    one = _ones(s)
    if _constant(squared):
        return failed("layer.statistics-not-kept", what="variance")
    for under in _under_roots(s):
        weights = _weights(under, [*tested.variances, one])
        if weights is not None:
            return _variance(weights, tested.unbiased)
    if _weights(s, [*tested.variances, one]) is not None:
        return failed("layer.root-missing")
    if _weights(squared, [*tested.deviations, one]) is not None:
        return failed("layer.deviation-for-variance")
    if _weights(squared, [*tested.means, one]) is not None:
        return failed("layer.statistics-swapped", what="variance", other="mean")
    if _weights(s, [*tested.deviations, one]) is not None:
        return not_covered("layer.deviations-averaged")
    return failed("layer.at-test", what="variance")


def _under_roots(s: Array) -> Iterator[Array]:
    """What may be the variance and its ε: of s, or of s without an ε beside it."""
    for epsilon in dict.fromkeys((0.0, *NORM_EPSILONS)):
        root = s - bounded(np.asarray(epsilon))
        yield root * root


def _variance(weights: Array, unbiased: float) -> Judgement:
    """The last weight is that of 1: ε, and what is left of the 1 that it began with."""
    *of_batches, begun = weights
    if _excess(-begun) or _excess(begun - (1 + max(NORM_EPSILONS))):
        return failed("layer.at-test", what="variance")
    return _average(of_batches, "variance", unbiased)


def _average(weights: Iterable[Running], what: str, unbiased: float) -> Judgement:
    """Whether all batches count, and the newest for no more than those before it."""
    *_, newest = weights
    if any(_excess(-w) for w in weights) or _excess(sum(weights) - unbiased):
        return failed("layer.at-test", what=what)
    if not _excess(newest):
        return failed("layer.statistics-not-kept", what=what)
    if _excess(newest - NEWEST * unbiased):
        return failed("layer.newest-alone", what=what, share=newest.value)
    return passed()


def _weights(target: Array, columns: Sequence[Array]) -> Array | None:
    """How often each column is in the target, if it is a sum of them.

    The errors of the target, and the roundings of the sum, are what is left of it at
    most; what they do to the weights is that many times the pseudoinverse's entries.
    """
    matrix = np.transpose(columns)
    values = _values(target)
    # Unlike the pseudoinverse's, its weights leave hardly more than the rounding.
    found, *_ = np.linalg.lstsq(matrix, values, rcond=None)
    mass = np.abs(matrix) @ np.abs(found)
    allowed = _errors(target) + POLICY * UNIT_ROUNDOFF * mass
    left = _numbers(np.abs(matrix @ found - values), allowed)
    if _excess(left).any():
        return None
    return _numbers(found, np.abs(np.linalg.pinv(matrix)) @ allowed)


def _constant(numbers: Array) -> bool:
    """Whether all of them may be the same number."""
    return not _excess(np.abs(np.subtract.outer(numbers, numbers))).any()


def _excess(numbers: Any) -> Array:
    """By how much each number is certainly above 0, else 0."""
    found: Array = np.fmax(_values(numbers) - _errors(numbers), 0.0)
    return found


def _ones(numbers: Array) -> Array:
    return np.ones(len(numbers))


def _numbers(values: Array, errors: Array) -> Array:
    return np.asarray(np.vectorize(Running, otypes=[object])(values, errors))


def _values(numbers: Any) -> Array:
    return np.asarray(np.vectorize(lambda n: n.value, otypes=[float])(numbers))


def _errors(numbers: Any) -> Array:
    return np.asarray(np.vectorize(lambda n: n.error, otypes=[float])(numbers))
