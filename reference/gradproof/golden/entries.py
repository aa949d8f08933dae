"""A gradient beside the one that is due, entry by entry, as data."""

from __future__ import annotations

from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

Entry = tuple[tuple[int, ...], float | None, float | None, bool]


class Entries(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a heat map of one array shows.

    ``entries`` holds of each its indices, the actual value, the expected one, and
    whether they are further apart than they may be; ``None`` is not a finite number.
    """

    ROWS: ClassVar[str] = "entries"
    COLUMNS: ClassVar[str] = "[indices, actual, expected, wrong]"

    title: str
    shape: tuple[int, ...]
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        """Raises ValueError unless each entry of the shape is there once, in order."""
        if [place for place, *_ in self.entries] != list(np.ndindex(self.shape)):
            raise ValueError(f"these are not the entries of an array {self.shape}")

    @property
    def actual(self) -> Floats:
        """The actual values, in their shape, NaN for ``None``."""
        return self.values()[:, 0].reshape(self.shape)

    @property
    def expected(self) -> Floats:
        """The expected values, in their shape."""
        return self.values()[:, 1].reshape(self.shape)

    @property
    def wrong(self) -> Mask:
        """Which entries are wrong, in their shape."""
        return self.values()[:, 2].astype(bool).reshape(self.shape)

    def values(self) -> Floats:
        """Actual, expected and wrong as the columns of an array (N, 3)."""
        rows = [
            (actual, expected, wrong) for _, actual, expected, wrong in self.entries
        ]
        return np.array(rows, dtype=float).reshape(-1, 3)


def entries(
    title: str, actual: ArrayLike, expected: ArrayLike, wrong: ArrayLike
) -> Entries:
    """The entries of three arrays. Raises ValueError unless they have one shape."""
    arrays = [np.asarray(a) for a in (actual, expected, wrong)]
    shapes = [a.shape for a in arrays]
    if len(set(shapes)) != 1:
        raise ValueError(f"actual, expected and wrong must have one shape; {shapes}")
    return Entries(
        title=title,
        shape=shapes[0],
        entries=tuple(
            (place, _finite(was), _finite(right), bool(off))
            for place, was, right, off in zip(
                np.ndindex(shapes[0]), *map(np.ravel, arrays), strict=True
            )
        ),
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
