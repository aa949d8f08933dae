"""Routines that raise what nobody expects."""

import builtins
import contextlib


class Weird(BaseException):
    def __str__(self):
        raise RuntimeError("no text")


class Shy(Exception):
    def __str__(self):
        return None


class Loud(Exception):
    def __str__(self):
        return "\x1b[31mred\x1b[0m\n\udcff" + "x" * 10**6


class Two(BaseException):
    pass


def weird(f, x):
    raise Weird


def shy(f, x):
    raise Shy


def loud(f, x):
    raise Loud


def generator_exit(f, x):
    raise GeneratorExit


def group(f, x):
    """Before Python 3.11 there are none."""
    raise getattr(builtins, "BaseExceptionGroup", Two)("two", [Weird(), Loud()])


def recursive(f, x):
    return recursive(f, x)


def exits(f, x):
    raise SystemExit("enough")


def swallows(f, x):
    """Goes on whatever f does."""
    while True:
        with contextlib.suppress(BaseException):
            f(x)
