"""Right lines, and other things that are lines when they are called."""

import functools

import numpy as np


def _slope(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h)


class _Line:
    def __init__(self, slope, x, y):
        self.slope, self.x, self.y = slope, x, y

    def __call__(self, t):
        return self.y + self.slope * (t - self.x)


def tangent_object(f, x):
    """An object that is called."""
    return _Line(_slope(f, x), x, f(x))


def tangent_polynomial(f, x):
    """A polynomial of NumPy's, of degree one."""
    slope = _slope(f, x)
    return np.poly1d([slope, f(x) - slope * x])


def tangent_partial(f, x):
    """A function of four arguments, three of which are filled in."""

    def line(slope, x, y, t):
        return slope * (t - x) + y

    return functools.partial(line, _slope(f, x), x, f(x))


def tangent_method(f, x):
    """The method of an object that is kept alive by it."""
    return _Line(_slope(f, x), x, f(x)).__call__


def tangent_five_points(f, x):
    """The slope is of fourth order."""
    near, far = (f(x + h) - f(x - h) for h in (1e-3, 2e-3))
    slope, y = (8 * near - far) / 12e-3, f(x)
    return lambda t: y + slope * (t - x)


def tangent_of_arrays(f, x):
    """It takes arrays of places, and answers a number for a number."""
    slope, y = _slope(f, x), f(x)
    return lambda t: (np.multiply(slope, np.subtract(t, x)) + y)[()]


def tangent_by_complex_step(f, x):
    """Slope and height from one call of f."""
    z = f(x + 1e-60j)
    return lambda t: z.real + z.imag / 1e-60 * (t - x)
