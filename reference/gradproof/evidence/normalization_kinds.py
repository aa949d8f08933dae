"""Batch normalization, of rows and of images."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradproof import layers as kit
from gradproof.evidence.layer_settings import Reference, Rightly, Setting, arrays_of
from gradproof.layers import Layer
from gradproof.layers.layer import Backward

Array = np.ndarray[Any, Any]


NORM_EPSILONS = (1e-6, 1e-7, 1e-5, 1e-8, 1e-3, 1e-10, 1e-12, 0.0, 1e-4, 1e-9, 2e-5)
"""Those that are published for batch normalization; the book's is 10e-7."""


LEAST_VARIANCE = 0.05
"""Of the numbers that normalizations are given, but for a rare pixel's."""


HARMLESS_EPSILON = 1e-6
"""The largest ε of a normalization of which a gradient may be taken as if it were 0."""


def _normalized(layer: Layer) -> Rightly:
    """What is right of a normalization: with any ε that is published, and others.

    Of x / √(v + ε) the slope changes by about ε/v, where ε is left out of it.
    """
    published = [
        *(_under_root(layer, e) for e in NORM_EPSILONS),
        *(
            Reference(
                f"ε = {e:g} beside the root",
                functools.partial(layer, epsilon=0.0, outside=e),
                slope_slack=_slack_of(e),
            )
            for e in NORM_EPSILONS
        ),
    ]

    def right(observed: Array, arrays: Mapping[str, Array]) -> Sequence[Reference]:
        epsilon = _epsilon_of(observed, layer, *arrays.values())
        if epsilon is None:
            return published
        return [*published, _under_root(layer, epsilon)]

    return right


def _slack_of(epsilon: float) -> float:
    """ε/v of γ·dy/√v, for γ and dy below 1 and the variances of these settings."""
    return epsilon / LEAST_VARIANCE**1.5 if epsilon <= HARMLESS_EPSILON else 0.0


def _under_root(layer: Layer, epsilon: float) -> Reference:
    held = functools.partial(layer, epsilon=epsilon)
    name = f"ε = {epsilon:g} under the root"
    return Reference(name, held, slope_slack=_slack_of(epsilon))


def _epsilon_of(
    observed: Array, layer: Layer, x: Array, gamma: Array, beta: Array
) -> float | None:
    """The ε of a value, if it is as small as one that is published.

    Without β an entry is a / √(v + ε). So its square at ε = 0, by those at ε = 1 and
    at the ε that is sought, is 1 + 1/v and 1 + ε/v.
    """
    shift = layer(x, gamma * 0, beta, epsilon=1.0)[0]
    if np.shape(observed) != shift.shape:
        return None
    at_0, at_1 = (layer(x, gamma, beta, epsilon=e)[0] - shift for e in (0.0, 1.0))
    largest = np.unravel_index(int(np.argmax(np.abs(at_0))), shift.shape)
    with np.errstate(all="ignore"):
        variance = 1 / ((at_0 / at_1) ** 2 - 1)
        found = variance * ((at_0 / (observed - shift)) ** 2 - 1)
    epsilon = float(found[largest])
    return epsilon if 0 < epsilon <= max(NORM_EPSILONS) else None


def _by_element(
    x: Array, gamma: Array, beta: Array, *, epsilon: float, outside: float = 0.0
) -> tuple[Array, Backward]:
    """Batch normalization of images, every pixel of every channel by itself."""
    rows = x.reshape(len(x), -1)
    y, backward = kit.batch_normalization(
        rows, gamma, beta, epsilon=epsilon, outside=outside
    )

    def back(dy: Array) -> tuple[Array, ...]:
        dx, *parameters = backward(dy.reshape(len(x), -1))
        return dx.reshape(x.shape), *parameters

    return y.reshape(x.shape), back


def normalization(seed: int) -> Sequence[Sequence[Setting]]:
    """Rows, and images by channel or by element."""

    def setting(id: str, layer: Layer, x: tuple[int, ...], size: int) -> Setting:
        arrays = arrays_of(seed, x=x, gamma=(size,), beta=(size,))
        needed = {"momentum": 0.5, "epsilon": 1e-5}
        return Setting(id, arrays, _normalized(layer), {"train": True}, needed)

    image = (4, 3, 2, 4)
    by_channel = kit.over_channels(kit.batch_normalization)
    rows = setting("rows", kit.batch_normalization, (4, 3), 3)
    channels = setting("images, by channel", by_channel, image, 3)
    elements = setting("images, by element", _by_element, image, 24)
    return [[rows, channels], [rows, elements], [rows], [channels], [elements]]
