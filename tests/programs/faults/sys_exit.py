"""Leaves by an exception."""

import sys


def gradient(f, x):
    sys.exit("goodbye")
