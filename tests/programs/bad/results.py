"""Routines that give back what is no gradient."""

import numpy as np


def nothing(f, x):
    f(x)


def text(f, x):
    return str(f(x))


def texts(f, x):
    return ["1", "2"]


def objects(f, x):
    return np.array([f, x], dtype=object)


def ragged(f, x):
    return [[f(x)], [1.0, 2.0]]


def generator(f, x):
    return (f(x) for _ in x)


def function(f, x):
    return f


def nan(f, x):
    return x * f(x) * np.nan


def infinite(f, x):
    return x * f(x) * np.inf


def wrong_shape(f, x):
    return np.zeros((3, 3, 3)) + f(x)


def huge(f, x):
    return np.zeros((1000, 1000)) + f(x)


def endless(f, x):
    """A view of one number that claims to be a million million of them."""
    return np.broadcast_to(f(x), (10**6, 10**6))


def numbers_of_truth(f, x):
    return f(x) > x


def moments(f, x):
    return np.array(["2020-01-01"], dtype="M8[D]")


class Hostile:
    """Fails whatever it is asked."""

    def __array__(self, *arguments, **named):
        raise RuntimeError("no array")

    def __len__(self):
        raise RuntimeError("no length")

    def __getattr__(self, name):
        raise RuntimeError("no " + name)

    def __repr__(self):
        raise RuntimeError("no text")


def hostile(f, x):
    return Hostile()
