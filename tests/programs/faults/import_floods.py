"""Prints without end when it is imported."""

import os

while True:
    os.write(1, b"x\n" * (1 << 15))


def gradient(f, x):
    return x
