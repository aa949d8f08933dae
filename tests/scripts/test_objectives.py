"""f is read as what it is, in one of five ways, and each is compared with a truth."""

from __future__ import annotations

import copy
import functools
import importlib.util
import itertools
import json
import math
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path
from typing import Any, cast

import mpmath
import numpy as np
import pytest

from gradproof.ports.worker import questions
from gradproof.ports.worker.questions import Asked, value
from gradproof.ports.worker.trace import copies, expression, number, operations
from gradproof.scripts import gradient_bounds, objectives
from gradproof.scripts.arrow_styles import ExpectedField
from gradproof.scripts.objectives import Objective
from gradproof.scripts.session import Session, UnansweredError

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

STEP = 1e-4
SIDE = np.linspace(-1.93, 1.97, 6)
POINTS = np.stack([axis.ravel() for axis in np.meshgrid(SIDE, SIDE)], axis=1)


class Local:
    """Asks about an f in this process, through the same frames as of a child."""

    def __init__(self, f: Any) -> None:
        self.asked = Asked([], {0: f})

    def ask(self, **question: Any) -> dict[str, Any]:
        """As a session's."""
        frame = self.asked.answer(json.loads(json.dumps(question)))
        answer: dict[str, Any] = json.loads(json.dumps(frame))
        if answer["error"] is not None:
            raise UnansweredError(answer["error"])
        return answer


def session(f: Any) -> Session:
    return cast(Session, Local(f))


def read(f: Any, points: Any = POINTS) -> Objective:
    return objectives.objective(session(f), 0, "f", points)


def expected_of(
    f: Any, points: Any = POINTS, sided: bool = False
) -> tuple[ExpectedField, str]:
    return gradient_bounds.expected(session(f), 0, read(f, points), points, STEP, sided)


# functions as readers write them


def summed(x: Any) -> Any:
    return np.sum(x**2)


def by_index(x: Any) -> Any:
    return x[0] ** 2 / 20.0 + x[1] ** 2


def in_a_loop(x: Any) -> Any:
    total = 0.0
    for i in range(len(x)):
        total += (i + 1) * x[i] ** 3
    return total


def unpacked(x: Any) -> Any:
    a, b = x
    return (1 - a) ** 2 + 100 * (b - a**2) ** 2


def himmelblau(x: Any) -> Any:
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def ackley(x: Any) -> Any:
    n = len(x)
    near = np.exp(-0.2 * np.sqrt(np.sum(x**2) / n))
    waves = np.exp(np.sum(np.cos(2 * np.pi * x)) / n)
    return -20 * near - waves + 20 + np.e


def styblinski(x: Any) -> Any:
    return np.sum(x**4 - 16 * x**2 + 5 * x) / 2


def with_math(x: Any) -> Any:
    return exp(-(x[0] ** 2)) * math.sin(x[1]) + sqrt(1 + x[1] ** 2)


def makes_floats(x: Any) -> Any:
    a, b = float(x[0]), np.float64(x[1])
    kept = np.zeros(2)
    kept[0], kept[1] = a, a * b
    return float(np.sum(kept**2)) + math.hypot(a, b)


def summed_exactly(x: Any) -> Any:
    return math.fsum([v * v for v in x]) + math.prod(x)


def of_matrices(x: Any) -> Any:
    a = np.array([[2.0, 1.0], [0.5, 3.0]])
    return x @ a @ x + np.dot(a, x).sum() + np.einsum("i,ij,j", x, a, x)


def of_moments(x: Any) -> Any:
    return np.mean(x) + np.var(x) + np.std(np.append(x, 9.0)) + np.prod(x)


def of_norms(x: Any) -> Any:
    return np.linalg.norm(x) + np.linalg.norm(x - 5) ** 2


def of_other_functions(x: Any) -> Any:
    a, b = x[0], x[1]
    total = np.exp2(a) + np.log1p(b**2) + np.expm1(a * b) + np.log2(3 + a)
    return total + np.log10(3 + b) + np.hypot(a, b) + np.reciprocal(4 + a)


def of_angles(x: Any) -> Any:
    total = np.arctan(x[0] * x[1]) + np.arcsin(x[0] / 3) + np.arctan2(2.5 + x[1], x[0])
    return total + np.arcsinh(x[1]) * math.atanh(x[0] / 4)


