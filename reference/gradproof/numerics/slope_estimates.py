"""The slope of a function along a line, from its values alone: an estimate.

Central differences at two steps, and how far they are apart, tell what truncation and
kinks may do; the scatter of the values, what rounding may. That is no bound: both
differences may be off alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gradproof.numerics.rounding import UNIT_ROUNDOFF

Line = Callable[[float], float]
"""f at p + t·v, for t."""

Answer = Literal["agrees", "departs", "unclear"]
Trouble = Literal["", "kink", "cancellation", "overflow"]

STEP = 2.0**-16
"""Beside a p and a v of size 1: near the cube root of 3u, where truncation and rounding
are alike, and short, as kinks ask for."""

RATIOS = (1.0, 2.0**-4, 2.0**4, 2.0**-8)
"""Of the steps that are tried, in this order, until one is good enough."""

DECISIVE = 10
"""A departure is one that is so many times the doubt, at two steps."""

SINGLE_ROUNDOFF = 2.0**-24

VALUES = 8
"""Of the function, from which its noise is estimated."""


@dataclass(frozen=True)
class SlopeEstimate:
    """Differences at two steps, the better one first, and the doubt of each.

    ``jump`` is by how much the slope may change at the very place: at a kink.
    """

    slopes: tuple[float, float]
    doubts: tuple[float, float]
    jump: float
    trouble: Trouble

    @property
    def value(self) -> float:
        """The difference at the better step."""
        return self.slopes[0]

    @property
    def doubt(self) -> float:
        """The estimate of how far that one is off."""
        return self.doubts[0]

    def answer(self, claimed: complex | float) -> Answer:
        """Whether a claimed slope is this one: three answers."""
        if abs(claimed - self.value) <= self.doubt and not self.jump:
            return "agrees"
        both = zip(self.slopes, self.doubts, strict=True)
        if all(abs(claimed - q) - self.jump / 2 > DECISIVE * e for q, e in both):
            return "departs"
        return "departs" if not np.isfinite(claimed) else "unclear"


def noise(line: Line, scale: float) -> float:
    """How far a value may be off by rounding, seen from how it scatters.

    Third differences of values close together are those of the noise alone; for
    independent errors of variance σ² their variance is 20·σ² (Moré and Wild 2011,
    Estimating computational noise). Four σ are taken, and at least 8u|f|; u is that of
    single precision where all of the values are of it.
    """
    values = np.array([line(k * scale * STEP / 64) for k in range(VALUES)])
    with np.errstate(all="ignore"):
        scatter = math.sqrt(float(np.mean(np.diff(values, 3) ** 2)) / 20)
        single = bool(np.all(values == values.astype(np.float32)))
    unit = SINGLE_ROUNDOFF if single else UNIT_ROUNDOFF
    return max(4 * scatter, 8 * unit * float(np.abs(values).max()))


def estimate(
    line: Line, centre: float, noise: float, scale: float, target: float
) -> SlopeEstimate:
    """The slope at t = 0, where f is ``centre``, to within ``target`` or the best.

    Two steps differ by a factor of 2; ``scale`` is the size of the first in `STEP`.
    """
    found = []
    for each in _estimates(line, centre, noise, scale):
        found.append(each)
        if each.doubt <= target:
            break
    return min(found, key=lambda each: each.doubt)


def _estimates(
    line: Line, centre: float, noise: float, scale: float
) -> Iterator[SlopeEstimate]:
    for ratio in RATIOS:
        step = STEP * ratio * scale
        ahead, behind = line(step), line(-step)
        far_ahead, far_behind = line(2 * step), line(-2 * step)
        near, far = (ahead - behind) / (2 * step), (far_ahead - far_behind) / (4 * step)
        bend = (ahead - centre) + (behind - centre)
        far_bend = (far_ahead - centre) + (far_behind - centre)
        yield _weighed(near, far, (4 * bend - far_bend) / (2 * step), noise / step)


def _weighed(near: float, far: float, jump: float, rounding: float) -> SlopeEstimate:
    """The estimate from differences at h and 2h.

    Second differences over h are J + c·h, with J the jump of the slope: twice that at
    h less that at 2h is J. Rounding puts up to 9 times its share into it.
    """
    apart = abs(near - far)
    if not np.isfinite([near, far, jump]).all():
        return SlopeEstimate((near, far), (np.inf, np.inf), 0.0, "overflow")
    jump = abs(jump) if abs(jump) > 9 * rounding + apart else 0.0
    trouble: Trouble = "kink" if jump or apart > rounding else "cancellation"
    return SlopeEstimate(
        (near, far), (apart + rounding, apart + rounding / 2), jump, trouble
    )
