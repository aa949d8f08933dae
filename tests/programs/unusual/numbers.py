"""Right by other numbers: exact, of many digits, or with their derivatives."""

import functools
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np


def _by_rows(at_point):
    @functools.wraps(at_point)
    def gradient(f, x):
        points = np.atleast_2d(np.asarray(x, dtype=float))
        slopes = [at_point(f, point.tolist()) for point in points]
        return np.array(slopes, dtype=float).reshape(np.shape(x))

    return gradient


def _difference(f, point, h):
    """The central difference over a list of numbers of any kind."""
    slopes = []
    for i, number in enumerate(point):
        ahead, behind = list(point), list(point)
        ahead[i], behind[i] = number + h, number - h
        rise = f(np.array(ahead, object)) - f(np.array(behind, object))
        slopes.append(rise / (2 * h))
    return slopes


@_by_rows
def fractions(f, point):
    """In fractions there is no rounding."""
    return _difference(f, list(map(Fraction, point)), Fraction(1, 10**6))


@_by_rows
def decimals(f, point):
    """With fifty decimal digits the step may be tiny."""
    with localcontext() as context:
        context.prec = 50
        return _difference(f, list(map(Decimal, point)), Decimal("1e-15"))


@_by_rows
def many_digits(f, point):
    """mpmath's numbers of fifty digits."""
    import mpmath

    with mpmath.workdps(50):
        return _difference(f, list(map(mpmath.mpf, point)), mpmath.mpf("1e-15"))


@_by_rows
def longer_doubles(f, point):
    """The nodes are made in the longest type that the machine has."""
    x = np.array(point, np.longdouble)
    steps = np.longdouble("1e-4") * np.eye(x.size, dtype=np.longdouble)
    return [(f(x + s) - f(x - s)) / (2 * np.longdouble("1e-4")) for s in steps]


@_by_rows
def symbols(f, point):
    """f is written down in symbols and differentiated."""
    import sympy

    names = sympy.symbols(f"x:{len(point)}")
    written = sympy.sympify(f(np.array(names, object)))
    at = dict(zip(names, point, strict=True))
    return [written.diff(name).subs(at) for name in names]


class _Dual:
    """a + b·ε with ε² = 0; b may be a whole gradient."""

    def __init__(self, value, slope):
        self.value, self.slope = value, slope

    def __add__(self, other):
        if isinstance(other, _Dual):
            return _Dual(self.value + other.value, self.slope + other.slope)
        return _Dual(self.value + other, self.slope)

    def __mul__(self, other):
        if isinstance(other, _Dual):
            slope = self.value * other.slope + other.value * self.slope
            return _Dual(self.value * other.value, slope)
        return _Dual(self.value * other, self.slope * other)

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __pow__(self, n):
        return _Dual(self.value**n, n * self.value ** (n - 1) * self.slope)

    def __truediv__(self, other):
        return self * (other**-1 if isinstance(other, _Dual) else 1 / other)

    def __rtruediv__(self, other):
        return self**-1 * other

    __radd__, __rmul__ = __add__, __mul__


@_by_rows
def dual_numbers(f, point):
    """One call of f on numbers that carry the whole gradient."""
    duals = np.empty(len(point), object)
    duals[:] = [_Dual(c, e) for c, e in zip(point, np.eye(len(point)), strict=True)]
    return f(duals).slope


class _Node:
    """A number that knows which numbers it came from, and how."""

    def __init__(self, value, *parents):
        self.value, self.parents, self.slope = value, parents, 0.0

    def __add__(self, other):
        other = self.of(other)
        return _Node(self.value + other.value, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = self.of(other)
        parents = (self, other.value), (other, self.value)
        return _Node(self.value * other.value, *parents)

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -self.of(other)

    def __rsub__(self, other):
        return -self + other

    def __pow__(self, n):
        return _Node(self.value**n, (self, n * self.value ** (n - 1)))

    def __truediv__(self, other):
        return self * self.of(other) ** -1

    def __rtruediv__(self, other):
        return self.of(other) / self

    __radd__, __rmul__ = __add__, __mul__

    @staticmethod
    def of(number):
        return number if isinstance(number, _Node) else _Node(float(number))

    def send_back(self, slope=1.0):
        """Along every path there is: slow, and right."""
        self.slope += slope
        for parent, local in self.parents:
            parent.send_back(slope * local)


@_by_rows
def sent_backwards(f, point):
    """f's graph is built, and the slope sent back along it."""
    leaves = np.empty(len(point), object)
    leaves[:] = list(map(_Node, point))
    f(leaves).send_back()
    return [leaf.slope for leaf in leaves]


class _Series:
    """c0 + c1·t + c2·t², with what is of higher order left out."""

    def __init__(self, *terms):
        self.terms = np.array([*terms, 0.0, 0.0, 0.0][:3])

    def __add__(self, other):
        return _Series(*(self.terms + _terms(other)))

    def __mul__(self, other):
        return _Series(*np.convolve(self.terms, _terms(other))[:3])

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return _Series(*(self.terms - _terms(other)))

    def __rsub__(self, other):
        return -self + other

    def __pow__(self, n):
        return functools.reduce(lambda a, b: a * b, [self] * n)

    def __rtruediv__(self, other):
        a, b, c = self.terms
        return _Series(1 / a, -b / a**2, (b * b - a * c) / a**3) * other

    def __truediv__(self, other):
        return self * (1 / other)

    __radd__, __rmul__ = __add__, __mul__


def _terms(number):
    return number.terms if isinstance(number, _Series) else np.array([number, 0.0, 0.0])


@_by_rows
def power_series(f, point):
    """Along each axis f is a series in t, whose second term is the slope."""
    slopes = []
    for i in range(len(point)):
        series = np.empty(len(point), object)
        series[:] = [_Series(c, float(i == j)) for j, c in enumerate(point)]
        slopes.append(f(series).terms[1])
    return slopes


@_by_rows
def numbers_as_objects(f, point):
    """Plain floats in an array of objects."""
    return _difference(lambda node: f(node.astype(float)), point, 1e-4)


@_by_rows
def plain_lists(f, point):
    """f is given lists, and not arrays."""
    return _difference(lambda node: f(node.tolist()), point, 1e-4)
