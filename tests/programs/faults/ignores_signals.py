"""Blocks every signal that can be blocked."""

import signal
import time


def gradient(f, x):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        time.sleep(1)
