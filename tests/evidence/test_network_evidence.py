"""What is found out about a network: its settings, its claim, what its loss says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.evidence import networks
from gradproof.evidence.network_plan import NetworkSetting
from gradproof.evidence.networks import SPARE, NetworkEvidence, gather
from gradproof.numerics.directions import Departure, Survey, WrongEntry
from gradproof.ports.given_networks import GivenNetwork
from gradproof.ports.layer_doors import Layers
from gradproof.ports.observation import Note
from gradproof.ports.trials import Description, Moment, Trial

pytestmark = pytest.mark.once

Array = Any
RANDOM = np.random.default_rng(2)
X = RANDOM.normal(size=(5, 4))
ROWS = np.eye(3)[[0, 2, 1, 1, 0]]
T = RANDOM.normal(size=(5, 3))
SAID = Description("Net", "Net", role="network")
SETTING = NetworkSetting("given", {}, (X, T))


class Squares:
    """A line's squared errors, and weight decay that its gradient has, or has not."""

    decay = of_gradient = 0.0
    taken = 0

    def __init__(self) -> None:
        random = np.random.default_rng(5)
        self.params = {"W": random.normal(size=(4, 3)), "b": random.normal(size=3)}

    def error(self, x: Array, t: Array) -> Array:
        return x @ self.params["W"] + self.params["b"] - t

    def loss(self, x: Array, t: Array) -> Any:
        type(self).taken += 1
        squares = np.sum(self.params["W"] ** 2)
        return np.sum(self.error(x, t) ** 2) / 2 + self.decay / 2 * squares

    def gradient(self, x: Array, t: Array) -> Any:
        error = self.error(x, t)
        of_weight = x.T @ error + self.of_gradient * self.params["W"]
        return {"W": of_weight, "b": error.sum(axis=0)}


def of(net: Any, *fed: Any, **more: Any) -> NetworkEvidence:
    port = GivenNetwork(net, fed or (X, T))
    return gather(port, port.describe()[0], **more)


class Recording(GivenNetwork):
    """Keeps what it is asked."""

    def __init__(self, net: Any, *fed: Any) -> None:
        super().__init__(net, fed)
        self.steps: list[Any] = []

    def run(self, trials: Sequence[Trial]) -> list[list[Moment]]:
        self.steps += [step for trial in trials for step in trial.steps]
        return super().run(trials)


def answer(found: NetworkEvidence) -> str:
    assert isinstance(found.survey, Survey)
    return found.survey.answer


def test_a_right_network_s_claim_agrees_with_its_loss() -> None:
    net = Squares()
    found = of(net)
    assert answer(found) == "agrees"
    assert (found.term, found.guarded, found.labelled, found.notes) == (
        *(None, None),
        *((), ()),
    )
    assert (found.unmade, found.large, found.problem) == (False, False, "")
    assert list(found.claimed) == list(found.at) == ["W", "b"]
    assert found.claimed["W"] == pytest.approx(net.gradient(X, T)["W"])
    assert found.losses == (found.losses[0],) * 2
    assert found.losses[0] == pytest.approx(net.loss(X, T))


def test_small_weights_of_a_network_that_somebody_made_stay_as_they_are() -> None:
    net = Squares()
    net.params["W"] *= 1e-3
    found = of(net)
    assert np.array_equal(found.at["W"], net.params["W"])
    assert found.notes == ()


def test_evaluations_are_those_of_the_loss_after_the_first() -> None:
    Squares.taken = 0
    found = of(Squares())
    assert found.evaluations == Squares.taken - 1
    assert answer(of(Squares(), budget=5)) == "unclear"
    assert of(Squares(), budget=5).evaluations == 5
    assert of(Squares(), budget=1).evaluations == 2


def test_the_gradient_is_asked_of_the_data_of_others_and_of_the_data_again() -> None:
    port = Recording(Squares(), X, T)
    found = gather(port, port.describe()[0])
    asked = [s.arguments for s in port.steps if s.do == "gradient"]
    first, other, again = asked
    assert np.array_equal(first[0], X)
    assert np.array_equal(again[0], X)
    assert np.array_equal(other[0], X[::-1] * 0.75)
    assert [len(g.value) for g in found.gradients] == [2, 2, 2]
    assert found.gradients[1].value == (None, None)