def of_waves(x: Any) -> Any:
    return np.tanh(x[0]) * np.cosh(x[1]) + np.sinh(x[0] / 2) + np.tan(x[1] / 4)


def absolute(x: Any) -> Any:
    return np.abs(x[0] - 0.1) * abs(x[1] + 0.3)


def without_nan(x: Any) -> Any:
    return np.nansum(x**2) * np.linalg.norm(x, 3) if not np.isnan(x).any() else 0.0


def with_a_list(x: Any) -> Any:
    parts = [x[0] ** 2, x[0] * x[1], np.square(x[1])]
    return sum(parts) + np.array(parts).astype(float)[1]


def polynomial(x: Any) -> Any:
    return np.polyval([1.0, -2.0, 0.5], x).sum() + np.cumsum(x)[-1] * 3


def two_numbers(a: Any, b: Any) -> Any:
    return a * b + math.cos(a - b)


def helped(x: Any) -> Any:
    return _helper(x[0]) * _helper(x[1])


def _helper(t: Any) -> float:
    return float(t) ** 2 + 1.0


@functools.cache
def _kept(a: float, b: float) -> float:
    return a * b + a / (1 + b**2)


def remembered(x: Any) -> Any:
    return _kept(*x)


def scaled(x: Any, c: float = 1.0) -> Any:
    return c * math.exp(-(float(x[0]) ** 2) - float(x[1]) ** 2)


def enclosing(c: float) -> Callable[[Any], Any]:
    calls = 0

    def f(x: Any) -> Any:
        nonlocal calls
        calls += 1
        return c * float(x[0]) * x[1]

    return f


class Network:
    """An object that is called, with state."""

    def __init__(self) -> None:
        self.w = np.array([[0.5, -1.0], [2.0, 0.3]])
        self.seen: list[Any] = []

    def activation(self, z: Any) -> Any:
        """Of a layer."""
        return np.array([math.tanh(v) for v in z])

    def __call__(self, x: Any) -> Any:
        """Its one layer."""
        self.seen.append(x)
        return np.sum(self.activation(self.w @ x))


class Deeper(Network):
    """Its method calls the one that it replaces."""

    def activation(self, z: Any) -> Any:
        """More of it."""
        return 2 * super().activation(z) + float(z[0])

    def loss(self, x: Any) -> Any:
        """A method as f."""
        return self(x)


def recursive(x: Any) -> Any:
    def power(t: Any, n: int) -> Any:
        return 1.0 if n == 0 else float(t) * power(t, n - 1)

    return power(x[0], 3) + power(x[1], 2)


def branching(x: Any) -> Any:
    if x[0] > 0.05:
        return x[0] ** 2 + x[1]
    return x[1] ** 2


def rectified(x: Any) -> Any:
    return max(0.0, x[0] - x[1] + 0.01) + np.maximum(0, x).sum()


def chosen(x: Any) -> Any:
    return np.where(x > 0.1, x**2, np.sin(x)).sum()


def clipped(x: Any) -> Any:
    return np.clip(x, -1.01, 1.03).sum() ** 2 + np.minimum(x[0], 0.2)


def largest(x: Any) -> Any:
    return (
        np.max(np.abs(x - 0.05)) + np.linalg.norm(x, 1) + np.linalg.norm(x - 7, np.inf)
    )


TABLE = [1.0, 2.5, 0.5, 4.0, 3.0, 7.0]


def looked_up(x: Any) -> Any:
    return TABLE[int(np.floor(x[0] + 0.05)) + 2] * x[1] ** 2


def halving(x: Any) -> Any:
    y, total = x[0] ** 2 + x[1] ** 2 + 1, 0.0
    while y > 1.003:
        y = y / 2
        total = total + y * x[0]
    return total


def in_order(x: Any) -> Any:
    first, second = sorted(x + np.array([0.0, 0.01]))
    return first * 2 + second**2


def by_element(x: Any) -> Any:
    return np.vectorize(lambda t: t * t if t > 0.01 else 0.0)(x).sum()


def falling_back(x: Any) -> Any:
    try:
        return math.sqrt(x[0] + 1.5) + x[1]
    except ValueError:
        return x[1] * 2


