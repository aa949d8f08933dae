"""A child process without a keeper, where there is none: when it has ended, and how."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from gradproof.ports.lifeline import Lifeline

POLL_SECONDS = 0.002
"""Seconds between two looks at whether it has ended."""


class Spawned:
    """A child in a group of its own, which ends with this process.

    Raises OSError when the command cannot be started.
    """

    limit = ""
    """None is looked at."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], cwd: Path | None
    ) -> None:
        self._child = subprocess.Popen(
            command,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=cwd,
            # A group of its own can be ended as one, grandchildren and all.
            start_new_session=sys.platform != "win32",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._lifeline = Lifeline(self._child.pid)
        self.stdin, self.stdout, self.stderr = (
            self._stream(stream)
            for stream in (self._child.stdin, self._child.stdout, self._child.stderr)
        )

    @staticmethod
    def _stream(stream: IO[bytes] | None) -> IO[bytes]:
        assert stream is not None  # all three are pipes
        return stream

    def has_ended(self, seconds: float) -> bool:
        """Whether it ends within that time; where possible it is not yet reaped."""
        if self._child.returncode is None and hasattr(os, "waitid"):
            how = os.WEXITED | os.WNOHANG | os.WNOWAIT
            end = time.monotonic() + seconds
            # Whoever waits for any child may have reaped this one.
            with contextlib.suppress(ChildProcessError):
                while os.waitid(os.P_PID, self._child.pid, how) is None:
                    if time.monotonic() > end:
                        return False
                    time.sleep(POLL_SECONDS)
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(seconds)
        return self._child.returncode is not None

    def begin(self) -> None:
        """Nothing: it runs, or could not be had."""

    def kill(self) -> None:
        """End it and its group."""
        if sys.platform == "win32":
            subprocess.run(
                ["taskkill", "/F", "/T", "/PID", str(self._child.pid)],
                capture_output=True,
                check=False,
            )
        else:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, signal.SIGKILL)
        self._lifeline.cut()

    def wait(self) -> int:
        """Its exit code."""
        return self._child.wait()
