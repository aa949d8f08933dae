"""Ids that are there twice, in a sample and in a step, are added up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.evidence.layer_kinds import named
from gradproof.examination.layers import examine_layers
from gradproof.ports.layer_doors import Layers

Array = np.ndarray[Any, Any]


class Looked:
    """Looks its rows up; ``add`` adds the upstream gradient of them."""

    def __init__(self, W: Array) -> None:
        self.params, self.grads = [W], [np.zeros_like(W)]

    def forward(self, ids: Array) -> Array:
        self.ids = ids
        return np.asarray(self.params[0][ids])

    def backward(self, dout: Array) -> None:
        (dW,) = self.grads
        dW[...] = 0
        self.add(dW, dout)

    def add(self, dW: Array, dout: Array) -> None:
        np.add.at(dW, self.ids, dout)


class LostInAStep(Looked):
    def add(self, dW: Array, dout: Array) -> None:
        for t in range(self.ids.shape[1]):
            dW[self.ids[:, t]] += dout[:, t]


class LostInASample(Looked):
    def add(self, dW: Array, dout: Array) -> None:
        for ids, above in zip(self.ids, dout, strict=True):
            dW[ids] += above


@pytest.mark.parametrize(
    ("cls", "expected"),
    [(Looked, "pass"), (LostInAStep, "fail"), (LostInASample, "fail")],
)
def test_a_time_embedding_adds_what_is_there_twice(cls: type, expected: str) -> None:
    layers = Layers({"TimeEmbedding": type("TimeEmbedding", (cls,), {})})
    (found,) = examine_layers(layers, "").layers
    assert found.verdict == expected


@pytest.mark.parametrize("seed", range(6))
def test_each_probe_of_a_time_embedding_has_both(seed: int) -> None:
    kind = named("TimeEmbedding")
    assert kind is not None
    ((setting,),) = kind.given(seed)
    for several in (setting.fed["ids"], setting.fed["ids"].T):
        assert any(len(set(ids)) < len(ids) for ids in several.tolist())
