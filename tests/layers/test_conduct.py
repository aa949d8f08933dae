"""Layers are pure functions of arrays of any real type, and do not overflow."""

from __future__ import annotations

import doctest
import subprocess
import sys
import textwrap
from typing import Any

import numpy as np
import pytest

from gradproof import layers
from layers.cases import CASES, Case
from layers.differences import departures, several
from places import ROOT

each = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def read_only(arrays: Any) -> Any:
    """Copies that cannot be written to."""
    copies = [np.array(a) for a in arrays]
    for copy in copies:
        copy.setflags(write=False)
    return copies


@each
def test_nothing_that_is_given_is_written_to(case: Case) -> None:
    value, backward = case.layer(*read_only(case.arguments()), **case.held)
    backward(*read_only(several(value)))


@each
def test_a_second_call_changes_nothing_about_the_first(case: Case) -> None:
    value, backward = case.layer(*case.arguments(), **case.held)
    before = [np.array(g) for g in backward(*several(value))]
    again = case.layer(*case.arguments(1), **case.held)
    again[1](*several(again[0]))
    assert all(map(np.array_equal, backward(*several(value)), before))


@each
def test_cotangents_have_the_shapes_of_what_they_belong_to(case: Case) -> None:
    value, backward = case.layer(*case.arguments(), **case.held)
    gradients = backward(*several(value))
    assert [np.shape(g) for g in gradients] == list(case.shapes)


@each
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_precision_stays_what_it_is(case: Case, dtype: Any) -> None:
    held = {k: _cast(v, dtype) for k, v in case.held.items()}
    arguments = [a.astype(dtype) for a in case.arguments()]
    value, backward = case.layer(*arguments, **held)
    results = [*several(value), *backward(*several(value))]
    assert {r.dtype for r in results} == {np.dtype(dtype)}


def _cast(held: Any, dtype: Any) -> Any:
    floats = isinstance(held, np.ndarray) and held.dtype.kind == "f"
    return held.astype(dtype) if floats else held


@pytest.mark.parametrize(
    "layer",
    [layers.sigmoid, layers.tanh, layers.softmax, layers.log_softmax, layers.relu],
)
def test_large_numbers_do_not_overflow(layer: Any) -> None:
    y, backward = layer(np.array([[1e4, -1e4, 0.0]]))
    assert np.isfinite(y).all()
    assert np.isfinite(backward(np.ones_like(y))[0]).all()


def test_losses_of_large_numbers_are_as_large() -> None:
    x = np.array([[1e4, -1e4]])
    assert layers.softmax_with_loss(x, t=np.array([1]))[0] == 2e4
    assert layers.sigmoid_with_loss(x, t=np.array([[0, 1]]))[0] == 2e4


def test_a_sigmoid_of_a_large_negative_number_is_not_zero() -> None:
    y, _ = layers.sigmoid(np.array([-700.0]))
    assert y == np.exp(-700.0)


def test_the_derivative_of_relu_at_zero_is_that_of_the_left() -> None:
    y, backward = layers.relu(np.array([0.0, -0.0]))
    assert y.tolist() == backward(np.ones(2))[0].tolist() == [0.0, 0.0]


def test_the_names_are_sorted_and_there() -> None:
    assert layers.__all__ == sorted(layers.__all__)
    assert all(hasattr(layers, name) for name in layers.__all__)


def test_the_example_is_true() -> None:
    assert doctest.testmod(layers).attempted == 6
    assert doctest.testmod(layers).failed == 0


def test_the_layer_of_the_documentation_is_right() -> None:
    text = (ROOT / "docs" / "layers.md").read_text(encoding="utf-8")
    start = text.index("    def affine(")
    namespace: dict[str, Any] = {}
    exec(textwrap.dedent(text[start : text.index("    y, backward", start)]), namespace)
    assert departures(namespace["affine"], CASES["affine-of-images"]) == set()


def test_layers_need_numpy_alone() -> None:
    code = (
        "import sys, gradproof.layers\n"
        "print({'sympy', 'mpmath', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "set()"
