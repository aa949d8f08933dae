"""A lifeline: who holds it dies, and a process group dies with it.

However this process ends, its end of a pipe is closed then. A shell that waits at the
other end kills the group: so it does not matter what the group is doing, whether C code
holds on to its interpreter, or whether it is one of Python's at all.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys

SHELL = "/bin/sh"
WAITS = 'read -r _; kill -s KILL -- "-$1"'


class Lifeline:
    """Ties the process group of that number to this process.

    Where there is no POSIX shell nothing is tied.
    """

    def __init__(self, group: int) -> None:
        self._guard: subprocess.Popen[bytes] | None = None
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                self._guard = _guard(group)

    def cut(self) -> None:
        """Let the group be: it has ended, and its number may be another's."""
        guard, self._guard = self._guard, None
        if guard is not None:
            guard.kill()
            guard.communicate()


def _guard(group: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [SHELL, "-c", WAITS, "sh", str(group)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        # What is sent to this process's group is not sent to it.
        start_new_session=True,
    )
