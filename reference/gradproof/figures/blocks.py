"""Arrays of any number of axes as blocks of rows and columns."""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import NDArray

GAP = 1
"""Entries between two blocks."""

Blocks = NDArray[Any]


def blocks(array: NDArray[Any]) -> Blocks:
    """The array as rows and columns of blocks: (rows, columns, height, width)."""
    shape = (1,) * (4 - array.ndim) + array.shape
    return array.reshape(math.prod(shape[:-3]), *shape[-3:])
