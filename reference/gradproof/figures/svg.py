"""What pictures in SVG are written with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

GAP = 14
"""Pixels between two panels, and around them."""


def opening(width: int, height: int, title: str) -> Iterator[str]:
    """The first lines of a picture: its size in pixels, its name, white."""
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" role="img" font-family="sans-serif"'
        ' font-size="12">'
    )
    yield f"<title>{title}</title>"
    yield f'<rect width="{width}" height="{height}" fill="#ffffff"/>'


class TitledPanel(NamedTuple):
    """What stands below a title; ``style`` holds for all ``lines``."""

    title: str
    style: str
    lines: Iterable[str]


def side_by_side(
    panels: Sequence[TitledPanel], size: tuple[int, int], top: int, font: str = ""
) -> str:
    """A picture of panels of one size, (width, height), each ``top`` from above.

    ``font`` is that of the titles, as attributes.
    """
    wide, high = size
    count, title = len(panels), "; ".join(panel.title for panel in panels)
    lines = [*opening(count * (wide + GAP) + GAP, top + high + GAP, title)]
    for number, panel in enumerate(panels):
        left = GAP + number * (wide + GAP)
        lines += [
            f'<text x="{left + wide / 2:g}" y="22"{font} text-anchor="middle">'
            f"{panel.title}</text>",
            # An inner picture cuts off what goes beyond it.
            f'<svg x="{left}" y="{top}" width="{wide}" height="{high}" {panel.style}>',
            *panel.lines,
            "</svg>",
        ]
    return "\n".join([*lines, "</svg>"]) + "\n"


def arrow(start: Array, step: Array) -> str:
    """A shaft and two barbs, each a third of it; a dot where nothing is drawn."""
    length = float(np.hypot(*step))
    if length < 0.5:
        x, y = start
        return f'<circle cx="{short(x)}" cy="{short(y)}" r="0.7" stroke="none"/>'
    end, along = start + step, step / length
    across = np.array([-along[1], along[0]])
    back = min(length / 3, 3.0)
    barbs = [end - back * (along + side * 0.5 * across) for side in (1, -1)]
    path = f"M{_at(start)}L{_at(end)}M{_at(barbs[0])}L{_at(end)}L{_at(barbs[1])}"
    return f'<path d="{path}" fill="none"/>'


def _at(place: Array) -> str:
    return f"{short(place[0])} {short(place[1])}"


def short(number: float) -> str:
    """A number of pixels, to a tenth."""
    return f"{round(float(number), 1) + 0.0:g}"
