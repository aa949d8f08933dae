"""A running error bounds what any evaluation does, for all that an argument may be."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest

from gradproof.numerics import running_error
from gradproof.numerics.running_error import Running, running
from precision import BITS, mp

PAIRS = [(0.1, 0.7), (3.0, -2.0), (-1e-3, 1e5), (2.0**-600, 3 * 2.0**-500)]
RADII = [0.0, 1e-12, 1e-3]

BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "a power": lambda a, b: a**3 * b,
    "an opposite": lambda a, b: -(a + b),
    "a size": lambda a, b: abs(a - b),
    "with numbers": lambda a, b: 3 - (2 * a + 0.1) / (1 / b),
}
UNARY: dict[str, tuple[Callable[[Any], Any], Any, list[float]]] = {
    "exp": (np.exp, mpmath.exp, [-30.0, -1.0, 0.0, 0.3, 20.0]),
    "log": (np.log, mpmath.log, [1e-2, 0.9, 1.0, 7.0, 1e9]),
    "log1p": (np.log1p, lambda x: mpmath.log(1 + x), [-0.9, 0.0, 1e-9, 5.0]),
    "sqrt": (np.sqrt, mpmath.sqrt, [1e-2, 1.0, 2.0, 1e9]),
    "tanh": (np.tanh, mpmath.tanh, [-9.0, -0.5, 0.0, 1e-3, 2.0, 40.0]),
}


def ends(value: float, radius: float) -> list[Any]:
    """What a number may exactly be: its value, and the ends of its range."""
    return [mp(value), mp(value) - mp(radius), mp(value) + mp(radius)]


def bounds(found: Running, expected: list[Any]) -> bool:
    return all(abs(mp(found.value) - d) <= mp(found.error) for d in expected)


def binary_is_bounded(compute: Callable[[Any, Any], Any]) -> bool:
    with mpmath.workprec(4 * BITS):
        return all(
            bounds(
                compute(Running(a, abs(a) * r), Running(b, abs(b) * s)),
                [
                    compute(p, q)
                    for p in ends(a, abs(a) * r)
                    for q in ends(b, abs(b) * s)
                ],
            )
            for a, b in PAIRS
            for r in RADII
            for s in RADII
        )


def unary_is_bounded(name: str) -> bool:
    compute, exact, values = UNARY[name]
    with mpmath.workprec(4 * BITS):
        return all(
            bounds(
                compute(np.array([Running(x, r)], object))[0],
                [exact(p) for p in ends(x, r)],
            )
            for x in values
            for r in RADII
        )


@pytest.mark.parametrize("compute", BINARY.values(), ids=BINARY)
def test_arithmetic_is_bounded(compute: Callable[[Any, Any], Any]) -> None:
    assert binary_is_bounded(compute)


@pytest.mark.parametrize("name", UNARY)
def test_elementary_functions_are_bounded(name: str) -> None:
    assert unary_is_bounded(name)


def test_a_bound_without_the_operation_s_own_rounding_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        running_error,
        "_computed",
        lambda value, carried, relative: Running(value, carried),
    )
    assert not any(binary_is_bounded(BINARY[name]) for name in ("*", "/"))
    assert not any(map(unary_is_bounded, UNARY))


def test_a_bound_that_carries_nothing_on_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        running_error,
        "_computed",
        lambda value, carried, relative: Running(value, abs(value) * relative),
    )
    assert not any(binary_is_bounded(BINARY[name]) for name in ("*", "/"))
    assert not any(map(unary_is_bounded, UNARY))


def test_a_sum_is_bounded_in_whatever_order_it_is_taken() -> None:
    rng = np.random.default_rng(0)
    terms = rng.uniform(-1, 1, 200) * 10.0 ** rng.integers(-3, 4, 200)
    exact = sum(map(Fraction, terms))
    total = np.sum([running(t) for t in terms])
    orders = [terms, np.sort(terms), terms[np.argsort(-abs(terms))], terms[::-1]]
    sums = [sum(order.tolist()) for order in orders] + [np.sum(terms)]
    errors = [abs(Fraction(float(s)) - exact) for s in sums]
    assert len(set(sums)) > 1
    assert all(error <= Fraction(total.error) for error in errors)
    assert total.error < 200 * 2.0**-53 * np.abs(terms).sum() * 1.001


def test_a_sum_after_the_sum_has_more_terms() -> None:
    a = running(0.1) + 0.2
    assert (a.terms, (a + a).terms, (a * 1).terms, (-a).terms) == (2, 4, 1, 2)


U, TINY = mpmath.mpf(2) ** -53, mpmath.mpf(2) ** -1074
DERIVED: dict[str, tuple[Callable[..., Any], Callable[..., Any], int]] = {
    "+": (lambda a, b: a + b, lambda v, r, w, s: r + s, 0),
    "-": (lambda a, b: a - b, lambda v, r, w, s: r + s, 0),
    "*": (
        lambda a, b: a * b,
        lambda v, r, w, s: abs(v) * s + abs(w) * r + 3 * r * s,
        2,
    ),
    "/": (
        lambda a, b: a / b,
        lambda v, r, w, s: (r + (abs(v) + r) / (abs(w) - 2 * s) * s) / (abs(w) - 2 * s),
        2,
    ),
    "exp": (
        lambda a, b: np.exp(a),
        lambda v, r, w, s: mpmath.exp(v + r) * mpmath.expm1(r),
        8,
    ),
    "log": (lambda a, b: np.log(a), lambda v, r, w, s: r / (v - 2 * r), 8),
    "log1p": (lambda a, b: np.log1p(a), lambda v, r, w, s: r / (1 + v - 2 * r), 8),
    "sqrt": (lambda a, b: np.sqrt(a), lambda v, r, w, s: r / mpmath.sqrt(v - 2 * r), 2),
    "tanh": (
        lambda a, b: np.tanh(a),
        lambda v, r, w, s: r * (1 - mpmath.tanh(v - 2 * r) ** 2),
        8,
    ),
}
"""What the errors of the arguments do, and how often, in u, the result is rounded."""


@pytest.mark.parametrize("name", DERIVED)
@pytest.mark.parametrize("radius", [0.0, 1e-9, 0.03])
@pytest.mark.parametrize("v", [0.3, 4.5, 25.0])
def test_an_error_is_no_larger_than_is_derived(
    name: str, radius: float, v: float
) -> None:
    compute, carried, roundings = DERIVED[name]
    a, b = Running(v, radius), Running(-0.7, 2 * radius)
    (found,) = np.array([compute(*np.array([[a], [b]], object))], object).ravel()
    with mpmath.workprec(4 * BITS):
        errors = mp(v), mp(radius), mp(-0.7), 2 * mp(radius)
        due = carried(*errors)
        if roundings:
            due += roundings * U * (abs(mp(found.value)) + 2 * due) + TINY
        else:
            due += U / (1 - U) * (v + mp(0.7) + 6 * mp(radius))
        # 1 − tanh² is rounded, too.
        spare = 8 * U * mp(radius) if name == "tanh" else 0
        assert due <= mp(found.error) <= (due + spare) * (1 + mp(1e-8))


@pytest.mark.parametrize("terms", [1, 2, 7])
def test_a_sum_is_rounded_once_less_than_it_has_terms(terms: int) -> None:
    total = np.sum([Running(0.1, 0.01)] * terms)
    rounded = (terms - 1) * U / (1 - (terms - 1) * U)
    with mpmath.workprec(4 * BITS):
        due = terms * (mp(0.01) + rounded * (mp(0.1) + 2 * mp(0.01)))
        assert due <= mp(total.error) <= due * (1 + mp(1e-7))


def test_what_is_not_bounded_has_no_finite_bound() -> None:
    unsure = Running(0.5, 0.75)
    touching = Running(2 * Running(0.0, 0.3).error, 0.3)
    unknown = [1 / unsure, unsure.log(), Running(-0.5, 0.75).log1p()]
    unknown += [1 / running(0), 1 / touching, touching.log(), touching.sqrt()]
    unknown += [1 / Running(0.5, 0.3), Running(0.5, 0.3).log()]
    unknown += [Running(0.0, 0.1).sqrt(), 0 * (1 / unsure), 1 + unsure.log()]
    assert not any(math.isfinite(number.error) for number in unknown)
    assert 0 <= running(0).sqrt().error < 1e-300


def test_underflow_is_bounded() -> None:
    tiny = running(2.0**-600)
    assert (tiny * tiny).value == 0
    assert mp((tiny * tiny).error) >= mp(2.0**-600) ** 2


def test_numbers_are_compared_by_value() -> None:
    a, b = Running(1.0, 0.5), running(2)
    assert a < b <= 2 and b > a >= 1  # noqa: PT018
    assert not a < a
    assert not a > a
    assert np.max(np.array([a, b, running(0)], object)) is b


def test_a_size_is_not_negative_and_a_root_is_the_power_of_a_half() -> None:
    for value in (-2.0, -0.5, 0.0, 0.5, 2.0):
        assert abs(running(value)).value == abs(value)
    assert math.copysign(1, abs(running(0.0)).value) == 1
    number = Running(2.0, 0.1)
    assert (number**0.5).error == number.sqrt().error
    with pytest.raises(TypeError):
        number**1.5


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(TypeError, match="str is no number"):
        running("1")
    with pytest.raises(TypeError):
        running(1) + "1"
