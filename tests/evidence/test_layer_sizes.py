"""Layers that make their own parameters are found, and judged with other numbers."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from gradproof.examination.layers import LayerExamination, examine_layers
from gradproof.ports.layer_doors import Layers

pytestmark = pytest.mark.once  # what they show does not depend on the interpreter

Array = Any
FILE = Path(__file__).parents[1] / "programs" / "layers" / "variations" / "sized.py"


def _program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sized", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PROGRAM = _program()
RIGHT = [n for n, v in vars(PROGRAM).items() if isinstance(v, type)]


def examined(name: str, cls: Any) -> LayerExamination:
    (found,) = examine_layers(Layers({name: type(name, (cls,), {})}), "").layers
    assert isinstance(found, LayerExamination)
    return found


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_layer_that_is_made_of_sizes_is_right(name: str) -> None:
    found = examined(name, getattr(PROGRAM, name))
    assert found.verdict == "pass"
    assert [f.clause.id for f in found.having("fail")] in ([], ["L21"])


def _but(name: str, backward: Any) -> Any:
    base: Any = getattr(PROGRAM, name)
    return type(name, (base,), {"backward": lambda s, d: backward(base, s, d)})


def _bias_of_first(base: Any, self: Any, dout: Array) -> Array:
    dx = base.backward(self, dout)
    self.db = dout[0]
    return dx


def _bias_of_first_row(base: Any, self: Any, dout: Array) -> Array:
    dx = base.backward(self, dout)
    self.grad_bias = dout[:1]
    return dx


def _transposed(base: Any, self: Any, dout: Array) -> Array:
    dx = base.backward(self, dout)
    self.grads["W"] = self.grads["W"][::-1]
    return dx


def _second_lost(base: Any, self: Any, dout: Array) -> Array:
    dx = base.backward(self, dout)
    self.grads[1][...] = 0
    return dx


def _doubled(base: Any, self: Any, dout: Array) -> Any:
    found = base.backward(self, dout)
    return tuple(2 * f for f in found) if isinstance(found, tuple) else 2 * found


def _assigned(base: Any, self: Any, dout: Array) -> Array:
    found = base.backward(self, dout)
    self.grads[0][self.kept[1]] = dout[:, np.newaxis] * self.kept[0]
    return np.asarray(found)


def _halved(base: Any, self: Any, dout: Array) -> None:
    base.backward(self, dout)
    self.dW = self.dW / 2


WRONG = {
    "Dense": (_bias_of_first, "L4"),
    "FullyConnected": (_bias_of_first_row, "L4"),
    "Linear": (_transposed, "L4"),
    "Affine": (_second_lost, "L4"),
    "BatchNorm1d": (_doubled, "L3"),
    "Conv2D": (_doubled, "L3"),
    "RNNCell": (_doubled, "L3"),
    "Embedding": (_halved, "L4"),
    "EmbeddingDot": (_assigned, "L4"),
    "Pow": (_doubled, "L3"),
    "SumTo": (_doubled, "L3"),
    "Reshape": (_doubled, "L3"),
}


@pytest.mark.parametrize(("name", "case"), WRONG.items(), ids=WRONG)
def test_a_slip_in_such_a_layer_is_caught(name: str, case: Any) -> None:
    backward, clause = case
    found = examined(name, _but(name, backward))
    assert found.verdict == "fail"
    assert clause in [f.clause.id for f in found.having("fail")]


def test_what_a_layer_lacks_is_said_of_its_kind() -> None:
    class Ready:
        def forward(self, x: Array) -> Array:
            return x

        def backward(self, dout: Array) -> Array:
            return dout

    said = examined("BatchNormalization", Ready).findings[0].judgement
    assert said.message == "layer.lacking"
    assert said.parameters == {"kind": "batch-normalization", "role": "gamma"}
