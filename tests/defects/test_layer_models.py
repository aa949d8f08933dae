"""What each model of a layer's defect says, beside what it is by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pytest

from gradproof import layers as kit
from gradproof.defects import layers
from gradproof.defects.layers import DEFECTS, Doing
from gradproof.evidence.layer_settings import Setting

X = np.array([[1.0, 2.0], [0.5, -3.0], [-1.5, 0.25], [2.0, 0.75]])
W = np.array([[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]])
SQUARE = np.array([[1.0, -2.0], [0.25, 3.0]])
B = np.array([0.5, -1.0, 2.0])
DY = np.array([[1.0, -2.0, 0.5], [0.25, 1.5, -1.0], [2.0, -0.5, 0.75], [-1.25, 3, 4]])
DX = np.array([[1.0, -2.0], [0.25, 1.5], [2.0, -0.5], [-1.25, 3.0]])


def does(
    layer: Any,
    arrays: Mapping[str, Any],
    *given: Any,
    fed: Mapping[str, Any] | None = None,
    **options: Any,
) -> Doing:
    setting = Setting("by hand", arrays, lambda value, arrays: (), fed or {}, options)
    return layers.doing(layer, setting, given)


def affine() -> Doing:
    return does(kit.affine, {"x": X, "W": W, "b": B}, DY)


def square() -> Doing:
    return does(kit.matmul, {"x": X, "W": SQUARE}, DX)


XS = np.stack([X, X[::-1] + 0.5, 2 * X, X - 1, -X], axis=1)  # 4 samples, 5 steps
DYS = np.stack([DY, DY[::-1] - 1, -DY, DY / 2, 3 * DY], axis=1)


def over_time() -> Doing:
    return does(kit.time_affine, {"x": XS, "W": W, "b": B}, DYS)


IMAGE = np.array([[[[1.0, -2, 3, 0.5, 5, -6], [-0.25, 8, -9, 10, 1.5, 12]]]])
FILTER = np.array([[[[1.0, 2, -3], [0.5, -1, 4]]], [[[2.0, 1, -1], [3, 0.25, -2]]]])
OF_WINDOWS = np.array([[[[1.0, -2.0]], [[0.5, 3.0]]]])


def convolved(x: Any, w: Any, b: Any, stride: int) -> Any:
    """By one window after the other."""
    high, wide = w.shape[2:]
    rows = range(0, x.shape[2] - high + 1, stride)
    columns = range(0, x.shape[3] - wide + 1, stride)
    return np.array(
        [
            [
                [
                    [
                        np.sum(k * image[:, i : i + high, j : j + wide]) + c
                        for j in columns
                    ]
                    for i in rows
                ]
                for k, c in zip(w, b, strict=True)
            ]
            for image in x
        ]
    )


def convolution(stride: int = 2, pad: int = 0, **changed: Any) -> Doing:
    """By default two windows that share a column; the last one is in none."""
    arrays = {"x": IMAGE, "W": FILTER, "b": np.array([1.0, -1.0]), **changed}
    layer = partial(kit.convolution, stride=stride, pad=pad)
    return does(layer, arrays, OF_WINDOWS, stride=stride, pad=pad)


def pooled(pool: Any, size: tuple[int, int] = (2, 3), stride: int = 2) -> Doing:
    layer = partial(pool, size=size, stride=stride)
    options: dict[str, Any] = {"stride": stride, "pad": 0}
    options |= {"pool_h": size[0], "pool_w": size[1]}
    return does(layer, {"x": IMAGE}, OF_WINDOWS[:, :1], **options)


def of_numbers(layer: Any) -> Callable[[], Doing]:
    return lambda: does(layer, {"x": X}, DX)


SIGMOID, TANH = 1 / (1 + np.exp(-X)), np.tanh(X)
EACH = np.exp(X) / np.exp(X).sum(axis=1, keepdims=True)
ALL = np.exp(X) / np.exp(X).sum()
LABELS = np.array([1, 0, 0, 1])
ROWS = np.eye(2)[LABELS]


def loss(layer: Any = kit.softmax_with_loss, t: Any = LABELS, **x: Any) -> Doing:
    return does(partial(layer, t=t), x or {"x": X}, 1.0, fed={"t": t})


def squares() -> Doing:
    return does(kit.mean_squared_error, {"y": X, "t": DX}, 1.0)


def of_steps() -> Doing:
    t = np.array([[0, 1, 1, 0, 1]] * 4)
    layer = partial(kit.time_softmax_with_loss, t=t)
    return does(layer, {"x": XS}, 1.0, fed={"t": t})


GAMMA, BETA = np.array([1.5, -2.0]), np.array([0.5, 1.0])


def normalized() -> Doing:
    layer = partial(kit.batch_normalization, epsilon=0.125, outside=0.25)
    return does(layer, {"x": X, "gamma": GAMMA, "beta": BETA}, DX)


def of_channels() -> Doing:
    x, dy = (np.stack([a, a * a + a[::-1]], axis=2)[..., None] for a in (X, DX))
    layer = kit.over_channels(kit.batch_normalization)
    layer = partial(layer, epsilon=0.125, outside=0.25)
    return does(layer, {"x": x, "gamma": GAMMA, "beta": BETA}, dy)


def normal(x: Any, mean: Any = None, size: Any = None, gamma: Any = GAMMA) -> Any:
    """With a mean, or a size, that is given; by column, or by channel."""
    rows = np.moveaxis(x, 1, -1).reshape(-1, 2)
    off = rows - (rows.mean(axis=0) if mean is None else mean)
    if size is None:
        size = np.sqrt((off**2).mean(axis=0) + 0.125) + 0.25
    return gamma * off / size + BETA


def slopes(function: Callable[[Any], Any], x: Any, dy: Any) -> Any:
    """By central differences: right to 9 digits."""
    h, found = 1e-5, np.zeros(x.shape)
    for at in np.ndindex(*x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[at] += h
        behind[at] -= h
        found[at] = np.sum(dy * (function(ahead) - function(behind))) / (2 * h)
    return found


MASK = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 0.0]])


def dropped(**scale: Any) -> Doing:
    return does(partial(kit.dropout, mask=MASK, **scale), {"x": X}, DX)


IDS = np.array([2, 0, 2, 3])
H0 = np.zeros((4, 3))
WH = np.array([[0.5, -0.25, 1.0], [0.75, 0.125, -0.5], [-1.0, 0.25, 0.375]])
H = np.tanh(DY) / 2


def rnn() -> Doing:
    return does(kit.rnn, {"x": X, "h": H, "Wx": W, "Wh": WH, "b": B}, DY)


def without_states(layer: Any, states: int) -> Any:
    """A layer over time that begins with zeros, and gives back its outputs."""

    def of_outputs(xs: Any, wx: Any, wh: Any, b: Any, **held: Any) -> Any:
        zeros = [np.zeros((len(xs), len(wh)))] * states
        value, backward = layer(xs, *zeros, wx, wh, b, **held)

        def back(dy: Any) -> Any:
            dxs, *rest = backward(dy)
            return dxs, *rest[states:]

        return value[0], back

    return of_outputs


def time_rnn() -> Doing:
    layer = without_states(kit.time_rnn, 1)
    return does(layer, {"x": XS, "Wx": W, "Wh": WH, "b": B}, DYS)


def time_gru() -> Doing:
    wx, wh = np.hstack([W, -W, W / 2]), np.hstack([WH, WH.T, -WH])
    arrays = {"x": XS, "Wx": wx, "Wh": wh, "b": np.hstack([B, -B, B / 2])}
    return does(without_states(kit.time_gru, 1), arrays, DYS)


ONE = np.array([[0.5]])
GATES = np.array([[0.5, -1.0, 0.75, 2.0]])


def time_lstm(steps: int = 2) -> Doing:
    """One number, one state, in two steps: f, g, i, o."""
    arrays = {"x": np.array([[[1.0], [-0.5]]])[:, :steps], "Wx": GATES}
    arrays |= {"Wh": GATES[:, ::-1] / 2, "b": np.array([0.25, 0.5, -0.75, 1.0])}
    dy = np.array([[[1.5], [-2.0]]])[:, :steps]
    return does(without_states(kit.time_lstm, 2), arrays, dy)


def lstm() -> Doing:
    arrays = {"x": ONE, "h": 2 * ONE, "c": -ONE, "Wx": GATES, "Wh": GATES / 4}
    arrays |= {"b": np.array([0.25, 0.5, -0.75, 1.0])}
    return does(kit.lstm, arrays, np.array([[1.5]]), np.array([[-2.0]]))


def h_of_lstm(arrays: Mapping[str, Any], kept: Any = None) -> tuple[Any, Any]:
    """The outputs of two steps; the first c, as it is handed on, may be given."""
    outputs, states = [], []
    h = c = 0.0
    for step, (x,) in enumerate(arrays["x"][0]):
        if step and kept is not None:
            c = kept
        a = x * arrays["Wx"][0] + h * arrays["Wh"][0] + arrays["b"]
        f, i, o = (1 / (1 + np.exp(-a[k])) for k in (0, 2, 3))
        c = f * c + np.tanh(a[1]) * i
        h = o * np.tanh(c)
        outputs.append([h])
        states.append(c)
    return np.array([outputs]), states[0]


def not_carried(cell: Any, d: Doing) -> dict[str, Any]:
    """The gradients of cells each of which gets what its own output is given."""
    parameters = [d.array(role) for role in ("Wx", "Wh", "b")]
    h = np.zeros((4, 3))
    found = []
    for x, dy in zip(np.moveaxis(XS, 1, 0), np.moveaxis(DYS, 1, 0), strict=True):
        h, backward = cell(x, h, *parameters)
        found.append(backward(dy))
    dxs, _, dwx, dwh, db = zip(*found, strict=True)
    return {"x": np.stack(dxs, axis=1), "Wx": sum(dwx), "Wh": sum(dwh), "b": sum(db)}


def c_not_carried(d: Doing) -> dict[str, Any]:
    """An LSTM's gradients, for a c that is handed on as if it were a number."""
    arrays = d.setting.arrays
    _, c = h_of_lstm(arrays)

    def outputs(role: str, array: Any) -> Any:
        return h_of_lstm({**arrays, role: array}, c)[0]

    return {r: slopes(partial(outputs, r), a, d.dy) for r, a in arrays.items()}


