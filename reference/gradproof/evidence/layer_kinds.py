"""The kinds of layers that are known, by what their layers are named."""

from __future__ import annotations

from gradproof import layers as kit
from gradproof.evidence.dropout_kinds import dropout
from gradproof.evidence.image_kinds import convolution, pooling, pooling_last
from gradproof.evidence.layer_settings import Kind, name_keys, one_setting
from gradproof.evidence.linear_kinds import (
    affine,
    affine_over_time,
    embedding,
    matmul,
    matmul_over_time,
    time_embedding,
)
from gradproof.evidence.loss_kinds import (
    binary_cross_entropy,
    cross_entropy,
    mean_squared_error,
    sigmoid_with_loss,
    softmax_with_loss,
    time_softmax,
)
from gradproof.evidence.normalization_kinds import normalization
from gradproof.evidence.recurrent_kinds import cell_settings, over_time_settings

KINDS: tuple[Kind, ...] = (
    Kind(
        "affine",
        ("affine", "linear", "dense", "fullyconnected", "fc", "linearfunction"),
        ("x",),
        ("W", "b"),
        affine,
        instead=affine_over_time,
    ),
    Kind(
        "matmul",
        ("matmul", "dot"),
        ("x",),
        ("W",),
        matmul,
        certain=("matmul",),
        instead=matmul_over_time,
    ),
    Kind(
        "time-affine",
        ("timeaffine", "temporalaffine"),
        ("x",),
        ("W", "b"),
        one_setting(
            "x·W + b at each step",
            kit.time_affine,
            "sequences",
            x=(2, 3, 4),
            W=(4, 5),
            b=(5,),
        ),
    ),
    Kind("embedding", ("embedding", "embed", "wordembedding"), (), ("W",), embedding),
    Kind("time-embedding", ("timeembedding",), (), ("W",), time_embedding),
    Kind(
        "relu",
        ("relu",),
        ("x",),
        (),
        one_setting("max(x, 0)", kit.relu, x=(3, 4)),
        certain=("relu",),
    ),
    Kind(
        "sigmoid",
        ("sigmoid",),
        ("x",),
        (),
        one_setting("1 / (1 + e⁻ˣ)", kit.sigmoid, x=(3, 4)),
        certain=("sigmoid",),
    ),
    Kind(
        "tanh",
        ("tanh",),
        ("x",),
        (),
        one_setting("tanh x", kit.tanh, x=(3, 4)),
        certain=("tanh",),
    ),
    Kind(
        "softmax",
        ("softmax",),
        ("x",),
        (),
        one_setting("eˣ / Σeˣ by row", kit.softmax, x=(3, 4)),
        certain=("softmax",),
    ),
    Kind(
        "log-softmax",
        ("logsoftmax",),
        ("x",),
        (),
        one_setting("x − log Σeˣ by row", kit.log_softmax, x=(3, 4)),
        certain=("logsoftmax",),
    ),
    Kind("dropout", ("dropout",), ("x",), (), dropout),
    Kind(
        "softmax-with-loss",
        (
            "softmaxwithloss",
            "softmaxcrossentropy",
            "softmaxcrossentropyloss",
            "softmaxloss",
            "softmaxwithcrossentropy",
            "crossentropyloss",
        ),
        ("x",),
        (),
        softmax_with_loss,
        loss=True,
    ),
    Kind(
        "time-softmax-with-loss",
        ("timesoftmaxwithloss",),
        ("x",),
        (),
        time_softmax,
        loss=True,
    ),
    Kind(
        "sigmoid-with-loss",
        ("sigmoidwithloss", "sigmoidcrossentropy"),
        ("x",),
        (),
        sigmoid_with_loss,
        loss=True,
    ),
    Kind(
        "categorical-cross-entropy",
        (
            *("crossentropy", "crossentropyerror", "categoricalcrossentropy"),
            "categoricalcrossentropyloss",
        ),
        ("x",),
        (),
        cross_entropy,
        loss=True,
    ),
    Kind(
        "binary-cross-entropy",
        ("binarycrossentropy", "binarycrossentropyloss", "bce", "bceloss"),
        ("x",),
        (),
        binary_cross_entropy,
        loss=True,
    ),
    Kind(
        "mean-squared-error",
        ("meansquarederror", "mse", "mseloss", "squarederror", "sumsquarederror"),
        ("x", "t"),
        (),
        mean_squared_error,
        loss=True,
    ),
    Kind(
        "batch-normalization",
        (
            *("batchnormalization", "batchnorm", "bn", "batchnorm1d", "batchnorm2d"),
            "spatialbatchnorm",
        ),
        ("x",),
        ("gamma", "beta"),
        normalization,
        mixes=True,
    ),
    Kind(
        "convolution",
        ("convolution", "conv", "conv2d", "convolution2d"),
        ("x",),
        ("W", "b"),
        convolution,
    ),
    Kind(
        "max-pooling",
        ("pooling", "maxpooling", "maxpool", "pool", "maxpool2d", "pool2d"),
        ("x",),
        (),
        pooling(kit.max_pooling, "the largest of each window"),
        instead=pooling_last(kit.max_pooling, "the largest of each window"),
    ),
    Kind(
        "average-pooling",
        ("averagepooling", "avgpooling", "avgpool", "meanpooling", "averagepool"),
        ("x",),
        (),
        pooling(kit.average_pooling, "the mean of each window"),
        instead=pooling_last(kit.average_pooling, "the mean of each window"),
    ),
    Kind(
        "rnn",
        ("rnn", "rnnstep", "rnncell"),
        ("x", "h"),
        ("Wx", "Wh", "b"),
        cell_settings(kit.rnn, 1, 1),
    ),
    Kind(
        "lstm",
        ("lstm", "lstmstep", "lstmcell"),
        ("x", "h", "c"),
        ("Wx", "Wh", "b"),
        cell_settings(kit.lstm, 4, 2),
    ),
    Kind(
        "gru",
        ("gru", "grustep", "grucell"),
        ("x", "h"),
        ("Wx", "Wh", "b"),
        cell_settings(kit.gru, 3, 1),
    ),
    Kind(
        "time-rnn",
        ("timernn",),
        ("x",),
        ("Wx", "Wh", "b"),
        over_time_settings(kit.time_rnn, 1, 1),
    ),
    Kind(
        "time-lstm",
        ("timelstm",),
        ("x",),
        ("Wx", "Wh", "b"),
        over_time_settings(kit.time_lstm, 4, 2),
    ),
    Kind(
        "time-gru",
        ("timegru",),
        ("x",),
        ("Wx", "Wh", "b"),
        over_time_settings(kit.time_gru, 3, 1),
    ),
)
"""Every kind that is known, by what its layers are named."""


def named(name: str) -> Kind | None:
    """The kind that a class of that name says it is."""
    keys = name_keys(name)
    return next((kind for kind in KINDS if keys & set(kind.names)), None)
