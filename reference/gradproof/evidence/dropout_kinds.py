"""Dropout, by what it kept."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradproof import layers as kit
from gradproof.evidence.layer_settings import Reference, Setting, arrays_of

Array = np.ndarray[Any, Any]


DROPPED = 0.2
"""The part that is dropped: another one than what is kept."""


SHARE_OFF = 0.15
"""How far the part that is kept may be off: halfway from DROPPED to ½.

By Hoeffding's inequality a mask of 384 entries is off by more once in 10⁷ times.
"""


RATIO_KEPT = "layer.ratio-kept"


RATIO_SWAPPED = "layer.ratio-swapped"


RATIO_IGNORED = "layer.ratio-ignored"


def kept_share(mask: Array) -> tuple[float, ...]:
    """The part that is kept, if it is what is due, or what is due to be dropped."""
    share = float(np.mean(mask))
    both = (1 - DROPPED, DROPPED)
    return tuple(part for part in both if abs(share - part) <= SHARE_OFF)


def dropout(seed: int) -> Sequence[Sequence[Setting]]:
    """Rows of a mask that nobody knows: what is due is read off what came out."""
    x = arrays_of(seed, x=(16, 24))

    def right(observed: Array, arrays: Mapping[str, Array]) -> Sequence[Reference]:
        given = arrays["x"]
        same = observed.shape == given.shape
        mask = (observed != 0).astype(float) if same else np.ones(given.shape)
        return [
            Reference(
                name,
                functools.partial(kit.dropout, mask=mask, scale=scale),
                fault=_fault_of(scale, kept_share(mask)),
            )
            for name, scale in _scales(observed, given, mask)
        ]

    options = {"ratio": DROPPED, "kept": 1 - DROPPED}
    return [[Setting("training", x, right, {"train": True}, options)]]


def _scales(observed: Array, x: Array, mask: Array) -> list[tuple[str, float]]:
    """Those that are right for some part, and before these the one that was seen."""
    plain, scaled = ("x·mask", 1.0), ("x·mask / (1 − ratio)", 1 / (1 - DROPPED))
    largest = np.unravel_index(int(np.argmax(np.abs(x) * mask)), x.shape)
    if observed.shape != x.shape or not mask.any():
        return [plain, scaled]
    seen = float(f"{observed[largest] / x[largest]:.12g}")
    if seen in (1.0, 1 / (1 - DROPPED)) or not np.isfinite(seen):
        return [plain, scaled]
    return [plain, (f"{seen:g}·x·mask", seen), scaled]


def _fault_of(scale: float, kept: tuple[float, ...]) -> str:
    """What is wrong with such a scale where such a part is kept."""
    if not kept:
        return RATIO_IGNORED
    (part,) = kept
    if scale not in (1.0, float(f"{1 / part:.12g}")):
        return RATIO_SWAPPED
    return "" if part == 1 - DROPPED else RATIO_KEPT
