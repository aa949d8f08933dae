"""Dropout keeps what its parameter's name says, and is scaled by what it keeps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.contract import dropout
from gradproof.examination.layers import LayerExamination, examine_layers
from gradproof.ports.layer_doors import Layers

pytestmark = pytest.mark.once  # what they show does not depend on the interpreter

Array = np.ndarray[Any, Any]


class Dropping:
    """``keeps`` passes at training, times ``scale``; at test all, times ``tested``."""

    keeps = scale = tested = 1.0

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        if not train_flg:
            return x * self.tested
        self.mask = np.random.rand(*x.shape) < self.keeps  # noqa: NPY002
        return x * self.mask * self.scale

    def backward(self, dout: Array) -> Array:
        return dout * self.mask * self.scale


class Ratio(Dropping):
    def __init__(self, dropout_ratio: float = 0.5) -> None:
        self.keeps = self.tested = 1 - dropout_ratio


class Inverted(Dropping):
    def __init__(self, rate: float) -> None:
        self.keeps, self.scale = 1 - rate, 1 / (1 - rate)


class KeepProb(Dropping):
    def __init__(self, keep_prob: float) -> None:
        self.keeps, self.scale = keep_prob, 1 / keep_prob


class KeepProbAtTest(Dropping):
    def __init__(self, keep_prob: float) -> None:
        self.keeps = self.tested = keep_prob


class P(Inverted):
    def __init__(self, p: float) -> None:
        super().__init__(p)


class PKept(KeepProb):
    def __init__(self, p: float) -> None:
        super().__init__(p)


class Half(Dropping):
    keeps, scale = 0.5, 2.0


class ForeignName(Ratio):
    def __init__(self, q: float = 0.4) -> None:
        super().__init__(q)


class NoneDropped(Ratio):
    """Made with a part that nobody is told of: 0."""

    def __init__(self, q: float = 0.0) -> None:
        super().__init__(q)


class OwnChance(Ratio):
    """Its own random numbers, that begin with a seed when it is made."""

    def __init__(self, dropout_ratio: float = 0.5) -> None:
        super().__init__(dropout_ratio)
        self.rng = np.random.default_rng(0)

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        if not train_flg:
            return x * self.tested
        self.mask = np.asarray(self.rng.random(x.shape) < self.keeps)
        return x * self.mask


RIGHT = (
    *(Ratio, Inverted, KeepProb, KeepProbAtTest, P, PKept, Half, ForeignName),
    *(NoneDropped, OwnChance),
)


class RatioKept(Dropping):
    def __init__(self, dropout_ratio: float = 0.5) -> None:
        self.keeps = self.tested = dropout_ratio


class KeepProbDropped(Dropping):
    def __init__(self, keep_prob: float = 0.5) -> None:
        self.keeps, self.scale = 1 - keep_prob, 1 / (1 - keep_prob)


class ScaledByRatio(Dropping):
    def __init__(self, dropout_ratio: float = 0.5) -> None:
        self.keeps, self.scale = 1 - dropout_ratio, 1 / dropout_ratio


class PScaledOtherwise(Dropping):
    def __init__(self, p: float) -> None:
        self.keeps, self.scale = 1 - p, 1 / p


class RatioAtTest(Ratio):
    def __init__(self, dropout_ratio: float = 0.5) -> None:
        super().__init__(dropout_ratio)
        self.tested = dropout_ratio


class ScaledTwice(Inverted):
    def __init__(self, rate: float = 0.5) -> None:
        super().__init__(rate)
        self.tested = 1 - rate


class FirstMask(Inverted):
    def __init__(self, rate: float = 0.5) -> None:
        super().__init__(rate)

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        if not hasattr(self, "mask") or not train_flg:
            return super().forward(x, train_flg)
        return x * self.mask * self.scale


class SeedingAnew(Ratio):
    def forward(self, x: Array, train_flg: bool = True) -> Array:
        np.random.seed(3)  # noqa: NPY002
        return super().forward(x, train_flg)


class OneRow(Ratio):
    def forward(self, x: Array, train_flg: bool = True) -> Array:
        if not train_flg:
            return x * self.tested
        self.mask = np.random.rand(x.shape[1]) < self.keeps  # noqa: NPY002
        return x * self.mask


WRONG = {
    FirstMask: "mask-kept",
    SeedingAnew: "mask-kept",
    OneRow: "one-mask-for-rows",
    RatioKept: "ratio-swapped",
    KeepProbDropped: "ratio-swapped",
    ScaledByRatio: "ratio-swapped",
    PScaledOtherwise: "ratio-swapped",
    RatioAtTest: "scale-at-test",
    ScaledTwice: "scale-at-test",
}


def examined(cls: Any) -> LayerExamination:
    same = type("Dropout", (cls,), {})
    (found,) = examine_layers(Layers({"Dropout": same}), "").layers
    assert isinstance(found, LayerExamination)
    return found


@pytest.mark.parametrize("cls", RIGHT)
def test_both_scalings_are_right_for_what_is_dropped_and_for_what_is_kept(
    cls: Any,
) -> None:
    found = examined(cls)
    assert found.verdict == "pass"
    assert not [*found.having("fail"), *found.having("error")]


@pytest.mark.parametrize(("cls", "defect"), WRONG.items())
def test_what_half_and_half_would_hide_is_told(cls: Any, defect: str) -> None:
    assert [e.defect for e in examined(cls).diagnosis] == [defect]


class Packed(Ratio):
    """Gives what it keeps alone."""

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        y = super().forward(x, train_flg)
        return y[y != 0] if train_flg else y


def few(dropped: int) -> Array:
    x = np.ones((16, 24))
    x.flat[:dropped] = 0
    return x


@pytest.mark.parametrize(
    ("dropped", "expected"), [(0, "pass"), (3, "pass"), (40, "fail")]
)
def test_a_mask_is_the_same_by_chance_where_it_drops_little(
    dropped: int, expected: str
) -> None:
    assert dropout.draws(few(dropped), few(dropped)).verdict == expected


def test_another_mask_or_none_that_could_be_seen_is_no_fault() -> None:
    assert dropout.draws(few(40), few(41)).verdict == "pass"
    assert dropout.draws(few(40), None).verdict == "pass"


def test_of_what_has_another_shape_nothing_is_said_about_its_modes() -> None:
    assert examined(Packed).of("L12") == "not-covered"