class DecayForgotten(Squares):
    decay = 0.1


class DecayTwice(Squares):
    decay, of_gradient = 0.1, 0.2


class LogDecay(DecayForgotten):
    """It adds 1 in its logarithm: that is no guard."""

    def loss(self, x: Array, t: Array) -> Any:
        squares = np.sum(self.params["W"] ** 2)
        inner = np.sum(np.log(self.error(x, t) ** 2 + 1.0))
        return inner + self.decay / 2 * squares

    def gradient(self, x: Array, t: Array) -> Any:
        error = self.error(x, t)
        error = 2 * error / (error**2 + 1)
        return {"W": x.T @ error, "b": error.sum(axis=0)}


class Halved(Squares):
    def gradient(self, x: Array, t: Array) -> Any:
        return {n: g / 2 for n, g in super().gradient(x, t).items()}


class BiasLost(Squares):
    def gradient(self, x: Array, t: Array) -> Any:
        return {**super().gradient(x, t), "b": np.zeros(3)}


@pytest.mark.parametrize(
    ("cls", "term", "places"),
    [
        (DecayForgotten, 0.1, ["W"]),
        (DecayTwice, -0.1, ["W"]),
        (LogDecay, 0.1, ["W"]),
        (Halved, None, ["W", "b"]),
        (BiasLost, None, ["b"]),
    ],
)
def test_a_wrong_claim_departs_and_a_multiple_of_the_parameters_is_told(
    cls: Any, term: Any, places: Any
) -> None:
    found = of(cls())
    assert answer(found) == "departs"
    assert isinstance(found.survey, Survey)
    assert [place.name for place in found.survey.places] == places
    assert found.term == term


def test_no_term_is_looked_for_where_too_few_evaluations_are_left() -> None:
    found = of(DecayForgotten()).survey
    assert isinstance(found, Survey)
    before = 2 + found.evaluations
    assert of(DecayForgotten(), budget=before + 2 * SPARE).term == 0.1
    assert of(DecayForgotten(), budget=before + SPARE).evaluations > before
    assert of(DecayForgotten(), budget=before + SPARE - 1).evaluations == before


class Cross(Squares):
    """The cross entropy of a softmax, with the book's guard in its logarithm."""

    of_loss = of_gradient = guard = 1e-7
    times = 1.0

    def chances(self, x: Array) -> Array:
        scores = 2 * self.error(x, 0)
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def loss(self, x: Array, t: Array) -> Any:
        if np.ndim(t) == 1:
            t = np.eye(3)[t]
        return -np.sum(t * np.log(self.chances(x) + 1e-7)) / len(x)

    def gradient(self, x: Array, t: Array) -> Any:
        y = self.chances(x)
        if np.ndim(t) == 1:
            t = self.rows(t)
        error = 2 * (y - t) / len(x) * self.times
        return {"W": x.T @ error, "b": error.sum(axis=0)}

    def rows(self, t: Array) -> Array:
        return np.eye(3)[t]


class CrossTimes(Cross):
    times = 1.5


class CrossWithGuard(Cross):
    """Its gradient knows of the guard."""

    def gradient(self, x: Array, t: Array) -> Any:
        y = self.chances(x)
        inner = -np.eye(3)[t] / (y + 1e-7) if t.ndim == 1 else -t / (y + 1e-7)
        error = 2 * y * (inner - np.sum(inner * y, axis=1, keepdims=True)) / len(x)
        return {"W": x.T @ error, "b": error.sum(axis=0)}


FAR = X / 2


class Unguarded(Cross):
    def loss(self, x: Array, t: Array) -> Any:
        return -np.sum(np.log(self.chances(x))[t > 0]) / len(x)


def test_of_an_infinite_loss_nothing_is_told_and_no_warning_given() -> None:
    found = of(Unguarded(), 300 * X, ROWS)
    assert not np.isfinite(found.losses).all()
    assert isinstance(found.survey, Survey)
    assert (answer(found), found.survey.trouble) == ("unclear", "overflow")


