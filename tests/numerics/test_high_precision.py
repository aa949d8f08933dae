"""Numbers of high precision are computed with as doubles are, but for their digits."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

from gradproof.numerics.high_precision import (
    BITS,
    Precise,
    TooMuchWorkError,
    limited,
    precise,
)

THIRD = precise(1) / 3
ARITHMETIC = (
    *(operator.add, operator.sub, operator.mul, operator.truediv, operator.pow),
)
COMPARISONS = (
    *(operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne),
)
NUMBERS: tuple[Any, ...] = (
    *(2, 0.75, np.float32(1.5), np.float16(0.5), np.int8(3), np.True_, True),
)


@pytest.mark.parametrize("apply", ARITHMETIC)
@pytest.mark.parametrize("other", NUMBERS)
def test_arithmetic_is_that_of_numbers_on_either_side(
    apply: Callable[[Any, Any], Any], other: Any
) -> None:
    one = precise(1.25)
    for found, due in (
        (apply(one, other), apply(1.25, float(other))),
        (apply(other, one), apply(float(other), 1.25)),
        (apply(one, precise(other)), apply(1.25, float(other))),
    ):
        assert isinstance(found, Precise)
        assert float(found.raw) == pytest.approx(due, rel=1e-15)


@pytest.mark.parametrize("compare", COMPARISONS)
@pytest.mark.parametrize("other", [1, 1.25, np.float32(2), precise(1.25)])
def test_comparisons_are_those_of_numbers(
    compare: Callable[[Any, Any], Any], other: Any
) -> None:
    number = float(other.raw) if isinstance(other, Precise) else float(other)
    found = compare(precise(1.25), other)
    assert found is compare(1.25, number)
    assert compare(other, precise(1.25)) == compare(number, 1.25)


FUNCTIONS = (
    *("exp", "expm1", "log", "sqrt", "cbrt", "log1p", "log2", "log10", "sin", "cos"),
    *("tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "conjugate"),
    *("negative", "positive", "absolute"),
)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_numpys_functions_are_those_of_numbers(name: str) -> None:
    function = getattr(np, name)
    (found,) = function(np.array([precise(0.375)]))
    assert isinstance(found, Precise)
    assert float(found.raw) == pytest.approx(function(0.375), rel=1e-15)


def test_numbers_have_240_bits() -> None:
    with mpmath.workprec(400):
        off = abs(mpmath.mpf(THIRD.raw) * 3 - 1)
        assert mpmath.mpf(2) ** -(BITS + 2) < off < mpmath.mpf(2) ** -(BITS - 2)


def test_a_number_is_true_unless_it_is_zero() -> None:
    assert precise(0.5)
    assert not precise(0)


@pytest.mark.parametrize("thing", ["1", 1j, None, [1.0]])
def test_what_is_no_real_number_is_refused(thing: Any) -> None:
    with pytest.raises(TypeError):
        precise(thing)
    with pytest.raises(TypeError):
        operator.add(THIRD, thing)
    with pytest.raises(TypeError):
        operator.lt(THIRD, thing)
    assert thing != THIRD


def test_what_has_no_real_result_is_refused() -> None:
    for function in (np.sqrt, np.log, np.arcsin):
        with pytest.raises(TypeError, match="no real number"):
            function(np.array([precise(-2)]))
    with pytest.raises(TypeError):
        float(THIRD)
    with pytest.raises(TypeError):
        math.sin(THIRD)
    with pytest.raises(TypeError):
        hash(THIRD)


def test_so_many_operations_are_allowed_and_no_more() -> None:
    with limited(3):
        THIRD + 1
        with limited(1):
            THIRD * 2
            with pytest.raises(TooMuchWorkError):
                operator.neg(THIRD)
        THIRD - 1
        THIRD / 2
        with pytest.raises(TooMuchWorkError):
            abs(THIRD)
        assert THIRD > 0
    for _ in range(9):
        THIRD + 1
