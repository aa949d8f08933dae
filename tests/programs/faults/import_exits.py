"""Ends when it is imported."""

import os

os._exit(6)


def gradient(f, x):
    return x
