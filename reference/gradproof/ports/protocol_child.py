"""A child that speaks the line protocol: frames to it, frames from it, and its end."""

from __future__ import annotations

from types import TracebackType

import msgspec

from gradproof.ports import protocol
from gradproof.ports.child_process import Process, with_last_words
from gradproof.ports.frames import (
    BreachError,
    ChildError,
    DeadlineError,
    EndedError,
    Frame,
    LimitError,
)
from gradproof.ports.target import LoadError
from gradproof.ports.worker.core.printable import clean

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(protocol.FromProgram).decode


class ProtocolChild:
    """What all have in common that run in a child; at the end of its context it ends.

    There is no ``_process`` before it is started, and none when it has broken.
    """

    _process: Process | None = None
    _id = 0

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the child and all that it has started."""
        if self._process and error is None:
            self._send(protocol.Bye())
            self._process.close()
            self._process = None
        self.stop()

    def stop(self) -> str:
        """Kill the child, if there is one, and all it has started; its last words."""
        process, self._process = self._process, None
        if process is None:
            return ""
        process.kill()
        return process.last_words

    def _next_id(self) -> int:
        self._id += 1
        return self._id - 1

    def _send(self, frame: protocol.FromHost) -> None:
        assert self._process is not None
        self._process.send(_encode(frame))

    def _receive(self, deadline: float) -> protocol.FromProgram:
        """The next frame. Raises ChildError."""
        assert self._process is not None
        return frame_of(self._process.receive(deadline))


def frame_of(line: Frame) -> protocol.FromProgram:
    """What the line says. Raises BreachError if it is no frame."""
    try:
        said: protocol.FromProgram = _decode(line.line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BreachError(f"no frame: {clean(str(error), 200)}") from error
    return said


def op_of(frame: protocol.FromProgram) -> str:
    """What a frame is, in the protocol's word."""
    return str(frame.__struct_config__.tag)


def not_loaded(error: ChildError, last_words: str, seconds: float) -> LoadError:
    """Why there is nothing to ask: it is late, ended, or breaks a rule."""
    if isinstance(error, DeadlineError):
        return LoadError("load.timeout", seconds=seconds)
    if isinstance(error, EndedError):
        return LoadError("load.crashed", how=with_last_words(error.how, last_words))
    if isinstance(error, LimitError):
        return LoadError(f"load.{error.limit}", amount=error.amount)
    return LoadError("load.no-hello", text=str(error))
