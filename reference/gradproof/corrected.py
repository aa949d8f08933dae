"""Numerical gradients, mended: what `gradproof.sample` should have been.

The formula is the book's central difference, (f(x + h) − f(x − h)) / 2h, with an
error of h²/6·f‴. What is mended is everything around it:

* ``x`` is never written to, so that an exception in ``f`` cannot leave it moved;
* every real type is worked in as float64: integers do not truncate;
* any memory layout and lists are served, any other shape or type is refused;
* ``f`` cannot spoil the result through its argument: taking one point, it is given
  a fresh copy at every call, to keep or to overwrite; taking a batch, it is given a
  read-only view of a buffer that is used again, and must copy what it keeps;
* what ``f`` returns is checked before it is used.

An ``x`` that is not finite gives NaN or infinity in its own row alone.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradproof.sample import grid

Array: TypeAlias = NDArray[np.float64]
ScalarFunction: TypeAlias = Callable[[Any], Any]

__all__ = [
    "gradient_descent",
    "numerical_diff",
    "numerical_gradient",
    "numerical_gradient_whole",
    "right_field",
    "tangent_line",
]

STEP = 1e-4
"""The book's h."""

CACHE = 1 << 19
"""Bytes of a block's points, moved both ways, to be found in the cache again."""


def numerical_gradient(
    f: ScalarFunction,
    x: ArrayLike,
    *,
    step: float = STEP,
    vectorized: bool = False,
) -> Array:
    """Gradient of ``f`` at a point, or at every row of an array of points.

    Parameters
    ----------
    f
        Takes a point (D,) and returns a number; if ``vectorized``, takes points
        (M, D) and returns their values (M,), for an M of this routine's choosing.
    x
        A point, shape (D,), or points, shape (N, D), of real numbers.
    step
        h of the central difference, in the units of ``x``.
    vectorized
        Whether ``f`` takes many points at once, which is much faster.

    Returns
    -------
    NDArray
        The gradients, float64, in the shape of ``x``.

    Raises
    ------
    TypeError
        If ``x``, ``step`` or a value of ``f`` is no real number.
    ValueError
        If ``x`` or what ``f`` returns has the wrong shape, if ``step`` is not
        positive and finite, or is lost in the rounding of an entry of ``x``.
    Exception
        Whatever ``f`` raises.
    """
    points = _points(x)
    h = _step(step, points)
    gradients = _batch_gradients if vectorized else _point_gradients
    try:
        return gradients(f, points, h)
    except Exception as error:
        _annotate(error, points.shape)
        raise


def numerical_gradient_whole(
    f: ScalarFunction, x: ArrayLike, *, step: float = STEP
) -> Array:
    """Gradient of a function of a whole array, such as a loss of a weight matrix.

    ``f`` takes an array of the shape of ``x``, which may be any, and returns one
    number. Returns float64 in that shape; raises as `numerical_gradient` does.
    """
    array = _real(x, "x")
    return _gradient(f, array, _step(step, array))


def numerical_diff(f: ScalarFunction, x: float, *, step: float = STEP) -> float:
    """Derivative of ``f``, a function of one number, at the number ``x``.

    Raises as `numerical_gradient` does.
    """
    point = _real(x, "x")
    if point.ndim:
        raise ValueError(f"x must be a number, not an array of shape {point.shape}")
    return float(_gradient(lambda t: f(float(t)), point, _step(step, point)))


def tangent_line(f: ScalarFunction, x: ArrayLike) -> Callable[[ArrayLike], Any]:
    """Tangent of ``f`` at a number, or the tangent plane at a point (D,).

    Returns t ↦ f(x) + ∇f(x)·(t − x); t is a number or an array of numbers for a
    tangent line, a point (D,) or points (M, D) for a plane.
    Raises as `numerical_gradient` does.
    """
    point = _real(x, "x").copy()
    if point.ndim == 0:
        slope, height = numerical_diff(f, float(point)), _number(f(float(point)))
        return lambda t: height + slope * (_real(t, "t") - point)
    if point.ndim > 1:
        raise ValueError(f"x must be a number or one point (D,), not {point.shape}")
    gradient, height = numerical_gradient(f, point), _number(f(point.copy()))
    return lambda t: height + (_real(t, "t") - point) @ gradient


