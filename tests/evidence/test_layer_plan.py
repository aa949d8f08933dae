"""What a layer is made of and fed, and where its gradients are found: by names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.evidence import function_plan
from gradproof.evidence.layer_kinds import KINDS
from gradproof.evidence.layer_plan import (
    Plan,
    UnbuildableError,
    fed_roles,
    gradients,
    made_roles,
    own_gradient,
    plan,
    role_of,
    sizes,
    unasked,
)
from gradproof.evidence.layer_settings import Setting
from gradproof.ports.trials import Description, Moment, Parameter

Array = np.ndarray[Any, Any]


def named(signature: str) -> tuple[Parameter, ...]:
    """Parameters as they are written: "W, b, stride=1"."""
    parts = [part.strip().partition("=") for part in signature.split(",") if part]
    return tuple(Parameter(n, not d, d) for n, _, d in parts)


def described(make: str, forward: str = "x") -> Description:
    return Description("layer", "Layer", make=named(make), forward=named(forward))


def kind(id: str) -> Any:
    return next(kind for kind in KINDS if kind.id == id)


def first_of(id: str) -> Setting:
    (first, *_), *_ = kind(id).given(0)
    return first  # type: ignore[no-any-return]


def setting(*roles: str, fed: Any = (), options: Any = ()) -> Setting:
    arrays = {role: np.full((n + 2,), float(n)) for n, role in enumerate(roles)}
    none = dict.fromkeys
    return Setting("s", arrays, lambda *_: (), none(fed, 1), none(options, 2))


@pytest.mark.parametrize(
    ("shapes", "found"),
    [
        ({"Wx": (3, 16), "Wh": (4, 16)}, {"n_in": 3, "n_out": 4}),
        ({"Wx": (3, 16)}, {}),
        ({"Wh": (3, 16)}, {}),
        ({"gamma": (1, 4, 1, 1)}, {"n_in": 4}),
        ({"x": (3, 4), "W": (4, 5)}, {"n_in": 4, "n_out": 5}),
        ({"x": (3, 4), "W": (5, 4)}, {"n_in": 4, "n_out": 5}),
        ({"x": (2, 3, 4), "W": (4, 5)}, {"n_in": 4, "n_out": 5}),
        ({"W": (5, 3)}, {"n_in": 5, "n_out": 3}),
        ({"W": (4, 3, 2, 5)}, {"n_in": 3, "n_out": 4, "size": (2, 5)}),
        ({"W": (4, 3, 2, 2)}, {"n_in": 3, "n_out": 4, "size": 2}),
        ({"W": (4,)}, {}),
        ({"W": (4, 3, 2)}, {}),
        ({"b": (4,)}, {}),
    ],
)
def test_sizes_are_those_of_the_parameters(shapes: Any, found: Any) -> None:
    assert sizes({role: np.zeros(shape) for role, shape in shapes.items()}) == found


@pytest.mark.parametrize(
    ("id", "make", "found"),
    [
        ("affine", "W, b", {"W": "W", "b": "b"}),
        ("affine", "bias, weights", {"bias": "b", "weights": "W"}),
        ("affine", "one, other", {"one": "W", "other": "b"}),
        ("affine", "b, one", {"b": "b", "one": "W"}),
        ("affine", "one", {"one": "W"}),
        ("affine", "one, stddev=2", {"one": "W"}),
        ("affine", "in_dim, out_dim", {"in_dim": "n_in", "out_dim": "n_out"}),
        ("affine", "w, weight=None", {"w": "W"}),
        ("batch-normalization", "eps=1, gamma=1, beta=1", ["gamma", "beta"]),
        ("batch-normalization", "gamma, beta, eps", ["gamma", "beta", "eps"]),
        (
            "convolution",
            "W, b, pad, stride=1",
            {"W": "W", "b": "b", "pad": "pad", "stride": "stride"},
        ),
        (
            "convolution",
            "cin, cout, k",
            {"cin": "n_in", "cout": "n_out", "k": "size"},
        ),
    ],
)
def test_what_a_layer_is_made_of_is_told_by_names_and_then_by_order(
    id: str, make: str, found: Any
) -> None:
    got = made_roles(kind(id), first_of(id), named(make))
    assert (got if isinstance(found, dict) else list(got)) == found


@pytest.mark.parametrize(
    ("id", "make", "foreign"),
    [
        ("affine", "one, other, third", "one"),
        ("affine", "W, b, third, fourth", "third"),
        ("affine", "in_dim, out_dim, third", "third"),
        ("affine", "W, weight", None),
        ("relu", "one", "one"),
    ],
)
def test_more_foreign_names_than_a_kind_has_parameters_left_are_unknown(
    id: str, make: str, foreign: str | None
) -> None:
    if foreign is None:
        assert made_roles(kind(id), first_of(id), named(make))["weight"] == "b"
        return
    with pytest.raises(UnbuildableError) as error:
        made_roles(kind(id), first_of(id), named(make))
    assert (error.value.parameter, error.value.taken) == (foreign, True)


def test_a_size_that_is_not_told_by_the_kind_s_numbers_is_unknown() -> None:
    """Of a normalization no second size is known."""
    said = described("gamma, beta, momentum", "x")
    assert plan(kind("batch-normalization"), first_of("batch-normalization"), said)
    numbers = setting("x", options=["stride"])
    with pytest.raises(UnbuildableError, match="W"):
        plan(kind("affine"), numbers, described("W, b"))


def test_a_normalization_is_made_with_its_running_statistics_where_it_needs_them() -> (
    None
):
    first = first_of("batch-normalization")
    said = described("gamma, beta, running_mean, running_var, moving_mean=0", "x")
    how = plan(kind("batch-normalization"), first, said)
    shape = first.arrays["gamma"].shape
    assert list(how.held) == ["running_mean", "running_var"]
    assert np.array_equal(how.held["running_mean"], np.zeros(shape))
    assert np.array_equal(how.held["running_var"], np.ones(shape))
    made = how.made_with(first)
    assert list(made) == ["gamma", "beta", "running_mean", "running_var"]
    with pytest.raises(UnbuildableError, match="mean"):
        plan(kind("affine"), first_of("affine"), described("W, b, mean"))


@pytest.mark.parametrize(
    ("signature", "roles", "options", "fed"),
    [
        ("x", ["x"], [], ["x"]),
        ("data", ["x"], [], ["x"]),
        ("y, t", ["x", "t"], [], ["x", "t"]),
        ("t, scores", ["x", "t"], [], ["t", "x"]),
        ("one, other", ["x", "t"], [], ["x", "t"]),
        ("x, train_flg=True", ["x", "train"], [], ["x", "train"]),
        ("x", ["x", "train"], [], ["x"]),
        ("x, stride, pad", ["x"], ["pad", "stride"], ["x", "stride", "pad"]),
        ("x, eps=1", ["x"], ["epsilon"], ["x"]),
        ("x, eps", ["x"], ["epsilon"], ["x", "epsilon"]),
        ("x, other=1", ["x"], [], ["x"]),
        ("*", ["x", "train", "t"], [], ["x", "t"]),
    ],
)
def test_forward_is_given_roles_by_names_and_then_by_order(
    signature: str, roles: Any, options: Any, fed: Any
) -> None:
    assert list(fed_roles(roles, options, described("", signature))) == fed


@pytest.mark.parametrize(
    ("signature", "roles", "parameter", "taken"),
    [
        ("x, other", ["x"], "other", True),
        ("x", ["x", "t", "ids"], "t", False),
        ("x, other=1, train_flg=True", ["x", "train"], "train", False),
        ("x, stride", ["x"], "stride", True),
    ],
)
def test_what_forward_takes_too_much_or_too_little_is_named(
    signature: str, roles: Any, parameter: str, taken: bool
) -> None:
    with pytest.raises(UnbuildableError) as error:
        fed_roles(roles, [], described("", signature))
    assert (error.value.parameter, error.value.taken) == (parameter, taken)


@pytest.mark.parametrize(
    ("options", "taken", "own"),
    [
        (["pool_h", "pool_w", "size", "stride", "pad"], [], None),
        (["pool_h", "pool_w", "size", "stride", "pad"], ["size"], ["stride", "pad"]),
        (["pool_h", "pool_w", "size", "pad"], ["pool_h", "pool_w"], ["pad"]),
        (["stride", "pad", "ratio"], ["stride"], ["pad"]),
        (["ratio", "kept"], [], []),
    ],
)
def test_a_window_s_numbers_that_are_not_taken_are_the_layer_s_own(
    options: Any, taken: Any, own: Any
) -> None:
    made = Plan({role: role for role in taken}, ("x",))
    fed = Plan({}, ("x", *taken))
    expected = set(options if own is None else own)
    assert unasked(setting("x", options=options), made) == expected
    assert unasked(setting("x", options=options), fed) == expected


def test_a_name_has_the_first_role_that_it_is_known_for() -> None:
    assert role_of("Weights", ["b", "W"]) == "W"
    assert role_of("train_flg", ["x", "train"]) == "train"
    assert role_of("f", ["x", "size"]) == "size"
    assert role_of("x", ["x"]) == "x"
    assert role_of("foreign", ["x", "W"]) is None


X, W, B = (np.arange(n) + 0.5 for n in (2.0, 3.0, 4.0))
XWB = Setting("s", {"x": X, "W": W, "b": B}, lambda *_: ())
HOW = Plan({"W": "W", "b": "b"}, ("x",))
MADE = Moment("returned", params=(W, B))


def found(after: Moment, made: Moment = MADE, how: Plan = HOW) -> list[Any]:
    """The gradient of x, W, b: None, or which number it has all over."""
    got = gradients(how, XWB, made, after)
    assert list(got) == ["x", "W", "b"]
    shapes = {r: g.shape for r, g in got.items() if g is not None}
    assert shapes == {role: XWB.arrays[role].shape for role in shapes}
    return [None if g is None else float(g.flat[0]) for g in got.values()]


def of(number: float, like: Array = X) -> Array:
    return np.full(like.shape, number)


DX, DW, DB = of(1), of(2, W), of(3, B)
BACK: dict[str, tuple[Moment, list[Any]]] = {
    "returned": (Moment("returned", (DX, DW, DB)), [1, 2, 3]),
    "returned in part": (Moment("returned", (DX, DW)), [1, 2, None]),
    "nothing returned": (Moment("returned", (None,), none=True), [None, None, None]),
    "something that is no array": (Moment("returned", (None, DW)), [None, 2, None]),
    "listed": (Moment("returned", (DX,), grads=(DW, DB)), [1, 2, 3]),
    "listed in part": (Moment("returned", (DX,), grads=(DW,)), [1, 2, None]),
    "attributes": (
        Moment("returned", (DX,), attributes={"db": DB, "grad_W": DW}),
        [1, 2, 3],
    ),
    "attributes of other names": (
        Moment("returned", (DX,), attributes={"delta_bias": DB, "weight_grad": DW}),
        [1, 2, 3],
    ),
    "in a dictionary": (
        Moment("returned", (DX,), attributes={"grads.W": DW, "grads.b": DB}),
        [1, 2, 3],
    ),
    "in a dictionary of something else": (
        Moment("returned", (DX,), attributes={"cache.W": DW, "cache.db": DB}),
        [1, None, 3],
    ),
    "listed before an attribute": (
        Moment("returned", (DX, of(7)), grads=(DW,), attributes={"dW": of(9)}),
        [1, 2, None],
    ),
}


@pytest.mark.parametrize(("after", "numbers"), BACK.values(), ids=BACK)
def test_a_gradient_is_found_wherever_a_layer_puts_it(
    after: Moment, numbers: Any
) -> None:
    assert found(after) == numbers


def test_gradients_of_what_is_listed_several_times_add_up() -> None:
    twice = Moment("returned", params=(W, B, W, None))
    after = Moment("returned", (DX,), grads=(DW, DB, 2 * DW, DB))
    assert found(after, twice) == [1, 6, 3]
    lacking = Moment("returned", (DX,), grads=(DW, DB, None))
    assert found(lacking, twice) == [1, 2, 3]
    unlike = Moment("returned", (DX,), grads=(DW, DB, DX))
    assert found(unlike, twice) == [1, 2, 3]
    unlisted = Moment("returned", params=(W,))
    assert found(Moment("returned", (DX,), grads=(DW, DB)), unlisted) == [1, 2, None]


def test_a_gradient_beside_an_entry_of_params_is_that_entry_s() -> None:
    how = Plan({"params[0]": "W", "params[1]": "b"}, ("x",))
    after = Moment("returned", (DX,), grads=(DW, DB))
    assert found(after, Moment("returned"), how) == [1, 2, 3]
    assert own_gradient("params[1]", after) is DB
    assert own_gradient("params[2]", after) is None
    assert own_gradient("params.W", replace_attributes(after, {"dW": DW})) is DW
    assert own_gradient("alpha", replace_attributes(after, {"dbeta": DW})) is None


def replace_attributes(after: Moment, attributes: Any) -> Moment:
    return Moment(after.outcome, after.value, grads=after.grads, attributes=attributes)


@pytest.mark.parametrize(
    ("parameter", "gradient", "shape"),
    [
        (np.array(0.5), np.array([2.0]), ()),
        (np.array([0.5]), np.array(2.0), (1,)),
        (np.array([0.5]), np.array([2.0, 3.0]), (2,)),
    ],
)
def test_a_single_number_s_gradient_may_have_brackets_or_none(
    parameter: Array, gradient: Array, shape: Any
) -> None:
    one = Setting("s", {"x": X, "a": parameter}, lambda *_: ())
    after = Moment("returned", (DX,), attributes={"da": gradient})
    got = gradients(Plan({"a": "a"}, ("x",)), one, Moment("returned"), after)["a"]
    assert got is not None
    assert (got.shape, got.flat[0]) == (shape, 2)
    none = Moment("returned", (DX,))
    assert gradients(Plan({"a": "a"}, ("x",)), one, none, none)["a"] is None


@pytest.mark.parametrize(
    ("signature", "roles"),
    [
        ("x, t", ["x", "t"]),
        ("t, x", ["t", "x"]),
        ("one, other", ["x", "t"]),
        ("x, t, more=1", ["x", "t"]),
        ("*", ["x", "t"]),
    ],
)
def test_a_function_s_parameters_have_roles_by_names_and_then_by_order(
    signature: str, roles: Any
) -> None:
    found = function_plan.plan(setting("x", fed=["t", "x"]), described("", signature))
    assert (list(found.fed), dict(found.make)) == (roles, {})


@pytest.mark.parametrize(
    ("signature", "parameter"),
    [
        ("x", "t"),
        ("x, t, third, fourth", "third"),
        ("x, ksize", "ksize"),
        ("x, t, ksize=2", "ksize"),
        ("x, more=1, t=2", "layer"),
        ("", "x"),
    ],
)
def test_a_function_that_takes_more_or_less_is_not_called(
    signature: str, parameter: str
) -> None:
    with pytest.raises(UnbuildableError) as error:
        function_plan.plan(setting("x", fed=["t"]), described("", signature))
    assert error.value.parameter == parameter
