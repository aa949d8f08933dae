"""Python functions as ports, run in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.observation import (
    Evaluation,
    Nonsense,
    Observation,
    Outcome,
    Probe,
    Raised,
    Returned,
)


@dataclass(frozen=True)
class FunctionPort:
    """A routine ``(f, x) -> gradient`` that is called where it is."""

    name: str
    routine: Callable[..., Any]
    vectorized: bool = False

    def observe(self, probe: Probe) -> Observation:
        """Call the routine on a copy of the probe's place, keeping its layout."""
        x = probe.x.copy(order="K") if isinstance(probe.x, np.ndarray) else probe.x
        evaluations: list[Evaluation] = []

        def f(argument: Any) -> Any:
            evaluations.append(_evaluation(argument))
            return probe.answer(argument)

        try:
            outcome = _outcome(self.routine(f, x))
        except Exception as error:  # a port may raise anything
            outcome = Raised(type(error).__name__, str(error))
        return Observation(probe, tuple(evaluations), outcome, _numbers(x))


def _evaluation(argument: Any) -> Evaluation:
    return Evaluation(_numbers(argument), type(argument).__name__)


def _outcome(result: Any) -> Outcome:
    value = _numbers(result)
    if value is not None:
        return Returned(value)
    return Nonsense("None" if result is None else type(result).__name__)


def _numbers(data: Any) -> np.ndarray[Any, Any] | None:
    """A read-only copy of ``data`` as an array, if it is one of numbers."""
    try:
        copy = np.array(data)
    except Exception:  # ragged lists, arrays that refuse to be converted
        return None
    if copy.dtype.kind not in "biufc":
        return None
    copy.setflags(write=False)
    return copy