def with_a_sign(x: Any) -> Any:
    return np.sign(x[0]) * x[0] ** 2 + np.cbrt(x[1] - 0.03) + np.heaviside(x[1], 0.5)


def repeated(x: Any) -> Any:
    y = x[0]
    for _ in range(60):
        y = y + 0.01 * np.sin(y + x[1])
    return y


def with_gamma(x: Any) -> Any:
    return math.gamma(3 + x[0] / 2) * x[1] + math.erf(x[1])


def through_c(x: Any) -> Any:
    return sum(v * v * v for v in struct.unpack("2d", struct.pack("2d", *x)))


def interpolated(x: Any) -> Any:
    return np.interp(x[0], [-3, 0.03, 3], [0, 1, 0]) * x[1]


def determinant(x: Any) -> Any:
    return np.linalg.det(np.array([[x[0], 1.0], [2.0, x[1]]]))


def at_random(x: Any) -> Any:
    return x[0] ** 2 + 1e-9 * random.random()


def _mp_rectified(a: Any, b: Any) -> Any:
    return max(0, a - b + mpmath.mpf(0.01)) + max(0, a) + max(0, b)


def _mp_halving(a: Any, b: Any) -> Any:
    y, total = a**2 + b**2 + 1, 0
    while y > mpmath.mpf(1.003):
        y = y / 2
        total = total + y * a
    return total


def _mp_repeated(a: Any, b: Any) -> Any:
    y = a
    for _ in range(60):
        y = y + mpmath.mpf(0.01) * mpmath.sin(y + b)
    return y


def _mp_other(a: Any, b: Any) -> Any:
    total = 2**a + mpmath.log(1 + b**2) + mpmath.exp(a * b) - 1 + mpmath.log(3 + a, 2)
    return total + mpmath.log10(3 + b) + mpmath.sqrt(a * a + b * b) + 1 / (4 + a)


def _mp_moments(a: Any, b: Any) -> Any:
    middle, third = (a + b) / 2, (a + b + 9) / 3
    spread = ((a - third) ** 2 + (b - third) ** 2 + (9 - third) ** 2) / 3
    return middle + ((a - b) / 2) ** 2 + mpmath.sqrt(spread) + a * b


def _mp_norms(a: Any, b: Any) -> Any:
    return mpmath.sqrt(a * a + b * b) + (a - 5) ** 2 + (b - 5) ** 2


def _mp_layers(times: int) -> Callable[[Any, Any], Any]:
    def truth(a: Any, b: Any) -> Any:
        first, second = a / 2 - b, 2 * a + mpmath.mpf(0.3) * b
        total = times * (mpmath.tanh(first) + mpmath.tanh(second))
        return total + 2 * first * (times - 1)

    return truth


def _root(t: Any) -> Any:
    return -mpmath.cbrt(-t) if t < 0 else mpmath.cbrt(t)


@dataclass(frozen=True)
class Case:
    """A function, how its gradient becomes known, and what it is in mathematics."""

    f: Any
    how: str
    truth: Callable[[Any, Any], Any]
    id: str = ""

    def __str__(self) -> str:
        return self.id or self.f.__name__


