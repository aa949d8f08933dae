"""Which few-parameter maps carry the arrows of one picture into another's.

Arrows are complex numbers u + iv. Everything that is looked for (a turn, a factor,
a mirroring, a factor for each component, a shift, one value for all) has the form
b = p·a + q·ā + c, of norm |p| + |q|.

A written pair lies within half the diagonal of a square of side `RESOLUTION` from
the true one, r = RESOLUTION/√2. So b = p·a + q·ā + c for the true arrows leaves
|b − (p·a + q·ā + c)| ≤ r + (|p| + |q|)·r for the written ones; each arrow so allows
a stretch of each parameter. The value that most arrows allow is taken, in as few
decimals as the stretch admits, and then tried on every arrow again.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradproof.golden.written import RESOLUTION, close

Complex = NDArray[np.complex128]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

RADIUS = RESOLUTION / math.sqrt(2)
EPS = float(np.finfo(float).eps)
SEEDS = 256
"""Arrows that are tried as members of a group with two parameters."""


@dataclass(frozen=True)
class Map:
    """b = p·a + q·ā + c, under the name and with the parameters that it is told by.

    ``free`` counts the parameters that were fitted; right angles, the axes and
    diagonals as mirrors, and zero are none.
    """

    message: str
    parameters: Mapping[str, float]
    free: int
    p: complex = 0
    q: complex = 0
    c: complex = 0

    def fits(self, a: Complex, b: Complex) -> Mask:
        """Which arrows are carried into each other, as far as was written."""
        with np.errstate(over="ignore", invalid="ignore"):
            left = np.abs(b - (self.p * a + self.q * a.conj() + self.c))
            norm = abs(self.p) + abs(self.q)
            allowed = radius(b) + norm * radius(a) + 4 * EPS * abs(self.c)
        return np.asarray(left <= allowed)


def radius(z: Complex) -> Floats:
    """How far a written arrow may be from the true one; 4·eps·|z| is for rounding.

    Reading, the map's three products and sums, and its own parameter cost u each.
    """
    return np.asarray(RADIUS + 4 * EPS * np.abs(z))


def best(a: Complex, b: Complex, among: Sequence[str] = ()) -> tuple[Map, Mask] | None:
    """The map that explains most numbers by fewest parameters, and which it fits.

    An arrow is two numbers. Of equals the one that is simplest to tell, or that is
    first ``among`` the messages that are asked for.
    """
    tried = [m for m in _candidates(a, b) if m.message in among or not among]
    if among:
        tried.sort(key=lambda m: among.index(m.message))
    found = [(m, m.fits(a, b)) for m in tried]
    found = [(m, mask) for m, mask in found if mask.any()]
    return max(found, key=lambda f: 2 * int(f[1].sum()) - f[0].free, default=None)


def _candidates(a: Complex, b: Complex) -> Iterator[Map]:
    with np.errstate(all="ignore"):
        yield Map("review.zero", {}, 0)
        for degrees in _values(_turns(a, b)):
            yield turned(degrees)
        for degrees in _values(_turns(a.conj(), b), half=True):
            yield mirrored(degrees)
        for factor in _values(_factors(a, b)):
            yield scaled(factor)
        yield from _of_one_component(a, b)
        for factor, degrees in _pairs(_lengths(a, b), _angles(a, b)):
            yield turned(degrees, factor)
        for factor, degrees in _pairs(_lengths(a, b), _angles(a.conj(), b), half=True):
            yield mirrored(degrees, factor)
        for u, v in _pairs(_ratios(a.real, b.real), _ratios(a.imag, b.imag)):
            yield stretched(u, v)
        for u, v in _pairs(_spread(b.real - a.real, 1), _spread(b.imag - a.imag, 1)):
            yield Map("review.shifted", {"u": u, "v": v}, 2, p=1, c=complex(u, v))
        for u, v in _pairs(_spread(b.real, 0.5), _spread(b.imag, 0.5)):
            yield Map("review.set", {"u": u, "v": v}, 2, c=complex(u, v))


def _of_one_component(a: Complex, b: Complex) -> Iterator[Map]:
    """A factor for one component, where the other stayed."""
    u, v = _ratios(a.real, b.real), _ratios(a.imag, b.imag)
    for factor in _values(u.where(close(a.imag, b.imag))):
        yield stretched(factor, 1)
    for factor in _values(v.where(close(a.real, b.real))):
        yield stretched(1, factor)


def turned(degrees: float, factor: float = 1.0) -> Map:
    """A turn, anticlockwise, and a factor."""
    p = factor * cmath.exp(1j * math.radians(degrees))
    free = int(degrees not in (180, 90, -90))
    if factor == 1:
        return Map("review.turned", {"degrees": degrees}, free, p=p)
    parameters = {"degrees": degrees, "factor": factor}
    return Map("review.turned-scaled", parameters, 1 + free, p=p)


def mirrored(degrees: float, factor: float = 1.0) -> Map:
    """Mirrored in the line through 0 at an angle from the u axis, and a factor."""
    q = factor * cmath.exp(2j * math.radians(degrees))
    if factor != 1:
        parameters = {"degrees": degrees, "factor": factor}
        return Map("review.mirrored-scaled", parameters, 2, q=q)
    named = {0.0: "negated-v", 45.0: "swapped", 90.0: "negated-u", 135.0: "antiswapped"}
    if degrees in named:
        return Map(f"review.{named[degrees]}", {}, 0, q=q)
    return Map("review.mirrored", {"degrees": degrees}, 1, q=q)


def scaled(factor: float) -> Map:
    """A positive factor."""
    return Map("review.scaled", {"factor": factor}, 1, p=factor)


def stretched(u: float, v: float) -> Map:
    """A factor for each component."""
    p, q = (u + v) / 2, (u - v) / 2
    if u == 1 or v == 1:
        name, factor = ("u", u) if v == 1 else ("v", v)
        if factor == 0:
            return Map(f"review.{name}-zero", {}, 0, p=p, q=q)
        return Map(f"review.{name}-times", {"factor": factor}, 1, p=p, q=q)
    return Map("review.u-v-times", {"u": u, "v": v}, 2, p=p, q=q)


@dataclass(frozen=True)
class Stretches:
    """For each arrow the values of one parameter that it allows: centre ± half.

    NaN where it allows none. An ``angle`` is in degrees, and comes round at 360.
    """

    centre: Floats
    half: Floats
    angle: bool = False

    def where(self, mask: Mask) -> Stretches:
        """The same, with no value allowed outside the mask."""
        return Stretches(np.where(mask, self.centre, np.nan), self.half, self.angle)

    def distance(self, centre: Floats | float) -> Floats:
        """How far the centres lie from another's."""
        far = np.abs(self.centre - centre)
        return np.asarray(np.minimum(far, 360 - far) if self.angle else far)

    def allows(self, value: float) -> Mask:
        """Which arrows allow a value."""
        return np.asarray(self.distance(value) <= self.half)

    def meets(self, seeds: NDArray[np.intp]) -> Mask:
        """Which arrows' stretches meet those of some, (seeds, arrows)."""
        far = self.distance(self.centre[seeds, None])
        return np.asarray(far <= self.half + self.half[seeds, None])


