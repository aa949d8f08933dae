"""Every clause of a network has a mutant that breaks it; right ones keep them all."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import gradproof
from gradproof.contract.networks import CLAUSES, judge
from gradproof.contract.verdicts import Judgement, Verdict
from gradproof.evidence.networks import NetworkEvidence, gather
from gradproof.examination.layers import examine_layers
from gradproof.ports.given_networks import GivenNetwork
from gradproof.ports.layer_doors import Layers
from gradproof.ports.trials import Moment
from programs.networks import Dense, LossLayer

pytestmark = pytest.mark.once  # networks take their time

Array = Any
RANDOM = np.random.default_rng(2)
X = RANDOM.normal(size=(6, 9))
T = np.array([0, 2, 1, 1, 0, 2])
SIZES = (9, 5, 3)


def of(net: Any, *fed: Any) -> NetworkEvidence:
    port = GivenNetwork(net, fed or (X, T))
    return gather(port, port.describe()[0])


def found(net: Any, *fed: Any) -> dict[str, Judgement]:
    return {f.clause.id: f.judgement for f in judge(of(net, *fed))}


def verdicts(net: Any, *fed: Any) -> dict[str, Verdict]:
    return {id: judgement.verdict for id, judgement in found(net, *fed).items()}


class Plain(Dense):
    """As the first volume has it, with weights that show something."""

    def __init__(self) -> None:
        super().__init__(SIZES)
        for name in ("W1", "W2"):
            self.params[name] = self.params[name] * 40


class Decaying(Plain):
    """With weight decay in its loss."""

    decay = 0.1
    of_gradient = 0.1

    def weights(self) -> list[str]:
        return ["W1", "W2"]

    def loss(self, x: Array, labels: Array) -> Any:
        squares = sum(np.sum(self.params[name] ** 2) for name in self.weights())
        return super().loss(x, labels) + self.decay / 2 * squares

    def gradient(self, x: Array, labels: Array) -> Any:
        grads = super().gradient(x, labels)
        for name in self.weights():
            grads[name] += self.of_gradient * self.params[name]
        return grads


class DecayForgotten(Decaying):
    of_gradient = 0.0


class DecayTwice(Decaying):
    of_gradient = 0.2


@pytest.mark.parametrize(
    ("net", "term"), [(DecayForgotten(), 0.1), (DecayTwice(), -0.1)]
)
def test_weight_decay_that_is_missing_or_twice_is_named(net: Any, term: float) -> None:
    judgement = found(net)["NN3"]
    assert judgement.message == "network.departs-term"
    assert judgement.parameters["term"] == term
    places = [["whole", "W1"], ["whole", "W2"]]
    assert judgement.parameters["places"] == places


def test_weight_decay_in_both_is_right() -> None:
    assert set(verdicts(Decaying()).values()) == {"pass"}


class Listed:
    """As the second volume has it: what is listed twice is one."""

    def __init__(self, dtype: Any = float) -> None:
        random = np.random.default_rng(0)
        W = random.normal(size=(9, 4)).astype(dtype)
        self.out = random.normal(size=(4, 3)).astype(dtype)
        self.params = [W, self.out, W, self.out.T]
        self.grads = [np.zeros_like(p) for p in self.params]
        self.last = LossLayer()

    def forward(self, x: Array, t: Array) -> Any:
        one, out, two, turned = self.params
        self.x, self.hidden = x, np.tanh(x @ one) + x @ two
        self.t = t
        self.scores = self.hidden @ out + 0.5 * self.hidden @ turned.T
        return self.last.forward(self.scores, t)

    def backward(self, dout: float = 1) -> None:
        one, out, _, turned = self.params
        errors = dout * self.last.backward(self.t)
        below = errors @ (out.T + 0.5 * turned)
        steep = 1 - np.tanh(self.x @ one) ** 2
        self.grads[0][...] = self.x.T @ (below * steep)
        self.grads[1][...] = self.hidden.T @ errors
        self.grads[2][...] = self.x.T @ below
        self.grads[3][...] = 0.5 * errors.T @ self.hidden


class Stateful(Listed):
    """What it has seen before counts, until it is reset."""

    def reset_state(self) -> None:
        self.h = 0.0

    def forward(self, x: Array, t: Array) -> Any:
        loss = super().forward(x + self.h, t)
        self.h = 0.1 * np.tanh(x)
        return loss


class Noisy(Plain):
    """Units are dropped, by NumPy's common random numbers."""

    def loss(self, x: Array, labels: Array) -> Any:
        return super().loss(x * (np.random.rand(*x.shape) > 0.3), labels)  # noqa: NPY002

    def gradient(self, x: Array, labels: Array) -> Any:
        kept = x * (np.random.rand(*x.shape) > 0.3)  # noqa: NPY002
        Plain.loss(self, kept, labels)
        errors = self.last.backward(labels)
        below = errors @ self.params["W2"].T * (self.hidden > 0)
        return {
            "W1": kept.T @ below,
            "b1": below.sum(0),
            "W2": self.hidden.T @ errors,
            "b2": errors.sum(0),
        }


