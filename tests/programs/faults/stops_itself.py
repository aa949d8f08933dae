"""Is stopped, and nobody continues it."""

import os
import signal


def gradient(f, x):
    os.kill(os.getpid(), signal.SIGSTOP)
