"""Which uses hide a defect of a layer or an optimizer: those in which all is right."""

from __future__ import annotations

import copy
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from gradproof.contract.expected import MAX_RELATIVE_ERROR
from gradproof.defects import right_layers as layers
from gradproof.defects import right_optimizers as optimizers
from gradproof.defects.examples import Example, defined
from gradproof.defects.layer_examples import LAYER_EXAMPLES
from gradproof.defects.update_examples import EXAMPLES, IN_TURN
from gradproof.numerics.magnitudes import largest

Array = np.ndarray[Any, Any]

GRADIENTS = ("dW", "db", "dgamma", "dbeta")
PARAMETERS = ("W", "b", "gamma", "beta")


@dataclass(frozen=True)
class Use:
    """What a layer is made with, and given: ``times`` over, each time other numbers.

    ``then`` is a call that comes after them. The upstream gradient is random if it is
    not ``dout``; a loss is given 1.
    """

    made: tuple[Any, ...]
    fed: tuple[Any, ...]
    named: Mapping[str, Any]
    dout: float | None = None
    times: int = 1
    then: Callable[[Any, tuple[Any, ...]], Any] | None = None


USUAL = ("usual", "updates")


class PartHiding(NamedTuple):
    """Uses, by their ids, in which all is right, and those in which it is not."""

    hides: tuple[str, ...]
    shows: tuple[str, ...]


@functools.cache
def hiding(defect: str) -> PartHiding:
    """What hides and what shows a defect of a layer or an optimizer, by its example."""
    example = {**LAYER_EXAMPLES, **EXAMPLES}[defect]
    tried = TRIED[example.corrected]
    right = tuple(id for id, run in tried.items() if _is_right(example, run))
    return PartHiding(right, tuple(id for id in tried if id not in right))


Run = Callable[[Any], list[Any]]
"""All that comes of a class, or a function, in a use."""


def _is_right(example: Example, run: Run) -> bool:
    """Whether in a use nothing differs from what comes without the defect.

    Numbers are the same that differ by no more of the largest one than a numerical
    gradient may: who compares with one sees no less.
    """
    expected = run(class_of(example.corrected))
    try:
        actual = run(class_of(example.code))
    except RAISED:
        return False
    allowed = allowed_beside(expected)
    pairs = itertools.zip_longest(actual, expected)
    return all(_same(one, other, allowed) for one, other in pairs)


RAISED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What an example may raise in a use."""


def allowed_beside(expected: Sequence[Any]) -> float:
    """By how much a number may differ from that which comes without a defect."""
    arrays = [np.asarray(each, float) for each in expected if each is not None]
    return MAX_RELATIVE_ERROR * max(map(largest, arrays))


def class_of(code: str) -> Any:
    """The class, or the function, of a text."""
    return list(defined(code).values())[-1]


def _same(actual: Any, expected: Any, allowed: float) -> bool:
    if actual is None or expected is None:
        return actual is expected
    one, other = np.asarray(actual, float), np.asarray(expected, float)
    return one.shape == other.shape and bool((abs(one - other) <= allowed).all())


def seeded(run: Run) -> Run:
    """The same from a random state of its own, without a word of what overflows."""

    def ran(cls: Any) -> list[Any]:
        state = np.random.get_state()  # noqa: NPY002 - the one that layers use
        np.random.seed(1)  # noqa: NPY002
        try:
            with np.errstate(all="ignore"):
                return run(cls)
        finally:
            np.random.set_state(state)  # noqa: NPY002

    return ran


@dataclass(frozen=True)
class LayerRun:
    """A layer in a use."""

    use: Use

    def __call__(self, cls: Any) -> list[Any]:
        """All that comes of a class."""
        return [value for _, value in self.results(cls)]

    def results(self, cls: Any) -> list[tuple[str, Any]]:
        """What comes of a class, each beside the code that it comes of."""
        return seeded(lambda cls: list(_of_layer(cls, self.use)))(cls)


def _of_layer(cls: Any, use: Use) -> Iterator[tuple[str, Any]]:
    layer = cls(*copy.deepcopy(use.made), **use.named)
    held = {name: list(getattr(layer, name, ())) for name in ("params", "grads")}
    fed: tuple[Any, ...] = ()
    for time in range(use.times):
        fed = tuple(_other(each, time) for each in use.fed)
        value = layer.forward(*fed)
        yield "forward", np.copy(value)
        yield from _copied(_numbered("x", fed))
        dout = _dout(np.shape(value), use.dout, time)
        yield from _numbered("backward", _several(layer.backward(dout)))
        yield "dout", np.copy(dout)
        yield from _copied(_kept(layer, held))
        names = (*GRADIENTS, *PARAMETERS)
        yield from ((name, getattr(layer, name, None)) for name in names)
    if use.then is not None:
        yield from _numbered(AFTER[use.then], _several(use.then(layer, fed)))


def _kept(layer: Any, held: Mapping[str, list[Any]]) -> Iterator[tuple[str, Any]]:
    """The arrays that were in lists at first; one that is no more is only held."""
    for name, arrays in held.items():
        now = getattr(layer, name, ())
        for number, array in enumerate(arrays):
            there = number < len(now) and now[number] is array
            yield f"{'' if there else 'held = '}{name}[{number}]", array


def _numbered(name: str, values: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Each by a name, and by its number where there are several."""
    for number, value in enumerate(values):
        yield f"{name}[{number}]" if len(values) > 1 else name, value


