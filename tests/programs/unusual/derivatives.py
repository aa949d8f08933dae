"""Right for a function of one number."""

from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np

CHANCE = np.random.default_rng(5)


def diff_extrapolated(f, x):
    """Richardson's extrapolation of two central differences."""
    wide, near = ((f(x + h) - f(x - h)) / (2 * h) for h in (1e-2, 5e-3))
    return (4 * near - wide) / 3


def diff_five_points(f, x):
    """The weights and the values, multiplied."""
    offsets, weights = np.array([-2, -1, 1, 2]), np.array([1, -8, 8, -1]) / 12e-3
    return weights @ np.array([f(x + 1e-3 * d) for d in offsets])


def diff_complex(f, x):
    """The complex step."""
    return f(x + 1e-80j).imag / 1e-80


def diff_by_chance(f, x):
    """The step is drawn at random, and divides as well."""
    h = CHANCE.uniform(0.5e-4, 2e-4)
    return (f(x + h) - f(x - h)) / (2 * h)


def diff_that_grows(f, x):
    """The step grows with x, from a floor on."""
    h = 1e-5 * max(1.0, abs(x))
    return (f(x + h) - f(x - h)) / (2 * h)


def diff_in_fractions(f, x):
    """Fractions, and no rounding."""
    x, h = Fraction(x), Fraction(1, 10**6)
    return float((f(x + h) - f(x - h)) / (2 * h))


def diff_in_decimals(f, x):
    """Fifty decimal digits."""
    with localcontext() as context:
        context.prec = 50
        x, h = Decimal(x), Decimal("1e-15")
        return float((f(x + h) - f(x - h)) / (2 * h))


def diff_in_symbols(f, x):
    """f is written down in a symbol and differentiated."""
    import sympy

    t = sympy.Symbol("t")
    return float(sympy.diff(f(t), t).subs(t, x))


def diff_as_an_array_without_axes(f, x):
    """The number comes as an array of no dimension."""
    return np.array((f(x + 1e-4) - f(x - 1e-4)) / 2e-4)


def diff_by_arrays(f, x):
    """x may be an array of places as well."""
    x = np.asarray(x, dtype=float)
    return np.frompyfunc(lambda t: (f(t + 1e-4) - f(t - 1e-4)) / 2e-4, 1, 1)(x)


def diff_of_each_number(f, x):
    """For a number it is the derivative there, for an array that at each number."""
    at = np.vectorize(lambda t: (f(t + 1e-4) - f(t - 1e-4)) / 2e-4, otypes=[float])
    return at(x)[()]


diff_in_a_lambda = lambda f, x, h=1e-4: (f(x + h) - f(x - h)) / (h + h)  # noqa: E731
"""A function without a name, and a divisor that is a sum."""


def diff_until_it_settles(f, x):
    """The step is halved, and the table of Romberg continued, until it settles."""
    h, last = 0.1, [(f(x + 0.1) - f(x - 0.1)) / 0.2]
    for _ in range(10):
        h /= 2
        row = [(f(x + h) - f(x - h)) / (2 * h)]
        for k, rough in enumerate(last, 1):
            row.append(row[-1] + (row[-1] - rough) / (4**k - 1))
        if abs(row[-1] - last[-1]) <= 1e-11 * (1 + abs(row[-1])):
            break
        last = row
    return row[-1]
