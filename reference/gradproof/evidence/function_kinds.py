"""The kinds of functions that are judged by themselves, as layers that go one way."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradproof import layers as kit
from gradproof.evidence.layer_settings import (
    Kind,
    Reference,
    Setting,
    Settings,
    distinct,
    scaled,
)
from gradproof.evidence.loss_kinds import LOGARITHM_EPSILON, SQUARES
from gradproof.layers import Layer
from gradproof.layers.layer import Backward
from gradproof.ports.function_names import NAMES

Array = np.ndarray[Any, Any]


def _setting(
    id: str, arrays: Mapping[str, Array], *right: Reference, **fed: Any
) -> Setting:
    return Setting(id, arrays, lambda observed, arrays: right, fed)


def _numbers(seed: int, *shape: int) -> Array:
    return distinct(np.random.default_rng(seed), shape)


def _of_numbers(formula: str, layer: Layer, *others: Reference) -> Settings:
    """Of a function of each number by itself."""
    right = Reference(formula, layer), *others

    def settings(seed: int) -> Sequence[Sequence[Setting]]:
        rows = _setting("rows", {"x": _numbers(seed, 3, 4)}, *right)
        line = _setting("one row", {"x": _numbers(seed, 5)}, *right)
        return [[line, rows], [rows], [line]]

    return settings


def _without_slope(function: Callable[[Array], Any]) -> Layer:
    """A function of which no derivative is asked."""
    return lambda x: (function(x), _none)


def _none(dy: Array) -> tuple[Array]:
    return (np.zeros_like(dy),)


def _slope_of(layer: Layer) -> Layer:
    """The derivative of a function of each number."""

    def slope(x: Array) -> Array:
        _, backward = layer(x)
        (found,) = backward(np.ones_like(x))
        return np.asarray(found)

    return _without_slope(slope)


def _of_value(of_value: Callable[[Array], Any], formula: str) -> Reference:
    """A derivative that is given the function's value, which is not to be seen."""
    return Reference(formula, _without_slope(of_value), doubt="layer.of-value")


def _identity(x: Array) -> tuple[Array, Backward]:
    return x, lambda dy: (dy,)


def _softmax(seed: int) -> Sequence[Sequence[Setting]]:
    right = Reference("eˣ / Σeˣ by row", kit.softmax)
    rows = _setting("rows", {"x": _numbers(seed, 3, 4)}, right)
    line = _setting("one row", {"x": _numbers(seed, 5)}, right)
    return [[line, rows], [rows], [line]]


LABELS = np.array([2, 0, 2])
CLASSES = 4


def _losses(
    one: Callable[[str, Array, Array], Setting], array: Array
) -> Sequence[Sequence[Setting]]:
    """One-hot rows and labels, as far as they are taken; else one sample."""
    rows = np.eye(CLASSES)[LABELS]
    row = one("one sample", array[0], rows[0])
    one_hot, labels = one("one-hot", array, rows), one("labels", array, LABELS)
    return [[one_hot, labels], [one_hot], [labels], [row]]


def _as_batch(layer: Layer) -> Layer:
    """A loss of a batch, for one sample too."""

    def of_sample(y: Array, *, t: Array) -> tuple[Array, Backward]:
        if y.ndim > 1:
            return layer(y, t=t)
        value, backward = layer(y[np.newaxis], t=t[np.newaxis])
        return value, lambda dy: (backward(dy)[0][0],)

    return of_sample


def _cross_entropy(seed: int) -> Sequence[Sequence[Setting]]:
    y = np.exp(_numbers(seed, 3, CLASSES))
    y /= y.sum(axis=1, keepdims=True)
    off = LOGARITHM_EPSILON / float(y.min())

    def one(id: str, y: Array, t: Array) -> Setting:
        def loss(formula: str, layer: Layer) -> Reference:
            return Reference(formula, functools.partial(_as_batch(layer), t=t), off)

        mean = loss("−log y[t], the batch's mean", kit.cross_entropy)
        inside = loss("−log softmax(y)[t], the batch's mean", kit.softmax_with_loss)
        return _setting(id, {"y": y}, mean, inside, t=t)

    return _losses(one, y)


def _softmax_loss(seed: int) -> Sequence[Sequence[Setting]]:
    x = _numbers(seed, 3, CLASSES)
    off = LOGARITHM_EPSILON * CLASSES * float(np.exp(2))

    def one(id: str, x: Array, t: Array) -> Setting:
        layer = functools.partial(_as_batch(kit.softmax_with_loss), t=t)
        formula = "−log softmax(x)[t], the batch's mean"
        return _setting(id, {"x": x}, Reference(formula, layer, off), t=t)

    return _losses(one, x)


def _squares(seed: int) -> Sequence[Sequence[Setting]]:
    right = [
        Reference(name, scaled(kit.mean_squared_error, factor))
        for name, factor in SQUARES.items()
    ]
    rng = np.random.default_rng(seed)
    arrays = {role: distinct(rng, (3, 4)) for role in ("y", "t")}
    return [[_setting("rows", arrays, *right)]]


# windows

HOW: Sequence[Mapping[str, Any]] = (
    {"id": "stride 1", "x": (2, 3, 4, 6), "size": (3, 2), "stride": 1, "pad": 0},
    {"id": "stride 2, pad 1", "x": (2, 3, 6, 7), "size": (3, 2), "stride": 2, "pad": 1},
)
"""Windows that overlap and leave a rest, of images and filters that are not square."""


