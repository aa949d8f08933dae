"""Convolution and pooling, with channels first or last."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof import layers as kit
from gradproof.evidence.layer_settings import (
    Reference,
    Setting,
    Settings,
    adapted,
    always,
    arrays_of,
)
from gradproof.layers import Layer
from gradproof.layers.layer import Backward

Array = np.ndarray[Any, Any]


def convolution(seed: int) -> Sequence[Sequence[Setting]]:
    """Images, channels first, with strides and padding; also channels last."""

    def setting(id: str, stride: int, pad: int, **shapes: tuple[int, ...]) -> Setting:
        layer = functools.partial(kit.convolution, stride=stride, pad=pad)
        right = always(Reference("Σ W·window + b", layer))
        options = {"stride": stride, "pad": pad}
        return Setting(id, arrays_of(seed, **shapes), right, options=options)

    overlapping = setting("stride 1", 1, 0, x=(2, 3, 4, 6), W=(4, 3, 2, 3), b=(4,))
    rest = setting("stride 2, pad 1", 2, 1, x=(2, 3, 6, 5), W=(2, 3, 3, 2), b=(2,))
    # Some refuse windows that leave a rest.
    whole = setting("stride 2, pad 1", 2, 1, x=(2, 3, 7, 6), W=(2, 3, 3, 2), b=(2,))
    # Some are made of one number for both sides of the filter.
    square = [
        setting("3×3, stride 1", 1, 0, x=(2, 3, 5, 7), W=(4, 3, 3, 3), b=(4,)),
        setting("3×3, stride 2, pad 1", 2, 1, x=(2, 3, 7, 5), W=(2, 3, 3, 3), b=(2,)),
    ]
    every = [overlapping, rest], [overlapping, whole], square
    last = [_channels_last(s) for s in (overlapping, whole)]
    return [*every, *([_without_bias(s) for s in each] for each in every), last]


def _channels_last(setting: Setting) -> Setting:
    """Of images (N, H, W, C) and filters (FH, FW, C, F)."""
    held = {role: setting.options[role] for role in ("stride", "pad")}

    def layer(x: Array, w: Array, b: Array, **more: Any) -> tuple[Array, Backward]:
        turned = x.transpose(0, 3, 1, 2), w.transpose(3, 2, 0, 1), b
        y, backward = kit.convolution(*turned, **{**held, **more})

        def back(dy: Array) -> tuple[Array, ...]:
            dx, dw, db = backward(dy.transpose(0, 3, 1, 2))
            return dx.transpose(0, 2, 3, 1), dw.transpose(2, 3, 1, 0), db

        return y.transpose(0, 2, 3, 1), back

    axes = {"x": (0, 2, 3, 1), "W": (2, 3, 1, 0), "b": (0,)}
    arrays = {
        role: np.ascontiguousarray(array.transpose(axes[role]))
        for role, array in setting.arrays.items()
    }
    right = always(Reference("Σ W·window + b, channels last", layer))
    id = f"{setting.id}, channels last"
    return replace(setting, id=id, arrays=arrays, references=right)


def _without_bias(setting: Setting) -> Setting:
    """Of a convolution that has none."""
    arrays = {role: a for role, a in setting.arrays.items() if role != "b"}
    layer = adapted(
        functools.partial(
            kit.convolution,
            stride=setting.options["stride"],
            pad=setting.options["pad"],
        ),
        lambda x, w: (x, w, np.zeros(len(w))),
        lambda dx, dw, db: (dx, dw),
    )
    right = always(Reference("Σ W·window", layer))
    return replace(setting, arrays=arrays, references=right)


def pooling(pool: Layer, name: str) -> Settings:
    """Images, channels first: windows side by side, and windows that overlap."""

    def settings(seed: int) -> Sequence[Sequence[Setting]]:
        def setting(size: tuple[int, int], stride: int, x: tuple[int, ...]) -> Setting:
            layer = functools.partial(pool, size=size, stride=stride)
            options = {
                "pool_h": size[0],
                "pool_w": size[1],
                "stride": stride,
                "pad": 0,
                "size": size[0] if size[0] == size[1] else size,
            }
            right = always(Reference(name, layer))
            id = f"{size[0]}×{size[1]}, stride {stride}"
            return Setting(id, arrays_of(seed, x=x), right, options=options)

        return [
            [setting((2, 3), 2, (2, 3, 5, 7)), setting((3, 3), 2, (2, 2, 6, 8))],
            [setting((2, 2), 2, (2, 3, 4, 6))],
        ]

    return settings


def pooling_last(pool: Layer, name: str) -> Settings:
    """The same of images (N, H, W, C)."""
    first = pooling(pool, name)

    def turned(setting: Setting) -> Setting:
        held = {
            "size": (setting.options["pool_h"], setting.options["pool_w"]),
            "stride": setting.options["stride"],
        }

        def layer(x: Array, **more: Any) -> tuple[Array, Backward]:
            y, backward = pool(x.transpose(0, 3, 1, 2), **{**held, **more})

            def back(dy: Array) -> Any:
                (dx,) = backward(dy.transpose(0, 3, 1, 2))
                return (dx.transpose(0, 2, 3, 1),)

            return y.transpose(0, 2, 3, 1), back

        x = np.ascontiguousarray(setting.arrays["x"].transpose(0, 2, 3, 1))
        right = always(Reference(f"{name}, channels last", layer))
        id = f"{setting.id}, channels last"
        return replace(setting, id=id, arrays={"x": x}, references=right)

    return lambda seed: [[turned(s) for s in each] for each in first(seed)]
