"""Layers with one mistake in the derivative: each a small change of a right one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradproof import layers
from gradproof.layers import Layer


@dataclass(frozen=True)
class Mutant:
    """A layer with a mistake, the case that shows it, and the arguments it spoils."""

    case: str
    layer: Layer
    spoils: tuple[str, ...]


def differing(right: Layer, change: Callable[..., tuple[Any, ...]]) -> Layer:
    """A layer whose derivative is ``change(cotangents, value, gradients)``."""

    def mutant(*arguments: Any, **held: Any) -> Any:
        value, backward = right(*arguments, **held)
        return value, lambda *dys: change(dys, value, backward(*dys))

    return mutant


def crossed(forward: Layer, backward: Layer) -> Layer:
    """One layer's value with another's derivative."""
    return lambda *arguments, **held: (
        forward(*arguments, **held)[0],
        backward(*arguments, **held)[1],
    )


def without(right: Layer, *lost: int) -> Layer:
    """A layer that gives some of its arguments no cotangent."""
    return differing(
        right,
        lambda dys, y, gradients: tuple(
            g * 0 if k in lost else g for k, g in enumerate(gradients)
        ),
    )


def swapping_operands(x: Any, w: Any) -> Any:
    return x @ w, lambda dy: (dy @ w, x.T @ dy)


def scaled_without_variance_path(x: Any, *, epsilon: float = 1e-7) -> Any:
    s = np.sqrt((x * x).mean(axis=0) + epsilon)
    return x / s, lambda dy: (dy / s,)


def embedding_that_assigns(w: Any, *, ids: Any) -> Any:
    def backward(dy: Any) -> Any:
        dw = np.zeros_like(w)
        dw[ids] = dy
        return (dw,)

    return w[ids], backward


def pooling_at_the_corner(x: Any, **seen: Any) -> Any:
    y, _ = layers.max_pooling(x, **seen)
    return y, layers.max_pooling(np.broadcast_to(x[0, 0, 0, 0], x.shape), **seen)[1]


def last(old: Any, new: Any) -> Any:
    return new


ASSIGNING = partial(layers.windows, add=last)
TURNED = np.s_[:, :, ::-1, ::-1]

MUTANTS = {
    "transposed-weight": Mutant("square-matmul", swapping_operands, ("x",)),
    "bias-not-summed": Mutant(
        "affine", differing(layers.affine, lambda d, y, g: (*g[:2], d[0])), ("b",)
    ),
    "bias-of-the-first-row": Mutant(
        "affine", differing(layers.affine, lambda d, y, g: (*g[:2], d[0][0])), ("b",)
    ),
    "weight-divided-by-the-batch": Mutant(
        "affine",
        differing(layers.affine, lambda d, y, g: (g[0], g[1] / len(y), g[2])),
        ("w",),
    ),
    "bias-of-the-last-step": Mutant(
        "time-affine",
        differing(layers.time_affine, lambda d, y, g: (*g[:2], d[0][:, -1].sum(0))),
        ("b",),
    ),
    "embedding-assigns": Mutant("embedding", embedding_that_assigns, ("w",)),
    "mask-reversed": Mutant(
        "relu", differing(layers.relu, lambda d, y, g: (d[0] - g[0],)), ("x",)
    ),
    "upstream-dropped": Mutant(
        "relu", differing(layers.relu, lambda d, y, g: (y > 0,)), ("x",)
    ),
    "one-minus-y-missing": Mutant(
        "sigmoid", differing(layers.sigmoid, lambda d, y, g: (d[0] * y,)), ("x",)
    ),
    "tanh-s-derivative": Mutant(
        "sigmoid",
        differing(layers.sigmoid, lambda d, y, g: (d[0] * (1 - y * y),)),
        ("x",),
    ),
    "derivative-at-the-output": Mutant(
        "sigmoid",
        differing(layers.sigmoid, lambda d, y, g: layers.sigmoid(y)[1](*d)),
        ("x",),
    ),
    "only-the-diagonal": Mutant(
        "softmax",
        differing(layers.softmax, lambda d, y, g: (d[0] * y * (1 - y),)),
        ("x",),
    ),
    "scale-missing": Mutant(
        "dropout", differing(layers.dropout, lambda d, y, g: (d[0] * (y != 0),)), ("x",)
    ),
    "mask-missing": Mutant(
        "dropout", differing(layers.dropout, lambda d, y, g: (d[0] * 1.25,)), ("x",)
    ),
    "epsilon-forgotten": Mutant(
        "cross-entropy-soft",
        crossed(
            layers.cross_entropy,
            lambda y, t, epsilon: layers.cross_entropy(y, t=t),
        ),
        ("y",),
    ),
    "chance-of-no-forgotten": Mutant(
        "binary-cross-entropy",
        crossed(
            layers.binary_cross_entropy,
            lambda y, t, epsilon: layers.cross_entropy(y, t=t, epsilon=epsilon),
        ),
        ("y",),
    ),
    "not-divided-by-the-batch": Mutant(
        "softmax-with-loss",
        differing(layers.softmax_with_loss, lambda d, y, g: (g[0] * 3,)),
        ("x",),
    ),
    "softmax-over-all-in-backward": Mutant(
        "softmax-with-loss",
        crossed(
            layers.softmax_with_loss,
            partial(
                layers.softmax_with_loss,
                log_softmax=partial(layers.log_softmax, axis=None),
            ),
        ),
        ("x",),
    ),
    "ignored-steps-counted": Mutant(
        "time-softmax-with-loss",
        differing(layers.time_softmax_with_loss, lambda d, y, g: (g[0] * 4 / 6,)),
        ("xs",),
    ),
    "factor-missing": Mutant(
        "mean-squared-error",
        differing(layers.mean_squared_error, lambda d, y, g: (g[0] / 2, g[1])),
        ("y",),
    ),
    "target-s-sign": Mutant(
        "sum-squared-error",
        differing(layers.sum_squared_error, lambda d, y, g: (g[0], g[0])),
        ("t",),
    ),
    "without-the-mean-s-path": Mutant(
        "batch-normalization",
        partial(
            layers.batch_normalization,
            centred=differing(layers.centred, lambda d, y, g: d),
        ),
        ("x",),
    ),
    "without-the-variance-s-path": Mutant(
        "batch-normalization",
        partial(layers.batch_normalization, scaled=scaled_without_variance_path),
        ("x",),
    ),
    "by-element-in-backward": Mutant(
        "batch-normalization-of-channels",
        differing(
            layers.over_channels(layers.batch_normalization),
            lambda d, y, g: (*g[:2], d[0].sum(axis=0)),
        ),
        ("beta",),
    ),
    "gamma-dropped": Mutant(
        "batch-normalization-at-test",
        crossed(
            layers.batch_normalization_at_test,
            lambda x, gamma, beta, **held: layers.batch_normalization_at_test(
                x, gamma * 0 + 1, beta, **held
            ),
        ),
        ("x",),
    ),
    "overlaps-assigned": Mutant(
        "convolution", partial(layers.convolution, windows=ASSIGNING), ("x",)
    ),
    "overlaps-assigned-in-pooling": Mutant(
        "average-pooling", partial(layers.average_pooling, windows=ASSIGNING), ("x",)
    ),
    "filter-turned": Mutant(
        "convolution",
        crossed(
            layers.convolution, lambda x, w, b: layers.convolution(x, w[TURNED], b)
        ),
        ("x",),
    ),
    "padding-not-taken-off": Mutant(
        "convolution-with-a-rest",
        differing(
            layers.convolution,
            lambda d, y, g: (np.pad(g[0], [(0, 0), (0, 0), (1, 1), (1, 1)]), *g[1:]),
        ),
        ("x",),
    ),
    "argmax-elsewhere": Mutant("max-pooling", pooling_at_the_corner, ("x",)),
    "division-by-the-window-missing": Mutant(
        "average-pooling",
        differing(layers.average_pooling, lambda d, y, g: (g[0] * 6,)),
        ("x",),
    ),
    "tanh-s-derivative-missing": Mutant(
        "rnn",
        crossed(layers.rnn, layers.recurrence),
        ("x", "h", "wx", "wh", "b"),
    ),
    "gates-in-another-order": Mutant(
        "lstm",
        crossed(layers.lstm, partial(layers.lstm, gates="gfio")),
        ("x", "h", "c", "wx", "wh", "b"),
    ),
    "forget-gate-s-path-missing": Mutant("lstm", without(layers.lstm, 2), ("c",)),
    "reset-gate-not-in-backward": Mutant(
        "gru",
        partial(layers.gru, recurrence=without(layers.recurrence, 1)),
        ("x", "h", "wx", "wh", "b"),
    ),
    "h-not-carried": Mutant(
        "time-rnn",
        partial(layers.time_rnn, cell=without(layers.rnn, 1)),
        ("xs", "h", "wx", "wh", "b"),
    ),
    "c-not-carried": Mutant(
        "time-lstm",
        partial(layers.time_lstm, cell=without(layers.lstm, 2)),
        ("xs", "h", "c", "wx", "wh", "b"),
    ),
    "recurrent-weight-lost": Mutant(
        "time-gru", partial(layers.time_gru, cell=without(layers.gru, 3)), ("wh",)
    ),
}
"""Mistakes that are met in public code, by name."""
