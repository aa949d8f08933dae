"""Arrays come through a frame's text as they are."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
import pytest

from gradproof.ports.worker.core import calls, wire

ARRAYS: dict[str, Any] = {
    "a point": np.array([0.1, -0.0, 5e-324, 1e308]),
    "one number": np.array(1.5),
    "none": np.zeros((0, 3)),
    "rows": np.arange(6.0).reshape(2, 3) / 3,
    "columns": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "strided": np.arange(6.0)[::2],
    "not finite": np.array([1.0, np.nan, np.inf, -np.inf]),
    "integers": np.array([1, -(2**53) - 1]),
    "single precision": np.array([0.1], np.float32),
    "swapped bytes": np.array([0.1, 2.0], ">f8"),
    "complex": np.array([1 + 2j]),
    "extended": np.array([0.1], np.longdouble),
}


@pytest.mark.parametrize("kind", ["ndarray", "Wert", "数", 'a "kind"'])
@pytest.mark.parametrize("name", ARRAYS)
def test_a_call_says_what_its_parts_say(name: str, kind: str) -> None:
    array = ARRAYS[name]
    said = json.loads(wire.call(7, 3, array, kind))
    parts = {"id": 7, "n": 3, "x": wire.encode_array(array), "kind": kind}
    assert said == json.loads(wire.dumps({"op": "call", **parts}))


def test_masked_arrays_are_known_once_there_are_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hidden = np.ma.array([1.0, 2.0], mask=[False, True])
    found = calls.numbers(hidden)
    assert found is not None
    assert np.array_equal(found, [1.0, np.nan], equal_nan=True)
    monkeypatch.delitem(sys.modules, "numpy.ma")
    assert calls.numbers(np.array([1.0])) is not None
