"""Right for one scalar of an array of any shape."""

import numpy as np

CHANCE = np.random.default_rng(6)


def _slope(f, x, index, h=1e-4):
    ahead, behind = x.copy(), x.copy()
    ahead[index] += h
    behind[index] -= h
    return (f(ahead) - f(behind)) / (2 * h)


def by_ndindex(f, x):
    """Every index of x in turn, whatever its number of axes."""
    x = np.asarray(x, dtype=float)
    return np.reshape([_slope(f, x, i) for i in np.ndindex(x.shape)], x.shape)


def by_ndenumerate(f, x):
    """A dictionary of slopes by index, filled as they come."""
    x = np.asarray(x, dtype=float)
    slopes = {index: _slope(f, x, index) for index, _ in np.ndenumerate(x)}
    return np.array(list(slopes.values())).reshape(x.shape)


def by_an_iterator_that_writes(f, x):
    """One iterator over x and the result, by columns."""
    x = np.array(x, dtype=float)
    slopes = np.empty(x.shape)
    flags = ["multi_index", "zerosize_ok"]
    with np.nditer([x, slopes], flags, [["readonly"], ["writeonly"]], order="F") as all:
        for _, slope in all:
            slope[...] = _slope(f, x, all.multi_index)
    return slopes


def by_unravelled_numbers(f, x):
    """Numbers of the flat array, the last one first."""
    x = np.asarray(x, dtype=float)
    slopes = np.empty(x.size)
    for k in reversed(range(x.size)):
        slopes[k] = _slope(f, x, np.unravel_index(k, x.shape))
    return slopes.reshape(x.shape)


def by_taking_axes_apart(f, x):
    """The first axis is taken apart until a number is left."""
    x = np.asarray(x, dtype=float)

    def below(index):
        if len(index) == x.ndim:
            return _slope(f, x, index)
        return [below((*index, k)) for k in range(x.shape[len(index)])]

    return np.reshape(below(()), x.shape)


def by_whole_units(f, x):
    """Unit arrays, as many as there are entries, with two steps extrapolated."""
    x = np.asarray(x, dtype=float)
    units = np.eye(x.size).reshape(-1, *x.shape)
    wide = [(f(x + 2e-3 * u) - f(x - 2e-3 * u)) / 4e-3 for u in units]
    near = [(f(x + 1e-3 * u) - f(x - 1e-3 * u)) / 2e-3 for u in units]
    return np.reshape((4 * np.array(near) - wide) / 3, x.shape)


def by_complex_units(f, x):
    """One complex step for each entry."""
    x = np.asarray(x, dtype=float)
    units = np.eye(x.size).reshape(-1, *x.shape)
    return np.reshape([f(x + 1e-50j * u).imag / 1e-50 for u in units], x.shape)


def by_a_flat_view_in_place(f, x):
    """The caller's array is moved through a flat iterator, and put back."""
    slopes = np.empty(x.size)
    for k in range(x.size):
        kept = x.flat[k]
        try:
            x.flat[k] = kept + 1e-4
            ahead = f(x)
            x.flat[k] = kept - 1e-4
            slopes[k] = (ahead - f(x)) / 2e-4
        finally:
            x.flat[k] = kept
    return slopes.reshape(x.shape)


def by_turned_directions(f, x):
    """Slopes along a basis drawn by chance, turned back."""
    x = np.asarray(x, dtype=float)
    basis, _ = np.linalg.qr(CHANCE.normal(size=(x.size, x.size)))
    steps = 1e-4 * basis.T.reshape(-1, *x.shape)
    rise = np.array([f(x + s) - f(x - s) for s in steps])
    return (basis @ rise / 2e-4).reshape(x.shape)


class _Dual:
    """a + b·ε with ε² = 0."""

    def __init__(self, value, slope=0.0):
        self.value, self.slope = value, slope

    def __add__(self, other):
        other = _dual(other)
        return _Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        other = _dual(other)
        slope = self.value * other.slope + other.value * self.slope
        return _Dual(self.value * other.value, slope)

    def __sub__(self, other):
        return self + _dual(other) * -1

    def __rsub__(self, other):
        return _dual(other) - self

    def __pow__(self, n):
        return _Dual(self.value**n, n * self.value ** (n - 1) * self.slope)

    def __truediv__(self, other):
        return self * _dual(other) ** -1

    def __rtruediv__(self, other):
        return _dual(other) / self

    __radd__, __rmul__ = __add__, __mul__


def _dual(number):
    return number if isinstance(number, _Dual) else _Dual(number)


def by_dual_numbers(f, x):
    """f is given an array of x's shape whose numbers carry their slope."""
    x = np.asarray(x, dtype=float)
    units = np.eye(x.size).reshape(-1, *x.shape)
    slopes = [_dual(f(np.vectorize(_Dual, [object])(x, u))).slope for u in units]
    return np.reshape(slopes, x.shape)
