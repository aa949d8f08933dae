"""Takes open apart."""

import builtins
import io
import os


def gradient(f, x):
    builtins.open = io.open = os.open = os.write = None
    raise ValueError("broke open")
