"""At test batch normalization uses an average of what training has seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.contract.running_statistics import AtTest, as_rows, judge

Array = np.ndarray[Any, Any]

RNG = np.random.default_rng(3)
GAMMA, BETA = RNG.uniform(-1, 1, 8), RNG.uniform(-1, 1, 8)
BATCHES = [RNG.uniform(k, k + RNG.uniform(1, 2, 8), (4, 8)) for k in (1, 2, 3)]
X = RNG.uniform(0, 3, (4, 8))

MEANS = [b.mean(axis=0) for b in BATCHES]
VARIANCES = [b.var(axis=0) for b in BATCHES]
UNBIASED = [b.var(axis=0, ddof=1) for b in BATCHES]
DEVIATIONS = [b.std(axis=0) for b in BATCHES]


def running(kept: float, statistics: list[Array], begin: Any = 0.0) -> Array:
    """What was there counts ``kept``, what is new the rest."""
    found: Array = np.zeros(8) + begin
    for each in statistics:
        found = kept * found + (1 - kept) * each
    return found


def at_test(mean: Array, under_root: Array, beside: float = 0.0) -> str:
    value = GAMMA * (X - mean) / (np.sqrt(under_root) + beside) + BETA
    return said(value)


def said(value: Array) -> str:
    found = judge(AtTest(BATCHES, X, GAMMA, BETA, value))
    return found.message if found.verdict == "fail" else found.verdict


MEAN, VARIANCE = running(0.9, MEANS), running(0.9, VARIANCES)

RIGHT = {
    "the book's": (MEAN, VARIANCE + 10e-7),
    "epsilon beside the root": (MEAN, VARIANCE, 1e-5),
    "no epsilon": (MEAN, VARIANCE),
    "from a variance of 1": (MEAN, running(0.9, VARIANCES, 1.0) + 1e-5),
    "by N - 1": (MEAN, running(0.9, UNBIASED, 1.0) + 1e-5),
    "from the first batch": (
        running(0.9, MEANS[1:], MEANS[0]),
        running(0.9, VARIANCES[1:], VARIANCES[0]) + 1e-7,
    ),
    "the mean of all, by N - 1": (
        np.mean(MEANS, axis=0),
        np.mean(UNBIASED, axis=0) + 1e-3,
    ),
    "half and half": (running(0.5, MEANS), running(0.5, UNBIASED) + 1e-7),
    "corrected for its beginning": (
        MEAN / (1 - 0.9**3),
        VARIANCE / (1 - 0.9**3) + 1e-8,
    ),
}


@pytest.mark.parametrize("statistics", RIGHT.values(), ids=RIGHT)
def test_every_published_average_is_right(statistics: Any) -> None:
    assert at_test(*statistics) == "pass"


WRONG = {
    "no mean": ((0 * MEAN, VARIANCE), "layer.statistics-not-kept"),
    "no variance": ((MEAN, 0 * VARIANCE + 1), "layer.statistics-not-kept"),
    "the first batch alone": ((MEANS[0], VARIANCE), "layer.statistics-not-kept"),
    "the first variance alone": (
        (MEAN, VARIANCES[0] + 1e-7),
        "layer.statistics-not-kept",
    ),
    "variance for mean": ((VARIANCE, VARIANCE), "layer.statistics-swapped"),
    "mean for variance": ((MEAN, MEAN + 1e-7), "layer.statistics-swapped"),
    "no root": ((MEAN, (VARIANCE + 1e-7) ** 2), "layer.root-missing"),
    "deviation for variance": (
        (MEAN, running(0.9, DEVIATIONS) + 1e-7),
        "layer.deviation-for-variance",
    ),
    "momentum swapped": (
        (running(0.1, MEANS), running(0.1, VARIANCES) + 1e-7),
        "layer.newest-alone",
    ),
    "momentum of the variance swapped": (
        (MEAN, running(0.1, VARIANCES) + 1e-7),
        "layer.newest-alone",
    ),
    "the last batch alone": ((MEANS[-1], VARIANCES[-1]), "layer.newest-alone"),
    "added, not averaged": ((np.sum(MEANS, axis=0), VARIANCE), "layer.at-test"),
    "the test's own": ((X.mean(axis=0), X.var(axis=0)), "layer.test-as-training"),
    "what the test's own is mixed into": (
        (running(0.9, [*MEANS, X.mean(axis=0)]), VARIANCE),
        "layer.at-test",
    ),
    "a millionth off": ((MEAN * (1 + 1e-6 * X[0]), VARIANCE), "layer.at-test"),
}


@pytest.mark.parametrize(("statistics", "message"), WRONG.values(), ids=WRONG)
def test_what_is_no_average_is_told(statistics: Any, message: str) -> None:
    assert at_test(*statistics) == message


def test_the_average_of_deviations_is_left_open() -> None:
    assert at_test(MEAN, running(0.9, DEVIATIONS) ** 2) == "not-covered"


def test_a_lost_beta_or_gamma_and_a_number_that_is_none_are_told() -> None:
    xn = (X - MEAN) / np.sqrt(VARIANCE + 1e-7)
    for value in (xn, GAMMA * xn, xn + BETA, xn * np.nan, 0 * xn):
        assert said(value) == "layer.at-test"


def test_images_are_rows_by_channel_or_by_element() -> None:
    images = np.arange(48.0).reshape(2, 3, 2, 4)
    assert as_rows(images, 3).shape == (16, 3)
    assert as_rows(images, 3)[1].tolist() == [1.0, 9.0, 17.0]
    assert as_rows(images, 24).shape == (2, 24)
