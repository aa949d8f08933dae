"""Keep a process and all that comes of it: within limits, and until nothing is left.

    PYTHON keeper.py ORDER

The order is {"control": DESCRIPTOR, "streams": [DESCRIPTOR, …], "command": […],
"limits": {…}}.

The keeper is the parent of what it keeps and the subreaper of what that starts: a
process that has left its group, its session and its parent is the keeper's child then,
and is ended too. On the control socket the keeper says, a line each,

    began | failed ERRNO     that the command runs, or why it does not
    stopped LIMIT            which limit it was stopped for: memory, tasks or processor
    ended CODE               how it ended; minus the number of a signal
    gone LEFT                that all is over, and how many processes could not be ended

Once the host closes its end, or writes anything to it, whatever is left is killed.
Nothing of the rest of the worker is imported here, so that it starts at once.
"""

import errno
import json
import os
import select
import signal
import sys
import time
from contextlib import contextmanager, suppress
from typing import Any, Dict, Iterator, List, NamedTuple, Optional

LOOK_SECONDS = 0.05
"""Between two looks at what a family of processes takes."""
END_SECONDS = 5.0
"""For killed processes to be gone; one that waits for a device may not be."""
PAUSE_SECONDS = 0.001
"""Between two looks at whether they are."""
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 1, 4, 36
"""Of linux/prctl.h."""
GRACE_CPU_SECONDS = 2
"""Seconds of processor time after the signal that says it is up."""


class Look(NamedTuple):
    """What a family of processes takes."""

    pids: List[int]
    tasks: int
    memory: int


def keep(control: int, limits: Dict[str, int]) -> None:
    """Fork. Returns in the child; the parent keeps it to the end of all, and exits."""
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    became, becoming = os.pipe()
    _hear(woken)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    be_closed()
    pid = os.fork()
    if pid == 0:
        for descriptor in (control, wake, woken, became):
            os.close(descriptor)
        _become(limits, becoming)
        return
    os.close(becoming)
    with open(os.devnull, "r+b") as nothing:
        for stream in range(3):
            os.dup2(nothing.fileno(), stream)
    _Keeper(control, wake, pid, limits).keep(became)


def prctl(*arguments: int) -> None:
    """Ask the kernel, where it is Linux's."""
    with suppress(ImportError, OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(*arguments, 0, 0, 0)


def be_closed() -> None:
    """Let no other process of the user trace this one, or reach its descriptors."""
    prctl(PR_SET_DUMPABLE, 0)


def _hear(woken: int) -> None:
    """Be woken when a child ends, and by no other signal."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)


def _become(limits: Dict[str, int], becoming: int) -> None:
    """Be the child: the leader of a session, as signals are by default, and limited."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    prctl(PR_SET_DUMPABLE, 1)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    limit(limits)
    # Closed by whatever it turns into: then the keeper says that it has begun.
    os.set_inheritable(becoming, False)
    _BECOMING.append(becoming)


_BECOMING: List[int] = []


def begun() -> None:
    """Say that the child is what it was to become."""
    while _BECOMING:
        os.close(_BECOMING.pop())


def execute(command: List[str]) -> None:
    """Become the command, or say why that cannot be."""
    # Python ignores these; others are not used to that.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        os.write(_BECOMING.pop(), b"%d" % (error.errno or errno.EINVAL))
    except ValueError:
        os.write(_BECOMING.pop(), b"%d" % errno.EINVAL)
    os._exit(127)


def limit(limits: Dict[str, int]) -> None:
    """Put the limits on this process that the kernel knows."""
    import resource

    cpu = limits["processor"]
    for what, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, limits["file"], limits["file"]),
        (resource.RLIMIT_NOFILE, limits["files"], limits["files"]),
        (resource.RLIMIT_CPU, cpu, cpu + GRACE_CPU_SECONDS),
    ):
        most = resource.getrlimit(what)[1]
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        with suppress(OSError, ValueError):
            resource.setrlimit(what, (soft, hard))