def filled(*numbers: tuple[int, int, float]) -> Any:
    """An image that is 0 but for some numbers, which add up."""
    found = np.zeros(IMAGE.shape)
    for i, j, number in numbers:
        found[0, 0, i, j] += number
    return found


def windows_back(w: Any, dy: Any, keep: str) -> Any:
    """What comes back to the image, of what its one shared column is given."""
    found = filled()
    first, last = (np.tensordot(dy[0, :, 0, n], w[:, 0], 1) for n in (0, 1))
    found[0, 0, :, :3], found[0, 0, :, 3:5] = first, last[:, 1:]
    both = {
        "last": first[:, 2],
        "first": last[:, 0],
        "mean": (first[:, 2] + last[:, 0]) / 2,
    }
    found[0, 0, :, 2] = both[keep]
    return found


TURNED = FILTER.reshape(2, 1, 3, 2)
TALL = np.arange(1.0, 13.0).reshape(1, 1, 4, 3) ** 2

Due = Mapping[str, Any]
CASES: dict[str, tuple[str, int, Callable[[], Doing], Callable[[Doing], Due]]] = {
    "softmax-over-all": (
        "softmax-over-all",
        0,
        of_numbers(kit.softmax),
        lambda d: {"value": ALL, "x": ALL * (DX - (DX * ALL).sum(axis=1)[:, None])},
    ),
    "softmax-over-all, of labels": (
        "softmax-over-all",
        0,
        loss,
        lambda d: {
            "value": -np.log(ALL[range(4), LABELS]).sum() / 4,
            "x": (ALL - ROWS) / 4,
        },
    ),
    "loss-not-averaged": (
        "loss-not-averaged",
        0,
        loss,
        lambda d: {"value": -np.log(EACH[range(4), LABELS]).sum()},
    ),
    "loss-not-averaged, over time": (
        "loss-not-averaged",
        0,
        of_steps,
        lambda d: {"value": 20 * d.value},
    ),
    "loss-averaged-twice": (
        "loss-averaged-twice",
        0,
        squares,
        lambda d: {"value": np.sum((X - DX) ** 2) / 16},
    ),
    "batch-not-divided": (
        "batch-not-divided",
        0,
        squares,
        lambda d: {"y": 2 * (X - DX), "t": 2 * (DX - X)},
    ),
    "batch-divided-twice": (
        "batch-divided-twice",
        0,
        of_steps,
        lambda d: {"x": d.gradient("x") / 20},
    ),
    "target-missing": ("target-missing", 0, loss, lambda d: {"x": EACH / 4}),
    "labels-as-one-hot": (
        "labels-as-one-hot",
        0,
        loss,
        lambda d: {"x": (EACH - LABELS[:, None]) / 4},
    ),
    "labels-as-one-hot, in the loss": (
        "labels-as-one-hot",
        1,
        loss,
        lambda d: {"value": -np.log(EACH[[0, 3]]).sum() / 4},
    ),
    "labels-as-one-hot, of chances": (
        "labels-as-one-hot",
        1,
        lambda: loss(kit.cross_entropy, y=EACH),
        lambda d: {"value": -np.log(EACH[[0, 3]]).sum() / 4},
    ),
    "factor-missing": (
        "factor-missing",
        0,
        squares,
        lambda d: {"y": (X - DX) / 4, "t": (DX - X) / 4},
    ),
    "factor-doubled": (
        "factor-doubled",
        0,
        squares,
        lambda d: {"y": X - DX, "t": DX - X},
    ),
    "divided-by-batch": (
        "divided-by-batch",
        0,
        affine,
        lambda d: {"x": DY @ W.T / 4, "W": X.T @ DY / 4, "b": DY.mean(axis=0)},
    ),
    "weight-divided-by-batch": (
        "weight-divided-by-batch",
        0,
        affine,
        lambda d: {"W": X.T @ DY / 4},
    ),
    "bias-missing": ("bias-missing", 0, affine, lambda d: {"value": X @ W}),
    "bias-missing, with its gradient": (
        "bias-missing",
        1,
        affine,
        lambda d: {"value": X @ W, "b": None},
    ),
    "bias-not-summed": ("bias-not-summed", 0, affine, lambda d: {"b": DY}),
    "bias-first-row": ("bias-first-row", 0, affine, lambda d: {"b": DY[0]}),
    "bias-first-row, of the first step": (
        "bias-first-row",
        0,
        over_time,
        lambda d: {"b": DYS[0, 0]},
    ),
    "bias-averaged": ("bias-averaged", 0, affine, lambda d: {"b": DY.sum(axis=0) / 4}),
    "bias-averaged, over windows": (
        "bias-averaged",
        0,
        convolution,
        lambda d: {"b": np.array([-0.5, 1.75])},
    ),
    "bias-wrong-axis": (
        "bias-wrong-axis",
        0,
        affine,
        lambda d: {"b": np.array([-0.5, 0.75, 2.25, 5.75])},
    ),
    "bias-one-number": ("bias-one-number", 0, affine, lambda d: {"b": DY.sum()}),
    "operands-swapped": ("operands-swapped", 0, square, lambda d: {"x": DX @ SQUARE}),
    "weight-gradient-transposed": (
        "weight-gradient-transposed",
        0,
        affine,
        lambda d: {"W": DY.T @ X},
    ),
    "overlaps-assigned": (
        "overlaps-assigned",
        0,
        convolution,
        lambda d: {"x": windows_back(FILTER, OF_WINDOWS, "last")},
    ),
    "overlaps-assigned, the first stays": (
        "overlaps-assigned",
        1,
        convolution,
        lambda d: {"x": windows_back(FILTER, OF_WINDOWS, "first")},
    ),
    "overlaps-averaged": (
        "overlaps-averaged",
        0,
        convolution,
        lambda d: {"x": windows_back(FILTER, OF_WINDOWS, "mean")},
    ),
    "overlaps-averaged, of pools": (
        "overlaps-averaged",
        0,
        lambda: pooled(kit.average_pooling),
        lambda d: {
            "x": windows_back(np.full((1, 1, 2, 3), 1 / 6), OF_WINDOWS[:, :1], "mean")
        },
    ),
    "pad-ignored": (
        "pad-ignored",
        0,
        lambda: convolution(pad=1),
        lambda d: {"value": convolved(IMAGE, FILTER, [1, -1], 2)},
    ),
    "stride-ignored": (
        "stride-ignored",
        0,
        convolution,
        lambda d: {"value": convolved(IMAGE, FILTER, [1, -1], 1)},
    ),
    "height-width-swapped, of a pool": (
        "height-width-swapped",
        0,
        lambda: does(
            partial(kit.max_pooling, size=(2, 3)),
            {"x": TALL},
            np.ones((1, 1, 3, 1)),
            pool_h=2,
            pool_w=3,
        ),
        lambda d: {
            "value": TALL[:, :, 2:, 1:],
            "x": [[[np.zeros(3), np.zeros(3), [0, 1, 1], [0, 1, 1]]]],
        },
    ),
    "height-width-swapped, of windows": (
        "height-width-swapped",
        0,
        lambda: does(
            partial(kit.im2col, size=(1, 3)),
            {"x": TALL},
            np.ones((4, 3)),
            fed={"size": (1, 3)},
        ),
        lambda d: {
            "value": [TALL[0, 0, i : i + 3, j] for i in (0, 1) for j in (0, 1, 2)],
            "x": np.array([[[[1] * 3, [2] * 3, [2] * 3, [1] * 3]]]),
        },
    ),
    "height-width-swapped, of a filter": (
        "height-width-swapped",
        1,
        lambda: convolution(stride=1, x=TALL),
        lambda d: {
            "value": convolved(TALL, TURNED, [1, -1], 1),
            "W": slopes(
                lambda w: convolved(TALL, w.reshape(2, 1, 3, 2), [1, -1], 1),
                FILTER,
                np.ones((1, 2, 2, 2)),
            ),
            "x": slopes(
                lambda x: convolved(x, TURNED, [1, -1], 1), TALL, np.ones((1, 2, 2, 2))
            ),
            "b": np.array([4.0, 4.0]),
        },
    ),
    "height-width-swapped, of the windows' order": (
        "height-width-swapped",
        3,
        lambda: does(
            partial(kit.im2col, size=(1, 2), stride=1, pad=0),
            {"x": TALL},
            np.ones((8, 2)),
            fed={"size": (1, 2), "stride": 1, "pad": 0},
        ),
        lambda d: {
            "value": [TALL[0, 0, i, j : j + 2] for j in (0, 1) for i in range(4)]
        },
    ),
    "filter-turned": (
        "filter-turned",
        0,
        lambda: convolution(stride=3),
        lambda d: {
            "x": np.concatenate(
                [
                    np.tensordot(OF_WINDOWS[0, :, 0, n], FILTER[:, 0, ::-1, ::-1], 1)
                    for n in (0, 1)
                ],
                axis=1,
            )[None, None]
        },
    ),
    "window-not-divided": (
        "window-not-divided",
        0,
        lambda: pooled(kit.average_pooling, stride=3),
        lambda d: {"x": np.array([[[[1.0] * 3 + [-2.0] * 3] * 2]])},
    ),
    "largest-not-kept": (
        "largest-not-kept",
        0,
        lambda: pooled(kit.max_pooling),
        lambda d: {"x": filled((0, 0, 1), (0, 2, -2))},
    ),
    "largest-by-one-axis, by row": (
        "largest-by-one-axis",
        0,
        lambda: pooled(kit.max_pooling),
        lambda d: {"x": filled((0, 2, 1), (1, 1, 1), (0, 4, -2), (1, 3, -2))},
    ),
    "largest-by-one-axis, by column": (
        "largest-by-one-axis",
        1,
        lambda: pooled(kit.max_pooling, stride=3),
        lambda d: {
            "x": filled(
                *((0, 0, 1), (1, 1, 1), (0, 2, 1)),
                *((1, 3, -2), (0, 4, -2), (1, 5, -2)),
            )
        },
    ),
    "mask-reversed": (
        "mask-reversed",
        0,
        of_numbers(kit.relu),
        lambda d: {"x": np.where(X > 0, 0, DX)},
    ),
    "mask-compared": ("mask-compared", 0, of_numbers(kit.relu), lambda d: {"x": DX}),
    "one-minus-y-missing": (
        "one-minus-y-missing",
        0,
        of_numbers(kit.sigmoid),
        lambda d: {"x": DX * SIGMOID},
    ),
    "y-missing": (
        "y-missing",
        0,
        of_numbers(kit.sigmoid),
        lambda d: {"x": DX / (1 + np.exp(X))},
    ),
    "tanh-for-sigmoid": (
        "tanh-for-sigmoid",
        0,
        of_numbers(kit.sigmoid),
        lambda d: {"x": DX * (1 - SIGMOID**2)},
    ),
    "tanh-for-sigmoid, altogether": (
        "tanh-for-sigmoid",
        1,
        of_numbers(kit.sigmoid),
        lambda d: {"value": TANH, "x": DX / np.cosh(X) ** 2},
    ),
    "sigmoid-for-tanh": (
        "sigmoid-for-tanh",
        0,
        of_numbers(kit.tanh),
        lambda d: {"x": DX * (TANH - TANH**2)},
    ),
    "sigmoid-for-tanh, altogether": (
        "sigmoid-for-tanh",
        1,
        of_numbers(kit.tanh),
        lambda d: {"value": SIGMOID, "x": DX * (SIGMOID - SIGMOID**2)},
    ),
    "square-missing": (
        "square-missing",
        0,
        of_numbers(kit.tanh),
        lambda d: {"x": DX - DX * TANH},
    ),
    "sigmoid-of-input": (
        "sigmoid-of-input",
        0,
        of_numbers(kit.sigmoid),
        lambda d: {"x": DX * (X - X**2)},
    ),
    "tanh-of-input": (
        "tanh-of-input",
        0,
        of_numbers(kit.tanh),
        lambda d: {"x": DX - DX * X**2},
    ),
    "derivative-of-output": (
        "derivative-of-output",
        0,
        of_numbers(kit.tanh),
        lambda d: {"x": DX / np.cosh(TANH) ** 2},
    ),
    "softmax-diagonal": (
        "softmax-diagonal",
        0,
        of_numbers(kit.softmax),
        lambda d: {"x": DX * (EACH - EACH**2)},
    ),
    "mean-path-missing": (
        "mean-path-missing",
        0,
        normalized,
        lambda d: {"x": slopes(partial(normal, mean=X.mean(axis=0)), X, DX)},
    ),
    "mean-path-missing, by channel": (
        "mean-path-missing",
        0,
        of_channels,
        lambda d: {
            "x": slopes(
                partial(normal, mean=d.array("x").mean(axis=(0, 2, 3))),
                d.array("x"),
                np.moveaxis(d.dy, 1, -1).reshape(-1, 2),
            )
        },
    ),
    "variance-path-missing": (
        "variance-path-missing",
        0,
        normalized,
        lambda d: {
            "x": slopes(
                partial(normal, size=np.sqrt(X.var(axis=0) + 0.125) + 0.25), X, DX
            )
        },
    ),
    "gamma-missing": (
        "gamma-missing",
        0,
        normalized,
        lambda d: {"x": slopes(partial(normal, gamma=1), X, DX)},
    ),
    "gamma-not-normalized": (
        "gamma-not-normalized",
        0,
        normalized,
        lambda d: {"gamma": (DX * X).sum(axis=0)},
    ),
    "gamma-not-normalized, by channel": (
        "gamma-not-normalized",
        0,
        of_channels,
        lambda d: {"gamma": (d.dy * d.array("x")).sum(axis=(0, 2, 3))},
    ),
    "gamma-beta-swapped": (
        "gamma-beta-swapped",
        0,
        normalized,
        lambda d: {
            "gamma": DX.sum(axis=0),
            "beta": (DX * (normal(X) - BETA) / GAMMA).sum(axis=0),
        },
    ),
    "dropout-scale-missing": (
        "dropout-scale-missing",
        0,
        lambda: dropped(scale=1.25),
        lambda d: {"x": DX * MASK},
    ),
    "dropout-mask-missing": (
        "dropout-mask-missing",
        0,
        lambda: dropped(scale=1.25),
        lambda d: {"x": DX * 1.25},
    ),
    "dropout-mask-missing, unscaled": (
        "dropout-mask-missing",
        0,
        dropped,
        lambda d: {"x": DX},
    ),
    "repeated-ids-assigned": (
        "repeated-ids-assigned",
        0,
        lambda: does(
            partial(kit.embedding, ids=IDS),
            {"W": np.vstack([W, W * 2])},
            DY,
            fed={"ids": IDS},
        ),
        lambda d: {"W": np.array([DY[1], np.zeros(3), DY[2], DY[3]])},
    ),
    "return-in-loop": (
        "return-in-loop",
        0,
        over_time,
        lambda d: {
            "x": np.stack([*[X * 0] * 4, DYS[:, 4] @ W.T], axis=1),
            "W": XS[:, 4].T @ DYS[:, 4],
            "b": DYS[:, 4].sum(axis=0),
        },
    ),
    "return-in-loop, of forward": (
        "return-in-loop",
        1,
        over_time,
        lambda d: {"value": np.stack([X @ W + B, *[DY * 0] * 4], axis=1)},
    ),
    "first-step-alone": (
        "first-step-alone",
        0,
        over_time,
        lambda d: {"W": X.T @ DY, "b": DY.sum(axis=0)},
    ),
    "last-step-alone": (
        "last-step-alone",
        0,
        over_time,
        lambda d: {"W": XS[:, 4].T @ DYS[:, 4], "b": DYS[:, 4].sum(axis=0)},
    ),
    "state-not-carried": (
        "state-not-carried",
        0,
        time_rnn,
        partial(not_carried, kit.rnn),
    ),
    "state-not-carried, of gates": (
        "state-not-carried",
        0,
        time_gru,
        partial(not_carried, kit.gru),
    ),
    "cell-not-carried": ("cell-not-carried", 0, time_lstm, c_not_carried),
    "slope-missing": (
        "slope-missing",
        0,
        rnn,
        lambda d: {
            "x": DY @ W.T,
            "h": DY @ WH.T,
            "Wx": X.T @ DY,
            "Wh": H.T @ DY,
            "b": DY.sum(axis=0),
        },
    ),
    "upstream-dropped": (
        "upstream-dropped",
        0,
        square,
        lambda d: {
            "x": np.tile(SQUARE.sum(axis=1), (4, 1)),
            "W": np.tile(X.sum(axis=0), (2, 1)).T,
        },
    ),
    "upstream-returned": ("upstream-returned", 0, square, lambda d: {"x": DX}),
    "gradient-left-zero": (
        "gradient-left-zero",
        0,
        affine,
        lambda d: {"W": np.zeros((2, 3))},
    ),
    "gradient-left-zero, of b": (
        "gradient-left-zero",
        1,
        affine,
        lambda d: {"b": np.zeros(3)},
    ),
    "gradient-negated": (
        "gradient-negated",
        0,
        square,
        lambda d: {"x": -DX @ SQUARE.T, "W": -X.T @ DX},
    ),
}

