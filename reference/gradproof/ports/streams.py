"""The standard streams of a child: what is written to it, and what it says.

Where pipes can be polled, whoever wants a frame reads it: to hand it over from a thread
that reads would take longer than all else there is to a frame. A child that says more
than is looked at has to wait, so that it cannot fill this process's memory.
"""

from __future__ import annotations

import contextlib
import math
import os
import queue
import select
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import IO, Protocol, TypeAlias

from gradproof.ports.frames import (
    MAX_NOISE_BYTES,
    BreachError,
    DeadlineError,
    Frame,
    LimitError,
    Splitter,
)
from gradproof.ports.limits import Limits

PIECE_BYTES = 1 << 16
"""Bytes that are read at once."""
MAX_WAITING_FRAMES = 64
"""Frames that wait to be looked at, where threads read."""
ROOM_SECONDS = 0.001
"""Seconds after which it is looked again whether there is room for more."""

Item: TypeAlias = Frame | BreachError | LimitError | None
"""What there is to tell of a child's output; None at its end."""


class Heard:
    """What a child has said: of noise and of errors the end, and how much it was."""

    def __init__(self, tag: bytes, limits: Limits) -> None:
        self.splitter = Splitter(tag)
        self.errors = bytearray()
        self._limits = limits
        self._printed = 0

    def output(self, data: bytes) -> Iterator[Item]:
        """The frames that are complete with ``data``. Raises BreachError."""
        frames = 0
        for frame in self.splitter.feed(data):
            frames += len(frame.line)
            yield frame
        yield from self._counted(len(data) - frames)

    def error(self, data: bytes) -> Iterator[Item]:
        """Take in what stands in its errors."""
        self.errors += data
        del self.errors[:-MAX_NOISE_BYTES]
        yield from self._counted(len(data))

    def _counted(self, printed: int) -> Iterator[Item]:
        """That too much was printed, once."""
        before, most = self._printed, self._limits.output
        self._printed = before + printed
        if before <= most < self._printed:
            yield LimitError("output", self._limits.amount("output"))


class Streams(Protocol):
    """What is done with the streams of a child."""

    def send(self, data: bytes) -> None:
        """Have it written; whether anyone reads it is not waited for."""

    def receive(self, deadline: float) -> Item:
        """What comes next, by ``deadline`` in monotonic seconds.

        Raises DeadlineError.
        """

    def turn(self, seconds: float) -> None:
        """Let what goes on go on, for so long at most."""

    def finish(self) -> None:
        """Let the child's input end, once all is written."""

    def close(self, seconds: float) -> None:
        """Take in the rest, as far as it comes within that time; then it is over."""


