"""Derivative rules proved by SymPy, which differentiates what the layers compute."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
import sympy

from gradproof import layers
from gradproof.layers import Layer
from layers.cases import Case
from layers.differences import several
from layers.mutants import ASSIGNING, MUTANTS, scaled_without_variance_path
from layers.symbolic import expression, symbols, vanishes

pytestmark = pytest.mark.once  # SymPy takes half a minute, and proves it once

SEEN = {"size": (1, 2), "stride": (2, 1), "pad": (0, 1)}
ONE_STATE = ((2, 1), (2, 1))


def product_cell(x: Any, h: Any, c: Any, w: Any) -> Any:
    """A cell of two states that SymPy is quick with: (c·x, h·w + c)."""

    def backward(dh: Any, dc: Any) -> Any:
        return dh * c, dc * w, dh * x + dc, (dc * h).sum(axis=0)

    return (c * x, h * w + c), backward


SMALL = {
    "matmul": Case(layers.matmul, ((2, 3), (3, 2))),
    "affine": Case(layers.affine, ((2, 1, 2), (2, 2), (2,))),
    "time-affine": Case(layers.time_affine, ((2, 2, 1), (1, 2), (2,))),
    "embedding": Case(layers.embedding, ((3, 2),), {"ids": np.array([[0, 2, 0]])}),
    "relu": Case(layers.relu, ((2, 3),)),
    "sigmoid": Case(layers.sigmoid, ((2, 3),)),
    "tanh": Case(layers.tanh, ((2, 3),)),
    "softmax": Case(layers.softmax, ((2, 3),)),
    "log-softmax": Case(layers.log_softmax, ((2, 3),)),
    "dropout": Case(layers.dropout, ((2, 2),), {"mask": np.eye(2), "scale": 1.25}),
    "cross-entropy": Case(
        layers.cross_entropy, ((2, 3),), {"t": np.array([2, 0]), "epsilon": 1e-7}, True
    ),
    "binary-cross-entropy": Case(
        layers.binary_cross_entropy,
        ((2, 2),),
        {"t": np.array([[1, 0], [0, 1]]), "epsilon": 1e-7},
        True,
    ),
    "softmax-with-loss": Case(
        layers.softmax_with_loss, ((2, 3),), {"t": np.array([2, 0])}
    ),
    "softmax-with-loss-soft": Case(
        layers.softmax_with_loss, ((1, 3),), {"t": np.array([[0.25, 0.5, 0.25]])}
    ),
    "time-softmax-with-loss": Case(
        layers.time_softmax_with_loss, ((1, 3, 2),), {"t": np.array([[1, -1, 0]])}
    ),
    "sigmoid-with-loss": Case(
        layers.sigmoid_with_loss, ((3,),), {"t": np.array([1, 0, 1])}
    ),
    "mean-squared-error": Case(layers.mean_squared_error, ((2, 2), (2, 2))),
    "sum-squared-error": Case(layers.sum_squared_error, ((2, 2), (2, 2))),
    "centred": Case(layers.centred, ((3, 2),)),
    "scaled": Case(layers.scaled, ((3, 1),), {"outside": 0.125}),
    "batch-normalization": Case(layers.batch_normalization, ((3, 1), (1,), (1,))),
    "batch-normalization-at-test": Case(
        layers.batch_normalization_at_test,
        ((2, 1), (1,), (1,)),
        {"mean": np.array([0.25]), "variance": np.array([4.0])},
    ),
    "windows": Case(layers.windows, ((1, 2, 3, 3),), SEEN),
    "im2col": Case(layers.im2col, ((2, 1, 3, 2),), SEEN),
    "convolution": Case(layers.convolution, ((1, 2, 2, 3), (2, 2, 1, 2), (2,))),
    "max-pooling": Case(layers.max_pooling, ((1, 2, 3, 3),), SEEN),
    "average-pooling": Case(layers.average_pooling, ((1, 2, 3, 3),), SEEN),
    "rnn": Case(layers.rnn, ((2, 1), (2, 2), (1, 2), (2, 2), (2,))),
    "lstm": Case(layers.lstm, (*ONE_STATE, (2, 1), (1, 4), (1, 4), (4,))),
    "gru": Case(layers.gru, (*ONE_STATE, (1, 3), (1, 3), (3,))),
    "time-rnn": Case(layers.time_rnn, ((1, 3, 1), (1, 1), (1, 1), (1, 1), (1,))),
    "over-time": Case(
        layers.over_time(product_cell, states=2), ((2, 3, 2), (2, 2), (2, 2), (2,))
    ),
}


def unproved(layer: Layer, case: Case) -> set[str]:
    """Names of the arguments of which a cotangent is not the derivative."""
    arguments = [
        symbols(name, values)
        for name, values in zip(case.names, case.arguments(), strict=True)
    ]
    value, backward = layer(*arguments, **case.held)
    cotangent = [symbols(f"c{k}_", _ones(y)) for k, y in enumerate(several(value))]
    loss = sum(
        expression(c) * expression(y)
        for cs, ys in zip(cotangent, several(value), strict=True)
        for c, y in zip(np.ravel(cs), np.ravel(ys), strict=True)
    )
    return {
        name
        for name, argument, gradient in zip(
            case.names, arguments, backward(*cotangent), strict=True
        )
        if not all(
            vanishes(sympy.diff(loss, expression(x)) - expression(g))
            for x, g in zip(argument.flat, np.ravel(gradient), strict=True)
        )
    }


def _ones(y: Any) -> Any:
    return np.ones(np.shape(y))


@pytest.mark.parametrize("case", SMALL.values(), ids=SMALL)
def test_the_derivative_rule_is_what_sympy_derives(case: Case) -> None:
    assert unproved(case.layer, case) == set()


@pytest.mark.parametrize(
    ("name", "mutant", "spoilt"),
    [
        ("relu", MUTANTS["mask-reversed"].layer, {"x"}),
        ("sigmoid", MUTANTS["derivative-at-the-output"].layer, {"x"}),
        ("affine", MUTANTS["weight-divided-by-the-batch"].layer, {"w"}),
        ("convolution", partial(layers.convolution, windows=ASSIGNING), {"x"}),
        (
            "batch-normalization",
            partial(layers.batch_normalization, scaled=scaled_without_variance_path),
            {"x"},
        ),
        ("lstm", MUTANTS["forget-gate-s-path-missing"].layer, {"c"}),
    ],
)
def test_no_mistake_is_proved(name: str, mutant: Layer, spoilt: set[str]) -> None:
    assert unproved(mutant, SMALL[name]) == spoilt
