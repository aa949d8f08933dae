"""Ports in a child process: the line protocol's host.

The host sees every argument of f, for f is called back. It never resynchronises: a
frame that is not due, a missed deadline or a crash ends the child, which is started
again a bounded number of times.
"""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import numpy as np

from gradproof.numerics.functions import Function
from gradproof.ports import protocol
from gradproof.ports.child_process import (
    Process,
    interpreter_error,
    launch,
    with_last_words,
)
from gradproof.ports.frames import (
    BreachError,
    ChildError,
    DeadlineError,
    EndedError,
    Frame,
    LimitError,
)
from gradproof.ports.head_start import Begun
from gradproof.ports.in_process import (
    MAX_CALLS,
    OVER_BUDGET,
    answer,
    evaluation,
    outcome,
)
from gradproof.ports.limits import ADDRESS_BYTES
from gradproof.ports.observation import (
    Broke,
    Evaluation,
    Note,
    Observation,
    Outcome,
    Probe,
    Raised,
    Unserved,
)
from gradproof.ports.orders import routine_order
from gradproof.ports.protocol_child import (
    ProtocolChild,
    frame_of,
    not_loaded,
    op_of,
)
from gradproof.ports.sent_functions import can_be_sent, described
from gradproof.ports.target import LoadError, MissingModuleError, Target
from gradproof.ports.worker.core.calls import MAX_NOISE_CHARACTERS, ProbeError
from gradproof.ports.worker.core.printable import clean
from gradproof.ports.worker.core.texts import Texts
from gradproof.ports.workers import worker_command

MAX_RESTARTS = 3
SHARE = 3
"""A probe may take one part in so many of the time that is left, so that one that
hangs leaves something to the others."""

AWKWARD = np.array(
    [
        *(0.1 + 0.2, 1 / 3, -1e-4, 2.0**53, sys.float_info.max),
        *(sys.float_info.min, 5e-324, -0.0, 0.0, np.nan, np.inf, -np.inf),
    ]
)
"""Numbers that a careless number format loses."""


def python_command(
    target: Target, python: str | None = None, memory: int = ADDRESS_BYTES
) -> list[str]:
    """What starts a worker for a Python target; ``python`` is another interpreter.

    A long notebook may be more than a command can hold: ``python_port`` serves any.
    Raises LoadError.
    """
    order = routine_order(target, memory)
    return [*worker_command(python), order.decode()]


def python_port(
    target: Target,
    python: str | None = None,
    vectorized: bool = False,
    timeout: float = 30.0,
    texts: Mapping[str, str] = {},
    begun: Begun | None = None,
) -> ChildPort:
    """The port of a Python target, in a child, which may have ``begun`` already.

    ``texts`` are run in the place of files and of notebooks' cells, by their names.
    Raises LoadError.
    """
    order, command = (
        routine_order(target, ADDRESS_BYTES, Texts(texts)),
        worker_command(python),
    )
    return ChildPort(target.text, command, vectorized, timeout, order, begun)


P = TypeVar("P", bound="ChildPort")


