"""Hold the bounds of `gradproof.numerics` against high precision, and see how tight.

    python tests/tools/bound_check.py [--entries N] [--seed S] [--points P]

Random functions of several kinds are differentiated by a central difference in double
precision; its error is worked out with 60 digits and compared with the bounds. It
prints violations (there are to be none), how often b1 is within 2, 10 and 100 times the
error, what the functions of this machine are off by, in ulp, and for each part of the
bounds how often they are violated where that part is made smaller. Exits with 1 if a
bound does not hold, or a part can be left out unseen. A function costs more than its
points: with ``--points 50`` a million entries are a matter of minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import mpmath
import numpy as np
import sympy

sys.path.insert(0, str(Path(__file__).parents[1]))

from expressions import OPERATIONS, PRECISION, SINGULAR, Sample
from gradproof.numerics import enclosure, error_bounds
from gradproof.numerics.error_bounds import CentralBound, central
from gradproof.numerics.oracle import UnboundedError

POINTS = 10
"""Of one function, unless the command says otherwise."""
MAX_LEAVES = 5
NEAR = (2, 10, 100)
"""Bounds that are so many times the error at most are counted."""
STEPS = (1e-2, 1e-3, 1e-4, 1e-6, 1e-8)


@dataclass(frozen=True)
class Case:
    """A function, points (N, D), and a step."""

    sample: Sample
    x: np.ndarray[Any, Any]
    step: float

    def nodes(self, j: int) -> tuple[Any, Any]:
        """x₊ and x₋ of component j, as rounded."""
        ahead, behind = self.x.copy(), self.x.copy()
        ahead[:, j] += self.step
        behind[:, j] -= self.step
        return ahead, behind


@dataclass
class Tally:
    """Of so many entries: those that broke a bound, and how far b1 is from the error.

    ``unbounded`` are those for which there is no finite bound, which raises.
    """

    entries: int = 0
    unbounded: int = 0
    violations: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("b1", "b2", "r"), 0)
    )
    within: dict[int, int] = field(default_factory=lambda: dict.fromkeys(NEAR, 0))

    @property
    def violated(self) -> int:
        """Bounds that do not hold, over all entries."""
        return sum(self.violations.values())


def cases(kind: str, random: Random, points: int) -> Iterator[Case]:
    """Functions without end, each with a step and at so many points."""
    made = KINDS[kind]
    while True:
        symbols = sympy.symbols(f"x:{random.randint(1, 3)}", real=True)
        sample = Sample(made.expression(symbols, random), symbols)
        step = random.choice(STEPS)
        if made.scaled:
            first = np.array([made.component(random) for _ in symbols])
            near = [[random.uniform(0.5, 2) for _ in symbols] for _ in range(points)]
            yield Case(sample, first * near, step * float(np.max(first)))
        else:
            rows = [[made.component(random) for _ in symbols] for _ in range(points)]
            yield Case(sample, np.array(rows), step)


def composed(symbols: Any, random: Random, leaves: int = 0) -> Any:
    """Sums, products, quotients, powers, roots and elementary functions of leaves."""
    leaves = leaves or random.randint(1, MAX_LEAVES)
    if leaves == 1:
        numbers = [sympy.Integer(2), sympy.Rational(1, 3), sympy.pi]
        return random.choice([*symbols, *symbols, *numbers])
    if random.random() < 0.15:
        outer = random.choice(SINGULAR)
        return outer(composed(symbols, random, leaves - 1), random.choice(symbols))
    left = random.randint(1, leaves - 1)
    parts = (composed(symbols, random, n) for n in (left, leaves - left))
    return random.choice(OPERATIONS)(*parts)


def cancelling(symbols: Any, random: Random) -> Any:
    """Differences of large numbers that are nearly the same."""
    inner = composed(symbols, random)
    outer: Any = random.choice(
        [
            lambda a: sympy.sqrt(10**8 + a**2) - 10**4,
            lambda a: (1000 + a) ** 2 - 1000 * a,
            lambda a: sympy.cos(a / 1000) - 1,
        ]
    )
    return outer(inner)


def monomials(symbols: Any, random: Random) -> Any:
    """Products of powers, whose values underflow or are huge."""
    powers = [[random.randint(0, 3) for _ in symbols] for _ in range(2)]
    terms = [
        sympy.prod([s**p for s, p in zip(symbols, row, strict=True)]) for row in powers
    ]
    return sympy.Add(*terms) if any(map(any, powers)) else symbols[0] ** 2


def bare(symbols: Any, random: Random) -> Any:
    """What is evaluated without an error: all that is left is the formula's."""
    return random.choice(symbols)