M = mpmath
CASES = [
    Case(summed, "expression", lambda a, b: a**2 + b**2),
    Case(by_index, "expression", lambda a, b: a**2 / 20 + b**2),
    Case(in_a_loop, "expression", lambda a, b: a**3 + 2 * b**3),
    Case(unpacked, "expression", lambda a, b: (1 - a) ** 2 + 100 * (b - a * a) ** 2),
    Case(
        himmelblau,
        "expression",
        lambda a, b: (a * a + b - 11) ** 2 + (a + b * b - 7) ** 2,
    ),
    Case(
        ackley,
        "expression",
        lambda a, b: (
            -20 * M.exp(-M.sqrt((a * a + b * b) / 2) / 5)
            - M.exp((M.cos(2 * M.pi * a) + M.cos(2 * M.pi * b)) / 2)
        ),
    ),
    Case(
        styblinski,
        "expression",
        lambda a, b: sum(t**4 - 16 * t**2 + 5 * t for t in (a, b)) / 2,
    ),
    Case(
        with_math,
        "expression",
        lambda a, b: M.exp(-a * a) * M.sin(b) + M.sqrt(1 + b * b),
    ),
    Case(
        makes_floats,
        "expression",
        lambda a, b: a**2 + (a * b) ** 2 + M.sqrt(a * a + b * b),
    ),
    Case(summed_exactly, "expression", lambda a, b: a**2 + b**2 + a * b),
    Case(
        of_matrices,
        "expression",
        lambda a, b: 2 * (2 * a * a + 1.5 * a * b + 3 * b * b) + 2.5 * a + 4 * b,
    ),
    Case(of_moments, "expression", _mp_moments),
    Case(of_norms, "expression", _mp_norms),
    Case(of_other_functions, "expression", _mp_other),
    Case(
        of_angles,
        "expression",
        lambda a, b: (
            M.atan(a * b) + M.asin(a / 3) + M.atan2(2.5 + b, a)
            + M.asinh(b) * M.atanh(a / 4)
        ),
    ),
    Case(
        of_waves,
        "expression",
        lambda a, b: M.tanh(a) * M.cosh(b) + M.sinh(a / 2) + M.tan(b / 4),
    ),
    Case(
        absolute,
        "expression",
        lambda a, b: abs(a - M.mpf(0.1)) * abs(b + M.mpf(0.3)),
    ),
    Case(
        without_nan,
        "expression",
        lambda a, b: (a * a + b * b) * M.cbrt(abs(a) ** 3 + abs(b) ** 3),
    ),
    Case(with_a_list, "expression", lambda a, b: a * a + 2 * a * b + b * b),
    Case(
        polynomial,
        "expression",
        lambda a, b: sum(t**2 - 2 * t for t in (a, b)) + 3 * (a + b),
    ),
    Case(two_numbers, "expression", lambda a, b: a * b + M.cos(a - b)),
    Case(helped, "expression", lambda a, b: (a**2 + 1) * (b**2 + 1)),
    Case(remembered, "expression", lambda a, b: a * b + a / (1 + b**2)),
    Case(
        functools.partial(scaled, c=3.0),
        "expression",
        lambda a, b: 3 * M.exp(-a * a - b * b),
        "partial",
    ),
    Case(enclosing(2.0), "expression", lambda a, b: 2 * a * b, "closure"),
    Case(Network(), "expression", _mp_layers(1), "network"),
    Case(Deeper().loss, "expression", _mp_layers(2), "method"),
    Case(recursive, "expression", lambda a, b: a**3 + b**2),
    Case(lambda x: np.logaddexp(x[0], x[1]), "expression",
         lambda a, b: M.log(M.exp(a) + M.exp(b)), "logaddexp"),
    Case(
        branching,
        "pieces",
        lambda a, b: a * a + b if a > M.mpf(0.05) else b * b,
    ),
    Case(rectified, "pieces", _mp_rectified),
    Case(
        chosen,
        "pieces",
        lambda a, b: sum(t * t if t > M.mpf(0.1) else M.sin(t) for t in (a, b)),
    ),
    Case(
        clipped,
        "pieces",
        lambda a, b: (
            sum(min(max(t, M.mpf(-1.01)), M.mpf(1.03)) for t in (a, b)) ** 2
            + min(a, M.mpf(0.2))
        ),
    ),
    Case(
        largest,
        "pieces",
        lambda a, b: (
            max(abs(a - M.mpf(0.05)), abs(b - M.mpf(0.05)))
            + abs(a) + abs(b) + max(abs(a - 7), abs(b - 7))
        ),
    ),
    Case(
        looked_up,
        "pieces",
        lambda a, b: TABLE[int(M.floor(a + M.mpf(0.05))) + 2] * b * b,
    ),
    Case(halving, "pieces", _mp_halving),
    Case(
        in_order,
        "pieces",
        lambda a, b: (
            2 * min(a, b + M.mpf(0.01)) + max(a, b + M.mpf(0.01)) ** 2
        ),
    ),
    Case(
        by_element,
        "pieces",
        lambda a, b: sum(t * t if t > M.mpf(0.01) else 0 for t in (a, b)),
    ),
    Case(
        falling_back,
        "pieces",
        lambda a, b: M.sqrt(a + 1.5) + b if a >= -1.5 else 2 * b,
    ),
    Case(
        with_a_sign,
        "pieces",
        lambda a, b: (a * a if a > 0 else -a * a) + _root(b - M.mpf(0.03)),
    ),
    Case(repeated, "digits", _mp_repeated),
    Case(with_gamma, "digits", lambda a, b: M.gamma(3 + a / 2) * b + M.erf(b)),
    Case(
        lambda x: np.abs(np.sqrt(x[0] + 3)) * x[1],
        "digits",
        lambda a, b: M.sqrt(a + 3) * b,
        "no rule",
    ),
    Case(through_c, "differences", lambda a, b: a**3 + b**3),
    Case(
        interpolated,
        "differences",
        lambda a, b: b * (
            (a + 3) / M.mpf(3.03) if a < M.mpf(0.03) else (3 - a) / M.mpf(2.97)
        ),
    ),
    Case(determinant, "differences", lambda a, b: a * b - 2),
]  # fmt: skip


