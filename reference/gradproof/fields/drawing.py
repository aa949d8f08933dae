"""Draw the gradient field of a function of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from gradproof import corrected
from gradproof.figures import canvas, quivers
from gradproof.ports.in_process import load
from gradproof.ports.target import LoadError, Target, UsageError

Array = np.ndarray[Any, Any]

TICKS = 18


def draw(target: Target, output: Path | None, limits: tuple[float, float]) -> Path:
    """Write the picture of −∇f on a grid of 18 × 18 points, and give its path.

    Raises UsageError for limits that are not, LoadError for a function that cannot
    be drawn, and OSError when the picture cannot be written.
    """
    low, high = limits
    if not (np.isfinite(limits).all() and low < high):
        raise UsageError("usage.limits", low=low, high=high)
    picture = picture_of(target, output)
    if picture.suffix.lower() != ".png":
        raise UsageError("usage.no-png", path=str(picture))
    figure = quivers.quiver(*field(load(target)[0], limits), limits=limits)
    canvas.write(figure, picture)
    return picture


def draw_on(ax: Axes, f: Callable[..., Any], limits: tuple[float, float]) -> None:
    """Draw the field of −∇f on axes of one's own. Raises LoadError, as `field` does."""
    quivers.field(ax, *field(f, limits), limits=limits)


def picture_of(target: Target, output: Path | None) -> Path:
    """Where the picture is written: by default it has the function's name."""
    return output or Path(f"{target.function.rpartition('.')[2]}.png")


def field(f: Callable[..., Any], limits: tuple[float, float]) -> tuple[Array, ...]:
    """X, Y and both components of −∇f on the grid, (324,) each.

    Raises LoadError for a function that takes neither a point nor two numbers, or
    that fails on the grid.
    """
    low, high = limits
    of_point = _of_point(f, (low + high) / 2)
    x, y = (g.ravel() for g in np.meshgrid(*[_ticks(low, high)] * 2))
    try:
        gradients = corrected.numerical_gradient(of_point, np.array([x, y]).T)
    except Exception as error:
        kind, text = type(error).__name__, str(error)
        raise LoadError("draw.failed", kind=kind, text=text) from error
    return x, y, *-gradients.T


def _ticks(low: float, high: float) -> Array:
    """As in the book's picture: the last tick lies one step beyond the limits."""
    return low + (high - low) / (TICKS - 2) * np.arange(TICKS)


def _of_point(f: Callable[..., Any], middle: float) -> Callable[[Any], Any]:
    """``f`` as a function of a point (2,): it may take x or x0 and x1.

    Which of the two is found by trying both.
    """
    point = np.array([middle, middle])
    manners: tuple[Callable[[Any], Any], ...] = (f, lambda x: f(x[0], x[1]))
    failures = []
    for manner in manners:
        try:
            value = np.asarray(manner(point.copy()))
        except Exception as error:
            failures.append(f"{type(error).__name__}: {error}")
            continue
        if value.shape == () and value.dtype.kind in "iuf":
            return manner
        failures.append(f"-> {_kind(value)}")
    raise LoadError("draw.no-function", of_point=failures[0], of_two=failures[1])


def _kind(value: Array) -> str:
    """What came in place of a number, in Python's own words."""
    if value.shape:
        return f"array of shape {value.shape}"
    return type(value.item()).__name__
