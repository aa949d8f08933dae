"""Raises an exception of 100 MB."""


def gradient(f, x):
    raise ValueError("x" * 10**8)
