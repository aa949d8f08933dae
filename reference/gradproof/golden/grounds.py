"""Where in a picture a change of its arrows may show, and where nothing explains one.

Each panel's JSON holds where its axes stand in the figure. What is drawn may then be
placed in the PNG, if that shows the whole figure. An arrow is drawn within its length
of its point, whatever its direction and pivot.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from gradproof.golden.clusters import Box
from gradproof.golden.document import Panel
from gradproof.golden.pairing import Floats, pair
from gradproof.golden.snapshot import Arrows
from gradproof.golden.written import close, same

HEAD = 0.0075 * 3
"""Half of Matplotlib's widest head of an arrow, and as much again, in axes' widths."""
EDGE = 3
"""Pixels around the axes that belong to them: their frame, and antialiasing."""
GROUND = ("figure", "box", "limits", "ticks")
STYLE = ("units", "scale_units", "angles", "pivot", "scale", "colours")
TEXTS = ("title", "labels")
"""What changes all pixels, those within the axes, and those around them."""
FAR = 1_000_000
"""Pixels, more than any picture has."""

Size = tuple[int, int]


class PixelPlace(NamedTuple):
    """Pixels that differ, and where they lie.

    ``where`` is inside, above, below, left or right of the axes of ``panel``, counted
    from 1, or outside of all where there are several.
    """

    where: str
    panel: int
    box: Box


def axes_boxes(panels: Sequence[Panel], size: Size) -> list[Box] | None:
    """The axes in pixels of a PNG of this size; ``None`` where that is not known."""
    boxes = [_axes(panel, size) for panel in panels]
    known = [box for box in boxes if box]
    return known if known and len(known) == len(boxes) else None


def _axes(panel: Panel, size: Size) -> Box | None:
    if not isinstance(panel, Arrows) or panel.figure is None or panel.box is None:
        return None
    dots = [pixels / inches for pixels, inches in zip(size, panel.figure, strict=True)]
    # A PNG that shows a part of the figure has another shape.
    if abs(dots[0] - dots[1]) * max(panel.figure) > 1:
        return None
    left, bottom, width, height = panel.box
    ends = (left, 1 - bottom - height, left + width, 1 - bottom)
    found = [round(end * n) for end, n in zip(ends, size * 2, strict=True)]
    return found[0], found[1], found[2], found[3]


def explained(
    old: Sequence[Panel], new: Sequence[Panel], size: Size
) -> list[Box] | None:
    """Boxes in which the changes of the panels may show; ``None`` for anywhere.

    Anywhere it is too if it is not known where the axes stand.
    """
    boxes = axes_boxes(new, size)
    if boxes is None or len(old) != len(new):
        return None
    shown: list[Box] = []
    for before, after, axes in zip(old, new, boxes, strict=True):
        if not (isinstance(before, Arrows) and isinstance(after, Arrows)):
            return None
        texts = _other(before, after, TEXTS)
        if _other(before, after, GROUND) or (texts and len(boxes) > 1):
            return None
        shown += _of_panel(before, after, axes)
        shown += _around(axes) if texts else []
    return shown


def _around(axes: Box) -> list[Box]:
    """All of the picture but for what is inside the axes."""
    left, top, right, bottom = _wider(axes, -EDGE)
    beside = (-FAR, -FAR, left, FAR), (right, -FAR, FAR, FAR)
    return [*beside, (-FAR, -FAR, FAR, top), (-FAR, bottom, FAR, FAR)]


def _other(before: Arrows, after: Arrows, keys: Sequence[str]) -> bool:
    return not all(same(getattr(before, key), getattr(after, key)) for key in keys)


def _of_panel(before: Arrows, after: Arrows, axes: Box) -> list[Box]:
    """Boxes around what changed: arrows one by one, or the axes as a whole."""
    a, b = before.values(), after.values()
    alike = not _other(before, after, STYLE)
    changed = ~close(a, b).all(axis=1) if len(a) == len(b) else np.ones(1, bool)
    if alike and not changed.any():
        return []
    plain = (before.units, before.scale_units) == ("width", None) and before.scale
    if not alike or not plain or pair(a, b).manner != "same-points":
        return [_wider(axes, EDGE)]
    rows = np.concatenate([a[changed], b[changed]])
    return list(map(_whole, _around_each(rows, before, axes)))


def _around_each(rows: Floats, panel: Arrows, axes: Box) -> Floats:
    """A square around each arrow, (N, 4), in pixels."""
    left, top, right, bottom = axes
    (x0, x1), (y0, y1) = panel.limits
    wide, high = right - left, bottom - top
    x = left + (rows[:, 0] - x0) / (x1 - x0) * wide
    y = bottom - (rows[:, 1] - y0) / (y1 - y0) * high
    lengths = np.hypot(rows[:, 2], rows[:, 3]) / float(panel.scale or 1)
    reach = (np.nan_to_num(lengths) + HEAD) * wide + EDGE
    found = np.stack([x - reach, y - reach, x + reach, y + reach], axis=1)
    return found[np.isfinite(found).all(axis=1)]


def _whole(ends: Any) -> Box:
    left, top, right, bottom = (int(end) for end in np.clip(ends, -FAR, FAR))
    return left, top, right + 1, bottom + 1


def _wider(box: Box, by: int) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def places(boxes: Sequence[Box], axes: Sequence[Box]) -> list[PixelPlace]:
    """Where boxes of pixels lie, seen from the axes."""
    return [_place(box, axes) for box in boxes]


def _place(box: Box, axes: Sequence[Box]) -> PixelPlace:
    for number, each in enumerate(axes, 1):
        if _holds(_wider(each, EDGE), box):
            return PixelPlace("inside", number, box)
    if len(axes) > 1:
        return PixelPlace("outside", 0, box)
    left, top, right, bottom = axes[0]
    sides = {
        "above": box[3] <= top,
        "below": box[1] >= bottom,
        "left": box[2] <= left,
        "right": box[0] >= right,
    }
    return PixelPlace(
        next((k for k, is_there in sides.items() if is_there), "across"), 1, box
    )


def _holds(outer: Box, inner: Box) -> bool:
    ends = (
        zip(outer[:2], inner[:2], strict=True),
        zip(inner[2:], outer[2:], strict=True),
    )
    return all(a <= b for pairs in ends for a, b in pairs)
