"""Whether a change of meaning would be seen in the picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradproof.golden.document import Panel
from gradproof.golden.entries import Entries, Floats
from gradproof.golden.points import Points
from gradproof.golden.snapshot import Arrows
from gradproof.golden.written import same

SEEN = 0.01
"""A tip that moves by this part of the axes' width is seen.

It is three pixels on axes of 300, a policy and on the safe side: less may be seen.
"""


VALLEY = np.array([10.0, 4.0])
"""Half the width and the height of the axes of paths."""

SHADES = 2 / 256
"""A colour that moves by more than this of the limit is another of the 256."""


def seen(before: Sequence[Panel], after: Sequence[Panel]) -> bool:
    """Whether an arrow within the limits, or an entry, is surely drawn otherwise."""
    pairs = zip(before, after, strict=False)
    return any(_panel(a, b) for a, b in pairs)


def _panel(a: Panel, b: Panel) -> bool:
    if isinstance(a, Arrows) and isinstance(b, Arrows):
        return _seen(a, b)
    if isinstance(a, Entries) and isinstance(b, Entries):
        return a.shape == b.shape and _coloured(a, b)
    if isinstance(a, Points) and isinstance(b, Points):
        return _walked(a, b)
    return True


def _walked(a: Points, b: Points) -> bool:
    """Whether a point that is drawn is surely drawn elsewhere.

    Axes are 20 wide and 8 high; what leaves them is not seen to do so.
    """
    old, new = a.values(), b.values()
    common = min(len(old), len(new))
    with np.errstate(invalid="ignore"):
        inside = (np.abs(old[:common]) < VALLEY).all(axis=1)
        far = (np.abs(new[:common] - old[:common]) > 2 * SEEN * VALLEY).any(axis=1)
    return bool((inside & far).any())


def _coloured(a: Entries, b: Entries) -> bool:
    """Whether a colour is another, or the frames around what is wrong may be."""
    old, new = (_shades(panel) for panel in (a, b))
    with np.errstate(invalid="ignore"):
        other = np.abs(old - new) > SHADES
    return bool((other | (np.isnan(old) != np.isnan(new))).any())


def _shades(panel: Entries) -> Floats:
    """Actual and expected values in parts of their limit, from −1 to 1."""
    values = np.stack([panel.actual, panel.expected])
    return values / (np.nanmax(np.abs(values), initial=0) or 1.0)


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
