"""The layers compute what their names say: against formulas written another way.

In whole numbers where a layer is linear, so that there is nothing to round; otherwise
in high precision.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import mpmath
import numpy as np
import pytest

from gradproof import layers
from gradproof.layers import Layer
from layers.cases import CASES, LABELS, SOFT
from layers.differences import several
from precision import BITS, departs, exactly, mp


def whole(*shape: int, seed: int = 0) -> Any:
    """Whole numbers between −9 and 9, not 0."""
    rng = np.random.default_rng(seed)
    return rng.integers(1, 10, shape) * rng.choice([-1, 1], shape)


def high(case: str) -> list[Any]:
    return [exactly(a) for a in CASES[case].arguments()]


# --- windows -------------------------------------------------------------------------


def convolved(x: Any, w: Any, b: Any, stride: Any, pad: Any) -> Any:
    """Convolution as four loops over the value's entries and a sum over the window."""
    padded = np.pad(x, [(0, 0), (0, 0), (pad[0],) * 2, (pad[1],) * 2])
    high, wide = w.shape[2:]
    oh = (padded.shape[2] - high) // stride[0] + 1
    ow = (padded.shape[3] - wide) // stride[1] + 1
    y = np.empty((len(x), len(w), oh, ow), int)
    for n, k, i, j in np.ndindex(*y.shape):
        top, left = i * stride[0], j * stride[1]
        window = padded[n, :, top : top + high, left : left + wide]
        y[n, k, i, j] = (window * w[k]).sum() + b[k]
    return y


CONVOLUTIONS = {
    "plain": ((2, 3, 4, 5), (4, 3, 2, 3), (1, 1), (0, 0)),
    "a-rest": ((2, 3, 6, 7), (2, 3, 3, 2), (2, 2), (0, 0)),
    "padded": ((2, 1, 4, 5), (3, 1, 3, 2), (1, 1), (1, 1)),
    "uneven": ((2, 2, 5, 4), (2, 2, 2, 3), (3, 1), (0, 2)),
}
each_convolution = pytest.mark.parametrize(
    ("image", "filters", "stride", "pad"), CONVOLUTIONS.values(), ids=CONVOLUTIONS
)


def convolution_departs(
    layer: Layer, image: Any, filters: Any, stride: Any, pad: Any
) -> bool:
    x, w, b = whole(*image), whole(*filters, seed=1), whole(filters[0], seed=2)
    value, _ = layer(x, w, b, stride=stride, pad=pad)
    return not np.array_equal(value, convolved(x, w, b, stride, pad))


@each_convolution
def test_convolution_is_the_sum_over_each_window(
    image: Any, filters: Any, stride: Any, pad: Any
) -> None:
    assert not convolution_departs(layers.convolution, image, filters, stride, pad)


@pytest.mark.parametrize(
    ("mutant", "shown"),
    [
        (lambda x, w, b, **seen: layers.convolution(x, w[:, :, ::-1], b, **seen), None),
        (lambda x, w, b, **seen: layers.convolution(x, w[..., ::-1], b, **seen), None),
        (lambda x, w, b, stride, pad: layers.convolution(x, w, b, pad=pad), "a-rest"),
        (lambda x, w, b, stride, pad: layers.convolution(x, w, b), "padded"),
        (
            lambda x, w, b, stride, pad: layers.convolution(
                x, w, b, stride=stride[::-1], pad=pad
            ),
            "uneven",
        ),
        (
            lambda x, w, b, stride, pad: layers.convolution(
                x, w, b, stride=stride, pad=pad[::-1]
            ),
            "uneven",
        ),
    ],
)
def test_another_convolution_is_told(mutant: Layer, shown: str | None) -> None:
    for name in CONVOLUTIONS if shown is None else [shown]:
        assert convolution_departs(mutant, *CONVOLUTIONS[name])


@pytest.mark.parametrize("pool", [layers.max_pooling, layers.average_pooling])
def test_pooling_is_by_window_and_channel(pool: Layer) -> None:
    x = whole(2, 3, 5, 6) * 6  # so that means over 6 are whole
    value, _ = pool(x, size=(2, 3), stride=(2, 1))
    over = np.max if pool is layers.max_pooling else np.mean
    expected = np.empty((2, 3, 2, 4))
    for n, c, i, j in np.ndindex(*expected.shape):
        expected[n, c, i, j] = over(x[n, c, 2 * i : 2 * i + 2, j : j + 3])
    assert np.array_equal(value, expected)