def slopes(truth: Callable[[Any, Any], Any], points: Any) -> Any:
    """The gradient at points, by differences in 60 digits."""
    with mpmath.workdps(60):
        tiny = mpmath.mpf(10) ** -20
        rows = []
        for a, b in ((mpmath.mpf(float(p)), mpmath.mpf(float(q))) for p, q in points):
            first = truth(a + tiny, b) - truth(a - tiny, b)
            second = truth(a, b + tiny) - truth(a, b - tiny)
            rows.append([float(d / (2 * tiny)) for d in (first, second)])
        return np.array(rows)


def central(f: Any, form: str, points: Any, beyond: bool = False) -> Any:
    """What a right routine gives; with nodes that are rounded the other way."""
    step = STEP
    found = np.empty(points.shape)
    for (n, point), j in itertools.product(enumerate(points), (0, 1)):
        ahead, behind = point.copy(), point.copy()
        ahead[j] += step
        behind[j] -= step
        if beyond:
            ahead[j], behind[j] = np.nextafter([ahead[j], behind[j]], [9, -9])
        found[n, j] = (value(f, form, ahead) - value(f, form, behind)) / (2 * step)
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_function_is_read_and_what_is_due_is_its_gradient(case: Case) -> None:
    objective = read(case.f)
    expected, how = gradient_bounds.expected(
        session(case.f), 0, objective, POINTS, STEP, sided=False
    )
    assert how == case.how, objective.why
    known = expected.known
    assert known.sum() >= 24
    true = slopes(case.truth, POINTS[known])
    assert objective.form is not None
    right = central(case.f, objective.form, POINTS[known])
    gradient, bound = expected.gradient[known], expected.bound[known]
    assert (np.abs(gradient - true) <= bound).all()
    assert (np.abs(right - gradient) <= bound).all()
    assert (np.abs(right - true) <= bound).all()
    # A bound that lets anything through would be of no use.
    assert (bound <= 1e-4 * (1 + np.abs(true))).all()


def test_every_way_of_knowing_a_gradient_is_among_the_cases() -> None:
    found = {case.how for case in CASES}
    assert found == {"expression", "pieces", "digits", "differences"}
    assert len(CASES) >= 40


def test_f_and_its_gradient_are_shown_in_mathematics() -> None:
    assert read(by_index).mathematics == ("x0²/20 + x1²", ("x0/10", "2·x1"))
    assert read(lambda x: np.sin(2 * np.pi * x[0]) + x[1] / 3).mathematics == (
        "x1/3 + sin(2·pi·x0)",
        ("2·pi·cos(2·pi·x0)", "1/3"),
    )
    shown = {piece.mathematics for piece in read(branching).pieces}
    assert shown == {("x0² + x1", ("2·x0", "1")), ("x1²", ("0", "2·x1"))}


def test_a_random_function_is_not_known_at_all() -> None:
    objective = read(at_random)
    assert (objective.form, objective.why) == (
        None,
        "f gives another value the second time",
    )
    expected, how = expected_of(at_random)
    assert how == "none"
    assert not expected.known.any()


# what f's choices leave open


def kinked(x: Any) -> Any:
    return x[1] ** 2 if x[0] < 0.5 else x[1] ** 2 + 3 * (x[0] - 0.5)