def test_a_gradient_may_leave_out_the_guard_in_the_loss_s_logarithm() -> None:
    without = of(Cross(), FAR, ROWS)
    assert answer(without) == "agrees"
    assert without.guarded is not None
    assert without.guarded > 0
    with_it = of(CrossWithGuard(), FAR, ROWS)
    assert (answer(with_it), with_it.guarded) == ("agrees", None)
    wrong = of(CrossTimes(), FAR, ROWS)
    assert (answer(wrong), wrong.guarded, wrong.term) == ("departs", None, None)
    assert isinstance(wrong.survey, Survey)
    assert {place.name for place in wrong.survey.places} == {"W", "b"}


def decaying(base: Any) -> Any:
    """With weight decay in its loss alone."""

    class Decaying(base):  # type: ignore[misc]
        def loss(self, x: Array, t: Array) -> Any:
            return super().loss(x, t) + 0.05 * np.sum(self.params["W"] ** 2)

    return Decaying


@pytest.mark.parametrize("cls", [Cross, CrossWithGuard])
def test_weight_decay_is_missed_whatever_is_meant_by_the_guard(cls: Any) -> None:
    assert of(decaying(cls)(), FAR, ROWS, budget=1000).term == 0.1


def twice(base: Any) -> Any:
    """With twice the gradient of its bias."""

    class Twice(base):  # type: ignore[misc]
        def gradient(self, x: Array, t: Array) -> Any:
            found = super().gradient(x, t)
            return {**found, "b": 2 * found["b"]}

    return Twice


@pytest.mark.parametrize("cls", [Cross, CrossWithGuard])
def test_beside_what_is_wrong_the_guard_is_meant_as_the_rest_has_it(cls: Any) -> None:
    found = of(twice(cls)(), FAR, ROWS)
    assert answer(found) == "departs"
    assert isinstance(found.survey, Survey)
    assert [place.name for place in found.survey.places] == ["b"]


class NotAdded(Unguarded):
    """The number stands in its code, and not in its logarithm."""

    def loss(self, x: Array, t: Array) -> Any:
        return super().loss(x, t) + 1e-7

    def gradient(self, x: Array, t: Array) -> Any:
        return {n: 1.5 * g for n, g in super().gradient(x, t).items()}


@pytest.mark.parametrize("size", [0.5, 8])
def test_a_number_that_is_not_in_the_logarithm_is_no_guard(size: float) -> None:
    found = of(NotAdded(), size * X, ROWS)
    assert answer(found) == "departs"


class Each(Cross):
    """Of each row by itself, and something that is no number."""

    def loss(self, x: Array, t: Array) -> Any:
        if np.ndim(t) == 1:
            t = np.eye(3)[t]
        return -np.sum(t * np.log(self.chances(x) + 1e-7), axis=1), None


class LabelsAsWeights(Cross):
    """By labels its gradient is another."""

    def rows(self, t: Array) -> Array:
        return np.eye(3)[(t + 1) % 3]


class RowsAlone(Cross):
    def loss(self, x: Array, t: Array) -> Any:
        if np.ndim(t) == 1:
            raise TypeError("rows, please")
        return super().loss(x, t)


class GradientOfRowsAlone(Cross):
    def rows(self, t: Array) -> Array:
        raise TypeError("rows, please")


class NumbersToo(Cross):
    """Labels are numbers to it, and give another loss."""

    def loss(self, x: Array, t: Array) -> Any:
        return super().loss(x, t) + np.ndim(t)


@pytest.mark.parametrize(
    ("cls", "same"),
    [
        *((Cross, True), (LabelsAsWeights, False), (RowsAlone, None)),
        *((GradientOfRowsAlone, None), (NumbersToo, None), (Each, None)),
    ],
)
def test_labels_are_tried_where_rows_are_one_hot_and_their_loss_is_the_same(
    cls: Any, same: Any
) -> None:
    found = of(cls(), X, ROWS)
    assert bool(found.labelled) == (same is not None)
    if found.labelled:
        pairs = zip(found.labelled, found.claimed.values(), strict=True)
        alike = [a is not None and a == pytest.approx(b) for a, b in pairs]
        assert all(alike) == same


def test_no_labels_are_tried_of_other_targets_or_where_there_is_no_loss() -> None:
    for net, fed in (
        *((Squares(), (X, T)), (Squares(), (X, np.eye(5)[:, :3]))),
        (type("Again", (Raising,), {"after": 1})(), (X, ROWS)),
    ):
        port = Recording(net, *fed)
        assert gather(port, port.describe()[0]).labelled == ()
        assert {np.ndim(step.arguments[1]) for step in port.steps} == {2}


