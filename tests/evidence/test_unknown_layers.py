"""What layers and functions of no known kind are made of and fed, and what comes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.evidence import functions, layer_hypers, layer_names, unknown_layers
from gradproof.evidence.layer_plan import Plan
from gradproof.evidence.layer_settings import Setting
from gradproof.evidence.layer_trier import Trier
from gradproof.ports.layer_doors import Layers
from gradproof.ports.trials import Description, Moment, Parameter

Array = Any
X = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])


def named(signature: str) -> tuple[Parameter, ...]:
    parts = [part.strip().partition("=") for part in signature.split(",") if part]
    return tuple(Parameter(n, not d, d) for n, _, d in parts)


def described(make: str, forward: str = "x") -> Description:
    return Description("layer", "Layer", make=named(make), forward=named(forward))


def tried(make: str, forward: str) -> list[tuple[Any, Any, Any]]:
    """Of each attempt: what it is made of, what it is fed, and the arrays' shapes."""
    found = layer_names.tried(described(make, forward))
    return [
        (dict(how.make), how.fed, {r: a.shape for r, a in one.arrays.items()})
        for how, one, _ in found
    ]


def test_roles_are_told_by_names_and_shapes_by_the_roles_together() -> None:
    rows, images = tried("weight, gamma", "x")
    assert rows[0] == {"weight": "W", "gamma": "gamma"}
    assert rows[1] == ("x",)
    assert rows[2] == {"W": (4, 5), "gamma": (5,), "x": (3, 4)}
    assert images[2] == {"W": (3, 2, 2, 3), "gamma": (3,), "x": (2, 2, 3, 6)}
    assert [a[2]["gamma"] for a in tried("gamma, beta, eps=1", "x")] == [
        *((5,), (4,), (3,), (4,), (1, 4, 1, 1)),
    ]


@pytest.mark.parametrize(
    ("make", "forward"),
    [
        *(("W, foreign", "x"), ("W", ""), ("W", "*"), ("W", "W"), ("", "x")),
        *(("Wx1, gamma", "x"), ("W", "foreign")),
    ],
)
def test_what_has_no_role_or_none_that_go_together_is_not_tried(
    make: str, forward: str
) -> None:
    assert tried(make, forward) == []


def test_the_other_setting_has_other_numbers_and_labels_and_the_same_options() -> None:
    ((how, one, other), *_) = layer_names.tried(described("W", "h, idx"))
    assert how.fed == ("h", "ids")
    assert list(one.arrays) == ["W", "h"]
    assert not np.array_equal(one.arrays["W"], other.arrays["W"])
    assert one.fed["ids"].tolist() == [1, 4, 1]
    assert other.fed["ids"].tolist() == [1, 1, 4]
    assert one.options is layer_names.OPTIONS
    assert one.id == "W 5×4, h 3×4"


@pytest.mark.parametrize(
    ("needed", "found"),
    [
        (["slope"], [{"slope": 0.3}]),
        (["axis"], [{"axis": 0}, {"axis": 1}]),
        (["dim", "power"], [{"dim": 0, "power": 3}, *(2 * [None])]),
        (["foreign"], []),
        (["axis", "foreign"], []),
    ],
)
def test_what_a_layer_is_made_of_is_tried_by_its_names(needed: Any, found: Any) -> None:
    got = list(layer_names.made_of(needed))
    assert len(got) == len(found)
    assert got[:1] == found[:1]
    if len(got) == 3:
        assert got[1:] == [{"dim": 1, "power": 2.5}, {"dim": 4, "power": 2.5}]


def test_slopes_that_stand_last_are_numbers_and_dictionaries_are_named() -> None:
    def last(forward: str) -> Any:
        return layer_names.last(described("", forward))

    assert last("x, slope") == (0.3,)
    assert last("x, leak, alpha") == (0.3, 0.3)
    assert last("slope") == ()
    assert last("x, slope, y") == ()
    assert last("x, slope=0.1") == ()
    assert layer_names.dictionary(described("", "x, conv_param, cfg")) == "conv_param"
    assert layer_names.dictionary(described("", "x, y, cfg=1")) == ""


