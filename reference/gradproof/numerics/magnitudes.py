"""How large numbers are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def largest(numbers: ArrayLike) -> float:
    """The largest magnitude of them, (…): of none 0, and of NaN among them NaN."""
    return float(np.max(np.abs(numbers), initial=0.0))


def furthest(distances: ArrayLike, among: ArrayLike) -> tuple[Any, ...]:
    """The index of the largest of those numbers, (…), that are among some.

    ``among`` says of each whether it is one, (…); of none it raises ValueError. NaN is
    further than any number.
    """
    sizes, numbers = np.asarray(distances, float), np.flatnonzero(among)
    last = np.argmax(np.nan_to_num(sizes.ravel()[numbers], nan=np.inf))
    return np.unravel_index(numbers[last], sizes.shape)