WHOLE = ("stride-ignored", "pad-ignored")
"""Of these the value has another shape, which its gradients go with."""


@pytest.mark.parametrize("case", CASES)
def test_a_model_changes_what_its_defect_does_and_nothing_else(case: str) -> None:
    id, number, right, due = CASES[case]
    d = right()
    found = layers.predicted(DEFECTS[id].models[number], d)
    assert found is not None
    expected = {"value": d.value, **d.gradients, **due(d)}
    actual = {"value": found.value, **found.gradients}
    assert actual.keys() == expected.keys()
    for part, value in expected.items():
        if part == "value" or id not in WHOLE:
            one, other = actual[part], value
            assert (one is None) == (other is None), part
            if one is not None:
                assert np.shape(one) == np.shape(other), part
                assert one == pytest.approx(np.asarray(other), rel=1e-7, abs=1e-8), part


@pytest.mark.parametrize("id", DEFECTS)
def test_each_defect_has_a_case(id: str) -> None:
    apart = {"softmax-over-batch", "gates-swapped"}
    assert id in {each for each, *_ in CASES.values()} | apart


@pytest.mark.parametrize(
    ("id", "number", "right"),
    [
        ("bias-not-summed", 0, square),
        ("bias-missing", 0, square),
        ("bias-missing", 1, square),
        ("bias-not-summed", 0, lstm),
        ("gradient-left-zero", 0, of_numbers(kit.relu)),
        ("upstream-dropped", 0, loss),
        ("upstream-returned", 0, affine),
        ("operands-swapped", 0, affine),
        ("operands-swapped", 0, of_numbers(kit.relu)),
        ("divided-by-batch", 0, loss),
        ("labels-as-one-hot", 0, lambda: loss(t=ROWS)),
        ("labels-as-one-hot", 1, lambda: loss(t=ROWS)),
        ("first-step-alone", 0, affine),
        ("return-in-loop", 0, affine),
        ("return-in-loop", 1, affine),
        ("gates-swapped", 0, rnn),
    ],
)
def test_a_model_says_nothing_of_what_cannot_have_the_defect(
    id: str, number: int, right: Callable[[], Doing]
) -> None:
    assert layers.predicted(DEFECTS[id].models[number], right()) is None


