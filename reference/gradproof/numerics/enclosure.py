"""Values of expressions in double precision, with a rigorous radius.

They are SymPy's, or answer to the same names as these.

One pass over the tree bounds three things at once: how far any float64 evaluation
of that tree is from the exact value, how far the exact value moves over a box, and
what overflow and underflow can do. At box radius 0 the radius is the evaluation
error of a function that is coded like its expression.

Two claims go up the tree. Let g(y) be the exact value at y, ĝ(y) the result of any
float64 evaluation there, for any y of the box:

    |v − g(y)| ≤ r    and    |ĝ(y) − g(y)| ≤ r.

Hence |g(y)| ≤ |v| + r, and |ĝ(y)| ≤ |v| + 2r: an enclosure's `reach`.

Assumed of the arithmetic: IEEE 754 with gradual underflow; elementary functions and
powers within 4 ulp, but squares, reciprocals and square roots within 1 ulp (they are
single operations, or ``pow`` at its best).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gradproof.numerics.rounding import TINY, UNIT_ROUNDOFF, gamma

if TYPE_CHECKING:
    import sympy

    from gradproof.numerics.expressions import Expression

LIBM = 8
"""4 ulp, in unit roundoffs: an ulp of y is at most 2u|y|."""

INFLATION = 1 + 1e-9
"""Covers the rounding made in computing a radius: sums, products and quotients of
non-negative numbers and a few powers, each within 2·LIBM·u ≈ 2e-15 of exact."""


class Enclosure(NamedTuple):
    """A value and the radius about it, both of one shape."""

    value: NDArray[np.float64]
    radius: NDArray[np.float64]

    @property
    def magnitude(self) -> NDArray[np.float64]:
        """Bound of every exact value in the box."""
        return np.abs(self.value) + self.radius

    @property
    def reach(self) -> NDArray[np.float64]:
        """Bound of every value in the box, exact or evaluated."""
        return np.abs(self.value) + 2 * self.radius

    @property
    def floor(self) -> NDArray[np.float64]:
        """What every value, exact or evaluated, exceeds in size; NaN if that is 0.

        NaN makes whatever is derived from it non-finite: the box touches a
        singularity, or nothing tells that it does not.
        """
        low = np.abs(self.value) - 2 * self.radius
        return np.where(low > 0, low, np.nan)


def evaluate(expression: sympy.Expr | Expression, env: Mapping[Any, Any]) -> Enclosure:
    """Enclose ``expression`` over the boxes given for its symbols.

    Parameters
    ----------
    env
        Value and radius of each symbol; arrays are broadcast together.

    Returns
    -------
    Enclosure
        Both arrays of the broadcast shape. The radius is infinite where no finite
        bound is known: the box touches a singularity or an evaluation may overflow.

    Raises
    ------
    NotImplementedError
        For an expression with another node than a sum, a product, a power, a function
        of `RULES`, a number, or a symbol of ``env``.
    """
    known = {s: Enclosure(*map(_float64, box)) for s, box in env.items()}
    shape = np.broadcast_shapes(*(a.shape for box in known.values() for a in box))
    with np.errstate(all="ignore"):
        value, radius = _enclose(expression, known)
        finite = np.isfinite(value) & np.isfinite(radius)
        radius = np.where(finite, radius, np.inf)
    return Enclosure(np.broadcast_to(value, shape), np.broadcast_to(radius, shape))


def _float64(number: Any) -> Any:
    # [()] makes a scalar of a 0-d array, which NumPy works with much faster.
    return np.asarray(number, dtype=np.float64)[()]


def _enclose(e: Any, known: dict[Any, Enclosure]) -> Enclosure:
    found = known.get(e)
    if found is None:
        found = known[e] = _node(e, known)
    return found


def _node(e: Any, known: dict[Any, Enclosure]) -> Enclosure:
    if e.is_Number or e.is_NumberSymbol:
        return _constant(e)
    if e.is_Add:
        return _sum([_enclose(term, known) for term in e.args])
    if e.is_Mul or e.is_Pow:
        return _product([_factor(arg, known) for arg in (e.args if e.is_Mul else [e])])
    rule = RULES.get(e.func.__name__)
    if rule is None:
        raise NotImplementedError(f"no enclosure is known for {e.func.__name__}: {e}")
    return rule(_enclose(e.args[0], known))


def _rounded(value: Any, radius: Any) -> Enclosure:
    """A computed enclosure: room for the radius's own rounding and underflow."""
    return Enclosure(value, radius * INFLATION + 8 * TINY)


@functools.lru_cache
def _constant(e: Any) -> Enclosure:
    value = np.float64(float(e))
    if np.isfinite(value) and e.is_Number and _rational(e) == Fraction(float(value)):
        return Enclosure(value, np.float64(0))
    return _rounded(value, 2 * UNIT_ROUNDOFF * np.abs(value))


def _rational(e: Any) -> Fraction:
    """A finite number, exactly."""
    if not e.is_Rational:
        import sympy

        e = sympy.Rational(e)
    return Fraction(int(e.p), int(e.q))


