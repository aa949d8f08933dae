"""Warns without end."""

import warnings


def gradient(f, x):
    while True:
        warnings.warn("once more " * 100, stacklevel=1)
        warnings.resetwarnings()
        warnings.simplefilter("always")