def test_a_defect_is_all_that_its_models_say() -> None:
    assert len(DEFECTS["bias-missing"].of(affine())) == 2
    assert DEFECTS["bias-missing"].of(square()) == []


@pytest.mark.parametrize("right", [lstm, partial(time_lstm, 1)])
def test_swapped_gates_get_the_slopes_of_one_another(
    right: Callable[[], Doing],
) -> None:
    d = right()
    blocks = d.gradient("b")
    found = [layers.predicted(model, d) for model in DEFECTS["gates-swapped"].models]
    assert len(found) == 23
    for other, order in zip(found, layers.GATES, strict=True):
        assert other is not None
        assert other.value == pytest.approx(d.value)
        assert other.gradient("b") == pytest.approx(blocks[list(order)])
        x = d.array("x").ravel()
        assert other.gradient("Wx") == pytest.approx(np.outer(x, blocks[list(order)]))
        assert other.gradient("x").ravel() == pytest.approx(GATES @ blocks[list(order)])


def test_the_gates_of_a_cell_stay_where_they_stand() -> None:
    """Of a layer that has them in another order, too."""
    held = partial(kit.lstm, gates="ifgo")
    arrays = lstm().setting.arrays
    d = does(held, arrays, np.array([[1.5]]), np.array([[-2.0]]))
    found = layers.predicted(layers._gates_swapped((1, 0, 2, 3)), d)
    assert found is not None
    assert found.value == pytest.approx(d.value)
    assert found.gradient("b") == pytest.approx(d.gradient("b")[[1, 0, 2, 3]])