class InTraining(Plain):
    """Its gradient is that of training; its loss is, if it is told to be."""

    def loss(self, x: Array, labels: Array, train_flg: bool = False) -> Any:
        return super().loss(x * (2 if train_flg else 1), labels)

    def gradient(self, x: Array, labels: Array) -> Any:
        self.loss(x, labels, train_flg=True)
        grads = super().gradient(2 * x, labels)
        return grads


RIGHT: dict[str, Any] = {
    "plain": Plain,
    "listed-twice": Listed,
    "single-precision": lambda: Listed(np.float32),
    "stateful": Stateful,
    "noisy": Noisy,
    "in-training": InTraining,
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_networks_keep_every_clause(name: str) -> None:
    about = [clause.id for clause in CLAUSES if clause.id != "NN7"]  # of one-hot rows
    assert verdicts(RIGHT[name]()) == dict.fromkeys(about, "pass")


class Failing(Plain):
    def gradient(self, x: Array, labels: Array) -> Any:
        raise ValueError("not yet")


class Missing(Plain):
    def gradient(self, x: Array, labels: Array) -> Any:
        grads = super().gradient(x, labels)
        del grads["b1"]
        return grads


class KeptRows(Plain):
    def gradient(self, x: Array, labels: Array) -> Any:
        grads = super().gradient(x, labels)
        return {**grads, "b2": grads["b2"][None]}


class Rebinding(Listed):
    def backward(self, dout: float = 1) -> None:
        super().backward(dout)
        self.grads[1] = self.grads[1].copy()


class Undivided(Plain):
    def gradient(self, x: Array, labels: Array) -> Any:
        return {n: g * len(x) for n, g in super().gradient(x, labels).items()}


class Forgetting(Listed):
    """Of what is shared the last gradient alone is kept."""

    def backward(self, dout: float = 1) -> None:
        super().backward(dout)
        self.grads[2][...] = 0


class Adding(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.total: Any = 0

    def gradient(self, x: Array, labels: Array) -> Any:
        grads = super().gradient(x, labels)
        grads["W2"] = self.total = self.total + grads["W2"]
        return grads


class Updating(Plain):
    def gradient(self, x: Array, labels: Array) -> Any:
        grads = super().gradient(x, labels)
        self.params["W1"] -= 0.1 * grads["W1"]
        return grads


class Scaling(Plain):
    def gradient(self, x: Array, labels: Array) -> Any:
        grads = super().gradient(x, labels)
        x *= 2
        return grads


class Labelled(Plain):
    """One that takes labels, and one-hot rows."""

    def loss(self, x: Array, labels: Array) -> Any:
        return super().loss(x, labels.argmax(axis=1) if labels.ndim > 1 else labels)

    def gradient(self, x: Array, labels: Array) -> Any:
        return super().gradient(x, self.of_labels(labels))

    def of_labels(self, labels: Array) -> Array:
        return labels.argmax(axis=1) if labels.ndim > 1 else labels


class LabelsLate(Labelled):
    def of_labels(self, labels: Array) -> Array:
        found = super().of_labels(labels)
        return found if labels.ndim > 1 else (found + 1) % 3


class OneHotAlone(Labelled):
    def loss(self, x: Array, labels: Array) -> Any:
        if labels.ndim == 1:
            raise ValueError("rows are due")
        return super().loss(x, labels)


ROWS = np.eye(3)[T]


def test_labels_give_the_gradient_that_one_hot_rows_give() -> None:
    assert verdicts(Labelled(), X, ROWS)["NN7"] == "pass"
    judgement = found(LabelsLate(), X, ROWS)["NN7"]
    assert judgement.message == "network.labels"
    assert verdicts(LabelsLate(), X, ROWS)["NN3"] == "pass"


def test_a_network_of_one_hot_rows_alone_is_not_asked_for_labels() -> None:
    assert "NN7" not in verdicts(OneHotAlone(), X, ROWS)
    assert "NN7" not in verdicts(Plain())


MUTANTS: dict[str, tuple[Any, str, Verdict]] = {
    "raises": (Failing, "NN1", "error"),
    "missing": (Missing, "NN2", "fail"),
    "shape": (KeptRows, "NN2", "fail"),
    "rebound": (Rebinding, "NN2", "fail"),
    "undivided": (Undivided, "NN3", "fail"),
    "forgotten": (Forgetting, "NN3", "fail"),
    "added-up": (Adding, "NN4", "fail"),
    "updates": (Updating, "NN5", "fail"),
    "scales-x": (Scaling, "NN6", "fail"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_every_clause_has_a_mutant_that_breaks_it(name: str) -> None:
    net, clause, verdict = MUTANTS[name]
    assert verdicts(net())[clause] == verdict


def test_every_clause_is_broken_by_some_mutant() -> None:
    broken = {clause for _, clause, _ in MUTANTS.values()}
    assert {*broken, "NN7"} == {c.id for c in CLAUSES}  # of labels, above


def wrong(name: str, index: Any, change: Any) -> Any:
    """A network of which a part of the gradient is changed."""

    class Wrong(Plain):
        def gradient(self, x: Array, labels: Array) -> Any:
            grads = super().gradient(x, labels)
            grads[name] = grads[name].copy()
            grads[name][index] = change(grads[name][index])
            return grads

    return Wrong()


def test_what_is_wrong_is_told_where_it_is() -> None:
    entry = found(wrong("W1", (3, 1), lambda g: g + 0.01))["NN3"]
    assert entry.message == "network.departs-entry"
    assert entry.parameters["where"] == "W1[3, 1]"
    row = found(wrong("W1", 4, np.zeros_like))["NN3"]
    assert row.parameters["where"] == "W1[4, :]"
    assert row.parameters["places"] == [["row", "W1", 4]]
    doubled = found(wrong("b1", slice(None), lambda g: 2 * g))["NN3"]
    assert doubled.message == "network.departs-factor"
    assert (doubled.parameters["factor"], doubled.parameters["where"]) == (2, "b1[:]")
    scaled = found(Undivided())["NN3"]
    assert scaled.message == "network.departs-undivided"
    assert scaled.parameters["factor"] == len(X)


def test_a_guard_in_the_logarithm_is_told_and_not_blamed() -> None:
    judgement = found(Plain())["NN3"]
    assert judgement.message == "network.agrees-unguarded"
    assert 0 < judgement.parameters["effect"] < 1e-4
    assert judgement.parameters["miss"] == "2⁻²⁰"
    assert judgement.parameters["evaluations"] <= 300


class OwnNoise(Plain):
    """Random numbers of its own, which nobody can begin anew."""

    def loss(self, x: Array, labels: Array) -> Any:
        return super().loss(x, labels) + np.random.default_rng().random()


def test_a_loss_that_is_no_function_is_named_and_not_blamed() -> None:
    judgement = found(OwnNoise())["NN3"]
    assert (judgement.verdict, judgement.message) == ("not-covered", "network.random")


class Constant(Plain):
    def gradient(self, x: Array, labels: Array) -> Any:
        return {n: np.zeros_like(g) for n, g in super().gradient(x, labels).items()}

    def loss(self, x: Array, labels: Array) -> Any:
        super().loss(x, labels)
        return 1.0


def test_a_gradient_of_zeros_is_named() -> None:
    evidence = of(Constant())
    notes = {note.id: note.parameters for note in evidence.notes}
    assert notes["zero-gradient"] == {"names": "W1, b1, W2, b2"}
    assert notes["drawn-anew"] == {"names": "b1, b2"}
    assert "one-sample" in {n.id for n in of(Plain(), X[:1], T[:1]).notes}


@pytest.mark.parametrize("end", [RuntimeError, KeyboardInterrupt])
def test_a_network_is_as_it_was_whatever_happens(end: type[BaseException]) -> None:
    class Ended(Plain):
        count = 0

        def loss(self, x: Array, labels: Array) -> Any:
            self.params["W1"] += 1
            Ended.count += 1
            if Ended.count == 12:
                raise end
            return super().loss(x, labels)

    net = Ended()
    own, before = dict(net.params), copy.deepcopy(net.params)
    np.random.seed(5)  # noqa: NPY002
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    try:
        found(net)
    except KeyboardInterrupt:
        assert end is KeyboardInterrupt
    assert Ended.count >= 12
    assert all(net.params[n] is own[n] for n in own)
    assert all(np.array_equal(net.params[n], before[n]) for n in before)
    assert np.random.random() == expected  # noqa: NPY002


class Tied(Listed):
    """Made of sizes of which two have to be alike, and by its defaults too large."""

    def __init__(
        self, vocab_size: int = 3000, wordvec_size: int = 900, hidden_size: int = 900
    ) -> None:
        if wordvec_size != hidden_size:
            raise ValueError("they share their weights")
        super().__init__()
        self.params = [np.ones((vocab_size, hidden_size))]
        self.grads = [np.zeros_like(self.params[0])]

    def forward(self, xs: Array, ts: Array) -> Any:
        (W,) = self.params
        self.xs = xs
        return float(np.sum(np.sin(W[xs])) / len(xs))

    def backward(self, dout: float = 1) -> None:
        (W,) = self.params
        self.grads[0][...] = 0
        np.add.at(self.grads[0], self.xs, dout * np.cos(W[self.xs]) / len(self.xs))


class Huge(Tied):
    def __init__(
        self, vocab_size: int = 3000, wordvec_size: int = 900, hidden_size: int = 900
    ) -> None:
        super().__init__(3000, 900, 900)


def test_sizes_that_have_to_be_alike_are_and_what_is_too_large_is_named() -> None:
    tied, huge = gradproof.check_network(Tied), gradproof.check_network(Huge)
    assert tied.verdict == "pass"
    assert huge.verdict == "not-covered"
    assert "too many" in str(huge)


class Late(Layers):
    """A child whose time is up."""

    def run(self, trials: Any) -> list[list[Moment]]:
        return [[Moment("broke", kind="load.timeout")] for _ in trials]


def test_of_a_network_that_takes_too_long_it_is_said_what_to_do() -> None:
    (found,) = examine_layers(Late({"Dense": Dense}), "file.py", only="Dense").layers
    assert found.verdict == "not-covered"
    assert found.findings[0].judgement.message == "network.late"
