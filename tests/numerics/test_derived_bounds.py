"""A bound is what docs/bound.md derives: never less, and more by its inflation alone.

The derivation is written down a second time here, in 60 digits. That it bounds what
is evaluated is tested elsewhere; a bound that is too wide would pass that.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from mpmath import mpf

from expressions import Sample
from gradproof.numerics import any_step
from gradproof.numerics.derivation import derivative
from gradproof.numerics.difference_formula import Index
from gradproof.numerics.enclosure import Enclosure, evaluate
from gradproof.numerics.error_bounds import central, of_formula
from gradproof.numerics.functions import Function

DIGITS = 60
U = mpf(2) ** -53
ETA = mpf(2) ** -1074
INFLATED = mpf(10) ** -8
"""Each operation adds 1e-9; an expression here has at most five above one another."""

x, y, z = sympy.symbols("x y z", real=True)
third = sympy.Rational(1, 3)

Box = tuple[Any, Any]


def derived(e: Any, boxes: Mapping[Any, Box]) -> Box:
    """v and r of an expression, by lines 1 to 5 of the derivation."""
    if e in boxes:
        return mpf(boxes[e][0]), mpf(boxes[e][1])
    if e.is_Number or e.is_NumberSymbol:
        value = e._to_mpmath(mpmath.mp.prec)
        return value, mpf(0) if mpf(float(e)) == value else 2 * U * abs(value)
    if e.is_Add:
        return added([derived(term, boxes) for term in e.args])
    if e.is_Mul or e.is_Pow:
        return multiplied(sympy.Mul.make_args(e), boxes)
    return RULES[e.func](*derived(e.args[0], boxes))


def gamma(n: Any) -> Any:
    return n * U / (1 - n * U)


def added(terms: list[Box]) -> Box:
    reach = sum(abs(v) + 2 * r for v, r in terms)
    carried = sum(r for _, r in terms)
    return sum(v for v, _ in terms), carried + gamma(len(terms) - 1) * reach


def multiplied(factors: Any, boxes: Mapping[Any, Box]) -> Box:
    value, radius, reach, roundings = mpf(1), mpf(0), mpf(1), mpf(0)
    multiplications = -1
    for factor in factors:
        (v, s), n = power(factor, boxes)
        radius = radius * abs(v) + abs(value) * s + 3 * radius * s
        value, reach = value * v, reach * (abs(v) + 2 * s)
        roundings += n
        exact = factor.is_Number and abs(np.frexp(float(factor))[0]) == 0.5
        multiplications += not exact
    return value, radius + gamma(roundings + max(multiplications, 0)) * reach


def power(factor: Any, boxes: Mapping[Any, Box]) -> tuple[Box, Any]:
    """b^q and how often it is rounded, in u."""
    base, q = factor.as_base_exp() if factor.is_Pow else (factor, sympy.S.One)
    if not q.is_number:
        inner = derived(base, boxes)
        exponent, log = derived(q, boxes), logarithm(*inner)
        (v, r), (w, s) = exponent, log
        product = abs(v) * s + abs(w) * r + 3 * r * s
        product += gamma(1) * (abs(v) + 2 * r) * (abs(w) + 2 * s)
        return exponential(v * w, product), 0
    v, r = derived(base, boxes)
    if q == 1:
        return (v, r), 0
    exact = mpf(q.p) / q.q
    far, near = abs(v) + 2 * r, abs(v) - 2 * r
    slope = far ** (exact - 1) if q > 1 else near ** (exact - 1)
    box = (mpmath.power(v, exact), abs(exact) * slope * r)
    if q in (-1, 2, sympy.S.Half):
        return box, 2
    roundings = max(abs(exact), 8)
    if mpf(float(q)) != exact:
        roundings += 2 * abs(exact) * max(abs(mpmath.log(far)), abs(mpmath.log(near)))
    return box, roundings


def exponential(v: Any, r: Any) -> Box:
    spread = mpmath.exp(v + r) * mpmath.expm1(r)
    return mpmath.exp(v), spread + gamma(8) * mpmath.exp(v + 2 * r)


def logarithm(v: Any, r: Any) -> Box:
    return libm(mpmath.log(v), r / (v - 2 * r))


def libm(value: Any, spread: Any, limit: Any = mpmath.inf) -> Box:
    """What a function's arguments do, and 4 ulp of the largest that it may be."""
    return value, spread + gamma(8) * min(limit, abs(value) + 2 * spread)


