"""Sums, products and powers answer what is asked of SymPy's, by the same names."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gradproof.numerics.expressions import (
    Component,
    Number,
    Power,
    Product,
    Sum,
    component,
    parsed,
)

KINDS = ("is_Add", "is_Mul", "is_Pow", "is_Symbol", "is_Number", "is_NumberSymbol")


@pytest.mark.parametrize(
    ("text", "kind", "of"),
    [
        ("x0 + x1 + 2", "is_Add", Sum),
        ("x0*x1*x2", "is_Mul", Product),
        ("x0**3", "is_Pow", Power),
        ("x12", "is_Symbol", Component),
        ("7", "is_Number", Number),
        ("-2/3", "is_Number", Number),
    ],
)
def test_an_expression_is_of_one_kind(text: str, kind: str, of: type) -> None:
    found = parsed(text)
    assert isinstance(found, of)
    assert [name for name in KINDS if getattr(found, name)] == [kind]
    assert not found.is_zero


def test_parts_stand_in_their_order() -> None:
    assert parsed("x0 + x1 + x2").args == tuple(component(k) for k in range(3))
    assert parsed("x2*x0*x1").args == tuple(component(k) for k in (2, 0, 1))
    power = parsed("x1**4")
    assert isinstance(power, Power)
    assert power.base is component(1)
    assert isinstance(power.exp, Number)
    assert (power.exp.p, power.exp.q) == (4, 1)


@pytest.mark.parametrize(
    ("text", "value"), [("3", Fraction(3)), ("-3/4", Fraction(-3, 4)), ("0", 0)]
)
def test_numbers_are_rational(text: str, value: Fraction) -> None:
    number = parsed(text)
    assert isinstance(number, Number)
    assert (Fraction(number.p, number.q), float(number)) == (value, float(value))
    assert number.is_Rational
    assert number.is_zero == (value == 0)
    assert number.free_symbols == frozenset()


def test_components_are_the_same_wherever_they_stand() -> None:
    assert component(3) is component(3)
    assert component(3) is not component(4)
    both = parsed("x0*x3 + x3**2")
    assert both.free_symbols == {component(0), component(3)}
