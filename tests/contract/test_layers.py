"""Every clause of a layer has a mutant that breaks it, and right layers keep all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof import layers
from gradproof.contract.layers import CLAUSES
from gradproof.contract.verdicts import Verdict
from gradproof.examination.layers import LayerExamination, examine_layers
from gradproof.ports.layer_doors import Layers
from gradproof.ports.trials import Moment
from gradproof.report.messages import CATALOGUES

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

Array = Any


class Affine:
    """As the book has it."""

    def __init__(self, W: Array, b: Array) -> None:
        self.W, self.b = W, b
        self.dW: Array = None
        self.db: Array = None

    def forward(self, x: Array) -> Array:
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout: Array) -> Array:
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T


class OfSequences(Affine):
    def backward(self, dout: Array) -> Array:
        self.dW = np.tensordot(self.x, dout, (range(dout.ndim - 1),) * 2)
        self.db = dout.sum(axis=(0, 1))
        return dout @ self.W.T


class BatchOfOne(Affine):
    def backward(self, dout: Array) -> Array:
        if len(dout) > 1:
            raise ValueError("one at a time")
        return super().backward(dout)


class WithoutBias(Affine):
    def forward(self, x: Array) -> Array:
        return super().forward(x) - self.b


class Turned(Affine):
    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        return dout @ self.W if self.W.shape[0] == self.W.shape[1] else dx


class FirstRow(Affine):
    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        self.db = dout[0]
        return dx


class KeptRows(Affine):
    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        self.db = dout.sum(axis=0, keepdims=True)
        return dx


class Unplaced(Affine):
    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        self.dW = None
        return dx


class Updating(Affine):
    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        self.W -= 0.5 * self.dW
        return dx


class Adding(Affine):
    def backward(self, dout: Array) -> Array:
        before = 0 if self.dW is None else self.dW
        dx = super().backward(dout)
        self.dW = self.dW + before
        return dx


class Remembering(Affine):
    def forward(self, x: Array) -> Array:
        first = getattr(self, "x", x)
        y = super().forward(x)
        self.x = first
        return y


class Scaling(Affine):
    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        dout *= 2
        return dx


class Listed:
    """As the second volume has it."""

    def __init__(self, W: Array) -> None:
        self.params, self.grads = [W], [np.zeros_like(W)]

    def forward(self, x: Array) -> Array:
        self.x = x
        return x @ self.params[0]

    def backward(self, dout: Array) -> Array:
        self.grads[0][...] = self.x.T @ dout
        return dout @ self.params[0].T


class Replacing(Listed):
    def backward(self, dout: Array) -> Array:
        self.grads[0] = self.x.T @ dout
        return dout @ self.params[0].T


class Loss:
    """Softmax and cross entropy, of labels and of one-hot rows."""

    little = 1e-7

    def forward(self, x: Array, t: Array) -> Array:
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
        return -(self.t * np.log(self.y + self.little)).sum() / len(x)

    def backward(self, dout: float = 1) -> Array:
        return (self.y - self.t) / len(self.t)


class OneHotAlone(Loss):
    """Takes labels forward, and breaks at them on its way back."""

    def backward(self, dout: float = 1) -> Array:
        return (self.y - self.given) / len(self.t)

    def forward(self, x: Array, t: Array) -> Array:
        self.given = t
        return super().forward(x, t)


class LogOfZero(Loss):
    little = 0.0


class OfOneHotAlone(Loss):
    def forward(self, x: Array, t: Array) -> Array:
        self.divided = t.ndim == 2
        return super().forward(x, t)

    def backward(self, dout: float = 1) -> Array:
        dx = super().backward(dout)
        return dx if self.divided else dx * len(dx)


class OverAll(Loss):
    """Softmax over the batch, with the right gradient of that."""

    def forward(self, x: Array, t: Array) -> Array:
        e = np.exp(x - x.max())
        self.y = e / e.sum()
        self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
        return -(self.t * np.log(self.y)).sum() / len(x)

    def backward(self, dout: float = 1) -> Array:
        return self.y - self.t / len(self.t)


class OverAllUndivided(Loss):
    """Softmax over the batch, and labels that are not divided by it."""

    def forward(self, x: Array, t: Array) -> Array:
        super().forward(x, t)
        self.y, self.parts = self.y / len(x), len(x) if t.ndim == 2 else 1
        return -(self.t * np.log(self.y + 1e-7)).sum() / len(x)

    def backward(self, dout: float = 1) -> Array:
        return (self.y - self.t) / self.parts


class LossOverTime:
    def forward(self, xs: Array, ts: Array) -> Array:
        e = np.exp(xs - xs.max(axis=-1, keepdims=True))
        self.counts = ts >= 0
        self.ys = e / e.sum(axis=-1, keepdims=True)
        self.ts = np.eye(xs.shape[-1], dtype=xs.dtype)[np.where(self.counts, ts, 0)]
        logs = np.log(self.ys + 1e-7) * self.ts * self.counts[..., np.newaxis]
        return -logs.sum() / self.counts.sum()

    def backward(self, dout: float = 1) -> Array:
        counted = (self.kept() - self.ts) * self.counts[..., np.newaxis]
        return counted / int(self.counts.sum())

    def kept(self) -> Array:
        return self.ys


class LossWritten(LossOverTime):
    def kept(self) -> Array:
        self.ys *= 2
        return self.ys / 2


class Unshifted:
    def forward(self, x: Array) -> Array:
        e = np.exp(x)
        self.y = e / e.sum(axis=1, keepdims=True)
        return self.y

    def backward(self, dout: Array) -> Array:
        return self.y * (dout - (dout * self.y).sum(axis=1, keepdims=True))


class Shifted(Unshifted):
    def forward(self, x: Array) -> Array:
        return super().forward(x - x.max(axis=1, keepdims=True))


class Dropped:
    """Scaled at test."""

    def __init__(self, dropout_ratio: float = 0.5) -> None:
        self.kept = 1 - dropout_ratio

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        if not train_flg:
            return x * self.kept
        self.mask = np.random.rand(*x.shape) < self.kept  # noqa: NPY002
        return x * self.mask

    def backward(self, dout: Array) -> Array:
        return dout * self.mask


class DroppedTwice(Dropped):
    def forward(self, x: Array, train_flg: bool = True) -> Array:
        return super().forward(x, True)


class UnscaledAtTest(Dropped):
    def forward(self, x: Array, train_flg: bool = True) -> Array:
        return super().forward(x) if train_flg else x


class Normal:
    """As the book has it."""

    momentum, little = 0.9, 1e-7

    def __init__(self, gamma: Array, beta: Array) -> None:
        self.gamma, self.beta = gamma, beta
        self.mean, self.variance = gamma * 0, gamma * 0

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        if train_flg:
            self.keep(x)
            mean, variance = x.mean(axis=0), x.var(axis=0)
        else:
            mean, variance = self.mean, self.variance
        self.s = np.sqrt(variance + self.little)
        self.xn = (x - mean) / self.s
        return self.gamma * self.xn + self.beta

    def keep(self, x: Array) -> None:
        m = self.momentum
        self.mean = m * self.mean + (1 - m) * x.mean(axis=0)
        self.variance = m * self.variance + (1 - m) * x.var(axis=0)

    def backward(self, dout: Array) -> Array:
        self.dgamma, self.dbeta = (dout * self.xn).sum(axis=0), dout.sum(axis=0)
        dxn = dout - dout.mean(axis=0) - self.xn * (dout * self.xn).mean(axis=0)
        return self.gamma / self.s * dxn


class ByElement(Normal):
    """Images as rows of pixels, as the book has them; an ε that nobody publishes."""

    little = 3e-6

    def __init__(self, gamma: Array, beta: Array) -> None:
        super().__init__(gamma, beta)
        self.mean = self.variance = 0

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        y = super().forward(x.reshape(len(x), -1), train_flg)
        return y.reshape(x.shape)

    def backward(self, dout: Array) -> Array:
        return super().backward(dout.reshape(len(dout), -1)).reshape(dout.shape)


class ByChannel(Normal):
    def forward(self, x: Array, train_flg: bool = True) -> Array:
        self.images = x.ndim == 4
        y = super().forward(self.rows(x), train_flg)
        return self.turned(y, x.shape)

    def backward(self, dout: Array) -> Array:
        return self.turned(super().backward(self.rows(dout)), dout.shape)

    def rows(self, x: Array) -> Array:
        return np.moveaxis(x, 1, -1).reshape(-1, x.shape[1]) if self.images else x

    def turned(self, y: Array, shape: Any) -> Array:
        if not self.images:
            return y
        n, c, h, w = shape
        return np.moveaxis(y.reshape(n, h, w, c), -1, 1)


class ByChannelUnsummed(ByChannel):
    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        self.dbeta = self.dbeta / (dout.size / dout.shape[1] if self.images else 1)
        return dx


class Heedless(Normal):
    def forward(self, x: Array, train_flg: bool = True) -> Array:
        return super().forward(x)


class Forgetful(Normal):
    def keep(self, x: Array) -> None:
        self.variance = self.gamma * 0 + 1


class MixedUp(Normal):
    def keep(self, x: Array) -> None:
        super().keep(x)
        self.mean = self.variance


class Sequence:
    """Without a loop over gradients of its own: the kit's, with a state."""

    def __init__(self, Wx: Array, Wh: Array, b: Array, stateful: bool = False) -> None:
        self.params, self.stateful, self.h = [Wx, Wh, b], stateful, None
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, xs: Array) -> Array:
        h = self.begin(np.zeros((len(xs), len(self.params[1])), xs.dtype))
        (hs, last), self.back = layers.time_rnn(xs, h, *self.params)
        self.keep(last)
        return hs

    def begin(self, zeros: Array) -> Array:
        return zeros if not self.stateful or self.h is None else self.h

    def keep(self, h: Array) -> None:
        self.h = h

    def backward(self, dhs: Array) -> Array:
        dxs, _, *found = self.back(dhs)
        for grad, new in zip(self.grads, found, strict=True):
            grad[...] = new
        return dxs

    def reset_state(self) -> None:
        self.h = None


