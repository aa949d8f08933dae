"""Stops whoever started it, and waits."""

import os
import signal
import time


def gradient(f, x):
    os.kill(os.getppid(), signal.SIGSTOP)
    time.sleep(98765)