@pytest.mark.parametrize(
    ("x0", "known"),
    [
        (0.5 - 2.1 * STEP, True),
        (0.5 - 0.9 * STEP, False),
        (0.5, False),
        (0.5 + 0.9 * STEP, False),
        (0.5 + 2.1 * STEP, True),
    ],
)
def test_an_arrow_is_judged_where_no_node_may_decide_otherwise(
    x0: float, known: bool
) -> None:
    points = np.concatenate([[[x0, 0.3]], POINTS])
    expected, how = expected_of(kinked, points)
    assert how == "pieces"
    assert expected.known[0] == known
    assert expected.known[1:].all()


def test_a_decision_by_rounding_is_not_sure() -> None:
    def f(x: Any) -> Any:
        return x[0] ** 2 if (x[0] + 1e16) - 1e16 >= 0.5 else x[0] ** 3

    points = np.array([[-20.0, 1.0], [0.3, 1.0], [0.9, 1.0], [1.2, 1.0], [20.0, 1.0]])
    pieces = read(f, np.repeat(points, 4, axis=0)).pieces
    sure = np.any([piece.sure(points, STEP) for piece in pieces], axis=0)
    assert sure.tolist() == [True, False, False, False, True]


def test_what_f_makes_of_a_text_is_not_known() -> None:
    def f(x: Any) -> Any:
        return x[0] ** 2 * x[1] if len(f"{x[0]:.3f}") < 6 else x[0] ** 3

    expected, how = expected_of(f)
    assert how == "differences"
    assert expected.known.all()


def test_equality_is_never_sure_and_its_opposite_is() -> None:
    def f(x: Any) -> Any:
        return 7.0 if x[0] == 0.5 else x[0] * x[1]

    points = np.array([[0.5, 1.0], [0.7, 1.0], [-1.5, 0.3]])
    expected, how = expected_of(f, points)
    assert how == "pieces"
    assert expected.known.tolist() == [False, True, True]


def test_the_rounding_of_f_as_it_is_written_is_allowed_for() -> None:
    # What SymPy makes of it, x0 + x1², has none of the rounding at 1e6.
    def f(x: Any) -> Any:
        return (x[0] + 1e6) - 1e6 + x[1] ** 2

    expected, how = expected_of(f)
    off = np.abs(central(f, "f(x)", POINTS) - expected.gradient)
    assert how == "expression"
    assert (off <= expected.bound).all()
    assert off.max() > 1e-8


def test_a_forward_difference_is_allowed_for_only_where_it_is_used() -> None:
    for f in (himmelblau, branching, repeated, through_c):
        form = read(f).form
        assert form is not None
        here = [value(f, form, p) for p in POINTS]
        ahead = np.empty(POINTS.shape)
        for j, axis in enumerate(np.eye(2)):
            moved = [value(f, form, p + STEP * axis) for p in POINTS]
            ahead[:, j] = (np.array(moved) - here) / STEP
        sided, strict = expected_of(f, sided=True)[0], expected_of(f)[0]
        off = np.abs(ahead - sided.gradient)
        assert (off <= sided.bound).all()
        assert (off > strict.bound).any()


# what is told of f must be f


def test_a_tracer_that_drops_a_term_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = expression.made

    def dropping(operation: str, *operands: Any) -> Any:
        found = made(operation, *operands)
        if found.tree[0] == "add":
            found.tree = found.tree[:-1] if len(found.tree) > 3 else found.tree[1]
        return found

    monkeypatch.setattr(number, "made", dropping)
    assert read(himmelblau).why == "what was read is not what f gives"


@pytest.mark.parametrize("f", [branching, rectified, chosen, kinked, looked_up])
def test_a_decision_that_is_ignored_is_found_out(
    f: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expression.TracedRun, "note", lambda self, decision: None)
    assert read(f).why == "what was read is not what f gives"


def test_a_decision_with_the_wrong_sign_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    note = expression.TracedRun.note
    turned = {"<": ">", ">": "<"}

    def noting(self: Any, decision: Any) -> None:
        note(self, [turned.get(decision[0], decision[0]), *decision[1:]])

    monkeypatch.setattr(expression.TracedRun, "note", noting)
    assert read(branching).why == "what was read is not what f gives"


def test_a_shim_that_computes_another_thing_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(
        operations.ELEMENTWISE, "sin", lambda x: expression.made("cos", x)
    )
    assert read(chosen).why == "what was read is not what f gives"


