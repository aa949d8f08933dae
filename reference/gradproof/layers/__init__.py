"""Right layers: functions that give their value and, beside it, their derivative.

>>> import numpy as np
>>> from gradproof.layers import affine
>>> x, w, b = np.ones((2, 3)), np.ones((3, 4)), np.zeros(4)
>>> y, backward = affine(x, w, b)
>>> dx, dw, db = backward(np.ones_like(y))
>>> db
array([2., 2., 2., 2.])

`gradproof.layers.layer` says what holds of all of them. The same text serves numbers of
any kind that NumPy takes in arrays of objects: for numbers of high precision it is an
oracle. A layer is made of layers, and these are arguments: what it does when one
of them is wrong is seen by handing in a wrong one.
"""

from __future__ import annotations

from gradproof.layers.activations import (
    dropout,
    log_softmax,
    relu,
    sigmoid,
    softmax,
    tanh,
)
from gradproof.layers.axes import over_channels, over_rows, over_time
from gradproof.layers.images import average_pooling, convolution, max_pooling
from gradproof.layers.layer import Layer
from gradproof.layers.linear import affine, embedding, matmul, time_affine
from gradproof.layers.losses import (
    binary_cross_entropy,
    cross_entropy,
    mean_squared_error,
    one_hot,
    sigmoid_with_loss,
    softmax_with_loss,
    sum_squared_error,
    time_softmax_with_loss,
)
from gradproof.layers.normalization import (
    batch_normalization,
    batch_normalization_at_test,
    centred,
    running_statistics,
    scaled,
)
from gradproof.layers.recurrent import (
    gru,
    lstm,
    recurrence,
    rnn,
    time_gru,
    time_lstm,
    time_rnn,
)
from gradproof.layers.sliding_windows import col2im, im2col, overlaid, windows

__all__ = [
    "Layer",
    "affine",
    "average_pooling",
    "batch_normalization",
    "batch_normalization_at_test",
    "binary_cross_entropy",
    "centred",
    "col2im",
    "convolution",
    "cross_entropy",
    "dropout",
    "embedding",
    "gru",
    "im2col",
    "log_softmax",
    "lstm",
    "matmul",
    "max_pooling",
    "mean_squared_error",
    "one_hot",
    "over_channels",
    "over_rows",
    "over_time",
    "overlaid",
    "recurrence",
    "relu",
    "rnn",
    "running_statistics",
    "scaled",
    "sigmoid",
    "sigmoid_with_loss",
    "softmax",
    "softmax_with_loss",
    "sum_squared_error",
    "tanh",
    "time_affine",
    "time_gru",
    "time_lstm",
    "time_rnn",
    "time_softmax_with_loss",
    "windows",
]