def _turns(a: Complex, b: Complex) -> Stretches:
    """Angles θ with |b − e^{iθ}a| ≤ t, t the radii of both: a chord's half-angle.

    The square of that distance is (|b| − |a|)² + 4·|a|·|b|·sin²(δ/2), δ from b/a.
    """
    t, gap = radius(a) + radius(b), np.abs(b) - np.abs(a)
    chord = np.sqrt(t - gap) * np.sqrt(t + gap)  # NaN where no turn does
    return _about(a, b, chord / (2 * np.sqrt(np.abs(a)) * np.sqrt(np.abs(b))))


def _angles(a: Complex, b: Complex) -> Stretches:
    """The same beside a factor of |b|/|a|: the lengths then agree."""
    t = radius(b) + np.abs(b) / np.abs(a) * radius(a)
    return _about(a, b, t / (2 * np.abs(b)))


def _about(a: Complex, b: Complex, sine: Floats) -> Stretches:
    told = (np.abs(a) > radius(a)) & (np.abs(b) > radius(b))
    centre = np.degrees(np.angle(b) - np.angle(a))
    half = np.degrees(2 * np.arcsin(np.minimum(sine, 1))) + 360 * EPS
    return Stretches(np.where(told, (centre + 180) % 360 - 180, np.nan), half, True)


