"""What a layer is that lacks a part, or has a foreign name and a slip."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.examination.layers import LayerExamination, examine_layers
from gradproof.ports.layer_doors import Layers

pytestmark = pytest.mark.once  # what they show does not depend on the interpreter

Array = Any


class Full:
    """x·W + b, but for what is overridden."""

    def __init__(self, W: Array, b: Array) -> None:
        self.W, self.b = W, b

    def forward(self, x: Array) -> Array:
        self.x = x
        return x @ self.W + self.added()

    def added(self) -> Array:
        return self.b

    def backward(self, dout: Array) -> Array:
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)
        return dout @ self.W.T


class Forgotten(Full):
    def added(self) -> Array:
        return 0 * self.b


class LeftZero(Full):
    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        self.db = 0 * self.db
        return dx


class Without:
    def __init__(self, W: Array) -> None:
        self.W = W

    def forward(self, x: Array) -> Array:
        self.x = x
        return x @ self.W

    def backward(self, dout: Array) -> Array:
        self.dW = self.x.T @ dout
        return dout @ self.W.T


class Neither(Forgotten):
    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        del self.db
        return dx


class Squashed(Full):
    """Another function, and its own gradient."""

    def forward(self, x: Array) -> Array:
        self.y = np.tanh(super().forward(x))
        return self.y

    def backward(self, dout: Array) -> Array:
        return super().backward(self.slope(dout))

    def slope(self, dout: Array) -> Array:
        return dout * (1 - self.y**2)


class SlopeLost(Squashed):
    def slope(self, dout: Array) -> Array:
        return dout


class OverBatch:
    """A loss of softmax over the batch."""

    def forward(self, x: Array, t: Array) -> Any:
        e = np.exp(x - x.max(axis=0))
        self.y = e / e.sum(axis=0)
        self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
        return -(self.t * np.log(self.y + 1e-7)).sum() / len(x)

    def backward(self, dout: float = 1) -> Array:
        return (self.y - self.t) / len(self.t)


def examined(name: str, cls: Any) -> LayerExamination:
    same = type(name, (cls,), {})
    (found,) = examine_layers(Layers({name: same}), "").layers
    assert isinstance(found, LayerExamination)
    return found


NAMED = {
    "a bias that is forgotten": ("Affine", Forgotten, "bias-missing"),
    "forgotten, under a foreign name": ("FullConnection", Forgotten, "bias-missing"),
    "forgotten both ways": ("Affine", Neither, "bias-missing"),
    "a gradient of 0": ("Affine", LeftZero, "gradient-left-zero"),
    "of 0, under a foreign name": ("FullConnection", LeftZero, "gradient-left-zero"),
    "softmax over the batch": ("Scores", OverBatch, "softmax-over-batch"),
}


@pytest.mark.parametrize(("name", "cls", "defect"), NAMED.values(), ids=NAMED)
def test_what_is_wrong_is_named(name: str, cls: Any, defect: str) -> None:
    found = examined(name, cls)
    assert found.verdict == "fail"
    assert found.diagnosis[0].defect == defect


def test_a_layer_without_a_bias_is_right() -> None:
    found = examined("Affine", Without)
    assert found.verdict == "pass"
    assert (found.of("L2"), found.of("L4")) == ("pass", "pass")


def test_another_function_of_w_and_b_is_held_to_its_own_differences() -> None:
    right, wrong = examined("Layer1", Squashed), examined("Layer1", SlopeLost)
    assert (right.of("L2"), right.of("L3"), right.of("L4")) == (
        *("not-covered", "pass", "pass"),
    )
    assert (wrong.of("L2"), wrong.of("L3")) == ("not-covered", "fail")
    assert right.evidence.by_looks


class Leaky:
    back = 0.1

    def forward(self, x: Array) -> Array:
        self.x = x
        return np.where(x > 0, x, 0.1 * x)

    def backward(self, dout: Array) -> Array:
        return np.where(self.x > 0, dout, self.back * dout)


class LeakLost(Leaky):
    back = 0.0


class Logarithm:
    """Of what is negative it is no number."""

    def forward(self, x: Array) -> Array:
        self.x = x
        return np.log(x)

    def backward(self, dout: Array) -> Array:
        return dout / self.x


class Binary:
    def forward(self, y: Array, t: Array) -> Any:
        self.y, self.t = y, t
        return -(t * np.log(y) + (1 - t) * np.log(1 - y)).mean()

    def backward(self, dout: float = 1) -> Array:
        return dout * ((1 - self.t) / (1 - self.y) - self.t / self.y) / self.y.size


@pytest.mark.parametrize("cls", [Leaky, Logarithm, Binary])
def test_what_is_of_no_kind_is_right_where_its_forward_gives_numbers(cls: Any) -> None:
    assert examined("Unheard", cls).of("L3") == "pass"


def test_what_is_of_no_kind_is_tried_with_both_signs() -> None:
    assert examined("Unheard", LeakLost).of("L3") == "fail"


class Cubed:
    def forward(self, x: Array) -> Array:
        self.x = x
        return x**3

    def backward(self, dout: Array) -> Array:
        return self.told(3 * self.x**2 * dout, dout)

    def told(self, dx: Array, dout: Array) -> Array:
        return dx


class Mean(Cubed):
    def forward(self, x: Array) -> Any:
        self.x = x
        return (x**3).sum(axis=-1).mean()

    def backward(self, dout: float = 1) -> Array:
        return self.told(3 * self.x**2 * dout / len(self.x), np.zeros(1))


BY_NUMBERS = {
    "gradient-negated": (Cubed, lambda dx, dout: -dx),
    "gradient-scaled": (Cubed, lambda dx, dout: dx / 3),
    "gradient-left-zero": (Cubed, lambda dx, dout: 0 * dx),
    "upstream-returned": (Cubed, lambda dx, dout: dout),
    "gradient-turned": (Cubed, lambda dx, dout: dx.T),
    "batch-not-divided": (Mean, lambda dx, dout: dx * len(dx)),
    "batch-divided-twice": (Mean, lambda dx, dout: dx / len(dx)),
}


@pytest.mark.parametrize(("defect", "case"), BY_NUMBERS.items(), ids=BY_NUMBERS)
def test_what_is_of_no_kind_is_named_by_its_numbers(defect: str, case: Any) -> None:
    base, told = case
    slip = {"told": lambda s, *a: told(*a)}
    found = examined("Unheard", type("Unheard", (base,), slip))
    assert found.verdict == "fail"
    assert [e.defect for e in found.diagnosis] == [defect]


def test_what_no_number_explains_is_not_named() -> None:
    slip = {"told": lambda s, dx, dout: dx + dout**2}
    assert examined("Unheard", type("Unheard", (Cubed,), slip)).diagnosis == ()
    assert examined("Unheard", Cubed).verdict == "pass"
    assert examined("Unheard", Mean).verdict == "pass"
