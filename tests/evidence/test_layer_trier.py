"""How layers are taken forward and back, and what is kept of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.evidence.bounds import BoundedNumbers
from gradproof.evidence.layer_kinds import KINDS
from gradproof.evidence.layer_plan import Plan
from gradproof.evidence.layer_settings import Reference, Setting, always
from gradproof.evidence.layer_trier import (
    Trier,
    _all_close,
    _estimated,
    has_pole,
    is_cut_off,
    with_first_row,
)
from gradproof.evidence.passages import Passage
from gradproof.layers import affine, relu
from gradproof.ports.layer_doors import Layers
from gradproof.ports.trials import Moment, Trial

Array = Any
RANDOM = np.random.default_rng(4)
X, W, B = (RANDOM.uniform(0.1, 0.9, shape) for shape in ((3, 4), (4, 5), (5,)))
X2, W2, B2 = (RANDOM.uniform(0.1, 0.9, a.shape) for a in (X, W, B))
RIGHT = always(Reference("x·W + b", affine))
ONE = Setting("rows", {"x": X, "W": W, "b": B}, RIGHT)
OTHER = Setting("rows", {"x": X2, "W": W2, "b": B2}, RIGHT)
MADE_OF = Plan({"W": "W", "b": "b"}, ("x",))
UNKNOWN = Setting("some", {"x": X}, lambda *_: ())
ALONE = Plan({}, ("x",))


class Affine:
    def __init__(self, W: Array, b: Array) -> None:
        self.W, self.b = W, b
        self.forwards = self.backwards = 0

    def forward(self, x: Array) -> Array:
        self.forwards += 1
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout: Array) -> Array:
        self.backwards += 1
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)
        return dout @ self.W.T


class Stopping(Layers):
    """Stops at what does not return, as programs do."""

    def run(self, trials: Sequence[Trial]) -> list[list[Moment]]:
        return [list(self._until(moments)) for moments in super().run(trials)]

    def _until(self, moments: list[Moment]) -> Any:
        for moment in moments:
            yield moment
            if moment.outcome != "returned":
                return


def trier(cls: Any, door: type[Layers] = Layers) -> Trier:
    port = door({"layer": cls})
    (said,) = port.describe()
    return Trier(port, said)


def passages(cls: Any, door: type[Layers] = Layers) -> dict[str, list[Passage]]:
    return trier(cls, door).passages(MADE_OF, [(ONE, OTHER)])


def right(passage: Passage) -> bool:
    due = passage.expected.gradients
    offs = [limit.off(passage.gradients[role]) for role, limit in due.items()]
    fine = bool(due) and all(off is not None and not off.any() for off in offs)
    exactly = all(limit.rough is None for limit in due.values())
    return passage.agrees and fine and exactly and in_order(passage)


def in_order(passage: Passage) -> bool:
    """Whether it is made, and then goes forward, and then back."""
    moments = passage.made, passage.forward, passage.backward
    seen = [moment is not None and "x" in moment.attributes for moment in moments]
    back = passage.backward is not None and "dW" in passage.backward.attributes
    return seen == [False, True, True] and back


ALL = ["first", "back-again", "again", "beside", "near"]


def test_a_right_layer_is_right_in_each_of_its_passages() -> None:
    found = passages(Affine)
    assert list(found) == ALL
    assert all(len(each) == 1 for each in found.values())
    assert all(right(p) for id in ALL if id != "beside" for p in found[id])
    (first,), (again,), (near,) = found["first"], found["again"], found["near"]
    assert first.setting is ONE
    assert np.array_equal(again.setting.arrays["x"], X2)
    assert again.setting.arrays["W"] is W
    assert 0 < np.abs(near.setting.arrays["x"] - X).max() < 1e-6
    assert near.given is first.given
    assert not np.array_equal(found["back-again"][0].given, first.given)


def test_a_batch_beside_has_the_same_first_row_and_others_below() -> None:
    found = passages(Affine)
    (first,), (beside,), (again,) = found["first"], found["beside"], found["again"]
    x, given = beside.setting.arrays["x"], beside.given[0]
    assert np.array_equal(x, np.concatenate([X[:1], X2[1:]]))
    rows = np.concatenate([first.given[0][:1], again.given[0][1:]])
    assert np.array_equal(given, rows)
    assert beside.setting.arrays["W"] is W
    assert beside.gradients["x"] == pytest.approx(given @ W.T)
    assert (beside.agrees, dict(beside.expected.gradients)) == (False, {})


def test_of_several_settings_the_first_is_called_again_with_almost_the_same() -> None:
    pairs = [(ONE, OTHER), (OTHER, ONE)]
    found = trier(Affine).passages(MADE_OF, pairs)
    assert [len(found[id]) for id in ALL] == [2, 2, 2, 2, 1]
    assert found["first"][1].setting is OTHER


def adding(clearing: bool) -> Any:
    """Adds to its gradients; that they are cleared is not counted as a step."""

    class Adding(Affine):
        def __init__(self, W: Array, b: Array) -> None:
            super().__init__(W, b)
            self.zero_grad()

        def zero_grad(self) -> None:
            self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

        def backward(self, dout: Array) -> Array:
            self.dW, self.db = self.dW + self.x.T @ dout, self.db + dout.sum(axis=0)
            return dout @ self.W.T

    class Keeping(Adding):
        zero_grad = None  # type: ignore[assignment]

        def __init__(self, W: Array, b: Array) -> None:
            Affine.__init__(self, W, b)
            self.dW, self.db = np.zeros_like(W), np.zeros_like(b)

    return Adding if clearing else Keeping


@pytest.mark.parametrize("door", [Layers, Stopping])
def test_gradients_that_add_up_are_cleared_between_calls(door: Any) -> None:
    found = passages(adding(clearing=True), door)
    assert all(right(found[id][0]) for id in ("first", "back-again", "again", "near"))
    found = trier(Affine, door).passages(MADE_OF, [(ONE, OTHER)])
    assert all(right(found[id][0]) for id in ("first", "back-again", "again", "near"))


class SecondForwardRaises(Affine):
    def forward(self, x: Array) -> Array:
        if self.forwards:
            raise RuntimeError("once only")
        return super().forward(x)


class SecondBackwardRaises(Affine):
    def backward(self, dout: Array) -> Array:
        if self.backwards:
            raise RuntimeError("freed")
        return super().backward(dout)


class BackwardRaises(Affine):
    def backward(self, dout: Array) -> Array:
        raise RuntimeError("no way back")


class ForwardRaises(Affine):
    def forward(self, x: Array) -> Array:
        raise RuntimeError("no way")


class NotMade(Affine):
    def __init__(self, W: Array, b: Array) -> None:
        raise RuntimeError("not to be had")


class ClearingRaises(Affine):
    def zero_grad(self) -> None:
        raise RuntimeError("nothing there")


class Silent(Affine):
    def forward(self, x: Array) -> Array:
        return None


def broken(passage: Passage) -> str:
    """The step that a passage broke at."""
    steps = {"made": passage.made, "forward": passage.forward}
    steps["backward"] = passage.backward  # type: ignore[assignment]
    return next((n for n, m in steps.items() if m is passage.broke is not None), "")


BROKEN: dict[str, tuple[Any, dict[str, str]]] = {
    "second forward": (
        SecondForwardRaises,
        {"first": "", "back-again": "", "again": "forward"},
    ),
    "second backward": (SecondBackwardRaises, {"first": "", "back-again": "backward"}),
    "backward": (BackwardRaises, {"first": "backward"}),
    "forward": (ForwardRaises, {"first": "forward"}),
    "making": (NotMade, {"first": "made"}),
}


@pytest.mark.parametrize("door", [Layers, Stopping])
@pytest.mark.parametrize(("cls", "steps"), BROKEN.values(), ids=BROKEN)
def test_where_a_layer_stops_is_told(
    cls: Any, steps: dict[str, str], door: Any
) -> None:
    """Whether it is asked on after that, as a class is, or not, as a program is."""
    found = passages(cls, door)
    assert {id: broken(found[id][0]) for id in steps} == steps
    if steps["first"]:
        assert found["near"] == []
        assert not found["first"][0].gradients
        assert not found["first"][0].expected.gradients
    else:
        assert right(found["first"][0])


def test_of_what_raises_where_it_is_cleared_a_program_s_first_passage_is_left() -> None:
    found = passages(ClearingRaises, Stopping)
    assert {id: len(each) for id, each in found.items()} == {
        **dict.fromkeys(ALL, 0),
        **{"first": 1, "beside": 1},
    }
    assert right(found["first"][0])


def test_a_program_that_does_not_come_to_what_is_almost_the_same_is_not_judged() -> (
    None
):
    assert passages(SecondForwardRaises, Stopping)["near"] == []
    (near,) = passages(SecondForwardRaises)["near"]
    assert broken(near) == "forward"
    assert not near.agrees


def test_a_program_that_refuses_the_batch_beside_is_judged_without_it() -> None:
    class Refusing(Affine):
        def forward(self, x: Array) -> Array:
            if x[0, 0] == X[0, 0] and x[1, 0] == X2[1, 0]:
                raise ValueError("I know the first row")
            return super().forward(x)

    found = passages(Refusing, Stopping)
    assert found["beside"] == []
    assert all(right(found[id][0]) for id in ("first", "back-again", "again", "near"))
    (beside,) = passages(Refusing)["beside"]
    assert broken(beside) == "forward"


def test_an_answer_that_is_lost_is_an_error() -> None:
    class Losing(Layers):
        def run(self, trials: Sequence[Trial]) -> list[list[Moment]]:
            whole = super().run(trials)
            return whole[:-1] if len(trials) == 2 else whole

    with pytest.raises(ValueError, match="shorter"):
        trier(Affine, Losing).passages(MADE_OF, [(ONE, OTHER), (OTHER, ONE)])


def test_a_layer_without_numbers_goes_no_further() -> None:
    found = passages(Silent)
    assert {id: len(each) for id, each in found.items()} == {
        **dict.fromkeys(ALL, 0),
        "first": 1,
    }
    first = found["first"][0]
    assert (first.backward, first.given, first.broke) == (None, (), None)


@pytest.mark.parametrize("before", [0, 1])
def test_a_process_that_ends_in_between_is_what_broke(before: int) -> None:
    ended = Moment("broke", kind="program.died", text="SIGSEGV")

    class Ending(Layers):
        def run(self, trials: Sequence[Trial]) -> list[list[Moment]]:
            whole = super().run(trials)
            lost = [[*moments[:before], ended] for moments in whole]
            return whole if len(trials) == 1 else lost

    found = passages(Affine, Ending)
    (first,) = found["first"]
    assert first.broke is ended
    assert (first.made.outcome, first.backward) == ("returned", None)
    assert [len(found[id]) for id in ALL[1:]] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("cls", "works"),
    [
        (Affine, True),
        *((c, False) for c in (BackwardRaises, ForwardRaises, NotMade, Silent)),
    ],
)
@pytest.mark.parametrize("door", [Layers, Stopping])
def test_one_passage_is_had_where_it_goes_forward_and_back(
    cls: Any, works: bool, door: Any
) -> None:
    found = trier(cls, door).once(MADE_OF, ONE)
    assert (found is not None) == works
    assert found is None or right(found)


def test_forward_is_had_where_its_first_result_is_numbers() -> None:
    class Both(Affine):
        def forward(self, x: Array) -> Any:
            return x, "more"

    class Neither(Affine):
        def forward(self, x: Array) -> Any:
            return "more", x

    for cls, numbers in (
        *((Affine, True), (Both, True), (BackwardRaises, True)),
        *((Neither, False), (Silent, False), (ForwardRaises, False), (NotMade, False)),
    ):
        for door in (Layers, Stopping):
            tried = trier(cls, door)
            assert tried.runs(MADE_OF, [ONE]) == numbers
            (found,) = tried.forwards(MADE_OF, [ONE])
            assert (found is not None) == numbers
    assert found is None
    ((one, two),) = [trier(Affine).forwards(MADE_OF, [ONE, OTHER])]
    assert one is not None
    assert two is not None
    assert one.value[0] == pytest.approx(X @ W + B)
    assert two.value[0] == pytest.approx(X2 @ W2 + B2)


@pytest.mark.parametrize(
    ("signature", "given"),
    [("self, a", 1), ("self, a, b", 2), ("self, a, b, c", 3), ("self, *a", 3)],
)
def test_backward_is_given_as_many_cotangents_as_it_takes(
    signature: str, given: int
) -> None:
    methods: dict[str, Any] = {}
    exec(f"def backward({signature}): return None", methods)
    cls = type("Layer", (Affine,), {"backward": methods["backward"]})
    assert trier(cls).back((1, 2, 3)).arguments == (1, 2, 3)[:given]


def test_what_forward_is_given_beside_a_batch_keeps_its_parameters() -> None:
    """Of a layer that is fed its parameters too."""

    class Fed:
        def forward(self, x: Array, W: Array, b: Array) -> Array:
            self.x, self.W = x, W
            return x @ W + b

        def backward(self, dout: Array) -> Array:
            self.dW = self.x.T @ dout
            return dout @ self.W.T, self.dW, dout.sum(axis=0)

    tried = replace(trier(Fed), parameters=("W", "b"))
    how = Plan({}, ("x", "W", "b"))
    found = tried.passages(how, [(ONE, OTHER)])
    beside = found["beside"][0].setting.arrays
    assert np.array_equal(beside["W"], W)
    assert np.array_equal(beside["x"][1:], X2[1:])
    assert found["again"][0].setting.arrays["W"] is W2
    assert all(right(found[id][0]) for id in ("first", "back-again", "again", "near"))


def test_a_row_is_put_before_those_of_another_batch() -> None:
    one = Setting("s", {"x": X, "n": np.array(1.0)}, RIGHT, {"t": np.array([1, 2, 3])})
    two = Setting("s", {"x": X2, "n": np.array(2.0)}, RIGHT, {"t": np.array([4, 5, 6])})
    mixed = with_first_row(one, two, ["x", "t", "n"])
    assert np.array_equal(mixed.arrays["x"], np.concatenate([X[:1], X2[1:]]))
    assert mixed.fed["t"].tolist() == [1, 5, 6]
    assert mixed.arrays["n"] == 1
    assert with_first_row(one, two, ["x"]).fed["t"].tolist() == [1, 2, 3]
    longer = replace(two, fed={"t": np.array([4, 5, 6, 7])})
    assert with_first_row(one, longer, ["t"]).fed["t"].tolist() == [1, 2, 3]
    assert np.array_equal(one.arrays["x"], X)
    assert two.fed["t"].tolist() == [4, 5, 6]


class Leaning:
    """Of no known kind; its slope is one number or another."""

    def __init__(self, a: float = 0.25) -> None:
        self.a = a

    def forward(self, x: Array) -> Array:
        self.x = x
        return np.where(x > 0.5, x, 0.25 * x) ** 2

    def backward(self, dout: Array) -> Array:
        slope = np.where(self.x > 0.5, 1, 0.25)
        return 2 * np.where(self.x > 0.5, self.x, 0.25 * self.x) * slope * dout


class LeaningWrong(Leaning):
    def backward(self, dout: Array) -> Array:
        return 1.001 * super().backward(dout)


@pytest.mark.parametrize(("cls", "fine"), [(Leaning, True), (LeaningWrong, False)])
def test_what_has_no_reference_is_held_to_differences(cls: Any, fine: bool) -> None:
    passage = trier(cls).once(ALONE, UNKNOWN)
    assert passage is not None
    due, actual = passage.expected.gradients["x"], passage.gradients["x"]
    assert actual is not None
    off = due.off(actual)
    assert off is not None
    assert due.close(actual) == fine
    assert off.all() == (not fine)
    assert passage.expected.reference is None
    assert due.allowed.max() < 1e-4


def lost(*moments: Moment) -> type[Layers]:
    """A door that has these in the place of differences."""

    class Lost(Layers):
        def run(self, trials: Sequence[Trial]) -> list[list[Moment]]:
            whole = super().run(trials)
            differences = trials[0].steps[0].do == "slopes"
            return [[*each[:1], *moments] for each in whole] if differences else whole

    return Lost


@pytest.mark.parametrize(
    "moments",
    [
        (),
        (Moment("raised", kind="ValueError"),),
        (Moment("returned", (np.full((3, 12), np.nan),)),),
    ],
)
def test_nothing_is_due_where_there_are_no_differences(moments: Any) -> None:
    passage = trier(Leaning, lost(*moments)).once(ALONE, UNKNOWN)
    assert passage is not None
    assert dict(passage.expected.gradients) == {}
    assert passage.gradients["x"] is not None


def test_differences_of_large_numbers_may_be_off_by_the_rounding_of_these() -> None:
    class Far:
        def forward(self, x: Array) -> Any:
            return x, 1e6 + x

        def backward(self, one: Array, other: Array) -> Array:
            return one + other

    passage = trier(Far).once(ALONE, UNKNOWN)
    assert passage is not None
    due = passage.expected.gradients["x"]
    weighed = 1e6 * np.abs(passage.given[1]).sum()
    assert due.allowed.min() > 16 * 2.0**-52 * weighed * 2**13 * 0.99


def test_differences_are_of_each_array_wherever_it_is_given() -> None:
    """Of a layer's own parameters as well, and with every cotangent."""

    class Two(Affine):
        def forward(self, x: Array) -> Any:
            self.x = x
            return x @ self.W + self.b, 3 * x

        def backward(self, dout: Array, dx: Any = None) -> Array:
            return super().backward(dout) + 3 * dx

    nothing = replace(ONE, references=lambda *_: ())
    passage = trier(Two).once(MADE_OF, nothing)
    assert passage is not None
    assert list(passage.expected.gradients) == ["x", "W", "b"]
    for role, due in passage.expected.gradients.items():
        actual = passage.gradients[role]
        assert actual is not None
        assert due.value.shape == nothing.arrays[role].shape
        assert due.close(actual)


