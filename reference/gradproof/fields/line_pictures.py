"""Curves over t, and the places around x where f is asked, in two panels each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.figures.palette import GREY, VERMILION
from gradproof.figures.svg import TitledPanel, short, side_by_side

Array = NDArray[Any]

WIDE, HIGH, TOP = 270, 120, 32
"""A panel's sides, and what is above it, in pixels."""

ROOM = 1.15
"""By how much a panel reaches beyond what is right in it."""

STEPS = 2.0
"""How many steps a panel of places reaches."""

LIGHT = "#bbbbbb"


def curves(
    titles: Sequence[str], wrong: Array, right: Array, under: Array | None = None
) -> str:
    """Two curves in one scale, each above another one if there is one ``under``."""
    seen = [a[np.isfinite(a)] for a in (wrong, right, under) if a is not None]
    limit = ROOM * float(max(abs(a).max(initial=0) for a in seen)) or 1.0
    panels = []
    for curve, colour in ((wrong, VERMILION), (right, GREY)):
        lines = [_line(0, HIGH / 2, WIDE), *_numbers(limit)]
        if under is not None:
            lines.append(_curve(under, limit, LIGHT))
        panels.append([*lines, _curve(curve, limit, colour)])
    return _beside(titles, panels)


def places(titles: Sequence[str], wrong: Array, right: Array) -> str:
    """Where f was asked, in steps from x; those that are not right are marked."""
    due = {tuple(place) for place in np.rint(right)}
    panels = []
    for found in (wrong, right):
        lines = [_line(0, HIGH / 2, WIDE), _line(WIDE / 2, 0, 0, HIGH)]
        for x, y in found:
            extra = tuple(np.rint((x, y))) not in due
            at = f'cx="{short(WIDE / 2 + x * 40)}" cy="{short(HIGH / 2 - y * 40)}"'
            colour = VERMILION if extra else GREY
            lines.append(f'<circle {at} r="5" fill="{colour}" stroke="none"/>')
        panels.append(lines)
    return _beside(titles, panels)


def _beside(titles: Sequence[str], panels: Sequence[Sequence[str]]) -> str:
    """Two panels, each below its title, in a frame."""
    frame = f'<rect width="{WIDE}" height="{HIGH}" stroke="{LIGHT}"/>'
    framed = [
        TitledPanel(title, 'fill="none"', [frame, *panel])
        for title, panel in zip(titles, panels, strict=True)
    ]
    return side_by_side(framed, (WIDE, HIGH), TOP)


def _line(x: float, y: float, wide: float, high: float = 0) -> str:
    path = f"M{short(x)} {short(y)}h{short(wide)}v{short(high)}"
    return f'<path d="{path}" stroke="{LIGHT}" stroke-dasharray="3 3"/>'


def _numbers(limit: float) -> Iterator[str]:
    """How far up and down the panel goes."""
    for y, number in ((11, limit), (HIGH - 3, -limit)):
        text = f"{number:.2g}".replace("-", "−")
        yield f'<text x="3" y="{y}" font-size="10" fill="{GREY}">{text}</text>'


def _curve(values: Array, limit: float, colour: str) -> str:
    across = np.linspace(0, WIDE, len(values))
    down = HIGH / 2 * (1 - values / limit)
    points = (f"{short(x)},{short(y)}" for x, y in zip(across, down, strict=True))
    return f'<polyline points="{" ".join(points)}" stroke="{colour}" stroke-width="2"/>'
