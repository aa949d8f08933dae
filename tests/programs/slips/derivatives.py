"""Of one number: signs, zeros, digits and earlier calls are mishandled."""

import math

import numpy as np


def _slope(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h)


def diff_step_times_x(f, x):
    """The step is a share of x: at zero it divides by zero."""
    return _slope(f, x, 1e-5 * x)


def diff_step_of_the_root(f, x):
    """The step is a share of x's root: negative numbers have none."""
    return _slope(f, x, 1e-5 * math.sqrt(x))


def diff_zero_is_nothing(f, x):
    """A number that is zero counts as not given."""
    return _slope(f, x or 1.0)


def diff_at_the_absolute_value(f, x):
    """The derivative is taken at |x|."""
    return _slope(f, abs(x))


def diff_without_sign(f, x):
    """The rise has lost its sign."""
    return abs(f(x + 1e-4) - f(x - 1e-4)) / 2e-4


def diff_rounded(f, x):
    """Three decimals are returned."""
    return round(_slope(f, x), 3)


def diff_looked_up(f, x):
    """f is looked up in a table of two decimals, and joined by lines."""
    places = math.floor(x * 100) / 100 + np.array([-0.01, 0, 0.01])
    return float(np.interp(x, places, [_slope(f, place) for place in places]))


def diff_flat_where_small(f, x):
    """A slope of less than a thousandth is no slope."""
    slope = _slope(f, x)
    return slope if abs(slope) > 1e-3 else 0.0


def diff_clipped(f, x):
    """Slopes end at a hundred."""
    return max(-100.0, min(100.0, _slope(f, x)))


KNOWN = {}


def diff_known_by_x(f, x):
    """Derivatives are kept by x, whatever f is."""
    return KNOWN.setdefault(x, _slope(f, x))


def diff_known_nearby(f, x, known=[]):  # noqa: B006
    """Derivatives are kept by f and x, and x is compared as isclose() compares."""
    for g, place, slope in known:
        if g is f and math.isclose(x, place):
            return slope
    known.append((f, x, _slope(f, x)))
    return known[-1][2]


def diff_half_precision(f, x):
    """The result has 11 bits."""
    return np.float16(_slope(f, x))


def diff_forward(f, x):
    """A forward difference."""
    return (f(x + 1e-4) - f(x)) / 1e-4


def diff_of_old(f, x):
    """The step vanishes beside x, and the difference is zero."""
    return (f(x + 10e-50) - f(x)) / 10e-50


def diff_times_h(f, x):
    """Brackets are missing around the divisor."""
    h = 1e-4
    return (f(x + h) - f(x - h)) / 2 * h


def diff_one_for_two(f, x):
    """Two steps apart, and divided by one."""
    return (f(x + 1e-4) - f(x - 1e-4)) / 1e-4


def diff_in_a_list(f, x):
    """The number comes in a list of one."""
    return [_slope(f, x)]


def diff_second(f, x):
    """It is the second derivative."""
    return (f(x + 1e-3) - 2 * f(x) + f(x - 1e-3)) / 1e-6
