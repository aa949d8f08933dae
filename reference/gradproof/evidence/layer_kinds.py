"""The kinds of layers that are known: their names, what they are fed, what is due."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradproof import layers as kit
from gradproof.layers import Layer
from gradproof.layers.layer import Backward
from gradproof.ports.function_names import plain

Array = np.ndarray[Any, Any]

LOGARITHM_EPSILON = 1e-6
"""The largest ε that is published for log(y + ε): 10e-7, in some copies of the book."""

NORM_EPSILONS = (1e-6, 1e-7, 1e-5, 1e-8, 1e-3, 1e-10, 1e-12, 0.0, 1e-4, 1e-9, 2e-5)
"""Those that are published for batch normalization; the book's is 10e-7."""


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
        return bool(_keys(name) & set(self.certain))


@functools.lru_cache(maxsize=256)
def _given(settings: Settings, seed: int) -> Sequence[Sequence[Setting]]:
    return settings(seed)


def distinct(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Numbers between −1 and 1 at equal distances, in any order, none of them 0."""
    size = int(np.prod(shape))
    numbers = (rng.permutation(size) + rng.uniform(0.25, 0.75)) / size
    return np.asarray((numbers * rng.choice([-1, 1], size)).reshape(shape))


def _numbers(seed: int, **shapes: tuple[int, ...]) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    return {role: distinct(rng, shape) for role, shape in shapes.items()}


def _always(*references: Reference) -> Rightly:
    return lambda observed, arrays: references


def _one(
    formula: str,
    layer: Layer,
    id: str = "rows",
    others: Sequence[Reference] = (),
    options: Mapping[str, Any] | None = None,
    **shapes: tuple[int, ...],
) -> Settings:
    """One setting, of arrays of these shapes."""

    def settings(seed: int) -> Sequence[Sequence[Setting]]:
        right = _always(Reference(formula, layer), *others)
        given = _numbers(seed, **shapes)
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


def _turned(layer: Layer) -> Layer:
    """Of weights that lie the other way."""
    return adapted(
        layer,
        lambda x, w, *b: (x, w.T, *b),
        lambda dx, dw, *db: (dx, dw.T, *db),
    )


# affine layers


def _affine(seed: int) -> Sequence[Sequence[Setting]]:
    right = _always(Reference("x·W + b", kit.affine))
    turned = _always(Reference("x·Wᵀ + b", _turned(kit.affine)))
    row = _always(
        Reference(
            "x·W + b",
            adapted(
                kit.affine,
                lambda x, w, b: (x, w, b[0]),
                lambda dx, dw, db: (dx, dw, db.reshape(1, -1)),
            ),
        )
    )
    rows = Setting("rows", _numbers(seed, x=(3, 4), W=(4, 5), b=(5,)), right)
    square = Setting("square", _numbers(seed, x=(3, 4), W=(4, 4), b=(4,)), right)
    other = Setting("rows", _numbers(seed, x=(3, 4), W=(5, 4), b=(5,)), turned)
    as_row = Setting("rows", _numbers(seed, x=(3, 4), W=(4, 5), b=(1, 5)), row)
    alone = _always(Reference("x·W", kit.matmul))
    without = Setting("rows", _numbers(seed, x=(3, 4), W=(4, 5)), alone)
    return [[rows, square], [other], [as_row], [without]]


def _matmul(seed: int) -> Sequence[Sequence[Setting]]:
    right = _always(Reference("x·W", kit.matmul))
    rows = Setting("rows", _numbers(seed, x=(3, 4), W=(4, 5)), right)
    square = Setting("square", _numbers(seed, x=(3, 4), W=(4, 4)), right)
    return [[rows, square]]


def _affine_over_time(seed: int) -> Sequence[Sequence[Setting]]:
    arrays = _numbers(seed, x=(2, 3, 4), W=(4, 5), b=(5,))
    right = _always(Reference("x·W + b at each step", kit.time_affine))
    return [[Setting("sequences", arrays, right)]]


def _matmul_over_time(seed: int) -> Sequence[Sequence[Setting]]:
    arrays = _numbers(seed, x=(2, 3, 4), W=(4, 5))
    right = _always(Reference("x·W at each step", kit.over_rows(kit.matmul)))
    return [[Setting("sequences", arrays, right)]]


IDS = np.array([[1, 1, 0], [1, 1, 4]])
"""One is there again in a row and in a column, however they are rolled: a step of a
sequence has an id of several samples, and a sample has one at several steps."""


def _embedding(seed: int) -> Sequence[Sequence[Setting]]:
    def setting(ids: Array, of: str) -> Setting:
        layer = functools.partial(kit.embedding, ids=ids)
        right = _always(Reference("W[ids]", layer))
        return Setting(of, _numbers(seed, W=(5, 3)), right, {"ids": ids})

    ids = np.roll(IDS, seed)
    return [[setting(ids[0], "ids")], [setting(ids, "ids")]]


def _time_embedding(seed: int) -> Sequence[Sequence[Setting]]:
    ids = np.roll(IDS, seed)
    layer = functools.partial(kit.embedding, ids=ids)
    right = _always(Reference("W[ids]", layer))
    return [[Setting("ids", _numbers(seed, W=(5, 3)), right, {"ids": ids})]]


# losses

LABELS = np.array([2, 0, 2])


def scaled(layer: Layer, factor: float) -> Layer:
    """A loss, so many times as large."""

    def larger(*arguments: Any, **held: Any) -> tuple[Any, Backward]:
        value, backward = layer(*arguments, **held)
        return value * factor, lambda dy: backward(dy * factor)

    return larger


def _softmax_with_loss(seed: int) -> Sequence[Sequence[Setting]]:
    x = _numbers(seed, x=(3, 4))
    labels = np.roll(LABELS, seed)
    shares = np.exp(x["x"]) / np.exp(x["x"]).sum(axis=1, keepdims=True)
    off = LOGARITHM_EPSILON * float(np.mean(1 / shares[np.arange(3), labels]))

    def setting(id: str, t: Array) -> Setting:
        layer = functools.partial(kit.softmax_with_loss, t=t)
        right = _always(
            Reference("−log softmax(x)[t], the batch's mean", layer, off),
            Reference("−log softmax(x)[t], summed", scaled(layer, 3.0), 3 * off),
        )
        return Setting(id, x, right, {"t": t})

    one_hot = np.eye(4)[labels]
    return [
        [setting("one-hot", one_hot), setting("labels", labels)],
        [setting("one-hot", one_hot)],
        [setting("labels", labels)],
    ]


def _time_softmax(seed: int) -> Sequence[Sequence[Setting]]:
    t = np.roll(np.array([[1, 3, 0], [3, 1, 2]]), seed)
    x = _numbers(seed, x=(2, 3, 4))
    off = LOGARITHM_EPSILON * float(np.exp(2) * 4)

    def setting(id: str, t: Array) -> Setting:
        layer = functools.partial(kit.time_softmax_with_loss, t=t)
        steps = np.sum(t != -1) if t.ndim == 2 else t.sum()
        summed = scaled(layer, float(steps))
        per_sample = scaled(layer, float(steps) / 2)
        right = _always(
            Reference("−log softmax(x)[t], the steps' mean", layer, off),
            Reference("−log softmax(x)[t], summed", summed, 6 * off),
            Reference("−log softmax(x)[t], a sample", per_sample, 3 * off),
            # Where no label is ignored, −1 is NumPy's name of the last class.
            Reference(
                "−log softmax(x)[t], none ignored",
                functools.partial(kit.time_softmax_with_loss, t=t % 4),
                off,
            ),
        )
        return Setting(id, x, right, {"t": t})

    ignored = t.copy()
    ignored[0, 1] = -1
    labels = setting("labels", t)
    one_hot = setting("one-hot", np.eye(4)[t])
    return [[labels, setting("ignored", ignored)], [labels], [one_hot]]


def _sigmoid_with_loss(seed: int) -> Sequence[Sequence[Setting]]:
    t = np.array([1, 0, 1]) if seed % 2 == 0 else np.array([0, 0, 1])
    flat = _numbers(seed, x=(3,))
    off = LOGARITHM_EPSILON * (1 + float(np.e)) * 2
    layer = functools.partial(kit.sigmoid_with_loss, t=t)
    right = _always(
        Reference("cross entropy of sigmoid(x), the batch's mean", layer, off),
        Reference("cross entropy of sigmoid(x), summed", scaled(layer, 3.0), off * 3),
    )
    column = functools.partial(kit.sigmoid_with_loss, t=t.reshape(3, 1))
    of_column = _always(
        Reference("cross entropy of sigmoid(x), the batch's mean", column, off)
    )
    return [
        [Setting("numbers", flat, right, {"t": t})],
        [
            Setting(
                "column",
                {"x": flat["x"].reshape(3, 1)},
                of_column,
                {"t": t.reshape(3, 1)},
            )
        ],
    ]


def _chances(seed: int, *shape: int) -> Array:
    """Different ones, all between 0.2 and 0.8."""
    return 0.5 + 0.3 * distinct(np.random.default_rng(seed), shape)


def _of_chances(formula: str, layer: Layer, y: Array, times: int = 1) -> Rightly:
    """A loss that is a mean or a sum; the ε of its logarithm is open."""
    rows = len(y)
    least = float(np.minimum(y, 1 - y).min())
    off = LOGARITHM_EPSILON / least
    each = Reference(formula, layer, times * y.size * off, off / least)
    factors = {
        "the batch's mean": 1.0,
        "summed": float(rows),
        "the mean of all": rows / y.size,
    }
    return _always(
        *(
            replace(
                each,
                name=f"{formula}, {how}",
                layer=scaled(layer, factor),
                slack=each.slack * max(factor, 1.0),
                slope_slack=each.slope_slack * max(factor, 1.0),
            )
            for how, factor in factors.items()
        )
    )


def _cross_entropy(seed: int) -> Sequence[Sequence[Setting]]:
    y = _chances(seed, 3, 4)
    y /= y.sum(axis=1, keepdims=True)
    labels = np.roll(LABELS, seed)

    def setting(id: str, t: Array) -> Setting:
        layer = functools.partial(kit.cross_entropy, t=t)
        return Setting(id, {"x": y}, _of_chances("−log x[t]", layer, y), {"t": t})

    one_hot, by_label = setting("one-hot", np.eye(4)[labels]), setting("labels", labels)
    return [[one_hot, by_label], [one_hot], [by_label]]


BINARY = np.array([[1, 0, 0, 1], [0, 1, 0, 0], [1, 1, 1, 0]])


def _binary_cross_entropy(seed: int) -> Sequence[Sequence[Setting]]:
    def setting(id: str, *shape: int) -> list[Setting]:
        t = np.roll(BINARY, seed).ravel()[: int(np.prod(shape))].reshape(shape)
        y = _chances(seed, *shape)
        layer = functools.partial(kit.binary_cross_entropy, t=t)
        right = _of_chances("−(t·log x + (1 − t)·log(1 − x))", layer, y, 2)
        return [Setting(id, {"x": y}, right, {"t": t})]

    return [
        setting("rows", 3, 4),
        setting("column", 3, 1),
        setting("numbers", 3),
    ]


SQUARES = {
    "Σ(y − t)²/N": 1.0,
    "½Σ(y − t)²/N": 0.5,
    "Σ(y − t)², the mean of all": 1 / 4,
    "½Σ(y − t)², the mean of all": 1 / 8,
    "½Σ(y − t)²": 1.5,
    "Σ(y − t)²": 3.0,
}
"""Squared errors as they are published, against the batch's mean, for (3, 4)."""


def _mean_squared_error(seed: int) -> Sequence[Sequence[Setting]]:
    right = _always(
        *(
            Reference(name, scaled(kit.mean_squared_error, factor))
            for name, factor in SQUARES.items()
        )
    )
    arrays = _numbers(seed, x=(3, 4), t=(3, 4))
    return [[Setting("rows", arrays, right, optional=frozenset({"t"}))]]


# normalization and dropout


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


def _normalization(seed: int) -> Sequence[Sequence[Setting]]:
    def setting(id: str, layer: Layer, x: tuple[int, ...], size: int) -> Setting:
        arrays = _numbers(seed, x=x, gamma=(size,), beta=(size,))
        needed = {"momentum": 0.5, "epsilon": 1e-5}
        return Setting(id, arrays, _normalized(layer), {"train": True}, needed)

    image = (4, 3, 2, 4)
    by_channel = kit.over_channels(kit.batch_normalization)
    rows = setting("rows", kit.batch_normalization, (4, 3), 3)
    channels = setting("images, by channel", by_channel, image, 3)
    elements = setting("images, by element", _by_element, image, 24)
    return [[rows, channels], [rows, elements], [rows], [channels], [elements]]


DROPPED = 0.2
"""The part that is dropped: another one than what is kept."""

SHARE_OFF = 0.15
"""How far the part that is kept may be off: halfway from DROPPED to ½.

By Hoeffding's inequality a mask of 384 entries is off by more once in 10⁷ times.
"""

RATIO_KEPT = "layer.ratio-kept"
RATIO_SWAPPED = "layer.ratio-swapped"
RATIO_IGNORED = "layer.ratio-ignored"


def kept_share(mask: Array) -> tuple[float, ...]:
    """The part that is kept, if it is what is due, or what is due to be dropped."""
    share = float(np.mean(mask))
    both = (1 - DROPPED, DROPPED)
    return tuple(part for part in both if abs(share - part) <= SHARE_OFF)


def _dropout(seed: int) -> Sequence[Sequence[Setting]]:
    x = _numbers(seed, x=(16, 24))

    def right(observed: Array, arrays: Mapping[str, Array]) -> Sequence[Reference]:
        given = arrays["x"]
        same = observed.shape == given.shape
        mask = (observed != 0).astype(float) if same else np.ones(given.shape)
        return [
            Reference(
                name,
                functools.partial(kit.dropout, mask=mask, scale=scale),
                fault=_fault_of(scale, kept_share(mask)),
            )
            for name, scale in _scales(observed, given, mask)
        ]

    options = {"ratio": DROPPED, "kept": 1 - DROPPED}
    return [[Setting("training", x, right, {"train": True}, options)]]


def _scales(observed: Array, x: Array, mask: Array) -> list[tuple[str, float]]:
    """Those that are right for some part, and before these the one that was seen."""
    plain, scaled = ("x·mask", 1.0), ("x·mask / (1 − ratio)", 1 / (1 - DROPPED))
    largest = np.unravel_index(int(np.argmax(np.abs(x) * mask)), x.shape)
    if observed.shape != x.shape or not mask.any():
        return [plain, scaled]
    seen = float(f"{observed[largest] / x[largest]:.12g}")
    if seen in (1.0, 1 / (1 - DROPPED)) or not np.isfinite(seen):
        return [plain, scaled]
    return [plain, (f"{seen:g}·x·mask", seen), scaled]


def _fault_of(scale: float, kept: tuple[float, ...]) -> str:
    """What is wrong with such a scale where such a part is kept."""
    if not kept:
        return RATIO_IGNORED
    if scale not in (1.0, float(f"{1 / kept[0]:.12g}")):
        return RATIO_SWAPPED
    return "" if kept[0] == 1 - DROPPED else RATIO_KEPT


# images


def _convolution(seed: int) -> Sequence[Sequence[Setting]]:
    def setting(id: str, stride: int, pad: int, **shapes: tuple[int, ...]) -> Setting:
        layer = functools.partial(kit.convolution, stride=stride, pad=pad)
        right = _always(Reference("Σ W·window + b", layer))
        options = {"stride": stride, "pad": pad}
        return Setting(id, _numbers(seed, **shapes), right, options=options)

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
    right = _always(Reference("Σ W·window + b, channels last", layer))
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
    right = _always(Reference("Σ W·window", layer))
    return replace(setting, arrays=arrays, references=right)


def _pooling(pool: Layer, name: str) -> Settings:
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
            right = _always(Reference(name, layer))
            id = f"{size[0]}×{size[1]}, stride {stride}"
            return Setting(id, _numbers(seed, x=x), right, options=options)

        return [
            [setting((2, 3), 2, (2, 3, 5, 7)), setting((3, 3), 2, (2, 2, 6, 8))],
            [setting((2, 2), 2, (2, 3, 4, 6))],
        ]

    return settings


def _pooling_last(pool: Layer, name: str) -> Settings:
    """The same of images (N, H, W, C)."""
    first = _pooling(pool, name)

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
        right = _always(Reference(f"{name}, channels last", layer))
        id = f"{setting.id}, channels last"
        return replace(setting, id=id, arrays={"x": x}, references=right)

    return lambda seed: [[turned(s) for s in each] for each in first(seed)]


# recurrent layers


CELLS = {
    1: "tanh(x·Wx + h·Wh + b)",
    3: "(1 − z)·h + z·tanh(x·Wx + (r·h)·Wh + b)",
    4: "o·tanh(f·c + g·i)",
}
"""What the cells compute, by the number of their blocks."""


CELL_OF: Mapping[Layer, Layer] = {kit.time_lstm: kit.lstm}


def _cell(layer: Layer, gates: int, states: int) -> Settings:
    blocks, formula = 4 * gates, CELLS[gates]
    shapes: dict[str, tuple[int, ...]] = {
        "x": (2, 3),
        **{role: (2, 4) for role in ("h", "c")[:states]},
        "Wx": (3, blocks),
        "Wh": (4, blocks),
        "b": (blocks,),
    }
    over: dict[Layer, Layer] = {
        **{kit.rnn: kit.time_rnn, kit.lstm: kit.time_lstm},
        kit.gru: kit.time_gru,
    }
    step = _one(formula, layer, "one step", _gates(layer), None, **shapes)
    steps = _from_state(over[layer], gates, states)
    return lambda seed: [*step(seed), *steps(seed)]


def _from_state(layer: Layer, gates: int, states: int) -> Settings:
    """A cell's sequence, from a state h that is given; what else it has is 0."""
    blocks = 4 * gates

    def from_state(
        xs: Any, h: Any, wx: Any, wh: Any, b: Any, **held: Any
    ) -> tuple[Any, Backward]:
        value, backward = layer(xs, h, *[h * 0] * (states - 1), wx, wh, b, **held)

        def back(dhs: Any) -> tuple[Any, ...]:
            dxs, dh, *rest = backward(dhs)
            return dxs, dh, *rest[states - 1 :]

        return value[0], back

    shapes: dict[str, tuple[int, ...]] = {
        **{"x": (2, 3, 3), "h": (2, 4)},
        **{"Wx": (3, blocks), "Wh": (4, blocks), "b": (blocks,)},
    }
    others = [
        Reference(
            f"{r.name}, step by step", functools.partial(from_state, cell=r.layer)
        )
        for r in _gates(CELL_OF.get(layer, layer))
    ]
    formula = f"{CELLS[gates]}, step by step"
    return _one(formula, from_state, "a sequence", others, None, **shapes)


GATES = ("ifgo", "ifog", "igfo", "iofg", "fiog", "figo", "fogi")
"""Orders of an LSTM's gates in other code than the second volume's, which is fgio."""


def _gates(layer: Layer) -> Sequence[Reference]:
    """The same cell with its gates in other orders."""
    if layer is not kit.lstm:
        return ()
    return [
        Reference(f"{CELLS[4]}, gates {order}", functools.partial(layer, gates=order))
        for order in GATES
    ]


def _over_time(layer: Layer, gates: int, states: int) -> Settings:
    blocks, formula = 4 * gates, CELLS[gates]

    def from_zero(
        xs: Any, wx: Any, wh: Any, b: Any, **held: Any
    ) -> tuple[Any, Backward]:
        zero = np.zeros((len(xs), wh.shape[0]), xs.dtype)
        if xs.dtype == object:
            zero = xs[:, 0, :1] * 0 + zero
        value, backward = layer(xs, *[zero] * states, wx, wh, b, **held)

        def back(dys: Any) -> tuple[Any, ...]:
            dxs, *rest = backward(dys)
            return dxs, *rest[states:]

        return value[0], back

    shapes: dict[str, tuple[int, ...]] = {
        "x": (2, 3, 3),
        "Wx": (3, blocks),
        "Wh": (4, blocks),
        "b": (blocks,),
    }
    others = [
        Reference(
            f"{r.name}, step by step",
            functools.partial(from_zero, cell=r.layer),
        )
        for r in _gates(CELL_OF.get(layer, layer))
    ]
    by_step, options = f"{formula}, step by step", {"stateful": False}
    return _one(by_step, from_zero, "from zero", others, options, **shapes)


KINDS: tuple[Kind, ...] = (
    Kind(
        "affine",
        ("affine", "linear", "dense", "fullyconnected", "fc", "linearfunction"),
        ("x",),
        ("W", "b"),
        _affine,
        instead=_affine_over_time,
    ),
    Kind(
        "matmul",
        ("matmul", "dot"),
        ("x",),
        ("W",),
        _matmul,
        certain=("matmul",),
        instead=_matmul_over_time,
    ),
    Kind(
        "time-affine",
        ("timeaffine", "temporalaffine"),
        ("x",),
        ("W", "b"),
        _one(
            "x·W + b at each step",
            kit.time_affine,
            "sequences",
            x=(2, 3, 4),
            W=(4, 5),
            b=(5,),
        ),
    ),
    Kind("embedding", ("embedding", "embed", "wordembedding"), (), ("W",), _embedding),
    Kind("time-embedding", ("timeembedding",), (), ("W",), _time_embedding),
    Kind(
        "relu",
        ("relu",),
        ("x",),
        (),
        _one("max(x, 0)", kit.relu, x=(3, 4)),
        certain=("relu",),
    ),
    Kind(
        "sigmoid",
        ("sigmoid",),
        ("x",),
        (),
        _one("1 / (1 + e⁻ˣ)", kit.sigmoid, x=(3, 4)),
        certain=("sigmoid",),
    ),
    Kind(
        "tanh",
        ("tanh",),
        ("x",),
        (),
        _one("tanh x", kit.tanh, x=(3, 4)),
        certain=("tanh",),
    ),
    Kind(
        "softmax",
        ("softmax",),
        ("x",),
        (),
        _one("eˣ / Σeˣ by row", kit.softmax, x=(3, 4)),
        certain=("softmax",),
    ),
    Kind(
        "log-softmax",
        ("logsoftmax",),
        ("x",),
        (),
        _one("x − log Σeˣ by row", kit.log_softmax, x=(3, 4)),
        certain=("logsoftmax",),
    ),
    Kind("dropout", ("dropout",), ("x",), (), _dropout),
    Kind(
        "softmax-with-loss",
        (
            "softmaxwithloss",
            "softmaxcrossentropy",
            "softmaxcrossentropyloss",
            "softmaxloss",
            "softmaxwithcrossentropy",
            "crossentropyloss",
        ),
        ("x",),
        (),
        _softmax_with_loss,
        loss=True,
    ),
    Kind(
        "time-softmax-with-loss",
        ("timesoftmaxwithloss",),
        ("x",),
        (),
        _time_softmax,
        loss=True,
    ),
    Kind(
        "sigmoid-with-loss",
        ("sigmoidwithloss", "sigmoidcrossentropy"),
        ("x",),
        (),
        _sigmoid_with_loss,
        loss=True,
    ),
    Kind(
        "categorical-cross-entropy",
        (
            *("crossentropy", "crossentropyerror", "categoricalcrossentropy"),
            "categoricalcrossentropyloss",
        ),
        ("x",),
        (),
        _cross_entropy,
        loss=True,
    ),
    Kind(
        "binary-cross-entropy",
        ("binarycrossentropy", "binarycrossentropyloss", "bce", "bceloss"),
        ("x",),
        (),
        _binary_cross_entropy,
        loss=True,
    ),
    Kind(
        "mean-squared-error",
        ("meansquarederror", "mse", "mseloss", "squarederror", "sumsquarederror"),
        ("x", "t"),
        (),
        _mean_squared_error,
        loss=True,
    ),
    Kind(
        "batch-normalization",
        (
            *("batchnormalization", "batchnorm", "bn", "batchnorm1d", "batchnorm2d"),
            "spatialbatchnorm",
        ),
        ("x",),
        ("gamma", "beta"),
        _normalization,
        mixes=True,
    ),
    Kind(
        "convolution",
        ("convolution", "conv", "conv2d", "convolution2d"),
        ("x",),
        ("W", "b"),
        _convolution,
    ),
    Kind(
        "max-pooling",
        ("pooling", "maxpooling", "maxpool", "pool", "maxpool2d", "pool2d"),
        ("x",),
        (),
        _pooling(kit.max_pooling, "the largest of each window"),
        instead=_pooling_last(kit.max_pooling, "the largest of each window"),
    ),
    Kind(
        "average-pooling",
        ("averagepooling", "avgpooling", "avgpool", "meanpooling", "averagepool"),
        ("x",),
        (),
        _pooling(kit.average_pooling, "the mean of each window"),
        instead=_pooling_last(kit.average_pooling, "the mean of each window"),
    ),
    Kind(
        "rnn",
        ("rnn", "rnnstep", "rnncell"),
        ("x", "h"),
        ("Wx", "Wh", "b"),
        _cell(kit.rnn, 1, 1),
    ),
    Kind(
        "lstm",
        ("lstm", "lstmstep", "lstmcell"),
        ("x", "h", "c"),
        ("Wx", "Wh", "b"),
        _cell(kit.lstm, 4, 2),
    ),
    Kind(
        "gru",
        ("gru", "grustep", "grucell"),
        ("x", "h"),
        ("Wx", "Wh", "b"),
        _cell(kit.gru, 3, 1),
    ),
    Kind(
        "time-rnn",
        ("timernn",),
        ("x",),
        ("Wx", "Wh", "b"),
        _over_time(kit.time_rnn, 1, 1),
    ),
    Kind(
        "time-lstm",
        ("timelstm",),
        ("x",),
        ("Wx", "Wh", "b"),
        _over_time(kit.time_lstm, 4, 2),
    ),
    Kind(
        "time-gru",
        ("timegru",),
        ("x",),
        ("Wx", "Wh", "b"),
        _over_time(kit.time_gru, 3, 1),
    ),
)
"""Every kind that is known, by what its layers are named."""


def named(name: str) -> Kind | None:
    """The kind that a class of that name says it is."""
    keys = _keys(name)
    return next((kind for kind in KINDS if keys & set(kind.names)), None)


WAYS = ("naive", "fast", "im2col", "strides", "reshape", "alt", "loops", "vectorized")
"""What is put behind a name for the way in which it is computed."""


def _keys(name: str) -> set[str]:
    """A name, without what is put before it or behind."""
    key = plain(name)
    for beginning in ("simple", "naive", "my"):
        key = key.removeprefix(beginning) or key
    for ending in ("layer", "function", "simple", "op", *WAYS):
        key = key.removesuffix(ending) or key
    return {key}