def _sum(terms: Sequence[Enclosure]) -> Enclosure:
    """n terms in any order: each goes through at most n − 1 additions.

    |Σ̂ĝ − Σg| ≤ Σ|ĝ − g| + γ_(n−1)·Σ|ĝ|. Additions do not underflow.
    """
    value: Any = sum(t.value for t in terms)
    reach = sum(t.reach for t in terms)
    return _rounded(value, sum(t.radius for t in terms) + gamma(len(terms) - 1) * reach)


class _Factor(NamedTuple):
    """A power in a product; ``roundings`` of any evaluation of it."""

    power: Enclosure
    roundings: Any
    below: Any = None  # bound of what it divides by
    scales: bool = False  # by a power of two: a multiplication that is exact


def _factor(e: Any, known: dict[Any, Enclosure]) -> _Factor:
    if e.is_Pow and (e.exp.is_Rational or e.exp.is_Float):
        exponent, box = _rational(e.exp), _enclose(e.base, known)
        power, roundings = _power(box, exponent), _power_roundings(box, exponent)
        below = box.reach ** -float(exponent) if exponent < 0 else None
        return _Factor(power, roundings, below)
    box = _varying_power(e.base, e.exp, known) if e.is_Pow else _enclose(e, known)
    scales = bool(
        e.is_Number and box.radius == 0 and np.frexp(np.abs(box.value))[0] == 0.5
    )
    return _Factor(box, 0, scales=scales)


def _varying_power(base: Any, exponent: Any, known: dict[Any, Enclosure]) -> Enclosure:
    """b^a = exp(a·log b) for b > 0; ``pow`` is within the error of that exponential."""
    logarithm = _logarithm(_enclose(base, known))
    factors = [_Factor(box, 0) for box in (_enclose(exponent, known), logarithm)]
    return _exponential(_product(factors))


def _power(base: Enclosure, exponent: Fraction) -> Enclosure:
    """base^q in exact arithmetic: by the mean value theorem |q|·max|b^(q−1)|·radius.

    The largest slope is at the far end for q ≥ 1, at the near end for q < 1. The
    quotient there keeps b^(q−1) from underflowing beside a large radius.
    """
    whole = exponent.denominator == 1
    q = int(exponent) if whole else float(exponent)
    value = base.value**q
    if q >= 1:
        spread = q * base.radius * base.reach ** (q - 1)
    else:
        spread = abs(q) * (base.radius / base.floor) * base.floor**q
    if not whole:
        spread = _sure(spread, base)  # no root of what may be 0 or negative
    return Enclosure(value, spread)


def _sure(number: Any, box: Enclosure) -> Any:
    """The number, and NaN where the box touches 0."""
    return np.where(np.isnan(box.floor), np.nan, number)


def _power_roundings(base: Enclosure, exponent: Fraction) -> Any:
    """Roundings that a power costs, by ``pow`` or by multiplication, in u.

    An exponent that is no double is rounded as well: b^(q(1 + δ)) = b^q·exp(qδ·log b).
    """
    if exponent in (-1, 2, Fraction(1, 2)):
        return 2
    roundings = max(abs(float(exponent)), LIBM)
    if Fraction(float(exponent)) == exponent:
        return roundings
    span = np.maximum(np.abs(np.log(base.reach)), np.abs(np.log(base.floor)))
    return roundings + 2 * np.abs(float(exponent)) * span


def _product(factors: Sequence[_Factor]) -> Enclosure:
    """Π b^q in any order, with the denominators multiplied together first or not.

    The radius is what the factors' radii put into an exact product, and γ_n times
    the product of their reaches, for n roundings in all, and underflow.
    """
    value: Any = np.float64(1)
    radius: Any = np.float64(0)
    for power in (f.power for f in factors):
        # |ĝĥ − gh| with |g| ≤ |v| + r: the third product covers (v ± r)·r and r·r.
        radius = (
            radius * np.abs(power.value)
            + np.abs(value) * power.radius
            + 3 * radius * power.radius
        )
        value = value * power.value
    # Numbers are gathered in one factor: another is none that scales.
    multiplications = sum(not f.scales for f in factors) - 1
    roundings = multiplications + sum(f.roundings for f in factors)
    reach: Any = math.prod(f.power.reach for f in factors)
    return _rounded(
        value,
        radius + gamma(roundings) * reach + _underflow(factors, roundings),
    )


def _underflow(factors: Sequence[_Factor], roundings: Any) -> Any:
    """What underflow adds to a product, and infinity where one may overflow.

    A partial product that underflows is off by η = TINY/2 and is multiplied by what
    is left: at most Π max(1, |b^q|). The operations that compute the radius underflow
    likewise; there are under 16 for each rounding or factor. A product of
    denominators must neither overflow nor leave the normal numbers, which end at
    2⁻¹⁰²²: 4/2⁻¹⁰²² overflows.
    """
    growth: Any = math.prod(np.maximum(1, f.power.reach) for f in factors)
    dividing = [f for f in factors if f.below is not None]
    large = math.prod(np.maximum(1, f.below) for f in dividing)
    small = math.prod(4 * np.maximum(1, f.power.reach) for f in dividing)
    operations = 16 * (roundings + len(factors))
    fits = np.isfinite(large) & np.isfinite(small)
    return np.where(fits, operations * TINY * growth, np.inf)


