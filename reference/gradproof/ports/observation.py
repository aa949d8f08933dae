"""What a port is given and what it did: frozen records, and no judgement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np

from gradproof.numerics.functions import Function
from gradproof.ports.limits import Limit

Answer = Callable[[Any], Any]
"""The host's answer to an argument of f: a number, or (M,) numbers for a batch."""

Layout = Literal[
    "C", "F", "strided", "reversed", "read-only", "byte-swapped", "list", "number"
]
"""How x lies in memory; a ``number`` is handed over as a float of Python's."""


@dataclass(frozen=True)
class Note:
    """Something to be said of a port that is no fault: an id and its parameters."""

    id: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class KnownValues:
    """What f is: ``values[k]`` at ``nodes[k]``, −0 taken as 0.

    Values beyond are f's at other arguments, in the order in which they come.
    """

    nodes: Sequence[np.ndarray[Any, Any]]
    values: np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Probe:
    """What a port is given: a function and the place.

    ``x`` has the values and the type of the array that is handed over, ``layout``
    says how it lies in memory. ``function`` is ``None`` where the answers are no
    function's of the oracle, as when a formula is read. f raises an exception at
    the evaluation number ``raises_at``, counted from 0.

    ``keywords`` are handed over beside f and x. Where ``at`` is given, (T,), the
    port is to return a function, and its values there are the result; of a function
    of points ``at`` is (T, D). ``after`` is the
    id of the probe just before, if x is handed over in the very array of that one, and
    its result looked at again. ``same_f``: f is the very object of the probe before,
    whose function is the same. ``known`` is what f answers, where that is settled
    beforehand: a port may look there, but then each of its calls is answered once more.
    """

    id: str
    answer: Answer
    x: np.ndarray[Any, Any]
    function: Function | None = None
    layout: Layout = "C"
    raises_at: int | None = None
    keywords: Mapping[str, float | int] = field(default_factory=dict)
    at: np.ndarray[Any, Any] | None = None
    after: str | None = None
    same_f: bool = False
    known: KnownValues | None = None


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
    """The port's result, as an array of numbers.

    ``kind`` is the type that it came as; ``shares_memory``, whether it is a view of
    x; ``unpacked``, whether it was the first item of a tuple, and ``second`` is the
    next item of that tuple, if it is an array of numbers.
    """

    value: np.ndarray[Any, Any]
    kind: str = "ndarray"
    shares_memory: bool = False
    unpacked: bool = False
    second: np.ndarray[Any, Any] | None = None


@dataclass(frozen=True)
class Raised:
    """The exception that came out of the port: its type's name and its text."""

    kind: str
    text: str


@dataclass(frozen=True)
class Declined(Raised):
    """An answer was left open on purpose: as good as an exception."""

    kind: str = "null"
    text: str = ""


@dataclass(frozen=True)
class Nonsense:
    """A result that is no array of numbers: what it was instead."""

    what: str


@dataclass(frozen=True)
class Broke:
    """The port did not come to an end that it could tell of.

    ``how``: ``timeout``; ``crash`` (a signal or an exit code); ``exit`` (it ended the
    interpreter); ``protocol`` (what it sent was no frame that was due); ``budget``
    (it called f too often); or the limit for which it was stopped (`Limits`).
    ``detail`` names the signal, the code, the breach or the limit's amount.
    """

    how: Literal["timeout", "crash", "exit", "protocol", "budget"] | Limit
    detail: str


@dataclass(frozen=True)
class Unserved:
    """The port was not asked, or does not do this: ``reason`` is a message's id.

    It is no fault, and nothing is known of what it would do.
    """

    reason: str
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)


Outcome = Returned | Raised | Nonsense | Broke | Unserved


@dataclass(frozen=True, eq=False)
class Observation:
    """All that a port did on one probe.

    ``x_after`` is what the caller's array held when the call had ended; ``manners``
    tells how f was called where it was not f(x); ``seconds`` is wall time; ``earlier``
    is what the result of the probe before was after this call, if it was looked at.
    """

    probe: Probe
    evaluations: tuple[Evaluation, ...]
    outcome: Outcome
    x_after: np.ndarray[Any, Any] | None
    manners: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    noise: str = ""
    seconds: float = 0.0
    earlier: np.ndarray[Any, Any] | None = None

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

    @property
    def notes(self) -> tuple[Note, ...]:
        """What had to be assumed to call it."""

    def observe(self, probe: Probe) -> Observation:
        """Run the port on the probe; what goes wrong inside is an outcome."""


def notes_of(observations: Iterable[Observation]) -> tuple[Note, ...]:
    """The notes on what a port did, each once, in the order in which they arose."""
    found: dict[str, Note] = {}
    for observation in observations:
        for note in _each_note(observation):
            found.setdefault(note.id, note)
    return tuple(found.values())


def _each_note(observation: Observation) -> Iterator[Note]:
    for manner in observation.manners:
        yield Note(f"calls-{manner}")
    at = observation.probe.at
    if at is not None and at.ndim > 1:
        yield Note("takes-points")
    outcome = observation.outcome
    if isinstance(outcome, Returned):
        # A descent is expected to give its history beside x.
        if outcome.unpacked and not observation.probe.keywords:
            yield Note("unpacked")
        if outcome.kind == "list":
            yield Note("list")
    if observation.noise.strip():
        yield Note("prints", {"text": observation.noise.strip().splitlines()[0]})
    if observation.warnings:
        yield Note("warns", {"text": observation.warnings[0]})
