"""Where in a picture pixels differ: a box around each cluster of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Box = tuple[int, int, int, int]
"""Left, top, right and bottom of pixels, the last two exclusive."""

CELL = 12
"""Pixels that lie closer than this, or in touching cells of this size, are one."""
CELLS = 64
"""Cells along the longer side at most, so that large pictures take no longer."""
MOST = 12
"""Clusters that are told apart; of more, those that are near are taken together."""


def clusters(mask: Mask) -> tuple[Box, ...]:
    """The boxes of the clusters of a mask (height, width), by rows; none overlap."""
    cell = max(CELL, -(-max(mask.shape) // CELLS))
    while True:
        found = _apart([_inside(mask, cells, cell) for cells in _touching(mask, cell)])
        if len(found) <= MOST:
            return tuple(sorted(found, key=lambda box: (box[1], box[0])))
        cell *= 2


def _touching(mask: Mask, cell: int) -> Iterator[list[tuple[int, int]]]:
    """The cells that hold something, in groups that touch, corners included."""
    rows, columns = np.nonzero(mask)
    cells = {*zip((rows // cell).tolist(), (columns // cell).tolist(), strict=True)}
    while cells:
        group = [cells.pop()]
        for row, column in group:
            near = {(row + y, column + x) for y in (-1, 0, 1) for x in (-1, 0, 1)}
            group.extend(near & cells)
            cells -= near
        yield group


def _inside(mask: Mask, cells: list[tuple[int, int]], cell: int) -> Box:
    """The smallest box around what a group of cells holds."""
    corners = np.array(cells) * cell
    top, left = corners.min(axis=0)
    bottom, right = corners.max(axis=0) + cell
    own = np.zeros_like(mask[top:bottom, left:right])
    for y, x in corners - (top, left):
        own[y : y + cell, x : x + cell] = True
    own &= mask[top:bottom, left:right]
    ys, xs = (np.flatnonzero(own.any(axis=axis)) for axis in (1, 0))
    first, last = (int(left + xs[0]), int(top + ys[0])), (left + xs[-1], top + ys[-1])
    return (*first, int(last[0]) + 1, int(last[1]) + 1)


def _apart(boxes: list[Box]) -> list[Box]:
    """The boxes, those that overlap as one."""
    apart: list[Box] = []
    for box in boxes:
        while crossed := next((b for b in apart if overlap(b, box)), None):
            apart.remove(crossed)
            box = _around(crossed, box)
        apart.append(box)
    return apart


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes have a pixel in common."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _around(a: Box, b: Box) -> Box:
    left, top = min(a[0], b[0]), min(a[1], b[1])
    return left, top, max(a[2], b[2]), max(a[3], b[3])
