"""Prints without end."""

import os


def gradient(f, x):
    while True:
        os.write(1, b"x\n" * (1 << 15))