@dataclass
class ChildPort(ProtocolChild):
    """A port that runs in a child; a context manager, which ends the child.

    ``timeout`` is in seconds of wall time for all probes together, restarts
    included. ``order`` is the first line that the child is sent, whenever it is
    started, if there is to be one. It may have ``begun`` already.
    """

    name: str
    command: Sequence[str]
    vectorized: bool = False
    timeout: float = 30.0
    order: bytes = b""
    begun: Begun | None = None

    def __post_init__(self) -> None:
        self._process: Process | None = self.begun.take() if self.begun else None
        self._end = 0.0
        self._starts = int(self._process is not None)
        self._broke = Broke("crash", "not started")
        self._notes: tuple[Note, ...] = ()
        self._said: protocol.Hello | None = None
        self._served: set[tuple[type, int]] = set()

    def start(self) -> None:
        """Start the child, and do not wait for it. Raises LoadError."""
        self._starts += 1
        self._process = self._launched()

    def _launched(self) -> Process:
        return launch(self.command, self.order, seconds=self.timeout)

    def __enter__(self: P) -> P:
        """Start the child. Raises LoadError when the routine cannot be had."""
        begin = self.begun.at if self.begun else time.monotonic()
        self._end = begin + self.timeout
        try:
            if self._process is None:
                self.start()
            self._said = self._hello(self._end)
            self._notes = (*_notes(self._said), *self._echo())
        except ChildError as error:
            raise self._not_loaded(error) from error
        except BaseException:
            self.stop()
            raise
        return self

    @property
    def notes(self) -> tuple[Note, ...]:
        """What had to be assumed to call the routine."""
        return self._notes

    def observe(self, probe: Probe) -> Observation:
        """Run the routine on the probe, in the child."""
        conversation = Conversation(probe, self._next_id(), self._function(probe))
        left = self._end - time.monotonic()
        if left > 0 and self._process is None and self._starts > MAX_RESTARTS:
            return conversation.ended(self._broke)
        try:
            seen = self._converse(conversation, left)
            if not isinstance(seen.outcome, Broke):
                self._served.add(_manner(probe))
            return seen
        except DeadlineError:
            broke = Broke("timeout", f"{self.timeout:g} s for all")
        except EndedError as error:
            broke = Broke("crash", with_last_words(error.how, self.stop()))
        except LimitError as error:
            broke = Broke(error.limit, error.amount)
        except BreachError as error:
            broke = Broke("protocol", str(error))
        except MissingModuleError:
            self.stop()
            raise
        except LoadError as error:
            broke = Broke("crash", f"not started again: {error.message}")
        except _BudgetError:
            broke = OVER_BUDGET
        except BaseException:
            self.stop()
            raise
        self.stop()
        self._broke = broke
        return conversation.ended(broke)

    def _function(self, probe: Probe) -> protocol.AskedFunction:
        """How the child is given the probe's f."""
        assert self._said is not None
        unbroken = self._process is not None and self._starts == 1
        steady = unbroken and _manner(probe) in self._served
        if steady and not self.vectorized and can_be_sent(self._said):
            return described(probe)
        return protocol.CALLBACK

    def _converse(self, conversation: Conversation, left: float) -> Observation:
        """Answer calls until the result comes; ``left`` is the time for all."""
        if left <= 0:
            raise DeadlineError
        deadline = time.monotonic() + max(left / SHARE, min(left, 1.0))
        if self._process is None:
            self.start()
            self._hello(deadline)
        assert self._process is not None
        reply: protocol.FromHost | Observation | None = conversation.opening()
        while not isinstance(reply, Observation):
            if reply is not None:
                self._send(reply)
            reply = conversation.take(self._process.receive(deadline))
        return reply

    def _hello(self, deadline: float) -> protocol.Hello:
        """Raises LoadError where the child says why, else ChildError."""
        frame = self._receive(deadline)
        if isinstance(frame, protocol.Failed):
            raise _failure(frame)
        if not isinstance(frame, protocol.Hello):
            raise BreachError(f"{op_of(frame)} where hello is due")
        if frame.protocol != protocol.VERSION:
            raise BreachError(
                f"protocol {frame.protocol} where {protocol.VERSION} is due"
            )
        return frame

    def _echo(self) -> list[Note]:
        """Whether numbers come through unchanged. Raises LoadError if they do not."""
        id = self._next_id()
        self._send(protocol.Echo(id, protocol.encode_array(AWKWARD)))
        frame = self._receive(self._end)
        if not isinstance(frame, protocol.EchoReply) or frame.id != id:
            raise BreachError(f"{op_of(frame)} where echo {id} is due")
        actual = _array(frame.x)
        assert actual is not None
        if actual.shape != AWKWARD.shape or actual.dtype != AWKWARD.dtype:
            raise BreachError(f"echo gave {frame.x.dtype} of shape {actual.shape} back")
        return _compared(actual)

    def _not_loaded(self, error: ChildError) -> LoadError:
        """Why there is no routine; the child is ended."""
        words = self.stop()
        wrong = None
        if self.order and not isinstance(error, DeadlineError):
            wrong = interpreter_error(self.command[0])
        return wrong or not_loaded(error, words, self.timeout)


def request_of(probe: Probe) -> type[protocol.GradientRequest]:
    """The frame by which a probe is asked for."""
    if probe.at is not None:
        return protocol.TangentRequest
    if probe.keywords:
        return protocol.DescentRequest
    number = probe.layout == "number"
    return protocol.DerivativeRequest if number else protocol.GradientRequest


