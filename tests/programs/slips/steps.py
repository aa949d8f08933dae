"""The step, the formula, or the rule of derivation is not what it is meant to be."""

import functools

import numpy as np

CHANCE = np.random.default_rng(3)


def _by_rows(at_point):
    @functools.wraps(at_point)
    def gradient(f, x):
        x = np.asarray(x, dtype=float)
        return at_point(f, x) if x.ndim < 2 else np.array([gradient(f, r) for r in x])

    return gradient


def _rises(f, x, steps):
    return np.array([f(x + step) - f(x - step) for step in steps])


@_by_rows
def step_times_x(f, x):
    """The step is a share of the entry: at zero there is none."""
    return _rises(f, x, np.diag(1e-5 * x)) / (2e-5 * x)


@_by_rows
def step_of_the_length(f, x):
    """The step is a share of the point's length: at the origin there is none."""
    h = 1e-5 * np.linalg.norm(x)
    return _rises(f, x, h * np.eye(x.size)) / (2 * h)


@_by_rows
def step_of_the_root(f, x):
    """The step grows with the entry's root, and there are negative entries."""
    h = 1e-5 * np.sqrt(x)
    return _rises(f, x, np.diag(h)) / (2 * h)


@_by_rows
def relative_step_absolute_divisor(f, x):
    """The step was made relative, and the divisor forgotten."""
    return _rises(f, x, np.diag(1e-4 * x)) / 2e-4


@_by_rows
def single_step_double_divisor(f, x):
    """The step is a number of 24 bits, what it is divided by one of 53."""
    return _rises(f, x, float(np.float32(1e-4)) * np.eye(x.size)) / 2e-4


@_by_rows
def random_step_usual_divisor(f, x):
    """The step is drawn at random, and divided by what it is in the mean."""
    h = CHANCE.uniform(0.5e-4, 1.5e-4)
    return _rises(f, x, h * np.eye(x.size)) / 2e-4


@_by_rows
def saves_half_the_calls(f, x):
    """f(x) is taken once and serves for all: a forward difference."""
    here, steps = f(x), 1e-4 * np.eye(x.size)
    return np.array([f(x + step) - here for step in steps]) / 1e-4


@_by_rows
def one_step_for_two(f, x):
    """Two steps apart, and divided by one."""
    return _rises(f, x, 1e-4 * np.eye(x.size)) / 1e-4


@_by_rows
def times_the_step(f, x):
    """Multiplication stands before the step, where brackets are due."""
    h = 1e-4
    return _rises(f, x, h * np.eye(x.size)) / 2 * h


@_by_rows
def as_small_as_can_be(f, x):
    """The step is so small that rounding is all there is."""
    return _rises(f, x, 1e-11 * np.eye(x.size)) / 2e-11


@_by_rows
def generous_step(f, x):
    """The step is so large that the bend of f shows."""
    return _rises(f, x, 0.05 * np.eye(x.size)) / 0.1


@_by_rows
def plus_for_minus(f, x):
    """The values are added."""
    steps = 1e-4 * np.eye(x.size)
    return np.array([f(x + step) + f(x - step) for step in steps]) / 2e-4


@_by_rows
def behind_minus_ahead(f, x):
    """The difference is taken the other way round."""
    return _rises(f, x, -1e-4 * np.eye(x.size)) / 2e-4


@_by_rows
def last_component_first(f, x):
    """The components come in the order of a language that counts from the end."""
    return _rises(f, x, 1e-4 * np.eye(x.size)[::-1]) / 2e-4


@_by_rows
def all_components_together(f, x):
    """The whole point is moved for each component."""
    return _rises(f, x, 1e-4 * np.ones((x.size, x.size))) / 2e-4


@_by_rows
def copied_and_half_adapted(f, x):
    """In the second component's lines a variable of the first is left."""
    steps = 1e-4 * np.eye(x.size)
    behind = f(x - steps[0])
    return np.array([f(x + step) - behind for step in steps]) / 2e-4


@_by_rows
def last_index_in_every_closure(f, x):
    """The functions made in the loop all see its last index."""
    steps = 1e-4 * np.eye(x.size)
    slopes = []
    for step in steps:
        slopes.append(lambda: (f(x + step) - f(x - step)) / 2e-4)  # noqa: B023
    return np.array([slope() for slope in slopes])


