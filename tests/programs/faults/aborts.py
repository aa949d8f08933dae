"""Aborts."""

import os


def gradient(f, x):
    os.abort()
