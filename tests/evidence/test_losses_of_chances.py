"""Losses of chances are fed chances: what they cut off is no mistake."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from named_layers import examined

pytestmark = pytest.mark.once  # what they show does not depend on the interpreter

Array = Any


class Cut:
    """Binary cross entropy of chances that are kept away from 0 and 1."""

    def forward(self, y: Array, t: Array) -> Any:
        self.y, self.t = np.clip(y, 1e-7, 1 - 1e-7), t
        return -np.mean(t * np.log(self.y) + (1 - t) * np.log(1 - self.y))

    def backward(self, dout: float = 1) -> Array:
        slope = (1 - self.t) / (1 - self.y) - self.t / self.y
        return dout * slope / self.y.size


class CutAhead(Cut):
    """The gradient is that of the chances as they are given."""

    def forward(self, y: Array, t: Array) -> Any:
        value = super().forward(y, t)
        self.y = y
        return value


class Guarded(Cut):
    def backward(self, dout: float = 1) -> Array:
        return (self.y - self.t) / (self.y * (1 - self.y) + 1e-7) / self.y.size


class Summed(Cut):
    def forward(self, y: Array, t: Array) -> Any:
        return super().forward(y, t) * y.size / len(y)

    def backward(self, dout: float = 1) -> Array:
        return super().backward(dout) * self.y.size / len(self.y)


class Focal(Cut):
    """Of no kind that is known."""

    def forward(self, y: Array, t: Array) -> Any:
        super().forward(y, t)
        return -np.mean(t * (1 - self.y) * np.log(self.y))

    def backward(self, dout: float = 1) -> Array:
        slope = np.log(self.y) - (1 - self.y) / self.y
        return dout * self.t * slope / self.y.size


class Rows:
    """Cross entropy of rows of chances, with labels or one-hot rows."""

    little = 1e-7

    def forward(self, y: Array, t: Array) -> Any:
        self.y = np.clip(y, self.little, 1.0)
        self.t = t if t.ndim == 2 else np.eye(y.shape[1])[t]
        return -(self.t * np.log(self.y)).sum() / len(y)

    def backward(self, dout: float = 1) -> Array:
        return -dout * self.t / self.y / len(self.y)


class Logarithm:
    def forward(self, x: Array) -> Array:
        self.x = np.maximum(x, 1e-10)
        return np.log(self.x)

    def backward(self, dout: Array) -> Array:
        return dout / self.x


RIGHT = {
    "Bernoulli": Cut,
    "ClippedLoss": CutAhead,
    "Certainty": Guarded,
    "BinaryCrossEntropy": Cut,
    "BCELoss": Summed,
    "SigmoidCrossEntropy": Cut,
    "FocalLoss": Focal,
    "CrossEntropyLoss": Rows,
    "CrossEntropy": Rows,
    "NegativeLogarithm": Rows,
    "Log": Logarithm,
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_cut_off_is_not_blamed(name: str) -> None:
    assert examined(name, RIGHT[name]).verdict == "pass"


class OfLogits(Cut):
    def backward(self, dout: float = 1) -> Array:
        return dout * (self.y - self.t) / self.y.size


class NotDivided(Cut):
    def backward(self, dout: float = 1) -> Array:
        return super().backward(dout) * self.y.size


class HalfFocal(Focal):
    def backward(self, dout: float = 1) -> Array:
        return -dout * self.t * (1 - self.y) / self.y / self.y.size


class RowsNotDivided(Rows):
    def backward(self, dout: float = 1) -> Array:
        return super().backward(dout) * len(self.y)


class Squared(Logarithm):
    def backward(self, dout: Array) -> Array:
        return dout / self.x**2


class Hinge:
    """It cuts off at no pole, and forgets what it cuts off."""

    def forward(self, y: Array, t: Array) -> Any:
        self.t = t
        return np.maximum(0, 1 - y * t).mean()

    def backward(self, dout: float = 1) -> Array:
        return -dout * self.t / self.t.size


WRONG = {
    "Bernoulli": OfLogits,
    "BinaryCrossEntropy": NotDivided,
    "FocalLoss": HalfFocal,
    "CrossEntropyLoss": RowsNotDivided,
    "CrossEntropy": RowsNotDivided,
    "Log": Squared,
    "HingeLoss": Hinge,
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_one_is_told(name: str) -> None:
    found = examined(name, WRONG[name])
    assert found.of("L3") == "fail"


def test_what_is_not_divided_is_named() -> None:
    found = examined("CrossEntropy", RowsNotDivided)
    assert found.diagnosis[0].defect == "batch-not-divided"
