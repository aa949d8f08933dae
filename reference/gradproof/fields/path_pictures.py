"""Where an optimizer with a defect leads over the book's valley, and a right one."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.defects.examples import defined
from gradproof.defects.right_optimizers import LISTED
from gradproof.defects.update_examples import EXAMPLES
from gradproof.evidence.valley import RATES, START, STEPS, slope
from gradproof.figures.palette import GREY, VERMILION
from gradproof.figures.svg import TitledPanel, short, side_by_side

Array = NDArray[Any]

WIDE, HIGH, TOP = 250, 100, 32
"""A panel's sides, and what is above it, in pixels."""

REACH = np.array([10.0, 4.0])
"""How far x and y go in a panel; what goes beyond is cut off."""

LEVELS = (0.25, 1.0, 2.5, 5.0, 8.0, 12.0)
"""Values of x²/20 + y² whose lines are drawn."""

VISIBLE = 1.0
"""Pixels by which two paths have to differ to be seen to."""

LIMIT = 2.0
"""What gradients are cut to: less than that at the start."""


@functools.cache
def visible(id: str) -> bool:
    """Whether the path of the example differs from the right one in a picture."""
    wrong, right = paths(id)
    if len(wrong) != len(right):
        return True
    return bool((np.hypot(*(pixels(wrong) - pixels(right)).T) >= VISIBLE).any())


def paths(id: str) -> tuple[Array, Array]:
    """Where the example of a defect leads, and where it does when mended."""
    example = EXAMPLES[id]
    listed = example.corrected == LISTED
    return _path(example.code, listed), _path(example.corrected, listed)


def _path(code: str, listed: bool) -> Array:
    """The start and the place after each update, as far as these are numbers.

    It is the path of a second optimizer, after that of a first.
    """
    cls = list(defined(code).values())[-1]
    with np.errstate(all="ignore"):
        for _ in range(2):
            found = np.array(list(walked(cls(**_numbers(cls.__name__)), listed)))
    return found


def _numbers(name: str) -> Mapping[str, float]:
    if name == "ClippedSGD":
        return {"lr": RATES["sgd"], "max_norm": LIMIT}
    return {"lr": RATES[name.lower()]}


def walked(optimizer: Any, listed: bool) -> Iterator[Array]:
    """x and y are parameters of their own, as the book has it."""
    place = [np.array(START[:1]), np.array(START[1:])]
    for _ in range(STEPS + 1):
        yield np.concatenate(place)
        steps = np.split(slope(np.concatenate(place)), 2)
        if listed:
            optimizer.update(list(place), steps)
        else:
            given = dict(enumerate(place))
            optimizer.update(given, dict(enumerate(steps)))
            place = list(given.values())
        if not np.isfinite(place).all():
            return


def pixels(path: Array) -> Array:
    """Places in a panel; the second axis of pixels points down."""
    sides = np.array([WIDE, HIGH]) / 2
    found: Array = sides + np.clip(path / REACH, -9, 9) * [1, -1] * sides
    return found


def svg(id: str) -> str:
    """The two paths, one panel each: in words of no language."""
    rule = EXAMPLES[id].corrected.split(":")[0].removeprefix("class ")
    return beside((id, rule), *paths(id))


def beside(titles: Sequence[str], wrong: Array, right: Array) -> str:
    """Two paths over the valley."""
    panels = [
        TitledPanel(title, f'fill="none" stroke="{colour}"', _drawn(path, colour))
        for title, path, colour in zip(
            titles, (wrong, right), (VERMILION, GREY), strict=True
        )
    ]
    return side_by_side(panels, (WIDE, HIGH), TOP)


def _drawn(path: Array, colour: str) -> Iterator[str]:
    """The valley's lines, and a path with its places."""
    yield f'<rect width="{WIDE}" height="{HIGH}" stroke="#bbbbbb"/>'
    for level in LEVELS:
        wide = math.sqrt(20 * level) * WIDE / (2 * REACH[0])
        high = math.sqrt(level) * HIGH / (2 * REACH[1])
        yield (
            f'<ellipse cx="{WIDE / 2:g}" cy="{HIGH / 2:g}" rx="{short(wide)}"'
            f' ry="{short(high)}" stroke="#cccccc"/>'
        )
    places = [f"{short(x)},{short(y)}" for x, y in pixels(path)]
    yield f'<polyline points="{" ".join(places)}"/>'
    for place in places:
        x, y = place.split(",")
        yield f'<circle cx="{x}" cy="{y}" r="1.6" fill="{colour}"/>'
