"""f in 50 digits, for what has no expression: where mpmath can be imported."""

import math
from typing import Any, Callable, Dict, List

import numpy as np

from .expression import WITHOUT_EXPRESSION, TracedRun, TracingError

DIGITS = 50
APART = 2.0**-50
"""The step of differences in 50 digits: its square is what they are off by."""
MAX_DIGIT_OPERATIONS = 300000
"""Operations in 50 digits that one question may take."""
KINK = 1e-6
"""Of the second difference over the step, at f's own step and at `APART`: for a
smooth f their ratio is that of the steps, below 1e-9."""

Answer = Dict[str, np.ndarray]
FIELDS = ("slope", "central", "one_sided", "rounding", "size")


def arithmetic() -> Dict[str, Callable[..., Any]]:
    """What traced numbers are computed with. Raises TracingError without mpmath."""
    try:
        import mpmath
    except ImportError:
        raise TracingError("mpmath is not there") from None
    context = mpmath.MPContext()
    context.dps = DIGITS

    def real(compute: Callable[..., Any]) -> Callable[..., Any]:
        def value(*operands: Any) -> Any:
            found = compute(*map(context.mpf, operands))
            if not isinstance(found, context.mpf):
                raise TracingError("f leaves the real numbers")
            return found

        return value

    named = {n: getattr(context, n) for n in ("acos", "asin", "atan", "atan2", "cos")}
    named.update({n: getattr(context, n) for n in ("cosh", "exp", "expm1", "hypot")})
    named.update({n: getattr(context, n) for n in ("log10", "log1p", "sin", "sinh")})
    named.update({n: getattr(context, n) for n in ("sqrt", "tan", "tanh")})
    named.update({n: getattr(context, n) for n in ("asinh", "atanh")})
    named.update({n: getattr(context, n) for n in WITHOUT_EXPRESSION if n != "lgamma"})
    named.update(
        {
            "abs": abs,
            "add": lambda a, b: a + b,
            "div": lambda a, b: a / b,
            "exp2": lambda a: context.power(2, a),
            "lgamma": lambda a: context.ln(abs(context.gamma(a))),
            "log": context.ln,
            "log2": lambda a: context.log(a, 2),
            "mul": lambda a, b: a * b,
            "neg": lambda a: -a,
            "number": lambda a: a,
            "pow": context.power,
            "sub": lambda a, b: a - b,
        }
    )
    return {name: real(compute) for name, compute in named.items()}


def differences(
    traced: Callable[[TracedRun, List[Any]], Any],
    plain: Callable[[np.ndarray], float],
    points: np.ndarray,
    step: float,
) -> Answer:
    """What differences in 50 digits tell at points (N, D): arrays of that shape.

    ``slope`` is the derivative; ``central`` and ``one_sided`` how far the exact
    difference quotients of f with that step are off it; ``rounding`` how far ``plain``,
    f in double precision, is off f at their nodes, and ``size`` the larger of its
    values. NaN where that is not known, and at a kink. Raises TracingError if it would
    take too long.
    """
    answer = {name: np.full(points.shape, np.nan) for name in FIELDS}
    work = arithmetic()
    number = work["number"]

    def precise(values: List[Any]) -> Any:
        course = TracedRun(work, writes=False)
        found = number(traced(course, values).value)
        costs.append(course.work + 20)
        return found

    costs: List[int] = []
    precise([number(float(c)) for c in points[0]])
    if costs[0] * 5 * points.size > MAX_DIGIT_OPERATIONS:
        raise TracingError("f takes too long")
    for n, j in np.ndindex(*points.shape):
        try:
            found = _entry(precise, plain, points[n], j, step, number)
        except (TracingError, ValueError, ArithmeticError):
            continue
        for name, value in zip(FIELDS, found):  # noqa: B905 - Python 3.8
            answer[name][n, j] = value
    return answer


def _entry(
    precise: Callable[[List[Any]], Any],
    plain: Callable[[np.ndarray], float],
    x: np.ndarray,
    j: int,
    step: float,
    number: Callable[[Any], Any],
) -> List[float]:
    nodes = [x.copy(), x.copy()]
    nodes[0][j] += step
    nodes[1][j] -= step
    exact = [[number(float(c)) for c in node] for node in (x, *nodes)]
    here, ahead, behind = map(precise, exact)
    near = []
    for sign in (1, -1):
        moved = list(exact[0])
        moved[j] = moved[j] + sign * APART
        near.append(precise(moved))
    slope = (near[0] - near[1]) / (2 * APART)
    bends = abs(near[0] + near[1] - 2 * here) / APART
    if bends > KINK * abs(ahead + behind - 2 * here) / step and bends > 1e-20:
        raise TracingError("there is a kink")
    quotients = (ahead - here) / step, (here - behind) / step
    values = [plain(node) for node in (*nodes, x)]
    if not all(map(math.isfinite, values)):
        raise TracingError("a value is not finite")
    off = [abs(a - b) for a, b in zip((ahead, behind, here), values)]  # noqa: B905
    return [
        float(slope),
        float(abs((ahead - behind) / (2 * step) - slope)),
        float(max(abs(q - slope) for q in quotients)),
        float(max(off)),
        max(map(abs, values)),
    ]
