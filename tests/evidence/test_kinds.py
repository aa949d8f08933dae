"""The right layers that others are held to: a rule is the derivative of its value."""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from gradproof.evidence import (
    function_kinds,
    layer_extras,
    layer_hypers,
    layer_names,
    layer_plan,
    layers,
    loss_kinds,
    network_plan,
    unknown_layers,
    valley,
)
from gradproof.evidence.expected_passages import cotangents
from gradproof.evidence.function_kinds import FUNCTIONS
from gradproof.evidence.layer_kinds import KINDS
from gradproof.evidence.layer_settings import Reference, Setting
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.ports.trials import Description, Moment, Parameter

Array = np.ndarray[Any, Any]

H = 2.0**-18
ASIDE = ("dropout", "sigmoid-grad", "tanh-grad", "relu-grad")
"""It computes what is read off what forward gave; and derivatives have none here."""


def alternatives(kind: Any) -> Iterator[Setting]:
    instead = kind.instead(0) if kind.instead else ()
    for settings in (*kind.given(0), *instead):
        yield from settings


def references() -> Iterator[Any]:
    for kind in (*KINDS, *FUNCTIONS.values()):
        if kind.id in ASIDE:
            continue
        for n, setting in enumerate(alternatives(kind)):
            for reference in setting.right(None):
                label = f"{kind.id}-{n}-{reference.name}"
                yield pytest.param(setting, reference, id=label)


def values_of(reference: Reference, arrays: list[Array]) -> tuple[list[Array], Any]:
    value, backward = reference.layer(*arrays)
    values = value if isinstance(value, tuple) else (value,)
    return [np.asarray(v) for v in values], backward


@pytest.mark.parametrize(("setting", "reference"), list(references()))
def test_a_right_layer_s_gradients_are_the_slopes_of_its_value(
    setting: Setting, reference: Reference
) -> None:
    """Along one direction for each array, to a step's square and rounding."""
    arrays = [np.asarray(a, float) for a in setting.arrays.values()]
    values, backward = values_of(reference, arrays)
    given = [np.asarray(g) for g in cotangents(values, 1)]
    gradients = backward(*given)
    rng = np.random.default_rng(0)
    for n, gradient in enumerate(gradients[: len(arrays)]):
        if gradient is None:
            continue
        assert np.shape(gradient) == arrays[n].shape
        way = rng.choice([-1.0, 1.0], arrays[n].shape)

        def along(t: float, n: int = n, way: Array = way) -> float:
            moved = [a + t * way if k == n else a for k, a in enumerate(arrays)]
            found, _ = values_of(reference, moved)
            return sum(float(np.sum(g * v)) for g, v in zip(given, found, strict=True))

        slope = (along(H) - along(-H)) / (2 * H)
        wide = (along(2 * H) - along(-2 * H)) / (4 * H)
        size = sum(float(np.sum(np.abs(v))) for v in values)
        allowed = abs(wide - slope) + 64 * UNIT_ROUNDOFF * (1 + size) / H
        assert abs(float(np.sum(gradient * way)) - slope) <= allowed


def test_cotangents_are_of_both_signs_and_one_for_a_loss() -> None:
    (wide,) = cotangents([np.zeros((8, 8))], 0)
    assert -1 <= wide.min() < -0.5
    assert 0.5 < wide.max() <= 1
    assert cotangents([np.float64(3.0)], 0) == (1.0,)
    assert len(cotangents([np.zeros(2), None, np.zeros(3)], 0)) == 2


@pytest.mark.parametrize("id", ["sigmoid", "tanh"])
def test_a_derivative_by_the_value_is_the_one_by_the_argument(id: str) -> None:
    for setting in alternatives(FUNCTIONS[f"{id}-grad"]):
        x = setting.arrays["x"]
        by_argument, by_value = setting.right(None)
        y = 1 / (1 + np.exp(-x)) if id == "sigmoid" else np.tanh(x)
        assert by_value.layer(y)[0] == pytest.approx(by_argument.layer(x)[0])


def test_windows_are_laid_out_in_rows_columns_or_six_axes() -> None:
    for setting in alternatives(FUNCTIONS["im2col"]):
        x = setting.arrays["x"]
        found = {r.name: r.layer(x)[0] for r in setting.right(None)}
        assert {name: value.ndim for name, value in found.items()} == {
            "the windows, a row each": 2,
            "the windows, a row each, channels last": 2,
            "the windows, a column each": 2,
            "the windows, columns by image": 3,
            "the windows, six axes": 6,
        }
        size = x.shape[1] * 3 * 2
        assert found["the windows, a row each"].shape[1] == size
        assert found["the windows, a column each"].shape[0] == size


def test_a_loss_that_is_summed_is_off_by_as_much_more() -> None:
    (softmax,) = (kind for kind in KINDS if kind.id == "softmax-with-loss")
    for setting in alternatives(softmax):
        mean, summed = setting.right(None)
        x = setting.arrays["x"]
        assert summed.layer(x)[0] == pytest.approx(3 * mean.layer(x)[0])
        assert summed.slack == pytest.approx(3 * mean.slack)
        assert mean.slack > 0