GUARD = 1e-7


class Loss:
    """−log(y + ε), of numbers so large that differences tell ε."""

    times = 1.0
    guard = GUARD

    def forward(self, y: Array) -> Any:
        self.y = y
        return -np.sum(np.log(y + 1e-7))

    def backward(self, dout: float = 1) -> Array:
        return -self.times * dout / (self.y + self.guard)


class Unguarded(Loss):
    guard = 0.0


class WrongLoss(Unguarded):
    times = 1.5


class WithoutGuard(Unguarded):
    def forward(self, y: Array) -> Any:
        super().forward(y)
        return -np.sum(np.log(y))


class OfEach(Unguarded):
    def forward(self, y: Array) -> Any:
        super().forward(y)
        return -np.log(y + 1e-7)


CHANCES = Setting("y", {"y": np.array([0.4, 5.0, 10.0])}, lambda *_: ())


@pytest.mark.parametrize(
    ("cls", "unguarded"),
    [
        *((Loss, False), (Unguarded, True), (WrongLoss, False)),
        *((WithoutGuard, False), (OfEach, False)),
    ],
)
def test_a_loss_may_leave_the_guard_in_its_logarithm_out_of_its_gradient(
    cls: Any, unguarded: bool
) -> None:
    passage = trier(cls).once(Plan({}, ("y",)), CHANCES)
    assert passage is not None
    assert passage.expected.unguarded == unguarded
    due, actual = passage.expected.gradients["y"], passage.gradients["y"]
    assert actual is not None
    assert due.close(actual) == (cls not in (WrongLoss, OfEach))


