"""Parameters of networks: many entries, guarded logarithms, objects that keep state."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest

import gradproof
from gradproof.api import Report
from gradproof.contract.verdicts import Judgement
from gradproof.examination.examination import Examination, examine_pair
from gradproof.ports.kept_objects import kept
from gradproof.report.messages import Language
from gradproof.report.phrases import Phrases
from programs.networks import GUARD, Convolution, Dense, LossLayer

pytestmark = pytest.mark.once  # networks take their time

Array = np.ndarray[Any, Any]
Change = Callable[[Array], Array]

RANDOM = np.random.default_rng(11)


def of(
    net: Any, x: Array, labels: Any, name: Any, change: Change = lambda g: g
) -> Examination:
    """The examination of one parameter's gradient, changed in some way."""

    def f(w: Any) -> Any:
        net.params[name] = w
        return net.loss(x, labels)

    def grad(w: Any) -> Any:
        net.params[name] = w
        return change(net.gradient(x, labels)[name].copy())

    return examine_pair(f, grad, net.params[name].copy())


def judgements(examination: Examination) -> dict[str, Judgement]:
    for finding in examination.findings:
        for language in get_args(Language):
            assert Phrases(language).judgement(finding.judgement)
    return {f.clause.id: f.judgement for f in examination.findings}


def messages(examination: Examination) -> dict[str, str]:
    return {id: j.message for id, j in judgements(examination).items()}


def dense(inputs: int = 784, hidden: int = 50, batch: int = 10) -> tuple[Any, Any, Any]:
    x = RANDOM.random((batch, inputs)) * (RANDOM.random((batch, inputs)) < 0.5)
    return Dense((inputs, hidden, 10)), x, RANDOM.integers(10, size=batch)


def zeroed(row: int) -> Change:
    return lambda g: g * (np.arange(len(g)) != row)[:, None]


def test_a_right_gradient_of_many_entries_passes_by_directions() -> None:
    examination = of(*dense(), "W1")
    found = judgements(examination)
    assert examination.verdict == "pass"
    assert messages(examination) == {
        "R1": "holds",
        "R2": "pair.large",
        "R3": "pair.directions-unguarded",
    }
    assert found["R3"].parameters["miss"] == "2⁻²⁰"
    assert (
        found["R3"].parameters["threshold"] < 0.01 * found["R3"].parameters["typical"]
    )
    text = str(Report(examination))
    assert "is right" not in text
    assert "2⁻²⁰" in text.splitlines()[0]


def test_a_zeroed_row_of_many_entries_fails_and_is_named() -> None:
    net, x, labels = dense()
    row = int(np.argmax(np.abs(net.gradient(x, labels)["W1"]).sum(1)))
    found = judgements(of(net, x, labels, "W1", zeroed(row)))["R3"]
    assert found.verdict == "fail"
    assert found.parameters["where"] == f"x[{row}, :]"
    assert found.parameters["place"][0] == row
    assert found.parameters["actual"] == 0
    assert found.parameters["evaluations"] < 300


def test_what_is_no_number_in_a_large_claim_is_told_beside_the_slope() -> None:
    x = np.linspace(-1, 1, 3000)
    found = judgements(
        examine_pair(
            lambda x: np.sum(x**2), lambda x: np.where(x > 0.999, np.nan, 2 * x), x
        )
    )["R3"]
    assert found.verdict == "fail"
    (at,) = found.parameters["place"]
    assert abs(found.parameters["expected"] - 2 * x[at]) < 1e-6


def test_a_large_claim_that_cannot_be_judged_is_told_by_what_is_in_the_way() -> None:
    x = np.arange(3000.0) % 7
    report = gradproof.check_pair(
        lambda x: np.sum(np.abs(x - 3)), lambda x: np.sign(x - 3), x
    )
    assert report.verdict == "not-covered"
    assert "kinks" in str(report).splitlines()[0]