def rarely(x: Any) -> Any:
    return np.sin(x[0]) if x[0] > 50 else x[0] ** 2 + x[1]


MANY = np.concatenate([np.tile(POINTS, (23, 1)), POINTS])
MANY[1] = [99.0, 0.5]  # none of those that stand for the others


def test_where_f_is_read_it_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(read(rarely, MANY).pieces) == 2
    cosine = functools.partial(expression.made, "cos")
    monkeypatch.setitem(operations.ELEMENTWISE, "sin", cosine)
    assert read(rarely, MANY).why == "what was read is not what f gives"


def just_there(x: Any) -> Any:
    return 3 * x[0] if x[0] == 0.75 else x[0] ** 2 + x[1]


def test_a_piece_that_surely_holds_at_no_compared_point_is_not_used() -> None:
    points = np.concatenate([POINTS, [[0.75, 0.0]]])
    (piece,) = read(just_there, points).pieces
    assert "3" not in piece.mathematics[0]
    expected, how = expected_of(just_there, points)
    assert (how, expected.known.tolist()) == ("pieces", [True] * len(POINTS) + [False])


@pytest.mark.parametrize(
    "decisions",
    [
        "<",
        [["<"]],
        [["<", ["x", 0]]],
        [["~", ["x", 0], ["x", 1]]],
        [["<", ["x", 0], ["x", 2]]],
        [["<", ["x", 0], ["number", "open"]]],
        [["?", ["x", 0]]],
        [["!=", ["x", 0], ["x", 1]]] * 1000,
    ],
)
def test_decisions_from_the_child_are_not_trusted(decisions: Any) -> None:
    with pytest.raises(objectives.NotReadError):
        objectives.piece_of(["x", 0], decisions)


# f, and all that it refers to, is left alone


def everything(module: Any) -> dict[str, Any]:
    return dict(vars(module))


