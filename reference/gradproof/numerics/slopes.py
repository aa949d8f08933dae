"""The slopes of a function that is known by its values alone.

Where f can be evaluated in higher precision than it is used in, its derivatives are
had from differences of so small a step that neither their truncation nor their
rounding counts, and the error of each float64 evaluation is seen. Then it is known
how near a central difference in float64 comes: to that a claimed gradient is held.
Where f cannot be so evaluated, or where that would take too long, there are estimates
from differences at two steps, and they are called so.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof.numerics import slope_estimates
from gradproof.numerics.high_precision import BITS, Precise, limited, precise
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.numerics.slope_estimates import SlopeEstimate, Trouble
from gradproof.numerics.slope_records import Slope, Slopes, Unknown

Array = np.ndarray[Any, Any]
Objective = Callable[[Any], Any]

MAX_ENTRIES = 2000
"""Of x in double precision, all of which are looked at; of more, none is."""

REPETITIONS = 4
"""Of f at x, to see whether its values are the same."""

MAX_SINGLE_ENTRIES = 100
"""That are looked at in single precision: of more these, spread evenly."""

MAX_OPERATIONS = 2_000_000
"""Of high precision for all entries of x: each takes some microseconds."""

MAX_EVALUATIONS_OF_ENTRY = 12
"""In high precision: four for the slope, and two for each of the steps."""

STEPS = {np.dtype(np.float64): (-13, -17, -21, -25), np.dtype(np.float32): (-8, -11)}
"""Powers of two: the steps of the central differences that a claim is held to. They
are tried in this order until one resolves the gradient, for a kink may be near."""

RESOLVED = {np.dtype(np.float64): 1e-6, np.dtype(np.float32): 1e-3}
"""The largest share of the largest slope that a limit may be to decide: a policy."""

RESOLVED_BY_ESTIMATE = 1e-3
"""The same of an estimate, which f's own rounding makes coarser."""

MARGIN = 100
"""A slope is known if what is doubtful about it is that much below the limit, and
if it was found in a precision that is that much higher."""


@dataclass(frozen=True)
class _Kit:
    """A way to evaluate f: its numbers, its unit roundoff, and a step for it."""

    make: Callable[[Array], Array]
    unit: float
    step: int


PRECISE = _Kit(np.frompyfunc(precise, 1, 1), 2.0**-BITS, -70)
DOUBLE = _Kit(lambda x: x.astype(np.float64), UNIT_ROUNDOFF, -10)


def value_of(f: Objective, x: Array) -> float | Unknown:
    """f at ``x``, or why there is no such number."""
    try:
        values = [float(number_of(f(x.copy()))) for _ in range(REPETITIONS)]
    except Exception as error:
        return raised(error)
    if not np.isfinite(values).all():
        return Unknown("infinite")
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else Unknown("random")


def _same_elsewhere(f: Objective, x: Array, value: float) -> bool:
    """Whether f does not look at its argument, by its values far from x."""
    random = np.random.default_rng(0)
    try:
        moves = random.normal(size=(4, *x.shape)).astype(x.dtype)
        return all(float(number_of(f(x + move))) == value for move in moves)
    except Exception:  # far from x it may be made for no numbers
        return False


def raised(error: Exception) -> Unknown:
    """What is known of a function that raises, or returns no number."""
    if isinstance(error, NoNumberError):
        return error.why
    if isinstance(error, FunctionEndedError):
        return Unknown("ends", {"text": str(error)})
    return Unknown("raises", {"kind": type(error).__name__, "text": str(error)})


def slopes(f: Objective, x: Array) -> Slopes | Unknown:
    """The slopes of ``f`` at ``x``, an array of float64 or of float32 of any shape."""
    with np.errstate(all="ignore"):
        value = value_of(f, x)
        if isinstance(value, Unknown):
            return value
        if not x.size:
            return Unknown("empty")
        if _same_elsewhere(f, x, value):
            return Unknown("same")
        if x.size > MAX_ENTRIES:
            return Unknown("large", {"total": x.size, "most": MAX_ENTRIES})
        indices = _spread(x)
        try:
            with _affordable(len(indices)):
                fits = _fits(f, x, value)
            if not fits and x.dtype == np.float64:
                return _estimated(f, x, value)
            return _Differences(f, x, PRECISE if fits else DOUBLE).slopes(indices)
        except Exception as error:  # f is asked for far more than its value at x
            return raised(error)