def wave(g: Any, slope: Any) -> Callable[[Any, Any], Box]:
    def rule(v: Any, r: Any) -> Box:
        spread = min(r, abs(slope(v)) * r + mpf("1.5") * r * r)
        return g(v), spread + gamma(8) * min(1, abs(g(v)) + 2 * spread)

    return rule


def rising(g: Any, slope: Any) -> Callable[[Any, Any], Box]:
    return lambda v, r: libm(g(v), r * slope(abs(v) + 2 * r))


def falling(g: Any, slope: Any, limit: Any) -> Callable[[Any, Any], Box]:
    def rule(v: Any, r: Any) -> Box:
        near = max(abs(v) - 2 * r, 0)
        return libm(g(v), min(r * slope(near), 2 * limit), limit)

    return rule


def tangent(v: Any, r: Any) -> Box:
    cosine, off = wave(mpmath.cos, mpmath.sin)(v, r)
    return libm(mpmath.tan(v), r / (abs(cosine) - 2 * off) ** 2)


RULES: dict[Any, Callable[[Any, Any], Box]] = {
    sympy.sin: wave(mpmath.sin, mpmath.cos),
    sympy.cos: wave(mpmath.cos, mpmath.sin),
    sympy.tan: tangent,
    sympy.exp: exponential,
    sympy.log: logarithm,
    sympy.sinh: rising(mpmath.sinh, mpmath.cosh),
    sympy.cosh: rising(mpmath.cosh, mpmath.sinh),
    sympy.asin: rising(mpmath.asin, lambda t: 1 / mpmath.sqrt(1 - t * t)),
    sympy.acos: rising(mpmath.acos, lambda t: 1 / mpmath.sqrt(1 - t * t)),
    sympy.atanh: rising(mpmath.atanh, lambda t: 1 / (1 - t * t)),
    sympy.tanh: falling(mpmath.tanh, lambda t: 1 - mpmath.tanh(t) ** 2, 1),
    sympy.atan: falling(mpmath.atan, lambda t: 1 / (1 + t * t), mpmath.pi / 2),
    sympy.asinh: falling(
        mpmath.asinh, lambda t: 1 / mpmath.sqrt(1 + t * t), mpmath.inf
    ),
    sympy.Abs: lambda v, r: (abs(v), r),
}

EXPRESSIONS = [
    *(x + y, x + y + z, x - 2 * y + sympy.pi, x * y, x * y * z, 2 * x * y, 3 * x),
    *(-x, x / 3, x**2, 1 / x, x**-2, x**3, x**9, x**-9, sympy.sqrt(x), x**third),
    *(x ** (-third), x ** sympy.Rational(3, 2), x / y, x / (y * z), x**2 / y, 1 / y**3),
    *(2**x, x**y, (x + y) ** 2, (x * y + z) ** 3, x * (y + z), sympy.pi * x),
    *(sympy.sin(x * y), sympy.exp(x) * sympy.log(y), sympy.sqrt(x + y) / z),
    *(f(x) for f in RULES),
]
"""Of components of x in (0, 1), where all of these are defined."""

CENTRES = [(0.3, 0.6, 0.45), (0.75, 0.2, 0.55), (0.17, 0.9, 0.05)]
RADII = [0.0, 1e-14, 1e-5, 0.02]


