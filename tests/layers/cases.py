"""What each layer is tried with: batches of several, H ≠ W, windows that overlap."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradproof import layers
from gradproof.layers import Layer

Shapes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Case:
    """A layer, the shapes of its positional arguments, and what is held."""

    layer: Layer
    shapes: Shapes
    held: dict[str, Any] = field(default_factory=dict)
    positive: bool = False

    @property
    def names(self) -> list[str]:
        """Names of the arguments that have derivatives."""
        return list(inspect.signature(self.layer).parameters)[: len(self.shapes)]

    def arguments(self, seed: int = 0) -> list[Any]:
        """Arrays of distinct numbers, none of which is near 0."""
        rng = np.random.default_rng(seed)
        return [distinct(rng, shape, self.positive) for shape in self.shapes]


def distinct(
    rng: np.random.Generator, shape: tuple[int, ...], positive: bool = False
) -> Any:
    """Numbers between −1 and 1 at equal distances, in any order, none of them 0."""
    size = int(np.prod(shape))
    numbers = (rng.permutation(size) + rng.uniform(0.25, 0.75)) / size
    sign = 1 if positive else rng.choice([-1, 1], size)
    return (numbers * sign).reshape(shape)


LABELS = np.array([2, 0, 2])
SOFT = np.array([[0.25, 0.5, 0.25, 0], [0, 0, 1, 0], [0.125, 0.125, 0.25, 0.5]])
STEPS = np.array([[1, -1, 0], [3, 1, -1]])
SEEN = {"size": (2, 3), "stride": (1, 2), "pad": (1, 0)}
STATISTICS = {
    "mean": np.array([0.5, -0.25, 0.125]),
    "variance": np.array([0.5, 2.0, 0.125]),
}
RECURRENT: Shapes = ((3, 4), (4, 4), (4,))

CASES = {
    "matmul": Case(layers.matmul, ((3, 4), (4, 2))),
    "square-matmul": Case(layers.matmul, ((3, 4), (4, 4))),
    "affine": Case(layers.affine, ((3, 4), (4, 2), (2,))),
    "affine-of-images": Case(layers.affine, ((3, 2, 2), (4, 5), (5,))),
    "time-affine": Case(layers.time_affine, ((2, 3, 4), (4, 5), (5,))),
    "embedding": Case(
        layers.embedding, ((5, 3),), {"ids": np.array([[1, 0, 1], [4, 1, 0]])}
    ),
    "relu": Case(layers.relu, ((3, 4),)),
    "sigmoid": Case(layers.sigmoid, ((3, 4),)),
    "tanh": Case(layers.tanh, ((3, 4),)),
    "softmax": Case(layers.softmax, ((3, 4),)),
    "softmax-by-column": Case(layers.softmax, ((3, 4),), {"axis": 0}),
    "log-softmax": Case(layers.log_softmax, ((3, 4),)),
    "dropout": Case(
        layers.dropout, ((3, 4),), {"mask": np.eye(3, 4, 1) > 0, "scale": 1.25}
    ),
    "cross-entropy": Case(layers.cross_entropy, ((3, 4),), {"t": LABELS}, True),
    "cross-entropy-soft": Case(
        layers.cross_entropy, ((3, 4),), {"t": SOFT, "epsilon": 1e-7}, True
    ),
    "binary-cross-entropy": Case(
        layers.binary_cross_entropy,
        ((3, 2),),
        {"t": np.array([[1, 0], [0, 0], [1, 1]]), "epsilon": 1e-7},
        True,
    ),
    "softmax-with-loss": Case(layers.softmax_with_loss, ((3, 4),), {"t": LABELS}),
    "softmax-with-loss-soft": Case(layers.softmax_with_loss, ((3, 4),), {"t": SOFT}),
    "time-softmax-with-loss": Case(
        layers.time_softmax_with_loss, ((2, 3, 4),), {"t": STEPS}
    ),
    "time-softmax-with-loss-one-hot": Case(
        layers.time_softmax_with_loss,
        ((2, 3, 4),),
        {"t": np.eye(5, 4, dtype=int)[STEPS]},  # the last row, −1, is none
    ),
    "sigmoid-with-loss": Case(
        layers.sigmoid_with_loss, ((4,),), {"t": np.array([1, 0, 0, 1])}
    ),
    "sigmoid-with-loss-of-rows": Case(
        layers.sigmoid_with_loss, ((3, 2),), {"t": np.array([[1, 0], [0, 0], [1, 1]])}
    ),
    "mean-squared-error": Case(layers.mean_squared_error, ((3, 4), (3, 4))),
    "sum-squared-error": Case(layers.sum_squared_error, ((3, 4), (3, 4))),
    "centred": Case(layers.centred, ((4, 3),)),
    "scaled": Case(layers.scaled, ((4, 3),)),
    "scaled-outside": Case(
        layers.scaled, ((4, 3),), {"epsilon": 0.0, "outside": 0.125}
    ),
    "batch-normalization": Case(layers.batch_normalization, ((4, 3), (3,), (3,))),
    "batch-normalization-of-channels": Case(
        layers.over_channels(layers.batch_normalization), ((2, 3, 2, 4), (3,), (3,))
    ),
    "batch-normalization-at-test": Case(
        layers.batch_normalization_at_test, ((4, 3), (3,), (3,)), STATISTICS
    ),
    "windows": Case(layers.windows, ((2, 3, 5, 6),), SEEN),
    "overlaid": Case(
        layers.overlaid,
        ((2, 3, 6, 2, 2, 3),),
        {"shape": (2, 3, 5, 6), "stride": (1, 2), "pad": (1, 0)},
    ),
    "im2col": Case(layers.im2col, ((2, 3, 5, 6),), SEEN),
    "col2im": Case(layers.col2im, ((24, 18),), {"shape": (2, 3, 5, 6), **SEEN}),
    "convolution": Case(layers.convolution, ((2, 3, 4, 6), (4, 3, 2, 3), (4,))),
    "convolution-with-a-rest": Case(
        layers.convolution, ((2, 3, 6, 5), (2, 3, 3, 2), (2,)), {"stride": 2, "pad": 1}
    ),
    "max-pooling": Case(layers.max_pooling, ((2, 3, 5, 6),), SEEN),
    "average-pooling": Case(layers.average_pooling, ((2, 3, 5, 6),), SEEN),
    "recurrence": Case(layers.recurrence, ((2, 3), (2, 4), (3, 5), (4, 5), (5,))),
    "rnn": Case(layers.rnn, ((2, 3), (2, 4), *RECURRENT)),
    "lstm": Case(layers.lstm, ((2, 3), (2, 4), (2, 4), (3, 16), (4, 16), (16,))),
    "lstm-of-other-order": Case(
        layers.lstm,
        ((2, 3), (2, 4), (2, 4), (3, 16), (4, 16), (16,)),
        {"gates": "ifgo"},
    ),
    "gru": Case(layers.gru, ((2, 3), (2, 4), (3, 12), (4, 12), (12,))),
    "time-rnn": Case(layers.time_rnn, ((2, 3, 3), (2, 4), *RECURRENT)),
    "time-lstm": Case(
        layers.time_lstm, ((2, 3, 3), (2, 4), (2, 4), (3, 16), (4, 16), (16,))
    ),
    "time-gru": Case(layers.time_gru, ((2, 3, 3), (2, 4), (3, 12), (4, 12), (12,))),
}
"""Every layer, some of them in several ways."""