def limits(*values: float) -> BoundedNumbers:
    return BoundedNumbers(np.array(values), np.full(len(values), 0.5))


@pytest.mark.parametrize(
    ("actual", "close"),
    [
        ({"x": np.array([1.5, 2.0])}, True),
        ({"x": np.array([1.0, 2.75])}, False),
        ({"x": np.array([1.0])}, False),
        ({"x": None}, False),
        ({}, False),
        ({"x": np.array([1.0, 2.0]), "W": np.array([9.0])}, True),
    ],
)
def test_gradients_are_close_where_all_that_is_due_came(
    actual: Any, close: bool
) -> None:
    assert _all_close({"x": limits(1, 2)}, actual) == close
    assert not _all_close({"x": limits(1, 2), "b": limits(1)}, actual)


def test_the_error_of_a_difference_is_its_change_and_at_least_the_noise() -> None:
    rows = np.array([[1.5, 4.0, 0, 2], [1.25, 4.0, 0, 2], [1.125, 4.0, 0, 3]])
    found = _estimated(rows, 10.0, (2, 2))
    assert found.value.tolist() == [[1.125, 4], [0, 3]]
    noise = 16 * 2.0**-52 * 10
    fine = np.array([[0.125, 0], [0, 1]]) + noise * 2**13
    assert found.allowed == pytest.approx(fine)
    assert found.rough is not None
    assert found.rough.value.tolist() == [[1.25, 4], [0, 2]]
    rough = np.array([[0.25, 0], [0, 0]]) + noise * 2**10
    assert found.rough.allowed == pytest.approx(rough)
    assert (_estimated(rows, 0.0, (2, 2)).allowed > 0).all()


