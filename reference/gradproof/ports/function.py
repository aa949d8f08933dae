"""Python functions as ports, run in this process: for code that is trusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.observation import (
    Broke,
    Evaluation,
    Nonsense,
    Observation,
    Outcome,
    Probe,
    Raised,
    Returned,
)
from gradproof.ports.worker import calling

MOST_CALLS = 20_000
"""Calls of f on one probe: a routine that asks for more is stopped."""


@dataclass(frozen=True)
class FunctionPort:
    """A routine ``(f, x) -> gradient`` that is called where it is."""

    name: str
    routine: Callable[..., Any]
    vectorized: bool = False

    def observe(self, probe: Probe) -> Observation:
        """Call the routine on the probe's x, laid out as the probe says."""
        evaluations: list[Evaluation] = []

        def ask(node: Any) -> Any:
            numbers = calling.numbers(node)
            evaluations.append(evaluation(numbers, type(node).__name__))
            if len(evaluations) > MOST_CALLS:
                raise calling.Stop
            if len(evaluations) - 1 == probe.raises_at:
                raise calling.ProbeError(PROBE_ERROR)
            return probe.answer(node if numbers is None else numbers)

        try:
            seen = calling.observe(self.routine, probe.x, probe.layout, ask)
        except calling.Stop:
            detail = f"{MOST_CALLS:,} calls"
            return Observation(probe, tuple(evaluations), Broke("budget", detail), None)
        return Observation(
            probe,
            tuple(evaluations),
            outcome(**seen),
            None if seen["x_after"] is None else frozen(seen["x_after"]),
            tuple(seen["manners"]),
            tuple(seen["warnings"]),
            seen["noise"],
            seen["seconds"],
        )


PROBE_ERROR = "f fails here on purpose"


def evaluation(numbers: np.ndarray[Any, Any] | None, kind: str) -> Evaluation:
    """One call of f; ``numbers`` is a copy of its argument."""
    return Evaluation(None if numbers is None else frozen(numbers), kind)


def outcome(
    outcome: str,
    kind: str = "",
    text: str = "",
    value: np.ndarray[Any, Any] | None = None,
    shares_memory: bool = False,
    unpacked: bool = False,
    **_: Any,
) -> Outcome:
    """The outcome that the fields of ``calling.observe`` tell of."""
    if outcome == "returned" and value is not None:
        return Returned(frozen(value), kind, shares_memory, unpacked)
    if outcome == "raised":
        return Raised(kind, text)
    if outcome == "exited":
        return Broke("exit", f"SystemExit: {text}")
    return Nonsense(kind)


def frozen(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array, made read-only."""
    array.setflags(write=False)
    return array
