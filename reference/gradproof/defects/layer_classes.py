"""Layers whose defect shows in their use: made of the kit's, but for one step.

Where a defect changes a value or a gradient, its model is in the module `layers`.
These keep something, read something, or write into something that they should not.
"""

# ruff: noqa: D101, D102 - what each does is its name, and the table's below

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradproof import layers as kit
from gradproof.defects.layers import ACCUMULATED

Array = np.ndarray[Any, Any]


class Affine:
    """x·W + b, with the gradients of W and b in attributes."""

    def __init__(self, W: Array, b: Array) -> None:
        self.W, self.b = W, b
        self.dW: Any = None
        self.db: Any = None

    def forward(self, x: Array) -> Array:
        value, self.back = kit.affine(x, self.W, self.b)
        return np.asarray(value)

    def backward(self, dout: Array) -> Array:
        dx, self.dW, self.db = self.back(dout)
        return dx


class Unplaced(Affine):
    def backward(self, dout: Array) -> Array:
        return np.asarray(self.back(dout)[0])


class Accumulating(Affine):
    def backward(self, dout: Array) -> Array:
        before = 0 if self.dW is None else self.dW
        dx = super().backward(dout)
        self.dW = self.dW + before
        return dx


class WritingUpstream(Affine):
    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        dout *= 2
        return dx


class WritingInput(Affine):
    def forward(self, x: Array) -> Array:
        value = super().forward(x.copy())
        x += 1
        return value


class MatMul:
    """x·W, with the parameter and its gradient in lists."""

    def __init__(self, W: Array) -> None:
        self.params, self.grads = [W], [np.zeros_like(W)]

    def forward(self, x: Array) -> Array:
        value, self.back = kit.matmul(x, self.params[0])
        return np.asarray(value)

    def backward(self, dout: Array) -> Array:
        dx, dw = self.back(dout)
        self.put(dw)
        return dx

    def put(self, dw: Array) -> None:
        self.grads[0][...] = dw


class Replacing(MatMul):
    def put(self, dw: Array) -> None:
        self.grads[0] = dw


class IntoParameters(MatMul):
    def put(self, dw: Array) -> None:
        super().put(dw)
        self.params[0][...] = dw


class Softmax:
    """Of rows, without the largest taken away first."""

    def forward(self, x: Array) -> Array:
        e = np.exp(x)
        self.y = e / e.sum(axis=1, keepdims=True)
        return np.asarray(self.y)

    def backward(self, dout: Array) -> Array:
        return np.asarray(self.y * (dout - (dout * self.y).sum(axis=1, keepdims=True)))


class Loss:
    """Softmax and cross entropy, with the plain logarithm of the probability."""

    def forward(self, x: Array, t: Array) -> Any:
        self.y, _ = kit.softmax(x)
        self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
        return -np.where(self.t > 0, np.log(self.y), 0).sum() / len(x)

    def backward(self, dout: float = 1) -> Array:
        return np.asarray((self.y - self.t) / len(self.t))


class Plus:
    """a + b, of arrays that broadcast; ``summed`` gives a gradient its shape back."""

    def forward(self, a: Array, b: Array) -> Array:
        self.shapes = np.shape(a), np.shape(b)
        return np.asarray(a + b)

    def backward(self, dout: Array) -> Any:
        return tuple(self.summed(dout, shape) for shape in self.shapes)

    def summed(self, dout: Array, shape: tuple[int, ...]) -> Array:
        return np.asarray(dout.sum(axis=tuple(range(dout.ndim - len(shape)))))


class Unsummed(Plus):
    def summed(self, dout: Array, shape: tuple[int, ...]) -> Array:
        return dout


class Leaky:
    """x, but for a slope where it is negative."""

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = slope

    def forward(self, x: Array) -> Array:
        self.positive = x > 0
        return np.where(self.positive, x, self.slope * x)

    def backward(self, dout: Array) -> Array:
        return np.where(self.positive, dout, self.behind() * dout)

    def behind(self) -> float:
        return self.slope


class SlopeWritten(Leaky):
    def behind(self) -> float:
        return 0.01


class Halved(Leaky):
    def backward(self, dout: Array) -> Array:
        return super().backward(dout) / 2


class Skipping:
    """x + x³/3: beside what it computes it passes x on."""

    def forward(self, x: Array) -> Array:
        self.x = x
        return np.asarray(x + x**3 / 3)

    def backward(self, dout: Array) -> Array:
        return np.asarray(dout + dout * self.x**2)