class Logarithm:
    """The logarithm of what is not below a least number."""

    def forward(self, x: Array) -> Array:
        self.x = np.maximum(x, 1e-6)
        return np.log(self.x)

    def backward(self, dout: Array) -> Array:
        return dout / self.x


class Cut(Logarithm):
    """The same, that stays the same below, and its slope does not know."""

    def forward(self, x: Array) -> Array:
        return super().forward(x) * 1.0


class CutSquare(Logarithm):
    def forward(self, x: Array) -> Array:
        self.x = np.maximum(x, 0.01)
        return self.x**2

    def backward(self, dout: Array) -> Array:
        return 2 * dout * self.x


def test_what_is_cut_off_where_a_logarithm_has_no_number_is_not_blamed() -> None:
    positive = Setting("x", {"x": np.array([0.5, 1.5])}, lambda *_: ())
    signed = replace(positive, arrays={"x": np.array([0.5, -1.5])})
    for cls, cut in ((Cut, True), (CutSquare, False)):
        tried = trier(cls)
        passage = tried.once(ALONE, signed)
        assert passage is not None
        assert is_cut_off(tried, passage, positive) == cut
        fine = tried.once(ALONE, positive)
        assert fine is not None
        assert not is_cut_off(tried, fine, positive)
        assert has_pole(tried, ALONE, positive, "x") == cut
        assert not has_pole(tried, ALONE, positive, "t")


def test_what_has_no_number_somewhere_near_0_has_no_pole_that_is_known() -> None:
    class Raising(Logarithm):
        def forward(self, x: Array) -> Array:
            if x.min() < 2.0**-14:
                raise ValueError("too small")
            return np.log(x)

    class Growing(Logarithm):
        def forward(self, x: Array) -> Array:
            return np.log(x if x.min() > 2.0**-14 else np.append(x, x))

    class Both(Logarithm):
        def forward(self, x: Array) -> Any:
            return super().forward(x), x

    positive = Setting("x", {"x": np.array([0.5, 1.5])}, lambda *_: ())
    for cls in (Raising, Growing):
        assert not has_pole(trier(cls), ALONE, positive, "x")
    assert has_pole(trier(Both), ALONE, positive, "x")


def test_kinds_that_are_named_have_settings_whose_first_forward_runs() -> None:
    (kind,) = (k for k in KINDS if k.id == "relu")
    (setting, *_), *_ = kind.given(0)

    class Relu:
        def forward(self, x: Array) -> Array:
            return relu(x)[0]

        def backward(self, dout: Array) -> Array:
            return dout

    assert trier(Relu).runs(ALONE, [setting])
