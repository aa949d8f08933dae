"""Closes every descriptor."""

import os


def gradient(f, x):
    os.closerange(0, 1024)
    return x