def single(symbols: Any, random: Random) -> Any:
    """One elementary function of one component."""
    functions = [sympy.sin, sympy.cos, sympy.exp, sympy.log, sympy.sinh, sympy.tanh]
    return random.choice(functions)(random.choice(symbols))


@dataclass(frozen=True)
class Kind:
    """How functions are made, and the components of their points."""

    expression: Callable[[Any, Random], Any]
    component: Callable[[Random], float]
    scaled: bool = False


KINDS: Mapping[str, Kind] = {
    "plain": Kind(composed, lambda r: r.uniform(0.05, 4)),
    "far": Kind(composed, lambda r: r.uniform(0.05, 4) + r.choice([0, 10, 1e4])),
    "bare": Kind(bare, lambda r: r.uniform(0.05, 4) + r.choice([0, 10, 1e4])),
    "single": Kind(single, lambda r: r.uniform(0.05, 4)),
    "cancelling": Kind(cancelling, lambda r: r.uniform(0.05, 4)),
    "subnormal": Kind(
        monomials, lambda r: r.choice([10 ** r.uniform(-165, -75), r.uniform(0.1, 2)])
    ),
    "huge": Kind(monomials, lambda r: 10 ** r.uniform(10, 40), scaled=True),
}


def compare(case: Case, tally: Tally) -> None:
    """Take the differences, and count what becomes of the bounds."""
    try:
        bound = central(case.sample.function(), case.x, case.step)
    except UnboundedError:
        if len(case.x) == 1:
            tally.unbounded += case.x.size
        else:
            for row in case.x:
                compare(Case(case.sample, row[None], case.step), tally)
        return
    for j in range(case.x.shape[1]):
        _column(case, bound, j, tally)


def _column(case: Case, bound: CentralBound, j: int, tally: Tally) -> None:
    sample, nodes = case.sample, case.nodes(j)
    with np.errstate(all="ignore"):
        values = [
            np.array([sample.numpy(*row) for row in node], np.float64) for node in nodes
        ]
        results = (values[0] - values[1]) / (2 * case.step)
    f, slope = _exact(sample, None), _exact(sample, j)
    with mpmath.workdps(PRECISION):
        for i, x in enumerate(case.x):
            at = [f(*map(mpmath.mpf, node[i])) for node in nodes]
            quotient = (at[0] - at[1]) / (2 * mpmath.mpf(case.step))
            exact = slope(*map(mpmath.mpf, x)), quotient
            _entry(float(results[i]), exact, bound, (i, j), tally)


def _entry(
    result: float, exact: tuple[Any, Any], bound: CentralBound, at: Any, tally: Tally
) -> None:
    """Count one entry; ``exact`` are the derivative and the difference quotient."""
    b1, b2, predicted, r = (
        mpmath.mpf(float(a[at])) for a in (bound.b1, bound.b2, bound.predicted, bound.r)
    )
    error = result - exact[0]
    tally.entries += 1
    tally.violations["b1"] += abs(error) > b1
    tally.violations["b2"] += abs(error - predicted) > b2
    tally.violations["r"] += abs(result - exact[1]) > r
    for times in NEAR:
        tally.within[times] += bool(b1 <= times * abs(error))


@functools.lru_cache(maxsize=8)
def _exact(sample: Sample, j: int | None) -> Any:
    """f, or its derivative by component j, of mpmath's numbers."""
    e = sample.expression
    e = e if j is None else sympy.diff(e, sample.symbols[j])
    return sympy.lambdify(sample.symbols, e, "mpmath")


