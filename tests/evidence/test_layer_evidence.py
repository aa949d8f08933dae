"""What is tried of a layer beside its passages, and what of it is taken for known."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gradproof.evidence import (
    layer_extras,
    layer_modes,
    layer_ranges,
    layer_states,
    layers,
)
from gradproof.evidence.bounds import BoundedNumbers
from gradproof.evidence.expected_passages import agreeing, cotangents, expected, near
from gradproof.evidence.kind_passages import (
    _agrees_alone,
    _is_of_rows,
    _not_refused,
    has_windows_of_its_own,
)
from gradproof.evidence.layer_kinds import KINDS
from gradproof.evidence.layer_learned import moved
from gradproof.evidence.layer_plan import Plan
from gradproof.evidence.layer_settings import (
    Reference,
    Setting,
    always,
    arrays_of,
    distinct,
    name_keys,
    one_setting,
)
from gradproof.evidence.passages import ExpectedPassage, LayerEvidence, Passage
from gradproof.layers import relu, time_rnn
from gradproof.ports.layer_doors import Layers
from gradproof.ports.trials import Description, Moment

Array = Any
RETURNED = Moment("returned")
RAISED = Moment("raised", kind="ValueError")
X = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])
ROWS = np.eye(3)[[2, 0]]


def kind(id: str) -> Any:
    return next(kind for kind in KINDS if kind.id == id)


def of(x: Array = X, **fields: Any) -> Setting:
    return Setting("s", {"x": x}, lambda *_: (), **fields)


def asked(id: str, **fed: Any) -> dict[str, Array]:
    """What a kind is given of huge numbers, by what it is given for."""
    found = layer_extras._hugely(id, of(fed=fed))
    return {name: setting.arrays["x"] for name, setting in found}


def test_functions_are_given_huge_numbers_where_they_take_exponentials() -> None:
    for id in ("softmax", "log-softmax", "sigmoid", "tanh"):
        assert np.array_equal(asked(id)["huge"], 1e4 * X)
    assert asked("relu") == asked("affine") == {}


@pytest.mark.parametrize("t", [ROWS, np.array([2, 0])])
def test_losses_are_given_huge_scores_and_chances_of_0(t: Array) -> None:
    found = asked("softmax-with-loss", t=t)
    assert list(found) == ["huge", "no-chance"]
    assert np.array_equal(found["huge"], X + 1e4)
    assert np.array_equal(found["no-chance"], X - 1e4 * ROWS)
    assert list(asked("time-softmax-with-loss", t=t)) == ["huge", "no-chance"]
    (no_chance,) = asked("cross-entropy", t=t).values()
    assert np.array_equal(no_chance, np.roll(ROWS, 1, axis=1))
    assert asked("mean-squared-error", t=t) == {}


def test_over_time_each_step_s_label_has_no_chance() -> None:
    x, labels = np.ones((2, 3, 4)), np.array([[1, 3, 0], [3, 1, 2]])
    found = layer_extras._hugely("time-softmax-with-loss", of(x, fed={"t": labels}))
    _, (_, no_chance) = found
    assert np.array_equal(no_chance.arrays["x"], x - 1e4 * np.eye(4)[labels])
    found = layer_extras._hugely("cross-entropy", of(x, fed={"t": labels}))
    ((_, turned),) = found
    rolled = np.roll(np.eye(4)[labels], 1, axis=2)
    assert np.array_equal(turned.arrays["x"], rolled)


def test_a_loss_of_two_classes_is_given_scores_that_are_all_wrong() -> None:
    found = asked("sigmoid-with-loss", t=np.array([[1, 0, 1], [0, 0, 1]]))
    assert list(found) == ["no-chance"]
    signs = [[-1, 1, -1], [1, 1, -1]]
    assert np.array_equal(found["no-chance"], 1e4 * np.array(signs))


def test_a_loss_of_two_arrays_is_given_no_huge_ones() -> None:
    both = replace(of(), arrays={"x": X, "t": X}, fed={"t": ROWS})
    assert list(layer_extras._hugely("softmax-with-loss", both)) == []
    assert list(layer_extras._hugely("softmax", both)) == []


class Doubling:
    """Of any argument, and its own array."""

    def __init__(self) -> None:
        self.seen: Any = None

    def forward(self, x: Array, t: Any = None) -> Array:
        self.seen = x
        return 2 * x

    def backward(self, dout: Array) -> Array:
        return 2 * dout


ALONE = Plan({}, ("x",))


def port(cls: Any) -> Any:
    return Layers({"layer": cls})


def described(cls: Any) -> Description:
    (said,) = port(cls).describe()
    return said  # type: ignore[no-any-return]


def test_single_precision_is_given_where_there_are_floats() -> None:
    how, setting = Plan({}, ("x", "t")), of(fed={"t": np.array([2, 0])})
    found = layer_extras.single(port(Doubling), "layer", how, setting, (X, 1.0))
    assert found.setting.arrays["x"].dtype == np.float32
    assert found.setting.fed["t"].dtype.kind == "i"
    assert [m.outcome for m in found.moments] == ["returned", "returned", "raised"]
    whole = layer_extras.single(port(Doubling), "layer", how, setting, (X,))
    assert [m.outcome for m in whole.moments] == ["returned"] * 3
    last = whole.last
    assert last is not None
    assert (last.dtype, last == pytest.approx(2 * X)) == (np.float32, True)
    ahead = layer_extras.single(port(Doubling), "layer", how, setting, ())
    assert len(ahead.moments) == 2


class Scores:
    """A loss whose backward is given nothing."""

    def forward(self, x: Any, t: Any) -> Any:
        powers = np.exp(x)
        self.y = powers / powers.sum(axis=1, keepdims=True)
        self.t = t if t.shape == x.shape else np.eye(x.shape[1])[t]
        return -np.sum(self.t * np.log(self.y)) / len(x)

    def backward(self) -> Any:
        return (self.y - self.t) / len(self.t)


def test_in_single_precision_backward_is_given_as_much_as_it_takes() -> None:
    given = Layers({"SoftmaxWithLoss": Scores})
    (said,) = given.describe()
    found = layers.gather(given, replace(said, kind="SoftmaxWithLoss"))
    moments = found.extras["single"].moments
    assert [m.outcome for m in moments] == ["returned"] * 2


def test_of_an_extra_the_last_result_is_had_if_every_step_returned() -> None:
    def last(*moments: Moment) -> Any:
        return layer_extras.Extra(of(), moments, X).last

    assert last(RETURNED, Moment("returned", (X, None))) is X
    assert last(RAISED, Moment("returned", (X,))) is None
    assert last(RETURNED, RETURNED) is None


def test_huge_numbers_are_fed_each_to_a_layer_of_its_own() -> None:
    setting = of(fed={"t": ROWS})
    found = layer_extras.huge(
        port(Doubling), "layer", ALONE, setting, "softmax-with-loss"
    )
    assert list(found) == ["huge", "no-chance"]
    for id, x in asked("softmax-with-loss", t=ROWS).items():
        last = found[id].last
        assert last is not None
        assert np.array_equal(last, 2 * x)
        assert found[id].moments[0].outcome == "returned"


def test_an_answer_about_huge_numbers_that_is_lost_is_an_error() -> None:
    class Losing(Layers):
        def run(self, trials: Any) -> Any:
            return super().run(trials)[1:]

    losing = Losing({"layer": Doubling})
    with pytest.raises(ValueError, match="shorter"):
        layer_extras.huge(losing, "layer", ALONE, of(), "softmax")


def test_what_is_tried_beside_is_gathered_as_far_as_a_layer_can_be_made() -> None:
    class Pooling:
        def __init__(self, pool_h: int, pool_w: int, stride: int, pad: int) -> None:
            self.pad = pad

        def forward(self, x: Array) -> Any:
            return x * (1 + self.pad), "more"

        def backward(self, dout: Array) -> Array:
            return dout

    pool = kind("max-pooling")
    found = layer_extras.gather(port(Pooling), described(Pooling), pool)
    assert list(found) == ["ties", "padded"]
    for id, times in (("ties", 1), ("padded", 2)):
        x = found[id].setting.arrays["x"]
        _, ahead, back = found[id].moments
        assert np.array_equal(np.asarray(ahead.value[0]), times * x)
        assert np.array_equal(np.asarray(back.value[0]), found[id].given)

    class Foreign(Pooling):
        def __init__(self, one: Any, other: Any) -> None:
            super().__init__(2, 2, 1, 0)

    assert layer_extras.gather(port(Foreign), described(Foreign), pool) == {}


def test_kinks_ties_and_padding_are_tried_of_those_that_have_them() -> None:
    def tried(id: str) -> dict[str, Setting]:
        return dict(layer_extras._asked(kind(id)))

    assert not tried("relu")["kinks"].arrays["x"].any()
    assert list(tried("relu")) == ["kinks"]
    assert (tried("max-pooling")["ties"].arrays["x"] == 1).all()
    assert list(tried("max-pooling")) == ["ties", "padded"]
    assert list(tried("average-pooling")) == ["padded"]
    assert tried("average-pooling")["padded"].options["pad"] == 1
    assert tried("affine") == tried("embedding") == {}


def test_an_extra_goes_forward_and_back_where_there_are_numbers() -> None:
    def back_and_forth(cls: Any) -> Any:
        args = port(cls), described(cls), ALONE, of()
        return layer_extras._back_and_forth(*args)

    found = back_and_forth(Doubling)
    assert np.array_equal(found.last, 2 * found.given)
    silent = type("Silent", (Doubling,), {"forward": lambda self, x: None})
    found = back_and_forth(silent)
    assert (len(found.moments), found.given.shape, found.last) == (2, (), None)


class Dropping:
    """Keeps what a mask says at training, all at test."""

    def __init__(self, dropout_ratio: float = 0.5) -> None:
        self.ratio = dropout_ratio

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        if train_flg:
            self.mask = np.random.rand(*x.shape) > self.ratio  # noqa: NPY002
            return x * self.mask
        return x * (1 - self.ratio)

    def backward(self, dout: Array) -> Array:
        return dout * self.mask


class DroppingAlone(Dropping):
    def forward(self, x: Array) -> Array:  # type: ignore[override]
        return super().forward(x)


class DroppingByMethod(DroppingAlone):
    training = True

    def eval(self) -> None:
        self.training = False

    def forward(self, x: Array) -> Array:  # type: ignore[override]
        return Dropping.forward(self, x, self.training)


def modes(cls: Any, id: str = "dropout") -> Any:
    (first, *_), *_ = kind(id).given(0)
    return layer_modes.gather(port(cls), described(cls), kind(id), first)


@pytest.mark.parametrize("cls", [Dropping, DroppingByMethod])
def test_a_layer_is_trained_and_tested_by_an_argument_or_a_method(cls: Any) -> None:
    found = modes(cls)
    assert len(found.batches) == layer_modes.TRAININGS
    kept = found.trained != 0
    assert found.trained == pytest.approx(found.x * kept)
    assert found.tested == pytest.approx(0.8 * found.x)
    assert not np.array_equal(found.again != 0, kept)


def test_dropout_without_a_test_is_trained_alone() -> None:
    found = modes(DroppingAlone)
    assert found.tested is None
    assert found.trained == pytest.approx(found.x * (found.trained != 0))
    assert not np.array_equal(found.again != 0, found.trained != 0)


def test_what_raises_at_test_or_is_not_made_has_no_numbers_of_its_modes() -> None:
    class Raising(Dropping):
        def forward(self, x: Array, train_flg: bool = True) -> Array:
            if not train_flg:
                raise ValueError("no test")
            return super().forward(x)

    found = modes(Raising)
    assert (found.trained, found.tested) == (None, None)
    assert found.again is not None

    class NotMade(Dropping):
        def __init__(self, dropout_ratio: float) -> None:
            raise ValueError("no layer")

    found = modes(NotMade)
    assert (found.trained, found.tested, found.again) == (None, None, None)

    class Foreign(Dropping):
        def __init__(self, one: Any, other: Any) -> None:
            super().__init__(0.5)

    assert modes(Foreign) is None


class Normal:
    """Its statistics are those of the last batch."""

    def __init__(self, gamma: Array, beta: Array) -> None:
        self.gamma, self.beta = gamma, beta

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        if train_flg:
            self.mean = x.mean(axis=0)
        return self.gamma * (x - self.mean) + self.beta

    def backward(self, dout: Array) -> Array:
        return dout


def test_a_normalization_is_trained_with_several_batches_of_more_columns() -> None:
    found = modes(Normal, "batch-normalization")
    gamma, beta = found.setting.arrays["gamma"], found.setting.arrays["beta"]
    *_, last = found.batches
    assert last.shape == found.x.shape == (4, layer_modes.COLUMNS)
    assert gamma.shape == beta.shape == (layer_modes.COLUMNS,)
    assert found.trained == pytest.approx(gamma * (last - last.mean(axis=0)) + beta)
    assert found.tested == pytest.approx(gamma * (found.x - last.mean(axis=0)) + beta)
    assert found.again is None
    assert all((batch > 0).all() for batch in (*found.batches, found.x))
    assert all(np.ptp(batch.mean(axis=0)) > 0.5 for batch in found.batches)
    first, *_ = found.batches
    assert np.array_equal(found.setting.arrays["x"], first)
    without = type("Without", (Normal,), {"forward": lambda self, x: x})
    assert modes(without, "batch-normalization") is None


@pytest.mark.parametrize(("number", "shape"), [(1, (4, 8, 2, 4)), (2, (4, 3, 2, 4))])
def test_images_are_normalized_by_more_channels_or_by_all_their_pixels(
    number: int, shape: Any
) -> None:
    bn = kind("batch-normalization")
    by_channel, by_element = (bn.given(0)[n][1] for n in (0, 1))
    seen = by_channel if number == 1 else by_element
    setting, inputs = layer_modes._asked(bn, seen)
    assert {x.shape for x in inputs} == {shape}
    size = 8 if number == 1 else 24
    assert setting.arrays["gamma"].shape == (size,)


class Stateful:
    """Adds up what it is fed, each step and from call to call."""

    method = "reset_state"

    def __init__(self, Wx: Array, Wh: Array, b: Array, stateful: bool = False) -> None:
        self.Wx, self.Wh, self.b, self.stateful = Wx, Wh, b, stateful
        self.h: Any = None

    def forward(self, xs: Array) -> Array:
        zero = np.zeros((len(xs), len(self.Wh)))
        h = zero if self.h is None or not self.stateful else self.h
        value, self.back = time_rnn(xs, h, self.Wx, self.Wh, self.b)
        self.h = np.asarray(value[0])[:, -1]
        return value[0]

    def backward(self, dhs: Array) -> Array:
        return self.back(dhs)[0]


class Resetting(Stateful):
    def reset_state(self) -> None:
        self.h = None


class Stateless(Stateful):
    def __init__(self, Wx: Array, Wh: Array, b: Array) -> None:
        super().__init__(Wx, Wh, b)


def states(cls: Any) -> Any:
    rnn = kind("time-rnn")
    (first, *_), *_ = rnn.given(0)
    reference, *_ = first.right(None)
    return layer_states.gather(port(cls), described(cls), rnn, first, reference)


def test_a_state_is_carried_to_a_second_stretch_and_forgotten_when_told() -> None:
    for cls in (Stateful, Resetting):
        found = states(cls)
        assert found.value.close(found.second.value[0])
        assert found.dx.close(found.back.value[0])
        assert not found.forgotten.close(found.second.value[0])
        assert (found.reset is not None) == (cls is Resetting)
        assert found.reset is None or found.forgotten.close(found.reset.value[0])


def test_what_ends_before_its_last_stretch_is_not_judged() -> None:
    class Ending(Layers):
        def run(self, trials: Any) -> Any:
            return [moments[:-1] for moments in super().run(trials)]

    rnn = kind("time-rnn")
    (first, *_), *_ = rnn.given(0)
    reference, *_ = first.right(None)
    args = described(Resetting), rnn, first, reference
    assert layer_states.gather(Ending({"layer": Resetting}), *args) is None


def test_what_carries_no_state_is_not_asked_for_it() -> None:
    assert states(Stateless) is None

    class NotMade(Stateful):
        def __init__(self, Wx: Array, Wh: Array, b: Array, stateful: bool) -> None:
            raise ValueError("no")

    assert states(NotMade) is None
    foreign = type("Foreign", (Stateful,), {"forward": lambda self, xs, ys: xs})
    assert states(foreign) is None


# what may be of any size


@pytest.mark.parametrize(
    ("id", "setting", "instance", "roles"),
    [
        (None, of(), False, ["x"]),
        ("relu", of(), False, ["x"]),
        ("affine", replace(of(), arrays={"W": X, "x": X}), False, ["x"]),
        ("softmax-with-loss", of(fed={"t": ROWS}), False, []),
        (None, of(fed={"t": ROWS}), False, ["x"]),
        (None, of(fed={"x": X}), True, ["x"]),
        (None, of(fed={"x": np.abs(X)}), True, []),
        (None, of(fed={"x": -np.abs(X)}), True, []),
        (None, of(fed={"x": np.tile(X, 166)}), True, ["x"]),
        (None, of(fed={"x": np.tile(X, 167)}), True, []),
        (None, of(fed={"x": np.append(np.ones(999), -1.0)}), True, ["x"]),
        (None, of(fed={"x": np.append(X, 0 * X)}), True, ["x"]),
        (None, of(fed={"x": np.zeros(0)}), True, ["x"]),
        (None, of(fed={"x": np.array([-1.0, 0.0])}), True, []),
        (None, of(np.zeros(0), fed={"x": np.array([0.0, 1.0])}), True, []),
    ],
)
def test_what_may_be_of_any_size_is_known_by_the_kind_or_by_what_was_given(
    id: Any, setting: Setting, instance: bool, roles: Any
) -> None:
    said = replace(Description("layer", "layer"), instance=instance)
    found = layer_ranges.inputs(said, id and kind(id), ("x",), setting)
    assert found == roles


def test_an_object_that_is_given_more_than_one_array_is_not_fed_others() -> None:
    said = replace(Description("layer", "layer"), instance=True)
    both = replace(of(), arrays={"x": X, "y": X}, fed={"x": X, "y": X})
    assert layer_ranges.inputs(said, None, ("x", "y"), both) == []
    one = of(fed={"x": X, "t": np.array([1, 0])})
    assert layer_ranges.inputs(said, None, ("x", "t"), one) == []


def test_a_pole_is_where_steps_towards_0_stay_as_large() -> None:
    near = np.array(layer_ranges.NEAR_ZERO)

    def pole(f: Any) -> bool:
        return layer_ranges.has_pole([np.array([f(h), 0.0]) for h in near])

    assert pole(np.log)
    assert pole(lambda h: 1 / h)
    assert pole(np.sqrt)  # its slope has no end
    assert not pole(lambda h: 3 + h)
    assert not pole(lambda h: 1.0)
    assert not layer_ranges.has_pole([np.array([n]) for n in (0.0, 4.0, 5.0)])
    assert layer_ranges.has_pole([np.array([n]) for n in (0.0, 4.0, 5.2)])
    assert not layer_ranges.has_pole([np.array([n]) for n in (4.0, 4.0, 5.0)])


def test_near_0_are_all_numbers_of_the_one_array() -> None:
    found = layer_ranges.near_zero(replace(of(), arrays={"x": X, "W": X}), "x")
    assert [set(s.arrays["x"].ravel()) for s in found] == [
        {h} for h in layer_ranges.NEAR_ZERO
    ]
    assert all(s.arrays["W"] is X for s in found)


def test_loosely_forward_may_be_off_by_a_share_of_its_largest_number() -> None:
    right = always(Reference("a", relu, slack=0.5), Reference("b", relu))
    setting = layer_ranges.loosely(replace(of(), references=right))
    one, other = setting.right(np.array([1.0, -8.0]))
    share = 8 * layer_ranges.GUARDED
    assert (one.slack, other.slack) == (0.5 + share, share)


def test_inputs_lie_between_the_least_and_the_largest_to_four_digits() -> None:
    one, other = of(np.array([0.123456, 2.0])), of(np.array([-3.14159]))
    found = layer_ranges.between([one, other, of(np.zeros(0))], ["x", "t"])
    assert found == {"low": -3.142, "high": 2.0}
    assert layer_ranges.between([one], ["t"]) == {}
    assert layer_ranges.between([of(np.zeros(0))], ["x"]) == {}


# what is due


def test_what_agrees_is_the_first_reference_of_that_value() -> None:
    half = Reference("half", lambda x: (x * 0.5, lambda dy: (dy * 0.5,)))
    both = replace(of(), references=always(Reference("relu", relu), half))
    forward = Moment("returned", (X * 0.5,))
    assert agreeing(both, forward) == (half, True)
    found = expected(half, both, cotangents(forward.value, 0))
    assert found.gradients["x"].close(0.5 * cotangents(forward.value, 0)[0])
    first, agrees = agreeing(both, Moment("returned", (X,)))
    assert first is not None
    assert (first.name, agrees) == ("relu", False)
    assert agreeing(of(), forward) == (None, False)
    assert agreeing(both, RAISED)[1] is False
    assert agreeing(both, Moment("returned", (X * 0.5, X)))[1]
    assert not agreeing(both, Moment("returned", (None, X * 0.5)))[1]
    assert not agreeing(both, Moment("returned", (X[0],)))[1]


def test_near_are_numbers_that_are_moved_by_next_to_nothing() -> None:
    setting = replace(of(), arrays={"x": X, "W": X})
    moved = near(setting, ["x", "t"])
    assert moved.arrays["W"] is X
    assert list(moved.arrays) == ["x", "W"]
    assert moved.arrays["x"] - X == pytest.approx(2e-7 * (1 + np.abs(X)))


# passages


def passage(**fields: Any) -> Passage:
    due = ExpectedPassage(None, (BoundedNumbers(X, X * 0),), {})
    usual: dict[str, Any] = {"forward": Moment("returned", (X,)), "backward": RETURNED}
    more: dict[str, Any] = {"gradients": {}, "expected": due, "agrees": True}
    whole = {"setting": of(), "plan": ALONE, "made": RETURNED, **usual, **more}
    return Passage(**{**whole, **fields})


def test_windows_may_be_its_own_where_they_are_not_asked_for() -> None:
    pooled = of(options={"pool_h": 2, "pool_w": 2, "stride": 2, "pad": 0})
    strided = of(options={"stride": 2, "pad": 0})
    small = Moment("returned", (X[:1],))
    own = has_windows_of_its_own
    assert own(passage(setting=pooled, agrees=False))
    assert not own(passage(setting=pooled))
    assert not own(passage(setting=pooled, agrees=False, backward=RAISED))
    assert own(passage(setting=strided, agrees=False, forward=small))
    assert not own(passage(setting=strided, agrees=False))
    none = Moment("returned", (None,))
    assert not own(passage(setting=strided, agrees=False, forward=none))
    assert not own(passage(agrees=False, forward=small))
    nothing = ExpectedPassage(None, (), {})
    assert not own(passage(setting=pooled, agrees=False, expected=nothing))


def test_an_assertion_is_a_refusal_and_another_error_is_none() -> None:
    refused = replace(RAISED, kind="AssertionError")
    assert _not_refused({"first": [passage(), passage(forward=refused)]})
    assert _not_refused({"first": [passage(forward=RAISED)]})
    assert not _not_refused({"first": [passage(forward=refused), passage()]})


def test_forward_is_right_instead_where_it_is_wrong_in_every_other_setting() -> None:
    right, wrong = passage(), passage(agrees=False)
    found = LayerEvidence(Description("a", "a"), None)

    def alone(others: Any, firsts: Any) -> bool:
        passages = {"first": firsts}
        return _agrees_alone({"first": others}, replace(found, passages=passages))

    assert alone([right, right], [wrong, wrong])
    assert not alone([right, wrong], [wrong])
    assert not alone([right], [wrong, right])
    assert _is_of_rows(of())
    assert not _is_of_rows(replace(of(), arrays={"x": X, "y": np.zeros((2, 2, 2))}))


def test_the_first_passage_is_seen_that_went_and_else_the_first() -> None:
    one, two = passage(forward=RAISED), passage()
    found = LayerEvidence(Description("a", "a"), None, passages={"first": [one, two]})
    assert layers._seen(found) is two
    broken = [one, passage(backward=RAISED)]
    assert layers._seen(replace(found, passages={"first": broken})) is one


def test_what_tells_is_as_for_small_numbers_and_right_or_clearly_wrong() -> None:
    due = {"x": BoundedNumbers(X, np.full(X.shape, 1e-9))}

    def tells(off: float, like: bool = True, **fields: Any) -> bool:
        gradients = {"x": X + off * (X == 2.0)}
        right = ExpectedPassage(None, (), due)
        found = passage(gradients=gradients, expected=right, **fields)
        return layers._tells(found, like=passage(agrees=like))

    assert tells(0.0)
    assert tells(0.5)
    assert not tells(1e-8)
    assert not tells(0.0, like=False)
    assert tells(0.0, like=False, agrees=False)
    assert not tells(0.0, backward=RAISED)
    assert not tells(np.nan)


def test_large_numbers_are_held_to_the_reference_that_small_ones_agreed_with() -> None:
    two = Reference("two", relu)
    right = always(Reference("one", relu), two)
    first = passage(
        setting=replace(of(), references=right),
        expected=ExpectedPassage(two, (), {}),
    )
    (found,) = layers._by_the_same(first).right(X)
    assert (found.name, found.slack > 0) == ("two", True)
    lost = replace(first, expected=ExpectedPassage(Reference("3", relu), (), {}))
    (found,) = layers._by_the_same(lost).right(X)
    assert found.name == "3"
    unknown = replace(first, expected=ExpectedPassage(None, (), {}))
    assert layers._by_the_same(unknown) is first.setting


def test_a_loss_of_several_arrays_that_agrees_with_none_may_be_one_of_chances() -> None:
    """If it goes on and on where one of them comes near 0."""

    class Crossed:
        def forward(self, x: Array, y: Array) -> Any:
            return -np.sum(x * np.log(y))

    class Product(Crossed):
        def forward(self, x: Array, y: Array) -> Any:
            return np.sum(x * y)

    setting = replace(of(), arrays={"x": np.abs(X), "y": np.abs(X)})
    first = passage(
        setting=setting,
        plan=Plan({}, ("x", "y")),
        forward=Moment("returned", (np.zeros(()),)),
        agrees=False,
    )
    for cls, takes in ((Crossed, False), (Product, True)):
        from gradproof.evidence.layer_trier import Trier

        trier = Trier(port(cls), Description("layer", "layer"))
        assert layers._takes_any(trier, first, ["x", "y"]) == takes
        assert layers._takes_any(trier, first, ["x"])


# names and numbers


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ReLU", "relu"),
        ("SimpleAffine", "affine"),
        ("MyConvLayer", "conv"),
        ("NaiveConvolutionFast", "convolution"),
        ("AffineLayerNaive", "affinelayer"),
        ("Simple", "simple"),
        ("Layer", "layer"),
        ("SigmoidFunction", "sigmoid"),
        ("relu_op", "relu"),
    ],
)
def test_a_name_is_told_without_what_stands_before_it_or_behind(
    name: str, key: str
) -> None:
    assert name_keys(name) == {key}


@pytest.mark.parametrize("shape", [(3, 4), (1,), (5, 5)])
def test_distinct_numbers_are_at_equal_distances_and_of_both_signs(shape: Any) -> None:
    found = distinct(np.random.default_rng(3), shape)
    sizes = np.sort(np.abs(found.ravel()))
    count = sizes.size
    assert found.shape == shape
    assert 0.25 / count <= sizes[0] <= 0.75 / count
    assert np.diff(sizes) == pytest.approx(1 / count)
    assert count < 10 or (found.min() < 0 < found.max())


def test_arrays_of_a_seed_are_drawn_one_after_the_other() -> None:
    found = arrays_of(3, x=(2, 2), W=(2, 2))
    assert list(found) == ["x", "W"]
    assert not np.array_equal(found["x"], found["W"])
    assert np.array_equal(found["x"], distinct(np.random.default_rng(3), (2, 2)))


def test_one_setting_has_the_options_that_it_is_given() -> None:
    def options(**more: Any) -> Any:
        ((setting,),) = one_setting("a", relu, x=(2, 2), **more)(0)
        return setting.options

    assert options() == {}
    assert options(options={"stateful": True}) == {"stateful": True}


def test_what_is_given_of_a_seed_is_the_same_object_each_time() -> None:
    relu_kind = kind("relu")
    assert relu_kind.given(0) is relu_kind.given(0)
    assert relu_kind.given(1) is not relu_kind.given(0)


def test_an_object_s_loss_may_be_of_anything() -> None:
    trier: Any = SimpleNamespace(said=SimpleNamespace(instance=True))
    loss = passage(forward=Moment("returned", (np.zeros(()),)))
    assert not layers._takes_any(trier, loss, ["x"])
    both = passage(forward=Moment("returned", (np.zeros(()), X)))
    assert layers._takes_any(trier, both, ["x"])


@pytest.mark.parametrize("start", [0.0, 1.0, -1.0, 2.0])
def test_one_number_all_over_is_made_many_near_it(start: float) -> None:
    same = np.full((4, 5), start)
    found = moved({"b": same, "w": np.arange(3.0), "none": np.zeros(0)})
    assert set(found) == {"b", "w"}
    assert found["w"].tolist() == [0, 1, 2]
    off = found["b"] / start - 1 if start else found["b"]
    assert np.all((np.abs(off) >= 0.1) & (np.abs(off) <= 0.4))
    assert {*np.sign(off).ravel()} == {-1, 1}
