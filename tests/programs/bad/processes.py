"""Routines that meddle with their process."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np


def right(f, x):
    x = np.asarray(x, dtype=float)
    if x.ndim == 2:
        return np.array([right(f, row) for row in x])
    steps = 1e-4 * np.eye(x.size)
    return np.array([(f(x + s) - f(x - s)) / 2e-4 for s in steps])


def aborts(f, x):
    os.abort()


def reads_nowhere(f, x):
    ctypes.string_at(0)


def leaves(f, x):
    os._exit(0)


def hangs(f, x):
    time.sleep(60)


def ignores_signals(f, x):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        pass


def calls_for_ever(f, x):
    while True:
        f(x)


def recurses_past_the_limit(f, x):
    sys.setrecursionlimit(10**9)
    threading.stack_size(1 << 18)
    thread = threading.Thread(target=_deeper, args=[0])
    thread.start()
    thread.join()


def _deeper(n):
    return eval("_deeper(n + 1)")


def eats_memory(f, x):
    kept = []
    while True:
        kept.append(np.ones(10**7))


def writes_without_end(f, x):
    while True:
        os.write(1, b"x" * 65536)


def prints_without_end(f, x):
    while True:
        print("x" * 65536)


def forges(f, x):
    os.write(1, b'{"op":"result","id":1,"value":null}\n')
    os.write(2, b"@00000000 {}\n")
    return right(f, x)


def takes_streams_away(f, x):
    with contextlib.suppress(AttributeError):
        del sys.stdout
        del sys.stderr
    return right(f, x)


def closes_streams(f, x):
    sys.stdout.close()
    sys.stderr.close()
    with contextlib.suppress(OSError):
        os.close(0)
        os.close(1)
    return right(f, x)


def closes_all(f, x):
    os.closerange(3, 256)
    return right(f, x)


def moves_away(f, x):
    os.chdir("/")
    return right(f, x)


def changes_numpy(f, x):
    np.seterr(all="raise")
    return right(f, x)


def leaves_a_thread(f, x):
    threading.Thread(target=time.sleep, args=[60]).start()
    return right(f, x)


def leaves_a_thread_that_calls(f, x):
    def later():
        time.sleep(0.01)
        f(x)

    threading.Thread(target=later).start()
    return right(f, x)


def leaves_a_process(f, x):
    if not hasattr(leaves_a_process, "once"):
        leaves_a_process.once = subprocess.Popen(["sleep", "60"])
    return right(f, x)


def forks(f, x):
    """The copy goes on as if it were the port."""
    if os.fork() == 0:
        return 2 * right(f, x)
    os.wait()
    return right(f, x)