def gradient_descent(
    f: ScalarFunction, init_x: ArrayLike, lr: float = 0.01, step_num: int = 100
) -> tuple[Array, Array]:
    """Take ``step_num`` steps x ← x − lr·∇f(x) from ``init_x``, which stays as it is.

    ``init_x`` is a start (D,) or several, (N, D). Returns where the steps lead, in
    that shape, and the points that they left, (step_num, …), ``init_x`` first.
    Raises as `numerical_gradient` does, and for a negative ``step_num``.
    """
    x = _points(init_x).copy()
    steps = operator.index(step_num)
    if steps < 0:
        raise ValueError(f"step_num must not be negative, not {steps}")
    history = np.empty((steps, *x.shape))
    for left in history:
        left[...] = x
        x -= lr * numerical_gradient(f, x)
    return x, history


def right_field(f: ScalarFunction) -> tuple[Array, Array, Array]:
    """X, Y, (324,) each, and the gradient there, (2, 324), by the call mended.

    `gradproof.sample.faulty_field` with both transposes: the grid's points become
    the rows, and each component's derivatives a row again, as a plot takes them.
    """
    x, y = grid()
    return x, y, numerical_gradient(f, np.array([x, y]).T).T


def _point_gradients(f: ScalarFunction, points: Array, h: float) -> Array:
    if points.ndim == 1:
        return _gradient(f, points, h)
    gradients = np.empty(points.shape)
    for n, point in enumerate(points):
        gradients[n] = _gradient(f, point, h)
    return gradients


def _gradient(f: ScalarFunction, x: Array, h: float) -> Array:
    """Gradient of one number of the whole of ``x``."""
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        ahead, behind = _moved(f, x, index, h), _moved(f, x, index, -h)
        gradient[index] = (ahead - behind) / (2 * h)
    return gradient


def _moved(f: ScalarFunction, x: Array, index: tuple[int, ...], by: float) -> float:
    """Value of ``f`` where one entry of ``x`` is moved; f gets a copy of its own."""
    node = x.copy()
    node[index] += by
    return _number(f(node))


def _batch_gradients(f: ScalarFunction, points: Array, h: float) -> Array:
    if not points.size:
        return np.empty(points.shape)
    rows = points if points.ndim == 2 else points[np.newaxis]
    if 2 * 8 * rows.shape[1] * rows.size <= CACHE:
        result = _differences_at_once(f, rows, h)
    else:
        result = _differences_by_component(f, rows, h)
    result /= 2 * h
    return result.T if points.ndim == 2 else result[:, 0]


def _differences_at_once(f: ScalarFunction, rows: Array, h: float) -> Array:
    """f(x + h) − f(x − h), (D, N), from one call: the fewest steps for few points."""
    count, dimension = rows.shape
    moved = rows.T[:, np.newaxis] + _steps(dimension, h)
    batch = moved.reshape(dimension, -1).T
    batch.flags.writeable = False
    values = _values(f(batch), batch.shape).reshape(dimension, 2, count)
    return values[:, 0] - values[:, 1]


@functools.lru_cache(maxsize=64)
def _steps(dimension: int, h: float) -> Array:
    """What is added to a point's components, (D, 2·D, 1): ±h to one at a time.

    To the others −0 is added, which leaves every number as it is, −0 included.
    """
    steps = np.full((dimension, 2 * dimension, 1), -0.0)
    for j in range(dimension):
        steps[j, 2 * j : 2 * j + 2, 0] = h, -h
    steps.flags.writeable = False
    return steps


def _differences_by_component(f: ScalarFunction, rows: Array, h: float) -> Array:
    """f(x + h) − f(x − h), (D, N), one component and a block of points at a time."""
    count, dimension = rows.shape
    length = _block_length(count, dimension)
    result = np.empty((dimension, count))  # each component contiguous
    for start in range(0, count, length):
        block = slice(start, start + length)
        _block_differences(f, rows[block], h, result[:, block])
    return result