def assert_derived(e: Any, box: Enclosure, boxes: Mapping[Any, Box]) -> None:
    value, radius = float(box.value), float(box.radius)
    with mpmath.workdps(DIGITS):
        _, due = derived(e, boxes)
        assert due <= radius <= due * (1 + INFLATED) + 10_000 * ETA, (e, value, boxes)


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
@pytest.mark.parametrize("radius", RADII)
def test_a_radius_is_what_is_derived(expression: Any, radius: float) -> None:
    for row in CENTRES:
        boxes = {s: (v, radius) for s, v in zip((x, y, z), row, strict=True)}
        assert_derived(expression, evaluate(expression, boxes), boxes)


@pytest.mark.parametrize(
    ("expression", "value", "radius"),
    [
        (sympy.sin(x), 1.5, 1.0),
        (sympy.cos(x), 0.1, 0.9),
        (sympy.sin(x), -1.2, 1e-9),
        (sympy.tanh(x), -0.4, 3.0),
        (sympy.tanh(x), 15.0, 0.2),
        (sympy.atan(x), 2.0, 5.0),
        (sympy.atan(x), -0.3, 0.0),
        (sympy.asinh(x), -20.0, 11.0),
        (sympy.sinh(x), -3.0, 0.5),
        (sympy.cosh(x), -2.0, 0.5),
        (x**2, -4.0, 1.0),
        (x**3, -4.0, 1.0),
        (1 / x, -4.0, 1.0),
        (x**-3, -4.0, 1.0),
        (x**third, 1e290, 1e280),
        (x**third, 1e-290, 1e-300),
        (sympy.exp(x), -30.0, 4.0),
        (sympy.log(x), 1e-5, 4e-6),
        (sympy.Abs(x), -2.0, 0.5),
    ],
    ids=str,
)
def test_a_radius_is_what_is_derived_far_from_0(
    expression: Any, value: float, radius: float
) -> None:
    boxes = {x: (value, radius)}
    assert_derived(expression, evaluate(expression, boxes), boxes)


@pytest.mark.parametrize("function", [sympy.asin, sympy.acos, sympy.atanh])
def test_where_a_slope_is_steepest_is_rounded_outwards(function: Any) -> None:
    rng = np.random.default_rng(0)
    for distance in 10.0 ** rng.uniform(-14, -12, 50):
        radius = distance * rng.uniform(0.3, 0.49)
        boxes = {x: (1 - distance, radius)}
        box = evaluate(function(x), boxes)
        with mpmath.workdps(DIGITS):
            assert derived(function(x), boxes)[1] <= float(box.radius)


@dataclass(frozen=True)
class Curve:
    """A function of x and y at a point, whose derivatives are enclosed."""

    expression: Any
    at: dict[Any, float]

    @property
    def function(self) -> Function:
        """What the bounds take."""
        return function_of(self.expression)

    def enclosed(self, index: Index, moved: Any = None, radii: Any = None) -> Box:
        """D^a f, at the point or where symbols of it are moved to; over a box."""
        e = derivative(self.function, 2, index)
        renamed = dict(zip(self.function.expression(2)[1], (x, y), strict=True))
        at, radii = self.at | (moved or {}), radii or {}
        boxes = {own: (at[s], radii.get(s, 0)) for own, s in renamed.items()}
        return derived(e, boxes)


@functools.cache
def function_of(expression: Any) -> Function:
    return Sample(expression, (x, y)).function()


def derived_central(curve: Curve, s: Any, h: float) -> dict[str, Any]:
    """b1, b2 and r in the direction of a symbol, by the lines of "b1, b2, r"."""
    here, twice = curve.at[s], 2 * mpf(h)
    ends = here + h, here - h
    ahead, behind = (mpf(ends[0]) - mpf(here), mpf(here) - mpf(ends[1]))
    c1 = (ahead + behind) / twice - 1
    c2 = (ahead**2 - behind**2) / (2 * twice)
    c3 = (ahead**3 + behind**3) / (6 * twice)
    (a, e_a), (b, e_b) = (curve.enclosed((0, 0), {s: end}) for end in ends)
    r = (e_a + e_b + (2 * U + U * U) * (abs(a - b) + 2 * (e_a + e_b))) / twice
    axis = (1, 0) if s == x else (0, 1)
    box = {s: max(ahead, behind)}
    slopes = [
        curve.enclosed((n * axis[0], n * axis[1]), radii=box if n == 3 else None)
        for n in (1, 2, 3)
    ]
    terms = list(zip((c1, c2, c3), slopes, strict=True))
    size = sum(abs(c) * (abs(v) + radius) for c, (v, radius) in terms)
    spread = sum(abs(c) * radius for c, (_, radius) in terms)
    own = slopes[0][1]
    b1 = size + r + own
    return {"r": r, "b1": b1, "b2": spread + r + own + 16 * U * size + 4 * U * b1}


