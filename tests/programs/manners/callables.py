"""Routines that are no plain functions."""

import functools

from differences import by_rows


class Net:
    def __init__(self):
        self.h = 1e-4

    def gradient(self, f, x):
        return by_rows(f, x, self.h)

    @staticmethod
    def static(f, x):
        return by_rows(f, x)

    @classmethod
    def of_class(cls, f, x):
        return cls().gradient(f, x)

    def __call__(self, f, x):
        return self.gradient(f, x)


class Sized:
    def __init__(self, size):
        self.size = size

    def gradient(self, f, x):
        return by_rows(f, x)


def logged(routine):
    @functools.wraps(routine)
    def wrapper(*arguments, **named):
        return routine(*arguments, **named)

    return wrapper


def anonymous(routine):
    return lambda *arguments: routine(*arguments)


@logged
def wrapped(f, x):
    return by_rows(f, x)


@anonymous
def hidden(f, x):
    return by_rows(f, x)


@anonymous
def hidden_x_first(x, f):
    return by_rows(f, x)


made = Net()
partial = functools.partial(by_rows, h=1e-3)
short = lambda f, x: by_rows(f, x)  # noqa: E731
