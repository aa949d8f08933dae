"""Calls f in a process that it has forked."""

import os


def gradient(f, x):
    if os.fork() == 0:
        f(x)
        os._exit(0)
    os.wait()
    raise ValueError("forked")
