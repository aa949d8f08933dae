"""What a layer with a defect gives, beside what is right: the entries as colours."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.defects import part_hiding
from gradproof.defects.examples import Example
from gradproof.defects.layer_examples import LAYER_EXAMPLES
from gradproof.defects.part_hiding import LayerRun
from gradproof.defects.right_layers import IM2COL
from gradproof.figures.blocks import GAP, blocks
from gradproof.figures.palette import GREY, VERMILION
from gradproof.figures.svg import opening, short

Array = NDArray[Any]

WIDE, HIGH, CELL = 220, 160, 16
"""Pixels of a panel, at least as wide and at most as high, and of an entry at most."""

FEW, LARGE = 96, 32
"""Pixels of few entries together, and of one of them at most."""

AROUND, TOP, BELOW = 14, 50, 34
"""Pixels about the panels, above them, and below for the scale."""

LETTER = 7
"""Pixels of a letter at most."""

BLUE, WHITE = "#0072b2", "#ffffff"
"""Negative and 0; positive is vermilion, of the same palette."""

STEPS = 20
"""Colours from 0 to either end."""

FIRST: Mapping[int, tuple[slice, ...]] = {
    3: (slice(2),),
    4: (slice(1), slice(1)),
}
"""What is given of sequences, and of images with channels, by how many axes."""

IMAGE = part_hiding.IMAGES[:1, :1, :3, :4]
"""What im2col is given: few windows."""


@dataclass(frozen=True)
class Shown:
    """An array that a defect has come out otherwise, and the use in which it does.

    ``wrong`` are the entries that differ: all of them, if the shapes do. ``actual`` is
    None where nothing is.
    """

    use: str
    name: str
    actual: Array | None
    expected: Array
    wrong: NDArray[np.bool_]


@functools.cache
def shown(id: str) -> Shown | None:
    """The first array that differs to the eye, in the first use that has one.

    Uses are small and of one call, or of one after others; a loss is a number only,
    of which no picture is made.
    """
    return next(_differing(LAYER_EXAMPLES[id]), None)


def _differing(example: Example) -> Iterator[Shown]:
    for use, run in _runs(example.corrected):
        right = run(part_hiding.class_of(example.corrected))
        try:
            wrong = run(part_hiding.class_of(example.code))
        except part_hiding.RAISED:
            continue
        allowed = part_hiding.allowed_beside([value for _, value in right])
        for (name, one), (_, other) in zip(wrong, right, strict=False):
            if one is not None and other is not None:
                found = compared(use, name, one, other, allowed)
                if is_seen(found):
                    yield found


def _runs(right: str) -> Iterator[tuple[str, Any]]:
    """The uses that are tried for a right text, and what gives named arrays of each."""
    if right == IM2COL:
        sizes = part_hiding.SIZES
        yield "usual", lambda function: [("im2col", function(IMAGE, **sizes))]
        return
    for id, run in part_hiding.TRIED[right].items():
        if isinstance(run, LayerRun):
            yield id, functools.partial(_results, run)


def _results(run: LayerRun, cls: Any) -> list[tuple[str, Any]]:
    """What comes of one call, given little; or of that which comes after others."""
    use = run.use
    if use.then is None:
        use = replace(use, times=1)
    made = tuple(part[:, :1] if np.ndim(part) == 4 else part for part in use.made)
    fed = tuple(each[FIRST.get(each.ndim, ())] for each in use.fed)
    found = LayerRun(replace(use, made=made, fed=fed)).results(cls)
    return found if use.then is None else found[-1:]


def compared(use: str, name: str, actual: Any, expected: Any, allowed: float) -> Shown:
    """Two arrays, and which entries differ by more than is allowed."""
    other = np.asarray(expected, float)
    if actual is None:
        return Shown(use, name, None, other, np.ones(other.shape, bool))
    one = np.asarray(actual, float)
    wrong = np.ones(one.shape, bool)
    if one.shape == other.shape:
        same = (one == other) | (np.isnan(one) & np.isnan(other))
        wrong = ~(same | (abs(one - other) <= allowed))
    return Shown(use, name, one, other, wrong)


def is_seen(found: Shown) -> bool:
    """Whether it is of several entries, and their colours or shapes differ."""
    one, other = found.actual, found.expected
    if one is None or one.shape != other.shape:
        return True
    if other.ndim == 0:
        return False
    limit = _limit(one, other)
    return bool((_steps(one, limit) != _steps(other, limit))[found.wrong].any())


def _limit(*arrays: Array) -> float:
    """The largest magnitude of what is finite; 1 where all is 0."""
    sizes = [abs(a[np.isfinite(a)]).max(initial=0) for a in arrays]
    return float(max(sizes)) or 1.0


def _steps(values: Array, limit: float) -> Array:
    """Each value's colour, by its number from 0; beyond both ends what is no number."""
    scaled = np.where(np.isfinite(values), values / limit, 2)
    found: Array = np.rint(STEPS * scaled).astype(int)
    return found


def svg(id: str) -> str:
    """The two arrays in one scale, in words of no language."""
    found = shown(id)
    assert found is not None
    name = part_hiding.class_of(LAYER_EXAMPLES[id].corrected).__name__
    return drawn(found, (id, name), (found.name, found.name))


