"""Layers of foreign names are fed large numbers too: some are others there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradproof
from gradproof import layers
from gradproof.evidence.layer_ranges import SIZES, wider
from gradproof.evidence.layer_settings import Setting, distinct
from named_layers import examined

pytestmark = pytest.mark.once  # what they show does not depend on the interpreter

Array = Any


class Elementwise:
    """A function of each number, and the slope that it is said to have."""

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.of(x)

    def backward(self, dout: Array) -> Array:
        return dout * self.slope(self.x)

    def of(self, x: Array) -> Array:
        return x

    def slope(self, x: Array) -> Array:
        return x * 0 + 1.0


class Capped(Elementwise):
    """ReLU6."""

    def of(self, x: Array) -> Array:
        return x.clip(0, 6)

    def slope(self, x: Array) -> Array:
        return (x > 0) & (x < 6)


class CappedAhead(Capped):
    def slope(self, x: Array) -> Array:
        return x > 0


class Line(Elementwise):
    """A sigmoid of three lines."""

    def of(self, x: Array) -> Array:
        return (x / 5 + 0.5).clip(0, 1)

    def slope(self, x: Array) -> Array:
        return (np.abs(x) < 2.5) / 5


class LineAlone(Line):
    def slope(self, x: Array) -> Array:
        return x * 0 + 0.2


class Held(Elementwise):
    """A tanh of three lines."""

    def of(self, x: Array) -> Array:
        return x.clip(-5, 5)

    def slope(self, x: Array) -> Array:
        return np.abs(x) <= 5


class HeldAhead(Held):
    def slope(self, x: Array) -> Array:
        return x * 0 + 1.0


class Root(Elementwise):
    """A ReLU that is right near 0 alone, where it is fed usually."""

    def of(self, x: Array) -> Array:
        return np.maximum(x, 0)

    def slope(self, x: Array) -> Array:
        return (x > 0) & (x < 20)


class Bowl:
    """½d², and straight where d is large."""

    edge = 10.0

    def forward(self, y: Array, t: Array) -> Any:
        self.d = y - t
        size = np.abs(self.d)
        straight = self.edge * size - self.edge**2 / 2
        return np.where(size < self.edge, size**2 / 2, straight).sum() / len(y)

    def backward(self, dout: float = 1) -> Array:
        return dout * self.slope() / len(self.d)

    def slope(self) -> Array:
        return self.d.clip(-self.edge, self.edge)


class BowlAlone(Bowl):
    def slope(self) -> Array:
        return self.d


class Exponential(Elementwise):
    """ELU."""

    def of(self, x: Array) -> Array:
        return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))

    def slope(self, x: Array) -> Array:
        return np.where(x > 0, 1, np.exp(np.minimum(x, 0)))


class Smooth(Elementwise):
    """Softplus, as it is often written: it overflows far away."""

    def of(self, x: Array) -> Array:
        return np.log(1 + np.exp(x))

    def slope(self, x: Array) -> Array:
        return 1 / (1 + np.exp(-x))


class Gate(Elementwise):
    """GELU by tanh."""

    def inner(self, x: Array) -> Array:
        return np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))

    def of(self, x: Array) -> Array:
        return x * (1 + self.inner(x)) / 2

    def slope(self, x: Array) -> Array:
        inner = self.inner(x)
        along = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x**2)
        return (1 + inner + x * (1 - inner**2) * along) / 2


class Power(Elementwise):
    """eˣ."""

    def of(self, x: Array) -> Array:
        return np.exp(x)

    slope = of


class Guarded(Elementwise):
    """A sigmoid that keeps its exponential from overflowing."""

    def of(self, x: Array) -> Array:
        return 1 / (1 + np.exp(-x.clip(-500, 500)))

    def slope(self, x: Array) -> Array:
        y = self.of(x)
        return y * (1 - y)


class GuardedEarly(Guarded):
    """It is cut off where the rest is 2·10⁻⁹."""

    def of(self, x: Array) -> Array:
        return 1 / (1 + np.exp(-x.clip(-20, 20)))


class Hyperbolic(Elementwise):
    """A tanh."""

    def of(self, x: Array) -> Array:
        return np.tanh(x)

    def slope(self, x: Array) -> Array:
        return 1 - np.tanh(x) ** 2


class Arc(Elementwise):
    """It has no slope beyond 1."""

    def of(self, x: Array) -> Array:
        return np.arcsin(x.clip(-1, 1))

    def slope(self, x: Array) -> Array:
        return 1 / np.sqrt(1 - x**2)


class Shares:
    """A softmax."""

    def forward(self, x: Array) -> Array:
        y, self.back = layers.softmax(x)
        return y

    def backward(self, dout: Array) -> Array:
        return self.back(dout)[0]


class Spoken:
    """A softmax with its loss, which keeps away from log 0."""

    def forward(self, x: Array, t: Array) -> Any:
        self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        return -np.sum(self.t * np.log(self.y + 1e-7)) / len(x)

    def backward(self, dout: float = 1) -> Array:
        return dout * (self.y - self.t) / len(self.t)


class Standard:
    """Layer normalization."""

    def __init__(self, gamma: Array, beta: Array) -> None:
        self.gamma, self.beta = gamma, beta

    def forward(self, x: Array) -> Array:
        self.deviation = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
        self.normal = (x - x.mean(axis=1, keepdims=True)) / self.deviation
        return self.gamma * self.normal + self.beta

    def backward(self, dout: Array) -> Array:
        self.dgamma = (dout * self.normal).sum(axis=0)
        self.dbeta = dout.sum(axis=0)
        g = dout * self.gamma
        along = (g * self.normal).mean(axis=1, keepdims=True)
        mean = g.mean(axis=1, keepdims=True)
        return (g - mean - self.normal * along) / self.deviation


class Chosen:
    """A dropout."""

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        if not train_flg:
            return x
        self.kept = (np.random.rand(*x.shape) > 0.5) * x.dtype.type(2)  # noqa: NPY002
        return x * self.kept

    def backward(self, dout: Array) -> Array:
        return dout * self.kept


class Plain:
    """A ReLU with a mask."""

    def forward(self, x: Array) -> Array:
        self.mask = x <= 0
        return np.where(self.mask, 0, x)

    def backward(self, dout: Array) -> Array:
        return np.where(self.mask, 0, dout)


RIGHT = (
    *(Capped, Line, Held, Bowl, Exponential, Smooth, Gate, Power, Guarded, Hyperbolic),
    *(GuardedEarly, Arc, Shares, Spoken, Standard, Chosen, Plain),
)


@pytest.mark.parametrize("cls", RIGHT)
def test_what_is_right_stays_right(cls: Any) -> None:
    found = examined(f"A{cls.__name__}", cls)
    assert found.having("fail") == []
    assert found.having("error") == []


@pytest.mark.parametrize("cls", [CappedAhead, LineAlone, HeldAhead, Root, BowlAlone])
def test_what_is_wrong_far_from_0_alone_is_wrong(cls: Any) -> None:
    found = examined(f"A{cls.__name__}", cls)
    assert found.verdict == "fail"
    assert {f.clause.id for f in found.having("fail")} == {"L3"}


@pytest.mark.parametrize(
    ("cls", "kind"),
    [
        *((Plain, "relu"), (Guarded, "sigmoid"), (GuardedEarly, "sigmoid")),
        *((Hyperbolic, "tanh"), (Shares, "softmax")),
    ],
)
def test_what_is_a_known_function_is_still_taken_for_it(cls: Any, kind: str) -> None:
    found = examined("Foreign", cls)
    assert found.evidence.kind is not None
    assert found.evidence.kind.id == kind
    assert found.verdict == "pass"


@pytest.mark.parametrize("cls", [Capped, Bowl])
def test_what_is_another_function_far_from_0_is_not_taken_for_a_kind(cls: Any) -> None:
    assert examined("Foreign", cls).evidence.kind is None


def test_an_object_is_fed_large_numbers_where_it_was_given_both_signs() -> None:
    x = np.random.default_rng(3).normal(size=(3, 4))
    assert gradproof.check_layer(Capped(), x).verdict != "fail"
    assert gradproof.check_layer(CappedAhead(), x).verdict == "fail"
    assert gradproof.check_layer(CappedAhead(), np.abs(x)).verdict != "fail"


def test_it_is_said_between_which_numbers_inputs_lay() -> None:
    text = gradproof.check_layer(Line).text()
    assert "between -" in " ".join(text.split())
    assert "and 99.95" in " ".join(text.split())
    x = np.array([[0.25, 0.75]])
    said = " ".join(gradproof.check_layer(CappedAhead(), x).text().split())
    assert "between 0.25 and 0.75" in said


def test_numbers_are_of_every_size_and_apart() -> None:
    shape = (3, 4)
    rng = np.random.default_rng(0)
    arrays = {role: distinct(rng, shape) for role in ("x0", "x1", "W")}
    setting = Setting("rows", arrays, lambda observed, arrays: ())
    for size, wide in zip(SIZES, wider(setting, ["x0", "x1"]), strict=True):
        numbers = np.concatenate([wide.arrays[r].ravel() for r in ("x0", "x1")])
        apart = np.diff(np.sort(np.abs(numbers)))
        assert apart.min() > 2.0**-7
        assert np.abs(2 * numbers - np.round(2 * numbers)).min() > 2.0**-5
        assert 0.9 * size < numbers.max() <= size
        assert -size <= numbers.min() < -size / 2
        assert np.abs(numbers).min() < 1
        assert wide.arrays["W"] is arrays["W"]


class Scaled:
    """A layer with lists of what it learns: it has no loss."""

    def __init__(self) -> None:
        self.params, self.grads = [np.linspace(0.5, 1.5, 5)], [np.zeros(5)]

    def forward(self, x: Array) -> Array:
        self.y = np.tanh(x)
        return self.y * self.params[0]

    def backward(self, dout: Array) -> Array:
        self.grads[0][...] = self.learnt(dout)
        return dout * self.params[0] * (1 - self.y**2)

    def learnt(self, dout: Array) -> Array:
        return (dout * self.y).sum(axis=0)


class ScaledByOnes(Scaled):
    def learnt(self, dout: Array) -> Array:
        return dout.sum(axis=0)


def test_an_object_with_lists_and_no_loss_is_a_layer() -> None:
    x = np.random.default_rng(5).normal(size=(3, 5))
    right = gradproof.check_layer(Scaled(), x)
    assert right.examination.layers[0].role == "layer"
    assert right.examination.layers[0].having("fail") == []
    wrong = gradproof.check_layer(ScaledByOnes(), x)
    (failed,) = wrong.examination.layers[0].having("fail")
    assert failed.clause.id == "L4"