class SkipForgotten(Skipping):
    def backward(self, dout: Array) -> Array:
        return np.asarray(dout * self.x**2)


class Turned(Leaky):
    def backward(self, dout: Array) -> Array:
        return np.asarray(super().backward(dout).T)


class TimeRNN:
    """Over time, with a state."""

    def __init__(self, Wx: Array, Wh: Array, b: Array, stateful: bool = False) -> None:
        self.params, self.stateful = [Wx, Wh, b], stateful
        self.grads = [np.zeros_like(p) for p in self.params]
        self.h: Any = None

    def forward(self, xs: Array) -> Array:
        zeros = np.zeros((len(xs), len(self.params[1])), xs.dtype)
        (hs, last), self.back = kit.time_rnn(xs, self.begin(zeros), *self.params)
        self.keep(last)
        return np.asarray(hs)

    def begin(self, zeros: Array) -> Array:
        return self.h if self.stateful and self.h is not None else zeros

    def keep(self, h: Array) -> None:
        self.h = h

    def backward(self, dhs: Array) -> Array:
        dxs, _, *found = self.back(dhs)
        for grad, new in zip(self.grads, found, strict=True):
            grad[...] = new
        return np.asarray(dxs)

    def reset_state(self) -> None:
        self.h = None


class NeverFilled(TimeRNN):
    def keep(self, h: Array) -> None:
        pass


class NotReset(TimeRNN):
    def reset_state(self) -> None:
        pass


class KeptBetweenCalls(TimeRNN):
    def begin(self, zeros: Array) -> Array:
        return zeros if self.h is None else self.h


class Dropout:
    """Scaled at test; ``part`` passes at training."""

    def __init__(self, dropout_ratio: float = 0.5) -> None:
        self.ratio = dropout_ratio

    @property
    def part(self) -> float:
        return 1 - self.ratio

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        if not train_flg:
            return self.at_test(x)
        self.mask = np.random.rand(*x.shape) < self.part  # noqa: NPY002
        return np.asarray(x * self.mask)

    def at_test(self, x: Array) -> Array:
        return np.asarray(x * self.part)

    def backward(self, dout: Array) -> Array:
        return np.asarray(dout * self.mask)


class DroppingAtTest(Dropout):
    def at_test(self, x: Array) -> Array:
        return self.forward(x)


class UnscaledAtTest(Dropout):
    def at_test(self, x: Array) -> Array:
        return x


class KeepingTheRatio(Dropout):
    @property
    def part(self) -> float:
        return self.ratio


class ScaledByTheRatio(Dropout):
    """Scaled at training, by what is dropped."""

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        y = super().forward(x, train_flg)
        return y / self.ratio if train_flg else y

    def at_test(self, x: Array) -> Array:
        return x

    def backward(self, dout: Array) -> Array:
        return super().backward(dout) / self.ratio


class KeepingItsMask(Dropout):
    def forward(self, x: Array, train_flg: bool = True) -> Array:
        if not train_flg or not hasattr(self, "mask"):
            return super().forward(x, train_flg)
        return np.asarray(x * self.mask)


class SeedingAnew(Dropout):
    def forward(self, x: Array, train_flg: bool = True) -> Array:
        np.random.seed(7)  # noqa: NPY002
        return super().forward(x, train_flg)


class DroppingColumns(Dropout):
    def forward(self, x: Array, train_flg: bool = True) -> Array:
        if not train_flg:
            return self.at_test(x)
        self.mask = np.random.rand(*x.shape[1:]) < self.part  # noqa: NPY002
        return np.asarray(x * self.mask)


class HeedlessOfRatio(Dropout):
    @property
    def part(self) -> float:
        return 0.5


class Normalization:
    """Batch normalization: what is kept of a batch, how it is averaged and used."""

    momentum = 0.9

    def __init__(self, gamma: Array, beta: Array) -> None:
        self.gamma, self.beta = gamma, beta
        self.mean, self.variance = gamma * 0, gamma * 0

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        if train_flg:
            self.keep(x)
            value, self.back = kit.batch_normalization(x, self.gamma, self.beta)
        else:
            value, self.back = self.at_test(x, self.mean, self.variance)
        return np.asarray(value)

    def at_test(self, x: Array, mean: Array, variance: Array) -> Any:
        return kit.batch_normalization_at_test(
            x, self.gamma, self.beta, mean=mean, variance=variance
        )

    def keep(self, x: Array) -> None:
        self.mean = self.average(self.mean, x.mean(axis=0))
        self.variance = self.average(self.variance, x.var(axis=0))

    def average(self, old: Array, new: Array) -> Array:
        return self.momentum * old + (1 - self.momentum) * new

    def backward(self, dout: Array) -> Array:
        dx, self.dgamma, self.dbeta = self.back(dout)
        return dx


