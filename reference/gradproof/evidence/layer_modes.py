"""What is tried of layers that do otherwise at test than at training."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof.evidence.layer_plan import Plan, UnbuildableError, role_of
from gradproof.evidence.layer_settings import Kind, Setting, distinct
from gradproof.evidence.layer_sizes import planned
from gradproof.ports.trials import Description, LayerPort, Step, Trial

Array = np.ndarray[Any, Any]

MODAL = ("dropout", "batch-normalization")
"""The kinds that have modes."""

TRAININGS = 3
"""Batches that a layer is trained with before it is tested."""

COLUMNS = 8
"""Of what is normalized: more than there are batches, so that their parts are told."""


@dataclass(frozen=True, eq=False)
class Modes:
    """Training with a batch after the other, and test on ``x`` with the last's layer.

    ``trained`` is what came of the last batch, ``tested`` of x, ``again`` of that batch
    once more, where chance goes on and does not begin anew; None: no numbers.
    """

    setting: Setting
    plan: Plan
    batches: tuple[Array, ...]
    x: Array
    trained: Array | None
    tested: Array | None
    again: Array | None = None


def gather(
    port: LayerPort, said: Description, kind: Kind, seen: Setting
) -> Modes | None:
    """What it does in both modes; ``seen`` is a setting in which it ran.

    ``None``: it has no modes, or none that could be set. Of dropout without a test it
    is seen how it trains.
    """
    setting, inputs = _asked(kind, seen)
    try:
        how = planned(port, kind, setting, said)
    except UnbuildableError:
        return None
    steps = _steps(said, how, setting, inputs)
    if steps is None and kind.id != "dropout":
        return None
    trains_alone = steps is None
    steps = steps or (Step("forward", how.arguments(setting)),)
    once_more = _once_more(said, kind, steps)
    make = how.made_with(setting)
    trials = [Trial(said.name, make, each) for each in (steps, once_more) if each]
    (_, *ended), *more = port.run(trials)
    trained, tested = None, None
    if len(ended) == len(steps) and ended[-1].outcome == "returned":
        *_, training = ended[:TRAININGS]
        trained = training.first
        tested = None if trains_alone else ended[-1].first
    again = next((each[-1].first for each in more), None)
    *batches, x = inputs
    return Modes(setting, how, tuple(batches), x, trained, tested, again)


def _once_more(
    said: Description, kind: Kind, steps: tuple[Step, ...]
) -> tuple[Step, ...]:
    """Training twice, where chance would not be the same in the second by itself.

    Each "forward" begins with the same seed; what is called by its name does not.
    """
    if kind.id != "dropout" or said.function or "forward" not in said.methods:
        return ()
    first, *_ = steps
    return first, Step("call", first.arguments, "forward")


def _steps(
    said: Description, how: Plan, setting: Setting, inputs: tuple[Array, ...]
) -> tuple[Step, ...] | None:
    """Forward with each, the last at test, which an argument says or a method sets."""
    *batches, x = inputs
    train = [_ahead(how, setting, batch, train=True) for batch in batches]
    test = _ahead(how, setting, x, train=False)
    if any(role_of(p.name, ["train"]) for p in said.forward):
        return *train, test
    if TO_TEST in said.methods:
        return *train, Step("call", method=TO_TEST), test
    return None


def _ahead(how: Plan, setting: Setting, x: Array, *, train: bool) -> Step:
    """Forward, in a mode."""
    arrays, fed = {**setting.arrays, "x": x}, {**setting.fed, "train": train}
    return Step("forward", how.arguments(replace(setting, arrays=arrays, fed=fed)))


TO_TEST = "eval"
"""The method that some have to be tested, where forward is not told so."""


def _asked(kind: Kind, seen: Setting) -> tuple[Setting, tuple[Array, ...]]:
    """The setting, the batches to train with, and what is tested."""
    if kind.id == "dropout":
        x = seen.arrays["x"]
        return seen, (x,) * (TRAININGS + 1)
    shape, size = seen.arrays["x"].shape, seen.arrays["gamma"].size
    rows, *rest = shape
    if rest[0] == size:  # columns, or channels
        size, rest = COLUMNS, [COLUMNS, *rest[1:]]
    rng = np.random.default_rng(17)
    arrays = {role: distinct(rng, (size,)) for role in ("gamma", "beta")}
    inputs = tuple(_batch(rng, (rows, *rest)) for _ in range(TRAININGS + 1))
    first, *_ = inputs
    return replace(seen, arrays={"x": first, **arrays}), inputs


def _batch(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Positive numbers, each column about a mean and with a deviation of its own.

    So a mean that is taken for a variance has a root.
    """
    ones = (1, *shape[1:2], *(1 for _ in shape[2:]))
    means, sizes = rng.uniform(2, 4, ones), rng.uniform(0.5, 1.5, ones)
    return np.asarray(means + sizes * distinct(rng, shape))