CURVES = [
    *(x**3 * y, sympy.sin(3 * x) + y, sympy.exp(x * y), x**2 * y**2, 1 / (1 + x**2)),
    *(sympy.sqrt(1 + x**2 + y**2), x / y, x + y),
]
PLACES = [(0.3, 0.7), (1.75, 2.0**-4), (-20.1, 0.125)]


def assert_no_wider(due: Any, found: float, room: Any, what: Any) -> None:
    assert due <= found <= due * (1 + INFLATED) + room * ETA, what


@pytest.mark.parametrize("expression", CURVES, ids=str)
@pytest.mark.parametrize("step", [1e-2, 1e-4, 3e-8])
def test_the_bounds_of_a_central_difference_are_what_is_derived(
    expression: Any, step: float
) -> None:
    for place in PLACES:
        curve = Curve(expression, dict(zip((x, y), place, strict=True)))
        bound = central(curve.function, np.array(place), step)
        with mpmath.workdps(DIGITS):
            for j, s in enumerate((x, y)):
                for name, due in derived_central(curve, s, step).items():
                    found, room = float(getattr(bound, name)[j]), mpf(10) ** 9 / step
                    assert_no_wider(due, found, room, (name, place, s))


def derived_any_step(curve: Curve, s: Any, steps: tuple[float, float], w: Any) -> Any:
    """The bound for steps of a range, of f that is made of sums and products.

    At points no further than w from the place, in each component.
    """
    low, high = map(mpf, steps)
    node = U * (abs(curve.at[s]) + w + high)
    far = {q: w + (high + node if q == s else 0) for q in (x, y)}
    worst = {
        q: (abs(v) + far[q] * (-1 if q in DIVIDING.get(curve.expression, ()) else 1), 0)
        for q, v in curve.at.items()
    }
    off = derived(curve.expression, worst)[1] / low
    about = dict.fromkeys((x, y), w)

    def largest(times: int, radii: Any) -> Any:
        index = (times, 0) if s == x else (0, times)
        value, radius = curve.enclosed(index, radii=radii)
        return abs(value) + radius

    c1 = node / low
    c3 = max((h + node) ** 3 / (6 * h) for h in (low, high))
    size = c1 * largest(1, about) + node * (1 + c1) * largest(2, about)
    r = off + (2 * U + U * U) * ((1 + c1) * largest(1, far) + off)
    own = curve.enclosed((1, 0) if s == x else (0, 1))[1]
    return size + c3 * largest(3, far) + r + own


DIVIDING = {x / y: (y,), x**2 / y**3: (y,)}
"""Components that are least where an evaluation is off by most."""


@pytest.mark.parametrize("width", [0.0, 2.0**-10])
@pytest.mark.parametrize("steps", [(1e-5, 1e-3), (2.0**-7, 2.0**-7), (1e-6, 0.03)])
@pytest.mark.parametrize(
    "expression", [x**3 * y, x**2 * y**2 + 3 * x, x + y, *DIVIDING], ids=str
)
def test_the_bound_of_any_step_is_what_is_derived(
    expression: Any, steps: tuple[float, float], width: float
) -> None:
    for place in [(0.3, 0.7), (1.75, 0.25)]:
        curve = Curve(expression, dict(zip((x, y), place, strict=True)))
        found = any_step.central(curve.function, list(place), *steps, [width, width])
        with mpmath.workdps(DIGITS):
            for j, s in enumerate((x, y)):
                due = derived_any_step(curve, s, steps, mpf(width))
                assert_no_wider(due, float(found[j]), mpf(10) ** 9 / steps[0], place)


