"""A child process that speaks in lines, and can always be ended.

Its output is read by threads of their own, so that a deadline holds on every
platform and a child that prints without end cannot fill the memory.
"""

from __future__ import annotations

import contextlib
import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import IO

TAG = "GRADPROOF_TAG"
LONGEST_LINE = 1 << 23
"""Bytes of a frame: about 300,000 numbers. A longer line is a breach."""
MOST_NOISE = 1 << 16
"""Bytes of noise that are kept; the rest is counted."""
GRACE = 2.0
"""Seconds that a child is given to end by itself once its input is closed."""


class TimedOut(Exception):
    """No frame came by the deadline."""


class Ended(Exception):
    """The child has ended: ``how`` names the signal or the exit code."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class Breach(Exception):
    """The child wrote what no frame may be."""


class Process:
    """A running child in a process group of its own.

    Raises OSError when the command cannot be started.
    """

    def __init__(self, command: Sequence[str], extra: Mapping[str, str]) -> None:
        self._tag = f"@{secrets.token_hex(4)} ".encode()
        self._noise = bytearray()
        self._lines: queue.Queue[bytes | Breach | None] = queue.Queue()
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **extra, TAG: self._tag.decode()},
            # A group of its own can be ended as one, grandchildren and all.
            start_new_session=sys.platform != "win32",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert self._child.stdout is not None
        assert self._child.stderr is not None
        self._readers = [
            threading.Thread(target=self._read_frames, args=[self._child.stdout]),
            threading.Thread(target=self._read_noise, args=[self._child.stderr]),
        ]
        for reader in self._readers:
            reader.daemon = True
            reader.start()

    @property
    def noise(self) -> str:
        """What the child has printed that was no frame, as far as it is kept."""
        return self._noise.decode("utf-8", "replace")

    def send(self, frame: bytes) -> None:
        """Write one line. Raises Ended if nobody reads it any more."""
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(frame + b"\n")
            self._child.stdin.flush()
        except (OSError, ValueError) as error:
            raise Ended(self._how()) from error

    def receive(self, deadline: float) -> bytes:
        """The next frame, without its tag, by ``deadline`` in monotonic seconds.

        Raises TimedOut, Ended or Breach.
        """
        try:
            line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise TimedOut from None
        if isinstance(line, Breach):
            raise line
        if line is None:
            raise Ended(self._how())
        return line

    def close(self) -> None:
        """Let the child end by itself, or kill it."""
        assert self._child.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            self._child.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(GRACE)
        self.kill()

    def kill(self) -> None:
        """End the child and all that it has started."""
        _kill_group(self._child)
        self._child.wait()
        for reader in self._readers:
            # A grandchild outside the group may hold the pipes open: the threads
            # are left to it, the streams are not closed under them.
            reader.join(GRACE)
        for stream in (self._child.stdin, self._child.stdout, self._child.stderr):
            if stream and not any(r.is_alive() for r in self._readers):
                with contextlib.suppress(OSError, ValueError):
                    stream.close()

    def _how(self) -> str:
        """How the child ended; it is given a moment to do so."""
        try:
            code = self._child.wait(GRACE)
        except subprocess.TimeoutExpired:
            return "closed its output"
        if code >= 0:
            return f"exit code {code}"
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"

    def _read_frames(self, stream: IO[bytes]) -> None:
        while line := stream.readline(LONGEST_LINE):
            before, tag, frame = line.partition(self._tag)
            self._keep(before)
            if not tag:
                continue
            if not frame.endswith(b"\n") and len(line) >= LONGEST_LINE:
                self._lines.put(Breach("a line is too long"))
                return
            self._lines.put(frame)
        self._lines.put(None)

    def _read_noise(self, stream: IO[bytes]) -> None:
        while data := stream.read1(MOST_NOISE):  # type: ignore[attr-defined]
            self._keep(data)

    def _keep(self, data: bytes) -> None:
        self._noise += data[: MOST_NOISE - len(self._noise)]


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        subprocess.run(
            ["taskkill", "/F", "/T", "/PID", str(child.pid)],
            capture_output=True,
            check=False,
        )
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
