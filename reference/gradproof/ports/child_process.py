"""A child process that speaks in lines, and can always be ended.

A deadline holds on every platform: neither a child that prints without end nor one that
never reads can hold the host up, or fill its memory.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

from gradproof.ports import kept
from gradproof.ports import wall as walls
from gradproof.ports.frames import (
    BreachError,
    ChildError,
    EndedError,
    Frame,
    LimitError,
    text,
)
from gradproof.ports.kept import Kept
from gradproof.ports.limits import Limit, Limits
from gradproof.ports.spawned import Spawned
from gradproof.ports.streams import Heard, streams_of
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

GRACE_SECONDS = 1.0
"""Seconds that a child is given to end by itself, once it has been told to."""
LOOK_SECONDS = 0.05
"""Between two looks at what it still says, as long as it has not ended."""
LINGER_SECONDS = 0.5
"""Seconds that are waited for a killed child's output to end. It does at once, unless
a process that has left the group holds on to it."""


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
        self._reaped = False
        tag = f"@{secrets.token_hex(4)} ".encode()
        self._heard = Heard(tag, limits)
        more = {**extra, TAG: tag.decode()}
        environment = walls.environment(more) if wall else {**os.environ, **more}
        self._child = child = _started(command, environment, cwd, order, limits, wall)
        streams = (child.stdin, child.stdout, child.stderr)
        self._streams = streams_of(streams, self._heard)
        if order:
            self.send(order)

    @property
    def last_words(self) -> str:
        """The last line that the child has printed: it often says why it ended."""
        return self.last_lines(1)

    def last_lines(self, number: int) -> str:
        """The last lines of its errors, or else of what was no frame."""
        for said in (self._heard.errors, self._heard.splitter.unfinished):
            lines = text(said).strip().splitlines()
            if lines:
                return "\n".join(line.strip() for line in lines[-number:])
        return ""

    def send(self, line: bytes) -> None:
        """Have one line written; whether anyone reads it is not waited for."""
        self._streams.send(line + b"\n")

    def receive(self, deadline: float) -> Frame:
        """The next frame, by ``deadline`` in monotonic seconds.

        Raises ChildError.
        """
        frame = self._streams.receive(deadline)
        if isinstance(frame, (BreachError, LimitError)):
            raise frame
        if frame is None:
            raise self._ended()
        return frame

    def close(self) -> None:
        """Let the child end by itself, or kill it; what it started is killed."""
        self._streams.finish()
        self._has_ended()
        self.kill()

    def kill(self) -> None:
        """End the child and all that it has started."""
        self._reap()
        self._streams.close(LINGER_SECONDS)

    def _has_ended(self) -> bool:
        """Whether it does in a moment; what it still says does not hold it up."""
        end = time.monotonic() + GRACE_SECONDS
        while not self._child.has_ended(LOOK_SECONDS):
            if time.monotonic() > end:
                return False
            self._streams.turn(0.0)
        return True

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
        if not self._has_ended():
            return EndedError("closed its output")
        code = self._reap()
        self._streams.close(LINGER_SECONDS)
        if self._child.limit in LIMITS:
            limit = LIMITS[self._child.limit]
            return LimitError(limit, self._limits.amount(limit))
        return EndedError(_how(code))


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
