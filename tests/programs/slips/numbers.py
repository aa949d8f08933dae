"""The numbers that go in or come out are rounded, cut off or passed over."""

import functools

import numpy as np


def _by_rows(at_point):
    @functools.wraps(at_point)
    def gradient(f, x):
        x = np.asarray(x, dtype=float)
        return at_point(f, x) if x.ndim < 2 else np.array([gradient(f, r) for r in x])

    return gradient


def _slopes(f, x, h=1e-4):
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size)])


@_by_rows
def rounded_to_four_places(f, x):
    """What was meant for printing is returned."""
    return np.round(_slopes(f, x), 4)


@_by_rows
def printed_and_read_back(f, x):
    """The numbers go through a text of six digits."""
    return np.array([float(f"{slope:g}") for slope in _slopes(f, x)])


def half_precision_result(f, x):
    """To save memory the result has 11 bits a number."""
    return np.array([_slopes(f, r) for r in np.atleast_2d(x)], "f2").reshape(x.shape)


def single_precision_result(f, x):
    """The result has 24 bits a number, as on a graphics card."""
    return np.array([_slopes(f, r) for r in np.atleast_2d(x)], "f4").reshape(x.shape)


def whole_numbers_result(f, x):
    """The result's array was made for counting."""
    slopes = np.zeros(x.shape, dtype=int)
    slopes[...] = np.reshape([_slopes(f, row) for row in np.atleast_2d(x)], x.shape)
    return slopes


@_by_rows
def clipped_at_ten_thousand(f, x):
    """Steep slopes are cut off, against overflow further on."""
    return np.clip(_slopes(f, x), -1e4, 1e4)


@_by_rows
def clipped_at_one(f, x):
    """Slopes are cut off at one, as in training."""
    return np.clip(_slopes(f, x), -1, 1)


@_by_rows
def small_slopes_zeroed(f, x):
    """Slopes below a millionth are taken for noise."""
    slopes = _slopes(f, x)
    return np.where(abs(slopes) < 1e-6, 0, slopes)


@_by_rows
def close_values_are_equal(f, x):
    """Values that isclose() finds alike give no slope, however large they are."""
    ahead = np.array([f(x + step) for step in 1e-4 * np.eye(x.size)])
    behind = np.array([f(x - step) for step in 1e-4 * np.eye(x.size)])
    return np.where(np.isclose(ahead, behind), 0, (ahead - behind) / 2e-4)


def small_slopes_masked(f, x):
    """Small slopes are masked, as if they were missing."""
    slopes = np.reshape([_slopes(f, row) for row in np.atleast_2d(x)], x.shape)
    return np.ma.masked_inside(slopes, -20, 20)


@_by_rows
def zero_entries_skipped(f, x):
    """if x[i] passes over an entry that happens to be zero."""
    slopes, steps = np.zeros(x.size), 1e-4 * np.eye(x.size)
    for i in range(x.size):
        if x[i]:
            slopes[i] = (f(x + steps[i]) - f(x - steps[i])) / 2e-4
    return slopes


@_by_rows
def zero_rows_skipped(f, x):
    """Points at the origin are taken for padding."""
    return _slopes(f, x) if x.any() else np.zeros(x.size)


@_by_rows
def sizes_of_the_entries(f, x):
    """The entries lose their signs on the way in."""
    return _slopes(f, abs(x))


@_by_rows
def sizes_of_the_slopes(f, x):
    """The difference loses its sign."""
    return abs(_slopes(f, x))


@_by_rows
def downward_slopes_lost(f, x):
    """Negative slopes are cut off, as a rectifier would."""
    return np.maximum(_slopes(f, x), 0)


@_by_rows
def nodes_rounded(f, x):
    """The places at which f is asked are rounded to the step's four decimals."""
    steps = 1e-4 * np.eye(x.size)
    rise = [f(np.round(x + s, 4)) - f(np.round(x - s, 4)) for s in steps]
    return np.array(rise) / 2e-4


@_by_rows
def point_rounded_to_cents(f, x):
    """The point is brought to two decimals first."""
    return _slopes(f, np.round(x, 2))


@_by_rows
def type_of_the_first_slope(f, x):
    """vectorize() takes the type of its first result: a whole 0 cuts the others off."""
    steps = 1e-4 * np.eye(x.size)

    def slope(i):
        rise = f(x + steps[i]) - f(x - steps[i])
        return rise / 2e-4 if rise else 0

    return np.vectorize(slope)(np.arange(x.size))


@_by_rows
def kept_within_the_frame(f, x):
    """The point is kept within the drawing's frame."""
    return _slopes(f, np.clip(x, -20, 20))


@_by_rows
def unit_length(f, x):
    """All that is left of the gradient is its direction."""
    slopes = _slopes(f, x)
    return slopes / np.linalg.norm(slopes)


@_by_rows
def downhill(f, x):
    """It is the direction of descent."""
    return -_slopes(f, x)


@_by_rows
def running_sum(f, x):
    """Of the slopes there is the running sum."""
    return np.cumsum(_slopes(f, x))
