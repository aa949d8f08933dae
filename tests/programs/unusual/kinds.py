"""Right, and given back as, or made from, another kind of array."""

import array
import functools

import numpy as np


def _by_rows(of_rows):
    """Of a function that takes f and (N, D) one that takes points as well."""

    @functools.wraps(of_rows)
    def gradient(f, x):
        x = np.asarray(x, dtype=float)
        return of_rows(f, x) if x.ndim == 2 else of_rows(f, x[None])[0]

    return gradient


def _point(f, x, h=1e-4):
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size)])


def _rows(f, x):
    return np.array([_point(f, row) for row in x]).reshape(x.shape)


def a_list(f, x):
    """The result is a list of floats, or of lists."""
    x = np.asarray(x, dtype=float)
    return [a_list(f, row) for row in x] if x.ndim == 2 else _point(f, x).tolist()


def a_tuple(f, x):
    """The result is a tuple of floats, or of tuples."""
    x = np.asarray(x, dtype=float)
    return tuple(a_tuple(f, row) for row in x) if x.ndim == 2 else tuple(_point(f, x))


@_by_rows
def by_columns_in_memory(f, x):
    """The result lies in memory by columns."""
    return np.asfortranarray(_rows(f, x))


@_by_rows
def every_other_number(f, x):
    """The result is a view of every other number of a larger array."""
    larger = np.full((2 * len(x), 2 * x.shape[1]), np.nan)
    larger[::2, ::2] = _rows(f, x)
    return larger[::2, ::2]


@_by_rows
def backwards_in_memory(f, x):
    """The result is a view that runs backwards."""
    return _rows(f, x)[::-1, ::-1].copy()[::-1, ::-1]


@_by_rows
def bytes_swapped(f, x):
    """The result's numbers have their bytes in the other order."""
    slopes = _rows(f, x)
    return slopes.astype(slopes.dtype.newbyteorder())


@_by_rows
def not_to_be_written(f, x):
    """The result cannot be written to."""
    slopes = _rows(f, x)
    slopes.flags.writeable = False
    return slopes


@_by_rows
def nothing_masked(f, x):
    """The result is a masked array that masks nothing."""
    return np.ma.masked_invalid(_rows(f, x))


class _Slopes(np.ndarray):
    """An array that says of itself what it is."""

    def __repr__(self):
        return f"slopes of {self.shape}"


@_by_rows
def of_a_class_of_its_own(f, x):
    """The result is of a class derived from ndarray."""
    return _rows(f, x).view(_Slopes)


def matrices_within(f, x):
    """numpy.matrix is used throughout, and left at the end."""
    matrix = np.asmatrix(np.asarray(x, dtype=float))
    slopes = np.asmatrix(np.zeros(matrix.shape))
    for n in range(matrix.shape[0]):
        for i, e in enumerate(np.asmatrix(1e-4 * np.eye(matrix.shape[1]))):
            ahead, behind = (matrix[n] + e).A1, (matrix[n] - e).A1
            slopes[n, i] = (f(ahead) - f(behind)) / 2e-4
    return np.asarray(slopes).reshape(np.shape(x))


def a_longer_type(f, x):
    """The result is of the longest type that the machine has."""
    x = np.asarray(x, dtype=float)
    return _by_rows(_rows)(f, x).astype(np.longdouble)


def an_array_of_the_standard_library(f, x):
    """The numbers are kept in an array.array and seen through a memoryview."""
    x = np.asarray(x, dtype=float)
    if x.ndim == 2:
        return np.array([an_array_of_the_standard_library(f, r) for r in x])
    slopes = array.array("d", bytes(8 * x.size))
    view = memoryview(slopes)
    for i, slope in enumerate(_point(f, x)):
        view[i] = slope
    return np.frombuffer(slopes)


def a_record_for_each_row(f, x):
    """The rows' slopes are records with a name for each component."""
    points = np.atleast_2d(np.asarray(x, dtype=float))
    dtype = [(f"d{i}", float) for i in range(points.shape[1])]
    records = np.zeros(len(points), dtype)
    for record, row in zip(records, points, strict=True):
        for name, slope in zip(records.dtype.names, _point(f, row), strict=True):
            record[name] = slope
    return records.view(float).reshape(np.shape(x))


def a_dictionary_first(f, x):
    """Slopes are kept by their index, and the array is made at the end."""
    x = np.asarray(x, dtype=float)
    points = {(n,): row for n, row in enumerate(x)} if x.ndim == 2 else {(): x}
    found = {
        (*n, i): slope
        for n, row in points.items()
        for i, slope in enumerate(_point(f, row))
    }
    return np.array([found[index] for index in np.ndindex(x.shape)]).reshape(x.shape)


def given_room(f, x, out=None):
    """The caller may say where the result goes; it is returned all the same."""
    x = np.asarray(x, dtype=float)
    out = np.empty(x.shape) if out is None else out
    for slope, row in zip(np.atleast_2d(out), np.atleast_2d(x), strict=True):
        slope[:] = _point(f, row)
    return out


def new_room_each_time(f, x, known={}):  # noqa: B006
    """A buffer is kept between calls, and a copy of it is returned."""
    x = np.asarray(x, dtype=float)
    room = known.setdefault(x.shape, np.empty(x.shape))
    return given_room(f, x, room).copy()


def x_moved_in_place(f, x):
    """The caller's own array is moved, and put back even if f raises."""
    slopes = np.zeros(np.shape(x))
    for slope, row in zip(np.atleast_2d(slopes), np.atleast_2d(x), strict=True):
        for i in range(row.size):
            kept = row[i]
            try:
                row[i] = kept + 1e-4
                ahead = f(row)
                row[i] = kept - 1e-4
                slope[i] = (ahead - f(row)) / 2e-4
            finally:
                row[i] = kept
    return slopes


def nodes_that_are_views(f, x):
    """f is given views of one larger array in which all nodes lie."""
    points = np.atleast_2d(np.asarray(x, dtype=float))
    size = points.shape[1]
    signs = np.array([1e-4, -1e-4])[:, None, None] * np.eye(size)
    nodes = points[:, None, None, :] + signs
    values = np.array([f(node) for node in nodes.reshape(-1, size)])
    ahead, behind = np.moveaxis(values.reshape(len(points), 2, size), 1, 0)
    return ((ahead - behind) / 2e-4).reshape(np.shape(x))


def a_pair_with_the_value(f, x):
    """Beside the gradient, f's values come back."""
    x = np.asarray(x, dtype=float)
    values = [f(row) for row in np.atleast_2d(x)]
    return _by_rows(_rows)(f, x), np.array(values)
