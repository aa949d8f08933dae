"""A path as data: the points to which its steps led."""

from __future__ import annotations

from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

Point = tuple[float | None, float | None]


class Points(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A path by what it is the path of; ``None`` is not a finite number."""

    ROWS: ClassVar[str] = "points"
    COLUMNS: ClassVar[str] = "[x, y]"

    title: str
    points: tuple[Point, ...]

    def values(self) -> Floats:
        """The points as the rows of an array (N, 2), NaN for ``None``."""
        return np.array(self.points, dtype=float).reshape(-1, 2)


def points(title: str, places: ArrayLike) -> Points:
    """The path through ``places`` (N, 2)."""
    rows = np.asarray(places, dtype=float).reshape(-1, 2)
    return Points(
        title=title,
        points=tuple((_finite(x), _finite(y)) for x, y in rows),
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