def _manner(probe: Probe) -> tuple[type, int]:
    """How a port is called on a probe: what serves one like it comes back from it."""
    return request_of(probe), np.ndim(probe.x)


class _BudgetError(Exception):
    pass


class Conversation:
    """One probe: frames in, frames out, and at last an observation."""

    def __init__(
        self, probe: Probe, id: int, f: protocol.AskedFunction = protocol.CALLBACK
    ) -> None:
        self.probe = probe
        self.f = f
        self.id = id
        self.evaluations: list[Evaluation] = []
        self.noise = ""
        self.begin = time.perf_counter()

    def opening(self) -> protocol.GradientRequest:
        """The frame that asks for the probe."""
        probe, request = self.probe, request_of(self.probe)
        x = protocol.encode_array(np.asarray(probe.x), probe.layout)
        more: dict[str, Any] = {
            "again": probe.after is not None,
            "same_f": probe.same_f,
        }
        if probe.at is not None:
            more["at"] = protocol.encode_array(probe.at)
        if probe.keywords:
            more["keywords"] = dict(probe.keywords)
        return request(self.id, self.f, x, **more)

    def take(self, line: Frame) -> Observation | protocol.FromHost | None:
        """Answer a call, or make the observation; or take note, and say nothing.

        Raises BreachError or _BudgetError.
        """
        self.noise = (self.noise + line.noise)[:MAX_NOISE_CHARACTERS]
        frame = frame_of(line)
        if isinstance(frame, protocol.Failed):
            raise _failure(frame)
        if getattr(frame, "id", None) != self.id:
            raise BreachError(f"{op_of(frame)} of another probe")
        match frame:
            case protocol.Call():
                return self._answer(frame)
            case protocol.Called():
                self._note(frame)
                return None
            case protocol.Result():
                return self._observed(_outcome(frame), frame)
            case protocol.Error():
                kind, text = clean(frame.kind, 80), clean(frame.text)
                return self._observed(Raised(kind, text), frame)
            case protocol.Unsupported():
                reason = {"reason": clean(frame.reason, 200)}
                return self.ended(Unserved("unsupported", reason))
        raise BreachError(f"{op_of(frame)} is not due")

    def ended(self, outcome: Outcome) -> Observation:
        """The observation of a port of which nothing more is known."""
        return self._observed(outcome, None)

    def _add(self, n: int, numbers: np.ndarray[Any, Any] | None, kind: str) -> None:
        if n != len(self.evaluations):
            raise BreachError(f"call {n} where {len(self.evaluations)} is due")
        self.evaluations.append(evaluation(numbers, kind))
        if len(self.evaluations) > MAX_CALLS:
            raise _BudgetError

    def _note(self, called: protocol.Called) -> None:
        """Take in calls that the child has answered."""
        arguments, kind = _array(called.x), clean(called.kind, 80)
        if self.f.named or not (self.f.tapes or self.f.values):
            raise BreachError("called of an f that it was not sent")
        if arguments is None or not arguments.ndim or not len(arguments):
            raise BreachError("called of nothing")
        for number in range(len(arguments)):
            n, argument = called.n + number, arguments[number, ...]
            self._add(n, argument, kind)
            if self.probe.known is not None:
                self.probe.answer(argument)

    def _answer(self, call: protocol.Call) -> protocol.Value | protocol.Raise:
        numbers, kind = _array(call.x), clean(call.kind, 80)
        self._add(call.n, numbers, kind)
        try:
            if self.probe.function and numbers is None:
                if call.n == self.probe.raises_at:
                    answer(self.probe, call.n, None)
                terms = _polynomial(self.probe, call.size, kind)
                return protocol.Value(self.id, call.n, polynomial=terms)
            y = answer(self.probe, call.n, numbers)
        except ProbeError as error:
            return protocol.Raise(self.id, call.n, str(error))
        return _value(self.id, call.n, y)

    def _observed(
        self, outcome: Outcome, frame: protocol.Result | protocol.Error | None
    ) -> Observation:
        result = frame if isinstance(frame, protocol.Result) else protocol.Result(0)
        return Observation(
            self.probe,
            tuple(self.evaluations),
            outcome,
            _array(frame.x_after) if frame else None,
            tuple(sorted(set(result.manners))),
            tuple(clean(line) for line in result.warnings),
            (result.noise + self.noise)[:MAX_NOISE_CHARACTERS],
            time.perf_counter() - self.begin,
            _array(result.earlier),
        )


