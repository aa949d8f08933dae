"""The slopes of a function that is known by its values alone.

Where f can be evaluated in higher precision than it is used in, its derivatives are
had from differences of so small a step that neither their truncation nor their
rounding counts, and the error of each float64 evaluation is seen. Then it is known
how near a central difference in float64 comes: to that a claimed gradient is held.
Where f cannot be so evaluated there is an estimate, and it is called one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from gradproof.numerics.high_precision import BITS, Precise, precise
from gradproof.numerics.rounding import UNIT_ROUNDOFF

Array = np.ndarray[Any, Any]
Objective = Callable[[Any], Any]
Trouble = Literal["", "kink", "cancellation", "overflow"]

MAX_WORK = 40_000
"""Entries that are looked at, times the size of x: of a large x some, spread evenly."""

MIN_ENTRIES = 16

STEPS = {np.dtype(np.float64): (-13, -17, -21, -25), np.dtype(np.float32): (-8, -11)}
"""Powers of two: the steps of the central differences that a claim is held to. They
are tried in this order until one resolves the gradient, for a kink may be near."""

RESOLVED = {np.dtype(np.float64): 1e-6, np.dtype(np.float32): 1e-3}
"""The largest share of the largest slope that a limit may be to decide: a policy."""

MARGIN = 100
"""A slope is known if what is doubtful about it is that much below the limit, and
if it was found in a precision that is that much higher."""


@dataclass(frozen=True)
class Unknown:
    """Why nothing is known of f's slopes: an id and its parameters.

    Ids: ``raises``, ``no-number``, ``random``, ``infinite``.
    """

    id: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Slope:
    """∂f/∂x at one entry of x.

    ``limit`` is how near a central difference comes to ``value``, which is itself
    known to within ``doubt``. ``trouble`` is what is in the way where the limit is too
    large to decide. ``known``: the value is certain enough to be judged by.
    ``kinked``: there is a kink at x itself, and no derivative.
    """

    index: tuple[int, ...]
    value: float
    doubt: float
    limit: float
    trouble: Trouble
    known: bool
    kinked: bool


@dataclass(frozen=True)
class Slopes:
    """The slopes of f at x, of some entries or all.

    ``size`` is the number of all; ``aim`` the largest limit that decides.
    """

    entries: tuple[Slope, ...]
    size: int
    aim: float


@dataclass(frozen=True)
class _Kit:
    """A way to evaluate f: its numbers, its unit roundoff, and a step for it."""

    make: Callable[[Array], Array]
    is_kept: Callable[[Any], bool]
    unit: float
    step: int


def _kits(dtype: np.dtype[Any]) -> Iterator[_Kit]:
    """From the most precise on; the last, double precision, can always be had."""
    yield _Kit(
        np.frompyfunc(precise, 1, 1), lambda y: isinstance(y, Precise), 2.0**-BITS, -70
    )
    unit = float(np.finfo(np.longdouble).eps) / 2
    if unit < 2.0**-60:
        yield _Kit(
            lambda x: x.astype(np.longdouble),
            lambda y: isinstance(y, np.longdouble),
            unit,
            -20,
        )
    yield _Kit(lambda x: x.astype(np.float64), lambda y: True, UNIT_ROUNDOFF, -10)


def slopes(f: Objective, x: Array) -> Slopes | Unknown:
    """The slopes of ``f`` at ``x``, an array of float64 or of float32 of any shape."""
    with np.errstate(all="ignore"):
        try:
            values = [_number(f(x.copy())) for _ in range(2)]
        except _NoNumberError as error:
            return Unknown("no-number", {"kind": str(error)})
        except Exception as error:
            return Unknown("raises", {"kind": type(error).__name__, "text": str(error)})
        if not np.isfinite(values).all():
            return Unknown("infinite")
        if values[0] != values[1]:
            return Unknown("random")
        return _Differences(f, x, _chosen(f, x, float(values[0]))).slopes()


class _NoNumberError(Exception):
    pass


def _number(y: Any) -> Any:
    """What f returned, as a number of its own precision."""
    array = np.asarray(y)
    if array.size != 1 or array.dtype.kind not in "biufO":
        raise _NoNumberError(type(y).__name__)
    return array.ravel()[0]


def _chosen(f: Objective, x: Array, value: float) -> _Kit:
    """The most precise way in which f gives, at x, what it gives in its own."""
    *better, plain = _kits(x.dtype)
    for kit in better:
        try:
            y = _number(f(kit.make(x)))
            if kit.is_kept(y) and abs(y - value) <= 1e-3 * (1 + abs(value)):
                return kit
        except Exception:  # f is not made for such numbers, in whatever way
            continue
    return plain


class _Differences:
    """Looks at one entry of x after the other."""

    def __init__(self, f: Objective, x: Array, kit: _Kit) -> None:
        self.f, self.x, self.kit = f, x, kit
        self.centre = self._ask(x)
        self.unit = float(np.finfo(x.dtype).eps) / 2

    def slopes(self) -> Slopes:
        found = {index: self._slope(index) for index in _spread(self.x.shape)}
        smooth = (_float(abs(slope)) for slope, _, kink in found.values() if not kink)
        largest = max(smooth, default=0.0)
        aim = RESOLVED[self.x.dtype] * largest
        entries = tuple(
            self._entry(index, slope, aim) for index, slope in found.items()
        )
        return Slopes(entries, self.x.size, aim)

    def _slope(self, index: tuple[int, ...]) -> tuple[Any, Any, bool]:
        """(slope, doubt, whether there is a kink), in the numbers of the kit.

        The differences at η and at η/2 are extrapolated, and how far they are apart
        bounds what is left for a smooth f. The second difference over η goes down
        with η for a smooth f; at a kink it stays.
        """
        scale = _scale(self.x[index])
        quotients, jumps = [], []
        for power in (self.kit.step, self.kit.step - 1):
            step = 2.0**power * scale
            ahead, behind = (self._moved(index, s * step) for s in (1, -1))
            quotients.append((ahead - behind) * (0.5 / step))
            jumps.append(abs(ahead - self.centre + (behind - self.centre)) * (1 / step))
        noise = 16 * self.kit.unit * abs(self.centre) * (1 / step)
        apart = abs(quotients[1] - quotients[0])
        slope = quotients[1] + (quotients[1] - quotients[0]) * (1 / 3)
        kink = bool(jumps[1] > 0.75 * jumps[0]) and bool(jumps[1] > 16 * noise)
        return slope, apart + noise, kink

    def _moved(self, index: tuple[int, ...], by: float) -> Any:
        """f in the numbers of the kit, one entry of x moved in them."""
        node = self._made(self.x)
        node[index] = node[index] + by
        return _number(self.f(node))

    def _ask(self, x: Array) -> Any:
        return _number(self.f(self._made(x)))

    def _made(self, x: Array) -> Array:
        """The array in the numbers of the kit; an array also if it is of none."""
        return np.array(self.kit.make(x), ndmin=x.ndim)

    def _entry(
        self, index: tuple[int, ...], slope: tuple[Any, Any, bool], aim: float
    ) -> Slope:
        value, (doubt, kink) = slope[0], (_float(slope[1]), slope[2])
        limit, trouble = self._limit(index, value, aim)
        sharper = self.kit.unit * MARGIN < self.unit
        return Slope(
            index,
            _float(value),
            doubt,
            limit,
            "" if limit <= aim else trouble,
            sharper and doubt * MARGIN <= limit,
            kink,
        )

    def _limit(
        self, index: tuple[int, ...], slope: Any, aim: float
    ) -> tuple[float, Trouble]:
        """How near a central difference in x's own precision comes.

        At the first step that is good enough; without one, at the best.
        """
        best, why = np.inf, "overflow"
        for power in STEPS[self.x.dtype]:
            truncation, evaluation = self._errors(index, slope, power)
            if truncation + evaluation < best:
                best = truncation + evaluation
                why = "kink" if truncation > evaluation else "cancellation"
            if best <= aim / 10:
                break
        return best, why  # type: ignore[return-value]

    def _errors(
        self, index: tuple[int, ...], slope: Any, power: int
    ) -> tuple[float, float]:
        """Truncation and rounding of (P − M)/s, P and M the values at x ± h.

        P is off by E₊ = |P − f(x₊)|, seen in the numbers of the kit, M by E₋; that
        they are rounded at all is u(|P| + |M|), also where by chance they are exact.
        The difference and the quotient take three roundings, and the claim one.
        """
        step = self.x.dtype.type(2.0**power * _scale(self.x[index]))
        ahead, behind = self.x.copy(), self.x.copy()
        ahead[index] += step
        behind[index] -= step
        width = float(ahead[index]) - float(behind[index])
        p, m = (float(_number(self.f(node.copy()))) for node in (ahead, behind))
        if not (np.isfinite(p) and np.isfinite(m) and width):
            return np.inf, np.inf
        exact_p, exact_m = self._ask(ahead), self._ask(behind)
        truncation = _float(abs((exact_p - exact_m) * (1 / width) - slope))
        seen = _float(abs(exact_p - p)) + _float(abs(exact_m - m))
        own = self.unit * (abs(p) + abs(m)) + 3 * self.unit * abs(p - m)
        return truncation, (seen + own) / width + self.unit * abs(_float(slope))


def _spread(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The entries of an array of that shape that are looked at."""
    size = math.prod(shape)
    count = min(size, max(MIN_ENTRIES, MAX_WORK // max(size, 1)))
    chosen = [k * size // count for k in range(count)]
    return [tuple(map(int, np.unravel_index(k, shape))) for k in chosen]


def _scale(x: Any) -> float:
    """The power of two by which steps are scaled: at least 1, and at least |x|."""
    return float(2.0 ** np.ceil(np.log2(max(1.0, abs(float(x))))))


def _float(number: Any) -> float:
    return float(number.raw) if isinstance(number, Precise) else float(number)
