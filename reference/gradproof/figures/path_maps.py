"""Pictures of the paths of optimizers over the book's valley, x²/20 + y².

The valley's level lines are ellipses, drawn by their formula.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gradproof.figures.canvas import canvas
from gradproof.figures.palette import GREY, VERMILION
from gradproof.golden.points import Points

LIMITS = ((-10.0, 10.0), (-4.0, 4.0))
LEVELS = (0.25, 1.0, 2.5, 5.0, 8.0, 12.0)
"""Values of x²/20 + y² whose lines are drawn."""
LIGHT = "#cccccc"
PANEL = (4.0, 2.4)
"""Inches of a panel, wide and high."""


def draw(paths: Sequence[Points], wrong: Sequence[bool] = ()) -> Figure:
    """A panel for each path, two in a row; those that are ``wrong`` in vermilion.

    What is outside of the limits is cut off; a point that is no number is left out.
    """
    columns = min(2, len(paths))
    rows = math.ceil(len(paths) / columns)
    marked = [*wrong, *[False] * (len(paths) - len(wrong))]
    with canvas(figsize=(PANEL[0] * columns, PANEL[1] * rows)) as figure:
        grid = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes, path, off in zip(grid, paths, marked, strict=False):
            _panel(axes, path, VERMILION if off else GREY)
        for axes in grid[len(paths) :]:
            axes.set_axis_off()
    return figure


def _panel(axes: Axes, path: Points, color: str) -> None:
    angles = np.linspace(0, 2 * np.pi, 181)
    for level in LEVELS:
        x = math.sqrt(20 * level) * np.cos(angles)
        axes.plot(x, math.sqrt(level) * np.sin(angles), color=LIGHT, lw=1)
    x, y = path.values().T
    axes.plot(x, y, color=color, lw=1, marker="o", markersize=3)
    axes.plot(0, 0, color="black", marker="+", markersize=8)
    axes.set(title=path.title, xlim=LIMITS[0], ylim=LIMITS[1])