def _layouts(how: Mapping[str, Any]) -> Sequence[Reference]:
    """The windows of an image as they are laid out in published code."""
    axes = {
        "the windows, a row each": ((0, 2, 3, 1, 4, 5), 3),
        "the windows, a row each, channels last": ((0, 2, 3, 4, 5, 1), 3),
        "the windows, a column each": ((1, 4, 5, 2, 3, 0), 3),
        "the windows, columns by image": ((0, 1, 4, 5, 2, 3), None),
        "the windows, six axes": ((0, 1, 4, 5, 2, 3), 0),
    }
    return [
        Reference(name, functools.partial(_laid_out, how, order, split))
        for name, (order, split) in axes.items()
    ]


def _laid_out(
    how: Mapping[str, Any],
    order: tuple[int, ...],
    split: int | None,
    x: Array,
    **changed: Any,
) -> tuple[Array, Backward]:
    """``split``: how many axes make rows; ``None``: by image; 0: they stay six."""
    windows = changed.pop("windows", kit.windows)
    shown = {name: how[name] for name in ("size", "stride", "pad")}
    every, back = windows(x, **{**shown, **changed})
    turned = every.transpose(order)
    shape: tuple[int, ...] = turned.shape
    if split is None:
        shape = shape[0], int(np.prod(shape[1:4])), int(np.prod(shape[4:]))
    elif split:
        shape = int(np.prod(shape[:split])), int(np.prod(shape[split:]))

    def backward(dy: Array) -> tuple[Array, ...]:
        dwindows = dy.reshape(turned.shape).transpose(np.argsort(order))
        gradients: tuple[Array, ...] = back(dwindows)
        return gradients

    return turned.reshape(shape), backward


def _windows(fed: Callable[[tuple[int, int]], Mapping[str, Any]]) -> Settings:
    def settings(seed: int) -> Sequence[Setting]:
        found = []
        for how in HOW:
            given = {**fed(how["size"]), "stride": how["stride"], "pad": how["pad"]}
            x = _numbers(seed, *how["x"])
            right = _layouts(how)
            found.append(
                Setting(how["id"], {"x": x}, lambda _, __, r=right: r, given, given)  # type: ignore[misc]
            )
        return found

    return lambda seed: [settings(seed)]


def _sides(size: tuple[int, int]) -> Mapping[str, Any]:
    return {"pool_h": size[0], "pool_w": size[1]}


def _both(size: tuple[int, int]) -> Mapping[str, Any]:
    return {"size": size}


def _im2col(seed: int) -> Sequence[Sequence[Setting]]:
    return [*_windows(_sides)(seed), *_windows(_both)(seed)]


def _col2im(seed: int) -> Sequence[Sequence[Setting]]:
    """Of rows, where there is no im2col that it is the adjoint of."""
    found = []
    for how in HOW:
        held = {name: how[name] for name in ("size", "stride", "pad")}
        columns, _ = kit.im2col(np.zeros(how["x"]), **held)
        col = _numbers(seed, *columns.shape)
        layer = functools.partial(kit.col2im, shape=how["x"], **held)
        given = {**_sides(how["size"]), "stride": how["stride"], "pad": how["pad"]}
        fed = {"shape": how["x"], **given}
        right = Reference("the windows, added up", layer)
        found.append(_setting(how["id"], {"col": col}, right, **fed))
    return [found]


ADJOINT_OF = {"col2im": "im2col"}
"""The kind of the function that one is the adjoint of."""


def _kind(id: str, settings: Settings, *inputs: str) -> Kind:
    return Kind(id, NAMES[id], inputs, (), settings)


FUNCTIONS: Mapping[str, Kind] = {
    kind.id: kind
    for kind in (
        _kind("softmax", _softmax, "x"),
        _kind("sigmoid", _of_numbers("1 / (1 + e⁻ˣ)", kit.sigmoid), "x"),
        _kind("tanh", _of_numbers("tanh x", kit.tanh), "x"),
        _kind("relu", _of_numbers("max(x, 0)", kit.relu), "x"),
        _kind("identity", _of_numbers("x", _identity), "x"),
        _kind(
            "step",
            _of_numbers("1 where x > 0", _without_slope(lambda x: (x > 0) * 1.0)),
            "x",
        ),
        _kind(
            "sigmoid-grad",
            _of_numbers(
                "y·(1 − y), y = sigmoid(x)",
                _slope_of(kit.sigmoid),
                _of_value(lambda y: y * (1 - y), "y·(1 − y)"),
            ),
            "x",
        ),
        _kind(
            "tanh-grad",
            _of_numbers(
                "1 − y², y = tanh x",
                _slope_of(kit.tanh),
                _of_value(lambda y: 1 - y * y, "1 − y²"),
            ),
            "x",
        ),
        _kind("relu-grad", _of_numbers("1 where x > 0", _slope_of(kit.relu)), "x"),
        _kind("cross-entropy", _cross_entropy, "y"),
        _kind("softmax-with-loss", _softmax_loss, "x"),
        _kind("squared-error", _squares, "y", "t"),
        _kind("im2col", _im2col, "x"),
        _kind("col2im", _col2im, "col"),
    )
}
"""Every kind of function that is known, by its id."""
