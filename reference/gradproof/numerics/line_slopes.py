"""Slopes along many lines through one place, by steps as wide as f is smooth.

Rounding asks for wide steps, kinks and curvature for short ones. How wide they may be
is found on the first line and kept for the next. Where curvature shows between a step
and twice that step, a third one takes its first term away: the differences at h, 2h and
4h make two of fourth order, (4·D(h) − D(2h))/3 and (4·D(2h) − D(4h))/3. Between the two
the error is told as between two central differences: how far they are apart, and what
rounding may do. That is an estimate, and no bound.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from gradproof.numerics.slope_estimates import Line, SlopeEstimate, Trouble

FIRST = 2.0**-10
"""The step tried first, beside a p and a v of size 1."""
RATIO = 8.0
WIDEST, SHORTEST = 0.5, 2.0**-28
USUAL = RATIO
"""Of a line like those before the doubt is at most so many times theirs."""


class LineSlopes:
    """Measures slopes; keeps to the step that has served, and knows its doubt."""

    def __init__(self, noise: float) -> None:
        self.noise = noise
        self.step = FIRST
        self.usual = 0.0

    def slope(
        self, line: Line, centre: float, scale: float, slack: float, enough: float
    ) -> SlopeEstimate:
        """The slope at t = 0, where f is ``centre``.

        ``scale`` is the size of a step of 1, ``slack`` what the slope that it is held
        against may be off by rounding. It is ``enough`` to know it to within that.
        """
        # On the first line the best is looked for, later the usual is good enough.
        steps = _Steps(line, centre, scale, slack, self.noise)
        found = steps.best(self.step, max(enough, USUAL * self.usual))
        if not self.usual or (found.step < self.step and found.doubt > enough):
            self.step, self.usual = found.step, found.doubt
        return found.estimate

    def finer(
        self, line: Line, centre: float, scale: float, slack: float
    ) -> SlopeEstimate:
        """The slope once more, by steps at which fewer kinks are crossed."""
        steps = _Steps(line, centre, scale, slack, self.noise)
        return steps.at(max(self.step / RATIO**2, SHORTEST), 0.0).estimate


class _At(NamedTuple):
    """An estimate, its step, and whether it is curvature that it suffers from."""

    estimate: SlopeEstimate
    step: float
    rough: bool

    @property
    def doubt(self) -> float:
        return self.estimate.doubt


class _Steps:
    """One line: the differences at some step, and a walk to a better one."""

    def __init__(
        self, line: Line, centre: float, scale: float, slack: float, noise: float
    ) -> None:
        self.line, self.centre, self.scale = line, centre, scale
        self.slack, self.noise = slack, noise

    def best(self, step: float, enough: float) -> _At:
        """The best estimate on a walk that ends where it gets no better."""
        best = self.at(step, enough)
        for ratio in (1 / RATIO, RATIO) if best.rough else (RATIO, 1 / RATIO):
            while not best.doubt <= enough:
                step = best.step * ratio
                if not SHORTEST <= step <= WIDEST:
                    break
                found = self.at(step, enough)
                if not found.doubt < best.doubt:
                    break
                best = found
        return best

    def at(self, step: float, enough: float) -> _At:
        """The estimate at a step; of second order where that is enough."""
        h = step * self.scale
        rounding = self.noise / h + self.slack
        ends = [self._ends(h), self._ends(2 * h)]
        slopes = _slope(ends[0], h), _slope(ends[1], 2 * h)
        apart = abs(slopes[0] - slopes[1])
        jump, unsure = self._jump(ends[0], ends[1], h), 0.0
        rough = apart > max(rounding, enough - rounding)
        if rough or abs(jump) > 9 * rounding + apart:
            ends.append(self._ends(4 * h))
            # What a jump is off by is of third order.
            wide = self._jump(ends[1], ends[2], 2 * h)
            jump, unsure = (8 * jump - wide) / 7, abs(jump - wide) / 7
        if rough:
            last = _slope(ends[2], 4 * h)
            slopes = (4 * slopes[0] - slopes[1]) / 3, (4 * slopes[1] - last) / 3
            rounding *= 1.5  # (4 + 1/2)/3
        found = _weighed(slopes, abs(jump), unsure, rounding)
        rough = found.trouble == "kink" or not math.isfinite(found.doubt)
        return _At(found, step, rough)

    def _ends(self, h: float) -> tuple[float, float]:
        return self.line(h), self.line(-h)

    def _jump(
        self, near: tuple[float, float], far: tuple[float, float], h: float
    ) -> float:
        """By how much the slope changes at the place itself.

        Second differences over h are J + c·h, with J the jump: twice that at h less
        that at 2h is J.
        """
        bend, far_bend = ((a - self.centre) + (b - self.centre) for a, b in (near, far))
        return (4 * bend - far_bend) / (2 * h)


def _slope(ends: tuple[float, float], h: float) -> float:
    return (ends[0] - ends[1]) / (2 * h)


def _weighed(
    slopes: tuple[float, float], jump: float, unsure: float, rounding: float
) -> SlopeEstimate:
    if not all(map(math.isfinite, (*slopes, jump, unsure))):
        return SlopeEstimate(slopes, (math.inf, math.inf), 0.0, "overflow")
    apart = abs(slopes[0] - slopes[1])
    # Rounding puts up to 9 times its share into the jump.
    jump = jump if jump > 9 * rounding + apart + unsure else 0.0
    trouble: Trouble = "kink" if jump or apart > rounding else "cancellation"
    return SlopeEstimate(
        slopes, (apart + rounding, apart + rounding / 2), jump, trouble
    )
