"""What layers with a defect of their use compute, beside what it is by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof import layers as kit
from gradproof.defects import layer_classes as classes

X = np.array([[1.0, -2.0], [0.5, 3.0], [-1.5, 0.25]])
W = np.array([[1.0, -2.0, 0.5, 1.0], [0.25, 3.0, -1.0, 2.0]])
B = np.array([0.5, -1.0, 2.0, 0.0])
DY = np.arange(12.0).reshape(3, 4) - 4
DX = np.array([[1.0, -2.0], [0.25, 1.5], [2.0, -0.5]])


def affine(cls: Any) -> Any:
    layer = cls(W.copy(), B.copy())
    layer.forward(X.copy())
    return layer


def test_an_affine_layer_keeps_its_gradients() -> None:
    layer = classes.Affine(W, B)
    assert (layer.dW, layer.db) == (None, None)
    assert layer.forward(X) == pytest.approx(X @ W + B)
    assert layer.backward(DY) == pytest.approx(DY @ W.T)
    assert layer.dW == pytest.approx(X.T @ DY)
    assert layer.db == pytest.approx(DY.sum(axis=0))


def test_one_that_does_not_keep_them_gives_back_x_s() -> None:
    layer = affine(classes.Unplaced)
    assert layer.backward(DY) == pytest.approx(DY @ W.T)
    assert (layer.dW, layer.db) == (None, None)


def test_one_that_accumulates_adds_to_the_gradient_before() -> None:
    layer = affine(classes.Accumulating)
    assert layer.backward(DY) == pytest.approx(DY @ W.T)
    assert layer.dW == pytest.approx(X.T @ DY)
    layer.backward(DY)
    assert layer.dW == pytest.approx(2 * X.T @ DY)
    assert layer.db == pytest.approx(DY.sum(axis=0))


def test_ones_that_write_into_what_they_are_given() -> None:
    layer, dy, x = affine(classes.WritingUpstream), DY.copy(), X.copy()
    assert layer.backward(dy) == pytest.approx(DY @ W.T)
    assert dy.tolist() == (2 * DY).tolist()
    layer = classes.WritingInput(W, B)
    assert layer.forward(x) == pytest.approx(X @ W + B)
    assert x.tolist() == (X + 1).tolist()
    layer.backward(DY)
    assert layer.dW == pytest.approx(X.T @ DY)


@pytest.mark.parametrize(
    ("cls", "same", "parameter"),
    [
        (classes.MatMul, True, W),
        (classes.Replacing, False, W),
        (classes.IntoParameters, True, X.T @ DY),
    ],
)
def test_lists_of_parameters_and_gradients(
    cls: Any, same: bool, parameter: Any
) -> None:
    layer = cls(W.copy())
    (grad,) = layer.grads
    assert not grad.any()
    assert layer.forward(X) == pytest.approx(X @ W)
    assert layer.backward(DY) == pytest.approx(DY @ W.T)
    assert layer.grads[0] == pytest.approx(X.T @ DY)
    assert (layer.grads[0] is grad) == same
    assert layer.params[0] == pytest.approx(parameter)


EACH = np.exp(X) / np.exp(X).sum(axis=1, keepdims=True)


def test_softmax_is_right_as_long_as_nothing_overflows() -> None:
    layer = classes.Softmax()
    assert layer.forward(X) == pytest.approx(EACH)
    due = np.array([y * (d - d @ y) for y, d in zip(EACH, DX, strict=True)])
    assert layer.backward(DX) == pytest.approx(due)
    with np.errstate(all="ignore"):
        assert np.isnan(layer.forward(X + 1000)).all()


def test_a_loss_is_the_mean_and_the_true_class_may_have_no_chance() -> None:
    layer, labels = classes.Loss(), np.array([1, 0, 1])
    assert layer.forward(X, labels) == pytest.approx(
        -np.log(EACH[range(3), labels]).sum() / 3
    )
    assert layer.backward() == pytest.approx((EACH - np.eye(2)[labels]) / 3)
    with np.errstate(divide="ignore"):
        assert layer.forward(np.array([[0.0, -1000]]), labels[:1]) == np.inf


@pytest.mark.parametrize(
    ("cls", "due"),
    [(classes.Plus, DX.sum(axis=0)), (classes.Unsummed, DX)],
)
def test_what_is_spread_is_summed_or_not(cls: Any, due: Any) -> None:
    layer, row = cls(), np.array([10.0, 20.0])
    assert layer.forward(X, row) == pytest.approx(X + row)
    first, second = layer.backward(DX)
    assert first == pytest.approx(DX)
    assert second == pytest.approx(due)


def leaky(slope: float, of: Any) -> Any:
    return np.where(X > 0, 1, slope) * of


@pytest.mark.parametrize(
    ("cls", "back"),
    [
        (classes.Leaky, leaky(0.25, DX)),
        (classes.SlopeWritten, leaky(0.01, DX)),
        (classes.Halved, leaky(0.25, DX) / 2),
        (classes.Turned, leaky(0.25, DX).T),
    ],
)
def test_a_slope_where_x_is_negative(cls: Any, back: Any) -> None:
    layer = cls(0.25)
    assert layer.forward(X) == pytest.approx(leaky(0.25, X))
    assert layer.backward(DX) == pytest.approx(back)
    assert cls().forward(X) == pytest.approx(leaky(0.01, X))
    assert not classes.Leaky(0.5).forward(np.zeros(2)).any()


def test_a_layer_that_passes_x_on_beside_what_it_computes() -> None:
    for cls, passed in ((classes.Skipping, DX), (classes.SkipForgotten, 0 * DX)):
        layer = cls()
        assert layer.forward(X) == pytest.approx(X + X * X * X / 3)
        assert layer.backward(DX) == pytest.approx(passed + DX * X * X)


WX, WH = W[:, :3], np.array([[0.5, -0.25, 1], [0.75, 0.125, -0.5], [-1, 0.25, 0.5]])
XS = np.stack([X, X + 0.5], axis=1)


def walked(h: Any) -> Any:
    hs = []
    for x in (X, X + 0.5):
        h = np.tanh(x @ WX + h @ WH + B[:3])
        hs.append(h)
    return np.stack(hs, axis=1)


@pytest.mark.parametrize(
    ("cls", "stateful", "kept", "reset"),
    [
        (classes.TimeRNN, True, True, True),
        (classes.TimeRNN, False, False, True),
        (classes.NeverFilled, True, False, True),
        (classes.NotReset, True, True, False),
        (classes.KeptBetweenCalls, False, True, True),
    ],
)
def test_a_state_is_kept_and_reset(
    cls: Any, stateful: bool, kept: bool, reset: bool
) -> None:
    layer = cls(WX, WH, B[:3], stateful=stateful)
    first = layer.forward(XS)
    assert first == pytest.approx(walked(np.zeros((3, 3))))
    again = layer.forward(XS)
    assert again == pytest.approx(walked(first[:, -1]) if kept else first)
    dhs = np.ones(first.shape)
    dxs = layer.backward(dhs)
    begin = first[:, -1] if kept else np.zeros((3, 3))
    due_xs, _, *due = kit.time_rnn(XS, begin, WX, WH, B[:3])[1](dhs)
    assert dxs == pytest.approx(due_xs)
    for grad, found in zip(layer.grads, due, strict=True):
        assert grad == pytest.approx(found)
    layer.reset_state()
    then = layer.forward(XS)
    assert (then == pytest.approx(first)) == (reset or not kept)


MANY = np.ones((100, 50))


@pytest.mark.parametrize(
    ("cls", "part", "factor", "at_test"),
    [
        (classes.Dropout, 0.8, 1, 0.8),
        (classes.UnscaledAtTest, 0.8, 1, 1),
        (classes.KeepingTheRatio, 0.2, 1, 0.2),
        (classes.ScaledByTheRatio, 0.8, 5, 1),
        (classes.HeedlessOfRatio, 0.5, 1, 0.5),
        (classes.SeedingAnew, 0.8, 1, 0.8),
        (classes.DroppingColumns, 0.8, 1, 0.8),
        (classes.KeepingItsMask, 0.8, 1, 0.8),
    ],
)
def test_a_part_is_kept_and_scaled(
    cls: Any, part: float, factor: float, at_test: float
) -> None:
    layer = cls(0.2)
    value = layer.forward(MANY)
    assert set(np.unique(value)) == {0, factor}
    assert np.mean(value > 0) == pytest.approx(part, abs=0.1)
    assert layer.backward(3 * MANY) == pytest.approx(3 * value)
    assert layer.forward(MANY, False) == pytest.approx(at_test * MANY)


def test_half_is_dropped_where_nothing_is_said() -> None:
    assert classes.Dropout().part == 0.5


def test_masks_are_drawn_for_each_entry_anew() -> None:
    for cls, anew, by_row in (
        (classes.Dropout, True, True),
        (classes.KeepingItsMask, False, True),
        (classes.SeedingAnew, False, True),
        (classes.DroppingColumns, True, False),
    ):
        layer = cls(0.5)
        first, again = layer.forward(MANY), layer.forward(MANY)
        assert bool((first != again).any()) == anew
        assert bool((first[0] != first).any()) == by_row
    dropping = classes.DroppingAtTest(0.5)
    assert set(np.unique(dropping.forward(MANY, False))) == {0, 1}


MEAN, VARIANCE = X.mean(axis=0), X.var(axis=0)
GAMMA, BETA = np.array([2.0, 0.5]), np.array([1.0, -1.0])


@pytest.mark.parametrize(
    ("cls", "mean", "variance"),
    [
        (classes.Normalization, 0.19 * MEAN, 0.19 * VARIANCE),
        (classes.MeanNotKept, 0 * MEAN, 0.19 * VARIANCE),
        (classes.VarianceNotKept, 0.19 * MEAN, np.ones(2)),
        (classes.FirstBatchKept, MEAN, VARIANCE),
        (classes.MomentumSwapped, 0.99 * MEAN, 0.99 * VARIANCE),
        (classes.LastBatchAlone, MEAN, VARIANCE),
        (classes.DeviationKept, 0.19 * MEAN, 0.19 * np.sqrt(VARIANCE)),
    ],
)
def test_statistics_are_kept_of_two_batches(cls: Any, mean: Any, variance: Any) -> None:
    """A tenth of the batch, twice: 0.1 + 0.9 · 0.1."""
    layer = cls(GAMMA, BETA)
    value = layer.forward(X)
    assert value == pytest.approx(kit.batch_normalization(X, GAMMA, BETA)[0])
    layer.forward(X)
    assert layer.mean == pytest.approx(mean)
    assert layer.variance == pytest.approx(variance)
    due = kit.batch_normalization(X, GAMMA, BETA)[1](DX)
    found = layer.backward(DX), layer.dgamma, layer.dbeta
    for one, other in zip(found, due, strict=True):
        assert one == pytest.approx(other)


def test_the_first_batch_is_kept_alone() -> None:
    layer = classes.FirstBatchKept(GAMMA, BETA)
    layer.forward(X)
    layer.forward(10 * X)
    assert layer.mean == pytest.approx(MEAN)


@pytest.mark.parametrize(
    ("cls", "mean", "deviation"),
    [
        (classes.Normalization, 3.0, 2.0),
        (classes.VarianceForMean, 4.0, 2.0),
        (classes.MeanForVariance, 3.0, np.sqrt(3.0)),
        (classes.RootMissing, 3.0, 4.0),
    ],
)
def test_what_was_kept_is_used_at_test(cls: Any, mean: float, deviation: float) -> None:
    layer = cls(GAMMA, BETA)
    layer.mean, layer.variance = np.full(2, 3.0), np.full(2, 4.0)
    found = layer.forward(X, False)
    assert found == pytest.approx(GAMMA * (X - mean) / deviation + BETA, abs=1e-6)
    by_batch = classes.AsTraining(GAMMA, BETA).forward(X, False)
    assert by_batch == pytest.approx(kit.batch_normalization(X, GAMMA, BETA)[0])


def test_without_the_root_its_epsilon_is_added_to_the_variance() -> None:
    layer = classes.RootMissing(GAMMA, BETA)
    layer.mean, layer.variance = np.zeros(2), np.full(2, 1e-7)
    assert layer.forward(X, False) == pytest.approx(GAMMA * X / 2e-7 + BETA)


def test_each_is_called_what_its_kind_is() -> None:
    names = {cls: classes.name_of(cls) for c in classes.CLASSES.values() for cls in c}
    assert names[classes.Halved] == "Leaky"
    assert names[classes.Softmax] == "Softmax"
    assert names[classes.Loss] == "SoftmaxWithLoss"
    assert names[classes.RootMissing] == "BatchNormalization"
    assert names[classes.NotReset] == "TimeRNN"
