"""Waits for ever when the interpreter ends."""

import atexit
import sys
import time


def gradient(f, x):
    atexit.register(time.sleep, 98765)
    sys.exit(3)
