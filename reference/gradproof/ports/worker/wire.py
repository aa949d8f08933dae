"""Arrays and frames as lines of JSON."""

import json
import math
from typing import Any, Dict

import numpy as np


def encode_array(array: Any) -> Dict[str, Any]:
    """{"dtype", "shape", "data", "layout"}; data is flat and row-major."""
    array = np.asarray(array)
    record = {
        "dtype": array.dtype.kind + str(array.dtype.itemsize),
        "shape": list(array.shape),
        "layout": _layout(array),
    }
    flat = array.ravel()
    if array.dtype.kind == "c":
        record["data"] = [encode_number(v) for v in flat.real.tolist()]
        record["imag"] = [encode_number(v) for v in flat.imag.tolist()]
    else:
        values = flat.astype(float) if array.dtype.itemsize > 8 else flat
        record["data"] = [encode_number(v) for v in values.tolist()]
    return record


def decode_array(record: Dict[str, Any]) -> np.ndarray:
    """The array of a record, C-ordered."""
    data = [decode_number(v) for v in record["data"]]
    array: np.ndarray = np.array(data, dtype=record["dtype"])
    return array.reshape(record["shape"])


def encode_number(value: Any) -> Any:
    """A number as JSON can hold it: what is not finite as a string."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return value


def decode_number(value: Any) -> Any:
    """The number, from its JSON."""
    return float(value) if isinstance(value, str) else value


def dumps(frame: Dict[str, Any]) -> str:
    """One line, ASCII alone, so that no locale can spoil it."""
    return json.dumps(frame, allow_nan=False, ensure_ascii=True)


def _layout(array: np.ndarray) -> str:
    if array.flags.c_contiguous:
        return "C"
    return "F" if array.flags.f_contiguous else "strided"