class Raising(Cross):
    """Its loss raises, from some evaluation on."""

    after = 0
    taken = 0

    def loss(self, x: Array, t: Array) -> Any:
        self.count = getattr(self, "count", 0)
        type(self).taken += 1
        if type(self).taken > self.after:
            raise ValueError("no loss")
        return super().loss(x, t)


def test_a_loss_that_raises_is_what_is_known_of_it() -> None:
    for after, losses in ((0, 0), (1, 0), (2, 0), (3, 2), (6, 2)):
        net = type("Net", (Raising,), {"after": after})()
        found = of(net, X, ROWS)
        assert not isinstance(found.survey, Survey)
        assert found.survey is not None
        assert (found.survey.outcome, len(found.losses)) == ("raised", losses)
        assert found.labelled == ()


class Several(Squares):
    """What comes out are two arrays: by chance it is one, once."""

    lost = False

    def loss(self, x: Array, t: Array) -> Any:
        one = self.error(x, t)
        type(self).taken += 1
        return one if self.lost and type(self).taken > 1 else (one, 2 * one)


def test_what_comes_out_is_weighed_as_many_arrays_as_there_are() -> None:
    found = of(Several())
    assert len(found.losses) == 2
    lost = type("Lost", (Several,), {"lost": True, "taken": 0})
    assert not isinstance(of(lost()).survey, Survey)


class Uncertain(Squares):
    def loss(self, x: Array, t: Array) -> Any:
        type(self).taken += 1
        return super().loss(x, t) + type(self).taken


class Missing(Squares):
    def gradient(self, x: Array, t: Array) -> Any:
        return {"W": super().gradient(x, t)["W"]}


class Turned(Squares):
    def gradient(self, x: Array, t: Array) -> Any:
        found = super().gradient(x, t)
        return {**found, "W": found["W"].T}


class NoGradient(Squares):
    def gradient(self, x: Array, t: Array) -> Any:
        raise ValueError("no gradient")


@pytest.mark.parametrize("cls", [Uncertain, Missing, Turned, NoGradient])
def test_what_cannot_be_held_against_its_loss_is_not(cls: Any) -> None:
    found = of(cls())
    assert (found.survey, len(found.losses)) == (None, 2)
    assert found.evaluations == 2
    values = found.gradients[0].value
    assert [value is None for value in values] == {
        "Missing": [False, True],
        "NoGradient": [],
    }.get(cls.__name__, [False, False])


class Sized:
    """Made of sizes; its forward takes rows and labels or rows alike."""

    least = 0
    limit: Any = None

    def __init__(self, input_size: int, hidden_size: int, output_size: int) -> None:
        if input_size < self.least:
            raise ValueError("more, please")
        shapes = {"W": (input_size, output_size), "b": (output_size,)}
        self.params = {n: np.full(s, 0.5) for n, s in shapes.items()}

    def loss(self, x: Array, t: Array) -> Any:
        if np.ndim(t) > 1:
            raise ValueError("labels, please")
        return self.value(np.sum(x @ self.params["W"] * t[:, np.newaxis]))

    def value(self, loss: Any) -> Any:
        return loss

    def gradient(self, x: Array, t: Array) -> Any:
        shape = self.params["W"].shape
        of_weight = np.repeat(x.T @ t, shape[1]).reshape(shape)
        return {"W": of_weight, "b": np.zeros(shape[1])}


def made(cls: Any) -> NetworkEvidence:
    port = Layers({"Net": cls})
    return gather(port, port.describe()[0])


def test_the_first_setting_is_taken_in_which_the_loss_is_a_number() -> None:
    found = made(Sized)
    assert found.setting is not None
    assert found.ahead is not None
    assert (found.setting.id, found.ahead.outcome) == ("labels", "returned")
    assert answer(found) == "agrees"
    assert {note.id for note in found.notes} == {"drawn-anew", "zero-gradient"}


class NotMade(Sized):
    least = 100


class NotFinite(Sized):
    def value(self, loss: Any) -> Any:
        return loss * np.nan


