"""What is right with a parameter's default is tried with other numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof import layers
from gradproof.evidence.layer_hypers import others
from gradproof.evidence.layer_plan import Plan
from gradproof.examination.layers import examine_layers
from gradproof.ports.layer_doors import Layers
from gradproof.ports.trials import Description, Parameter
from gradproof.ports.worker.pairs import pair
from named_layers import examined

pytestmark = pytest.mark.once  # what they show does not depend on the interpreter

Array = Any


class Swish:
    def __init__(self, beta: float = 1) -> None:
        self.beta = beta

    def forward(self, x: Array) -> Array:
        self.x, self.gate = x, 1 / (1 + np.exp(-self.beta * x))
        return x * self.gate

    def backward(self, dout: Array) -> Array:
        slope = self.of(self.beta) * self.gate * (1 - self.gate)
        return dout * (self.gate + self.x * slope)

    def of(self, beta: float) -> float:
        return beta


class SwishOfOne(Swish):
    def of(self, beta: float) -> float:
        return 1


class Fed:
    """What it leaks is said to forward."""

    back = 1.0

    def forward(self, x: Array, slope: float = 0.01) -> Array:
        self.x, self.slope = x, slope
        return np.where(x > 0, x, slope * x)

    def backward(self, dout: Array) -> Array:
        return np.where(self.x > 0, dout, self.behind() * dout)

    def behind(self) -> float:
        return self.slope


class FedOfDefault(Fed):
    def behind(self) -> float:
        return 0.01


class Huber:
    def __init__(self, delta: float = 0.1) -> None:
        self.delta = delta

    def forward(self, y: Array, t: Array) -> Any:
        self.d = y - t
        near = np.abs(self.d) <= self.delta
        far = self.delta * (np.abs(self.d) - self.delta / 2)
        return np.where(near, self.d**2 / 2, far).sum()

    def backward(self, dout: float = 1) -> Array:
        return dout * np.clip(self.d, -self.edge(), self.edge())

    def edge(self) -> float:
        return self.delta


class HuberOfDefault(Huber):
    def edge(self) -> float:
        return 0.1


class Normal:
    """Batch normalization that says its numbers."""

    def __init__(
        self,
        gamma: Array,
        beta: Array,
        momentum: float = 0.9,
        eps: float = 1e-5,
        **other: Any,
    ) -> None:
        self.gamma, self.beta, self.momentum, self.eps = gamma, beta, momentum, eps
        self.mean, self.variance = gamma * 0, gamma * 0

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        if not train_flg:
            return layers.batch_normalization_at_test(
                *(x, self.gamma, self.beta),
                **{"mean": self.mean, "variance": self.variance, "epsilon": self.eps},
            )[0]
        for name, new in ("mean", x.mean(axis=0)), ("variance", x.var(axis=0)):
            old = getattr(self, name)
            kept = self.momentum * old + (1 - self.momentum) * new
            setattr(self, name, kept)
        y, self.back = layers.batch_normalization(
            x, self.gamma, self.beta, epsilon=self.eps
        )
        return y

    def backward(self, dout: Array) -> Array:
        dx, self.dgamma, self.dbeta = self.back(dout)
        return dx


class Decaying:
    """Its gradient of W has a part that is not forward's, on purpose."""

    def __init__(self, W: Array, b: Array, weight_decay: float = 0.0) -> None:
        self.W, self.b, self.decay = W, b, weight_decay

    def forward(self, x: Array) -> Array:
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout: Array) -> Array:
        self.dW = self.x.T @ dout + self.decay * self.W
        self.db = dout.sum(axis=0)
        return dout @ self.W.T


class Noisy:
    """Its numbers are a stride and a chance."""

    def __init__(self, stride: int = 1, sigma: float = 0.1) -> None:
        self.stride, self.sigma = stride, sigma

    def forward(self, x: Array) -> Array:
        assert isinstance(self.stride, int)
        self.noise = 1 + self.sigma * np.random.randn(*x.shape)  # noqa: NPY002
        return x * self.noise

    def backward(self, dout: Array) -> Array:
        return dout * self.noise


RIGHT = {
    "Swish": Swish,
    "LeakyReLU": Fed,
    "HuberLoss": Huber,
    "BatchNormalization": Normal,
    "Affine": Decaying,
    "Noise": Noisy,
}


@pytest.mark.parametrize(("name", "cls"), RIGHT.items(), ids=RIGHT)
def test_what_reads_its_parameters_is_right(name: str, cls: Any) -> None:
    found = examined(name, cls)
    assert found.verdict == "pass"
    assert found.having("fail") == []


WRONG = {
    "Swish": (SwishOfOne, "beta", 0.7),
    "LeakyReLU": (FedOfDefault, "slope", 0.007),
    "HuberLoss": (HuberOfDefault, "delta", 0.07),
}


@pytest.mark.parametrize(("name", "case"), WRONG.items(), ids=WRONG)
def test_a_default_in_backward_is_told_by_the_parameter_s_name(
    name: str, case: Any
) -> None:
    cls, parameter, value = case
    found = examined(name, cls)
    (failed,) = found.having("fail")
    assert failed.clause.id == "L24"
    said = failed.judgement.parameters
    assert (said["parameter"], said["value"]) == (parameter, pytest.approx(value))
    assert found.diagnosis[0].defect == "default-written-out"


def test_of_a_pair_of_functions_forward_s_numbers_are_tried() -> None:
    def leaky_forward(x: Array, alpha: float = 0.01) -> Any:
        return np.where(x > 0, x, alpha * x), (x, alpha)

    def leaky_backward(dout: Array, cache: Any) -> Array:
        x, _ = cache
        return np.where(x > 0, dout, 0.01 * dout)

    made = pair("leaky", leaky_forward, leaky_backward)
    (found,) = examine_layers(Layers({"leaky": made}), "").layers
    assert [f.clause.id for f in found.having("fail")] == ["L24"]


@pytest.mark.parametrize(
    ("name", "default", "tried"),
    [
        ("alpha", "1.0", [0.7]),
        ("alpha", "0", [0.7]),
        ("slope", "0.2", [0.14]),
        ("stride", "1", []),
        ("pad", "0", []),
        ("axis", "1", []),
        ("flag", "True", []),
        ("name", "'relu'", []),
        ("limit", "inf", []),
        ("weight_decay", "0.1", []),
        ("lr", "0.01", []),
        ("anything", "None", []),
    ],
)
def test_what_is_tried_for_a_default(
    name: str, default: str, tried: list[float]
) -> None:
    said = Description("It", "It", make=(Parameter(name, False, default),))
    found = [how.held[name] for _, how in others(said, Plan({}, ("x0",)))]
    assert found == pytest.approx(tried)


def test_a_number_that_forward_needs_is_given_by_its_name() -> None:
    def leaky_forward(x: Array, alpha: float) -> Any:
        return np.where(x > 0, x, alpha * x), (x, alpha)

    def leaky_backward(dout: Array, cache: Any) -> Array:
        x, alpha = cache
        return np.where(x > 0, dout, alpha * dout)

    def lost_backward(dout: Array, cache: Any) -> Array:
        return np.where(cache[0] > 0, dout, 0)

    for backward, due in ((leaky_backward, "pass"), (lost_backward, "fail")):
        made = pair("leaky", leaky_forward, backward)
        (found,) = examine_layers(Layers({"leaky": made}), "").layers
        assert found.verdict == due
