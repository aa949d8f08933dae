"""Workers forked from a process that has done the imports already.

It is started with the first of them and ends with this process. A worker of it is as
one that was started by itself, only that its modules are there at once.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

AT_START = ("PYTHON", "MPL", "XDG_", "LC_", "LANG", "LD_", "OMP_", "OPENBLAS_", "MKL_")
"""How variables begin that are read while a process starts or imports."""
AT_START_TOO = ("HOME", "PATH", "VIRTUAL_ENV")

END_SECONDS = 1.0
"""For the servers to end, when this process is about to."""
ANSWER_SECONDS = 30.0
"""For the server to answer; it may have to import first."""


class Forked:
    """A worker that was forked: what it is, when it has ended, and how."""

    def __init__(self, streams: Sequence[int], control: socket.socket) -> None:
        self.stdin: IO[bytes] = os.fdopen(streams[0], "wb", 0)
        self.stdout: IO[bytes] = os.fdopen(streams[1], "rb", 0)
        self.stderr: IO[bytes] = os.fdopen(streams[2], "rb", 0)
        self._control = control
        control.settimeout(ANSWER_SECONDS)
        self._told = control.makefile("rb")

    @functools.cached_property
    def pid(self) -> int | None:
        """Its number, once the server has done its imports; None if that has ended."""
        return self._number()

    def has_ended(self, seconds: float) -> bool:
        """Whether it ends within that time; its number is kept from others."""
        if self.pid is None:
            return True
        with contextlib.closing(_Descriptor(os.pidfd_open(self.pid))) as process:
            return bool(select.select([process], [], [], seconds)[0])

    def kill(self) -> None:
        """End it and its group."""
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    @functools.cached_property
    def _code(self) -> int:
        with contextlib.suppress(OSError):
            self._control.sendall(b"reap\n")
        code = self._number()
        self._told.close()
        self._control.close()
        return -signal.SIGKILL if code is None else code

    def wait(self) -> int:
        """Its exit code; what is left of its group is killed."""
        return self._code if self.pid is not None else -signal.SIGKILL

    def _number(self) -> int | None:
        try:
            return int(self._told.readline())
        except (OSError, ValueError):
            return None


@dataclass(frozen=True)
class _Descriptor:
    number: int

    def fileno(self) -> int:
        return self.number

    def close(self) -> None:
        os.close(self.number)


@dataclass
class _Server:
    """The process, for those who start workers in this one with these variables."""

    command: Sequence[str]
    environment: Mapping[str, str]
    imports: Sequence[str]
    owner: int = field(default_factory=os.getpid)

    def __post_init__(self) -> None:
        self._link, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [*self.command, json.dumps({"op": "fork", "imports": self.imports})],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=dict(self.environment),
                cwd=os.sep,
                start_new_session=True,
            )

    def serves(self, environment: Mapping[str, str]) -> bool:
        return (
            self.owner == os.getpid()
            and self.process.poll() is None
            and _read_at_start(self.environment) == _read_at_start(environment)
        )

    def fork(self, request: Mapping[str, object]) -> Forked:
        """Raises OSError."""
        ours, theirs = _streams()
        control, its = socket.socketpair()
        with its:
            try:
                socket.send_fds(self._link, [b"f"], [*theirs, its.fileno()])
                control.sendall(json.dumps(request).encode() + b"\n")
            except OSError:
                control.close()
                for stream in ours:
                    os.close(stream)
                raise
            finally:
                for stream in theirs:
                    os.close(stream)
        return Forked(ours, control)

    def close(self) -> None:
        """Let it end once its workers have."""
        self._link.close()


@functools.cache
def is_supported() -> bool:
    """Whether a process that is no child of this one's can be waited for.

    Off Linux it cannot, or none may be forked once libraries of the system are loaded.
    """
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return False
    with contextlib.suppress(OSError):  # kernels and sandboxes may refuse
        os.close(os.pidfd_open(os.getpid()))
        return True
    return False


_lock = threading.Lock()
_servers: dict[Sequence[str], _Server] = {}
"""Those that there are, by what they have imported."""
_retired: list[_Server] = []
"""Those that have only to wait for their last workers."""


def fork(
    command: Sequence[str],
    environment: Mapping[str, str],
    cwd: Path | None,
    imports: Sequence[str],
) -> Forked | None:
    """A worker that has imported these; None where it cannot be had so."""
    where = str(cwd or Path.cwd())
    with contextlib.suppress(OSError), _lock:
        server = _servers.get(imports)
        if server is None or not server.serves(environment):
            if server is not None:
                _retire(server)
            server = _servers[imports] = _Server(command, environment, imports)
        return server.fork({"env": dict(environment), "cwd": where})
    return None


def _retire(server: _Server) -> None:
    server.close()
    _retired.append(server)


@atexit.register
def _end_all() -> None:
    servers = [*_servers.values(), *_retired]
    for server in servers:
        server.close()
    for server in servers:
        if server.owner == os.getpid():
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.process.wait(END_SECONDS)


def _streams() -> tuple[list[int], list[int]]:
    """Ends of three pipes: this side's and the worker's."""
    (stdin, ours), (out, stdout), (err, stderr) = (os.pipe() for _ in range(3))
    return [ours, out, err], [stdin, stdout, stderr]


def _read_at_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(AT_START) or name in AT_START_TOO
    }