class Nothing(Sized):
    def value(self, loss: Any) -> Any:
        return None


class Raises(Sized):
    def value(self, loss: Any) -> Any:
        raise ValueError("no loss")


@pytest.mark.parametrize("cls", [NotMade, NotFinite, Nothing, Raises])
def test_where_no_setting_does_the_first_one_is_told(cls: Any) -> None:
    found = made(cls)
    assert found.setting is not None
    assert found.setting.id == "one-hot"
    assert found.unmade == (cls is NotMade)
    assert found.ahead is not None
    assert found.ahead.outcome == "raised"
    assert bool(found.at) == (cls is not NotMade)
    assert (found.survey is None) == (cls is NotMade)


def test_a_network_whose_parameters_are_not_known_is_not_made() -> None:
    class Foreign(Sized):
        def __init__(self, input_size: int, beam: int) -> None:
            super().__init__(input_size, 3, 3)

    found = made(Foreign)
    assert (found.problem, found.setting) == ("beam", None)


def test_what_comes_out_is_numbers_all_of_them_finite() -> None:
    def out(*value: Any, outcome: Any = "returned") -> bool:
        return networks._comes_out(Moment(outcome, value))

    assert out(np.array(1.0))
    assert out(None, X)
    assert not out()
    assert not out(None)
    assert not out(X, np.array([1, np.inf]))
    assert not out(X, outcome="raised")


def survey(**fields: Any) -> Survey:
    return replace(Survey("departs", 20, 1e-7, 1e-4, 1e-9, 15, 82), **fields)


AT = {"W": np.array([[0.5, 0.0], [2.0, 4.0]]), "b": np.array([0.25])}


def departure(index: Any, slope: float, size: int = 2, **fields: Any) -> Departure:
    entry = WrongEntry(index, 1.0, slope, 1e-9)
    usual: dict[str, Any] = {"name": "W", "shape": (2, 2), "example": entry}
    return Departure(**{**usual, "within": ((0, size), (0, 1)), **fields})


def test_a_multiple_of_a_parameter_is_told_by_an_entry_that_is_not_0() -> None:
    term = networks._term
    whole = departure((1, 0), 1.2)
    assert term(survey(places=(whole,)), AT) == 0.1
    assert term(survey(places=(departure((1, 1), 1.12345),)), AT) == 0.0309
    assert term(survey(), AT) is None
    for other in (
        departure((0, 1), 1.2),
        departure((1, 0), 1.5, size=1),
        departure((1, 0), 1.5, factor=2.0),
        departure((1, 0), 1.5, example=None),
    ):
        assert term(survey(places=(other,)), AT) is None
        assert term(survey(places=(other, whole)), AT) == 0.1


@pytest.mark.parametrize(
    ("rows", "one_hot"),
    [
        (ROWS, True),
        (ROWS.astype(int), True),
        (np.eye(3)[[0, 1]], True),
        (np.eye(3), False),
        (np.ones((4, 1)), False),
        (np.ones(4), False),
        (ROWS * 2, False),
        (np.where(ROWS > 0, 1, 1), False),
        (np.zeros((4, 3)), False),
        (np.array([[0.5, 0.5, 0], [1, 0, 0], [0, 1, 0], [1, 0, 0]]), False),
        (np.eye(3)[np.newaxis], False),
    ],
)
def test_rows_are_one_hot_where_each_has_one_1_and_there_are_several_classes(
    rows: Array, one_hot: bool
) -> None:
    assert networks._one_hot(rows) == one_hot


def test_a_claim_can_be_judged_that_has_every_parameter_in_its_shape() -> None:
    judgeable = networks._judgeable
    assert judgeable(AT, AT)
    assert judgeable(AT, {**AT, "more": None})
    assert not judgeable(AT, {**AT, "b": None})
    assert not judgeable(AT, {"W": AT["W"]})
    assert not judgeable(AT, {**AT, "b": np.zeros((1, 1))})
    assert not judgeable({}, {})


def test_other_data_are_the_samples_in_another_order_and_of_another_size() -> None:
    assert np.array_equal(networks._other(X), X[::-1] * 0.75)
    labels = np.array([0, 2, 1])
    assert networks._other(labels).tolist() == [1, 2, 0]
    assert networks._other(3) == 3
    assert networks._other(0.5) == 0.5
    assert labels.tolist() == [0, 2, 1]


