"""Whether a change of meaning would be seen in the picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradproof.golden.snapshot import Arrows, same

SEEN = 0.01
"""A tip that moves by this part of the axes' width is seen.

It is three pixels on axes of 300, a policy and on the safe side: less may be seen.
"""


def seen(before: Sequence[Arrows], after: Sequence[Arrows]) -> bool:
    """Whether an arrow within the limits is surely drawn otherwise."""
    pairs = zip(before, after, strict=False)
    return any(_seen(a, b) for a, b in pairs)


def _seen(a: Arrows, b: Arrows) -> bool:
    """Judged where lengths are in widths of the axes, and points stayed."""
    alike = ("limits", "angles", "units", "scale_units", "pivot")
    if not all(same(getattr(a, key), getattr(b, key)) for key in alike):
        return False
    if (a.units, a.scale_units) != ("width", None) or not (a.scale and b.scale):
        return False
    old, new = a.values(), b.values()
    if old.shape != new.shape or not same(a.angles, "xy"):
        return False
    inside = np.ones(len(old), dtype=bool)
    for axis, (low, high) in enumerate(a.limits):
        at = old[:, axis]
        inside &= (at > min(low, high)) & (at < max(low, high)) & (at == new[:, axis])
    tips = old[:, 2:] / a.scale - new[:, 2:] / b.scale
    return bool((np.hypot(*tips.T)[inside] > SEEN).any())