class AsTraining(Normalization):
    def at_test(self, x: Array, mean: Array, variance: Array) -> Any:
        return kit.batch_normalization(x, self.gamma, self.beta)


class MeanNotKept(Normalization):
    def keep(self, x: Array) -> None:
        self.variance = self.average(self.variance, x.var(axis=0))


class VarianceNotKept(Normalization):
    def keep(self, x: Array) -> None:
        self.mean = self.average(self.mean, x.mean(axis=0))
        self.variance = self.gamma * 0 + 1


class FirstBatchKept(Normalization):
    def average(self, old: Array, new: Array) -> Array:
        return old if old.any() else new


class VarianceForMean(Normalization):
    def at_test(self, x: Array, mean: Array, variance: Array) -> Any:
        return super().at_test(x, variance, variance)


class MeanForVariance(Normalization):
    def at_test(self, x: Array, mean: Array, variance: Array) -> Any:
        return super().at_test(x, mean, mean)


class MomentumSwapped(Normalization):
    def average(self, old: Array, new: Array) -> Array:
        return self.momentum * new + (1 - self.momentum) * old


class LastBatchAlone(Normalization):
    momentum = 0.0


class RootMissing(Normalization):
    def at_test(self, x: Array, mean: Array, variance: Array) -> Any:
        return kit.batch_normalization_at_test(
            *(x, self.gamma, self.beta),
            mean=mean,
            variance=(variance + 1e-7) ** 2,
            epsilon=0.0,
        )


class DeviationKept(Normalization):
    def keep(self, x: Array) -> None:
        self.mean = self.average(self.mean, x.mean(axis=0))
        self.variance = self.average(self.variance, x.std(axis=0))


CLASSES: Mapping[str, tuple[type, ...]] = {
    "gradient-not-kept": (Unplaced,),
    "gradient-array-replaced": (Replacing,),
    "gradient-into-parameters": (IntoParameters,),
    ACCUMULATED: (Accumulating,),
    "state-kept": (KeptBetweenCalls,),
    "state-never-filled": (NeverFilled,),
    "state-not-reset": (NotReset,),
    "spread-not-summed": (Unsummed,),
    "default-written-out": (SlopeWritten,),
    "gradient-scaled": (Halved,),
    "gradient-turned": (Turned,),
    "upstream-term-missing": (SkipForgotten,),
    "upstream-written": (WritingUpstream,),
    "input-written": (WritingInput,),
    "overflow": (Softmax,),
    "log-of-zero": (Loss,),
    "drops-at-test": (DroppingAtTest,),
    "scale-at-test": (UnscaledAtTest,),
    "mask-kept": (KeepingItsMask, SeedingAnew),
    "one-mask-for-rows": (DroppingColumns,),
    "ratio-swapped": (KeepingTheRatio, ScaledByTheRatio),
    "ratio-ignored": (HeedlessOfRatio,),
    "test-as-training": (AsTraining,),
    "statistics-not-kept": (MeanNotKept, VarianceNotKept, FirstBatchKept),
    "statistics-swapped": (VarianceForMean, MeanForVariance),
    "momentum-at-the-newest": (MomentumSwapped, LastBatchAlone),
    "variance-without-root": (RootMissing,),
    "deviation-for-variance": (DeviationKept,),
}
"""Layers by the defect that they have."""

RIGHT = (Affine, MatMul, Plus, Leaky, Skipping, TimeRNN, Dropout, Normalization)
"""What they are when nothing is wrong."""

NAMES: Mapping[type, str] = {
    Softmax: "Softmax",
    Loss: "SoftmaxWithLoss",
    Normalization: "BatchNormalization",
}
"""What they are called, where it is not the name of a right one's class."""


def name_of(cls: type) -> str:
    """The name that says what kind it is of."""
    base = next(b for b in (*RIGHT, Softmax, Loss) if issubclass(cls, b))
    return NAMES.get(base, base.__name__)
