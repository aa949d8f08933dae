"""Ends with a code."""

import os


def gradient(f, x):
    os._exit(7)
