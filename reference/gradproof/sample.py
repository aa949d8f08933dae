"""The book's numerical gradients as they behave, quirks and all.

*Deep Learning from Scratch*, chapter 4, written afresh: what a port is likely to
look like before anyone has mended it. Nothing here is meant for use;
`gradproof.corrected` holds the same routines without the quirks:

* integers truncate: the steps and the result are stored in the type of ``x``;
* float32 is worked in as it comes;
* ``x`` itself is moved, and stays moved when ``f`` raises;
* a read-only ``x`` is a ValueError, a list an AttributeError, a third dimension
  a TypeError;
* the descent moves the start that it was given.

``python -m gradproof.sample [PICTURE]`` draws −∇(x0² + x1²) as the book's script
did until January 2019: through a call that is wrong, into a picture that is right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "faulty_field",
    "function_2",
    "function_sin_xy",
    "function_xy",
    "gradient_descent",
    "grid",
    "main",
    "numerical_diff",
    "numerical_gradient",
    "numerical_gradient_whole",
    "tangent_line",
]

Array: TypeAlias = NDArray[Any]
ScalarFunction: TypeAlias = Callable[[Any], Any]


def numerical_diff(f: ScalarFunction, x: Any) -> Any:
    """Central difference of ``f`` at a number ``x``."""
    h = 1e-4
    return (f(x + h) - f(x - h)) / (2 * h)


def _numerical_gradient_no_batch(f: ScalarFunction, x: Array) -> Array:
    """Gradient at one point, shape (D,), moving each component of ``x`` in turn."""
    h = 1e-4
    slopes = np.zeros_like(x)
    for i in range(x.size):
        kept = x[i]
        x[i] = float(kept) + h
        ahead = f(x)
        x[i] = kept - h
        behind = f(x)
        slopes[i] = (ahead - behind) / (2 * h)
        x[i] = kept
    return slopes


# The book's own name of the parameter: a port may be called with X=….
def numerical_gradient(f: ScalarFunction, X: Array) -> Array:
    """Gradient at a point, shape (D,), or at every row of points, shape (N, D)."""
    if X.ndim == 1:
        return _numerical_gradient_no_batch(f, X)
    slopes = np.zeros_like(X)
    for n, row in enumerate(X):
        slopes[n] = _numerical_gradient_no_batch(f, row)
    return slopes


def numerical_gradient_whole(f: ScalarFunction, x: Array) -> Array:
    """Gradient of one scalar of the whole array ``x``, of any shape.

    The book keeps it in a module for all chapters, and calls it numerical_gradient
    there too: two contracts under one name.
    """
    h = 1e-4
    slopes = np.zeros_like(x)
    walk = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not walk.finished:
        i = walk.multi_index
        kept = x[i]
        x[i] = kept + h
        ahead = f(x)
        x[i] = kept - h
        behind = f(x)
        slopes[i] = (ahead - behind) / (2 * h)
        x[i] = kept
        walk.iternext()
    return slopes


def tangent_line(f: ScalarFunction, x: Any) -> Callable[[Any], Any]:
    """Tangent of ``f`` at ``x`` as a function of t; right in one dimension only.

    In two, slope times x is taken entry by entry, where a scalar product is due.
    """
    slope = numerical_gradient(f, x) if np.ndim(x) else numerical_diff(f, x)
    intercept = f(x) - slope * x
    return lambda t: slope * t + intercept


def gradient_descent(
    f: ScalarFunction, init_x: Array, lr: float = 0.01, step_num: int = 100
) -> tuple[Array, Array]:
    """Where steps down the gradient lead, and the points left: (x, history).

    The ``x`` that comes back *is* ``init_x``, moved; the history holds copies.
    """
    x = init_x
    history = []
    for _ in range(step_num):
        history.append(x.copy())
        x -= lr * numerical_gradient(f, x)
    return x, np.array(history)


def function_2(x: Array) -> Any:
    """Sum of squares of a point, or of every row; the book's x0² + x1²."""
    return np.sum(x**2) if x.ndim == 1 else np.sum(x**2, axis=1)


def function_xy(x: Array) -> Any:
    """x0·x1 of a point, or of every row: shows the fault that function_2 hides."""
    return x[0] * x[1] if x.ndim == 1 else x[:, 0] * x[:, 1]


def function_sin_xy(x: Array) -> Any:
    """sin(x0·x1) of a point, or of every row."""
    return np.sin(x[0] * x[1]) if x.ndim == 1 else np.sin(x[:, 0] * x[:, 1])


def grid() -> tuple[Array, Array]:
    """X and Y of the picture's 324 points, (324,) each: 18 × 18 from −2 to 2.25."""
    ticks = np.arange(-2, 2.5, 0.25)
    x, y = np.meshgrid(ticks, ticks)
    return x.flatten(), y.flatten()


def faulty_field(f: ScalarFunction) -> tuple[Array, Array, Array]:
    """X, Y, (324,) each, and the gradient there, (2, 324), by the faulty call.

    It passes the grid as 2 rows of 324 numbers. Rows are points: so ``f`` is asked
    about 2 points of 324 components, and never about a point of the picture.
    """
    x, y = grid()
    return x, y, numerical_gradient(f, np.array([x, y]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the field of function_2 into a file; 0, or 2 if it cannot be written."""
    import argparse
    import sys

    from gradproof.figures import canvas, quivers

    parser = argparse.ArgumentParser(
        prog="python -m gradproof.sample",
        description="Draw -grad(x0**2 + x1**2) as the book's script does.",
    )
    parser.add_argument("picture", nargs="?", default="gradient_2d.png")
    picture = parser.parse_args(arguments).picture

    x, y, gradient = faulty_field(function_2)
    try:
        canvas.write(quivers.quiver(x, y, -gradient[0], -gradient[1]), picture)
    except (OSError, ValueError) as error:
        print(f"cannot write {picture}: {error}", file=sys.stderr)
        return 2
    print(picture)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
