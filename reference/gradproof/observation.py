"""What a port is given and what it did: frozen records, and no judgement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from gradproof.functions import Function

Answer = Callable[[Any], Any]
"""The host's answer to an argument of f: a number, or (M,) numbers for a batch."""


@dataclass(frozen=True, eq=False)
class Probe:
    """What a port is given: a function and the place.

    ``function`` is ``None`` where the answers are no function's of the oracle,
    as when a formula is read.
    """

    id: str
    answer: Answer
    x: Any
    function: Function | None = None


@dataclass(frozen=True, eq=False)
class Evaluation:
    """One call of f: a read-only copy of its argument.

    ``argument`` is ``None`` when the port gave f something that is no array of
    numbers, of the type named by ``kind``.
    """

    argument: np.ndarray[Any, Any] | None
    kind: str

    @property
    def real(self) -> bool:
        """Whether the argument is an array of real numbers."""
        return self.argument is not None and self.argument.dtype.kind in "biuf"


@dataclass(frozen=True, eq=False)
class Returned:
    """The port's result, as an array of numbers."""

    value: np.ndarray[Any, Any]


@dataclass(frozen=True)
class Raised:
    """The exception that came out of the port: its type's name and its text."""

    kind: str
    text: str


@dataclass(frozen=True)
class Nonsense:
    """A result that is no array of numbers: what it was instead."""

    what: str


Outcome = Returned | Raised | Nonsense


@dataclass(frozen=True, eq=False)
class Observation:
    """All that a port did on one probe.

    ``x_after`` is what the caller's array held when the call had ended.
    """

    probe: Probe
    evaluations: tuple[Evaluation, ...]
    outcome: Outcome
    x_after: np.ndarray[Any, Any] | None

    @property
    def value(self) -> np.ndarray[Any, Any] | None:
        """The result, or ``None`` where there is none."""
        return self.outcome.value if isinstance(self.outcome, Returned) else None


class Port(Protocol):
    """Anything that can observe a probe."""

    @property
    def name(self) -> str:
        """What a reader calls the port."""

    @property
    def vectorized(self) -> bool:
        """Whether f is given a batch (M, D) and answers (M,)."""

    def observe(self, probe: Probe) -> Observation:
        """Run the port on the probe; what goes wrong inside is an outcome."""
