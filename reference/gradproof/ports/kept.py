"""A child with a keeper: when it has ended and how, and that nothing of it is left.

The keeper is a process of its own (`worker/keeper.py`): this one may be a notebook's,
whose other children are none of our business.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from gradproof.ports.limits import Limits
from gradproof.ports.worker.keeper import look

KEEPER = Path(__file__).parent / "worker" / "keeper.py"

ANSWER_SECONDS = 30.0
"""For a keeper to answer; a server that is to fork it may have to import first."""
END_SECONDS = 6.0
"""For it to say that all is gone; it gives up before that."""
KILLED = -9


def is_supported() -> bool:
    """Whether children are kept here."""
    return sys.platform == "linux" and bool(sys.executable)


class Kept:
    """A child and its keeper, which listens at the other end of ``control``.

    Where the keeper does not say that nothing is left, ``end_rest`` sees to it.
    """

    limit = ""
    """That for which it was stopped, by the name that `Limits` has for it."""

    def __init__(
        self,
        streams: Sequence[IO[bytes]],
        control: socket.socket,
        end_rest: Callable[[], object],
        keeper: subprocess.Popen[bytes] | None = None,
    ) -> None:
        self.stdin, self.stdout, self.stderr = streams
        self._control = control
        self._end_rest = end_rest
        self._keeper = keeper
        self._heard = bytearray()
        self._code: int | None = None
        self._began = self._over = self._told = False

    def begin(self) -> None:
        """Wait until it runs. Raises OSError if it cannot be started."""
        end = time.monotonic() + ANSWER_SECONDS
        while not self._began and self._code is None and self._hear(end):
            pass

    def has_ended(self, seconds: float) -> bool:
        """Whether it ends within that time; what it has started may go on."""
        end = time.monotonic() + seconds
        while self._code is None and self._hear(end):
            pass
        return self._code is not None

    def kill(self) -> None:
        """End it and all that it has started: when this returns, nothing is left."""
        if self._told:
            return
        self._told = True
        with contextlib.suppress(OSError):
            self._control.sendall(b"end\n")
        while self._hear(0.0):
            pass
        end = time.monotonic() + (END_SECONDS if self._began else ANSWER_SECONDS)
        while not self._over and self._hear(end):
            pass
        if not self._over:
            self._end_rest()
        self._control.close()
        if self._keeper is not None:
            self._keeper.wait()

    @property
    def is_over(self) -> bool:
        """Whether nothing is left of it."""
        return self._over

    def wait(self) -> int:
        """How it has ended: its exit code, or minus the number of a signal."""
        return KILLED if self._code is None else self._code

    def _hear(self, end: float) -> bool:
        """Take in what the keeper says next; whether it said anything by then."""
        line = self._line(end)
        if line is None:
            return False
        what, _, more = line.partition(" ")
        if what == "began":
            self._began = True
        elif what == "failed":
            self.kill()
            for stream in (self.stdin, self.stdout, self.stderr):
                stream.close()
            raise OSError(int(more), os.strerror(int(more)))
        elif what == "stopped":
            self.limit = more
        elif what == "ended":
            self._code = int(more)
        elif what == "gone":
            self._over = True
        return True

    def _line(self, end: float) -> str | None:
        while b"\n" not in self._heard and not self._over:
            self._control.settimeout(max(end - time.monotonic(), 0.0001))
            try:
                said = self._control.recv(256)
            except TimeoutError:
                return None
            except OSError:
                said = b""
            if not said:
                # Somebody has ended the keeper, and with it what it kept.
                self._over = True
                self._code = KILLED if self._code is None else self._code
                return None
            self._heard += said
        line, end_of_line, rest = bytes(self._heard).partition(b"\n")
        self._heard = bytearray(rest)
        return line.decode() if end_of_line else None


def start(
    command: Sequence[str],
    environment: Mapping[str, str],
    cwd: Path | None,
    limits: Limits,
    wall: Sequence[str] = (),
) -> Kept:
    """Start a command with a keeper, after what a wall puts before it.

    Raises OSError where there is no such folder.
    """
    ours, theirs = pipes()
    control, its = socket.socketpair()
    order = {"control": its.fileno(), "streams": theirs, "command": command}
    words = [*wall, sys.executable, "-I", "-S", str(KEEPER)]
    try:
        keeper = subprocess.Popen(
            [*words, json.dumps({**order, "limits": limits.as_plain()})],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # A wall that cannot be put up says why.
            stderr=theirs[2],
            pass_fds=[its.fileno(), *theirs],
            env=environment,
            cwd=cwd,
            start_new_session=True,
        )
    except BaseException:
        for descriptor in ours:
            os.close(descriptor)
        control.close()
        raise
    finally:
        its.close()
        for descriptor in theirs:
            os.close(descriptor)
    return Kept(opened(ours), control, lambda: end_family(keeper), keeper)


def end_family(process: subprocess.Popen[bytes]) -> None:
    """End a process that does not do so by itself, and all that has come of it."""
    rest: list[int] = []
    with contextlib.suppress(OSError):
        rest = look(process.pid).pids
    for pid in rest:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    process.kill()
    process.wait()


def pipes() -> tuple[list[int], list[int]]:
    """Ends of three pipes: this side's and a child's."""
    (stdin, ours), (out, stdout), (err, stderr) = (os.pipe() for _ in range(3))
    return [ours, out, err], [stdin, stdout, stderr]


def opened(ends: Sequence[int]) -> list[IO[bytes]]:
    """The ends of this side, as files without buffers."""
    stdin, out, err = ends
    return [os.fdopen(stdin, "wb", 0), os.fdopen(out, "rb", 0), os.fdopen(err, "rb", 0)]
