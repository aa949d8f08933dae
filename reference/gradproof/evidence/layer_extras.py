"""What is tried of a layer beside its passages: kinks, ties and the like."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof.evidence.layer_plan import Plan, UnbuildableError
from gradproof.evidence.layer_settings import Kind, Setting
from gradproof.evidence.layer_sizes import planned
from gradproof.ports.trials import Description, LayerPort, Moment, Step, Trial

Array = np.ndarray[Any, Any]

HUGE = 1e4
"""Its exponential is no number, and that of its negative is 0."""


@dataclass(frozen=True, eq=False)
class Extra:
    """What came of making the layer and of each step; ``given`` is the cotangent."""

    setting: Setting
    moments: tuple[Moment, ...]
    given: Array

    @property
    def last(self) -> Array | None:
        """The first array that the last step returned, if all of them returned."""
        whole = all(m.outcome == "returned" for m in self.moments)
        *_, ended = self.moments
        return ended.first if whole else None


def huge(
    port: LayerPort, name: str, how: Plan, setting: Setting, kind: str
) -> Mapping[str, Extra]:
    """What forward makes of huge numbers, and of a probability of 0."""
    asked = dict(_hugely(kind, setting))
    trials = [
        Trial(name, how.made_with(s), (Step("forward", how.arguments(s)),))
        for s in asked.values()
    ]
    actual = zip(asked.items(), port.run(trials), strict=True)
    return {id: Extra(s, tuple(m), np.zeros(())) for (id, s), m in actual}


def _hugely(kind: str, setting: Setting) -> Iterator[tuple[str, Setting]]:
    """A loss of huge numbers has no probability of 0, and one of these no huge number.

    So what overflows is told from a logarithm of 0.
    """
    (role, x), *rest = setting.arrays.items()
    t = setting.fed.get("t")
    if rest:
        return
    if t is None:
        if kind in EXPONENTIALS:
            yield "huge", replace(setting, arrays={role: x * HUGE})
        return
    if kind in SOFTMAX_LOSSES:
        yield "huge", replace(setting, arrays={role: x + HUGE})
    target = t if t.ndim == x.ndim else np.eye(x.shape[-1])[t]
    if kind == "cross-entropy":
        x = np.roll(target, 1, axis=-1)
    elif kind == "sigmoid-with-loss":
        x = np.where(target, -HUGE, HUGE)
    elif kind in SOFTMAX_LOSSES:
        x = x - HUGE * target
    else:
        return
    yield "no-chance", replace(setting, arrays={role: x})


EXPONENTIALS = ("softmax", "log-softmax", "sigmoid", "tanh")
SOFTMAX_LOSSES = ("softmax-with-loss", "time-softmax-with-loss")


DOUBLED = "read-doubly"
"""The note of files of which the single precision was read as double."""


def single(
    port: LayerPort, name: str, how: Plan, setting: Setting, given: tuple[Any, ...]
) -> Extra:
    """What is made of numbers in single precision, and of such cotangents."""
    fed = {role: _halved(value) for role, value in setting.fed.items()}
    arrays = {role: _halved(value) for role, value in setting.arrays.items()}
    asked = replace(setting, arrays=arrays, fed=fed)
    steps = [Step("forward", how.arguments(asked))]
    if given:
        steps.append(Step("backward", tuple(map(_halved, given))))
    (moments,) = port.run([Trial(name, how.made_with(asked), tuple(steps))])
    return Extra(asked, tuple(moments), np.zeros(()))


def _halved(value: Any) -> Any:
    wide = isinstance(value, np.ndarray) and value.dtype.kind == "f"
    return value.astype(np.float32) if wide else value


def gather(port: LayerPort, said: Description, kind: Kind) -> Mapping[str, Extra]:
    """The extras of a kind, by what is tried."""
    found: dict[str, Extra] = {}
    for id, setting in _asked(kind):
        with contextlib.suppress(UnbuildableError):
            how = planned(port, kind, setting, said)
            found[id] = _back_and_forth(port, said, how, setting)
    return found


def _back_and_forth(
    port: LayerPort, said: Description, how: Plan, setting: Setting
) -> Extra:
    """Forward and back, with a cotangent that is positive."""
    made, ahead = how.made_with(setting), Step("forward", how.arguments(setting))
    (moments,) = port.run([Trial(said.name, made, (ahead,))])
    *_, ended = moments
    value = ended.first
    if value is None:
        return Extra(setting, tuple(moments), np.zeros(()))
    given = np.asarray(np.random.default_rng(11).uniform(0.5, 1.5, value.shape))
    steps = ahead, Step("backward", (given,))
    (moments,) = port.run([Trial(said.name, made, steps)])
    return Extra(setting, tuple(moments), given)


def _asked(kind: Kind) -> Iterator[tuple[str, Setting]]:
    """What is tried, and in which setting."""
    (first, *_), *_ = kind.given(0)
    x = first.arrays.get("x")
    if x is None:
        return
    if kind.id == "relu":
        yield "kinks", replace(first, arrays={"x": np.zeros_like(x)})
    if kind.id == "max-pooling":
        yield "ties", replace(first, arrays={"x": np.ones_like(x)})
    if kind.id in ("max-pooling", "average-pooling"):
        options = {**first.options, "pad": 1}
        yield "padded", replace(first, options=options)