def tallied(kind: str, entries: int, seed: int, points: int = POINTS) -> Tally:
    """What comes of so many entries of a kind, at the least."""
    tally = Tally()
    for case in cases(kind, Random(f"{kind} {seed}"), points):
        compare(case, tally)
        if tally.entries + tally.unbounded >= entries:
            return tally
    raise AssertionError("cases are without end")


FUNCTIONS = ("sin", "cos", "tan", "exp", "log", "sinh", "cosh", "tanh", "sqrt")
FUNCTIONS_TOO = {"asin": "arcsin", "asinh": "arcsinh", "atan": "arctan"}


def ulps(name: str, count: int, random: Random) -> float:
    """The most that NumPy's function is off by, in ulp of its result."""
    worst = 0.0
    high = 1.0 if name == "asin" else 20.0
    for _ in range(count):
        x = random.uniform(0, 1) * high
        value = float(getattr(np, FUNCTIONS_TOO.get(name, name))(x))
        with mpmath.workdps(40):
            off = abs(mpmath.mpf(value) - getattr(mpmath, name)(mpmath.mpf(x)))
            worst = max(worst, float(off / np.spacing(abs(value))))
    return worst


def _without(*names: str) -> contextlib.ExitStack:
    """Both modules with these set to 0, or to what counts no rounding."""
    stack = contextlib.ExitStack()
    for name in names:
        value: Any = (lambda n, *_: 0.0 * n) if name == "gamma" else 0.0
        for module in (error_bounds, enclosure):
            if hasattr(module, name):
                stack.enter_context(mock.patch.object(module, name, value))
    return stack


def _smaller(name: str, value: Any, *modules: Any) -> contextlib.ExitStack:
    stack = contextlib.ExitStack()
    for module in modules or (error_bounds, enclosure):
        stack.enter_context(mock.patch.object(module, name, value))
    return stack


def _third_left_out(offset: Any, step: float) -> Any:
    return 0 * offset


PARTS: Mapping[str, tuple[str, Callable[[], contextlib.ExitStack]]] = {
    "γ, the roundings of sums and products": ("cancelling", lambda: _without("gamma")),
    "u, of the difference and the quotient": (
        "bare",
        lambda: _smaller("UNIT_ROUNDOFF", 0.0, error_bounds),
    ),
    "4 ulp of functions, to a fifth of one": (
        "single",
        lambda: _smaller("LIBM", 0.4, enclosure),
    ),
    "underflow": ("subnormal", lambda: _without("TINY")),
    "the remainder, c3·f‴": (
        "plain",
        lambda: _smaller("_twelfth_cubed", _third_left_out, error_bounds),
    ),
    "the nodes' rounding, e": (
        "bare",
        lambda: _smaller("_two_sum", lambda a, b: (a + b, 0 * (a + b)), error_bounds),
    ),
}
"""What is made smaller, and the kind of functions that is to show it."""


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--points", type=int, default=POINTS)
    asked = parser.parse_args()
    each = -(-asked.entries // len(KINDS))
    print("kind         entries  unbounded  b1  b2   r  within 2 / 10 / 100 times")
    bad = 0
    for kind in KINDS:
        tally = tallied(kind, each, asked.seed, asked.points)
        bad += tally.violated
        broken = " ".join(f"{n:3}" for n in tally.violations.values())
        parts = (f"{n / max(tally.entries, 1):.0%}" for n in tally.within.values())
        print(
            f"{kind:12} {tally.entries:7}  {tally.unbounded:9} {broken}  "
            + " / ".join(parts)
        )
    print("\nfunction  most ulp (4 are assumed, 1 of a root)")
    for name in (*FUNCTIONS, *FUNCTIONS_TOO):
        most = ulps(name, asked.entries, Random(asked.seed))
        bad += most > (1 if name == "sqrt" else 4)
        print(f"{name:8}  {most:.3f}")
    print("\nviolations if a part is left out, of entries")
    for part, (kind, smaller) in PARTS.items():
        with smaller():
            tally = tallied(kind, min(max(each, 100), 1000), asked.seed)
        bad += not tally.violated
        print(f"{part:40} {kind:10} {tally.violated:6} of {tally.entries}")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
