"""The derivatives of the functions that every port is given, as SymPy derives them.

They are the same in every check, so they are derived once, by
``python tests/tools/derivatives.py``, and a test holds the table to what SymPy gives.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gradproof.numerics.expressions import Expression, parsed

PATH = Path(__file__).with_suffix(".json")


@functools.cache
def derivative(name: str, dimension: int, index: Sequence[int]) -> Expression | None:
    """D^a f over points (dimension,) by the function's name; None where it has none."""
    entry = _entry(name, dimension)
    text = entry.get("derivatives", {}).get(key(index), entry.get("others"))
    return None if text is None else _expression(text)


def written(name: str, dimension: int) -> str | None:
    """The function itself, as SymPy writes it; None where it is not kept."""
    text: str | None = _entry(name, dimension).get("written")
    return text


def key(index: Sequence[int]) -> str:
    """A multi-index as the components by which is derived: ``x0 x0 x2``."""
    return " ".join(f"x{j}" for j, times in enumerate(index) for _ in range(times))


@functools.cache
def _expression(text: str) -> Expression:
    return parsed(text)


def _entry(name: str, dimension: int) -> dict[str, Any]:
    entry: dict[str, Any] = _table().get(name, {}).get(str(dimension), {})
    return entry


@functools.cache
def _table() -> Any:
    return json.loads(PATH.read_bytes())
