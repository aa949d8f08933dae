"""What each of NumPy's functions is for traced numbers, by its name."""

from typing import Any, Callable, Dict

import numpy as np

from .expression import (
    PRIMITIVES,
    TracedExpression,
    decided,
    made,
    quotient,
    remainder,
    whole,
)


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

_RULES: Dict[str, Callable[..., Any]] = {
    **{ufunc.__name__: _operation(n) for n, ufunc in PRIMITIVES.items()},
    **PREDICATES,
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
    "fabs": _operation("abs"),
    "fmax": _maximum,
    "fmin": _minimum,
    "heaviside": _heaviside,
    "logaddexp": lambda a, b: made("log", made("exp", a) + made("exp", b)),
    "maximum": _maximum,
    "minimum": _minimum,
    "positive": lambda x: x,
    "rad2deg": lambda x: x * (180 / np.pi),
    "radians": lambda x: x * (np.pi / 180),
    "reciprocal": lambda x: made("div", 1, x),
    "remainder": remainder,
    "rint": _rounded("rint"),
    "sign": _sign,
    "square": lambda x: made("pow", x, 2),
    "true_divide": _operation("div"),
    "trunc": _rounded("trunc"),
}


def _or_plain(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Traced numbers may stand beside others, for which NumPy's own is right."""

    def either(*values: Any) -> Any:
        values = tuple(v.item() if isinstance(v, np.ndarray) else v for v in values)
        if any(isinstance(v, TracedExpression) for v in values):
            return function(*values)
        return getattr(np, name)(*values)

    return either


ELEMENTWISE = {name: _or_plain(name, rule) for name, rule in _RULES.items()}
"""The rule of each function, for numbers of which one at least is traced."""