def test_labels_differ_but_for_two_and_the_shapes_of_names_fit_together() -> None:
    for shapes in layer_names.SHAPES:
        if "gamma" in shapes:
            assert shapes["gamma"] == shapes["beta"]
        if "W" in shapes and "b" in shapes:
            assert shapes["b"][0] in shapes["W"]
        if "gamma" in shapes and "W" not in shapes:
            assert shapes["gamma"][-3:][0] == shapes["x"][1]
        cells = {name[-1] for name in shapes if name.startswith("Wx")}
        assert cells == {name[-1] for name in shapes if name.startswith("Wh")}
        assert not cells or cells == {name[-1] for name in shapes if name[0] == "b"}


def test_windows_are_named_by_their_stride_and_leave_a_rest() -> None:
    for how in function_kinds.HOW:
        assert f"stride {how['stride']}" in how["id"]
        assert how["pad"] == (1 if "pad 1" in how["id"] else 0)


@pytest.mark.parametrize("kinds", [function_kinds, loss_kinds])
def test_one_of_the_labels_is_there_twice(kinds: Any) -> None:
    """A gradient that is assigned is told from one that is added."""
    assert sorted(np.unique(kinds.LABELS, return_counts=True)[1]) == [1, 2]
    assert kinds.LABELS[0] == kinds.LABELS[2]


def test_three_arrays_are_rows() -> None:
    """As images some functions would make far too much of them."""
    assert [[len(shape) for shape in s] for s in unknown_layers._shapes(3)] == [[2] * 3]
    assert all(len(set(s)) == 1 for s in unknown_layers._shapes(1))


@pytest.mark.parametrize(
    ("default", "other"),
    [("0.0", 0.7), ("1.0", 0.7), ("2.0", 1.4), ("0.5", 0.35), ("None", None)],
)
def test_another_number_than_the_default_is_none_of_those_that_do_nothing(
    default: str, other: float | None
) -> None:
    parameter = Parameter("alpha", required=False, default=default)
    found = layer_hypers._other(parameter)
    assert found is None if other is None else found == pytest.approx(other)


def test_the_published_path_of_a_fading_square_has_its_usual_number() -> None:
    place, h = valley.START, np.zeros(2)
    path = [place]
    for _ in range(valley.STEPS):
        dx = place * [0.1, 2.0]
        h = 0.99 * h + (1 - 0.99) * dx * dx
        place = place - 0.3 * dx / (np.sqrt(h) + 1e-7)
        path.append(place)
    assert valley.published("rmsprop") == pytest.approx(np.array(path))


def test_chances_are_given_by_row_as_a_column_and_flat() -> None:
    (kind,) = (k for k in KINDS if k.id == "binary-cross-entropy")
    shapes = {s.id: s.arrays["x"].shape for s in alternatives(kind)}
    assert shapes == {"rows": (3, 4), "column": (3, 1), "numbers": (3,)}


def test_running_statistics_begin_as_those_of_normal_numbers() -> None:
    for name, begin in layer_plan.STATISTICS.items():
        assert begin == (0 if "mean" in name else 1)


def test_a_deep_network_of_the_book_takes_digits_of_28_by_28() -> None:
    assert math.prod(network_plan.DEEP_IMAGE) == 784
    assert network_plan.DEEP_IMAGE[1] == network_plan.DEEP_IMAGE[2]


@pytest.mark.parametrize(
    ("value", "instance", "roles", "agrees", "takes"),
    [
        ((np.zeros(3),), True, ("x", "t"), False, True),
        ((np.zeros(()),), True, ("x",), True, False),
        ((np.zeros(()), None), False, ("x",), False, True),
        ((np.zeros(()),), False, ("y", "t"), True, True),
    ],
)
def test_numbers_of_any_size_are_fed_unless_a_loss_may_be_one_of_chances(
    value: Any, instance: bool, roles: Any, agrees: bool, takes: bool
) -> None:
    trier: Any = SimpleNamespace(said=SimpleNamespace(instance=instance))
    first: Any = SimpleNamespace(forward=SimpleNamespace(value=value), agrees=agrees)
    assert layers._takes_any(trier, first, roles) == takes


def test_cotangents_of_extras_are_positive_and_about_1() -> None:
    asked: list[Any] = []

    class Port:
        def run(self, trials: Any) -> Any:
            asked.extend(trials)
            return [[Moment("returned", (np.zeros((8, 8)),))] for _ in trials]

    how: Any = SimpleNamespace(made_with=lambda _: {}, arguments=lambda _: ())
    setting, port = Setting("rows", {}, lambda *_: ()), cast(Any, Port())
    said = Description("layer", "layer")
    extra = layer_extras._back_and_forth(port, said, how, setting)
    assert (asked[1].steps[1].arguments[0] == extra.given).all()
    assert 0.5 <= extra.given.min() < 0.7
    assert 1.3 < extra.given.max() <= 1.5
