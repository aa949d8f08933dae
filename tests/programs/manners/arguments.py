"""Routines that take other arguments than (f, x), or these in another order."""

from differences import by_rows


def x_first(x, f):
    return by_rows(f, x)


def x_first_by_trial(place, what):
    return by_rows(what, place)


def f_first_by_trial(what, place):
    return by_rows(what, place)


def misleading(x, p):
    return by_rows(x, p)


def with_default(f, x, h=1e-3):
    return by_rows(f, x, h)


def without_default(f, x, eps):
    return by_rows(f, x, eps)


def keyword_only(f, x, *, delta):
    return by_rows(f, x, delta)


def anything(*arguments):
    return by_rows(*arguments)


def more(f, x, t, rate):
    return by_rows(lambda p: f(p) * t * rate, x)