def _factors(a: Complex, b: Complex) -> Stretches:
    """Factors k > 0 with |b − k·a| ≤ r_b + k·r_a.

    With b's part along a, k₀·|a|, and across, s: the half-length is
    √(t² − s²) / (|a| − r_a), t = r_b + k₀·r_a, as k ≤ k₀ + half.
    """
    length = np.abs(a)
    parts = b * (a.conj() / length)
    k = parts.real / length
    t = radius(b) + k * radius(a)
    half = np.sqrt(t - np.abs(parts.imag)) * np.sqrt(t + np.abs(parts.imag))
    told = (length > radius(a)) & (k > 0) & (np.abs(b) > radius(b))
    return Stretches(np.where(told, k, np.nan), half / (length - radius(a)))


def _lengths(a: Complex, b: Complex) -> Stretches:
    """Ratios of lengths: (|b| ± r_b) / (|a| ∓ r_a)."""
    told = (np.abs(a) > radius(a)) & (np.abs(b) > radius(b))
    low = (np.abs(b) - radius(b)) / (np.abs(a) + radius(a))
    high = (np.abs(b) + radius(b)) / (np.abs(a) - radius(a))
    return Stretches(np.where(told, (low + high) / 2, np.nan), (high - low) / 2)


def _ratios(a: Floats, b: Floats) -> Stretches:
    """Factors k of either sign with |b − k·a| ≤ r/√2 · (1 + |k|), r/√2 of a number."""
    t = (RESOLUTION / 2 + 4 * EPS * np.abs(b)) + np.abs(b / a) * (
        RESOLUTION / 2 + 4 * EPS * np.abs(a)
    )
    told = np.abs(a) > RESOLUTION
    return Stretches(np.where(told, b / a, np.nan), t / (np.abs(a) - RESOLUTION / 2))


def _spread(numbers: Floats, units: float) -> Stretches:
    """Numbers, within so many units of the resolution."""
    return Stretches(numbers, units * RESOLUTION + 8 * EPS * np.abs(numbers))


def _values(stretches: Stretches, half: bool = False) -> list[float]:
    """The value that most arrows allow, if any allows one: simple, and more exact.

    Two parameters that an arrow allows each by itself it need not allow together;
    nearer to the middle it does. ``half`` an angle is given for a mirror's.
    """
    stretch = deepest(stretches)
    if stretch is None:
        return []
    if half:
        return [n % 180 for n in _rounded(stretch[0] / 2, stretch[1] / 2)]
    if stretches.angle:
        return [180 - (180 - n) % 360 for n in _rounded(*stretch)]  # in (-180, 180]
    return _rounded(*stretch)


def _rounded(low: float, high: float) -> list[float]:
    return list(dict.fromkeys(simplest(low, high, more) for more in (0, 1, 2, 16)))


def _pairs(
    one: Stretches, two: Stretches, half: bool = False
) -> Iterator[tuple[float, float]]:
    """Values of two parameters that many arrows allow together."""
    both = np.flatnonzero(np.isfinite(one.centre + two.centre))
    if not both.size:
        return
    seeds = both[np.linspace(0, both.size - 1, min(both.size, SEEDS)).astype(int)]
    crowds = one.meets(seeds) & two.meets(seeds)
    crowd = crowds[crowds.sum(axis=1).argmax()]
    for first in _values(one.where(crowd)):
        for second in _values(two.where(crowd & one.allows(first)), half):
            yield first, second


def deepest(stretches: Stretches) -> tuple[float, float] | None:
    """The stretch that most of the given ones share; ``None`` if there are none."""
    told = np.isfinite(stretches.centre) & np.isfinite(stretches.half)
    centre, half = stretches.centre[told], stretches.half[told]
    if not centre.size:
        return None
    if stretches.angle:
        centre, half = np.concatenate([centre, centre + 360]), np.tile(half, 2)
    ends = np.concatenate([centre - half, centre + half])
    steps = np.repeat([1, -1], centre.size)
    order = np.lexsort((-steps, ends))  # where one ends and one begins, both count
    top = int(np.cumsum(steps[order]).argmax())
    return float(ends[order[top]]), float(ends[order[top + 1]])


def simplest(low: float, high: float, more: int = 0) -> float:
    """The number of fewest decimals between two, or with some ``more`` decimals."""
    middle = low / 2 + high / 2
    found = (d for d in range(16) if low <= round(middle, d) <= high)
    return round(middle, next(found, 16) + more) + 0.0
