"""Raises what cannot be printed."""


class Broken(Exception):
    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__


def gradient(f, x):
    raise Broken