def test_the_users_modules_are_as_before(tmp_path: Path) -> None:
    file = tmp_path / "users_own.py"
    file.write_text(
        "import math\nimport numpy as np\nfrom math import exp\n"
        "calls = 0\nhistory = []\ncache = {}\n"
        "def helper(t):\n    global calls\n    calls += 1\n    history.append(t)\n"
        "    return float(t) * exp(-abs(t)) + math.sin(t)\n"
        "def f(x):\n    kept = np.zeros(2)\n    kept[:] = x\n"
        "    cache['last'] = kept\n    return helper(kept[0]) + helper(kept[1])\n"
    )
    spec = importlib.util.spec_from_file_location("users_own", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    before, functions, numpys = everything(module), everything(math), everything(np)
    held = copy.copy(module.history), copy.copy(module.cache)
    code = module.f.__code__, module.helper.__code__
    piece = objectives.read(session(module.f), 0, "f(x)", POINTS[0])
    assert piece.decisions == ()
    assert everything(module) == before
    assert (module.history, module.cache) == held
    assert (module.f.__code__, module.helper.__code__) == code
    assert everything(math) == functions
    assert everything(np) == numpys


def test_an_object_keeps_its_state_and_its_class() -> None:
    network = Deeper()
    kind, held = dict(vars(Deeper)), dict(vars(network))
    objectives.read(session(network), 0, "f(x)", POINTS[0])
    assert (dict(vars(Deeper)), vars(network)) == (kind, held)
    assert network.seen == []


def test_a_class_that_takes_note_of_those_derived_from_it_is_not_copied() -> None:
    derived: list[type] = []

    class Watching:
        def __init_subclass__(cls) -> None:
            derived.append(cls)

        def __call__(self, x: Any) -> Any:
            return x[0] * x[1] ** 2

    assert read(Watching()).mathematics == ("x0·x1²", ("x1²", "2·x0·x1"))
    assert derived == []


def test_a_property_of_an_object_is_copied() -> None:
    class Scaled:
        factor = 3.0

        @property
        def twice(self) -> Any:
            return float(self.factor) * 2

        def __call__(self, x: Any) -> Any:
            return self.twice * float(x[0]) ** 2 + x[1]

    assert read(Scaled()).mathematics == ("6·x0² + x1", ("12·x0", "1"))


def test_math_is_itself_again_after_an_f_that_raises() -> None:
    before = everything(math)

    def f(x: Any) -> Any:
        raise KeyError(math.sin(x[0]))

    with pytest.raises(UnansweredError):
        objectives.read(session(f), 0, "f(x)", POINTS[0])
    assert everything(math) == before


@pytest.mark.parametrize("length", [1000, 5000])
def test_an_expression_that_is_too_long_or_too_deep_is_refused(length: int) -> None:
    def deep(x: Any) -> Any:
        y = x[0]
        for _ in range(length):
            y = np.sin(y)
        return y

    with pytest.raises(UnansweredError, match="too long"):
        objectives.read(session(deep), 0, "f(x)", POINTS[0])


def test_a_float_of_the_copy_is_one_in_every_way() -> None:
    traced = number.point_of(
        expression.TracedRun(expression.FLOATS), [np.float64(0.5)]
    )[0]
    assert isinstance(traced, copies.Float)
    assert isinstance(0.5, copies.Float)
    assert not isinstance(1, copies.Float)
    assert (copies.Float("0.5"), type(copies.Float(1))) == (0.5, float)
    assert copies.Float(traced) is traced
    assert np.zeros(1, copies.Float).dtype == float


# differences


def test_without_mpmath_there_are_no_50_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Any:
        raise expression.TracingError("mpmath is not there")

    monkeypatch.setattr("gradproof.ports.worker.trace.digits.arithmetic", missing)
    assert expected_of(with_gamma)[1] == "differences"


def test_a_kink_is_seen_in_50_digits() -> None:
    def f(x: Any) -> Any:
        return math.gamma(4 + x[0]) * max(x[1], 0.0)

    points = np.concatenate([POINTS, [[0.5, 0.0]]])
    expected, how = expected_of(f, points)
    assert how == "digits"
    assert not expected.known[-1]
    assert expected.known[:-1].all()


def noisy(size: float) -> Callable[[Any], Any]:
    """x0² + x1², with an error of up to that size that is another for each double."""

    def f(x: Any) -> Any:
        a, b = struct.unpack("2d", struct.pack("2d", *x))
        return a * a + b * b + size * math.sin(1e17 * a + 1e16 * b)

    return f


@pytest.mark.parametrize("size", [1e-12, 1e-9, 1e-7])
def test_noise_of_f_is_measured(size: float) -> None:
    f = noisy(size)
    expected, how = expected_of(f)
    assert how == "differences"
    for beyond in (False, True):
        right = central(f, "f(x)", POINTS, beyond)
        assert (
            np.abs(right - expected.gradient)[expected.known]
            <= expected.bound[expected.known]
        ).all()
    assert expected.known.sum() >= 24
    assert (expected.bound[expected.known] < 100 * size / STEP + 1e-8).all()


def test_an_f_that_is_too_noisy_is_not_judged() -> None:
    expected, how = expected_of(noisy(1e-3))
    assert how == "none"
    assert not expected.known.any()


def test_single_precision_inside_f_is_measured() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.asarray(x, np.float32) ** 2)

    points = POINTS[::2]
    expected, how = expected_of(f, points)
    assert how == "differences"
    right = central(f, "f(x)", points)
    assert (
        np.abs(right - expected.gradient)[expected.known]
        <= expected.bound[expected.known]
    ).all()
    assert np.nanmax(expected.bound) > 1e-3


def test_differences_fail_only_what_is_clearly_wrong() -> None:
    expected, _ = expected_of(through_c)
    step = (gradient_bounds.MARGIN - 1) * expected.bound
    verdicts = [
        gradient_bounds.judged(
            -(expected.gradient + off), expected, "differences"
        ).style
        for off in (0, 0.9 * expected.bound, step, 0.01)
    ]
    assert verdicts == ["plain", "plain", "unknown", "wrong"]
    assert (
        gradient_bounds.judged(-(expected.gradient + step), expected, "digits").style
        == "wrong"
    )


def test_a_question_takes_few_evaluations() -> None:
    seen: list[Any] = []

    def f(x: Any) -> Any:
        seen.append(x)
        return x[0] ** 2 + x[1]

    objectives.read(session(f), 0, "f(x)", POINTS[0])
    assert seen == []
    questions.value(f, "f(x)", POINTS[0])
    assert len(seen) == 1
