"""What a script itself does to a network's parameters, once it has their gradients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.ports.trials import Description, LayerPort, Moment, Trial

Array = np.ndarray[Any, Any]

METHOD = "<script>"
"""What such an optimizer's description has for a method."""

ROUNDINGS = 8
"""Of a difference of two rounded sums: as many units, and some to spare."""


@dataclass(frozen=True, eq=False)
class OwnUpdate:
    """Entries of the parameters before and after, and of their gradients, by name."""

    before: Mapping[str, Array]
    gradient: Mapping[str, Array]
    after: Mapping[str, Array]

    @property
    def factors(self) -> dict[str, float | None]:
        """By how many times its gradient each parameter moves; ``None``: otherwise.

        Without those whose gradient is 0 all over.
        """
        return {n: self._factor(n) for n, g in self.gradient.items() if np.any(g)}

    def _factor(self, name: str) -> float | None:
        before, g = self.before[name], self.gradient[name].astype(float)
        way = self.after[name].astype(float) - before.astype(float)
        factor = float(np.sum(way * g) / np.sum(g * g))
        unit = float(np.finfo(before.dtype if before.dtype.kind == "f" else float).eps)
        size = np.abs(before) + np.abs(self.after[name]) + np.abs(way)
        rounding = ROUNDINGS * unit * size
        if np.all(np.abs(way) <= rounding):  # by so little nothing is told
            return None if np.any(way) else 0.0
        # What rounding does to the ways it does to the factor, their mean.
        doubt = float(np.sum(rounding * np.abs(g)) / np.sum(g * g))
        near = np.abs(way - factor * g) <= rounding + doubt * np.abs(g)
        return factor if np.all(near) else None


def is_own(said: Description) -> bool:
    """Whether it stands for what a script does itself."""
    return METHOD in said.methods


def watched(
    port: LayerPort, said: Description
) -> tuple[tuple[OwnUpdate, ...], tuple[str, ...]]:
    """The first updates of the script, which is run until then, and what it missed.

    These are the modules whose data were not to be had.
    """
    (moments,) = port.run([Trial(said.name, {}, ())])
    missed = moments[0].text if moments and moments[0].outcome == "returned" else ""
    return tuple(_updates(moments)), tuple(filter(None, missed.split(", ")))


def _updates(moments: Sequence[Moment]) -> Iterator[OwnUpdate]:
    for moment in moments:
        parts: dict[str, dict[str, Array]] = {"before": {}, "gradient": {}, "after": {}}
        for key, array in moment.attributes.items():
            what, _, name = key.partition(".")
            if what in parts:
                parts[what][name] = array
        if parts["gradient"]:
            yield OwnUpdate(**parts)