def _affordable(entries: int) -> AbstractContextManager[None]:
    """Let one evaluation in high precision take so much that all of them may."""
    return limited(MAX_OPERATIONS // (MAX_EVALUATIONS_OF_ENTRY * entries))


def slopes_beside(f: Objective, x: Array, known: Slopes | Unknown) -> Slopes | Unknown:
    """The slopes of ``f``, with the limits of a function that it hardly differs from.

    Where that one was evaluated in high precision, f needs to be known in no other.
    """
    if isinstance(known, Unknown) or known.estimated:
        return slopes(f, x)
    with np.errstate(all="ignore"):
        try:
            with _affordable(len(known.entries)):
                kit = PRECISE if _is_precise(_made_of(f, x, PRECISE)) else DOUBLE
            found = _Differences(f, x, kit)
            entries = [found.beside(slope) for slope in known.entries]
        except Exception as error:
            return raised(error)
    return Slopes(tuple(entries), known.size, known.aim)


class NoNumberError(Exception):
    """A function returns something else than one number, and ``why`` says what."""

    def __init__(self, why: Unknown) -> None:
        super().__init__(why.id)
        self.why = why


class FunctionEndedError(Exception):
    """A function would have ended the interpreter."""


def number_of(y: Any) -> Any:
    """What f returned, as a number of its own precision. Raises NoNumberError."""
    array = np.asarray(y)
    if array.dtype.kind == "c" and array.size == 1:
        raise NoNumberError(Unknown("complex", {"value": str(array.ravel()[0])}))
    if array.dtype.kind in "biuf" and array.size != 1:
        raise NoNumberError(Unknown("array", {"actual": list(array.shape)}))
    if array.size != 1 or array.dtype.kind not in "biufO" or y is None:
        raise NoNumberError(Unknown("no-number", {"kind": type(y).__name__}))
    (number,) = array.ravel()
    return number


def _fits(f: Objective, x: Array, value: float) -> bool:
    """Whether f gives in high precision, at x, what it gives in its own."""
    y = _made_of(f, x, PRECISE)
    return _is_precise(y) and bool(abs(y - value) <= 1e-3 * (1 + abs(value)))


def _is_precise(y: Any) -> bool:
    return isinstance(y, Precise)


def _made_of(f: Objective, x: Array, kit: _Kit) -> Any:
    """f in the numbers of a kit; None where it is not made for them in any way."""
    try:
        return number_of(f(np.array(kit.make(x), ndmin=x.ndim)))
    except Exception:
        return None


def _estimated(f: Objective, x: Array, value: float) -> Slopes:
    """The slopes from differences in double precision, each with an estimate."""
    found = dict(_estimates(f, x, value))
    smooth = (abs(e.value) for e in found.values() if np.isfinite(e.doubt))
    aim = RESOLVED_BY_ESTIMATE * max(smooth, default=0.0)
    entries = (
        Slope(
            index,
            e.value,
            e.doubt,
            0.0,
            e.trouble if e.jump or not e.doubt <= aim else "",
            False,
            bool(e.jump),
            e,
        )
        for index, e in found.items()
    )
    return Slopes(tuple(entries), x.size, aim)


def _estimates(
    f: Objective, x: Array, value: float
) -> Iterator[tuple[tuple[int, ...], SlopeEstimate]]:
    largest, everywhere = 0.0, np.full(x.shape, x.size**-0.5)
    noise = slope_estimates.noise(
        lambda t: float(number_of(f(x + t * everywhere))), _scale(np.abs(x).max())
    )
    for index in _spread(x):
        line, scale = functools.partial(_along, f, x, index), _scale(x[index])
        target = RESOLVED_BY_ESTIMATE / 10 * largest
        found = slope_estimates.estimate(line, value, noise, scale, target)
        largest = max(largest, abs(found.value) if np.isfinite(found.doubt) else 0.0)
        yield index, found


def _along(f: Objective, x: Array, index: tuple[int, ...], t: float) -> float:
    moved = x.copy()
    moved[index] += t
    return float(number_of(f(moved)))


class _Differences:
    """Looks at one entry of x after the other."""

    def __init__(self, f: Objective, x: Array, kit: _Kit) -> None:
        self.f, self.x, self.kit = f, x, kit
        # An array also if it is of none.
        self.made = np.array(kit.make(x), ndmin=x.ndim)
        self.centre = number_of(f(self.made.copy()))
        self.unit = float(np.finfo(x.dtype).eps) / 2

    def beside(self, known: Slope) -> Slope:
        """The slope at that entry, and all else as it is known of another function."""
        value, doubt, kink = self._slope(known.index)
        return replace(known, value=_float(value), doubt=_float(doubt), kinked=kink)

    def slopes(self, indices: list[tuple[int, ...]]) -> Slopes:
        found = {index: self._slope(index) for index in indices}
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
        node = self.made.copy()
        node[index] = node[index] + by
        return number_of(self.f(node))

    def _at(self, index: tuple[int, ...], entry: Any) -> Any:
        """f in the numbers of the kit, with that entry of x."""
        node = self.made.copy()
        node[index] = self.kit.make(np.asarray(entry))
        return number_of(self.f(node))

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
        p, m = (float(number_of(self.f(node.copy()))) for node in (ahead, behind))
        if not (np.isfinite(p) and np.isfinite(m) and width):
            return np.inf, np.inf
        exact_p, exact_m = (self._at(index, n[index]) for n in (ahead, behind))
        truncation = _float(abs((exact_p - exact_m) * (1 / width) - slope))
        seen = _float(abs(exact_p - p)) + _float(abs(exact_m - m))
        own = self.unit * (abs(p) + abs(m)) + 3 * self.unit * abs(p - m)
        return truncation, (seen + own) / width + self.unit * abs(_float(slope))


def _spread(x: Array) -> list[tuple[int, ...]]:
    """The entries that are looked at: all in double precision."""
    most = MAX_ENTRIES if x.dtype == np.float64 else MAX_SINGLE_ENTRIES
    count = min(x.size, most)
    chosen = [k * x.size // count for k in range(count)]
    return [tuple(map(int, np.unravel_index(k, x.shape))) for k in chosen]


def _scale(x: Any) -> float:
    """The power of two by which steps are scaled: at least 1, and at least |x|."""
    return float(2.0 ** np.ceil(np.log2(max(1.0, abs(float(x))))))


def _float(number: Any) -> float:
    return float(number.raw) if isinstance(number, Precise) else float(number)