def test_of_several_largest_the_first_moves() -> None:
    x = np.array([[[[1.0, 3.0, 3.0], [3.0, 0.0, 2.0]]]])
    _, backward = layers.max_pooling(x, size=(2, 3))
    assert backward(np.full((1, 1, 1, 1), 7.0))[0].tolist() == [
        [[[0, 7, 0], [0, 0, 0]]]
    ]


def adjoint(forward: Callable[[Any], Any], back: Callable[[Any], Any], x: Any) -> bool:
    """Whether <forward(x), c> = <x, back(c)>, in whole numbers, exactly."""
    y = forward(x)
    c = whole(*y.shape, seed=3)
    return bool((y * c).sum() == (x * back(c)).sum())


def first(*, layer: Layer, **held: Any) -> Callable[[Any], Any]:
    """A layer's value, as a function of its one argument."""
    return lambda x: layer(x, **held)[0]


def last(old: Any, new: Any) -> Any:
    return new


SEEN: dict[str, Any] = {"size": (3, 2), "stride": (2, 1), "pad": (0, 1)}
IMAGE = (2, 3, 6, 4)
PLACED = {"shape": IMAGE, "stride": (2, 1), "pad": (0, 1)}


def test_overlaid_is_the_adjoint_of_windows() -> None:
    see = first(layer=layers.windows, **SEEN)
    assert adjoint(see, first(layer=layers.overlaid, **PLACED), whole(*IMAGE))
    assigned = first(layer=layers.overlaid, add=last, **PLACED)
    assert not adjoint(see, assigned, whole(*IMAGE))


def test_col2im_is_the_adjoint_of_im2col() -> None:
    columns = first(layer=layers.im2col, **SEEN)
    back = first(layer=layers.col2im, shape=IMAGE, **SEEN)
    assert adjoint(columns, back, whole(*IMAGE))
    assert not adjoint(columns, lambda c: back(c[::-1]), whole(*IMAGE))


def test_col2im_adds_as_often_as_a_pixel_is_seen() -> None:
    seen, _ = layers.im2col(np.ones((1, 1, 3, 4)), size=(2, 2))
    image, _ = layers.col2im(seen, shape=(1, 1, 3, 4), size=(2, 2))
    assert image[0, 0].tolist() == [[1, 2, 2, 1], [2, 4, 4, 2], [1, 2, 2, 1]]


def test_convolution_is_the_book_s_product_of_columns_and_filters() -> None:
    x, w, b = whole(2, 3, 5, 6), whole(4, 3, 2, 3), whole(4)
    columns, _ = layers.im2col(x, size=(2, 3), stride=(1, 2))
    product, _ = layers.affine(columns, w.reshape(4, -1).T, b)
    expected = product.reshape(2, 4, 2, 4).transpose(0, 3, 1, 2)
    assert np.array_equal(layers.convolution(x, w, b, stride=(1, 2))[0], expected)


# --- elementary functions ------------------------------------------------------------


def softmax_of(row: Any) -> list[Any]:
    exponentials = [mpmath.exp(mp(v)) for v in row]
    return [e / mpmath.fsum(exponentials) for e in exponentials]


def entropy(rows: Any, weights: Any) -> Any:
    """Mean over rows of −Σ t·log y."""
    terms = [
        -mpmath.fsum(mp(t) * mpmath.log(mp(y)) for t, y in zip(ts, ys, strict=True))
        for ts, ys in zip(weights, rows, strict=True)
    ]
    return mpmath.fsum(terms) / len(terms)


FORMULAS: dict[str, Callable[..., Any]] = {
    "relu": lambda x: [max(mp(v), 0) for v in x.flat],
    "sigmoid": lambda x: [1 / (1 + mpmath.exp(-mp(v))) for v in x.flat],
    "tanh": lambda x: [mpmath.tanh(mp(v)) for v in x.flat],
    "softmax": lambda x: [softmax_of(row) for row in x],
    "log-softmax": lambda x: [[mpmath.log(y) for y in softmax_of(row)] for row in x],
    "softmax-by-column": lambda x: np.transpose([softmax_of(row) for row in x.T]),
    "softmax-with-loss": lambda x: entropy(map(softmax_of, x), np.eye(4)[LABELS]),
    "softmax-with-loss-soft": lambda x: entropy(map(softmax_of, x), SOFT),
    "cross-entropy": lambda y: entropy(y, np.eye(4)[LABELS]),
    "cross-entropy-soft": lambda y: entropy(y + 1e-7, SOFT),
    "time-softmax-with-loss": lambda x: entropy(
        map(softmax_of, x[[0, 0, 1, 1], [0, 2, 0, 1]]), np.eye(4)[[1, 0, 3, 1]]
    ),
    "time-softmax-with-loss-one-hot": lambda x: entropy(
        map(softmax_of, x[[0, 0, 1, 1], [0, 2, 0, 1]]), np.eye(4)[[1, 0, 3, 1]]
    ),
    "sigmoid-with-loss": lambda x: entropy(
        ([1 / (1 + mpmath.exp(-mp(v))), 1 / (1 + mpmath.exp(mp(v)))] for v in x),
        [[1, 0], [0, 1], [0, 1], [1, 0]],
    ),
}