BIG = np.full((4, 9), 0.06)
SHOWN: dict[str, tuple[Array, bool, bool]] = {
    "numbers": (np.array([0.1, 0.2]), False, False),
    "of one value": (np.array([0.5, 0.5]), True, True),
    "zeros": (np.zeros(3), True, True),
    "a number": (np.array(0.5), True, True),
    "many zeros": (np.zeros(40), True, True),
    "small numbers": (np.array([1e-3, 2e-3]), False, False),
    "weights that are just large enough": (np.full((4, 1), 0.05), False, False),
    "none": (np.zeros(0), False, False),
    "a matrix of none": (np.zeros((0, 3)), False, False),
    "a matrix of zeros": (np.zeros((4, 9)), True, True),
    "a small matrix": (np.full((4, 9), 0.04), True, False),
    "a matrix of one value": (BIG, False, False),
    "a filter": (np.full((5, 2, 3, 3), 0.02), True, False),
    "a larger filter": (np.full((5, 2, 3, 3), 0.03), False, False),
}


@pytest.mark.parametrize(("array", "made", "given"), SHOWN.values(), ids=SHOWN)
def test_parameters_by_which_too_little_shows_are_drawn_anew(
    array: Array, made: bool, given: bool
) -> None:
    """Weights that are small stay with those of a network that somebody has made."""
    for own, drawn in ((made, True), (given, False)):
        at, names = networks._shown({"one": array, "b": AT["W"]}, made=drawn)
        assert names == (["one"] if own else [])
        assert np.array_equal(at["one"], array) == (not own)
        assert np.array_equal(at["b"], AT["W"])
        assert at["one"].shape == array.shape
        assert at["one"].dtype == float
        if own and array.ndim > 1:
            size = np.sqrt(np.mean(at["one"] ** 2) * networks._summed(array))
            assert 0.5 < size < 2
        elif own:
            assert np.abs(at["one"] - array).max() < 0.5


@pytest.mark.parametrize(
    ("shape", "count"), [((4, 0), 1), ((0, 4), 1), ((0, 3, 2, 2), 1)]
)
def test_of_nothing_a_sum_counts_as_one_number(shape: Any, count: int) -> None:
    assert networks._summed(np.zeros(shape)) == count


def noted(
    fed: Any = (X,), drawn: Any = (), claimed: Any = None, id: str = "given"
) -> list[Note]:
    setting = NetworkSetting(id, {}, fed)
    return list(networks._notes(setting, drawn, claimed or AT))


def test_what_had_to_be_assumed_is_noted() -> None:
    assert noted() == []
    assert noted(drawn=["W", "b"]) == [Note("drawn-anew", {"names": "W, b"})]
    assert noted((X[:1], T[:1])) == [Note("one-sample", {})]
    assert noted((X, T[:1])) == []
    assert noted((X[:1],), id="rows") == []
    assert noted(()) == []
    assert noted((3.0,)) == []
    zero = {"W": 0 * AT["W"], "b": None, "c": np.zeros(2), "d": AT["b"]}
    assert noted(claimed=zero) == [Note("zero-gradient", {"names": "W, c"})]


def test_parameters_are_named_whose_gradients_are_below_what_is_missed() -> None:
    def small(of: Any, **claimed: Any) -> list[Note]:
        arrays = {n: np.array(values) for n, values in claimed.items()}
        found = NetworkEvidence(SAID, survey=of, claimed=arrays)
        return list(networks._too_small(found))

    agrees = survey(answer="agrees", threshold=0.5)
    said = {"names": "W, c", "threshold": 0.5}
    many = {"W": [0.25, 0.25], "b": [0.5, 0.5], "c": [0.5, 0.0], "d": [0.0]}
    assert small(agrees, **many) == [Note("too-small", said)]
    assert small(agrees, b=[0.5], e=[]) == []
    assert small(replace(agrees, threshold=2.0), e=[]) == []
    assert small(survey(threshold=0.5), **many) == []
    assert small(None, **many) == []
    none = NetworkEvidence(SAID, survey=agrees, claimed={"W": None})
    assert list(networks._too_small(none)) == []
