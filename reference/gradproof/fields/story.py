"""The story in three pictures, as SVG: the faulty call's field, the right one, both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof import corrected, sample
from gradproof.fields.demonstration import DrawnField, observe
from gradproof.figures.canvas import GREY, VERMILION
from gradproof.numerics import functions

Array = NDArray[Any]

SIDE, GAP, TOP = 240, 16, 44
"""A panel's side, what lies between two, and what is above them, in pixels."""

REACH = 2.6
"""The axes go from −REACH to REACH: half a cell beyond the grid."""

PER_UNIT = 5.0
"""Pixels for an arrow of length 1: the longest, 2√2, goes a little beyond a cell."""


def svg() -> str:
    """The three panels side by side, with numbers that are rounded to 0.1 pixels."""
    f, function = sample.function_xy, functions.product
    faulty = observe(sample.faulty_field, f, function)
    right = observe(corrected.right_field, f, function)
    wrong, total = int(faulty.wrong.sum()), faulty.wrong.size
    panels = (
        ("f = x0·x1 as the faulty call draws it", faulty, -faulty.gradient, GREY),
        ("as it should be", right, -right.gradient, GREY),
        (
            f"the difference: {wrong} of {total} arrows",
            right,
            faulty.gradient - right.gradient,
            VERMILION,
        ),
    )
    width, height = 3 * SIDE + 4 * GAP, TOP + SIDE + GAP
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" role="img" font-family="sans-serif"'
        ' font-size="12">',
        f"<title>{'; '.join(title for title, *_ in panels)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for number, (title, field, arrows, colour) in enumerate(panels):
        left = GAP + number * (SIDE + GAP)
        lines += _panel(left, title, field, arrows, colour)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _panel(
    left: int, title: str, field: DrawnField, arrows: Array, colour: str
) -> Iterator[str]:
    yield f'<text x="{left + SIDE / 2:g}" y="28" text-anchor="middle">{title}</text>'
    yield f'<g transform="translate({left} {TOP})" stroke="{colour}" fill="{colour}">'
    yield f'<rect width="{SIDE}" height="{SIDE}" fill="none" stroke="#bbbbbb"/>'
    cell = SIDE / (2 * REACH)
    for x, y, u, v in zip(
        np.ravel(field.x), np.ravel(field.y), *np.reshape(arrows, (2, -1)), strict=True
    ):
        # The pixels' second axis points down.
        start = np.array([(x + REACH) * cell, (REACH - y) * cell])
        yield _arrow(start, PER_UNIT * np.array([u, -v]))
    yield "</g>"


def _arrow(start: Array, step: Array) -> str:
    """A shaft and two barbs, each a third of it; a dot where nothing is drawn."""
    length = float(np.hypot(*step))
    if length < 0.5:
        x, y = start
        return f'<circle cx="{_short(x)}" cy="{_short(y)}" r="0.7" stroke="none"/>'
    end, along = start + step, step / length
    across = np.array([-along[1], along[0]])
    back = min(length / 3, 3.0)
    barbs = [end - back * (along + side * 0.5 * across) for side in (1, -1)]
    path = f"M{_at(start)}L{_at(end)}M{_at(barbs[0])}L{_at(end)}L{_at(barbs[1])}"
    return f'<path d="{path}" fill="none"/>'


def _at(place: Array) -> str:
    return f"{_short(place[0])} {_short(place[1])}"


def _short(number: float) -> str:
    return f"{round(float(number), 1) + 0.0:g}"
