"""Do the imports once, and become a worker for each request that comes.

A request is one byte on the socket that stands in for standard input, and with it four
descriptors: the worker's standard streams and a socket of its own. On that the request
itself stands as a line of JSON, {"env": …, "cwd": …, "limits": …}; there its keeper
(`keeper.py`) tells what comes of the worker.

The byte ``?`` asks whether the server is as it was: it gives that back, or ends. For a
worker, which is of the same user, may have changed the limits of those above it.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
import warnings
from contextlib import suppress
from typing import Any, Dict, List, Set

from . import keeper

STREAMS = 3
ASKED = b"?"
SETTLE_SECONDS = 0.02
"""For keepers to end before the next one is forked; others may be at work."""


def serve(imports: List[str]) -> None:
    """Fork workers until the host has gone. Returns in each of them, as itself."""
    link = socket.socket(fileno=os.dup(0))
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    _import(imports)
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    keeper.prctl(keeper.PR_SET_CHILD_SUBREAPER, 1)
    keeper.be_closed()
    before = _changeable()
    keepers: Set[int] = set()
    waits: List[Any] = [wake, link]
    while link in waits or keepers:
        ready = select.select(waits, [], [])[0]
        if wake in ready:
            os.read(wake, 512)
            _reap(keepers)
        if link not in ready:
            continue
        sign, given, _, _ = socket.recv_fds(link, 1, STREAMS + 1)
        if not sign:
            waits.remove(link)
            continue
        _settle(keepers)
        if sign == ASKED:
            if _changeable() != before:
                break
            link.sendall(ASKED)
            continue
        pid = _fork()
        if pid == 0:
            link.close()
            os.close(wake)
            os.close(woken)
            _become(given)
            return
        keepers.add(pid)
        for descriptor in given:
            os.close(descriptor)
    os._exit(0)


def _changeable() -> List[Any]:
    """What others of the same user can change of this process, and it would pass on."""
    import resource

    names = sorted(name for name in dir(resource) if name.startswith("RLIMIT_"))
    first_to_end = ""
    with suppress(OSError), open("/proc/self/oom_score_adj") as file:
        first_to_end = file.read()
    return [
        *(resource.getrlimit(getattr(resource, name)) for name in names),
        os.getpriority(os.PRIO_PROCESS, 0),
        os.sched_getscheduler(0),
        os.sched_getaffinity(0),
        first_to_end,
    ]


def _import(names: List[str]) -> None:
    """What is missing, or breaks, is told by the worker that comes upon it."""
    for name in names:
        with suppress(Exception):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _fork() -> int:
    """A process of one thread, in which no signal is heard yet."""
    with warnings.catch_warnings():
        # NumPy's threads, which are idle, are no reason not to.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        signal.set_wakeup_fd(-1)
    return pid


def _become(given: List[int]) -> None:
    """Keep a process that is as one that has just been started: return in that."""
    control = socket.socket(fileno=given.pop())
    request: Dict[str, Any] = json.loads(_line(control))
    for number, stream in enumerate(given):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(request["env"])
    if request["cwd"] is not None:
        with suppress(OSError):  # a wall need not show it
            os.chdir(request["cwd"])
    keeper.keep(control.detach(), request["limits"])
    random = sys.modules.get("numpy.random")
    if random is not None:
        random.seed()  # else all would draw the same numbers
    keeper.begun()


def _line(control: socket.socket) -> bytes:
    """The first line, and no more: what comes after it is for the keeper."""
    line = b""
    while not line.endswith(b"\n"):
        seen = control.recv(1 << 16, socket.MSG_PEEK)
        if not seen:
            break
        line += control.recv(seen.find(b"\n") + 1 or len(seen))
    return line


def _reap(keepers: Set[int]) -> None:
    """Wait for keepers that have ended; if one was killed, end what it has left.

    One that is stopped keeps nothing: it is killed.
    """
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
            if pid == 0:
                break
            if os.WIFSTOPPED(status):
                os.kill(pid, signal.SIGKILL)
            else:
                keepers.discard(pid)
    if not keepers and os.getpid() == 1:
        for folder in ("/tmp", "/dev/shm", os.environ.get("HOME", "/tmp")):
            _sweep(folder)
    for child in keeper.children(os.getpid()):
        if child not in keepers:
            for stray in (child, *keeper.look(child).pids):
                with suppress(OSError):
                    os.kill(stray, signal.SIGKILL)


def _settle(keepers: Set[int]) -> None:
    """Reap who has said that all is gone and is about to end: then it is swept."""
    end = time.monotonic() + SETTLE_SECONDS
    _reap(keepers)
    while keepers and time.monotonic() < end:
        time.sleep(SETTLE_SECONDS / 20)
        _reap(keepers)


def _sweep(folder: str) -> None:
    """Leave nothing in a folder behind the wall, but what is laid into it."""
    with suppress(OSError):
        own = os.lstat(folder).st_dev
        for entry in os.scandir(folder):
            with suppress(OSError):
                if entry.stat(follow_symlinks=False).st_dev != own:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    _sweep(entry.path)
                    os.rmdir(entry.path)
                else:
                    os.unlink(entry.path)
