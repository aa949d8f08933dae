"""Recurses past the end of its stack."""

import sys


def gradient(f, x):
    sys.setrecursionlimit(10**9)
    return eval("gradient(f, x)", {"gradient": deeper, "f": f, "x": x})


def deeper(f, x):
    return eval("deeper(f, x)", {"deeper": deeper, "f": f, "x": x})