def _block_length(count: int, dimension: int) -> int:
    """Points of a block: nearly equal ones, that fit into the cache when moved."""
    longest = max(1, CACHE // (2 * 8 * dimension))
    blocks = -(-count // longest)
    return -(-count // blocks)


def _block_differences(f: ScalarFunction, rows: Array, h: float, result: Array) -> None:
    """Write the differences at ``rows``, (B, D), into ``result``, (D, B).

    The points moved by +h and by −h are one batch: it saves half the calls, and a
    function that returns a view of its argument, as x0 is, would else have its
    first answer overwritten by the second.
    """
    count, dimension = rows.shape
    still = np.ascontiguousarray(rows.T)
    moved = np.empty((dimension, 2, count))
    moved[...] = still[:, np.newaxis]
    batch = moved.reshape(dimension, -1).T
    batch.flags.writeable = False
    for j in range(dimension):
        ahead, behind = moved[j]
        ahead += h
        behind -= h
        values = _values(f(batch), batch.shape)
        np.subtract(values[:count], values[count:], out=result[j])
        moved[j] = still[j]


def _real(x: ArrayLike, name: str) -> Array:
    """``x`` as float64, itself where it is that already: to be read only."""
    array = np.asarray(x)
    if array.dtype == np.float64:
        return array
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must hold real numbers, not {array.dtype}")
    return np.asarray(array, np.float64)


def _points(x: ArrayLike) -> Array:
    points = _real(x, "x")
    if points.ndim not in (1, 2):
        raise ValueError(
            "x must be one point, shape (D,), or points by row, shape (N, D), "
            f"not of shape {points.shape}"
        )
    return points


def _step(step: float, x: Array) -> float:
    """``step`` as a float that moves every finite entry of ``x``."""
    # The common case first: asking an abstract class takes longer than a check.
    if type(step) is not float and (
        not isinstance(step, Real) or isinstance(step, bool)
    ):
        raise TypeError(f"step must be a real number, not {step!r}")
    h = float(step)
    if not 0 < 2 * h < math.inf:
        raise ValueError(f"step must be positive and finite, not {step!r}")
    # Numbers below h·2⁵² are spaced by less than h; NaN is not below anything.
    if x.size and not np.abs(x).max() < h * 2.0**52:
        finite = x[np.isfinite(x)]
        lost = finite[(finite + h == finite) | (finite - h == finite)]
        if lost.size:
            raise ValueError(f"a step of {h} is lost in the rounding of {lost[0]}")
    return h


def _number(value: Any) -> float:
    """A value of ``f`` at one point, checked."""
    if isinstance(value, float):  # np.float64 as well
        return float(value)
    array = np.asarray(value)
    if array.shape:
        raise ValueError(
            f"f must return one number for one point, not shape {array.shape}"
        )
    return float(_real(array, "the value of f"))


def _values(returned: Any, shape: tuple[int, ...]) -> Array:
    """The values of ``f`` at a batch of points, checked."""
    values = np.asarray(returned)
    if values.dtype == np.float64 and values.shape == shape[:1]:
        return values
    if values.shape != shape[:1]:
        raise ValueError(
            f"a vectorized f must return shape {shape[:1]} for points of shape "
            f"{shape}, not {values.shape}"
        )
    return _real(values, "the values of f")


def _annotate(error: Exception, shape: tuple[int, ...]) -> None:
    """Say in ``error``'s text what may lie behind it where ``x`` looks like a grid.

    The text and not a note: Python 3.10 has no notes.
    """
    if not (len(shape) == 2 and shape[0] == 2 < shape[1]):
        return
    if error.args and isinstance(error.args[0], str):
        hint = (
            f"x has 2 rows of {shape[1]} numbers: rows are points; if it holds "
            "coordinates by row, pass x.T and transpose the result"
        )
        error.args = (f"{error.args[0]}\n{hint}", *error.args[1:])