class NeverFilled(Sequence):
    def keep(self, h: Array) -> None:
        pass


class NotReset(Sequence):
    def reset_state(self) -> None:
        pass


class KeptBetweenCalls(Sequence):
    def begin(self, zeros: Array) -> Array:
        return zeros if self.h is None else self.h


class KnownNearby(Affine):
    """What was found for x is kept for all that is near, or for x alone."""

    x: Array = None

    def is_known(self, x: Array) -> bool:
        return x.shape == self.x.shape and np.allclose(x, self.x, atol=1e-3)

    def forward(self, x: Array) -> Array:
        if self.x is None or not self.is_known(x):
            self.out = super().forward(x.copy())
        return self.out


class KnownExactly(KnownNearby):
    def is_known(self, x: Array) -> bool:
        return np.array_equal(x, self.x)


class Widening(Affine):
    def backward(self, dout: Array) -> Array:
        return super().backward(dout).astype(np.float64)


class Sum:
    """Of arrays that broadcast."""

    def forward(self, a: Array, b: Array) -> Array:
        self.shapes = a.shape, b.shape
        return a + b

    def backward(self, dout: Array) -> Any:
        return tuple(dout if s == dout.shape else dout.sum(axis=0) for s in self.shapes)


class SumUnsummed(Sum):
    def backward(self, dout: Array) -> Any:
        return dout, dout


