"""Ends with the code that a shell has for a segmentation fault."""

import os


def gradient(f, x):
    os._exit(139)
