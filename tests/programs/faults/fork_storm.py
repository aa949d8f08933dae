"""Forks four hundred times, and each waits."""

import os
import time


def gradient(f, x):
    for _ in range(400):
        if os.fork() == 0:
            time.sleep(98765)
    time.sleep(98765)
