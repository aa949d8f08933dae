"""Do the imports once, and become a worker for each request that comes.

A request is one byte on the socket that stands in for standard input, and with it four
descriptors: the worker's standard streams and a socket of its own. On that the request
itself stands as a line of JSON, {"env": …, "cwd": …}; there the worker's
process number is told, and once the host has written "reap", or has gone, the worker's
group is killed and its exit code told.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import warnings
from contextlib import suppress
from typing import Any, Dict, List

STREAMS = 3


def serve(imports: List[str]) -> None:
    """Fork workers until the host has gone. Returns in each of them, as itself."""
    link = socket.socket(fileno=os.dup(0))
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    _import(imports)
    children: Dict[socket.socket, int] = {}
    waits = [link]
    while waits or children:
        for ready in select.select([*waits, *children], [], [])[0]:
            if ready is not link:
                _end(ready, children.pop(ready))
                continue
            sign, given, _, _ = socket.recv_fds(link, 1, STREAMS + 1)
            if not sign:
                waits.clear()
                continue
            control = socket.socket(fileno=given[STREAMS])
            request = json.loads(control.makefile("rb").readline())
            pid = _fork()
            if pid == 0:
                for other in (link, control, *children):
                    other.close()
                _become(request, given[:STREAMS])
                return
            for stream in given[:STREAMS]:
                os.close(stream)
            children[control] = pid
            with suppress(OSError):
                control.sendall(b"%d\n" % pid)
    os._exit(0)


def _import(names: List[str]) -> None:
    """What is missing, or breaks, is told by the worker that comes upon it."""
    for name in names:
        with suppress(Exception):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _fork() -> int:
    """A child that leads a group of its own before the parent goes on."""
    ready, begun = os.pipe()
    with warnings.catch_warnings():
        # NumPy's threads, which are idle, are no reason not to.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    os.close(begun if pid else ready)
    if pid:
        os.read(ready, 1)
        os.close(ready)
    else:
        os.setsid()
        os.close(begun)
    return pid


def _become(request: Dict[str, Any], streams: List[int]) -> None:
    """Be as a process that has just been started."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(request["env"])
    if request["cwd"] is not None:
        os.chdir(request["cwd"])
    random = sys.modules.get("numpy.random")
    if random is not None:
        random.seed()  # else all would draw the same numbers


def _end(control: socket.socket, pid: int) -> None:
    with suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    with control, suppress(OSError):
        control.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