def test_lower_is_what_is_added_made_smaller_by_1() -> None:
    setting = Setting("s", {"x": X, "b": X, "beta": X}, lambda *_: ())
    (lower,) = layer_names.lower(setting)
    assert lower.id == "s, b and beta − 1"
    assert np.array_equal(lower.arrays["b"], X - 1)
    assert np.array_equal(lower.arrays["beta"], X - 1)
    assert lower.arrays["x"] is X
    assert list(layer_names.lower(replace(setting, arrays={"x": X}))) == []


def test_defaults_are_tried_at_other_numbers_but_for_what_is_given_anyway() -> None:
    said = described("W, alpha=0.5, size=3, lr=0.1, name='a', tau=1", "x, k=2, m=0.5")
    how = Plan({"W": "W"}, ("x",))
    found = dict(layer_hypers.others(said, how))
    assert list(found) == ["alpha", "tau", "k"]
    assert found["alpha"].held == {"alpha": pytest.approx(0.35)}
    assert found["tau"].held == {"tau": 0.7}
    assert found["k"].last == (pytest.approx(1.4),)
    assert dict(
        layer_hypers.others(said, replace(how, make={"alpha": "W"}))
    ).keys() == {
        *("tau", "k"),
    }
    assert list(dict(layer_hypers.others(said, Plan({}, ("x", "k"))))) == [
        *("alpha", "tau", "m"),
    ]


@pytest.mark.parametrize(
    ("forward", "shapes"),
    [
        ("x", [1, 1, 1, 1]),
        ("x, y=1", [1, 1, 1, 1]),
        ("x, slope", [1, 1, 1, 1]),
        ("", [1, 1, 1, 1]),
        ("x, y", [2] * 9),
        ("x, y, z", [3]),
        ("x, y, slope", [2] * 9),
        ("*", [1] * 4 + [2] * 9 + [3]),
    ],
)
def test_as_many_arrays_are_given_as_forward_takes(forward: str, shapes: Any) -> None:
    found = unknown_layers._given_shapes(described("", forward))
    assert [len(each) for each in found] == shapes


def test_arrays_of_no_known_role_are_between_0_and_1_and_named_by_their_shapes() -> (
    None
):
    one = unknown_layers._numbers(0, ((3, 4), (3, 4)))
    other = unknown_layers._numbers(1, ((3, 4), (4, 5)))
    assert (one.id, other.id) == ("3×4", "3×4, 4×5")
    assert list(one.arrays) == ["x0", "x1"]
    for array in (*one.arrays.values(), *other.arrays.values()):
        assert 0.15 < array.min() < 0.3
        assert 0.7 < array.max() < 0.85
    assert not np.array_equal(one.arrays["x0"], one.arrays["x1"])


class Product:
    """Of two arrays; its result is spread as NumPy spreads arrays."""

    def forward(self, a: Array, b: Array) -> Array:
        self.a, self.b = a, b
        return a * b

    def backward(self, dout: Array) -> Array:
        return self.of(dout * self.b, self.a), self.of(dout * self.a, self.b)

    def of(self, gradient: Array, like: Array) -> Array:
        return gradient if gradient.shape == like.shape else gradient.sum(axis=0)


class Refusing(Product):
    def forward(self, a: Array, b: Array) -> Array:
        assert a.shape == b.shape
        return super().forward(a, b)


class OtherSpread(Product):
    """A single row is taken for something else."""

    def forward(self, a: Array, b: Array) -> Array:
        return super().forward(a, b) * (1 + (np.ndim(a) != np.ndim(b)))


class Matrices(Product):
    def forward(self, a: Array, b: Array) -> Array:
        self.a, self.b = a, b
        return a @ b

    def backward(self, dout: Array) -> Array:
        return dout @ self.b.T, self.a.T @ dout


class One:
    def forward(self, x: Array) -> Array:
        self.x = x
        return np.tanh(x)

    def backward(self, dout: Array) -> Array:
        return dout * (1 - np.tanh(self.x) ** 2)


def unknown(cls: Any) -> Any:
    port = Layers({"layer": cls})
    (said,) = port.describe()
    return unknown_layers.unknown(port, said)


