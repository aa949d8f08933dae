"""What a program draws is written down, whatever its numbers are kept in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradproof.ports.worker.watch import quivers

X, Y = np.meshgrid([0.0, 1.0, 2.0], [0.0, 1.0])
ARROWS = np.array([X.ravel(), Y.ravel(), -X.ravel(), Y.ravel() + 1])


class Column:
    """A column of a table: no array, but one can be had of it."""

    def __init__(self, values: Any) -> None:
        self.values = np.asarray(values)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.values.astype(dtype or self.values.dtype)

    def __len__(self) -> int:
        return len(self.values)


@pytest.mark.parametrize(
    "made",
    [
        np.array,
        list,
        tuple,
        Column,
        lambda row: Column(row.astype("float32")),
        lambda row: Column(row.astype(object)),
        np.ma.array,
        lambda row: row[:, None],
    ],
    ids=[
        "arrays",
        "lists",
        "tuples",
        "columns",
        "single",
        "objects",
        "masked",
        "matrices",
    ],
)
def test_arrows_are_read_out_of_whatever_holds_them(made: Callable[[Any], Any]) -> None:
    told = quivers._quiver(tuple(made(row) for row in ARROWS), {})
    assert np.array_equal(told["arrows"], ARROWS)
    assert (told["total"], told["hidden"], told["form"]) == (6, 0, 4)


def test_arrows_are_read_out_of_a_table_by_their_names() -> None:
    table = dict(zip("xyuv", map(Column, ARROWS), strict=True))
    told = quivers._quiver(("x", "y", "u", "v"), {"data": table})
    assert np.array_equal(told["arrows"], ARROWS)


def test_what_holds_no_numbers_is_told_of_without_arrows() -> None:
    told = quivers._quiver((Column(["a", "b"]),) * 4, {})
    assert told["arrows"] is None