def _computed(value: Any, spread: Any) -> Enclosure:
    """A function's value: what its argument does to it, and 4 ulp of its own.

    These are of a number that may be 2·spread larger; 16u·spread is a millionth of
    what `_rounded` adds.
    """
    return _rounded(value, spread + gamma(LIBM) * np.abs(value))


def _sine(
    function: Callable[[Any], Any], slope: Callable[[Any], Any]
) -> Callable[[Enclosure], Enclosure]:
    """For sine and cosine: |g(a + t) − g(a)| ≤ |t|, and ≤ |g'(a)t| + t²/2.

    The slope is that at v; between two points of the box it is off by r at most.
    """

    def rule(a: Enclosure) -> Enclosure:
        value, r = function(a.value), a.radius
        spread = np.minimum(r, np.abs(slope(a.value)) * r + 1.5 * r * r)
        return _computed(value, spread)

    return rule


def _exponential(a: Enclosure) -> Enclosure:
    """|e^â − e^a| ≤ e^a·(e^r − 1), and a ≤ v + r."""
    v, r = a
    return _computed(np.exp(v), np.exp(v + r) * np.expm1(r))


def _logarithm(a: Enclosure) -> Enclosure:
    """The slope is largest at the near end; log of a negative value is NaN."""
    return _computed(np.log(a.value), a.radius / a.floor)


def _steep(
    function: Callable[[Any], Any], slope: Callable[[Any], Any]
) -> Callable[[Enclosure], Enclosure]:
    """Where |g'| grows with the distance from 0: its largest is at the far end.

    Arguments, exact or evaluated, lie within 2r of v, and two of them within r of
    one another.
    """

    def rule(a: Enclosure) -> Enclosure:
        value, r = function(a.value), a.radius
        # Near a singularity it matters to which side that end is rounded.
        spread = r * slope(np.nextafter(np.abs(a.value) + 2 * r, np.inf))
        return _computed(value, spread)

    return rule


def _levelling(
    function: Callable[[Any], Any], slope: Callable[[Any], Any], limit: float
) -> Callable[[Enclosure], Enclosure]:
    """Where |g'| falls with the distance from 0: its largest is at the near end.

    |g| stays below ``limit``, so no two values are further apart than twice that.
    """

    def rule(a: Enclosure) -> Enclosure:
        value, r = function(a.value), a.radius
        near = np.maximum(np.abs(a.value) - 2 * r, 0)
        spread = np.minimum(r * slope(near), 2 * limit)
        return _computed(value, spread)

    return rule


def _tangent(a: Enclosure) -> Enclosure:
    """The slope is 1/cos², and cos is nowhere in reach smaller than its floor."""
    return _computed(np.tan(a.value), a.radius / _cosine(a).floor ** 2)


def _absolute(a: Enclosure) -> Enclosure:
    """||b| − |a|| ≤ |b − a|, and nothing is rounded."""
    return Enclosure(np.abs(a.value), a.radius)


def _sign(a: Enclosure) -> Enclosure:
    """±1, where the sign is sure; the derivative of |a|."""
    return Enclosure(_sure(np.sign(a.value), a), np.float64(0))


def _impulse(a: Enclosure) -> Enclosure:
    """0, where a is surely not: the derivatives of the sign."""
    return Enclosure(_sure(np.float64(0), a), np.float64(0))


_cosine = _sine(np.cos, np.sin)

RULES: dict[str, Callable[[Enclosure], Enclosure]] = {
    "sin": _sine(np.sin, np.cos),
    "cos": _cosine,
    "tan": _tangent,
    "exp": _exponential,
    "log": _logarithm,
    "sinh": _steep(np.sinh, np.cosh),
    "cosh": _steep(np.cosh, np.sinh),
    "tanh": _levelling(np.tanh, lambda t: 1 / np.cosh(t) ** 2, 1.0),
    "asin": _steep(np.arcsin, lambda t: 1 / np.sqrt((1 - t) * (1 + t))),
    "acos": _steep(np.arccos, lambda t: 1 / np.sqrt((1 - t) * (1 + t))),
    "asinh": _levelling(np.arcsinh, lambda t: 1 / np.sqrt(1 + t * t), np.inf),
    "atanh": _steep(np.arctanh, lambda t: 1 / np.sqrt((1 - t) * (1 + t)) ** 2),
    "atan": _levelling(np.arctan, lambda t: 1 / (1 + t * t), np.pi / 2),
    "Abs": _absolute,
    "sign": _sign,
    "DiracDelta": _impulse,
}
"""By its name, how a function's enclosure follows from that of its first argument."""