@pytest.mark.parametrize(
    ("cls", "ids"),
    [
        (Product, ["3×4, x0 of one row", "3×4, x1 of one row"]),
        *((Refusing, []), (OtherSpread, []), (Matrices, []), (One, [])),
    ],
)
def test_one_of_two_inputs_is_a_single_row_where_that_is_spread(
    cls: Any, ids: Any
) -> None:
    found = unknown(cls)
    assert [p.setting.id for p in found.spread] == ids
    for passage in (*found.first, *found.spread):
        for role, due in passage.expected.gradients.items():
            assert due.close(passage.gradients[role])
    firsts = [p.setting.id for p in found.first]
    shape = "3×4, 4×5" if cls is Matrices else "3×4"
    assert firsts == [shape, f"{shape}, ±"]


class Turned(One):
    """Its result lies right, and its gradient the other way."""

    def backward(self, dout: Array) -> Array:
        return super().backward(dout).T


class Choosy(One):
    """It takes images alone."""

    def forward(self, x: Array) -> Array:
        if x.ndim != 4:
            raise ValueError("images, please")
        return super().forward(x)


class Lost(One):
    """Its gradient has always another shape."""

    def backward(self, dout: Array) -> Array:
        return super().backward(dout).ravel()[:2]


class Never(One):
    def forward(self, x: Array) -> Array:
        raise ValueError("nothing fits")


class Foreign(One):
    def __init__(self, one: Any, other: Any) -> None:
        self.one = one


def test_an_unknown_layer_is_fed_what_fits_it_first() -> None:
    assert [p.setting.id for p in unknown(Choosy).first] == ["2×3×4×5", "2×3×4×5, ±"]
    assert [p.setting.id for p in unknown(Turned).first] == ["3×4"]
    lost = unknown(Lost)
    assert [p.setting.id for p in lost.first] == ["3×4"]
    assert lost.first[0].gradients["x0"].shape == (2,)
    assert unknown(Never).first == ()
    assert unknown(Foreign).problem == "one"
    assert unknown(One).problem == ""


def test_a_program_that_gave_no_answer_is_told_and_another_error_is_not() -> None:
    died = Moment("broke", kind="program.died", text="SIGSEGV")

    class Dying(Layers):
        def run(self, trials: Any) -> Any:
            return [[died] for _ in trials]

    port = Dying({"layer": One})
    (said,) = port.describe()
    (first,) = unknown_layers.unknown(port, said).first
    assert first.broke is died
    assert unknown_layers.by_names(port, said) is None
    both = replace(said, forward=named("x, t"), make=named("W"))
    found = unknown_layers.by_names(port, both)
    assert found is not None
    assert found.first[0].broke is died


def given(cls: Any, *fed: Any) -> Any:
    port = Layers({"layer": cls()}, fed)
    (said,) = port.describe()
    return unknown_layers.as_given(port, said)


def test_an_object_is_fed_what_it_was_given_and_other_numbers() -> None:
    found = given(Product, X, 2 * X)
    (first,), (again,) = found.first, found.passages["again"]
    assert np.array_equal(first.setting.arrays["x0"], X)
    assert np.array_equal(first.setting.arrays["x1"], 2 * X)
    ratio = again.setting.arrays["x0"] / X
    assert 0.5 < ratio.min() < ratio.max() < 1.5
    for passage in (first, again):
        for role, due in passage.expected.gradients.items():
            assert due.close(passage.gradients[role])
    assert given(Product).first == ()
    whole = given(Product, X, np.array([1, 2, 3]))
    assert list(whole.first[0].setting.arrays) == ["x0"]
    assert whole.first[0].setting.fed["x1"].tolist() == [1, 2, 3]


# functions by themselves


def gathered(function: Any, name: str) -> Any:
    methods = {"forward": staticmethod(function), "ALONE": "function", "PLAIN": True}
    port = Layers({name: type(name, (), methods)})
    (said,) = port.describe()
    return functions.gather(port, replace(said, kind=name))


def softmax(x: Array) -> Array:
    powers = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def of_rows(x: Array) -> Array:
    assert x.ndim == 2
    return softmax(x)


