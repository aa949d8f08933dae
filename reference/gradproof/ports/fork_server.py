"""Workers forked from a process that has done the imports already.

It is started with the first of them and ends with this process. A worker of it is as
one that was started by itself, only that its modules are there at once.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gradproof.ports.kept import Kept, end_family, opened, pipes
from gradproof.ports.limits import Limits

AT_START = ("PYTHON", "MPL", "XDG_", "LC_", "LANG", "LD_", "OMP_", "OPENBLAS_", "MKL_")
"""How variables begin that are read while a process starts or imports."""
AT_START_TOO = ("HOME", "PATH", "VIRTUAL_ENV")

MAX_SERVERS = 6
"""At once; each has its own modules in memory."""
ASKED = b"?"
ANSWER_SECONDS = 10.0
"""For a server that has served to say that it is as it was."""
END_SECONDS = 1.0
"""For the servers to end, when this process is about to."""


@dataclass
class _Server:
    """The process, for those who start workers in this one with these variables."""

    command: Sequence[str]
    environment: Mapping[str, str]
    imports: Sequence[str]
    owner: int = field(default_factory=os.getpid)

    def __post_init__(self) -> None:
        self._last: Kept | None = None
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
        same = _read_at_start(self.environment) == _read_at_start(environment)
        return same and self.is_as_it_was()

    def is_as_it_was(self) -> bool:
        """Whether it is this process's own, and its last worker has left it alone.

        One that cannot answer is ended: it would wait for ever, and so would its next.
        """
        if self.owner != os.getpid() or self.process.poll() is not None:
            return False
        if self._last is None or not self._last.is_over:
            return True
        self._link.settimeout(ANSWER_SECONDS)
        with contextlib.suppress(OSError):
            self._link.sendall(ASKED)
            if self._link.recv(1) == ASKED:
                return True
        self.kill()
        return False

    def fork(self, request: Mapping[str, object]) -> Kept:
        """Raises OSError."""
        ours, theirs = pipes()
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
        self._last = Kept(opened(ours), control, self.kill)
        return self._last

    def kill(self) -> None:
        """End it at once, and all that has come of it."""
        end_family(self.process)

    def close(self) -> None:
        """Let it end once its workers have."""
        self._link.close()


_lock = threading.Lock()
_servers: dict[Sequence[str], _Server] = {}
"""Those that there are, by what they have imported and the wall around them."""
_retired: list[_Server] = []
"""Those that have only to wait for their last workers."""


def fork(
    command: Sequence[str],
    environment: Mapping[str, str],
    cwd: Path | None,
    imports: Sequence[str],
    limits: Limits,
    wall: Sequence[str],
) -> Kept | None:
    """A worker that has imported these, behind such a wall; None where none is had."""
    where = str(cwd or Path.cwd())
    key = (*imports, *wall)
    with contextlib.suppress(OSError), _lock:
        server = _servers.get(key)
        if server is None or not server.serves(environment):
            if server is not None or len(_servers) >= MAX_SERVERS:
                _retire(_servers.pop(key if server else next(iter(_servers))))
            server = _Server([*wall, *command], environment, imports)
            _servers[key] = server
        request = {"env": dict(environment), "cwd": where}
        return server.fork({**request, "limits": limits.as_plain()})
    return None


def _retire(server: _Server) -> None:
    server.is_as_it_was()  # one that is stopped would not end by itself
    server.close()
    _retired.append(server)


@atexit.register
def _end_all() -> None:
    servers = [*_servers.values(), *_retired]
    for server in servers:
        server.close()
    for server in servers:
        if server.owner == os.getpid():
            try:
                server.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()


def _read_at_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(AT_START) or name in AT_START_TOO
    }