class _Keeper:
    def __init__(
        self, control: int, wake: int, pid: int, limits: Dict[str, int]
    ) -> None:
        self.control = control
        self.wake = wake
        self.pid = pid
        self.limits = limits
        self.code: Optional[int] = None
        self.stopped = False

    def keep(self, became: int) -> None:
        """Until the host has had enough of it; then end all and exit.

        What it keeps may have taken from it what it needs: then it ends, and its parent
        ends what is left.
        """
        try:
            self._keep(became)
        finally:
            os._exit(1)

    def _keep(self, became: int) -> None:
        failed = self._became(became)
        self.write("failed " + failed if failed else "began")
        while not self._is_told():
            if not self.stopped:
                self._look()
        left = self._end_all()
        self.write("gone %d" % left)
        os._exit(0)

    def write(self, line: str) -> None:
        with suppress(OSError):
            os.write(self.control, line.encode() + b"\n")

    @staticmethod
    def _became(became: int) -> str:
        said = os.read(became, 20).decode()
        os.close(became)
        return said

    def _is_told(self) -> bool:
        """Wait for a moment; whether the host wants it to end."""
        ready, _, _ = select.select([self.control, self.wake], [], [], LOOK_SECONDS)
        if self.wake in ready:
            os.read(self.wake, 512)
            self._reap()
        return self.control in ready

    def _reap(self) -> None:
        """Wait for whoever has ended: the child itself, and what was left to us."""
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                if pid == self.pid:
                    self._ended(status)

    def _ended(self, status: int) -> None:
        signalled = os.WIFSIGNALED(status)
        self.code = -os.WTERMSIG(status) if signalled else os.WEXITSTATUS(status)
        if self.code == -signal.SIGXCPU:
            self._stop("processor")
        self.write("ended %d" % self.code)

    def _look(self) -> None:
        """Stop the family where it takes too much."""
        seen = look(os.getpid())
        if seen.tasks > self.limits["tasks"]:
            self._stop("tasks")
        elif self._is_too_large(seen):
            self._stop("memory")

    def _is_too_large(self, seen: Look) -> bool:
        most = self.limits["memory"]
        # What forked processes share has been counted for each of them.
        return seen.memory > most and sum(map(proportional, seen.pids)) > most

    def _stop(self, what: str) -> None:
        self.stopped = True
        self.write("stopped " + what)
        self._end_all()

    def _end_all(self) -> int:
        """Kill all that came of the child; how many were not to be ended."""
        end = time.monotonic() + END_SECONDS
        while True:
            if os.getpid() == 1:
                with suppress(OSError):
                    os.kill(-1, signal.SIGKILL)
            alive = look(os.getpid()).pids
            for pid in alive:
                with suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            self._reap()
            if not alive or time.monotonic() > end:
                return len(alive)
            # Of many it takes longer, and to look at them takes time from them.
            time.sleep(PAUSE_SECONDS * len(alive))


@contextmanager
def _unless_gone() -> Iterator[None]:
    """What ends while it is looked at has nothing; who can open no file cannot look."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            raise


def look(pid: int) -> Look:
    """What the descendants of a process take together: each with all its memory."""
    pids: List[int] = []
    tasks = memory = 0
    waiting = list(children(pid))
    while waiting:
        child = waiting.pop()
        pids.append(child)
        threads = _threads(child)
        tasks += len(threads)
        memory += _resident(child)
        waiting.extend(children(child, threads))
    return Look(pids, tasks, memory)


def _threads(pid: int) -> List[str]:
    with _unless_gone():
        return os.listdir("/proc/%d/task" % pid)
    return []


def children(pid: int, threads: Optional[List[str]] = None) -> Iterator[int]:
    """Of all its threads, or of those."""
    for thread in _threads(pid) if threads is None else threads:
        with _unless_gone(), open("/proc/%d/task/%s/children" % (pid, thread)) as file:
            yield from map(int, file.read().split())


def _resident(pid: int) -> int:
    with _unless_gone(), open("/proc/%d/statm" % pid) as file:
        return int((file.read().split() or "00")[1]) * PAGE
    return 0


PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def proportional(pid: int) -> int:
    """Bytes of memory of a process, of what it shares its share."""
    with _unless_gone(), open("/proc/%d/smaps_rollup" % pid) as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return _resident(pid)


def main(order: Dict[str, Any]) -> None:
    """Keep a command."""
    for number, stream in enumerate(order["streams"]):
        os.dup2(stream, number)
        os.close(stream)
    keep(order["control"], order["limits"])
    execute(order["command"])


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
