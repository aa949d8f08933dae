"""A call's arguments, read from its frame: its f, its x, and another f put in place."""

import functools
import sys
import types
from typing import Any, Callable, List, Optional, Tuple

import numpy as np

from ..core.calls import numbers

COPIES = sys.version_info[:2] == (3, 12)
"""Whether what is put in f's place has to be written back into its frame: before, the
interpreter does this after a profile function, and after, nothing need be done."""
INSTANCE = ("self", "cls")
VARIABLE = 0x04  # inspect.CO_VARARGS
Array = np.ndarray
NO_ARRAYS = (float, int, types.FunctionType)

Values = List[Tuple[str, Any]]
"""Arguments with the names of their parameters."""


def names_of(code: types.CodeType) -> Tuple[str, ...]:
    """The parameters that may be an f or an x, and that of the further ones last."""
    names = [n for n in parameters(code) if n not in INSTANCE]
    return (*names, _variable(code)) if code.co_flags & VARIABLE else tuple(names)


def parameters(code: types.CodeType) -> Tuple[str, ...]:
    """The parameters, those of further arguments aside."""
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _variable(code: types.CodeType) -> str:
    """The name of ``*args``."""
    return code.co_varnames[code.co_argcount + code.co_kwonlyargcount]


def first_f(values: Values) -> Tuple[Optional[str], Any]:
    """The name of the first function, and the function."""
    for each in values:
        value = each[1]
        if callable(value) and not isinstance(value, (type, np.ndarray)):
            return each
    return None, None


def first_x(values: Values, has_f: bool) -> Tuple[str, Any]:
    """The name and a copy of the first array; of two coordinates, both."""
    arrays = [v for v in values if type(v[1]) not in NO_ARRAYS and _is_array(v[1])]
    if len(arrays) > 1 and has_f:
        (first, x), (second, y) = arrays[:2]
        if np.shape(x) == np.shape(y):
            return "{} {}".format(first, second), np.array([x, y])
    if arrays:
        name, x = arrays[0]
        return name, x.copy() if type(x) is Array else np.array(x)
    if not has_f:
        return "", None
    reals = [v for v in values if isinstance(v[1], (float, int, np.number))]
    if len(reals) > 1:
        (first, x), (second, y) = reals[:2]
        return "{} {}".format(first, second), np.array([x, y])
    return "", None


def _is_array(value: Any) -> bool:
    if isinstance(value, Array):
        return value.dtype.kind in "biuf" and value.ndim > 0
    if not isinstance(value, (list, tuple)) or not 1 < len(value) < 10000:
        return False
    if not isinstance(value[0], (float, int, np.number, np.ndarray, list, tuple)):
        return False
    array = numbers(value)
    return array is not None and array.dtype.kind in "biuf"


def replace(frame: types.FrameType, local: Any, name: str, f: Any, other: Any) -> None:
    """Put another in f's place, which is an argument or one of the further ones.

    ``local`` are the frame's f_locals, which are slow to have twice.
    """
    if frame.f_code.co_flags & VARIABLE and local[name] is not f:
        local[name] = tuple(other if v is f else v for v in local[name])
    else:
        local[name] = other
    if COPIES:
        _writer()(frame, 0)


@functools.lru_cache(maxsize=None)
def _writer() -> Callable[[Any, int], None]:
    """What writes a frame's f_locals back into it."""
    import ctypes

    write: Any = ctypes.pythonapi.PyFrame_LocalsToFast
    write.argtypes, write.restype = [ctypes.py_object, ctypes.c_int], None
    return write  # type: ignore[no-any-return]
