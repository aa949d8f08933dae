"""A gradient's entries as colours: what came, what is due, and what is between.

A matrix is drawn as it is written. Of more axes the last two make blocks: those of
the third last stand side by side, those of all before it below each other. A frame
is around what is wrong in each block.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, MaxNLocator

from gradproof.figures.blocks import GAP, Blocks, blocks
from gradproof.figures.canvas import canvas
from gradproof.figures.captions import ENGLISH, Captions
from gradproof.golden.entries import Entries, Floats, Mask

COLOURS = "PuOr_r"
"""From violet over white to orange: told apart with any colour vision (ColorBrewer)."""
DPI = 100
PANEL = 320
"""Pixels that a panel is wide or high at most, where an entry has more than one."""
CELL = 40
"""Pixels of an entry at most."""
LEFT, TOP, BETWEEN, BELOW, BAR = 70, 40, 40, 50, 14
"""Pixels around the panels, and of the bars of colours."""
FRAME = 2
INSIDE = 1e-6
"""Pixels that a panel keeps within its pixels: what rounding puts just beyond one,
some Matplotlibs stretch over the next."""


@dataclass(frozen=True)
class _Layout:
    """Where the entries of blocks stand, in entries from the top left."""

    rows: int
    columns: int
    height: int
    width: int

    @property
    def size(self) -> tuple[int, int]:
        """How many entries high and wide, gaps included."""
        high = self.rows * (self.height + GAP) - GAP
        wide = self.columns * (self.width + GAP) - GAP
        return max(high, 1), max(wide, 1)

    @property
    def cell(self) -> int:
        """Pixels of an entry."""
        return max(1, min(CELL, PANEL // max(self.size)))

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """Where a block begins."""
        return row * (self.height + GAP), column * (self.width + GAP)

    def corners(self) -> Iterator[tuple[int, int]]:
        for place in np.ndindex(self.rows, self.columns):
            yield self.corner(*place)


def draw(entries: Entries, captions: Captions = ENGLISH) -> Figure:
    """Three panels: actual and expected in one scale, their difference in its own.

    Both scales reach as far above 0 as below. An entry that is no number is black; a
    difference that is as small as it may be is none.
    """
    layout = _Layout(*blocks(entries.actual).shape)
    high, wide = (layout.cell * n for n in layout.size)
    width = LEFT + 3 * wide + 2 * BETWEEN + LEFT // 2
    height = TOP + high + BELOW + BAR + BELOW
    with canvas(captions.font, figsize=(width / DPI, height / DPI), dpi=DPI) as figure:
        values = _limit(entries.actual, entries.expected)
        off = np.where(entries.wrong, entries.actual - entries.expected, 0.0)
        counts = {"count": int(entries.wrong.sum()), "total": entries.wrong.size}
        actual = captions.text("actual", title=entries.title)
        panels = (
            (actual, entries.actual, values),
            (captions.text("expected"), entries.expected, values),
            (captions.text("difference", **counts), off, _limit(off)),
        )
        for number, (title, array, limit) in enumerate(panels):
            left = LEFT + number * (wide + BETWEEN)
            axes = _axes(figure, left, TOP, wide, high)
            axes.set_title(title, fontsize="small")
            _panel(axes, layout, blocks(array), blocks(entries.wrong), limit)
            _labels(axes, layout, entries.shape, captions, first=number == 0)
            bar = _axes(figure, left, TOP + high + BELOW, wide, BAR)
            figure.colorbar(_colours(limit), cax=bar, orientation="horizontal")
            bar.xaxis.set_major_locator(MaxNLocator(3))
            bar.tick_params(length=0, labelsize="x-small")
    return figure


def _limit(*arrays: Floats) -> float:
    """The largest magnitude of what is finite; 1 where all is 0."""
    sizes = [float(np.nanmax(np.abs(a), initial=0)) for a in arrays]
    return max(sizes) or 1.0


def _axes(figure: Figure, left: int, top: int, width: int, height: int) -> Axes:
    """Axes at pixels from the top left."""
    across, down = figure.get_size_inches() * DPI
    x, y = left + INSIDE, down - (top + height) + INSIDE
    wide, high = width - 2 * INSIDE, height - 2 * INSIDE
    return figure.add_axes((x / across, y / down, wide / across, high / down))


def _colours(limit: float) -> ScalarMappable:
    return ScalarMappable(Normalize(-limit, limit), COLOURS)


def _panel(
    axes: Axes, layout: _Layout, values: Blocks, wrong: Blocks, limit: float
) -> None:
    """Every entry a square of its colour, and a frame in each block that is wrong."""
    high, wide = layout.size
    picture = np.ones((high, wide, 4))
    colours = _colours(limit)
    shape = layout.height, layout.width
    for place, (top, left) in zip(
        np.ndindex(layout.rows, layout.columns), layout.corners(), strict=True
    ):
        block = values[place]
        inside = slice(top, top + shape[0]), slice(left, left + shape[1])
        picture[inside] = np.where(
            np.isfinite(block)[..., None], colours.to_rgba(block), (0.0, 0.0, 0.0, 1.0)
        )
        _rectangle(axes, (top, left), shape, "#999999", 1)
        _frame(axes, wrong[place], top, left)
    axes.imshow(picture, interpolation="nearest", aspect="auto")
    axes.set(xlim=(-0.5, wide - 0.5), ylim=(high - 0.5, -0.5))
    for spine in axes.spines.values():
        spine.set_visible(False)


def _frame(axes: Axes, wrong: Mask, top: int, left: int) -> None:
    """The smallest rectangle around what is wrong in a block."""
    places = np.argwhere(wrong)
    if not places.size:
        return
    (y, x), (bottom, right) = places.min(axis=0), places.max(axis=0)
    size = (bottom - y + 1, right - x + 1)
    _rectangle(axes, (top + y, left + x), size, "black", FRAME)


def _rectangle(
    axes: Axes, corner: tuple[int, int], size: tuple[int, int], color: str, width: int
) -> None:
    """A frame at entries from the top left, so many entries high and wide."""
    (top, left), (high, wide) = corner, size
    edge = (left - 0.5, top - 0.5)
    frame = Rectangle(edge, wide, high, fill=False, color=color, lw=width, zorder=3)
    frame.set_clip_on(False)
    axes.add_patch(frame)


def _labels(
    axes: Axes,
    layout: _Layout,
    shape: tuple[int, ...],
    captions: Captions,
    *,
    first: bool,
) -> None:
    """The indices along both sides: of entries, or of blocks if there are several."""
    axes.tick_params(length=0, labelsize="x-small", labelleft=first)
    if layout.rows == layout.columns == 1:
        axes.xaxis.set_major_locator(FixedLocator(_some(range(layout.width))))
        rows = range(layout.height) if len(shape) > 1 else ()
        axes.yaxis.set_major_locator(FixedLocator(_some(rows)))
        return
    high, wide = (n / 2 - 0.5 for n in (layout.height, layout.width))
    tops = [layout.corner(row, 0)[0] + high for row in range(layout.rows)]
    lefts = [layout.corner(0, column)[1] + wide for column in range(layout.columns)]
    axes.set_xticks(lefts, [str(n) for n in range(layout.columns)])
    axes.set_yticks(tops, [str(n) for n in range(layout.rows)])
    last = len(shape) - 3
    axes.set_xlabel(captions.text("blocks", axis=last), fontsize="x-small")
    if first and last:
        name = "blocks" if last == 1 else "blocks-of"
        axes.set_ylabel(captions.text(name, axis=last - 1), fontsize="x-small")


def _some(indices: Sequence[int]) -> Sequence[int]:
    """At most a dozen of them, evenly spaced."""
    return indices[:: max(1, math.ceil(len(indices) / 12))]
