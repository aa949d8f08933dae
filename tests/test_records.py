"""Records of what was seen and judged do not change, and arrays are not compared."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import gradproof

ROOMS = ("contract", "defects", "evidence", "examination", "numerics", "scripts")
ALIVE = {"Session"}
"""Is no record: it is talked to."""


def records(room: str) -> Iterator[Any]:
    (path,) = gradproof.__path__
    for found in pkgutil.iter_modules([f"{path}/{room}"]):
        name = f"gradproof.{room}.{found.name}"
        for each in vars(importlib.import_module(name)).values():
            kind = each if isinstance(each, type) else object
            if dataclasses.is_dataclass(kind) and kind.__module__ == name:
                yield kind


@pytest.mark.parametrize("room", ROOMS)
def test_records_are_frozen(room: str) -> None:
    found = list(records(room))
    assert found
    kept = {record.__name__: record.__dataclass_params__.frozen for record in found}
    assert {name for name, frozen in kept.items() if not frozen} <= ALIVE


@pytest.mark.parametrize("room", ROOMS)
def test_records_that_hold_arrays_are_the_same_only_as_themselves(room: str) -> None:
    """`==` of arrays is an array, of which no record can say whether it is so."""
    for record in records(room):
        held = [str(f.type) for f in dataclasses.fields(record) if f.compare]
        arrays = [kind for kind in held if "Array" in kind or "ndarray" in kind]
        if any(not kind.startswith("Callable") for kind in arrays):
            assert record.__eq__ is object.__eq__, record