def test_fifty_one_wrong_entries_of_five_thousand_fail() -> None:
    weights, x = RANDOM.normal(size=(100, 50)), RANDOM.normal(size=(60, 100))
    wrong = np.zeros(weights.size)
    wrong[RANDOM.choice(weights.size, 51, replace=False)] = 0.1

    def loss(w: Any) -> Any:
        return np.sum((x @ w) ** 2) / len(x)

    def right(w: Any) -> Any:
        return 2 * x.T @ (x @ w) / len(x)

    found = judgements(
        examine_pair(loss, lambda w: right(w) + wrong.reshape(w.shape), weights)
    )
    assert found["R3"].verdict == "fail"
    assert wrong.reshape(weights.shape)[tuple(found["R3"].parameters["place"])] == 0.1
    assert judgements(examine_pair(loss, right, weights))["R3"].verdict == "pass"


def scores(change: Change = lambda g: g, spread: float = 3) -> tuple[Any, Any, Array]:
    """The last layer by itself, at scores of which some are improbable."""
    layer, labels = LossLayer(), np.array([0, 3, 1, 1, 2, 0])

    def grad(s: Any) -> Any:
        layer.forward(s, labels)
        return change(layer.backward(labels))

    at = spread * np.random.default_rng(5).normal(size=(6, 4))
    return lambda s: layer.forward(s, labels), grad, at


def test_what_keeps_a_logarithm_from_zero_is_noted_and_not_blamed() -> None:
    examination = examine_pair(*scores())
    found = judgements(examination)["R2"]
    assert (found.verdict, found.message) == ("pass", "pair.holds-unguarded")
    assert found.parameters["guard"] == GUARD
    assert 0 < found.parameters["effect"] < 0.1
    assert "1e-07" in str(Report(examination)).splitlines()[0]


BESIDE_THE_GUARD: dict[str, Change] = {
    "no-division-by-the-batch": lambda g: g * len(g),
    "one-entry": lambda g: g + 1e-4 * (np.arange(g.size) == 7).reshape(g.shape),
    "sign": np.negative,
    "a-little-off": lambda g: g * (1 + 1e-5),
}


@pytest.mark.parametrize("name", BESIDE_THE_GUARD)
def test_a_guard_hides_nothing_that_is_wrong(name: str) -> None:
    found = judgements(examine_pair(*scores(BESIDE_THE_GUARD[name])))["R2"]
    assert found.verdict == "fail"
    if name == "one-entry":
        assert found.parameters["count"] == 1


def test_what_the_guard_has_swallowed_wholly_is_judged_in_high_precision() -> None:
    examination = examine_pair(*scores(spread=20))
    assert examination.verdict == "pass"
    assert messages(examination)["R2"] == "pair.holds-unguarded"
    wrong = judgements(examine_pair(*scores(lambda g: g * len(g), spread=20)))["R2"]
    assert wrong.verdict == "fail"


def test_what_the_guard_has_swallowed_is_not_blamed_by_an_estimate() -> None:
    f, grad, at = scores(spread=40)
    examination = examine_pair(lambda s: float(f(np.asarray(s, float))), grad, at)
    assert examination.verdict == "not-covered"


def test_a_logarithm_without_a_guard_is_judged_as_it_is() -> None:
    x = np.array([1e-5, 0.5, 1.5])
    for grad, verdict in ((lambda x: 1 / x, "pass"), (lambda x: 2 / x, "fail")):
        report = gradproof.check_pair(lambda x: np.sum(np.log(x)), grad, x)
        assert report.verdict == verdict


def test_a_missing_division_is_named_beside_a_guard() -> None:
    diagnosis = examine_pair(*scores(lambda g: g * len(g))).diagnosis
    assert diagnosis[0].defects == ("wrong-factor",)
    assert diagnosis[0].whole


