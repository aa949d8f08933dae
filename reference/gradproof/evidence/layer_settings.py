"""What a kind of layer is: what its layers are fed, and all that is right then."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradproof.layers import Layer
from gradproof.layers.layer import Backward
from gradproof.ports.function_names import plain

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Reference:
    """A right layer of a kind: takes the arrays of a setting, in order.

    ``slack`` is how far the value may be off beyond its rounding, ``slope_slack`` a
    gradient. ``doubt`` is the message of why a value that agrees is no proof, ``fault``
    of why it is wrong.
    """

    name: str
    layer: Layer
    slack: float = 0.0
    slope_slack: float = 0.0
    doubt: str = ""
    fault: str = ""


Rightly = Callable[[Array, Mapping[str, Array]], Sequence[Reference]]
"""All that is right, for what forward gave and the arrays of a setting."""


@dataclass(frozen=True, eq=False)
class Setting:
    """Numbers for a layer of a kind.

    ``arrays`` are by role, in the order of the right layer, and have gradients;
    those of ``optional`` need not be given any. ``fed`` are what forward takes beside
    them, ``options`` what the layer may be made with. ``references`` are all that is
    right, for what forward gave.
    """

    id: str
    arrays: Mapping[str, Array]
    references: Rightly
    fed: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()

    def right(self, observed: Array | None) -> Sequence[Reference]:
        """All that is right, for what forward gave, if it gave anything."""
        value = np.zeros(()) if observed is None else observed
        return self.references(value, self.arrays)


Settings = Callable[[int], Sequence[Sequence[Setting]]]
"""For a seed: what may be tried, each a list; the first that runs is taken."""


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of layer; ``inputs`` are the roles that forward takes, in its order.

    A ``loss`` is given 1 for a cotangent. ``certain`` are those of the names that say
    what is computed to the letter. ``mixes``: rows of a batch may depend on others.
    ``instead`` is what some are made for that are wrong in the settings.
    """

    id: str
    names: tuple[str, ...]
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    settings: Settings
    loss: bool = False
    certain: tuple[str, ...] = ()
    mixes: bool = False
    instead: Settings | None = None

    def given(self, seed: int) -> Sequence[Sequence[Setting]]:
        """What may be tried: the same objects each time they are asked for."""
        return _given(self.settings, seed)

    def is_certain(self, name: str) -> bool:
        """Whether a class of that name is this function and no other."""
        return bool(name_keys(name) & set(self.certain))


@functools.lru_cache(maxsize=256)
def _given(settings: Settings, seed: int) -> Sequence[Sequence[Setting]]:
    return settings(seed)


def distinct(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Numbers between −1 and 1 at equal distances, in any order, none of them 0."""
    size = int(np.prod(shape))
    numbers = (rng.permutation(size) + rng.uniform(0.25, 0.75)) / size
    signed = np.copysign(numbers, rng.choice([-1, 1], size))
    return np.asarray(signed.reshape(shape))


def arrays_of(seed: int, **shapes: tuple[int, ...]) -> dict[str, Array]:
    """Arrays of these shapes, of distinct numbers."""
    rng = np.random.default_rng(seed)
    return {role: distinct(rng, shape) for role, shape in shapes.items()}


def always(*references: Reference) -> Rightly:
    """These references, whatever forward gave."""
    return lambda observed, arrays: references


def one_setting(
    formula: str,
    layer: Layer,
    id: str = "rows",
    others: Sequence[Reference] = (),
    options: Mapping[str, Any] | None = None,
    **shapes: tuple[int, ...],
) -> Settings:
    """One setting, of arrays of these shapes."""

    def settings(seed: int) -> Sequence[Sequence[Setting]]:
        right = always(Reference(formula, layer), *others)
        given = arrays_of(seed, **shapes)
        return [[Setting(id, given, right, options=options or {})]]

    return settings


def adapted(
    layer: Layer, change: Callable[..., tuple[Any, ...]], back: Callable[..., Any]
) -> Layer:
    """A layer of changed arguments; ``back`` takes its gradients to theirs."""

    def changed(*arguments: Any, **held: Any) -> tuple[Any, Backward]:
        value, backward = layer(*change(*arguments), **held)
        return value, lambda *dys: back(*backward(*dys))

    return changed


def scaled(layer: Layer, factor: float) -> Layer:
    """A loss, so many times as large."""

    def larger(*arguments: Any, **held: Any) -> tuple[Any, Backward]:
        value, backward = layer(*arguments, **held)
        return value * factor, lambda dy: backward(dy * factor)

    return larger


WAYS = ("naive", "fast", "im2col", "strides", "reshape", "alt", "loops", "vectorized")
"""What is put behind a name for the way in which it is computed."""


def name_keys(name: str) -> set[str]:
    """A name, without what is put before it or behind."""
    key = plain(name)
    for beginning in ("simple", "naive", "my"):
        key = key.removeprefix(beginning) or key
    for ending in ("layer", "function", "simple", "op", *WAYS):
        key = key.removesuffix(ending) or key
    return {key}
