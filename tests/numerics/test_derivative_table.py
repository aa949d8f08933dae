"""What is kept of derivatives is what SymPy derives, to the last bit of a bound."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

import derivatives
from gradproof.numerics import derivative_table, error_bounds
from gradproof.numerics.difference_formula import multi_indices
from gradproof.numerics.expressions import component, parsed
from gradproof.numerics.functions import Function, cubic, product
from gradproof.numerics.oracle import enclosure, gradient

TABLED = [(f, n) for f, sizes in derivatives.WANTED.items() for n in sizes]
each = pytest.mark.parametrize(
    ("function", "dimension"), TABLED, ids=lambda v: getattr(v, "name", v)
)


def derived(function: Function) -> Function:
    """The same function, with nothing kept of it."""
    return dataclasses.replace(function, tabled=False)


@pytest.mark.once
def test_the_table_is_what_sympy_derives() -> None:
    assert derivative_table.PATH.read_text(encoding="utf-8") == derivatives.derived()


def test_every_function_that_claims_to_be_kept_is() -> None:
    kept = json.loads(derivative_table.PATH.read_text(encoding="utf-8"))
    assert list(kept) == [function.name for function in derivatives.WANTED]
    assert all(function.tabled for function in derivatives.WANTED)


@each
def test_the_function_itself_is_kept(function: Function, dimension: int) -> None:
    x = np.linspace(-2.5, 3.75, dimension)
    names = {f"x{j}": value for j, value in enumerate(x)}
    kept = derivative_table._entry(function.name, dimension)
    for text in (kept["written"], kept["derivatives"][""]):
        assert eval(text, {}, names) == pytest.approx(function.point(x), rel=1e-14)


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_enclosures_are_those_of_what_sympy_derives(dimension: int) -> None:
    x = np.linspace(-2.5, 3.75, dimension)
    for degree in range(5):
        for index in multi_indices(dimension, degree):
            kept, own = (enclosure(f, index, x, 0.5) for f in (cubic, derived(cubic)))
            assert kept == own


@pytest.mark.parametrize("function", derivatives.WANTED, ids=lambda f: f.name)
def test_bounds_are_those_of_what_sympy_derives(function: Function) -> None:
    x = np.array([[1.25, -2.5][: derivatives.WANTED[function][0]]])
    kept, own = (error_bounds.central(f, x) for f in (function, derived(function)))
    for field in dataclasses.fields(kept):
        np.testing.assert_array_equal(
            getattr(kept, field.name), getattr(own, field.name)
        )


def test_what_is_not_kept_is_derived() -> None:
    most = max(derivatives.WANTED[cubic]) + 1
    assert derivative_table.derivative("cubic", most, (1,) + (0,) * (most - 1)) is None
    x = np.arange(1.0, most + 1)
    assert gradient(cubic, x).value[0] == 3 * x[0] ** 2 + x[1]
    assert derivative_table.derivative(product.name, 2, (1, 0)) is None
    assert gradient(product, [2.0, 3.0]).value.tolist() == [3.0, 2.0]


def test_a_function_of_the_same_name_is_another() -> None:
    same_name = Function("cubic", "x0·x1", lambda x, m: x[0] * x[1])
    assert gradient(same_name, [2.0, 3.0]).value.tolist() == [3.0, 2.0]
    assert same_name.written(2) == "x0·x1"


def test_text_is_read_as_its_parts() -> None:
    total = parsed("x0**3 + -2*x1*x0 + (1/4)")
    assert total.is_Add
    cubed, double, quarter = total.args
    assert cubed.is_Pow
    assert cubed.args[0] is component(0)
    assert list(double.args[1:]) == [component(1), component(0)]
    assert float(double.args[0]) == -2.0  # type: ignore[arg-type]
    assert float(quarter) == 0.25  # type: ignore[arg-type]
    assert total.free_symbols == {component(0), component(1)}


@pytest.mark.parametrize("text", ["sin(x0)", "x0 - x1", "x0 / x1", "2.5", "y"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no sum, product or power"):
        parsed(text)
