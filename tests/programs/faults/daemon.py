"""Forks twice to be nobody's child, and dies."""

import os


def gradient(f, x):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execvp("sleep", ["sleep", "98765"])
        os._exit(0)
    os._exit(5)