def value_departs(layer: Layer, case: str) -> bool:
    arguments = high(case)
    value, _ = layer(*arguments, **CASES[case].held)
    with mpmath.workprec(BITS):
        expected = FORMULAS[case](*arguments)
    return departs(value, expected)


@pytest.mark.parametrize("case", FORMULAS)
def test_the_value_is_that_of_the_formula(case: str) -> None:
    assert not value_departs(CASES[case].layer, case)


OVER_ALL = partial(layers.log_softmax, axis=None)


@pytest.mark.parametrize(
    ("case", "mutant"),
    [
        ("softmax", lambda x: layers.softmax(x, axis=None)),
        ("sigmoid", layers.tanh),
        ("softmax-with-loss", partial(layers.softmax_with_loss, log_softmax=OVER_ALL)),
        (
            "softmax-with-loss",
            lambda x, t: (layers.softmax_with_loss(x, t=t)[0] * len(x), None),
        ),
        (
            "time-softmax-with-loss",
            lambda x, t: layers.time_softmax_with_loss(x, t=t, ignore=0),
        ),
        ("cross-entropy-soft", lambda y, t, epsilon: layers.cross_entropy(y, t=t)),
    ],
)
def test_another_value_is_told(case: str, mutant: Layer) -> None:
    assert value_departs(mutant, case)


def test_squared_errors_are_means_over_samples_or_half_of_the_sum() -> None:
    y, t = whole(2, 3), whole(2, 3, seed=1)
    total = sum(int(d) ** 2 for d in (y - t).flat)
    assert layers.mean_squared_error(y, t)[0] == total / 2
    assert layers.sum_squared_error(y, t)[0] == total / 2
    assert layers.mean_squared_error(y[:1], t[:1])[0] == ((y - t)[0] ** 2).sum()


def test_sigmoid_with_loss_of_rows_sums_them_and_takes_the_mean_of_samples() -> None:
    x, t = whole(3, 2) / 10, np.array([[1, 0], [0, 0], [1, 1]])
    of_columns = [layers.sigmoid_with_loss(x[:, j], t=t[:, j])[0] for j in (0, 1)]
    assert layers.sigmoid_with_loss(x, t=t)[0] == pytest.approx(sum(of_columns))


def test_labels_and_their_one_hot_rows_are_alike() -> None:
    (x,) = CASES["softmax-with-loss"].arguments()
    by_label, by_label_backward = layers.softmax_with_loss(x, t=LABELS)
    by_row, by_row_backward = layers.softmax_with_loss(x, t=np.eye(4)[LABELS])
    assert by_label == by_row
    assert np.array_equal(by_label_backward(1.0)[0], by_row_backward(1.0)[0])


# --- normalization -------------------------------------------------------------------


def test_normalized_columns_have_mean_beta_and_deviation_gamma() -> None:
    x, gamma, beta = high("batch-normalization")
    y, _ = layers.batch_normalization(x, gamma, beta, epsilon=0.0)
    assert not departs(y.mean(axis=0), beta)
    assert not departs(((y - beta) ** 2).mean(axis=0), gamma**2)


def test_epsilon_is_added_to_the_variance_or_to_the_root() -> None:
    x = np.array([[3.0, 4.0], [-3.0, -4.0]])  # deviations 3 and 4
    inside, _ = layers.scaled(x, epsilon=16.0)
    assert inside[0].tolist() == [3 / 5, 4 / np.sqrt(32)]
    outside, _ = layers.scaled(x, epsilon=0.0, outside=1.0)
    assert outside[0].tolist() == [3 / 4, 4 / 5]


