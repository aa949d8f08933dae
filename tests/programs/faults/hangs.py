"""Waits for ever."""

import time


def gradient(f, x):
    time.sleep(98765)
