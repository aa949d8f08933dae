"""Deletes its own file."""

import os


def gradient(f, x):
    os.unlink(__file__)
    raise ValueError("deleted")
