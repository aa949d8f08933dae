"""Waits for ever when it is imported."""

import time

time.sleep(98765)


def gradient(f, x):
    return x
