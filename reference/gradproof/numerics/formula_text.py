"""Difference formulas and modified equations in mathematical notation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gradproof.numerics.difference_formula import Formula, Index, Term
from gradproof.numerics.notation import superscript
from gradproof.numerics.rounding import UNIT_ROUNDOFF

NUMBER = ("x",)
"""The name of the one component where x is a number: derivatives are primed."""

PRIMES = ("", "′", "″", "‴")


@dataclass(frozen=True)
class FormulaText:
    """A formula for a reader.

    ``formula`` is the right-hand side, ``step`` the value of the h in it ("" without
    one), ``equals`` what it approximates where that is not the derivative, and
    ``error`` the leading error terms ("" where it is no formula for the derivative).
    """

    derivative: str
    formula: str
    step: str
    equals: str
    error: str


def describe(formula: Formula, names: Sequence[str] | None = None) -> FormulaText:
    """Put ``formula`` into words of mathematics; ``names`` are the components'."""
    names = names or [f"x{j}" for j in range(len(formula.x))]
    step = _step(formula)
    consistent = not formula.inconsistencies
    return FormulaText(
        derivative=_derivative(_unit(formula), names),
        formula=_combination(formula, step, names),
        step=f"{step:g}" if step else "",
        equals="" if consistent else _sum(formula, _approximated(formula), step, names),
        error=_sum(formula, formula.error, step, names) if consistent else "",
    )


def _unit(formula: Formula) -> tuple[int, ...]:
    return tuple(int(j == formula.component) for j in range(len(formula.x)))


def _approximated(formula: Formula) -> list[Term]:
    """The terms in f and ∇f that the formula has, rounding aside."""
    terms = {t.index: t for t in formula.inconsistencies}
    own = _unit(formula)
    terms.setdefault(own, Term(own, Fraction(1)))
    found = [
        t for t in terms.values() if abs(t.coefficient) > formula.allowance(t.index)
    ]
    return sorted(found, key=lambda t: (-t.order, t.index != own))


def _slack(formula: Formula, node: int, component: int) -> float:
    """How far rounding can have moved a node, as in `difference_formula.rounding`."""
    x, offset = formula.x[component], formula.offsets[node][component]
    return 2 * UNIT_ROUNDOFF * (abs(float(x)) + abs(float(offset)))


def shortest(value: float, slack: float) -> float:
    """The number of fewest digits within ``slack`` of ``value``."""
    for digits in range(17):
        short = float(f"{value:.{digits}g}")
        if abs(short - value) <= slack:
            return short
    return value


def _offset(formula: Formula, node: int, component: int) -> float:
    """How far a node is moved in one component, on purpose.

    A component that was put back by adding and subtracting is off by the rounding
    of each of these steps: it counts as not moved.
    """
    offset = float(formula.offsets[node][component])
    return offset if abs(offset) > 4 * _slack(formula, node, component) else 0.0


def _moving(formula: Formula) -> list[int]:
    return [
        j
        for j in formula.moving
        if any(_offset(formula, k, j) for k in range(len(formula.nodes)))
    ]


def _step(formula: Formula) -> float:
    """The smallest distance that a node is moved by in one component; 0 without.

    Of those that rounding has made different it is what all of them can have been.
    """
    moves = _moves(formula)
    if not moves:
        return 0.0
    least, slack = min(moves)
    alike = [(move, own) for move, own in moves if move - own <= least + slack]
    low, high = max(m - own for m, own in alike), min(m + own for m, own in alike)
    if low > high:
        return shortest(least, slack)
    return shortest((low + high) / 2, (high - low) / 2)


def _moves(formula: Formula) -> list[tuple[float, float]]:
    """How far each node is moved, and how far rounding can have moved it."""
    return [
        (abs(offset), _slack(formula, k, j))
        for k in range(len(formula.nodes))
        for j in formula.moving
        if (offset := _offset(formula, k, j))
    ]


def _spread(formula: Formula) -> float:
    """The share of the step that rounding can have taken or added.

    A weight may be made of the step that was meant, or of the one that was taken:
    (x + h) − x. The step that is told may be off by as much the other way.
    """
    moves = _moves(formula)
    return 2 * min(moves)[1] / min(moves)[0] if moves else 0.0


def _combination(formula: Formula, step: float, names: Sequence[str]) -> str:
    """Σ w_k f(node k), weights as whole numbers over a power of the step."""
    order = sorted(range(len(formula.nodes)), key=lambda k: formula.offsets[k])[::-1]
    calls = [_call(formula, k, step, names) for k in order]
    weights = [float(formula.weights[k]) for k in order]
    for power in (1, 0, -1) if step else (0,):
        slack = 16 * UNIT_ROUNDOFF + abs(power) * _spread(formula)
        wholes = _common([w * step**power for w in weights], slack)
        if wholes:
            numbers, divisor = wholes
            return _fraction(_joined(numbers, calls), divisor, power)
    return _joined(weights, calls)


