"""A tape says in its operations what the formula says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradproof.numerics import functions
from gradproof.numerics.functions import Function
from gradproof.numerics.tape import Tape, recorded


def of(formula: Callable[[Any, Any], Any], size: int = 2) -> Tape | None:
    return recorded(Function("name", "text", formula), size)


def test_each_operation_stands_there_once_in_its_order() -> None:
    assert recorded(functions.valley, 2) == (
        ("**", 0, (2,)),
        ("/", 2, (20,)),
        ("**", 1, (2,)),
        ("+", 3, 4),
    )


def test_a_tape_is_recorded_once() -> None:
    assert recorded(functions.valley, 2) is recorded(functions.valley, 2)


def test_a_sum_begins_at_zero() -> None:
    assert recorded(functions.sum_of_squares, 1) == (
        ("**", 0, (2,)),
        ("+", (0,), 1),
    )


def test_functions_have_one_operand() -> None:
    assert of(lambda x, m: m.sin(x[0]), 1) == (("sin", 0),)


def test_numbers_keep_their_side_and_their_kind() -> None:
    tape = of(lambda x, m: ((2 - x[0]) * 3.0) ** 2 / (1 / x[1] + 2 ** x[0]))
    assert tape == (
        ("-", (2,), 0),
        ("*", 2, (3.0,)),
        ("**", 3, (2,)),
        ("/", (1,), 1),
        ("**", (2,), 0),
        ("+", 5, 6),
        ("/", 4, 7),
    )
    assert isinstance(tape[1][2], tuple)
    assert isinstance(tape[1][2][0], float)


def test_numpys_numbers_are_numbers() -> None:
    assert of(lambda x, m: np.float64(0.5) * x[0]) == (("*", (0.5,), 0),)


def test_the_value_comes_last() -> None:
    assert of(lambda x, m: x[1]) == (("*", 1, (1,)),)

    def with_more(x: Any, m: Any) -> Any:
        value = x[0] + x[1]
        assert m.exp(value) is not None
        return value

    assert of(with_more) == (("+", 0, 1), ("exp", 2), ("*", 2, (1,)))


@pytest.mark.parametrize(
    "formula",
    [
        lambda x, m: 1.0,
        lambda x, m: x[2],
        lambda x, m: m.tan(x[0]),
        lambda x, m: x[0] if x[0] > 0 else x[1],
        lambda x, m: x[0] * np.inf,
        lambda x, m: x[0] * 1j,
        lambda x, m: x[0] * True,
        lambda x, m: [x[0]],
        lambda x, m: 1 / 0,
        lambda x, m: x[0] + np.ones(2),
    ],
)
def test_what_is_more_than_that_has_none(formula: Any) -> None:
    assert of(formula) is None
