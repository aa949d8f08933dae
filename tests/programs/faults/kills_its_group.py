"""Ends its process group."""

import os


def gradient(f, x):
    os.killpg(0, 9)
