"""Takes sys apart."""

import sys


def gradient(f, x):
    sys.stdout = sys.stderr = sys.stdin = None
    sys.path[:] = []
    sys.modules.clear()
    raise ValueError("broke sys")