def derived_formula(
    curve: Curve, nodes: Any, weights: Any, component: int, order: int, spare: Any
) -> Any:
    """The bound of any formula, by the three lines of its derivation.

    ``spare`` is what an allowance may be wider, in the size of a moment's terms.
    """
    axis = tuple(int(j == component) for j in range(2))
    point = [mpf(v) for v in curve.at.values()]
    offsets = [
        [mpf(float(c)) - p for c, p in zip(n, point, strict=True)] for n in nodes
    ]
    rows = list(zip(weights, offsets, nodes, strict=True))
    low, high = np.min([*nodes, point], axis=0), np.max([*nodes, point], axis=0)
    box = {
        "moved": dict(zip((x, y), (low + high) / 2, strict=True)),
        "radii": dict(zip((x, y), (high - low) / 2, strict=True)),
    }
    total = curve.enclosed(axis)[1]
    for a, b in itertools.product(range(order + 2), repeat=2):
        below = mpmath.factorial(a) * mpmath.factorial(b)
        if a + b <= order:
            moment = sum(w * d[0] ** a * d[1] ** b for w, d, _ in rows) / below
            off = abs(moment - ((a, b) == axis))
            if a + b <= 1:
                off = min(off, allowance(point, rows, (a, b), spare))
            v, r = curve.enclosed((a, b))
            total += off * (abs(v) + r)
        elif a + b == order + 1:
            size = sum(abs(w * d[0] ** a * d[1] ** b) for w, d, _ in rows) / below
            v, r = curve.enclosed((a, b), **box)
            total += size * (abs(v) + r)
    for weight, _, node in rows:
        v, r = curve.enclosed((0, 0), dict(zip((x, y), map(float, node), strict=True)))
        total += abs(weight) * (r + gamma(2 * len(rows) + 2) * (abs(v) + 2 * r))
    return total


def allowance(point: Any, rows: Any, index: Index, spare: Any) -> Any:
    """What rounding explains of a moment: two additions a node, eight roundings more.

    The eight are those of a weight.
    """
    total = mpf(0)
    for weight, offset, _ in rows:
        far = near = mpf(1)
        for p, d, a in zip(point, offset, index, strict=True):
            far *= (abs(d) + 2 * U * (abs(p) + abs(d))) ** a
            near *= abs(d) ** a
        total += abs(weight) * (far * (1 + 8 * U) - near + spare * far)
    return total


FORMULAS: dict[str, tuple[Any, Any, int]] = {
    "forward": ([(1, 0), (0, 0)], [1, -1], 1),
    "central": ([(1, 0), (-1, 0)], [0.5, -0.5], 2),
    "backward of three": ([(0, 0), (-1, 0), (-2, 0)], [1.5, -2, 0.5], 2),
    "askew": ([(1, 1), (-1, 1)], [0.5, -0.5], 1),
    "five": ([(2, 0), (1, 0), (-1, 0), (-2, 0)], [-0.125, 1, -1, 0.125], 2),
}
"""Offsets and weights, in steps; the last one's first moment is not 1."""


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("expression", CURVES, ids=str)
@pytest.mark.parametrize("step", [2.0**-7, 2.0**-14])
def test_the_bound_of_a_formula_is_what_is_derived(
    name: str, expression: Any, step: float
) -> None:
    offsets, sizes, order = FORMULAS[name]
    curve = Curve(expression, {x: 0.75, y: 0.5})
    nodes = np.array([0.75, 0.5]) + step * np.array(offsets, float)
    weights = np.array(sizes, float) / step
    found = of_formula(curve.function, [0.75, 0.5], nodes, weights, 0, order)
    with mpmath.workdps(DIGITS):
        due, most = (
            derived_formula(curve, nodes, weights, 0, order, spare)
            for spare in (0, 8 * U)
        )
        assert due <= found <= most * (1 + INFLATED) + mpf(10) ** 9 / step * ETA, curve
