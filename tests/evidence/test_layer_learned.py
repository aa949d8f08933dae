"""Parameters that a layer of no known kind makes itself are judged as well."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.examination.layers import LayerExamination, examine_layers
from gradproof.ports.layer_doors import Layers
from gradproof.report.layer_text import gradients

pytestmark = pytest.mark.once  # what they show does not depend on the interpreter

Array = Any


def examined(cls: Any, *given: Any) -> LayerExamination:
    """Of a class, or of an object and what its forward is given."""
    (found,) = examine_layers(Layers({"layer": cls}, given), "").layers
    assert isinstance(found, LayerExamination)
    return found


def wrong(found: LayerExamination) -> set[str]:
    return {f.clause.id for f in found.having("fail")}


class Mixing:
    """A matrix in a list, and a tangent of what it makes."""

    def __init__(self) -> None:
        self.params = [np.random.default_rng(3).normal(size=(4, 4))]
        self.grads = [np.zeros((4, 4))]

    def forward(self, x: Array) -> Array:
        self.x, self.y = x, np.tanh(x @ self.params[0])
        return self.y

    def backward(self, dout: Array) -> Array:
        inner = dout * (1 - self.y**2)
        self.grads[0][...] = self.of_weight(inner)
        return inner @ self.params[0].T

    def of_weight(self, inner: Array) -> Array:
        return self.x.T @ inner


class MixingOfSeven(Mixing):
    def of_weight(self, inner: Array) -> Array:
        return 7.0


class Centred:
    """Each row about its mean; made of the length of a row."""

    def __init__(self, dim: int) -> None:
        self.gamma, self.beta = np.ones(dim), np.zeros(dim)

    def forward(self, x: Array) -> Array:
        self.deviation = np.sqrt(np.var(x, axis=-1, keepdims=True) + 1e-5)
        self.unit = (x - np.mean(x, axis=-1, keepdims=True)) / self.deviation
        return self.unit * self.gamma + self.beta

    def backward(self, dout: Array) -> Array:
        self.dgamma, self.dbeta = self.of_both(dout)
        inner = dout * self.factor()
        along = self.unit * np.mean(inner * self.unit, axis=-1, keepdims=True)
        return (inner - inner.mean(axis=-1, keepdims=True) - along) / self.deviation

    def of_both(self, dout: Array) -> Array:
        return np.sum(dout * self.unit, axis=0), np.sum(dout, axis=0)

    def factor(self) -> Array:
        return self.gamma


class CentredSwapped(Centred):
    def of_both(self, dout: Array) -> Array:
        return super().of_both(dout)[::-1]


class CentredWithout(Centred):
    """At first its factor is 1."""

    def factor(self) -> Array:
        return 1.0


class Leaning:
    """It learns one number, which it holds as such."""

    def __init__(self) -> None:
        self.a = 0.25

    def forward(self, x: Array) -> Array:
        self.x, self.low = x, x <= 0
        return np.where(self.low, self.a * x, x)

    def backward(self, dout: Array) -> Array:
        self.da = np.sum((dout * self.x)[self.half()])
        return np.where(self.low, self.slope() * dout, dout)

    def half(self) -> Array:
        return self.low

    def slope(self) -> float:
        return self.a


class LeaningAsTold(Leaning):
    def __init__(self, a: float = 0.25) -> None:
        self.a = a


class LeaningOfTheOtherHalf(Leaning):
    def half(self) -> Array:
        return ~self.low


class LeaningAtFirst(Leaning):
    def slope(self) -> float:
        return 0.25


class Steep:
    """Its steepness is an array of one."""

    start: Any = 1.5

    def __init__(self) -> None:
        self.k = np.array([self.start])

    def forward(self, x: Array) -> Array:
        self.x, self.y = x, np.tanh(self.k * x)
        return self.y

    def backward(self, dout: Array) -> Array:
        inner = dout * (1 - self.y**2)
        self.dk = self.of_steepness(inner)
        return inner * self.k

    def of_steepness(self, inner: Array) -> Array:
        return np.sum(inner * self.x)


class SteepOfSeven(Steep):
    def of_steepness(self, inner: Array) -> Array:
        return np.array([7.0])


class SteepOfOne(Steep):
    """At first it is the tangent itself."""

    start = 1.0


class SteepOfOneOfSeven(SteepOfSeven):
    start = 1.0


class Gate:
    """What it learns stands in dictionaries."""

    def __init__(self) -> None:
        self.params: Any = {"beta": np.ones(4), "m": 2.0}
        self.grads: Any = {}

    def forward(self, x: Array) -> Array:
        self.x, self.s = x, 1 / (1 + np.exp(-self.params["beta"] * x))
        return self.params["m"] * x * self.s

    def backward(self, dout: Array) -> Array:
        x, s, beta = self.x, self.s, self.params["beta"]
        inner = dout * self.params["m"]
        self.grads["m"] = np.sum(dout * x * s)
        self.grads["beta"] = np.sum(self.of_beta(inner), axis=0)
        return inner * (s + beta * x * s * (1 - s))

    def of_beta(self, inner: Array) -> Array:
        return inner * self.x**2 * self.s * (1 - self.s)


class GateWithoutX(Gate):
    def of_beta(self, inner: Array) -> Array:
        return inner * self.x * self.s * (1 - self.s)


class TwoAlike:
    """Two parameters that begin as the same numbers."""

    def __init__(self, size: int) -> None:
        self.params = [np.zeros(size), np.zeros(size)]
        self.grads = [np.zeros(size), np.zeros(size)]

    def forward(self, x: Array) -> Array:
        self.y = np.tanh(x + self.params[0])
        return self.y**3 + self.params[1]

    def backward(self, dout: Array) -> Array:
        inner = 3 * self.y**2 * (1 - self.y**2) * dout
        for place, gradient in zip(self.grads, (inner, dout), strict=True):
            place[...] = gradient.sum(axis=0)
        return inner


class Following:
    """It carries a state, and the gradient of that: no parameter."""

    def __init__(self) -> None:
        self.h, self.dh = np.zeros(4), None

    def forward(self, x: Array) -> Array:
        self.x, self.h = x, np.sin(x).sum(axis=0)
        return np.sin(x) * np.exp(x)

    def backward(self, dout: Array) -> Array:
        self.dh = dout.sum(axis=0)
        return dout * np.exp(self.x) * (np.sin(self.x) + np.cos(self.x))


class Stretched:
    """What forward reads is worked out when it is made."""

    def __init__(self) -> None:
        self.log = 0.5
        self.factor = np.exp(self.log)

    def forward(self, x: Array) -> Array:
        self.x = x
        return np.sin(x * self.factor)

    def backward(self, dout: Array) -> Array:
        inner = dout * np.cos(self.x * self.factor) * self.factor
        self.dlog = np.sum(inner * self.x)
        return inner


class Unpaired(Mixing):
    def __init__(self) -> None:
        super().__init__()
        self.grads = []

    def backward(self, dout: Array) -> Array:
        return (dout * (1 - self.y**2)) @ self.params[0].T


class Single:
    """Its numbers are rounded more than differences are."""

    def __init__(self) -> None:
        self.params = [np.ones(4, np.float32)]
        self.grads = [np.zeros(4, np.float32)]

    def forward(self, x: Array) -> Array:
        self.x = x
        return np.sin(x) * self.params[0]

    def backward(self, dout: Array) -> Array:
        self.grads[0][...] = np.sum(dout * np.sin(self.x), axis=0)
        return dout * np.cos(self.x) * self.params[0]


class SingleBeside(Steep):
    def of_steepness(self, inner: Array) -> Array:
        return np.asarray(super().of_steepness(inner), np.float32)


RIGHT = (*(Mixing, Centred, Leaning, LeaningAsTold, Steep, SteepOfOne, Gate, TwoAlike),)

MUTANTS = (
    *((MixingOfSeven, "L4"), (CentredSwapped, "L4"), (CentredWithout, "L3")),
    *((LeaningOfTheOtherHalf, "L4"), (LeaningAtFirst, "L3"), (SteepOfSeven, "L4")),
    *((SteepOfOneOfSeven, "L4"), (GateWithoutX, "L4")),
)


@pytest.mark.parametrize("cls", RIGHT)
def test_a_right_layer_s_own_parameters_are_right(cls: Any) -> None:
    found = examined(cls)
    assert found.verdict == "pass"
    assert (found.of("L4"), found.of("L7")) == ("pass", "pass")
    assert not wrong(found)


@pytest.mark.parametrize(("cls", "clause"), MUTANTS)
def test_a_slip_in_what_a_layer_learns_is_told(cls: Any, clause: str) -> None:
    assert wrong(examined(cls)) == {clause}


def test_a_factor_that_is_forgotten_is_seen_in_a_layer_that_is_given_too() -> None:
    x = np.random.default_rng(4).normal(size=(3, 4))
    for cls, expected in ((Centred, set()), (CentredWithout, {"L3"})):
        assert wrong(examined(cls(4), x)) == expected


def test_what_forward_changes_is_no_parameter() -> None:
    found = examined(Following)
    assert not wrong(found)
    assert "L4" not in {f.clause.id for f in found.findings}


@pytest.mark.parametrize("cls", [Stretched, Unpaired, Single, SingleBeside])
def test_what_cannot_be_judged_is_named(cls: Any) -> None:
    found = examined(cls)
    assert not wrong(found)
    assert found.of("L4") == "not-covered"
    (name,) = found.evidence.unjudged
    assert gradients(found)[f"d{name}"].verdict == "not-covered"


class Steeper:
    """A sigmoid that learns how steep it is, from 1 on."""

    def __init__(self) -> None:
        self.slope, self.dslope = np.ones(1), np.zeros(1)

    def forward(self, x: Array) -> Array:
        self.x, self.y = x, 1 / (1 + np.exp(-self.slope * x))
        return self.y

    def backward(self, dout: Array) -> Array:
        inner = dout * self.y * (1 - self.y)
        self.dslope = np.array([np.sum(self.of_slope(inner))])
        return self.of_input(inner)

    def of_slope(self, inner: Array) -> Array:
        return inner * self.x

    def of_input(self, inner: Array) -> Array:
        return inner * self.slope


class SlopeAlone(Steeper):
    def of_slope(self, inner: Array) -> Array:
        return inner


class SlopeForgotten(Steeper):
    def of_input(self, inner: Array) -> Array:
        return inner


class Scaled:
    """An affine layer that learns a scale of each column."""

    def __init__(self, W: Array, b: Array) -> None:
        self.W, self.b, self.scale = W, b, np.ones(W.shape[1])

    def forward(self, x: Array) -> Array:
        self.x, self.a = x, x @ self.W
        return self.a * self.scale + self.b

    def backward(self, dout: Array) -> Array:
        inner = dout * self.scale
        self.dW, self.db = self.x.T @ inner, dout.sum(axis=0)
        self.dscale = self.of_scale(dout)
        return inner @ self.W.T

    def of_scale(self, dout: Array) -> Array:
        return (dout * self.a).sum(axis=0)


class ScaledByOne(Scaled):
    def of_scale(self, dout: Array) -> Array:
        return dout.sum(axis=0)


OF_A_KIND = [
    ("Sigmoid", Steeper, set()),
    ("Sigmoid", SlopeAlone, {"L4"}),
    ("Sigmoid", SlopeForgotten, {"L3"}),
    ("Affine", Scaled, set()),
    ("Affine", ScaledByOne, {"L4"}),
]


@pytest.mark.parametrize(("name", "cls", "clauses"), OF_A_KIND)
def test_what_a_layer_of_a_known_kind_learns_beside_is_judged(
    name: str, cls: Any, clauses: set[str]
) -> None:
    (found,) = examine_layers(Layers({name: type(name, (cls,), {})}), "").layers
    assert isinstance(found, LayerExamination)
    assert wrong(found) & {"L2", "L3", "L4"} == clauses
    assert found.of("L2") == "pass"
    assert found.of("L4") == ("fail" if "L4" in clauses else "pass")


class InSlots:
    """What has no dictionary of its own."""

    __slots__ = ("W", "b", "dW", "db", "x")

    def __init__(self, W: Array, b: Array) -> None:
        self.W, self.b = W, b

    def forward(self, x: Array) -> Array:
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout: Array) -> Array:
        self.dW, self.db = self.x.T @ dout, self.of_bias(dout)
        return dout @ self.W.T

    def of_bias(self, dout: Array) -> Array:
        return dout.sum(axis=0)


class FirstInSlots(InSlots):
    __slots__ = ()

    def of_bias(self, dout: Array) -> Array:
        return dout[0]


class LeakInSlots:
    __slots__ = ("a", "da", "x")

    def __init__(self) -> None:
        self.a, self.da = np.array([0.25]), np.zeros(1)

    def forward(self, x: Array) -> Array:
        self.x = x
        return np.where(x > 0, x, self.a * x)

    def backward(self, dout: Array) -> Array:
        self.da = np.array([np.sum(dout * self.x * (self.x < 0))])
        return np.where(self.x > 0, dout, self.a * dout)


class LeakOfAll(LeakInSlots):
    __slots__ = ()

    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        self.da = np.array([np.sum(dout * self.x)])
        return dx


@pytest.mark.parametrize(
    ("cls", "clauses"),
    [
        (InSlots, set()),
        (FirstInSlots, {"L4"}),
        (LeakInSlots, set()),
        (LeakOfAll, {"L4"}),
    ],
)
def test_what_stands_in_slots_is_found(cls: Any, clauses: set[str]) -> None:
    found = examined(cls)
    assert wrong(found) & {"L3", "L4", "L6"} == clauses
    assert found.of("L4") == ("fail" if clauses else "pass")
