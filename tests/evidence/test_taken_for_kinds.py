"""For what a layer is taken, and which of its numbers are parameters of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.evidence import layer_learned
from gradproof.evidence.expected_passages import due_nearby, expected, near
from gradproof.evidence.kind_passages import of_kind
from gradproof.evidence.layer_behaviour import by_behaviour
from gradproof.evidence.layer_kinds import KINDS
from gradproof.evidence.layer_plan import Plan, UnbuildableError
from gradproof.evidence.layer_settings import Reference, Setting
from gradproof.evidence.layers import gather
from gradproof.layers import softmax_with_loss
from gradproof.ports.layer_doors import Layers
from gradproof.ports.trials import Moment

Array = Any
X = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])
W, B = np.array([1.0, 1.0, 1.0]), np.array([0.5, 0.25])
SETTING = Setting("s", {"x": X}, lambda *_: (), {"t": 1})
HOW = Plan({"rate": "ratio"}, ("x",))


def kind(id: str) -> Any:
    return next(kind for kind in KINDS if kind.id == id)


def moments(
    made: Any, ahead: Any = None, after: Any = None, **lists: Any
) -> tuple[Moment, Moment, Moment]:
    """Of attributes when it was made, after forward and after backward."""
    states = made, made if ahead is None else ahead, made if after is None else after
    one, two, three = (
        Moment("returned", attributes={n: np.asarray(v) for n, v in state.items()})
        for state in states
    )
    return one, two, replace(three, **lists)


HAVING = {"W": W, "b": B}
GRADIENTS = {**HAVING, "dW": 2 * W, "db": 3 * B}


@pytest.mark.parametrize(
    ("states", "names"),
    [
        ((HAVING, HAVING, GRADIENTS), ["W", "b"]),
        ((HAVING, HAVING, {**HAVING, "dW": W}), ["W"]),
        ((HAVING, {**HAVING, "W": 2 * W}, GRADIENTS), ["b"]),
        ((HAVING, {"b": B}, GRADIENTS), ["b"]),
        (({**HAVING, "x": B, "dx": B}, None, None), []),
        (({"rate": B, "drate": B}, None, None), []),
        (({"t": B, "dt": B}, None, None), []),
        (({"X": X, "dX": X}, None, None), []),
        (({"n": np.array([1, 2]), "dn": B}, None, None), []),
        (({"a": 0.5}, None, {"a": 0.5, "da": 2.0}), ["a"]),
        (({"a": 0.5, "da": 0.0}, None, {"a": 0.5, "da": 2.0}), ["a"]),
        (({"a": 0.5, "da": 2.0}, None, {"a": 0.5, "da": 2.0}), []),
        (({"a": 0.5}, None, {"a": 0.5, "da": B}), []),
        (({"a": B}, None, {"a": B, "da": B > 0}), []),
    ],
)
def test_a_parameter_is_what_forward_leaves_and_backward_has_a_gradient_of(
    states: Any, names: Any
) -> None:
    found = layer_learned.candidates(HOW, SETTING, moments(*states))
    assert list(found) == names


def test_of_what_did_not_go_back_nothing_is_a_parameter() -> None:
    one, two, three = moments(HAVING, HAVING, GRADIENTS)
    for lost in ((None, two, three), (one, None, three), (one, two, None)):
        assert layer_learned.candidates(HOW, SETTING, lost) == {}


def test_listed_parameters_are_those_of_lists_and_named_by_their_places() -> None:
    listed = Moment("returned", params=(W, X, B, None), grads=(W, X, B, B))
    found = layer_learned.candidates(HOW, SETTING, (listed, listed, listed))
    assert list(found) == ["params[0]", "params[2]"]
    alone = replace(listed, grads=(), attributes=HAVING)
    after = replace(alone, attributes=GRADIENTS)
    found = layer_learned.candidates(HOW, SETTING, (alone, alone, after))
    assert list(found) == ["W", "b"]


def test_what_is_listed_without_a_gradient_is_named() -> None:
    made = Moment("returned", params=(W, X, B, None, np.zeros(0), B))
    after = Moment("returned", grads=(W, X, None))
    found = layer_learned.without_gradients(SETTING, made, after)
    assert found == ("params[2]", "params[5]")


def test_gradients_in_less_than_double_precision_tell_nothing() -> None:
    own = {name: B for name in ("a", "b", "c", "d")}
    single, whole = B.astype(np.float32), np.array([1, 2])
    attributes = {"da": B, "db": single, "dc": whole}
    found = layer_learned.told(own, Moment("returned", attributes=attributes))
    assert list(found) == ["a", "c"]


def test_numbers_that_are_one_all_over_are_moved_and_others_stay() -> None:
    own = {"w": W, "b": B, "z": np.zeros(40), "a": np.array(2.0), "e": np.zeros(0)}
    found = layer_learned.moved(own)
    assert list(found) == ["w", "b", "z", "a"]
    assert found["b"] is B
    assert (np.abs(found["w"] - 1) >= 0.1).all()
    assert (np.abs(found["w"] - 1) <= 0.4).all()
    assert 0.1 <= np.abs(found["z"]).min() < np.abs(found["z"]).max() <= 0.4
    assert found["z"].min() < 0 < found["z"].max()
    assert 0.2 <= abs(found["a"] - 2) <= 0.8


def test_of_both_signs_is_what_is_fed_alone() -> None:
    setting = replace(SETTING, arrays={"x": np.ones(40), "W": np.ones(40)})
    found = layer_learned.of_both_signs(setting, ["x"])
    assert set(found.arrays["x"]) == {-1, 1}
    assert found.arrays["W"] is setting.arrays["W"]
    assert found.id == "s, ±"


def test_forward_differs_where_some_number_does() -> None:
    one = Moment("returned"), Moment("returned", (X, None))

    def differs(*value: Any, outcome: Any = "returned") -> bool:
        return layer_learned._differ(one, [one[0], Moment(outcome, value)])

    assert not differs(X.copy(), None)
    assert not differs(X, X)
    assert differs(2 * X, None)
    assert differs(X[0])
    assert not differs(X.copy())
    assert differs(None)
    assert not differs(2 * X, outcome="raised")
    assert not layer_learned._differ(one, one[:1])
    put = layer_learned._put
    assert put(X.copy(), X)
    assert not put(None, X)
    assert not put(2 * X, X)
    assert not put(X.astype(np.float32), X)


# kinds


def described(cls: Any) -> tuple[Any, Any]:
    port = Layers({"layer": cls})
    (said,) = port.describe()
    return port, said


class Loss:
    """Of softmax, of labels or rows or both."""

    takes: Any = (1, 2)

    def forward(self, x: Array, t: Array) -> Any:
        if np.ndim(t) not in self.takes:
            raise ValueError("the other, please")
        value, self.back = softmax_with_loss(x, t=t)
        return value

    def backward(self, dout: float = 1) -> Array:
        return self.back(dout)[0]


class LabelsBack(Loss):
    """It goes forward with rows, and back with labels."""

    def forward(self, x: Array, t: Array) -> Any:
        self.axes = np.ndim(t)
        return super().forward(x, t)

    def backward(self, dout: float = 1) -> Array:
        if self.axes == 2:
            raise ValueError("labels, please")
        return super().backward(dout)


class Neither(Loss):
    takes = ()


@pytest.mark.parametrize(
    ("cls", "ids"),
    [
        (Loss, ["one-hot", "labels"]),
        (type("Rows", (Loss,), {"takes": (2,)}), ["one-hot"]),
        (type("Labels", (Loss,), {"takes": (1,)}), ["labels"]),
        (LabelsBack, ["labels"]),
        (Neither, ["one-hot", "labels"]),
    ],
)
def test_a_loss_is_judged_in_the_settings_in_which_it_goes_back_too(
    cls: Any, ids: Any
) -> None:
    port, said = described(cls)
    found = of_kind(port, said, kind("softmax-with-loss"))
    assert [p.setting.id for p in found["first"]] == ids
    assert all(p.agrees for p in found["first"]) == (cls is not Neither)


def test_of_settings_that_are_refused_the_first_is_left_that_is_not() -> None:
    class Asserting(Loss):
        def forward(self, x: Array, t: Array) -> Any:
            assert np.ndim(t) == 1
            raise ValueError("no loss")

    port, said = described(Asserting)
    found = of_kind(port, said, kind("softmax-with-loss"))
    assert [p.setting.id for p in found["first"]] == ["labels"]
    broke = found["first"][0].broke
    assert broke is not None
    assert broke.kind == "ValueError"


class Made:
    """Made of names that are guessed."""

    def __init__(self, one: Array, other: Array) -> None:
        if not isinstance(one, np.ndarray) or self.wrong:
            raise TypeError("something else, please")
        self.one, self.other = one, other

    wrong = False

    def forward(self, x: Array) -> Array:
        return x @ self.one + self.other

    def backward(self, dout: Array) -> Array:
        return dout @ self.one.T


def test_names_that_are_guessed_and_do_not_do_are_told() -> None:
    port, said = described(Made)
    found = of_kind(port, said, kind("affine"))
    assert all(p.agrees for p in found["first"])
    port, said = described(type("Wrong", (Made,), {"wrong": True}))
    with pytest.raises(UnbuildableError, match="one"):
        of_kind(port, said, kind("affine"))
    lost = type("Lost", (Made,), {"forward": lambda s, x: x / None})
    first, *_ = of_kind(*described(lost), kind("affine"))["first"]
    assert first.broke is first.forward
    unmade = type("Unmade", (Joining,), {"__init__": unmakeable})
    first, *_ = of_kind(*described(unmade), kind("affine"))["first"]
    assert first.broke is first.made
    port, said = described(type("More", (Made,), {"forward": lambda s, x, y, z: x}))
    with pytest.raises(UnbuildableError, match="y"):
        of_kind(port, said, kind("affine"))


def unmakeable(self: Any, W: Array, b: Array) -> None:
    raise TypeError("never")


def test_a_kind_s_settings_are_tried_with_their_like_of_other_numbers() -> None:
    affine = kind("affine")
    found = of_kind(*described(Joining), affine)
    ones, others = affine.given(0)[0], affine.given(1)[0]
    assert [p.setting for p in found["first"]] == ones
    for again, other in zip(found["again"], others, strict=True):
        assert np.array_equal(again.setting.arrays["x"], other.arrays["x"])


def test_a_kind_whose_settings_have_no_like_of_other_numbers_is_an_error() -> None:
    affine = kind("affine")

    def uneven(seed: int) -> Any:
        given = affine.given(seed)
        return [each[:1] for each in given] if seed else given

    def fewer(seed: int) -> Any:
        return affine.given(seed)[:1] if seed else affine.given(seed)

    never = type("Never", (Joining,), {"forward": lambda s, x: x / None})
    for cls, settings in ((Joining, uneven), (never, fewer)):
        with pytest.raises(ValueError, match="shorter"):
            of_kind(*described(cls), replace(affine, settings=settings))


def test_a_reference_without_some_gradient_is_an_error() -> None:
    half = Reference("half", lambda x, w: (x, lambda dy: (dy,)))
    setting = Setting("s", {"x": X, "W": X}, lambda *_: (half,))
    assert expected(half, setting, None).gradients == {}
    with pytest.raises(ValueError, match="shorter"):
        expected(half, setting, (X,))


class Bending:
    def forward(self, x: Array) -> Array:
        self.y = np.tanh(x)
        return self.y

    def backward(self, dout: Array) -> Array:
        return dout * (1 - self.y**2)


class BendingNear(Bending):
    """It is another far from 0."""

    def forward(self, x: Array) -> Array:
        self.y = np.where(np.abs(x) > 3, 0.5, np.tanh(x))
        return self.y


class Joining:
    """x·W + b, of a foreign name."""

    def __init__(self, W: Array, b: Array) -> None:
        self.W, self.b = W, b

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.of(x @ self.W + self.b)

    def of(self, y: Array) -> Array:
        return y

    def backward(self, dout: Array) -> Array:
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)
        return dout @ self.W.T


class JoiningTwice(Joining):
    def of(self, y: Array) -> Array:
        return 2 * y


class JoiningMore(JoiningTwice):
    def __init__(self, W: Array, b: Array, slope: float) -> None:
        super().__init__(W, b)


class OverBatch(Loss):
    """It is the same for scores that are larger by one, and sums another way."""

    def forward(self, x: Array, t: Array) -> Any:
        shares = np.exp(x) / np.exp(x).sum(axis=0)
        rows = np.eye(x.shape[1])[t] if np.ndim(t) == 1 else t
        return -np.sum(rows * np.log(shares))


class NoScores(OverBatch):
    def forward(self, x: Array, t: Array) -> Any:
        return super().forward(x, t) + np.sum(x)


class NoLabels(OverBatch):
    def forward(self, x: Array, other: Array) -> Any:
        return np.sum((x - x.mean()) ** 2)


@pytest.mark.parametrize(
    ("cls", "id", "by"),
    [
        (Bending, "tanh", "by-behaviour"),
        (BendingNear, None, "by-name"),
        (Joining, "affine", "by-behaviour"),
        (JoiningTwice, "affine", "by-looks"),
        (JoiningMore, None, "by-name"),
        (OverBatch, "softmax-with-loss", "by-looks"),
        (NoScores, None, "by-name"),
        (NoLabels, None, "by-name"),
    ],
)
def test_a_foreign_name_is_taken_for_what_it_does_and_else_for_what_it_looks_like(
    cls: Any, id: Any, by: str
) -> None:
    found = by_behaviour(*described(cls))
    assert (found.kind and found.kind.id, found.taken_by) == (id, by)


def test_a_name_that_is_known_is_taken_for_that() -> None:
    def named(name: str, base: Any) -> Any:
        port = Layers({name: type(name, (base,), {})})
        (said,) = port.describe()
        return gather(port, said)

    assert named("Tanh", Bending).taken_by == "by-name"
    right = named("Affine", Joining)
    assert right.kind is kind("affine")
    assert right.extras["single"].last is not None
    lacking = named("BatchNormalization", Bending)
    assert (lacking.lacking, lacking.problem) == ("gamma", "")
    foreign = type("Foreign", (Joining,), {"__init__": lambda s, W, b, c, d: None})
    unmade = named("Affine", foreign)
    assert (unmade.lacking, unmade.problem) == ("", "c")
    assert unmade.first == ()


def test_what_is_due_nearby_is_that_of_the_reference_that_agrees_there() -> None:
    port, said = described(Joining)
    first, *_ = of_kind(port, said, kind("affine"))["first"]
    moved = near(first.setting, ["x"])
    x, w, b = moved.arrays.values()
    due, agrees = due_nearby(first, moved, Moment("returned", (x @ w + b,)))
    assert agrees
    assert due.reference is first.expected.reference
    (dy,) = first.given
    for role, gradient in (("x", dy @ w.T), ("W", x.T @ dy), ("b", dy.sum(axis=0))):
        assert due.gradients[role].close(gradient)
        before = first.expected.gradients[role]
        assert np.array_equal(due.gradients[role].allowed, 2 * before.allowed)
    there, agrees = due_nearby(first, moved, Moment("returned", (2 * (x @ w + b),)))
    assert (agrees, there.value, dict(there.gradients)) == (False, (), {})
    assert due_nearby(first, moved, Moment("raised"))[1] is False
