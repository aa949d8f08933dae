"""What is remembered, shared or put back is not what it should be."""

import functools

import numpy as np


def _slopes(f, x, h=1e-4):
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size)])


def _rows(f, x):
    x = np.asarray(x, dtype=float)
    return _slopes(f, x) if x.ndim < 2 else np.array([_slopes(f, row) for row in x])


GRADIENTS = {}
VALUES = {}


def known_by_x_alone(f, x):
    """Gradients are kept by x, whatever f is."""
    key = np.shape(x), np.asarray(x).tobytes()
    if key not in GRADIENTS:
        GRADIENTS[key] = _rows(f, x)
    return GRADIENTS[key].copy()


def values_known_by_x_alone(f, x):
    """f's values are kept by x, whatever f is."""

    def value(node):
        key = node.tobytes()
        if key not in VALUES:
            VALUES[key] = f(node)
        return VALUES[key]

    return _rows(value, x)


class _SameArray:
    x = gradient = None

    def __call__(self, f, x):
        if x is not self.x:
            self.x, self.gradient = x, _rows(f, x)
        return self.gradient.copy()


same_array_same_gradient = _SameArray()
"""An array that was given last time is not looked at again, though it has moved."""


class _NearTheLast:
    f, x, gradient = None, np.zeros(0), None

    def __call__(self, f, x):
        new = f is not self.f or x.shape != self.x.shape
        if new or not np.allclose(x, self.x, atol=1e-3):
            self.f, self.x, self.gradient = f, np.array(x), _rows(f, x)
        return self.gradient.copy()


close_to_the_last_one = _NearTheLast()
"""Where x has hardly moved since the last call, the last gradient is returned."""


def close_to_a_known_one(f, x, known=[]):  # noqa: B006
    """All gradients are kept in a list, and looked up by a distance."""
    for g, place, gradient in known:
        if g is f and place.shape == x.shape and np.linalg.norm(x - place) < 1e-5:
            return gradient.copy()
    known.append((f, np.array(x), _rows(f, x)))
    return known[-1][2].copy()


def known_by_rounded_x(f, x, known={}):  # noqa: B006
    """Gradients are kept by f and three decimals of x."""
    key = f, np.shape(x), tuple(np.round(x, 3).ravel())
    if key not in known:
        known[key] = _rows(f, x)
    return known[key].copy()


class _FirstFunction:
    f = None

    def __call__(self, f, x):
        self.f = self.f or f
        return _rows(self.f, x)


first_f_for_ever = _FirstFunction()
"""The first f that it was given is the one it goes on with."""


def list_that_grows(f, x, rows=[]):  # noqa: B006
    """The default list is made once, and keeps the rows of earlier calls."""
    for row in np.atleast_2d(x):
        rows.append(_slopes(f, row))
    return np.array(rows) if np.ndim(x) == 2 else rows[-1]


class _Halving:
    h = 1e-3

    def __call__(self, f, x):
        self.h /= 2
        return np.reshape([_slopes(f, r, self.h) for r in np.atleast_2d(x)], x.shape)


step_halves_with_each_call = _Halving()
"""Each call halves the step of the next, until rounding is all there is."""


def _by_rows_in_place(at_point):
    @functools.wraps(at_point)
    def gradient(f, x):
        return at_point(f, x) if x.ndim < 2 else np.array([gradient(f, r) for r in x])

    return gradient


def _moved(f, x, i, h):
    kept = x[i]
    x[i] = kept + h
    ahead = f(x)
    x[i] = kept - h
    return (ahead - f(x)) / (2 * h)


@_by_rows_in_place
def left_behind(f, x):
    """x is moved and not put back."""
    return np.array([_moved(f, x, i, 1e-4) for i in range(x.size)])


@_by_rows_in_place
def put_back_rounded(f, x):
    """x is put back to four decimals, which the step has."""
    slopes = np.zeros(x.size)
    for i in range(x.size):
        slopes[i] = _moved(f, x, i, 1e-4)
        x[i] = np.round(x[i] + 1e-4, 4)
    return slopes


@_by_rows_in_place
def put_back_in_single_precision(f, x):
    """The value that is put back was kept in 24 bits."""
    slopes, kept = np.zeros(x.size), x.astype(np.float32)
    for i in range(x.size):
        slopes[i] = _moved(f, x, i, 1e-4)
        x[i] = kept[i]
    return slopes


@_by_rows_in_place
def put_back_one_step_off(f, x):
    """After two steps down there is one up."""
    slopes = np.zeros(x.size)
    for i in range(x.size):
        x[i] += 1e-4
        ahead = f(x)
        x[i] -= 2e-4
        slopes[i] = (ahead - f(x)) / 2e-4
        x[i] += 2e-4
    return slopes


@_by_rows_in_place
def view_is_kept(f, x):
    """What was kept is a view, and moves along."""
    slopes = np.zeros(x.size)
    for i in range(x.size):
        kept = x[i : i + 1]
        x[i] = kept[0] + 1e-4
        ahead = f(x)
        x[i] = kept[0] - 1e-4
        slopes[i] = (ahead - f(x)) / 2e-4
        x[i] = kept[0]
    return slopes


def scaled_in_place(f, x):
    """The caller's array is scaled, so that one step suits all, and stays so."""
    x /= np.max(abs(x))
    return _rows(f, x)


def result_in_place_of_x(f, x):
    """The gradient is written over x, to save an array."""
    x[...] = _rows(f, x)
    return x
