"""Python functions as ports, run in this process: for code that is trusted."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradproof.ports.observation import (
    Broke,
    Evaluation,
    Nonsense,
    Note,
    Observation,
    Outcome,
    Probe,
    Raised,
    Returned,
)
from gradproof.ports.target import LoadError, MissingModuleError, Target
from gradproof.ports.worker.core import adapters, calls, loader
from gradproof.ports.worker.core.stand_ins import forget

MAX_CALLS = 10_000
"""Calls of f on one probe: a routine that asks for more is stopped."""


def load(target: Target) -> tuple[Callable[..., Any], tuple[Note, ...]]:
    """What a target names, imported into this process, and what was assumed.

    The working folder and the path of imports are as before when it returns, and no
    bytecode is written. Raises LoadError.
    """
    target = target.of_function()
    path = str(target.path) if target.path else None
    with _as_before(), _as_load_error():
        found, notes = loader.load(path, target.module, target.function, target.cells)
    return found, tuple(Note(id, parameters) for id, parameters in notes)


def open_port(target: Target, name: str = "", vectorized: bool = False) -> FunctionPort:
    """The port of a target whose code is trusted. Raises LoadError."""
    found, loaded = load(target)
    return port_of(found, name or target.text, vectorized, loaded)


def port_of(
    found: Any, name: str, vectorized: bool = False, notes: tuple[Note, ...] = ()
) -> FunctionPort:
    """The port of a callable, in whatever order it takes f and x. Raises LoadError."""
    with _as_load_error():
        routine, adapted = adapters.adapt(found)
    notes = (*notes, *(Note(id, parameters) for id, parameters in adapted))
    return FunctionPort(name, routine, vectorized, notes)


@contextlib.contextmanager
def _as_before() -> Iterator[None]:
    folder, path, finders = os.getcwd(), list(sys.path), list(sys.meta_path)
    main = sys.modules["__main__"]
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        os.chdir(folder)
        sys.path[:], sys.meta_path[:] = path, finders
        sys.modules["__main__"] = main
        forget()
        sys.dont_write_bytecode = written


@contextlib.contextmanager
def _as_load_error() -> Iterator[None]:
    try:
        yield
    except loader.RoutineError as failure:
        raise LoadError(f"load.{failure.reason}", **failure.parameters) from failure


@dataclass(frozen=True)
class FunctionPort:
    """A routine ``(f, x) -> gradient`` that is called where it is."""

    name: str
    routine: Callable[..., Any]
    vectorized: bool = False
    notes: tuple[Note, ...] = ()
    earlier: calls.Earlier = field(default_factory=calls.Earlier, compare=False)
    settings: Mapping[str, Any] = field(default_factory=np.geterr, compare=False)
    """How NumPy takes errors where the routine is at home, not where it is judged."""

    def observe(self, probe: Probe) -> Observation:
        """Call the routine on the probe's x, laid out as the probe says."""
        evaluations: list[Evaluation] = []

        def ask(node: Any) -> Any:
            numbers = calls.numbers(node)
            evaluations.append(evaluation(numbers, calls.kind(node)))
            if len(evaluations) > MAX_CALLS:
                raise calls.StopError
            number = len(evaluations) - 1
            if numbers is not None or number == probe.raises_at:
                return answer(probe, number, numbers)
            if probe.function and not len(calls.components(node)):
                raise calls.not_taken(node)
            return answer(probe, number, node)

        try:
            with np.errstate(**self.settings):
                seen = calls.observe(
                    self.routine,
                    probe.x,
                    probe.layout,
                    ask,
                    dict(probe.keywords),
                    None if probe.at is None else probe.at.tolist(),
                    self.earlier,
                    probe.after is not None,
                    probe.same_f,
                )
        except calls.MissingError as error:
            said = f"load.{error.reason}"
            raise MissingModuleError(said, **error.parameters) from error
        except calls.StopError:
            return Observation(probe, tuple(evaluations), OVER_BUDGET, None)
        return Observation(
            probe,
            tuple(evaluations),
            outcome(**seen),
            None if seen["x_after"] is None else frozen(seen["x_after"]),
            tuple(seen["manners"]),
            tuple(seen["warnings"]),
            seen["noise"],
            seen["seconds"],
            seen.get("earlier"),
        )


OVER_BUDGET = Broke("budget", f"{MAX_CALLS:,} calls")
PROBE_ERROR = "f fails here on purpose"


def answer(probe: Probe, number: int, node: Any) -> Any:
    """f's answer to its evaluation of that number, in NumPy's double precision.

    Raises ProbeError where the probe says so, and where f cannot take the node: the
    same exception wherever the port runs.
    """
    if number == probe.raises_at:
        raise calls.ProbeError(PROBE_ERROR)
    try:
        # Whatever the port has done to NumPy's error handling.
        with np.errstate(all="ignore"):
            value = probe.answer(node)
    except Exception as error:
        raise calls.not_taken(node) from error
    result = np.asarray(value)
    if result.dtype.kind not in "biufc":
        return value
    wide = result.astype(complex if result.dtype.kind == "c" else float)
    return wide[()] if wide.ndim == 0 else wide


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
    second: np.ndarray[Any, Any] | None = None,
    **_: Any,
) -> Outcome:
    """The outcome that the fields of ``calling.observe`` tell of."""
    if outcome == "returned" and value is not None:
        more = None if second is None else frozen(second)
        return Returned(frozen(value), kind, shares_memory, unpacked, more)
    if outcome == "raised":
        return Raised(kind, text)
    if outcome == "exited":
        return Broke("exit", f"SystemExit: {text}")
    return Nonsense(kind)


def frozen(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array, made read-only."""
    array.setflags(write=False)
    return array
