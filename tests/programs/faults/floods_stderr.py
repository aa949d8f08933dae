"""Complains without end."""

import os


def gradient(f, x):
    while True:
        os.write(2, b"x\n" * (1 << 15))
