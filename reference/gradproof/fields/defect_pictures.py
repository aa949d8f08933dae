"""What a routine with a defect would draw, beside what is right: a picture of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.defects.catalogue import CATALOGUE
from gradproof.defects.hiding import hiding, routine_of
from gradproof.figures.palette import GREY, VERMILION
from gradproof.figures.svg import arrow, opening, short
from gradproof.numerics import error_bounds
from gradproof.numerics.functions import Function

Array = NDArray[Any]

SIDE, GAP, TOP = 170, 14, 36
"""A panel's side, what lies between two, and what is above them, in pixels."""

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
    width, height = 2 * SIDE + 3 * GAP, TOP + SIDE + GAP
    lines = [
        *opening(width, height, "; ".join(titles)),
        *_panel(GAP, titles[0], points, scale * wrong, VERMILION),
        *_panel(2 * GAP + SIDE, titles[1], points, scale * right, GREY),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


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


def _panel(
    left: int, title: str, points: Array, steps: Array, colour: str
) -> Iterator[str]:
    middle = left + SIDE / 2
    yield (
        f'<text x="{middle:g}" y="22" font-size="10" text-anchor="middle">'
        f"{title}</text>"
    )
    # An inner picture cuts off what goes beyond it.
    yield (
        f'<svg x="{left}" y="{TOP}" width="{SIDE}" height="{SIDE}"'
        f' stroke="{colour}" fill="{colour}">'
    )
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
    yield "</svg>"
