"""Prints a gigabyte without a line's end."""

import os


def gradient(f, x):
    for _ in range(1 << 14):
        os.write(1, b"x" * (1 << 16))
    return x
