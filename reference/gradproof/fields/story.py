"""The story in pictures, as SVG: the faulty call's field, the right one, both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof import corrected, sample
from gradproof.fields.demonstration import DrawnField, observe
from gradproof.figures.palette import GREY, VERMILION
from gradproof.figures.svg import arrow, opening
from gradproof.numerics import functions
from gradproof.numerics.functions import Function
from gradproof.report.messages import Language

Array = NDArray[Any]

SIDE, GAP, TOP = 240, 16, 44
"""A panel's side, what lies between two, and what is above them, in pixels."""

REACH = 2.6
"""The axes go from −REACH to REACH: half a cell beyond the grid."""

PER_UNIT = 5.0
"""Pixels for an arrow of length 1: the longest, 2√2, goes a little beyond a cell."""


TITLES: dict[Language, tuple[str, str, str]] = {
    "en": (
        "f = {f} as the faulty call draws it",
        "as it should be",
        "the difference: {wrong} of {total} arrows",
    ),
    "ja": ("f = {f}: 誤った呼び出しの図", "正しい図", "差: {total} 本中 {wrong} 本"),
}
"""What stands above the panels, by language."""

CELL, SHOWN = 44, 5
"""The width of a cell of an array in pixels, and how many columns are shown."""


def pictures() -> dict[str, str]:
    """All of them by the names of their files: of Japanese ones with .ja."""
    made = {"story": svg, "story-hidden": hidden, "story-arrays": arrays}
    endings: dict[Language, str] = {"en": "", "ja": ".ja"}
    return {
        f"images/{name}{ending}.svg": picture(language)
        for name, picture in made.items()
        for language, ending in endings.items()
    }


def svg(language: Language = "en") -> str:
    """The book's script for x0·x1, which shows that it is wrong."""
    return _comparison(sample.function_xy, functions.product, "x0·x1", language)


def hidden(language: Language = "en") -> str:
    """The same for the book's own function, which hides it."""
    f = sample.function_2
    return _comparison(f, functions.sum_of_squares, "x0² + x1²", language)


def _comparison(
    f: Callable[[Array], Any], function: Function, text: str, language: Language
) -> str:
    """The three panels side by side, with numbers that are rounded to 0.1 pixels."""
    faulty = observe(sample.faulty_field, f, function)
    right = observe(corrected.right_field, f, function)
    named = {"f": text, "wrong": int(faulty.wrong.sum()), "total": faulty.wrong.size}
    titles = [title.format(**named) for title in TITLES[language]]
    panels = (
        (faulty, -faulty.gradient, GREY),
        (right, -right.gradient, GREY),
        (right, faulty.gradient - right.gradient, VERMILION),
    )
    width, height = 3 * SIDE + 4 * GAP, TOP + SIDE + GAP
    lines = list(opening(width, height, "; ".join(titles)))
    for number, (title, panel) in enumerate(zip(titles, panels, strict=True)):
        lines += _panel(GAP + number * (SIDE + GAP), title, *panel)
    return "\n".join([*lines, "</svg>"]) + "\n"


ARRAYS: dict[Language, tuple[str, str]] = {
    "en": (
        "np.array([X, Y]): what f is given",
        "np.array([X, Y]).T: what f should get",
    ),
    "ja": ("np.array([X, Y]): f に渡されるもの", "np.array([X, Y]).T: 渡すべきもの"),
}
"""What stands above the arrays."""


def arrays(language: Language = "en") -> str:
    """What numerical_gradient takes for a point: a row, of either array."""
    faulty, right = ARRAYS[language]
    width, height = 3 * SIDE + 4 * GAP, 40 + (SHOWN + 1) * 28 + GAP
    cells = [[f"x{i},{n}" for n in range(1, SHOWN + 1)] + ["…"] for i in (0, 1)]
    turned = [list(column) for column in zip(*cells, strict=True)]
    lines = [
        *opening(width, height, f"{faulty}; {right}"),
        *_array(GAP, faulty, cells, VERMILION),
        *_array(480, right, turned, GREY),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _array(left: int, title: str, cells: list[list[str]], colour: str) -> Iterator[str]:
    """An array with a frame about each row."""
    yield f'<text x="{left}" y="24">{title}</text>'
    for row, numbers in enumerate(cells):
        top = 40 + 28 * row
        for column, number in enumerate(numbers):
            x = left + CELL * (column + 0.5)
            yield f'<text x="{x:g}" y="{top + 16}" text-anchor="middle">{number}</text>'
        yield (
            f'<rect x="{left}" y="{top}" width="{CELL * len(numbers)}" height="23"'
            f' rx="5" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        )


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
        yield arrow(start, PER_UNIT * np.array([u, -v]))
    yield "</g>"
