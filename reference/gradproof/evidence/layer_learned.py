"""Parameters that a layer makes itself, found by their gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof.evidence.layer_plan import Plan, own_gradient
from gradproof.evidence.layer_settings import Setting
from gradproof.ports.trials import LayerPort, Moment, Step, Trial

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Learned:
    """A plan and settings with a layer's own parameters, and those that cannot be."""

    how: Plan
    pair: tuple[Setting, Setting]
    unjudged: tuple[str, ...] = ()


def candidates(
    how: Plan, setting: Setting, moments: Sequence[Moment | None]
) -> dict[str, Array]:
    """What the layer had before forward, and has a gradient of after backward.

    What forward has changed is a state, and a number whose partner was there before and
    is as it was is no parameter. What the layer was given is not its own.
    """
    made, ahead, after = moments
    if made is None or ahead is None or after is None:
        return {}
    return {
        name: value
        for name, value in _arrays(made).items()
        if name not in {*how.make, *setting.arrays, *setting.fed}
        and not _is_among(value, setting.arrays.values())
        and _same(_arrays(ahead).get(name), value)
        and _is_paired(name, value, made, after)
    }


def without_gradients(setting: Setting, made: Moment, after: Moment) -> tuple[str, ...]:
    """What is in ``params``, was not given, and has no partner in ``grads``."""
    return tuple(
        f"params[{n}]"
        for n, value in enumerate(made.params)
        if value is not None
        and value.size
        and not _is_among(value, setting.arrays.values())
        and own_gradient(f"params[{n}]", after) is None
    )


def told(own: Mapping[str, Array], after: Moment) -> dict[str, Array]:
    """Those whose gradients are in double precision: differences tell no rounding."""
    return {
        name: value
        for name, value in own.items()
        if (gradient := own_gradient(name, after)) is not None
        and (gradient.dtype.kind == "i" or gradient.dtype == np.float64)
    }


def _arrays(moment: Moment) -> dict[str, Array]:
    """Arrays and numbers by name: those of ``params``, if there are ``grads`` too."""
    listed = {f"params[{n}]": value for n, value in enumerate(moment.params)}
    named = listed if moment.params and moment.grads else moment.attributes
    return {n: v for n, v in named.items() if v is not None and v.dtype.kind == "f"}


def _is_among(value: Array, given: Any) -> bool:
    return any(np.ndim(g) > 0 and _same(np.asarray(g), value) for g in given)


def _same(one: Array | None, other: Array) -> bool:
    return one is not None and np.array_equal(one, other)


def _is_paired(name: str, value: Array, made: Moment, after: Moment) -> bool:
    gradient = own_gradient(name, after)
    if gradient is None or gradient.dtype.kind not in "fi":
        return False
    if value.ndim or name.startswith("params["):
        return True
    before = own_gradient(name, made)
    return gradient.size == 1 and not _same(before, gradient)


def moved(own: Mapping[str, Array]) -> dict[str, Array]:
    """The same, with other numbers where one number stands all over.

    At 0 and 1 a factor that was forgotten is not seen.
    """
    rng = np.random.default_rng(31)
    return {
        name: _other(value, rng) if np.ptp(value) == 0 else value
        for name, value in own.items()
        if value.size
    }


def _other(value: Array, rng: np.random.Generator) -> Array:
    signs = rng.choice([-1, 1], value.shape)
    factors = rng.uniform(0.1, 0.4, value.shape) * signs
    start = value.flat[0]
    return np.asarray(factors if start == 0 else start * (1 + factors), float)


def learned(
    port: LayerPort,
    name: str,
    how: Plan,
    pair: tuple[Setting, Setting],
    own: Mapping[str, Array],
) -> Learned:
    """The plan with those of its own that forward depends on, at these numbers.

    A number that forward does not read, or that is not what it was made, is a copy.
    """
    whole = _with(how, pair, own)
    fed = [role for role in how.fed if role in pair[0].arrays]
    read: set[str] = set()
    for setting in (whole.pair[0], of_both_signs(whole.pair[0], fed)):
        read |= _read(port, name, whole.how, setting, own)
    found = _with(how, pair, {n: v for n, v in own.items() if n in read})
    return replace(found, unjudged=tuple(n for n in own if n not in read))


def _read(
    port: LayerPort, name: str, how: Plan, setting: Setting, own: Mapping[str, Array]
) -> set[str]:
    """Those that were put where they belong, and that forward depends on."""
    others = [_replaced(setting, n, 1.1 * v + 0.01) for n, v in own.items()]
    first, *moments = port.run([_ahead(name, how, s) for s in (setting, *others)])
    *_, ahead = first
    if ahead.outcome != "returned":
        return set()
    there = _arrays(first[0])
    return {
        n
        for n, other in zip(own, moments, strict=True)
        if _put(there.get(n), own[n]) and _differ(first, other)
    }


def _put(there: Array | None, value: Array) -> bool:
    """Whether that is there, in double precision."""
    return there is not None and there.dtype == np.float64 and _same(there, value)


def of_both_signs(setting: Setting, fed: Sequence[str]) -> Setting:
    """The same, some of what is fed negative: there many a function is another."""
    rng = np.random.default_rng(23)
    arrays = {
        role: array * rng.choice([-1, 1], np.shape(array)) if role in fed else array
        for role, array in setting.arrays.items()
    }
    return replace(setting, id=f"{setting.id}, ±", arrays=arrays)


def _ahead(name: str, how: Plan, setting: Setting) -> Trial:
    steps = (Step("forward", how.arguments(setting)),)
    return Trial(name, how.made_with(setting), steps)


def _differ(one: Sequence[Moment], other: Sequence[Moment]) -> bool:
    if len(other) < 2 or other[1].outcome != "returned":
        return False
    pairs = zip(one[1].value, other[1].value, strict=False)
    return any(a is not None and not _same(b, a) for a, b in pairs)


def _replaced(setting: Setting, name: str, value: Array) -> Setting:
    return replace(setting, arrays={**setting.arrays, name: np.asarray(value)})


def _with(
    how: Plan, pair: tuple[Setting, Setting], own: Mapping[str, Array]
) -> Learned:
    held = {name: value for name, value in how.held.items() if name not in own}
    one, other = (replace(s, arrays={**s.arrays, **own}) for s in pair)
    make = {**how.make, **{name: name for name in own}}
    return Learned(replace(how, make=make, held=held), (one, other))