def test_an_output_may_be_read_as_one_as_wide_as_it_is_high() -> None:
    """Its numbers are the same, in their order; so are those that go back."""
    arrays = {"x": TALL, "W": FILTER[..., :2], "b": np.zeros(2)}  # 3 high, 2 wide
    model = DEFECTS["height-width-swapped"].models[2]
    layer = partial(kit.convolution, stride=1, pad=0)
    wide = np.arange(12.0).reshape(1, 2, 2, 3) ** 2
    right = does(layer, arrays, wide.reshape(1, 2, 3, 2))
    found = layers.predicted(model, does(layer, arrays, wide))
    assert found is not None
    assert found.value == pytest.approx(right.value.reshape(1, 2, 2, 3))
    for role in right.gradients:
        assert found.gradient(role) == pytest.approx(right.gradient(role)), role
    found = layers.predicted(model, right)
    assert found is not None
    assert found.gradients == right.gradients


def test_of_cotangents_of_another_shape_ones_are_given() -> None:
    d = does(kit.matmul, {"x": X, "W": SQUARE}, np.ones((1, 7)))
    assert np.array_equal(d.dy, np.ones((4, 2)))
    assert d.gradient("x") == pytest.approx(np.tile(SQUARE.sum(axis=1), (4, 1)))


def test_a_state_is_given_its_own_cotangent() -> None:
    arrays = {"x": XS, "h": H, "Wx": W, "Wh": WH, "b": B}
    _, backward = kit.time_rnn(*arrays.values())
    for given in (DYS, np.ones(1)):
        d = does(kit.time_rnn, arrays, given, DY)
        dys = DYS if given is DYS else np.ones(DYS.shape)
        assert np.array_equal(d.dy, dys)
        for found, due in zip(d.gradients.values(), backward(dys, DY), strict=True):
            assert np.array_equal(np.asarray(found), due)


def test_a_layer_has_a_gradient_for_each_of_its_arrays() -> None:
    def short(x: Any, w: Any) -> Any:
        value, backward = kit.matmul(x, w)
        return value, lambda dy: backward(dy)[:1]

    with pytest.raises(ValueError, match="shorter"):
        does(short, {"x": X, "W": W}, DY)