def _compared(actual: np.ndarray[Any, Any]) -> list[Note]:
    """What an echo lost: a sign of zero is a note, all else is a LoadError."""
    for sent, back in zip(AWKWARD.tolist(), actual.tolist(), strict=True):
        if sent != back and (sent == sent or back == back):
            raise LoadError("load.inexact", sent=repr(sent), actual=repr(back))
    lost = np.signbit(actual[AWKWARD == 0]) != np.signbit(AWKWARD[AWKWARD == 0])
    return [Note("loses-minus-zero")] if lost.any() else []


def _failure(frame: protocol.Failed) -> LoadError:
    """Why there is no routine, or why it cannot be run here."""
    if frame.reason not in protocol.FAILURES:
        return LoadError("load.said", text=clean(frame.reason, 200))
    _check(frame.reason, frame.parameters, protocol.FAILURES)
    kind = MissingModuleError if frame.reason in protocol.MISSING else LoadError
    return kind(f"load.{frame.reason}", **_cleaned(frame.parameters))


def _notes(hello: protocol.Hello) -> list[Note]:
    for id, parameters in hello.notes:
        _check(id, parameters, protocol.NOTES)
    return [Note(id, _cleaned(parameters)) for id, parameters in hello.notes]


def _check(
    id: str, parameters: Mapping[str, Any], known: Mapping[str, frozenset[str]]
) -> None:
    """Raises BreachError for a message that there is none of."""
    if id not in known or known[id] != set(parameters):
        raise BreachError(f"there is no {clean(id, 80)} with these parameters")


def _cleaned(parameters: protocol.Parameters) -> dict[str, Any]:
    return {
        key: clean(value) if isinstance(value, str) else value
        for key, value in parameters.items()
    }


def _array(record: protocol.Array | None) -> np.ndarray[Any, Any] | None:
    if record is None:
        return None
    try:
        return protocol.decode_array(record)
    except ValueError as error:
        raise BreachError(clean(str(error), 200)) from error


def _outcome(result: protocol.Result) -> Outcome:
    if (result.outcome == "returned") != (result.value is not None):
        raise BreachError(f"{result.outcome} with a value, or without one")
    fields = msgspec.structs.asdict(result)
    fields["value"], fields["second"] = _array(result.value), _array(result.second)
    fields["kind"], fields["text"] = clean(result.kind, 80), clean(result.text)
    return outcome(**fields)


def _value(id: int, n: int, y: Any) -> protocol.Value:
    """The frame of an answer: a number, real or complex, or one for each row."""
    if isinstance(y, float):
        return protocol.Value(id, n, protocol.encode_number(float(y)))
    if np.iscomplexobj(y):
        return protocol.Value(id, n, _numbers(np.real(y)), _numbers(np.imag(y)))
    return protocol.Value(id, n, _numbers(y))


def _numbers(y: Any) -> protocol.Number | list[protocol.Number]:
    if np.ndim(y):
        return [protocol.encode_number(v) for v in np.asarray(y).tolist()]
    return protocol.encode_number(float(y))


def _polynomial(probe: Probe, size: int, kind: str) -> list[tuple[float, list[int]]]:
    """The terms of the probe's function, for points of that size."""
    assert probe.function is not None
    if not size:
        raise ProbeError(f"f does not take {kind}")
    try:
        return _terms(probe.function, size)
    except (IndexError, ValueError) as error:
        raise ProbeError(f"f does not take {kind}") from error


@functools.lru_cache(maxsize=64)
def _terms(function: Function, size: int) -> list[tuple[float, list[int]]]:
    """Coefficient and powers of each term; below is one term, so powers may be less.

    Raises ValueError for what is none of that.
    """
    import sympy

    expression, symbols = function.expression(size)
    above, below = sympy.fraction(sympy.together(expression))
    try:
        ((less, divisor),) = sympy.Poly(below, *symbols).terms()
        terms = sympy.Poly(above, *symbols).terms()
    except sympy.PolynomialError as error:
        raise ValueError(str(error)) from error
    return [
        (float(c / divisor), [int(p - q) for p, q in zip(powers, less, strict=True)])
        for powers, c in terms
    ]