def _copied(pairs: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    return ((name, np.copy(value)) for name, value in pairs)


def _other(given: Array, time: int) -> Array:
    """At each time other numbers, and other labels."""
    turned = np.roll(given, time, axis=0)
    return turned if given.dtype.kind == "i" else turned * (1 + time / 4)


def _dout(shape: tuple[int, ...], given: float | None, time: int) -> Any:
    if not shape:
        return 1.0
    rng = np.random.default_rng(time)
    return np.full(shape, given) if given is not None else rng.normal(size=shape)


def _several(result: Any) -> Sequence[Any]:
    return result if isinstance(result, tuple) else (result,)


def _normal(*shape: int) -> Array:
    return np.random.default_rng(len(shape) + sum(shape)).normal(size=shape)


def _uses(
    made: tuple[Any, ...], *fed: Any, changes: Mapping[str, Mapping[str, Any]]
) -> dict[str, Run]:
    """The usual use, those that any layer may have, and some of its own."""
    usual = Use(made, fed, {})
    every: Mapping[str, Mapping[str, Any]] = {
        "usual": {},
        "one-sample": {"fed": tuple(each[:1] for each in fed)},
        "ones": {"dout": 1.0},
        "twice": {"times": 2},
        **changes,
    }
    return {id: LayerRun(replace(usual, **change)) for id, change in every.items()}


def _without(runs: dict[str, Run], *ids: str) -> dict[str, Run]:
    return {id: run for id, run in runs.items() if id not in ids}


def _at_test(layer: Any, fed: tuple[Any, ...]) -> Any:
    return layer.forward(*fed, False)


def _reset(layer: Any, fed: tuple[Any, ...]) -> Any:
    layer.reset_state()
    return layer.forward(*fed)


AFTER: Mapping[Callable[..., Any], str] = {
    _at_test: "forward(x, False)",
    _reset: "reset_state(); forward(xs)",
}
"""What comes of a call after others is named by its code."""

X = _normal(5, 4)
SQUARE = _normal(4, 4)
ONE_HOT = np.eye(4)[[0, 2, 1, 3, 2]]
LABELS = np.array([0, 2, 1, 3, 2])
NEVER = X - 800 * ONE_HOT
"""The true class has no chance."""

IMAGES, FILTERS = _normal(2, 3, 7, 6), _normal(2, 3, 2, 3)
SEQUENCES = _normal(3, 5, 4)


def _of_time(gates: int) -> dict[str, Run]:
    made = _normal(4, 3 * gates), _normal(3, 3 * gates) / 2, _normal(3 * gates)
    return _uses(made, SEQUENCES, changes={"one-step": {"fed": (SEQUENCES[:, :1],)}})


def _stateful(**change: Any) -> Run:
    made = _normal(4, 3), _normal(3, 3) / 2, _normal(3)
    return LayerRun(Use(made, (SEQUENCES,), {"stateful": True}, **change))


def _functions(*fed: Any, changes: Mapping[str, Mapping[str, Any]]) -> dict[str, Run]:
    return _uses((), *fed, changes=changes)


POSITIVE = {"positive": {"fed": (abs(X),)}}
POOLED: Mapping[str, Mapping[str, Any]] = {
    "stride-one": {"made": (2, 3, 1)},
    "square-window": {"made": (2, 2, 1)},
    "side-by-side": {"made": (2, 2, 2)},
}
RATIOS: Mapping[str, Mapping[str, Any]] = {
    "ratio-half": {"made": (0.5,)},
    "at-test": {"then": _at_test},
}


SIZES = {"filter_h": 2, "filter_w": 3, "stride": 2, "pad": 1}


def _im2col(**given: int) -> Run:
    sizes = {**SIZES, **given}
    return lambda function: [function(IMAGES, **sizes)]


LOSSES = {"sure-miss": {"fed": (NEVER, ONE_HOT)}, "large": {"fed": (500 * X, ONE_HOT)}}


@dataclass(frozen=True)
class Updates:
    """Updates of an optimizer that is made with numbers, by gradients of a size.

    They are ``steady``, or those of an entry are always 0 (``still``); as many
    optimizers may have been ``made_before``.
    """

    numbers: Mapping[str, float]
    steps: int = 4
    parameters: int = 2
    size: float = 1.0
    steady: bool = False
    still: bool = False
    made_before: int = 0


def _optimizer(use: Updates, listed: bool = False) -> Run:
    return seeded(lambda cls: list(_of_updates(cls, use, listed)))


def _of_updates(cls: Any, use: Updates, listed: bool) -> Iterator[Any]:
    for _ in range(use.made_before + 1):
        made = cls(**use.numbers)
        held = [_normal(3, 2 + i) for i in range(use.parameters)]
        given: Any = list(held) if listed else dict(enumerate(held))
        for step in range(use.steps):
            slopes = [_slopes(p, 0 if use.steady else step, use) for p in held]
            made.update(given, slopes if listed else dict(enumerate(slopes)))
            yield from map(np.copy, slopes)
            yield from map(np.copy, held)


def _slopes(parameter: Array, step: int, use: Updates) -> Array:
    rng = np.random.default_rng(step + parameter.size)
    found = np.asarray(rng.normal(size=parameter.shape)) * use.size
    if use.still:
        found[0] = 0
    return found


def _updates(
    listed: bool = False, also: Mapping[str, Mapping[str, Any]] = {}, **numbers: float
) -> dict[str, Run]:
    usual = Updates(numbers)
    every: Mapping[str, Mapping[str, Any]] = {
        "updates": {},
        "one-update": {"steps": 1},
        "one-parameter": {"parameters": 1},
        "defaults": {"numbers": {}},
        **also,
    }
    runs = {id: replace(usual, **change) for id, change in every.items()}
    return {id: _optimizer(use, listed) for id, use in runs.items()}


VELOCITIES: Mapping[str, Mapping[str, Any]] = {
    "momentum-half": {"numbers": {"lr": 0.2, "momentum": 0.5}},
    "second-optimizer": {"made_before": 1},
}
STILL: Mapping[str, Mapping[str, Any]] = {"still": {"still": True}}
CUT: Mapping[str, Mapping[str, Any]] = {
    "below-limit": {"size": 0.1},
    "above-limit": {"size": 10.0},
}

TRIED: Mapping[str, Mapping[str, Run]] = {
    layers.AFFINE: _uses(
        (_normal(4, 3), _normal(3)),
        X,
        changes={
            "square-weights": {"made": (SQUARE, _normal(4))},
            "symmetric-weights": {"made": (SQUARE + SQUARE.T, _normal(4))},
        },
    ),
    layers.MATMUL: _uses((_normal(4, 3),), X, changes={}),
    layers.ADD: _functions(
        X, _normal(5, 4), changes={"spread": {"fed": (X, _normal(4))}}
    ),
    layers.SIGMOID: _functions(X, changes={}),
    layers.TANH: _functions(X, changes={}),
    layers.RELU: _functions(X, changes=POSITIVE),
    layers.LEAKY_RELU: _functions(
        X, changes={**POSITIVE, "another-slope": {"made": (0.2,)}}
    ),
    layers.CUBE: _functions(X, changes={"square-input": {"fed": (SQUARE,)}}),
    layers.SHORTCUT: _functions(X, changes={}),
    layers.SOFTMAX: _functions(X, changes={"large": {"fed": (500 * X,)}}),
    layers.LOSS: _without(_functions(X / 2, ONE_HOT, changes=LOSSES), "ones"),
    layers.LOSS_OF_LABELS: _without(_functions(X, LABELS, changes={}), "ones"),
    layers.SQUARES: _without(
        _functions(X, SQUARE[[0, 1, 2, 3, 0]], changes={}), "ones"
    ),
    layers.HALVED_SQUARES: _without(
        _functions(X, SQUARE[[0, 1, 2, 3, 0]], changes={}), "ones"
    ),
    layers.DROPOUT: _uses((0.2,), X, changes=RATIOS),
    layers.SCALED_DROPOUT: _uses((0.2,), X, changes=RATIOS),
    layers.NORMALIZATION: _without(
        _uses(
            (_normal(4), _normal(4)),
            X,
            changes={"gamma-one": {"made": (np.ones(4), np.zeros(4))}},
        ),
        "one-sample",
    ),
    layers.RUNNING_NORMALIZATION: _without(
        _uses(
            (_normal(4), _normal(4)),
            X,
            changes={"at-test": {"times": 3, "then": _at_test}},
        ),
        "one-sample",
    ),
    layers.EMBEDDING: _uses(
        (_normal(6, 3),), LABELS, changes={"ids-apart": {"fed": (np.arange(5),)}}
    ),
    layers.CONVOLUTION: _uses(
        (FILTERS, _normal(2)),
        IMAGES,
        changes={"one-pixel": {"made": (_normal(2, 3, 1, 1), _normal(2))}},
    ),
    layers.AVERAGE_POOLING: _uses((2, 3, 2), IMAGES, changes=POOLED),
    layers.MAX_POOLING: _uses((2, 3, 2), IMAGES, changes=POOLED),
    layers.IM2COL: {
        "usual": _im2col(),
        "stride-one": _im2col(stride=1),
        "no-pad": _im2col(pad=0),
        "square-window": _im2col(filter_w=2),
    },
    layers.TIME_AFFINE: _uses(
        (_normal(4, 3), _normal(3)),
        SEQUENCES,
        changes={"one-step": {"fed": (SEQUENCES[:, :1],)}},
    ),
    layers.RNN: _uses(
        (_normal(4, 3), _normal(3, 3), _normal(3)), X, _normal(5, 3), changes={}
    ),
    layers.TIME_RNN: _of_time(1),
    layers.STATEFUL_RNN: {
        **_of_time(1),
        "stateful": _stateful(times=2),
        "after-reset": _stateful(then=_reset),
    },
    layers.TIME_LSTM: _of_time(4),
    optimizers.SGD: _updates(lr=0.2),
    optimizers.LISTED: _updates(True, lr=0.2),
    optimizers.MOMENTUM: _updates(also=VELOCITIES, lr=0.2, momentum=0.7),
    optimizers.NESTEROV: _updates(also=VELOCITIES, lr=0.2, momentum=0.7),
    optimizers.ADAGRAD: _updates(also=STILL, lr=0.2),
    IN_TURN: _updates(lr=0.2),
    optimizers.RMSPROP: _updates(
        also={**STILL, "decay-half": {"numbers": {"decay_rate": 0.5}}},
        lr=0.2,
        decay_rate=0.8,
    ),
    optimizers.ADAM: _updates(
        also={"betas-half": {"numbers": {"beta1": 0.5, "beta2": 0.5}}},
        lr=0.2,
        beta1=0.8,
        beta2=0.95,
    ),
    optimizers.CLIPPING: _updates(also=CUT, lr=0.2, max_norm=5.0),
}
"""For each right text the uses that are tried, by their ids."""
