"""A function that returns a loss, and beside it what may be its gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradproof.examination.layers import LayerExamination, examine_layers
from gradproof.ports.layer_doors import Layers
from gradproof.ports.worker.functions import lone

pytestmark = pytest.mark.once  # what they show does not depend on the interpreter

Array = np.ndarray[Any, Any]


def parts(x: Array, t: Array) -> tuple[Any, Array, Array]:
    """The loss, the probabilities and what they should have been."""
    scores = np.atleast_2d(x)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    if np.size(t) != p.size:
        t = np.eye(p.shape[1])[t]
    expected = np.asarray(t).reshape(p.shape)
    return (
        -np.sum(expected * np.log(p)) / len(p),
        p.reshape(x.shape),
        expected.reshape(x.shape),
    )


def rows(x: Array) -> int:
    return len(np.atleast_2d(x))


def right(x: Array, t: Array) -> Any:
    loss, p, expected = parts(x, t)
    return loss, (p - expected) / rows(x)


def added(x: Array, t: Array) -> Any:
    loss, p, expected = parts(x, t)
    return loss, (p + expected) / rows(x)


def probabilities(x: Array, t: Array) -> Any:
    return parts(x, t)[:2]


def loss_alone(x: Array, t: Array) -> Any:
    return parts(x, t)[0]


def examined(function: Callable[[Array, Array], Any]) -> LayerExamination:
    cls = lone(function)
    cls.__name__ = cls.__qualname__ = "softmax_loss"
    (found,) = examine_layers(Layers({"softmax_loss": cls}), "").layers
    assert isinstance(found, LayerExamination)
    return found


def ids(found: LayerExamination) -> set[str]:
    return {f.clause.id for f in found.findings}


def test_a_gradient_beside_a_loss_is_judged() -> None:
    found = examined(right)
    assert (found.of("L2"), found.of("L3"), found.verdict) == ("pass", "pass", "pass")


@pytest.mark.parametrize("function", [added, probabilities])
def test_what_is_not_the_gradient_is_neither_right_nor_blamed(function: Any) -> None:
    found = examined(function)
    assert (found.of("L2"), found.of("L3")) == ("pass", "not-covered")
    assert "L3" in found.musts
    assert found.verdict == "pass"


def test_of_a_loss_alone_no_gradient_is_asked() -> None:
    assert "L3" not in ids(examined(loss_alone))