def test_a_guarded_logarithm_of_many_entries_is_judged_all_the_same() -> None:
    net, x, labels = dense(300, 20)
    net.params["W2"] *= 2000  # some probabilities are next to nothing
    found = judgements(of(net, x, labels, "W1"))["R3"]
    assert (found.verdict, found.message) == ("pass", "pair.directions-unguarded")
    row = int(np.argmax(np.abs(net.gradient(x, labels)["W1"]).sum(1)))
    wrong = judgements(of(net, x, labels, "W1", zeroed(row)))["R3"]
    assert (wrong.verdict, wrong.parameters["where"]) == ("fail", f"x[{row}, :]")
    assert (
        judgements(of(net, x, labels, "W1", lambda g: g * 10))["R3"].verdict == "fail"
    )


def convolution() -> tuple[Any, Any, Any]:
    x = RANDOM.random((6, 1, 8, 8))
    return Convolution(4, 3, 5, 8), x, RANDOM.integers(5, size=6)


def test_what_fills_arrays_of_zeros_is_judged_by_an_estimate() -> None:
    for name in ("W1", "W2"):
        found = judgements(of(*convolution(), name))["R2"]
        assert found.verdict == "pass"
        assert found.message.startswith("pair.estimated")
    of_batch = judgements(of(*convolution(), "W1", lambda g: g * 6))["R2"]
    assert (of_batch.verdict, of_batch.message) == ("fail", "pair.departs")
    assert of_batch.parameters["count"] == of_batch.parameters["total"]


def unlike(before: Any, after: Any) -> list[str]:
    """The names of parameters that are other arrays or other numbers."""
    return [
        name
        for name in before
        if after[name].dtype != before[name].dtype
        or not np.array_equal(after[name], before[name])
    ]


@pytest.mark.parametrize("net", [dense(4, 3, 2), convolution()], ids=["dense", "zeros"])
def test_a_network_keeps_its_own_numbers(net: Any) -> None:
    network, x, labels = net
    network.loss(x, labels)
    before, inner = copy.deepcopy(network.params), network.last.y.copy()
    own = {name: network.params[name] for name in before}
    for name in before:
        of(network, x, labels, name)
        assert all(network.params[n] is own[n] for n in own)
        assert unlike(before, network.params) == []
        assert np.array_equal(network.last.y, inner)


def test_a_network_keeps_its_own_numbers_when_f_raises() -> None:
    network = Dense((6, 4, 3))
    own = network.params["W1"]

    def f(w: Any) -> Any:
        network.params["W1"] = w
        raise RuntimeError("on purpose")

    examine_pair(f, lambda w: w, own)
    assert network.params["W1"] is own


def test_what_is_moved_in_place_is_put_back() -> None:
    held, numbers, table = np.arange(3.0), [1.0, 2.0], {"a": np.ones(2)}

    def f(w: Any) -> Any:
        held[...] = 7.0
        numbers.append(3.0)
        table["a"][0] = 5.0
        table["b"] = w
        return np.sum(w**2)

    examine_pair(f, lambda w: 2 * w, np.ones(3))
    assert np.array_equal(held, np.arange(3.0))
    assert numbers == [1.0, 2.0]
    assert list(table) == ["a"]
    assert (table["a"] == 1).all()


class Slotted:
    """A function that keeps its argument."""

    __slots__ = ("held",)

    def __init__(self) -> None:
        self.held: Any = 1.0

    def __call__(self, w: Any) -> Any:
        """The sum of squares."""
        self.held = w
        return np.sum(w**2)


def test_attributes_without_a_dictionary_are_put_back() -> None:
    f = Slotted()
    with kept(f):
        f(np.ones(2))
    assert f.held == 1.0


def test_a_function_that_is_not_one_is_not_called_right() -> None:
    noise = np.random.default_rng(1)
    report = gradproof.check_pair(
        lambda w: np.sum(w * (noise.random(w.shape) < 0.5)), np.ones_like, np.ones(8)
    )
    assert report.verdict == "not-covered"
    assert "is right" not in str(report)
    assert "different values" in str(report).splitlines()[0]


def test_a_kink_at_the_place_is_not_called_right() -> None:
    report = gradproof.check_pair(
        lambda w: np.sum(np.maximum(w, 0)), lambda w: 1.0 * (w > 0), np.array([0.0, 1])
    )
    assert report.verdict == "not-covered"
    assert "is right" not in str(report)