def _common(values: Sequence[float], slack: float) -> tuple[list[int], int] | None:
    """Whole numbers and the divisor that give ``values``, if small ones do.

    ``slack`` is the share of a value that it may be off.
    """
    fractions = []
    for value in values:
        exact = Fraction(value).limit_denominator(1000)
        if abs(float(exact) - value) > slack * abs(value):
            return None
        fractions.append(exact)
    divisor = math.lcm(*(q.denominator for q in fractions))
    wholes = [int(q * divisor) for q in fractions]
    return (wholes, divisor) if max(map(abs, wholes)) <= 1000 else None


def _fraction(numerator: str, divisor: int, power: int) -> str:
    """The numerator over divisor·h^power."""
    h = {1: "h", 0: "", -1: ""}[power]
    below = f"{divisor if divisor > 1 or not h else ''}{h}"
    text = f"({numerator}) / {below}" if below != "1" else numerator
    if power == -1:
        text = f"({numerator})" if below == "1" else text
        text += " · h"
    return text


def _joined(weights: Sequence[float], calls: Sequence[str]) -> str:
    parts = []
    for weight, call in zip(weights, calls, strict=True):
        size = "" if abs(weight) == 1 else f"{abs(weight):g}·"
        sign = "−" if weight < 0 else "+"
        parts.append(f"{sign} {size}{call}")
    text = " ".join(parts)
    return text[2:] if text.startswith("+") else "−" + text[2:]


def _call(formula: Formula, node: int, step: float, names: Sequence[str]) -> str:
    moving = _moving(formula)
    still = not any(_offset(formula, node, j) for j in moving)
    if still and len(moving) != 1:
        return "f(x)"
    shown = [_moved(formula, node, j, step, names[j]) for j in moving]
    return f"f({', '.join(shown)})"


def _moved(formula: Formula, node: int, component: int, step: float, name: str) -> str:
    """One argument of f: the component's name and how far it is moved."""
    offset = _offset(formula, node, component)
    if not offset:
        return name
    sign = "−" if offset < 0 else "+"
    slack = _slack(formula, node, component)
    times = Fraction(abs(offset) / step).limit_denominator(12)
    if abs(float(times) * step - abs(offset)) <= slack:
        far = _times(times, "h")
    else:
        far = f"{shortest(abs(offset), slack):g}"
    return f"{name} {sign} {far}"


def _times(factor: Fraction, symbol: str) -> str:
    """factor·symbol as 3h, h/2 or 3h/2; the factor is positive."""
    above = symbol if factor.numerator == 1 else f"{factor.numerator}{symbol}"
    return above if factor.denominator == 1 else f"{above}/{factor.denominator}"


def _sum(
    formula: Formula, terms: Iterable[Term], step: float, names: Sequence[str]
) -> str:
    """Signed terms, coefficients as rational multiples of powers of h if they are."""
    text = ""
    for term in terms:
        negative = term.coefficient < 0
        size = _coefficient(formula, term, step)
        body = "·".join(filter(None, [size, _derivative(term.index, names)]))
        lead = ("−" if negative else "") if not text else " − " if negative else " + "
        text += lead + body
    return text


def _coefficient(formula: Formula, term: Term, step: float) -> str:
    """The size of a coefficient: 3h²/4 where it is that within rounding, or digits."""
    size = abs(term.coefficient)
    power = term.order - 1
    if step and power:
        unit = Fraction(step) ** power
        simple = Fraction(size / unit).limit_denominator(1000)
        slack = formula.allowance(term.index) / float(unit)
        near = abs(float(simple - size / unit)) <= slack
        if near and simple.numerator <= 100:
            return _multiple(simple, power)
    return "" if _is_one(formula, term) else _digits(float(size))


def _is_one(formula: Formula, term: Term) -> bool:
    return abs(abs(term.coefficient) - 1) <= formula.allowance(term.index)


def _digits(size: float) -> str:
    """Four digits, or as many as it takes to tell the number from 1."""
    for digits in range(4, 17):
        text = f"{size:.{digits}g}"
        if text != "1":
            return text
    return repr(size)


def _multiple(factor: Fraction, power: int) -> str:
    """factor·h^power; a power below zero is written under the line."""
    if power < 0:
        below = "" if factor.denominator == 1 else str(factor.denominator)
        return f"{factor.numerator}/{below}h{superscript(-power)}"
    return _times(factor, f"h{superscript(power)}")


def _derivative(index: Index, names: Sequence[str]) -> str:
    """D^a f as ∂³f/∂x0²∂x1; of a function of a number as f‴(x)."""
    n = sum(index)
    if tuple(names) == NUMBER:
        return f"f{PRIMES[n] if n < len(PRIMES) else f'⁽{superscript(n)}⁾'}(x)"
    if not n:
        return "f"
    below = "".join(
        f"∂{names[j]}{superscript(power)}" for j, power in enumerate(index) if power
    )
    return f"∂{superscript(n)}f/{below}"
