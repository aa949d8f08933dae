"""A line that touches f elsewhere, at times, or until the next one is made."""


def _slope(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h)


def tangent_through_the_origin(f, x):
    """The height is missing."""
    slope = _slope(f, x)
    return lambda t: slope * t


def tangent_height_without_slope(f, x):
    """f's value is the height at zero, and not at x."""
    slope, height = _slope(f, x), f(x)
    return lambda t: slope * t + height


def tangent_off_by_the_slope(f, x):
    """The slope alone is taken away, without x."""
    slope = _slope(f, x)
    return lambda t: slope * t + f(x) - slope


def tangent_of_the_absolute_value(f, x):
    """Left of zero the line is moved the wrong way."""
    slope = _slope(f, x)
    return lambda t: slope * (t - abs(x)) + f(x)


def tangent_zero_is_nothing(f, x=1.0):
    """A place that is zero counts as not given."""
    x = x or 1.0
    slope = _slope(f, x)
    return lambda t: slope * (t - x) + f(x)


def tangent_rounded(f, x):
    """The line's slope and height have three decimals."""
    slope = round(_slope(f, x), 3)
    height = round(f(x) - slope * x, 3)
    return lambda t: slope * t + height


slope = height = 0.0


def tangent_shared(f, x):
    """The line's numbers are global: the next line changes this one."""
    global slope, height
    slope = _slope(f, x)
    height = f(x) - slope * x
    return lambda t: slope * t + height


def tangent_too_steep(f, x):
    """The slope is divided by one step where there are two."""
    slope = (f(x + 1e-4) - f(x - 1e-4)) / 1e-4
    return lambda t: slope * (t - x) + f(x)


def tangent_normal(f, x):
    """It is the normal: it stands upright on the curve."""
    slope = -1 / _slope(f, x)
    return lambda t: slope * (t - x) + f(x)


def tangent_as_a_value(f, x):
    """There is a value where a function is due."""
    return _slope(f, x) * x + f(x)
