"""Arrays of traced numbers: NumPy's functions over them, element by element."""

from typing import Any, Callable, Dict, Sequence, Tuple

import numpy as np

from .number import (
    FLOATS,
    NUMPYS,
    Tracer,
    TracingError,
    decided,
    made,
    quotient,
    remainder,
    whole,
)


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
        due = (bool,) if name in PREDICATES else (float,)
        everywhere = named.get("where", True) is True
        if not everywhere or given not in map(np.dtype, (object, *due)):
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
    if all(np.ndim(i) == 0 for i in inputs if not isinstance(i, Tracer)):
        return function(*inputs)
    held = [_held(i) if isinstance(i, Tracer) else i for i in inputs]
    found = np.frompyfunc(function, len(inputs), 1)(*held)
    return found.astype(bool) if name in PREDICATES else found


def _held(value: Any) -> np.ndarray:
    array = np.empty((), object)
    array[()] = value
    return array


def _or_plain(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Traced numbers may stand beside others, for which NumPy's own is right."""

    def either(*values: Any) -> Any:
        values = tuple(v.item() if isinstance(v, np.ndarray) else v for v in values)
        if any(isinstance(v, Tracer) for v in values):
            return function(*values)
        return getattr(np, name)(*values)

    return either


def _relation(name: str) -> Callable[[Any, Any], Any]:
    return lambda a, b: decided(name, a, b)


def _maximum(a: Any, b: Any) -> Any:
    return a if a >= b else b


def _minimum(a: Any, b: Any) -> Any:
    return a if a <= b else b


def _clip(x: Any, low: Any, high: Any) -> Any:
    return _minimum(_maximum(x, low), high)


def _cbrt(x: Any) -> Any:
    return -((-x) ** (1 / 3)) if x < 0 else x ** (1 / 3)


def _sign(x: Any) -> float:
    return 1.0 if x > 0 else -1.0 if x < 0 else 0.0


def _heaviside(x: Any, at_zero: Any) -> Any:
    return 1.0 if x > 0 else 0.0 if x < 0 else at_zero


def _rounded(how: str) -> Callable[[Any], float]:
    return lambda x: float(whole(x, how))


def _operation(name: str) -> Callable[..., Any]:
    return lambda *operands: made(name, *operands)


PREDICATES: Dict[str, Callable[..., Any]] = {
    "equal": _relation("eq"),
    "greater": _relation("gt"),
    "greater_equal": _relation("ge"),
    "isfinite": lambda x: True,
    "isinf": lambda x: False,
    "isnan": lambda x: False,
    "less": _relation("lt"),
    "less_equal": _relation("le"),
    "logical_and": lambda a, b: bool(a) and bool(b),
    "logical_not": lambda a: not a,
    "logical_or": lambda a, b: bool(a) or bool(b),
    "logical_xor": lambda a, b: bool(a) != bool(b),
    "not_equal": _relation("ne"),
    "signbit": lambda x: bool(x < 0),
}

_FUNCTIONS: Dict[str, Callable[..., Any]] = {
    **{NUMPYS.get(n, n): _operation(n) for n in FLOATS},
    **PREDICATES,
    "absolute": _operation("abs"),
    "cbrt": _cbrt,
    "ceil": _rounded("ceil"),
    "clip": _clip,
    "conjugate": lambda x: x,
    "copysign": lambda a, b: -abs(a) if b < 0 else abs(a),
    "deg2rad": lambda x: x * (np.pi / 180),
    "divide": _operation("div"),
    "float_power": _operation("pow"),
    "floor": _rounded("floor"),
    "floor_divide": quotient,
    "fmax": _maximum,
    "fmin": _minimum,
    "heaviside": _heaviside,
    "logaddexp": lambda a, b: made("log", made("exp", a) + made("exp", b)),
    "maximum": _maximum,
    "minimum": _minimum,
    "multiply": _operation("mul"),
    "negative": _operation("neg"),
    "positive": lambda x: x,
    "power": _operation("pow"),
    "rad2deg": lambda x: x * (180 / np.pi),
    "radians": lambda x: x * (np.pi / 180),
    "reciprocal": lambda x: made("div", 1, x),
    "remainder": remainder,
    "rint": _rounded("rint"),
    "sign": _sign,
    "square": lambda x: made("pow", x, 2),
    "subtract": _operation("sub"),
    "true_divide": _operation("div"),
    "trunc": _rounded("trunc"),
}
ELEMENTWISE = {name: _or_plain(name, f) for name, f in _FUNCTIONS.items()}
"""NumPy's functions by their names, of numbers of which one at least is traced."""
