"""Writes a file without end."""

import tempfile

file = tempfile.TemporaryFile(dir="/tmp", buffering=0)


def gradient(f, x):
    while True:
        file.write(b"x" * (1 << 22))