def test_a_function_is_called_as_its_kind_is_in_the_first_settings_that_run() -> None:
    found = gathered(softmax, "softmax")
    assert [p.setting.id for p in found.first] == ["one row", "rows"]
    assert all(p.agrees for p in (*found.first, *found.passages["again"]))
    first, again = (
        found.passages[id][0].setting.arrays["x"] for id in ("first", "again")
    )
    assert not np.array_equal(first, again)
    assert [p.setting.id for p in gathered(of_rows, "softmax").first] == ["rows"]
    assert found.kind.id == "softmax"


def test_a_function_that_never_runs_is_told_by_its_first_settings() -> None:
    def raising(x: Array) -> Array:
        raise ValueError("no")

    found = gathered(raising, "softmax")
    assert [p.setting.id for p in found.first] == ["one row", "rows"]
    assert all(p.broke is not None for p in found.first)

    def more(x: Array, axis: Any) -> Array:
        return softmax(x)

    found = gathered(more, "softmax")
    assert (found.problem, found.first) == ("axis", ())


def with_gradient(change: Any) -> Any:
    """A loss of scores and what stands beside it."""

    def loss(x: Array, t: Array) -> Any:
        rows = np.eye(x.shape[-1])[t] if np.ndim(t) < np.ndim(x) else t
        y = softmax(x)
        value = -np.sum(rows * np.log(y)) / len(x)
        return change(value, (y - rows) / len(x))

    return loss


def test_a_gradient_beside_a_loss_is_held_to_it() -> None:
    def found(change: Any) -> Any:
        (first, *_) = gathered(with_gradient(change), "softmax_loss").first
        return first

    both = found(lambda value, dx: (value, dx))
    assert both.agrees
    assert both.expected.gradients["x"].close(both.gradients["x"])
    assert found(lambda value, dx: value).gradients == {}
    assert found(lambda value, dx: (value, dx[0])).gradients == {}
    assert found(lambda value, dx: (value, None)).gradients == {}
    assert found(lambda value, dx: (value + 1, dx)).gradients == {}
    wrong = found(lambda value, dx: (np.array([value]).reshape(()), 2 * dx))
    assert not wrong.expected.gradients["x"].close(wrong.gradients["x"])


def test_known_is_what_is_no_function_or_has_the_name_of_one() -> None:
    said = Description("f", "softmax", alone="function")
    assert functions.known(said)
    assert not functions.known(replace(said, kind="foreign"))
    assert functions.known(replace(said, kind="foreign", alone=""))


def test_spread_is_tried_of_two_matrices_alone() -> None:
    port = Layers({"layer": Product})
    (said,) = port.describe()
    trier, how = Trier(port, said), Plan({}, ("x0", "x1"))
    for shapes in (((3,), (3,)), ((2, 3, 4), (2, 3, 4)), ((3, 4),), ((3, 4), (4,))):
        pair = [unknown_layers._numbers(seed, shapes) for seed in (0, 1)]
        assert list(unknown_layers._spread(trier, how, pair)) == []


def test_what_is_added_is_made_smaller_too_where_it_is_known_by_its_name() -> None:
    class Ramp:
        """Of a line, what is above 0."""

        def __init__(self, weight: Array, bias: Array, gamma: Array) -> None:
            self.weight, self.bias, self.gamma = weight, bias, gamma

        def forward(self, x: Array) -> Array:
            self.x, self.y = x, x @ self.weight + self.bias
            return np.maximum(self.y, 0) * self.gamma

        def backward(self, dout: Array) -> Array:
            self.dgamma = np.sum(np.maximum(self.y, 0) * dout, axis=0)
            inner = (self.y > 0) * dout * self.gamma
            self.dweight, self.dbias = self.x.T @ inner, inner.sum(axis=0)
            return inner @ self.weight.T

    port = Layers({"layer": Ramp})
    (said,) = port.describe()
    found = unknown_layers.by_names(port, said)
    assert found is not None
    first, lower = found.first
    assert lower.setting.id == f"{first.setting.id}, b − 1"
    for passage in (first, lower):
        for role, due in passage.expected.gradients.items():
            actual = passage.gradients[role]
            assert actual is not None
            assert due.close(actual)
