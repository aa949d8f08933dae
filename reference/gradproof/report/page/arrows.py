"""Arrows as paths of SVG, which take the colours of the page that they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

SIZE = 300.0
"""Units between the first and the last arrow."""
HEAD = 0.32
"""Share of an arrow's length that its head takes, and at most so many units:"""
LONGEST_HEAD = 7.0


@dataclass(frozen=True, eq=False)
class ArrowPanel:
    """Arrows (N, 2) at their places (N, 2), and which of them are wrong."""

    title: str
    at: Array
    arrows: Array
    wrong: Mask


@dataclass(frozen=True)
class Drawing:
    """The paths of a panel; ``low`` and ``high`` are the ends of both axes."""

    title: str
    plain: str
    wrong: str
    low: str
    high: str


def drawings(*panels: ArrowPanel) -> list[Drawing]:
    """The panels at one scale, that of the last; as Matplotlib's quiver chooses it."""
    shown = panels[-1]
    lengths = np.hypot(*shown.arrows.T)
    finite = lengths[np.isfinite(lengths)]
    mean = float(finite.mean()) if finite.size else 0.0
    scale = 1.8 * mean * max(10.0, float(np.sqrt(len(lengths)))) or 1.0
    low, high = float(shown.at.min()), float(shown.at.max())
    return [_drawing(panel, scale, low, high) for panel in panels]


def _drawing(panel: ArrowPanel, scale: float, low: float, high: float) -> Drawing:
    across = high - low or 1.0
    starts = SIZE * (panel.at - low) / across
    moves = SIZE * panel.arrows / scale
    plain, wrong = (
        "".join(_paths(starts[which], moves[which]))
        for which in (~panel.wrong, panel.wrong)
    )
    return Drawing(panel.title, plain, wrong, f"{low:g}", f"{high:g}")


def _paths(starts: Array, moves: Array) -> Iterator[str]:
    """Lines from the bottom left; a zero arrow is a dot, what is not finite nothing."""
    for (x, y), (u, v) in zip(starts, moves, strict=True):
        if not np.isfinite([x, y, u, v]).all():
            continue
        yield f"M{_at(x, y)}l{_by(u, v)}"
        length = float(np.hypot(u, v))
        if length < 1:
            continue
        back = -min(HEAD * length, LONGEST_HEAD) / length
        for turn in (0.4, -0.4):
            along = back * (u - turn * v), back * (v + turn * u)
            yield f"m{_by(*along)}L{_at(x + u, y + v)}"


def _at(x: Any, y: Any) -> str:
    return f"{x:.1f} {SIZE - y:.1f}"


def _by(u: Any, v: Any) -> str:
    return f"{u:.1f} {-v:.1f}"
