"""Losses that are published as means or as sums: references are their values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.evidence import loss_kinds
from gradproof.evidence.layer_settings import Setting

Array = Any


def values(setting: Setting) -> dict[str, float]:
    """The value of each reference, by its name."""
    found = {}
    for reference in setting.right(None):
        value, _ = reference.layer(*setting.arrays.values())
        found[reference.name.rpartition(", ")[2]] = float(value)
    return found


def first(settings: Any, seed: int = 0) -> list[Setting]:
    return [setting for settings in settings(seed) for setting in settings]


def chances(x: Array) -> Array:
    powers = np.exp(x)
    return powers / powers.sum(axis=-1, keepdims=True)


def rows_of(setting: Setting, classes: int = 4) -> Array:
    t = setting.fed["t"]
    x = setting.arrays["x"]
    return np.eye(classes)[t] if t.ndim < x.ndim else t


@pytest.mark.parametrize("seed", [0, 1])
def test_losses_of_scores_are_means_or_sums_of_the_batch(seed: int) -> None:
    for setting in first(loss_kinds.softmax_with_loss, seed):
        every = -np.sum(rows_of(setting) * np.log(chances(setting.arrays["x"])))
        assert values(setting) == pytest.approx(
            {"the batch's mean": every / 3, "summed": every}
        )
        mean, summed = setting.right(None)
        assert summed.slack == pytest.approx(3 * mean.slack)
        assert 1e-6 < mean.slack < 1e-4


@pytest.mark.parametrize("seed", [0, 1])
def test_losses_over_time_are_means_of_steps_or_samples_or_sums(seed: int) -> None:
    for setting in first(loss_kinds.time_softmax, seed):
        t = setting.fed["t"]
        steps = t.sum(axis=-1) if t.ndim == 3 else t != -1
        rows = t if t.ndim == 3 else np.eye(4)[t] * steps[..., np.newaxis]
        each = -np.sum(rows * np.log(chances(setting.arrays["x"])), axis=-1)
        found = values(setting)
        assert found["the steps' mean"] == pytest.approx(each.sum() / steps.sum())
        assert found["summed"] == pytest.approx(each.sum())
        assert found["a sample"] == pytest.approx(each.sum() / 2)
        if t.ndim == 2:
            whole = -np.log(chances(setting.arrays["x"]))
            last = np.sum(np.eye(4)[t % 4] * whole) / t.size
            assert found["none ignored"] == pytest.approx(last)
        slacks = [r.slack for r in setting.right(None)]
        assert slacks == pytest.approx(np.array([1, 6, 3, 1]) * slacks[0])


def test_one_label_is_ignored_in_one_of_the_settings_over_time() -> None:
    labels, ignored, *_ = first(loss_kinds.time_softmax)
    assert (labels.fed["t"] != -1).all()
    assert np.argwhere(ignored.fed["t"] == -1).tolist() == [[0, 1]]


@pytest.mark.parametrize("seed", [0, 1])
def test_losses_of_two_classes_are_means_or_sums(seed: int) -> None:
    flat, column = first(loss_kinds.sigmoid_with_loss, seed)
    y, t = 1 / (1 + np.exp(-flat.arrays["x"])), flat.fed["t"]
    every = -np.sum(t * np.log(y) + (1 - t) * np.log(1 - y))
    assert values(flat) == pytest.approx(
        {"the batch's mean": every / 3, "summed": every}
    )
    assert values(column) == pytest.approx({"the batch's mean": every / 3})
    assert np.array_equal(column.arrays["x"][:, 0], flat.arrays["x"])
    mean, summed = flat.right(None)
    assert summed.slack == pytest.approx(3 * mean.slack)
    (of_column,) = column.right(None)
    assert of_column.slack == mean.slack


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("binary", [False, True])
def test_losses_of_chances_are_means_of_rows_or_of_all_or_sums(
    seed: int, binary: bool
) -> None:
    kinds = loss_kinds.binary_cross_entropy, loss_kinds.cross_entropy
    for setting in first(kinds[0] if binary else kinds[1], seed):
        y = setting.arrays["x"]
        if binary:
            t = setting.fed["t"]
            every = -np.sum(t * np.log(y) + (1 - t) * np.log(1 - y))
        else:
            every = -np.sum(rows_of(setting) * np.log(y))
            assert y.sum(axis=1) == pytest.approx(1)
        assert 0 < y.min() < y.max() < 1
        assert values(setting) == pytest.approx(
            {
                "the batch's mean": every / len(y),
                "summed": every,
                "the mean of all": every / y.size,
            }
        )
        mean, summed, of_all = setting.right(None)
        least = min(y.min(), 1 - y.max())
        terms = (2 if binary else 1) * y.size
        assert mean.slack == pytest.approx(terms * 1e-6 / least)
        assert mean.slope_slack == pytest.approx(1e-6 / least**2)
        for other, times in ((summed, len(y)), (of_all, 1)):
            assert other.slack == pytest.approx(times * mean.slack)
            assert other.slope_slack == pytest.approx(times * mean.slope_slack)


def test_squared_errors_are_halved_or_not_means_of_rows_or_of_all_or_sums() -> None:
    (setting,) = first(loss_kinds.mean_squared_error)
    x, t = setting.arrays.values()
    every = np.sum((x - t) ** 2)
    found = {
        r.name: float(r.layer(*setting.arrays.values())[0]) for r in setting.right(None)
    }
    assert found == pytest.approx(
        {
            "Σ(y − t)²/N": every / 3,
            "½Σ(y − t)²/N": every / 6,
            "Σ(y − t)², the mean of all": every / 12,
            "½Σ(y − t)², the mean of all": every / 24,
            "½Σ(y − t)²": every / 2,
            "Σ(y − t)²": every,
        }
    )
    assert setting.optional == {"t"}