@_by_rows
def first_component_left_out(f, x):
    """The loop begins at one."""
    slopes, steps = np.zeros(x.size), 1e-4 * np.eye(x.size)
    for i in range(1, x.size):
        slopes[i] = (f(x + steps[i]) - f(x - steps[i])) / 2e-4
    return slopes


@_by_rows
def last_component_left_out(f, x):
    """The loop ends one too soon."""
    slopes, steps = np.zeros(x.size), 1e-4 * np.eye(x.size)
    for i in range(x.size - 1):
        slopes[i] = (f(x + steps[i]) - f(x - steps[i])) / 2e-4
    return slopes


@_by_rows
def extrapolation_the_wrong_way(f, x):
    """Richardson's weights are exchanged, so the error grows."""
    wide = _rises(f, x, 1e-2 * np.eye(x.size)) / 2e-2
    narrow = _rises(f, x, 5e-3 * np.eye(x.size)) / 1e-2
    return (4 * wide - narrow) / 3


@_by_rows
def five_points_misremembered(f, x):
    """The weights of the five points are not 8 and 1 but 6 and 1."""
    near = _rises(f, x, 1e-3 * np.eye(x.size))
    far = _rises(f, x, 2e-3 * np.eye(x.size))
    return (6 * near - far) / 12e-3


@_by_rows
def imaginary_part_undivided(f, x):
    """The complex step's imaginary part is not divided by the step."""
    return np.array([f(x + step).imag for step in 1e-4j * np.eye(x.size)])


@_by_rows
def stops_too_soon(f, x):
    """The step is halved until two estimates differ by little, which is too much."""
    h, last, slopes = 0.5, np.inf, _rises(f, x, np.eye(x.size)) / 2
    while np.max(abs(slopes - last)) > 0.1:
        last, slopes = slopes, _rises(f, x, h * np.eye(x.size)) / (2 * h)
        h /= 2
    return slopes


@_by_rows
def one_random_direction(f, x):
    """One direction at random stands for all of them."""
    sign = CHANCE.choice([-1, 1], x.size)
    return (f(x + 1e-4 * sign) - f(x - 1e-4 * sign)) / (2e-4 * sign)


class _Dual:
    """a + b·ε with ε² = 0, a little of which is left open."""

    def __init__(self, value, slope=0.0):
        self.value, self.slope = value, slope

    def __add__(self, other):
        other = self.of(other)
        return type(self)(self.value + other.value, self.slope + other.slope)

    def __sub__(self, other):
        other = self.of(other)
        return type(self)(self.value - other.value, self.slope - other.slope)

    def __rsub__(self, other):
        return self.of(other) - self

    def __mul__(self, other):
        other = self.of(other)
        slope = self.value * other.slope + self.slope * other.value
        return type(self)(self.value * other.value, slope)

    def __truediv__(self, other):
        other = self.of(other)
        slope = self.slope * other.value - self.value * other.slope
        return type(self)(self.value / other.value, slope / other.value**2)

    def __rtruediv__(self, other):
        return self.of(other) / self

    def __pow__(self, n):
        return type(self)(self.value**n, n * self.value ** (n - 1) * self.slope)

    __radd__ = __add__

    def __rmul__(self, other):
        return self * other

    @classmethod
    def of(cls, number):
        return number if isinstance(number, cls) else cls(number)


class _ProductOfSlopes(_Dual):
    def __mul__(self, other):
        other = self.of(other)
        return type(self)(self.value * other.value, self.slope * other.value)


class _NumberMinusDual(_Dual):
    def __rsub__(self, other):
        return self - other


class _QuotientUnsquared(_Dual):
    def __truediv__(self, other):
        other = self.of(other)
        slope = self.slope * other.value - self.value * other.slope
        return type(self)(self.value / other.value, slope / other.value)


def _by_duals(dual, f, x):
    directions = np.eye(x.size)
    return np.array([f(np.array(list(map(dual, x, d)))).slope for d in directions])


@_by_rows
def half_a_product_rule(f, x):
    """Of the product rule's two terms there is one."""
    return _by_duals(_ProductOfSlopes, f, x)


@_by_rows
def number_minus_dual(f, x):
    """A number minus a dual is computed as the dual minus the number."""
    return _by_duals(_NumberMinusDual, f, x)


@_by_rows
def quotient_rule_unsquared(f, x):
    """The quotient rule's denominator is not squared."""
    return _by_duals(_QuotientUnsquared, f, x)
