"""Processes of one machine, each of which judges one port after the other."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import wait
from pathlib import Path

from gradproof.ports import scratch
from gradproof.scan import unheard

PRELOADED = [
    "gradproof.scan.unheard",
    "gradproof.project.preload",
    "gradproof.scan.task",
]

QUEUED = 2
"""Tasks a process that are under way: the next one waits beside it."""

SOCKET_BYTES = len("/pymp-xxxxxxxx/listener-xxxxxxxx")
MAX_PLACE_BYTES = 103
"""Of a socket's path, which stands among the temporary files: macOS has fewest."""
END_SECONDS = 2.0
"""For processes that were told to end, before what they leave is cleared away."""


class Machine:
    """So many processes, forked from one that has done the imports."""

    lost: tuple[type[BaseException], ...] = (BrokenExecutor,)

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self.width = QUEUED * jobs
        self._executor: ProcessPoolExecutor | None = None
        self._context = multiprocessing.get_context(_way())

    def executor(self) -> Executor:
        """The one that there is."""
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self.jobs, self._context, _begin, (os.getcwd(),)
            )
        return self._executor

    def renew(self) -> None:
        """Give it up; what it still has in hand is lost."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None

    def kill(self) -> None:
        """End all that is under way, and leave nothing of it."""
        self.renew()
        ended = multiprocessing.active_children()
        for process in ended:
            process.terminate()
        end = time.monotonic() + END_SECONDS
        for process in ended:
            process.join(max(0.0, end - time.monotonic()))
        scratch.clear()


def _way() -> str:
    """How processes are started; where they are forked, from one that is warm.

    That is started elsewhere: it would take files in the working folder for modules.
    """
    place = len(os.fsencode(tempfile.gettempdir())) + SOCKET_BYTES
    known = "forkserver" in multiprocessing.get_all_start_methods()
    if not known or place > MAX_PLACE_BYTES:
        return "spawn"
    multiprocessing.set_forkserver_preload(PRELOADED)
    here = os.getcwd()
    os.chdir(Path(__file__).parent)
    try:
        with unheard.held():
            # It lets signals through when it is there, so that it comes first.
            resource_tracker.ensure_running()
        with unheard.held():
            forkserver.ensure_running()
    finally:
        os.chdir(here)
    return "forkserver"


@contextlib.contextmanager
def machine(jobs: int) -> Iterator[Machine]:
    """A machine whose processes end with the block."""
    found = Machine(jobs)
    try:
        yield found
    except BaseException:
        found.kill()
        raise
    executor = found._executor
    if executor is not None:
        executor.shutdown()


def _begin(folder: str) -> None:
    """In a process that is to judge: it ends with the one that asks for it.

    Files in the working folder stand in for no module of its own. What is there by
    now stays: it is not gone through again and again for what is no longer needed.
    """
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    os.chdir(folder)
    sys.path[:] = [place for place in sys.path if place not in ("", folder)]
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