def drawn(found: Shown, above: Sequence[str], names: Sequence[str]) -> str:
    """Two arrays in one scale, those entries that differ framed.

    ``above`` are a title for each, or one for both; below it stand names, and shapes.
    """
    limit = _limit(*(a for a in (found.actual, found.expected) if a is not None))
    cell = min(_cell(a) for a in (found.actual, found.expected) if a is not None)
    right = _HeatMap(found.expected, cell)
    panels: list[_HeatMap | _Nothing] = [_Nothing(right), right]
    if found.actual is not None:
        panels[0] = _HeatMap(found.actual, cell, found.wrong)
    below = [f"{n}, {p.shape}" for n, p in zip(names, panels, strict=True)]
    wide = max(WIDE, *(p.size[1] for p in panels), *(LETTER * len(b) for b in below))
    bottom = TOP + max(panel.size[0] for panel in panels)
    whole = 2 * wide + 3 * AROUND
    lefts = [AROUND, 2 * AROUND + wide]
    both = "; ".join(dict.fromkeys((*above, *names)))
    lines = list(opening(whole, bottom + BELOW, both))
    for number, title in enumerate(above):
        middle = whole / 2 if len(above) == 1 else lefts[number] + wide / 2
        lines.append(_text(middle, 20, title))
    for left, panel, text in zip(lefts, panels, below, strict=True):
        lines.append(_text(left + wide / 2, 38, text))
        lines += panel.drawn(left + (wide - panel.size[1]) // 2, limit)
    lines += [*_scale(whole / 2, bottom + 12, limit), "</svg>"]
    return "\n".join(lines) + "\n"


def _cell(array: Array) -> int:
    """Pixels of an entry."""
    high, wide = _entries(array)
    return min(max(CELL, min(LARGE, FEW // max(high, wide))), HIGH // high)


def _entries(array: Array) -> tuple[int, int]:
    """How many entries high and wide, gaps included."""
    rows, columns, high, wide = blocks(array).shape
    return rows * (high + GAP) - GAP, columns * (wide + GAP) - GAP


def _text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{short(x)}" y="{y:g}" text-anchor="{anchor}">{words}</text>'


def _scale(middle: float, top: float, limit: float) -> Iterator[str]:
    """A bar of all colours, and which number is at either end."""
    yield (
        f'<linearGradient id="g"><stop stop-color="{BLUE}"/>'
        f'<stop offset=".5" stop-color="{WHITE}"/>'
        f'<stop offset="1" stop-color="{VERMILION}"/></linearGradient>'
    )
    yield (
        f'<rect x="{short(middle - 50)}" y="{top:g}" width="100" height="10"'
        ' fill="url(#g)" stroke="#999999"/>'
    )
    for side, anchor, sign in ((-1, "end", "−"), (1, "start", "")):
        # So many digits of a large number, too, and no power of ten.
        number = f"{sign}{float(f'{limit:.2g}'):g}"
        yield _text(middle + 56 * side, top + 9, number, anchor)


@dataclass(frozen=True)
class _HeatMap:
    """An array, drawn as heat maps are: a matrix, or blocks of the last two axes."""

    array: Array
    cell: int
    wrong: NDArray[np.bool_] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape

    @property
    def size(self) -> tuple[int, int]:
        high, wide = _entries(self.array)
        return self.cell * high, self.cell * wide

    def drawn(self, left: int, limit: float) -> Iterator[str]:
        """A path for each colour, the blocks' edges, and a frame in what is wrong."""
        place = f"translate({left} {TOP}) scale({self.cell})"
        yield f'<g transform="{place}" fill="none" stroke-width=".1">'
        # A square is a line as broad as long, along its middle.
        yield '<g transform="translate(0 .5)" stroke-width="1">'
        yield from self._squares(limit)
        yield "</g>"
        yield f'<path d="{"".join(self._edges())}" stroke="#999999"/>'
        if self.wrong is not None:
            places = zip(blocks(self.wrong).ravel(), self._places(), strict=True)
            frames = (f"M{x} {y}h.8v.8h-.8z" for wrong, (y, x) in places if wrong)
            yield '<g transform="translate(.1 .1)" stroke="#000000">'
            yield f'<path d="{"".join(frames)}"/>'
            yield "</g>"
        yield "</g>"

    def _squares(self, limit: float) -> Iterator[str]:
        found: dict[int, list[str]] = defaultdict(list)
        steps = blocks(_steps(self.array, limit)).ravel()
        for step, (y, x) in zip(steps, self._places(), strict=True):
            found[step].append(f"M{x} {y}h1")
        for step, squares in sorted(found.items()):
            yield f'<path d="{"".join(squares)}" stroke="{_colour(step)}"/>'

    def _places(self) -> Iterator[tuple[int, int]]:
        """Where each entry stands, in entries from the top left."""
        _, _, high, wide = shape = blocks(self.array).shape
        for row, column, y, x in np.ndindex(shape):
            yield row * (high + GAP) + y, column * (wide + GAP) + x

    def _edges(self) -> Iterator[str]:
        rows, columns, high, wide = blocks(self.array).shape
        for row, column in np.ndindex(rows, columns):
            corner = f"M{column * (wide + GAP)} {row * (high + GAP)}"
            yield f"{corner}h{wide}v{high}h-{wide}z"


@dataclass(frozen=True)
class _Nothing:
    """Where an array should be."""

    expected: _HeatMap
    shape = None

    @property
    def size(self) -> tuple[int, int]:
        return self.expected.size

    def drawn(self, left: int, _: float) -> Iterator[str]:
        """An outline of it."""
        high, wide = self.size
        yield (
            f'<rect x="{left}" y="{TOP}" width="{wide}" height="{high}" fill="none"'
            ' stroke="#000000" stroke-dasharray="4 4"/>'
        )


def _colour(step: int) -> str:
    """From blue over white to vermilion; grey for what is no number."""
    if abs(step) > STEPS:
        return GREY
    ends = [_rgb(end) for end in (WHITE, BLUE if step < 0 else VERMILION)]
    share = abs(step) / STEPS
    mixed = (round(a + share * (b - a)) for a, b in zip(*ends, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _rgb(colour: str) -> Sequence[int]:
    return bytes.fromhex(colour[1:])