def test_channels_are_normalized_as_columns_of_pixels() -> None:
    x, gamma, beta = CASES["batch-normalization-of-channels"].arguments()
    y, _ = layers.over_channels(layers.batch_normalization)(x, gamma, beta)
    for c in range(3):
        pixels = x[:, c].reshape(-1, 1)
        expected, _ = layers.batch_normalization(pixels, gamma[c], beta[c])
        assert np.allclose(y[:, c].ravel(), expected.ravel(), rtol=0, atol=1e-14)


def test_at_test_the_statistics_given_are_used() -> None:
    x, ones, zeros = whole(4, 2), np.ones(2), np.zeros(2)
    how: dict[str, Any] = {"mean": np.array([1, 2]), "variance": np.array([16.0, 0.0])}
    y, _ = layers.batch_normalization_at_test(x, ones, zeros, **how, epsilon=9.0)
    assert np.array_equal(y, (x - [1, 2]) / [5, 3])


def test_running_statistics_keep_the_momentum_s_part() -> None:
    x = np.array([[1.0, 0.0], [3.0, 8.0]])
    old = np.array([8.0, 16.0])
    mean, variance = layers.running_statistics(old, old, x, momentum=0.75)
    assert mean.tolist() == [6.5, 13.0]
    assert variance.tolist() == [6.25, 16.0]
    how: dict[str, Any] = {"momentum": 0.0, "unbiased": True}
    assert layers.running_statistics(old, old, x, **how)[1].tolist() == [2.0, 32.0]


# --- recurrent layers ----------------------------------------------------------------


def gate(name: str, order: str, a: Any) -> Any:
    k, h = order.index(name), a.shape[1] // len(order)
    return a[:, k * h : (k + 1) * h]


def squashed(a: Any) -> Any:
    return 1 / (1 + np.exp(-a))


def test_lstm_is_its_published_formula() -> None:
    x, h, c, wx, wh, b = high("lstm")
    a = x @ wx + h @ wh + b
    f, g, i, o = (gate(name, "fgio", a) for name in "fgio")
    expected = squashed(f) * c + np.tanh(g) * squashed(i)
    h_next, c_next = layers.lstm(x, h, c, wx, wh, b)[0]
    assert not departs(c_next, expected)
    assert not departs(h_next, squashed(o) * np.tanh(expected))
    assert departs(layers.lstm(x, h, c, wx, wh, b, gates="gfio")[0][1], expected)


def test_gru_is_its_published_formula() -> None:
    x, h, wx, wh, b = high("gru")
    zx, rx, nx = (gate(name, "zrn", x @ wx + b) for name in "zrn")
    zh, rh, _ = (gate(name, "zrn", h @ wh) for name in "zrn")
    z, r = squashed(zx + zh), squashed(rx + rh)
    n = np.tanh(nx + (r * h) @ gate("n", "zrn", wh))
    assert not departs(layers.gru(x, h, wx, wh, b)[0], (1 - z) * h + z * n)
    assert departs(layers.gru(x, h, wx, wh, b)[0], z * h + (1 - z) * n)


@pytest.mark.parametrize(
    ("name", "cell"),
    [("time-rnn", layers.rnn), ("time-gru", layers.gru), ("time-lstm", layers.lstm)],
)
def test_a_sequence_is_its_cell_step_by_step(name: str, cell: Layer) -> None:
    xs, *arguments = CASES[name].arguments()
    state, parameters = arguments[:-3], arguments[-3:]
    (outputs, *last), _ = CASES[name].layer(xs, *arguments)
    for t in range(3):
        state = list(several(cell(xs[:, t], *state, *parameters)[0]))
        assert np.array_equal(outputs[:, t], state[0])
    assert all(map(np.array_equal, last, state))


def test_a_sequence_in_two_stretches_has_the_value_of_one() -> None:
    xs, h, c, *parameters = CASES["time-lstm"].arguments()
    (whole_hs, *_), _ = layers.time_lstm(xs, h, c, *parameters)
    (before, h, c), _ = layers.time_lstm(xs[:, :1], h, c, *parameters)
    (after, _, _), _ = layers.time_lstm(xs[:, 1:], h, c, *parameters)
    assert np.array_equal(np.concatenate([before, after], axis=1), whole_hs)


def test_no_cotangent_of_the_last_state_is_one_of_zero() -> None:
    case = CASES["time-lstm"]
    (hs, h, c), backward = case.layer(*case.arguments())
    truncated = backward(hs)
    assert all(map(np.array_equal, truncated, backward(hs, h * 0, c * 0)))
    assert not np.array_equal(truncated[0], backward(hs, h, c)[0])
