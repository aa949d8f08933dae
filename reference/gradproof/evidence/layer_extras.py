"""What is tried of a layer beside its passages: its modes, kinks, ties and padding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof.evidence.layer_kinds import Kind, Setting
from gradproof.evidence.layer_plan import UnbuildableError, plan, role_of
from gradproof.ports.trials import Description, LayerPort, Moment, Step, Trial

Array = np.ndarray[Any, Any]

TRAININGS = 3
"""Batches that a layer is trained with before it is tested."""


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
        return self.moments[-1].value[0] if whole and self.moments[-1].value else None


def gather(port: LayerPort, said: Description, kind: Kind) -> Mapping[str, Extra]:
    """The extras of a kind, by what is tried."""
    found: dict[str, Extra] = {}
    for id, setting, modes in _asked(kind):
        try:
            how = plan(kind, setting, said)
        except UnbuildableError:
            continue
        takes_mode = any(role_of(p.name, ["train"]) for p in said.forward)
        if modes and not takes_mode:
            continue
        made = how.made_with(setting)
        steps = []
        for mode in modes or (True,):
            fed = {**setting.fed, "train": mode}
            steps.append(Step("forward", how.arguments(replace(setting, fed=fed))))
        given: Array = np.zeros(())
        if not modes:
            (ahead,) = port.run([Trial(said.name, made, tuple(steps))])
            value = ahead[-1].value[0] if ahead[-1].value else None
            if value is not None:
                rng = np.random.default_rng(11)
                given = np.asarray(rng.uniform(0.5, 1.5, value.shape))
                steps.append(Step("backward", (given,)))
        (moments,) = port.run([Trial(said.name, made, tuple(steps))])
        found[id] = Extra(setting, tuple(moments), given)
    return found


def _asked(kind: Kind) -> Iterator[tuple[str, Setting, tuple[bool, ...]]]:
    """What is tried, in which setting, and the modes in which forward is called."""
    (first, *_), *_ = kind.settings(0)
    x = first.arrays.get("x")
    if x is None:
        return
    if kind.id in ("dropout", "batch-normalization"):
        yield "modes", first, (True,) * TRAININGS + (False,)
    if kind.id == "relu":
        yield "kinks", replace(first, arrays={"x": np.zeros_like(x)}), ()
    if kind.id == "max-pooling":
        yield "ties", replace(first, arrays={"x": np.ones_like(x)}), ()
    if kind.id in ("max-pooling", "average-pooling"):
        options = {**first.options, "pad": 1}
        yield "padded", replace(first, options=options), ()