class SumAveraged(Sum):
    def backward(self, dout: Array) -> Any:
        a, b = super().backward(dout)
        return a, b if b.ndim > 1 else b / len(dout)


class Exponential:
    """x where that is positive, else alpha times eˣ − 1."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Array) -> Array:
        self.x = x
        return np.where(x > 0, x, self.alpha * np.expm1(x))

    def backward(self, dout: Array) -> Array:
        return dout * np.where(self.x > 0, 1.0, self.behind() * np.exp(self.x))

    def behind(self) -> float:
        return self.alpha


class OfDefault(Exponential):
    def behind(self) -> float:
        return 1.0


class Rectifier:
    def forward(self, x: Array) -> Array:
        self.x = x
        return x * (x > 0)

    def backward(self, dout: Array) -> Array:
        return dout * (self.x > 0)


class Leaping(Rectifier):
    def backward(self, dout: Array) -> Array:
        return dout * (self.x > 0) - dout * (self.x == 0)


class Pool:
    """Without im2col; the first of several largest gets the gradient."""

    def __init__(self, pool_h: int, pool_w: int, stride: int = 1, pad: int = 0) -> None:
        self.how: Any = {"size": (pool_h, pool_w), "stride": stride, "pad": pad}

    def forward(self, x: Array) -> Array:
        y, self.back = layers.max_pooling(x, **self.how)
        self.x, self.y = x, y
        return y

    def backward(self, dout: Array) -> Array:
        return self.back(dout)[0]


class PoolToAll(Pool):
    def backward(self, dout: Array) -> Array:
        windows, back = layers.windows(self.x, **self.how)
        hit = windows == self.y[..., np.newaxis, np.newaxis]
        return back(hit * dout[..., np.newaxis, np.newaxis])[0]


class PoolUnpadded(Pool):
    def forward(self, x: Array) -> Array:
        if self.how["pad"]:
            raise ValueError("pad")
        return super().forward(x)


RIGHT = {
    "Dropout": Dropped,
    "BatchNormalization": Normal,
    "Relu": Rectifier,
    "Pooling": Pool,
    "Affine": Affine,
    "MatMul": Listed,
    "SoftmaxWithLoss": Loss,
    "Softmax": Shifted,
    "TimeSoftmaxWithLoss": LossOverTime,
    "TimeRNN": Sequence,
    "Plus": Sum,
    "ELU": Exponential,
}

MUTANTS: dict[str, tuple[str, Any, dict[str, Verdict]]] = {
    "batch of one": ("Affine", BatchOfOne, {"L1": "error"}),
    "another function": ("Affine", WithoutBias, {"L2": "fail", "L4": "fail"}),
    "weight turned": ("Affine", Turned, {"L3": "fail"}),
    "first row of the bias": ("Affine", FirstRow, {"L4": "fail"}),
    "rows kept": ("Affine", KeptRows, {"L5": "fail"}),
    "never put anywhere": ("Affine", Unplaced, {"L6": "fail"}),
    "another array": ("MatMul", Replacing, {"L6": "fail"}),
    "updating": ("Affine", Updating, {"L7": "fail", "L8": "fail", "L9": "fail"}),
    "adding": ("Affine", Adding, {"L8": "fail", "L9": "fail"}),
    "remembering": ("Affine", Remembering, {"L9": "fail"}),
    "labels undivided": (
        "SoftmaxWithLoss",
        OfOneHotAlone,
        {"L3": "fail", "L10": "fail"},
    ),
    "dropped at test": ("Dropout", DroppedTwice, {"L12": "fail"}),
    "unscaled at test": ("Dropout", UnscaledAtTest, {"L12": "fail"}),
    "test as training": ("BatchNormalization", Heedless, {"L12": "fail"}),
    "no statistics": ("BatchNormalization", Forgetful, {"L12": "fail"}),
    "statistics mixed up": ("BatchNormalization", MixedUp, {"L12": "fail"}),
    "outside of the slopes": ("Relu", Leaping, {"L13": "fail"}),
    "to all of the largest": ("Pooling", PoolToAll, {"L14": "fail"}),
    "no padding": ("Pooling", PoolUnpadded, {"L15": "fail"}),
    "not shifted": ("Softmax", Unshifted, {"L16": "fail"}),
    "log of 0": ("SoftmaxWithLoss", LogOfZero, {"L17": "fail"}),
    "softmax over the batch": (
        "SoftmaxWithLoss",
        OverAll,
        {"L17": "fail", "L18": "fail"},
    ),
    "what forward has kept": ("TimeSoftmaxWithLoss", LossWritten, {"L19": "fail"}),
    "state never filled": ("TimeRNN", NeverFilled, {"L20": "fail"}),
    "state not reset": ("TimeRNN", NotReset, {"L20": "fail"}),
    "state kept": ("TimeRNN", KeptBetweenCalls, {"L9": "fail"}),
    "known nearby": ("Affine", KnownNearby, {"L9": "fail"}),
    "double precision": ("Affine", Widening, {"L21": "fail"}),
    "rows are no sequences": ("Affine", OfSequences, {"L22": "fail"}),
    "upstream written": ("Affine", Scaling, {"L11": "fail"}),
    "what was spread, unsummed": ("Plus", SumUnsummed, {"L23": "fail"}),
    "what was spread, averaged": ("Plus", SumAveraged, {"L23": "fail"}),
    "right by default": ("ELU", OfDefault, {"L24": "fail"}),
}
"""A name of the class, the class, and the clauses that it breaks."""


def examined(name: str, cls: Any) -> LayerExamination:
    cls = type(name, (cls,), {})
    (found,) = examine_layers(Layers({name: cls}), "").layers
    assert isinstance(found, LayerExamination)
    return found


def broken(found: LayerExamination) -> dict[str, Verdict]:
    return {
        f.clause.id: f.judgement.verdict
        for f in found.findings
        if f.judgement.verdict in ("fail", "error")
    }


@pytest.mark.parametrize(("name", "cls"), RIGHT.items(), ids=RIGHT)
def test_a_right_layer_keeps_every_clause(name: str, cls: Any) -> None:
    found = examined(name, cls)
    assert found.verdict == "pass"
    assert broken(found) == {}


def test_a_loss_that_breaks_at_labels_is_one_of_one_hot_rows() -> None:
    found = examined("SoftmaxWithLoss", OneHotAlone)
    assert found.verdict == "pass"
    assert broken(found) == {}
    assert found.of("L10") == "not-covered"


class Fed:
    """Its parameters are fed as its input is."""

    def forward(self, x: Array, W: Array, b: Array) -> Array:
        self.x, self.W = x, W
        return x @ W + b

    def backward(self, dout: Array) -> Any:
        return dout @ self.W.T, self.x.T @ dout, dout.sum(axis=0)


def test_rows_of_a_weight_are_none_of_the_batch() -> None:
    assert broken(examined("Linear", Fed)) == {}


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_mutant_breaks_its_clauses_and_no_other(
    mutant: tuple[str, Any, dict[str, Verdict]],
) -> None:
    name, cls, expected = mutant
    assert broken(examined(name, cls)) == expected


def test_every_clause_has_a_mutant_that_breaks_it_and_a_right_layer_that_keeps_it() -> (
    None
):
    ids = {clause.id for clause in CLAUSES}
    assert {id for _, _, expected in MUTANTS.values() for id in expected} == ids
    kept = {
        f.clause.id for n, c in RIGHT.items() for f in examined(n, c).having("pass")
    }
    # Of what is right for rows too, L22 is not asked.
    assert kept == ids - {"L22"}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_clause_has_its_sentence_and_its_source(language: Any) -> None:
    said = CATALOGUES[language]
    for clause in CLAUSES:
        assert f"clause.{clause.id}" in said
        assert f"source.{clause.source}" in said


def test_another_function_with_its_own_gradient_is_not_blamed() -> None:
    class Shifted(Affine):
        def forward(self, x: Array) -> Array:
            return super().forward(x) + 1

    found = examined("Affine", Shifted)
    assert broken(found) == {}
    assert found.of("L2") == "not-covered"


def test_what_stands_in_no_model_is_named_by_its_clause() -> None:
    for cls, defect in {
        NeverFilled: "state-never-filled",
        NotReset: "state-not-reset",
        KeptBetweenCalls: "state-kept",
    }.items():
        assert [e.defect for e in examined("TimeRNN", cls).diagnosis] == [defect]
    (written,) = examined("Affine", Scaling).diagnosis
    assert written.defect == "upstream-written"


def test_what_is_known_nearby_is_named_and_what_is_known_exactly_is_right() -> None:
    found = examined("Affine", KnownNearby)
    assert [e.defect for e in found.diagnosis] == ["state-kept"]
    (message,) = {
        f.judgement.message for f in found.findings if f.judgement.verdict == "fail"
    }
    assert message == "layer.near"
    assert examined("Affine", KnownExactly).verdict == "pass"


@pytest.mark.parametrize("cls", [ByElement, ByChannel])
def test_images_are_normalized_by_element_or_by_channel(cls: Any) -> None:
    found = examined("BatchNormalization", cls)
    assert broken(found) == {}
    assert found.verdict == "pass"
    settings = [p.setting.id for p in found.evidence.passages["first"]]
    assert settings[0] == "rows"
    assert settings[1].startswith("images")
    computed = found.evidence.passages["first"][1].expected.reference
    assert computed is not None
    assert computed.name == f"ε = {cls.little:g} under the root"


def test_a_slip_for_images_alone_is_caught() -> None:
    assert broken(examined("BatchNormalization", ByChannelUnsummed)) == {"L4": "fail"}


def test_labels_are_held_to_one_hot_rows_where_both_are_wrong_too() -> None:
    assert examined("SoftmaxWithLoss", OverAllUndivided).of("L10") == "fail"


class Gated:
    """An LSTM with its gates in the order i, f, o, g."""

    order = (0, 1, 2, 3)

    def __init__(self, Wx: Array, Wh: Array, b: Array) -> None:
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, x: Array, h: Array, c: Array) -> Any:
        wx, wh, b = self.params
        *gates, new = np.split(x @ wx + h @ wh + b, 4, axis=1)
        i, f, o = (1 / (1 + np.exp(-gate)) for gate in gates)
        g = np.tanh(new)
        y = np.tanh(f * c + i * g)
        self.kept = x, h, c, i, f, o, g, y
        return o * y, f * c + i * g

    def backward(self, dh: Array, dc: Array) -> Any:
        x, h, c, i, f, o, g, y = self.kept
        dc = dc + dh * o * (1 - y**2)
        parts = [
            *(dc * g * i * (1 - i), dc * c * f * (1 - f)),
            *(dh * y * o * (1 - o), dc * i * (1 - g**2)),
        ]
        da = np.hstack([parts[n] for n in self.order])
        for grad, found in zip(
            self.grads, (x.T @ da, h.T @ da, da.sum(axis=0)), strict=True
        ):
            grad[...] = found
        return da @ self.params[0].T, da @ self.params[1].T, dc * f


class GatesSwapped(Gated):
    order = (1, 0, 2, 3)


def test_gates_may_stand_in_any_order_and_forward_and_backward_in_the_same() -> None:
    found = examined("LSTM", Gated)
    assert found.verdict == "pass"
    assert found.findings[1].judgement.parameters["formula"].endswith("gates ifog")
    assert broken(examined("LSTM", GatesSwapped)) == {"L3": "fail", "L4": "fail"}


class Tangens:
    def forward(self, x: Array) -> Array:
        self.y = np.tanh(x)
        return self.y

    def backward(self, dout: Array) -> Array:
        return dout * (1 - self.y**2)


def test_a_name_that_says_what_is_computed_is_held_to_it() -> None:
    found = examined("Sigmoid", Tangens)
    assert broken(found) == {"L2": "fail"}
    assert [e.defect for e in found.diagnosis] == ["tanh-for-sigmoid"]
    assert broken(examined("Tanh", Tangens)) == {}


def test_a_layer_that_adds_up_its_gradients_is_cleared_if_it_can_be() -> None:
    class Cleared(Adding):
        def zero_grad(self) -> None:
            self.dW = None

    assert broken(examined("Affine", Cleared)) == {}


class Product:
    def forward(self, x: Array, y: Array) -> Array:
        assert x.shape == y.shape
        self.x, self.y = x, y
        return x * y

    def backward(self, dout: Array) -> Any:
        return dout * self.y, dout * self.x


class Crossed(Product):
    def backward(self, dout: Array) -> Any:
        return dout * self.x, dout * self.y


def test_a_layer_of_no_known_kind_is_judged_by_differences() -> None:
    found = examined("Gate", Product)
    assert found.verdict == "pass"
    assert found.of("L2") == "not-covered"
    assert broken(examined("Gate", Crossed)) == {"L3": "fail"}


class WeightedSum:
    """Of sequences (N, T, D), by weights (N, T)."""

    def forward(self, hs: Array, a: Array) -> Array:
        self.hs, self.a = hs, a
        return (hs * a[:, :, np.newaxis]).sum(axis=1)

    def backward(self, dc: Array) -> Any:
        dhs = dc[:, np.newaxis] * self.a[:, :, np.newaxis]
        return dhs, (dc[:, np.newaxis] * self.hs).sum(axis=2)


def test_shapes_are_tried_until_some_fit() -> None:
    found = examined("Weigher", WeightedSum)
    assert found.verdict == "pass"
    first, *_ = found.evidence.passages["first"]
    assert first.setting.id == "2×3×4, 2×3"


def test_what_differences_cannot_tell_is_not_covered() -> None:
    class Near(Product):
        def backward(self, dout: Array) -> Any:
            dx, dy = super().backward(dout)
            return dx + 2e-10, dy

    found = examined("Gate", Near)
    assert broken(found) == {}
    assert found.of("L3") == "not-covered"


def test_a_foreign_name_is_known_by_what_it_does() -> None:
    found = examined("Mapping", Affine)
    assert found.evidence.by_behaviour
    assert found.evidence.kind is not None
    assert found.evidence.kind.id == "affine"
    assert broken(examined("Mapping", FirstRow)) == {"L4": "fail"}


def test_a_parameter_of_which_nothing_is_known_is_named() -> None:
    class Strange(Product):
        def __init__(self, teapot: Any) -> None:
            pass

    found = examined("Strange", Strange)
    assert found.verdict == "not-covered"
    assert found.findings[0].judgement.parameters == {"parameter": "teapot"}


class LossOfEachRow:
    """A loss that is no number, and whose backward is that of another."""

    def forward(self, x: Array, t: Array) -> Array:
        self.difference = x - t
        return np.sum(self.difference**2, axis=1)

    def backward(self, dout: float = 1) -> tuple[Array, Array]:
        return self.difference, -self.difference


def test_a_loss_that_is_not_one_number_is_told_by_its_shape() -> None:
    found = examined("MeanSquaredError", LossOfEachRow)
    (finding,) = (f for f in found.findings if f.clause.id == "L2")
    assert finding.judgement.message == "layer.forward-shape"
    assert finding.judgement.parameters["expected"] == []


class OfSizes:
    """Made of numbers, under names that say nothing."""

    def __init__(self, into: int, out: int) -> None:
        self.W, self.b = np.ones((into, out)), np.zeros(out)

    def forward(self, x: Array) -> Array:
        self.x = x
        return np.asarray(x @ self.W + self.b)

    def backward(self, dout: Array) -> Array:
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)
        return np.asarray(dout @ self.W.T)


def test_what_is_not_made_of_what_was_guessed_is_not_blamed() -> None:
    found = examined("Affine", OfSizes)
    assert found.verdict == "not-covered"
    assert found.evidence.problem == "into"


class Attention:
    """Of sequences (N, T, D) and rows (N, D); rows and rows broadcast, too."""

    def forward(self, hs: Array, h: Array) -> Array:
        self.hs, self.h = hs, h
        return np.asarray((hs * h[:, np.newaxis]).sum(axis=2))

    def backward(self, da: Array) -> tuple[Array, Array]:
        given = da[:, :, np.newaxis]
        return given * self.h[:, np.newaxis], (given * self.hs).sum(axis=1)


def test_shapes_that_broadcast_by_chance_are_passed_over() -> None:
    found = examined("Weighing", Attention)
    assert found.verdict == "pass"
    assert broken(found) == {}


class Absolute:
    """A loss of a name that is not known; no gradient of its targets is wanted."""

    def forward(self, y: Array, t: Array) -> Any:
        self.d = y - t
        return (self.d**2 / (1 + self.d**2)).mean()

    def backward(self, dout: float = 1) -> Array:
        return np.asarray(dout * 2 * self.d / (1 + self.d**2) ** 2 / self.d.size)


def test_a_foreign_loss_need_give_no_gradient_of_its_targets() -> None:
    found = examined("Robust", Absolute)
    assert found.verdict == "pass"
    assert broken(found) == {}


class Swapped:
    """Average pooling that takes the window's height for its width on its way back."""

    def __init__(self, pool_h: int, pool_w: int, stride: int = 1, pad: int = 0) -> None:
        self.size, self.stride = (pool_h, pool_w), stride

    def forward(self, x: Array) -> Array:
        y, self.back = layers.average_pooling(x, size=self.size, stride=self.stride)
        return np.asarray(y)

    def backward(self, dout: Array) -> Array:
        if self.size[0] != self.size[1]:
            raise IndexError("index 3 is out of bounds for axis 3 with size 3")
        return np.asarray(self.back(dout)[0])


def test_a_backward_that_raises_for_some_windows_is_not_right() -> None:
    assert examined("AveragePooling", Swapped).verdict == "error"


class Stopped(Layers):
    """A port of which each trial comes to the same end."""

    end: Moment

    def run(self, trials: Any) -> list[list[Moment]]:
        return [[self.end] for _ in trials]


@pytest.mark.parametrize(
    ("end", "message"),
    [
        (Moment("missing", text="scipy"), "load.missing"),
        (Moment("broke", kind="load.timeout", text="{}"), "layer.late"),
        (Moment("broke", kind="load.crashed", text="{'how': 'x'}"), "layer.broke"),
    ],
)
def test_a_layer_is_not_blamed_for_what_is_missing_or_its_process_s_end(
    end: Moment, message: str
) -> None:
    port = Stopped({"Affine": Affine})
    port.end = end
    (found,) = examine_layers(port, "file.py", only="Affine").layers
    assert found.verdict == "not-covered"
    assert found.findings[0].judgement.message == message
