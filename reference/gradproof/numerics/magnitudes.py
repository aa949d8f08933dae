"""How large numbers are."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def largest(numbers: ArrayLike) -> float:
    """The largest magnitude of them, (…): of none 0, and of NaN among them NaN."""
    return float(np.max(np.abs(numbers), initial=0.0))
