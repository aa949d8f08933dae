"""Draw the gradient field of a function of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from gradproof import corrected, figures
from gradproof.ports.target import LoadError, Target, UsageError, load

TICKS = 18


def draw(target: Target, output: Path | None, limits: tuple[float, float]) -> Path:
    """Write the picture of −∇f on a grid of 18 × 18 points, and give its path.

    Raises UsageError for limits that are not, LoadError for a function that cannot
    be drawn, and OSError when the picture cannot be written.
    """
    low, high = limits
    if not (np.isfinite(limits).all() and low < high):
        raise UsageError(f"limits {low:g} {high:g}: the first must be the smaller")
    picture = output or Path(f"{target.function.rpartition('.')[2]}.png")
    if picture.suffix.lower() != ".png":
        raise UsageError(f"{picture}: a picture is written as .png")
    f = _of_point(target, load(target), (low + high) / 2)
    x, y = (g.ravel() for g in np.meshgrid(*[_ticks(low, high)] * 2))
    try:
        gradients = corrected.numerical_gradient(f, np.array([x, y]).T)
    except Exception as error:
        raise LoadError(f"{target.text}: {type(error).__name__}: {error}") from error
    figure = figures.quiver(x, y, *-gradients.T, limits=limits)
    figures.write(figure, picture)
    return picture


def _ticks(low: float, high: float) -> np.ndarray[Any, Any]:
    """As in the book's picture: the last tick lies one step beyond the limits."""
    return low + (high - low) / (TICKS - 2) * np.arange(TICKS)


def _of_point(
    target: Target, f: Callable[..., Any], middle: float
) -> Callable[[Any], Any]:
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
        failures.append(f"it gives {_kind(value)}")
    raise LoadError(
        f"{target.text}: this is no function of a point: f(x) with x of shape (2,) "
        f"gives one number, or f(x0, x1) does.\n"
        f"  f(x): {failures[0]}\n  f(x0, x1): {failures[1]}"
    )


def _kind(value: np.ndarray[Any, Any]) -> str:
    if value.shape:
        return f"an array of shape {value.shape}"
    return f"a value of type {type(value.item()).__name__}"
