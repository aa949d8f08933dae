"""Fails when it is imported."""

raise ValueError("not today")


def gradient(f, x):
    return x
