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


def said(
    value: Array,
    batches: Any = BATCHES,
    x: Any = X,
    gamma: Any = GAMMA,
    beta: Any = BETA,
) -> str:
    """The verdict, or of a failure the message, and of what it is."""
    found = judge(AtTest(batches, x, gamma, beta, value))
    if found.verdict != "fail":
        return found.verdict
    return " ".join([found.message, *filter(None, [found.parameters.get("what")])])


def weighted(statistics: list[Array], *weights: float) -> Array:
    found: Array = np.tensordot(weights, statistics, axes=1)
    return found


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
    "the mean of a few, the newest half": (
        weighted(MEANS, 0.0, 0.25, 0.5),
        weighted(VARIANCES, 0.0, 0.25, 2 / 3),
    ),
    "hardly away from a variance of 1": (
        running(0.9999, MEANS),
        running(0.9999, VARIANCES, 1.0) + 1e-3,
    ),
    "corrected for its beginning": (
        MEAN / (1 - 0.9**3),
        VARIANCE / (1 - 0.9**3) + 1e-8,
    ),
}


@pytest.mark.parametrize("statistics", RIGHT.values(), ids=RIGHT)
def test_every_published_average_is_right(statistics: Any) -> None:
    assert at_test(*statistics) == "pass"


WRONG = {
    "no mean": ((0 * MEAN, VARIANCE), "layer.statistics-not-kept mean"),
    "no variance": (
        (MEAN, 0 * VARIANCE + 1),
        "layer.statistics-not-kept variance",
    ),
    "another number for the mean": (
        (0 * MEAN + 0.3, VARIANCE),
        "layer.statistics-not-kept mean",
    ),
    "the first batch alone": (
        (MEANS[0], VARIANCE),
        "layer.statistics-not-kept mean",
    ),
    "the first variance alone": (
        (MEAN, VARIANCES[0] + 1e-7),
        "layer.statistics-not-kept variance",
    ),
    "variance for mean": ((VARIANCE, VARIANCE), "layer.statistics-swapped mean"),
    "mean for variance": ((MEAN, MEAN + 1e-7), "layer.statistics-swapped variance"),
    "no root": ((MEAN, (VARIANCE + 1e-7) ** 2), "layer.root-missing"),
    "deviation for variance": (
        (MEAN, running(0.9, DEVIATIONS) + 1e-7),
        "layer.deviation-for-variance",
    ),
    "momentum swapped": (
        (running(0.1, MEANS), running(0.1, VARIANCES) + 1e-7),
        "layer.newest-alone mean",
    ),
    "momentum of the variance swapped": (
        (MEAN, running(0.1, VARIANCES) + 1e-7),
        "layer.newest-alone variance",
    ),
    "the last batch alone": ((MEANS[-1], VARIANCES[-1]), "layer.newest-alone mean"),
    "added, not averaged": ((np.sum(MEANS, axis=0), VARIANCE), "layer.at-test mean"),
    "means that count for more than all": (
        (weighted(MEANS, 0.5, 0.5, 0.3), VARIANCE),
        "layer.at-test mean",
    ),
    "variances that count for more than all": (
        (MEAN, weighted(VARIANCES, 0.5, 0.5, 0.4)),
        "layer.at-test variance",
    ),
    "a mean that is taken away": (
        (weighted(MEANS, -0.1, 0.6, 0.4), VARIANCE),
        "layer.at-test mean",
    ),
    "a variance that is taken away": (
        (MEAN, weighted(VARIANCES, 0.6, -0.1, 0.4)),
        "layer.at-test variance",
    ),
    "from a variance of 2": (
        (MEAN, running(0.9, VARIANCES, 2.0)),
        "layer.at-test variance",
    ),
    "a little taken away from the variance": (
        (MEAN, VARIANCE - 0.01),
        "layer.at-test variance",
    ),
    "the test's own": ((X.mean(axis=0), X.var(axis=0)), "layer.test-as-training"),
    "what the test's own is mixed into": (
        (running(0.9, [*MEANS, X.mean(axis=0)]), VARIANCE),
        "layer.at-test mean",
    ),
    "a millionth off": ((MEAN * (1 + 1e-6 * X[0]), VARIANCE), "layer.at-test mean"),
    "a variance a millionth off": (
        (MEAN, VARIANCE * (1 + 1e-6 * X[0])),
        "layer.at-test variance",
    ),
}


@pytest.mark.parametrize(("statistics", "message"), WRONG.values(), ids=WRONG)
def test_what_is_no_average_is_told(statistics: Any, message: str) -> None:
    assert at_test(*statistics) == message


def test_the_average_of_deviations_is_left_open() -> None:
    assert at_test(MEAN, running(0.9, DEVIATIONS) ** 2) == "not-covered"


def test_a_lost_beta_or_gamma_and_a_number_that_is_none_are_told() -> None:
    xn = (X - MEAN) / np.sqrt(VARIANCE + 1e-7)
    for value, what in (
        (xn, "forward"),
        (GAMMA * xn, "mean"),
        (xn + BETA, "forward"),
        (xn * np.nan, "forward"),
        (0 * xn, "forward"),
    ):
        assert said(value) == f"layer.at-test {what}"


def test_what_is_no_line_of_x_that_rises_with_gamma_is_told() -> None:
    right = GAMMA * (X - MEAN) / np.sqrt(VARIANCE) + BETA
    between = np.argsort(X[:, 0])[1]
    bent, falling, level = right.copy(), right.copy(), right.copy()
    bent[between, 0] *= 1 + 1e-9
    falling[:, 0] = 2 * BETA[0] - right[:, 0]
    level[:, 0] = BETA[0]
    for value in (bent, falling, level):
        assert said(value) == "layer.at-test forward"
    gamma = np.where(np.arange(8) == 0, 0.0, GAMMA)
    assert said(right, gamma=gamma) == "layer.at-test forward"


@pytest.mark.parametrize("size", [1e6, 1e-6])
@pytest.mark.parametrize("names", [{"gamma"}, {"beta"}, {"gamma", "beta"}])
def test_gamma_and_beta_may_be_of_any_size(names: set[str], size: float) -> None:
    gamma = GAMMA * (size if "gamma" in names else 1)
    beta = BETA * (size if "beta" in names else 1)
    value = gamma * (X - MEAN) / np.sqrt(VARIANCE + 1e-7) + beta
    assert said(value, gamma=gamma, beta=beta) == "pass"


@pytest.mark.parametrize("shift", [1e3, -1e5, 1e7])
@pytest.mark.parametrize("times", [1, 100])
def test_numbers_far_from_0_may_be_summed_one_by_one(shift: float, times: int) -> None:
    batches, x = [np.tile(b, (times, 1)) + shift for b in BATCHES], X + shift
    first, *others = (np.cumsum(b, axis=0)[-1] / len(b) for b in batches)
    mean = running(0.9, others, first)
    variance = running(0.9, [b.var(axis=0) for b in batches])
    value = GAMMA * (x - mean) / np.sqrt(variance + 1e-7) + BETA
    assert said(value, batches, x) == "pass"


def test_images_are_rows_by_channel_or_by_element() -> None:
    images = np.arange(48.0).reshape(2, 3, 2, 4)
    assert as_rows(images, 3).shape == (16, 3)
    assert as_rows(images, 3)[1].tolist() == [1.0, 9.0, 17.0]
    assert as_rows(images, 24).tolist() == images.reshape(2, 24).tolist()
    rows = images.reshape(16, 3)
    assert as_rows(rows, 3).tolist() == rows.tolist()
