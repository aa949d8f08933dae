"""What is tried of layers over time that carry their state from call to call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof.evidence.bounds import BoundedNumbers, bounded, limits
from gradproof.evidence.layer_plan import UnbuildableError
from gradproof.evidence.layer_settings import Kind, Reference, Setting, distinct
from gradproof.evidence.layer_sizes import planned
from gradproof.ports.trials import Description, LayerPort, Moment, Step, Trial

Array = np.ndarray[Any, Any]

RESETS = ("reset_state", "reset_states", "reset", "clear_state")
"""What the method is called that forgets the state."""


@dataclass(frozen=True, eq=False)
class States:
    """A second stretch of a sequence, and what is due: its value and its gradient.

    ``forgotten`` is the value of a layer that begins anew, ``reset`` what came of the
    stretch after the state was to be forgotten, if there is a method that does it.
    """

    second: Moment
    back: Moment
    reset: Moment | None
    value: BoundedNumbers
    dx: BoundedNumbers
    forgotten: BoundedNumbers


def gather(
    port: LayerPort,
    said: Description,
    kind: Kind,
    setting: Setting,
    reference: Reference,
) -> States | None:
    """Two stretches of a sequence, and the second again after a reset."""
    asked = replace(setting, options={**setting.options, "stateful": True})
    try:
        how = planned(port, kind, asked, said)
    except UnbuildableError:
        return None
    if "stateful" not in how.make.values():
        return None
    x = asked.arrays["x"]
    then = distinct(np.random.default_rng(5), x.shape)
    value, dx, forgotten, given = _expected_step(reference, asked, then)
    again = Step("forward", (then,))
    steps = [Step("forward", (x,)), again, Step("backward", (given,))]
    method = next((name for name in RESETS if name in said.methods), None)
    if method is not None:
        steps += [Step("call", method=method), again]
    (moments,) = port.run([Trial(said.name, how.made_with(asked), tuple(steps))])
    if len(moments) <= len(steps):
        return None
    _, _, second, back, *others = moments
    reset = next(reversed(others), None)
    return States(second, back, reset, value, dx, forgotten)


def _expected_step(
    reference: Reference, setting: Setting, then: Array
) -> tuple[BoundedNumbers, BoundedNumbers, BoundedNumbers, Array]:
    """Of one sequence of both stretches the second half; and of that by itself.

    No step depends on those after it: the gradient by the second half is that of
    the second half alone, with the state that the first has left.
    """
    x, *parameters = map(bounded, setting.arrays.values())
    steps = x.shape[1]
    both = np.concatenate([x, bounded(then)], axis=1)
    y, backward = reference.layer(both, *parameters)
    given = np.random.default_rng(6).uniform(-1, 1, np.shape(y[:, steps:]))
    dy = np.concatenate([bounded(np.zeros(given.shape)), bounded(given)], axis=1)
    dx = backward(dy)[0]
    alone = reference.layer(bounded(then), *parameters)[0]
    late = np.s_[:, steps:]
    return limits(y[late]), limits(dx[late]), limits(alone), given
