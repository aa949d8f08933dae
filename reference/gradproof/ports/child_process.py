"""A child process that speaks in lines, and can always be ended.

Threads of their own read its output and write its input, so that a deadline holds on
every platform: neither a child that prints without end nor one that never reads can
hold the host up, or fill its memory.
"""

from __future__ import annotations

import contextlib
import os
import queue
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple, get_args

from gradproof.ports import kept
from gradproof.ports import wall as walls
from gradproof.ports.kept import Kept
from gradproof.ports.limits import Limit, Limits
from gradproof.ports.spawned import Spawned
from gradproof.ports.target import LoadError
from gradproof.ports.worker.core.printable import clean
from gradproof.ports.workers import forked

TAG = "GRADPROOF_TAG"

LIMITED = Limits()
LIMITS: Mapping[str, Limit] = {name: name for name in get_args(Limit)}

MIN_PYTHON = (3, 6)
SAYS_VERSION = "import sys; print('gradproof %d.%d' % sys.version_info[:2])"
MAX_VERSION_SECONDS = 5.0
"""For an interpreter to say which it is."""

ENVIRONMENT = {
    "MPLBACKEND": "Agg",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONIOENCODING": "utf-8",
}
"""No windows, nothing left in the port's folders, the same run each time."""

MAX_LINE_BYTES = 1 << 23
"""Bytes of a frame: about 300,000 numbers. A longer line is a breach."""
MAX_NOISE_BYTES = 1 << 14
"""Bytes of noise that are kept: the last ones, for they tell of a crash."""
MAX_WAITING_FRAMES = 64
"""Frames that wait to be looked at; a child that sends more has to wait itself."""
ROOM_SECONDS = 0.001
"""Seconds after which it is looked again whether there is room for more."""
PIECE_BYTES = 1 << 16
"""Bytes that are read at once."""
GRACE_SECONDS = 1.0
"""Seconds that a child is given to end by itself, once it has been told to."""
LINGER_SECONDS = 0.5
"""Seconds that are waited for a killed child's output to end. It does at once, unless
a process that has left the group holds on to it."""


class ChildError(Exception):
    """What a child does in the place of a frame."""


class DeadlineError(ChildError):
    """No frame came by the deadline."""


class EndedError(ChildError):
    """The child has ended: ``how`` names the signal or the exit code."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class LimitError(ChildError):
    """The child was stopped for it took more than the ``limit``, an ``amount``."""

    def __init__(self, limit: Limit, amount: str) -> None:
        super().__init__(f"{limit}: {amount}")
        self.limit = limit
        self.amount = amount


class BreachError(ChildError):
    """The child wrote what no frame may be."""


class Frame(NamedTuple):
    """A frame without its tag, and what else was printed since the one before."""

    line: bytes
    noise: str


_Heard = Frame | BreachError | LimitError | None
"""What a thread that reads has to tell; None at the end."""


class Splitter:
    """Takes output apart into frames and noise, into whatever pieces it was cut."""

    def __init__(self, tag: bytes) -> None:
        self._tag = tag
        self._rest = bytearray()
        self._inside = False
        self._searched = 0
        self.noise = bytearray()
        """The end of what was no frame, since the last frame."""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are complete with ``data``. Raises BreachError."""
        self._rest += data
        while self._inside or self._find_tag():
            end = self._rest.find(b"\n", self._searched)
            self._inside = end < 0
            self._searched = len(self._rest) if self._inside else 0
            if max(end, self._searched) > MAX_LINE_BYTES:
                raise BreachError("a line is too long")
            if self._inside:
                return
            line = bytes(self._rest[:end])
            del self._rest[: end + 1]
            yield Frame(line, text(self.noise))
            self.noise.clear()

    @property
    def unfinished(self) -> bytes:
        """The noise since the last frame, and what may yet become a frame."""
        return bytes(self.noise + self._rest)

    def _find_tag(self) -> bool:
        """Whether a tag is there; what stands before it is noise."""
        start = self._rest.find(self._tag)
        # The beginning of a tag may stand at the end.
        upto = start if start >= 0 else max(0, len(self._rest) - len(self._tag) + 1)
        self.noise += self._rest[:upto]
        del self.noise[:-MAX_NOISE_BYTES]
        del self._rest[: upto + len(self._tag) if start >= 0 else upto]
        return start >= 0


