"""Arrays of traced numbers: NumPy's functions over them, element by element."""

from typing import Any, Dict, Sequence, Tuple

import numpy as np

from .expression import TracedExpression, TracingError
from .operations import ELEMENTWISE, PREDICATES


class Numbers(np.ndarray):
    """An array that holds traced numbers, and others."""

    def __array_ufunc__(
        self, ufunc: Any, method: str, *inputs: Any, **named: Any
    ) -> Any:
        return ufunc_of(ufunc, method, inputs, named)

    @property  # type: ignore[misc]
    def real(self) -> Any:
        """Itself, as its numbers are: NumPy from 2.5 on would ask a function."""
        return self

    def astype(self, dtype: Any, *_: Any, **__: Any) -> Any:
        """As it is, for numbers in double precision."""
        kind = np.dtype(dtype)
        if kind in (np.dtype(float), np.dtype(object)):
            return self.copy()
        if kind.kind in "iub":
            return self.view(np.ndarray).astype(kind)
        raise TracingError("f works with {}".format(kind))

    def item(self, *index: Any) -> Any:
        """One of its numbers."""
        return self.view(np.ndarray).item(*index)


def array_of(values: Sequence[Any]) -> Numbers:
    """An array (D,) of these numbers."""
    array = np.empty(len(values), object)
    array[:] = values
    return array.view(Numbers)


def ufunc_of(
    ufunc: Any, method: str, inputs: Tuple[Any, ...], named: Dict[str, Any]
) -> Any:
    """What a function of NumPy's gives for traced numbers."""
    named = dict(named)
    out = named.pop("out", None)
    inputs = tuple(map(_base, inputs))
    name = ufunc.__name__
    if method == "__call__" and name != "matmul":
        given = np.dtype(named.get("dtype") or object)
        expected = (bool,) if name in PREDICATES else (float,)
        everywhere = named.get("where", True) is True
        if not everywhere or given not in map(np.dtype, (object, *expected)):
            raise TracingError(name)
        found = _each(name, inputs)
    else:
        if named.get("dtype") in (float, np.float64):
            named["dtype"] = object
        found = getattr(ufunc, method)(*inputs, **named)
    if out is not None:
        _base(out[0])[...] = found
        return out[0]
    is_held = isinstance(found, np.ndarray) and found.dtype == object
    return found.view(Numbers) if is_held else found


def _base(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, Numbers) else value


def _each(name: str, inputs: Tuple[Any, ...]) -> Any:
    function = ELEMENTWISE.get(name)
    if function is None:
        raise TracingError(name)
    if all(np.ndim(i) == 0 for i in inputs if not isinstance(i, TracedExpression)):
        return function(*inputs)
    held = [_held(i) if isinstance(i, TracedExpression) else i for i in inputs]
    found = np.frompyfunc(function, len(inputs), 1)(*held)
    return found.astype(bool) if name in PREDICATES else found


def _held(value: Any) -> np.ndarray:
    array = np.empty((), object)
    array[()] = value
    return array
