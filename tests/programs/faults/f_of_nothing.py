"""Calls f with nothing that is numbers."""


def gradient(f, x):
    return f(None)