class Process:
    """A running child in a process group of its own, which ends with this process.

    Raises OSError when the command cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        extra: Mapping[str, str],
        cwd: Path | None = None,
        order: bytes = b"",
        limits: Limits = LIMITED,
        wall: Sequence[str] = (),
    ) -> None:
        self._limits = limits
        self._printed = 0
        tag = f"@{secrets.token_hex(4)} ".encode()
        self._splitter = Splitter(tag)
        self._errors = bytearray()
        # A queue that bounds itself takes longer than all else there is to a frame.
        self._inbox: queue.SimpleQueue[_Heard] = queue.SimpleQueue()
        self._over = self._reaped = False
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        more = {**extra, TAG: tag.decode()}
        environment = walls.environment(more) if wall else {**os.environ, **more}
        self._child = _started(command, environment, cwd, order, limits, wall)
        self._threads = [
            threading.Thread(target=target, args=[stream], daemon=True)
            for target, stream in (
                (self._write, self._child.stdin),
                (self._read_frames, self._child.stdout),
                (self._read_errors, self._child.stderr),
            )
        ]
        for thread in self._threads:
            thread.start()
        if order:
            self.send(order)

    @property
    def last_words(self) -> str:
        """The last line that the child has printed: it often says why it ended."""
        return self.last_lines(1)

    def last_lines(self, number: int) -> str:
        """The last lines of its errors, or else of what was no frame."""
        for said in (self._errors, self._splitter.unfinished):
            lines = text(said).strip().splitlines()
            if lines:
                return "\n".join(line.strip() for line in lines[-number:])
        return ""

    def send(self, line: bytes) -> None:
        """Have one line written; whether anyone reads it is not waited for."""
        self._outbox.put(line + b"\n")

    def receive(self, deadline: float) -> Frame:
        """The next frame, by ``deadline`` in monotonic seconds.

        Raises ChildError.
        """
        left = deadline - time.monotonic()
        if left <= 0:
            raise DeadlineError
        try:
            frame = self._inbox.get(timeout=left)
        except queue.Empty:
            raise DeadlineError from None
        if isinstance(frame, (BreachError, LimitError)):
            raise frame
        if frame is None:
            raise self._ended()
        return frame

    def close(self) -> None:
        """Let the child end by itself, or kill it; what it started is killed."""
        self._outbox.put(None)
        self._child.has_ended(GRACE_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End the child and all that it has started."""
        self._reap()
        self._outbox.put(None)
        self._over = True
        end = time.monotonic() + LINGER_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _reap(self) -> int:
        """End the group, once: when its child is reaped, its number may be another's.

        The exit code of the child.
        """
        if not self._reaped:
            self._reaped = True
            self._child.kill()
        return self._child.wait()

    def _ended(self) -> ChildError:
        """How the child ended; it is given a moment to do so."""
        if not self._child.has_ended(GRACE_SECONDS):
            return EndedError("closed its output")
        code = self._reap()
        if self._child.limit in LIMITS:
            limit = LIMITS[self._child.limit]
            return LimitError(limit, self._limits.amount(limit))
        return EndedError(_how(code))

    # Each thread closes its own stream: a thread that is left behind, to a process
    # that holds on to the other end, does not have it closed under its hands.

    def _write(self, stream: IO[bytes]) -> None:
        with stream, contextlib.suppress(OSError):
            while (line := self._outbox.get()) is not None:
                while line:
                    line = line[stream.write(line) :]

    def _read_frames(self, stream: IO[bytes]) -> None:
        with stream:
            try:
                while data := stream.read(PIECE_BYTES):
                    frames = 0
                    for frame in self._splitter.feed(data):
                        frames += len(frame.line)
                        self._put(frame)
                    self._count(len(data) - frames)
            except BreachError as breach:
                self._put(breach)
            else:
                self._put(None)

    def _put(self, item: _Heard) -> None:
        while not self._over and self._inbox.qsize() >= MAX_WAITING_FRAMES:
            time.sleep(ROOM_SECONDS)
        if not self._over:
            self._inbox.put(item)

    def _count(self, printed: int) -> None:
        """Tell the host once that too much was printed."""
        before, most = self._printed, self._limits.output
        self._printed = before + printed
        if before <= most < self._printed:
            self._put(LimitError("output", self._limits.amount("output")))

    def _read_errors(self, stream: IO[bytes]) -> None:
        with stream:
            while data := stream.read(PIECE_BYTES):
                self._count(len(data))
                self._errors += data
                del self._errors[:-MAX_NOISE_BYTES]


def _started(
    command: Sequence[str],
    environment: Mapping[str, str],
    cwd: Path | None,
    order: bytes,
    limits: Limits,
    wall: Sequence[str],
) -> Kept | Spawned:
    """Raises OSError when it cannot be started."""
    if not kept.is_supported():
        return Spawned(command, environment, cwd)
    child = forked(command, environment, cwd, order, limits, wall)
    if child is None:
        child = kept.start(command, environment, cwd, limits, wall)
        if command[0] != sys.executable:
            child.begin()
    return child


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def interpreter_error(python: str | None) -> LoadError | None:
    """What is wrong with an interpreter whose worker ended before it spoke."""
    command = python or sys.executable
    try:
        asked = subprocess.run(
            [command, "-c", SAYS_VERSION],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=MAX_VERSION_SECONDS,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return LoadError("load.no-python", command=command)
    said = re.search(rb"gradproof (\d+)\.(\d+)", asked.stdout)
    if said is None:
        return LoadError("load.no-python", command=command)
    version = int(said[1]), int(said[2])
    if version < MIN_PYTHON:
        what = ".".join(map(str, version))
        return LoadError("load.python-too-old", command=command, version=what)
    return None


def launch(
    command: Sequence[str],
    order: bytes = b"",
    cwd: Path | None = None,
    env: Mapping[str, str] = {},
    seconds: float = 30.0,
) -> Process:
    """Start a child, and send it the first line if there is one.

    It runs in the folder ``cwd``, with ``env`` beside the variables that there are; it
    has so many ``seconds`` of wall time.

    Raises LoadError.
    """
    try:
        limits = LIMITED.within(seconds)
        extra = {**ENVIRONMENT, **env}
        wall = walls.before(command, order, cwd, {**os.environ, **extra})
        return Process(command, extra, cwd, order, limits, wall)
    except (OSError, ValueError) as error:
        text = getattr(error, "strerror", None) or str(error)
        raise LoadError("load.not-started", command=command[0], text=text) from error


def with_last_words(how: str, words: str) -> str:
    """How a child ended, with the last line that it printed: it often says why."""
    return f"{how}: {clean(words, 200)}" if words else how


def text(printed: bytes | bytearray) -> str:
    """What was printed, as far as it is text."""
    return printed.decode("utf-8", "replace")
