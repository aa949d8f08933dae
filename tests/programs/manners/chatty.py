"""Prints, and warns, whenever it is called."""

import os
import sys
import warnings

from differences import by_rows


def gradient(f, x):
    print("working on it ...", end="")
    sys.stdout.buffer.write(b"in bytes")
    print("as an error", file=sys.stderr)
    os.write(1, b"past all streams")
    warnings.warn("this may take a while", stacklevel=2)
    return by_rows(f, x)