class Polled:
    """Streams that are read and written by whoever waits for a frame."""

    def __init__(self, streams: Sequence[IO[bytes]], heard: Heard) -> None:
        self._input, self._output, self._errors = streams
        self._heard = heard
        self._items: deque[Item] = deque()
        self._waiting = bytearray()
        self._finished = self._writes = False
        self._poll = select.poll()
        for stream in streams:
            os.set_blocking(stream.fileno(), False)
        for stream in (self._output, self._errors):
            self._poll.register(stream, select.POLLIN)
        self._readers = {s.fileno(): s for s in (self._output, self._errors)}

    def send(self, data: bytes) -> None:
        """Write it, or as much as there is room for; the rest is written in time."""
        if self._input.closed:
            return
        self._waiting += data
        if len(self._waiting) == len(data):
            self._write()

    def receive(self, deadline: float) -> Item:
        """What comes next. Raises DeadlineError."""
        while (left := deadline - time.monotonic()) > 0:
            if self._items:
                return self._items.popleft()
            self.turn(left)
        raise DeadlineError

    def turn(self, seconds: float) -> None:
        """Read and write what can be, once there is something."""
        for descriptor, _ in self._poll.poll(math.ceil(seconds * 1000)):
            reader = self._readers.get(descriptor)
            if reader is None:
                self._write()
            else:
                self._read(reader)

    def finish(self) -> None:
        """Close the child's input, now or when all is written."""
        self._finished = True
        if not self._input.closed:
            self._write()

    def close(self, seconds: float) -> None:
        """Take in the rest; frames that nobody has looked at are none any more."""
        end = time.monotonic() + seconds
        self._end(self._input)
        while self._readers and (left := end - time.monotonic()) > 0:
            self.turn(left)
            self._items.clear()
        for stream in (self._output, self._errors):
            self._end(stream)

    def _write(self) -> None:
        try:
            del self._waiting[: self._input.write(self._waiting) or 0]
        except OSError:
            # Nobody reads it any more.
            self._end(self._input)
            return
        if bool(self._waiting) != self._writes:
            self._writes = bool(self._waiting)
            if self._writes:
                self._poll.register(self._input, select.POLLOUT)
            else:
                self._poll.unregister(self._input)
        if self._finished and not self._waiting:
            self._end(self._input)

    def _read(self, stream: IO[bytes]) -> None:
        data = stream.read(PIECE_BYTES)
        if data is None:
            return
        of_output = stream is self._output
        try:
            take = self._heard.output if of_output else self._heard.error
            self._items.extend(take(data))
        except BreachError as breach:
            self._items.append(breach)
            self._end(stream)
            return
        if not data:
            self._end(stream)
            if of_output:
                self._items.append(None)

    def _end(self, stream: IO[bytes]) -> None:
        if not stream.closed:
            self._readers.pop(stream.fileno(), None)
            with contextlib.suppress(KeyError):
                self._poll.unregister(stream)
            with contextlib.suppress(OSError):
                stream.close()


class Threaded:
    """Streams that threads of their own read and write, where none can be polled.

    Each thread closes its own stream: a thread that is left behind, to a process that
    holds on to the other end, does not have it closed under its hands.
    """

    def __init__(self, streams: Sequence[IO[bytes]], heard: Heard) -> None:
        self._heard = heard
        self._over = False
        # A queue that bounds itself takes longer than all else there is to a frame.
        self._items: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        targets = (self._write, self._read_output, self._read_errors)
        self._threads = [
            threading.Thread(target=target, args=[stream], daemon=True)
            for target, stream in zip(targets, streams, strict=True)
        ]
        for thread in self._threads:
            thread.start()

    def send(self, data: bytes) -> None:
        """Have it written."""
        self._waiting.put(data)

    def receive(self, deadline: float) -> Item:
        """What comes next. Raises DeadlineError."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise DeadlineError
        try:
            return self._items.get(timeout=left)
        except queue.Empty:
            raise DeadlineError from None

    def turn(self, seconds: float) -> None:
        """Nothing: the threads go on."""

    def finish(self) -> None:
        """Have the child's input closed, when all is written."""
        self._waiting.put(None)

    def close(self, seconds: float) -> None:
        """Wait for the threads."""
        self.finish()
        self._over = True
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _write(self, stream: IO[bytes]) -> None:
        with stream, contextlib.suppress(OSError):
            while (line := self._waiting.get()) is not None:
                while line:
                    line = line[stream.write(line) :]

    def _read_output(self, stream: IO[bytes]) -> None:
        with stream:
            try:
                while data := stream.read(PIECE_BYTES):
                    self._put(self._heard.output(data))
            except BreachError as breach:
                self._put(iter([breach]))
            else:
                self._put(iter([None]))

    def _read_errors(self, stream: IO[bytes]) -> None:
        with stream:
            while data := stream.read(PIECE_BYTES):
                self._put(self._heard.error(data))

    def _put(self, items: Iterator[Item]) -> None:
        for item in items:
            while not self._over and self._items.qsize() >= MAX_WAITING_FRAMES:
                time.sleep(ROOM_SECONDS)
            if not self._over:
                self._items.put(item)


def streams_of(streams: Sequence[IO[bytes]], heard: Heard) -> Streams:
    """Those of a child: its input, output and errors, as files without buffers."""
    if sys.platform == "win32":
        return Threaded(streams, heard)
    return Polled(streams, heard)
