"""The book's recipe as a handful of choices; a defect is one choice made otherwise.

A recipe can be run like any port. So a hypothesis on what is wrong with a port is
tried by giving both the same probes, and two defects at once are two changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gradproof.numerics.number_formats import NumberFormat

Array = np.ndarray[Any, Any]
Taps = tuple[tuple[float, float], ...]
Index = tuple[int, ...]

Stored = Literal[
    "at-index",
    "reversed",
    "rolled",
    "over-all",
    "everywhere",
    "nowhere",
    "into-first",
]
CENTRAL: Taps = ((1, 0.5), (-1, -0.5))


@dataclass(frozen=True)
class Recipe:
    """How a gradient is made; every choice is the right one unless it is changed.

    ``taps`` are pairs (m, c): entry i is Σ c·f(x + m·h·e_i)·h^power·factor·sign.
    ``points`` says what is taken for a point; ``whole`` takes all of x for one,
    ``piece`` all its numbers in one row.
    ``loop`` is how far it goes over the components: it may end with the first, whose
    slope may be all that comes back, or begin with the second.
    ``work`` is where x is moved: in the caller's array if that is of doubles
    (``in-place``), in whatever the caller's array is made of (``own``), or in a copy.
    ``result`` is the type of the result, ``alias`` what it is if it is no new array:
    x from the start, or x at the end. ``careful``: x is restored also if f fails.
    ``stored`` says where a slope is put; those of a batch may go into one row that all
    ``rows`` share, or be written or read column by column.
    ``kept`` is the format that the result is rounded to, if it is.
    ``spoils``: at the end x is left with its sign turned. ``spreads``: what is no
    number in one row gets into all.
    """

    points: Literal["rows", "columns", "whole", "first-row", "one", "piece"] = "rows"
    taps: Taps = CENTRAL
    power: int = -1
    factor: float = 1.0
    sign: float = 1.0
    step: float = 1e-4
    moves: Literal["component", "row"] = "component"
    given: Literal["point", "element"] = "point"
    stored: Stored = "at-index"
    rows: Literal["own", "shared", "by-columns", "from-columns"] = "own"
    loop: Literal["all", "first", "first-alone", "but-first"] = "all"
    restores: Literal["value", "nothing", "ahead"] = "value"
    work: Literal["in-place", "copy", "own", "single"] = "in-place"
    result: Literal["double", "own"] = "double"
    kept: NumberFormat | None = None
    alias: Literal["no", "from-start", "at-end"] = "no"
    second_call: bool = True
    careful: bool = True
    spoils: bool = False
    spreads: bool = False

    def __call__(self, f: Callable[[Any], Any], x: Any) -> Any:
        """Run the recipe on an array of shape (D,) or (N, D).

        Raises ValueError for other shapes where rows are points, and IndexError for
        a batch where one point is due.
        """
        given = np.asarray(x)
        if self.points != "whole" and given.ndim not in (1, 2):
            raise ValueError("a point or an array of points is due")
        result = self._points(f, self._workplace(given))
        if self.kept:
            result = np.vectorize(self.kept.rounded, otypes=[float])(result)
        if self.spreads:
            result = result + 0 * np.sum(result)
        if self.spoils:
            given *= -1
        if self.alias == "at-end":
            given[...] = result
            return given
        return result.astype(given.dtype) if self.result == "own" else result

    def _workplace(self, x: Array) -> Array:
        match self.work:
            case "own":
                return x
            case "single":
                return x.astype(np.float32)
            case "copy":
                return np.array(x, float)
        return np.asarray(x, float)

    def _points(self, f: Callable[[Any], Any], x: Array) -> Any:
        if x.ndim == 1 or self.points == "whole":
            return self._at(f, x)
        if self.points == "one":
            raise IndexError("one point is due")
        if self.points == "piece":
            return self._at(f, x.ravel())
        slopes: Array = np.zeros(x.shape)
        if self.points == "columns":
            for number, column in enumerate(x.T):
                slopes[:, number] = self._at(f, column)
        else:
            for number, row in enumerate(x[:1] if self.points == "first-row" else x):
                slopes[number] = self._at(f, row)
        return self._arranged(slopes)

    def _arranged(self, slopes: Array) -> Any:
        """The rows of a batch as the result has them."""
        match self.rows:
            case "shared":
                return np.tile(slopes[-1:], (len(slopes), 1))
            case "by-columns":
                return slopes.ravel("F").reshape(slopes.shape)
            case "from-columns":
                return slopes.ravel().reshape(slopes.shape, order="F")
        return slopes

    def _at(self, f: Callable[[Any], Any], x: Array) -> Any:
        """The gradient at one point; x is moved in place, as in the book."""
        slopes = x if self.alias == "from-start" else np.zeros(x.shape)
        order = list(np.ndindex(x.shape))[self.loop == "but-first" :]
        for index, target in zip(order, self._targets(order), strict=True):
            slopes = self._store(slopes, target, f, x, index)
            if self.loop in ("first", "first-alone"):
                break
        return slopes.ravel()[:1] if self.loop == "first-alone" else slopes

    def _targets(self, order: list[Index]) -> list[Index]:
        if self.stored == "into-first":
            return order[:1] * len(order)
        if self.stored == "rolled":
            return order[1:] + order[:1]
        return order[::-1] if self.stored == "reversed" else order

    def _store(
        self, slopes: Any, target: Index, f: Callable[[Any], Any], x: Array, at: Index
    ) -> Any:
        """Take one slope, store it, and only then put x back, as in the book."""
        place = ... if self.moves == "row" else at
        kept = x[place].copy()
        try:
            slope = self._slope(f, x, place, at)
        except Exception:
            if self.careful and self.restores == "value":
                x[place] = kept
            raise
        if self.stored not in ("over-all", "nowhere"):
            slopes[... if self.stored == "everywhere" else target] = slope
        if self.restores == "value":
            x[place] = kept
        elif self.restores == "ahead":
            x[place] = kept + self.step
        return np.float64(slope) if self.stored == "over-all" else slopes

    def _slope(
        self, f: Callable[[Any], Any], x: Array, place: Any, index: Index
    ) -> Any:
        kept = x[place].copy()
        total = 0.0
        for number, (multiple, coefficient) in enumerate(self.taps):
            x[place] = kept + multiple * self.step
            if number and not self.second_call:
                total = total + coefficient * float(x[index])
            else:
                total = total + coefficient * self._ask(f, x, index)
        return total * self.step**self.power * self.factor * self.sign

    def _ask(self, f: Callable[[Any], Any], x: Array, index: Index) -> Any:
        return f(x[index]) if self.given == "element" else f(x)


@dataclass(frozen=True)
class Tangent(Recipe):
    """A tangent of a number's or a point's function; the recipe makes its slope.

    ``off_point``: the height at 0 is f(x) − slope, and not f(x) − slope·x.
    ``summed`` says in which of its two terms the products of slope and point are.
    """

    off_point: bool = False
    summed: Literal["both", "height", "place", "neither"] = "both"

    def __call__(self, f: Callable[[Any], Any], x: Any) -> Callable[[Any], Any]:
        """The tangent at a number or a point (D,), as a function.

        Raises ValueError for a number that has no components.
        """
        if self.summed != "both" and not np.ndim(x):
            raise ValueError("a point is due")
        slope = super().__call__(f, x)
        height = f(x) - self._term("height", slope * (1 if self.off_point else x))
        return lambda t: self._term("place", slope * t) + height

    def _term(self, name: str, products: Any) -> Any:
        return np.sum(products) if self.summed in (name, "both") else products


@dataclass(frozen=True)
class Descent(Recipe):
    """Steps down a gradient that is made by the recipe, and the points left.

    ``start`` says whether the caller's array is moved, ``history`` whether the
    points' numbers are kept or, each time, the one array that is moved.
    """

    start: Literal["kept", "moved"] = "kept"
    history: Literal["copies", "aliased"] = "copies"

    def __call__(
        self, f: Callable[[Any], Any], x: Any, lr: float = 0.01, step_num: int = 100
    ) -> Any:
        """Where the steps from x, (D,), lead, and the history, (step_num, D)."""
        at = x if self.start == "moved" else np.array(x)
        history = []
        for _ in range(step_num):
            history.append(at if self.history == "aliased" else at.copy())
            at -= lr * super().__call__(f, at)
        return at, np.array(history)
