"""One scalar of the whole array: entries are missed, misplaced or added to."""

import numpy as np


def _moved(f, x, index, h=1e-4):
    kept = x[index]
    x[index] = kept + h
    ahead = f(x)
    x[index] = kept - h
    behind = f(x)
    x[index] = kept
    return (ahead - behind) / (2 * h)


def _whole(f, x):
    slopes = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        slopes[index] = _moved(f, x, index)
    return slopes


def two_loops_for_two_axes(f, x):
    """x[i, j] is a number where x has two axes; where it has three, it is a row."""
    if x.ndim < 2:
        return _whole(f, x)
    slopes = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            moved = np.zeros(x.shape)
            moved[i, j] = 1e-4
            slopes[i, j] = (f(x + moved) - f(x - moved)) / 2e-4
    return slopes


def a_sample_of_the_entries(f, x):
    """As in a gradient check, some entries of a large array are taken at random."""
    slopes, most = np.zeros(x.size), 10
    for k in np.random.default_rng(0).permutation(x.size)[:most]:
        slopes[k] = _moved(f, x, np.unravel_index(k, x.shape))
    return slopes.reshape(x.shape)


def entries_that_are_not_zero(f, x):
    """argwhere(x) finds the entries that are not zero, and no others."""
    slopes = np.zeros(x.shape)
    for index in map(tuple, np.argwhere(x)):
        slopes[index] = _moved(f, x, index)
    return slopes


def filled_by_columns(f, x):
    """The entries are asked for by rows, and the result is filled by columns."""
    slopes = [_moved(f, x, index) for index in np.ndindex(x.shape)]
    return np.reshape(slopes, x.shape, order="F")


def a_copy_is_moved(f, x):
    """flatten() gives a copy, and moving it moves nothing."""
    flat, slopes = x.flatten(), np.zeros(x.size)
    for k in range(x.size):
        flat[k] += 1e-4
        ahead = f(x)
        flat[k] -= 2e-4
        slopes[k] = (ahead - f(x)) / 2e-4
        flat[k] += 1e-4
    return slopes.reshape(x.shape)


def mean_for_sum(f, x):
    """The slopes are divided by the number of entries."""
    return _whole(f, x) / x.size


def decay_added(f, x):
    """Weight decay is added, which is none of f's."""
    return _whole(f, x) + 1e-3 * x


def rows_are_points(f, x):
    """Each row is differentiated by itself, as if it were a point."""
    if x.ndim == 1:
        return _whole(f, x)
    return np.array([rows_are_points(f, row) for row in x])


def upright_if_wide(f, x):
    """A matrix with more columns than rows is turned, and its gradient is not."""
    if x.ndim == 2 and x.shape[0] < x.shape[1]:
        return _whole(lambda a: f(a.T), x.T.copy()).ravel().reshape(x.shape)
    return _whole(f, x)


def symmetric_if_square(f, x):
    """A square matrix is taken to be symmetric, as a Hessian is."""
    slopes = _whole(f, x)
    square = x.ndim == 2 and x.shape[0] == x.shape[1]
    return (slopes + slopes.T) / 2 if square else slopes


def axes_of_one_lost(f, x):
    """The result has no axes of length one: a column of weights loses its own."""
    return np.squeeze(_whole(f, x))


def bias_left_out(f, x):
    """The last row, which is the bias, is taken for the samples' number."""
    slopes = _whole(f, x)
    if x.ndim == 2:
        slopes[-1] = 0
    return slopes


def rounded_result(f, x):
    """Five decimals are kept."""
    return np.around(_whole(f, x), 5)
