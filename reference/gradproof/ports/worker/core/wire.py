"""Arrays and frames as lines of JSON."""

import json
import math
from typing import Any, Dict, List

import numpy as np

MAX_NUMBERS = 100000
"""Numbers of an array that is sent; a larger one is told of by its shape alone."""


_ENCODER = json.JSONEncoder(allow_nan=False, ensure_ascii=True)


def encode_array(array: Any) -> Dict[str, Any]:
    """{"dtype", "shape", "data", "layout"}; data is flat and row-major."""
    array = np.asarray(array)
    record = {
        "dtype": array.dtype.kind + str(array.dtype.itemsize),
        "shape": list(array.shape),
        "layout": _layout(array),
        "data": _numbers(array.real),
    }
    if array.dtype.kind == "c":
        record["imag"] = _numbers(array.imag)
    return record


def decode_array(record: Dict[str, Any]) -> np.ndarray:
    """The array of a record, C-ordered."""
    data = [decode_number(v) for v in record["data"]]
    array: np.ndarray = np.array(data, dtype=record["dtype"])
    shaped: np.ndarray = array.reshape(record["shape"])
    return shaped


def encode_number(value: Any) -> Any:
    """A number as JSON can hold it: what is not finite as a string."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return value


def decode_number(value: Any) -> Any:
    """The number, from its JSON."""
    return float(value) if isinstance(value, str) else value


def call(id: Any, n: int, array: np.ndarray, kind: str) -> str:
    """The text of a frame that asks for f at an array."""
    return _frame("call", id, n, array, kind)


def called(id: Any, n: int, arrays: np.ndarray, kind: str) -> str:
    """The text of a frame that tells of f's arguments, alike, since the n-th."""
    return _frame("called", id, n, arrays, kind)


def _frame(op: str, id: Any, n: int, array: np.ndarray, kind: str) -> str:
    """A frame of an op that takes an array.

    There are many of them for a port, nearly all of this kind: these are not put
    together from what they are made of.
    """
    if array.dtype == np.float64 and array.flags.c_contiguous and kind == "ndarray":
        data = repr(array.ravel().tolist())
        if "n" not in data:  # neither nan nor inf
            return _USUAL % (op, id, n, list(array.shape), data)
    return dumps({"op": op, "id": id, "n": n, "x": encode_array(array), "kind": kind})


_USUAL = (
    '{"op": "%s", "id": %d, "n": %d, "kind": "ndarray",'
    ' "x": {"dtype": "f8", "shape": %s, "layout": "C", "data": %s}}'
)


def dumps(frame: Dict[str, Any]) -> str:
    """One line, ASCII alone, so that no locale can spoil it."""
    return _ENCODER.encode(frame)


def _numbers(array: np.ndarray) -> List[Any]:
    """Integers as they are, all others in double precision."""
    if array.dtype.kind not in "iu":
        array = array.astype(float)
    return [encode_number(v) for v in array.ravel().tolist()]


def _layout(array: np.ndarray) -> str:
    if array.flags.c_contiguous:
        return "C"
    return "F" if array.flags.f_contiguous else "strided"
