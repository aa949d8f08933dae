"""What a routine with a defect would draw, beside what is right: a picture of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.defects.catalogue import CATALOGUE
from gradproof.defects.hiding import hiding, routine_of
from gradproof.figures.palette import GREY, VERMILION
from gradproof.figures.svg import TitledPanel, arrow, short, side_by_side
from gradproof.numerics import error_bounds
from gradproof.numerics.functions import Function

Array = NDArray[Any]

SIDE, TOP = 170, 36
"""A panel's side, and what is above it, in pixels."""

AXIS = np.linspace(-2.0, 2.0, 7)
"""Where arrows begin, along each axis. Nothing is drawn beyond 2.6."""

REACH = 2.6
POINTS = np.array([[x, y] for x in AXIS for y in AXIS])

LONGEST = 22.0
"""Pixels of the longest right arrow; a wrong one is cut off at three times that."""

TITLES = ("{id}, f = {f}", "−∇f")
"""Above the two panels: of no language, since pages of each show them."""


def shown(id: str) -> Function | None:
    """A function whose field shows a defect, if there is one that was tried."""
    found = hiding(id)
    return found.shows[0] if found is not None and found.shows else None


def svg(id: str) -> str:
    """The field of −∇f as the defect's example has it, and as it is."""
    f = shown(id)
    assert f is not None
    right = np.asarray(error_bounds.central(f, POINTS).gradient)
    titles = [title.format(id=id, f=f.text) for title in TITLES]
    return beside(titles, POINTS, -drawn(id, f), -right)


def beside(titles: Sequence[str], points: Array, wrong: Array, right: Array) -> str:
    """Two fields of arrows at points of the plane, in the scale of the right one."""
    scale = LONGEST / float(np.hypot(*right.T).max())
    panels = [
        TitledPanel(
            title,
            f'stroke="{colour}" fill="{colour}"',
            _arrows(points, scale * steps),
        )
        for title, steps, colour in zip(
            titles, (wrong, right), (VERMILION, GREY), strict=True
        )
    ]
    return side_by_side(panels, (SIDE, SIDE), TOP, ' font-size="10"')


def drawn(id: str, f: Function) -> Array:
    """What its example gives at the points, NaN where it gives no numbers."""
    routine = routine_of(CATALOGUE[id])
    try:
        with np.errstate(all="ignore"):
            if CATALOGUE[id].role == "gradient":
                found = routine(f.point, POINTS.copy())
            else:
                found = [routine(f.point, point.copy()) for point in POINTS]
            return np.broadcast_to(np.array(found, dtype=float), POINTS.shape)
    except (ValueError, TypeError, IndexError):
        return np.full(POINTS.shape, np.nan)


def _arrows(points: Array, steps: Array) -> Iterator[str]:
    yield f'<rect width="{SIDE}" height="{SIDE}" fill="none" stroke="#bbbbbb"/>'
    cell = SIDE / (2 * REACH)
    for (x, y), (u, v) in zip(points, steps, strict=True):
        # The pixels' second axis points down.
        start = np.array([(x + REACH) * cell, (REACH - y) * cell])
        step = np.array([u, -v])
        if np.isfinite(step).all():
            long = float(np.hypot(*step)) / (3 * LONGEST)
            yield arrow(start, step / max(1.0, long))
        else:
            x, y = map(short, start)
            yield f'<text x="{x}" y="{y}" stroke="none">?</text>'
