"""Has a bus error."""

import os
import signal


def gradient(f, x):
    os.kill(os.getpid(), signal.SIGBUS)
