"""Dropout without a test mode is judged by the masks that it draws at training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.examination.layers import LayerExamination, examine_layers
from gradproof.ports.layer_doors import Layers
from gradproof.ports.worker.pairs import pair

pytestmark = pytest.mark.once  # what they show does not depend on the interpreter

Array = Any


class Dropout:
    def __init__(self, dropout_ratio: float = 0.5) -> None:
        self.kept = 1 - dropout_ratio

    def forward(self, x: Array) -> Array:
        self.mask = (self.draw(x) < self.kept) / self.kept
        return x * self.mask

    def draw(self, x: Array) -> Array:
        return np.random.rand(*x.shape)  # noqa: NPY002

    def backward(self, dout: Array) -> Array:
        return dout * self.mask


class Own(Dropout):
    """By a generator of its own, that is seeded once."""

    def __init__(self, dropout_ratio: float = 0.5) -> None:
        super().__init__(dropout_ratio)
        self.rng = np.random.default_rng(7)

    def draw(self, x: Array) -> Array:
        return self.rng.random(x.shape)


class Seeding(Dropout):
    def draw(self, x: Array) -> Array:
        np.random.seed(0)  # noqa: NPY002
        return super().draw(x)


class Anew(Dropout):
    def draw(self, x: Array) -> Array:
        return np.random.default_rng(7).random(x.shape)


class Columns(Dropout):
    def draw(self, x: Array) -> Array:
        return np.random.rand(x.shape[1])  # noqa: NPY002


class Kept(Dropout):
    mask: Array = None

    def forward(self, x: Array) -> Array:
        return x * self.mask if self.mask is not None else super().forward(x)


def examined(cls: Any) -> LayerExamination:
    (found,) = examine_layers(
        Layers({"Dropout": type("Dropout", (cls,), {})}), ""
    ).layers
    assert isinstance(found, LayerExamination)
    return found


@pytest.mark.parametrize("cls", [Dropout, Own])
def test_a_new_mask_is_right_and_the_test_is_not_covered(cls: Any) -> None:
    found = examined(cls)
    assert found.verdict == "pass"
    assert [f.clause.id for f in found.having("fail")] == ["L21"]
    assert found.of("L12") == "not-covered"


@pytest.mark.parametrize(
    ("cls", "defect"),
    [
        (Seeding, "mask-kept"),
        (Anew, "mask-kept"),
        (Kept, "mask-kept"),
        (Columns, "one-mask-for-rows"),
    ],
)
def test_a_mask_that_is_not_drawn_anew_is_told(cls: Any, defect: str) -> None:
    found = examined(cls)
    assert found.of("L12") == "fail"
    assert found.diagnosis[0].defect == defect


def test_a_seed_in_a_function_s_settings_is_asked_for_and_none_in_its_code() -> None:
    def dropout_forward(x: Array, dropout_param: Any) -> Any:
        p, train = dropout_param["p"], dropout_param["mode"] == "train"
        if "seed" in dropout_param:
            np.random.seed(dropout_param["seed"])  # noqa: NPY002
        mask = (np.random.rand(*x.shape) < p) / p if train else 1.0  # noqa: NPY002
        return x * mask, mask

    def seeding_forward(x: Array, dropout_param: Any) -> Any:
        return dropout_forward(x, {**dropout_param, "seed": 1})

    def dropout_backward(dout: Array, cache: Any) -> Array:
        return dout * cache

    right = pair("dropout", dropout_forward, dropout_backward)
    wrong = pair("dropout", seeding_forward, dropout_backward)
    for cls, due in ((right, "pass"), (wrong, "fail")):
        (found,) = examine_layers(Layers({"dropout": cls}), "").layers
        assert found.of("L12") == due
