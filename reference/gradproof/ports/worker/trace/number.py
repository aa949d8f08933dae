"""Numbers that remember how they were computed: f's expression, by running f once."""

import contextlib
import math
import numbers as kinds
from typing import Any, Callable, Dict, Iterator, List, Optional

import numpy as np

from .arrays import ufunc_of
from .expression import (
    PRIMITIVES,
    RELATIONS,
    WITHOUT_EXPRESSION,
    TracedExpression,
    TracedRun,
    TracingError,
    decided,
    made,
    quotient,
    remainder,
    whole,
)


class Tracer(TracedExpression):
    """A number that can be used as one, by Python and by NumPy."""

    __slots__ = ()

    ndim = 0
    shape = ()
    size = 1
    dtype = np.dtype(object)

    def __array_ufunc__(
        self, ufunc: Any, method: str, *inputs: Any, **named: Any
    ) -> Any:
        """Element by element where an operand is an array, as NumPy does."""
        return ufunc_of(ufunc, method, inputs, named)

    def __bool__(self) -> bool:
        return decided("ne", self, 0)

    def __float__(self) -> float:
        raise TracingError("f makes a float of a number")

    def __int__(self) -> int:
        return whole(self, "trunc")

    def __trunc__(self) -> int:
        return whole(self, "trunc")

    def __floor__(self) -> int:
        return whole(self, "floor")

    def __ceil__(self) -> int:
        return whole(self, "ceil")

    def __round__(self, digits: Optional[int] = None) -> Any:
        if digits is None:
            return whole(self, "rint")
        return whole(made("mul", self, 10.0**digits), "rint") / 10.0**digits

    def __format__(self, form: str) -> str:
        self._written_out()
        return format(self.value, form)

    def __repr__(self) -> str:
        self._written_out()
        return repr(self.value)

    def _written_out(self) -> None:
        """What f makes of a text is not known."""
        if self.course is not None:
            self.course.note(["?"])

    __hash__ = None  # type: ignore[assignment]

    def __neg__(self) -> Any:
        return made("neg", self)

    def __pos__(self) -> "Tracer":
        return self

    def __abs__(self) -> Any:
        return made("abs", self)

    def __mod__(self, other: Any) -> Any:
        return remainder(self, other)

    def __rmod__(self, other: Any) -> Any:
        return remainder(other, self)

    def __floordiv__(self, other: Any) -> Any:
        return quotient(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return quotient(other, self)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def rint(self) -> float:
        """As NumPy's arrays of objects ask for it."""
        return float(whole(self, "rint"))

    @property
    def real(self) -> "Tracer":
        """A real number is its own."""
        return self

    def conjugate(self) -> "Tracer":
        """A real number is its own."""
        return self

    def item(self) -> "Tracer":
        """As of a number of NumPy's."""
        return self

    def sum(self) -> "Tracer":
        """As of a number of NumPy's."""
        return self


kinds.Real.register(Tracer)


def point_of(course: TracedRun, values: List[Any]) -> List[Tracer]:
    """The components of the point where f is run."""
    return [Tracer(["x", i], value=v, course=course) for i, v in enumerate(values)]


def _operator(operation: str, reflected: bool) -> Callable[[Any, Any], Any]:
    def operate(self: Tracer, other: Any) -> Any:
        if not _is_scalar(other):
            return NotImplemented
        return (
            made(operation, other, self) if reflected else made(operation, self, other)
        )

    return operate


def _relation(name: str) -> Callable[[Any, Any], Any]:
    def compare(self: Tracer, other: Any) -> Any:
        return decided(name, self, other) if _is_scalar(other) else NotImplemented

    return compare


def _is_scalar(other: Any) -> bool:
    if isinstance(other, np.ndarray):
        return other.ndim == 0
    return isinstance(other, kinds.Real)


def _function(operation: str) -> Callable[..., Any]:
    return lambda self, *others: made(operation, self, *others)


for _name, _operation in (
    ("add", "add"),
    ("sub", "sub"),
    ("mul", "mul"),
    ("truediv", "div"),
    ("pow", "pow"),
):
    setattr(Tracer, "__{}__".format(_name), _operator(_operation, False))
    setattr(Tracer, "__r{}__".format(_name), _operator(_operation, True))
for _name in RELATIONS:
    setattr(Tracer, "__{}__".format(_name), _relation(_name))

for _name, _ufunc in PRIMITIVES.items():
    if _name not in ("add", "sub", "mul", "div", "pow", "neg", "abs"):
        # NumPy's arrays of objects ask each object for a function, by name.
        setattr(Tracer, _ufunc.__name__, _function(_name))
Tracer.fabs = _function("abs")  # type: ignore[attr-defined]


def _log(x: Any, *base: Any) -> Any:
    return made("log", x) / (made("log", base[0]) if base else 1)


def _hypot(*values: Any) -> Any:
    if len(values) == 2:
        return made("hypot", *values)
    return made("sqrt", _sum([v * v for v in values]))


def _sum(values: Any) -> Any:
    first, *rest = values
    return sum(rest, first)


def _product(values: Any, start: Any = 1) -> Any:
    for value in values:
        start = start * value
    return start


def _copysign(size: Any, sign: Any) -> Any:
    return -abs(size) if sign < 0 else abs(size)


MATH: Dict[str, Callable[..., Any]] = {
    **{n: _function(n) for n in ("acos", "asin", "atan", "cos", "cosh", "exp")},
    **{n: _function(n) for n in ("exp2", "expm1", "log10", "log1p", "log2", "sin")},
    **{n: _function(n) for n in ("sinh", "sqrt", "tan", "tanh", "pow", "atan2")},
    **{n: _function(n) for n in ("asinh", "atanh")},
    **{n: _function(n) for n in WITHOUT_EXPRESSION},
    "copysign": _copysign,
    "dist": lambda p, q: _hypot(*[a - b for a, b in zip(p, q)]),  # noqa: B905
    "fabs": _function("abs"),
    "fsum": _sum,
    "hypot": _hypot,
    "isfinite": lambda x: True,
    "isinf": lambda x: False,
    "isnan": lambda x: False,
    "log": _log,
    "prod": _product,
}
"""The functions of `math`, for traced numbers. What is not finite has no bound, and
is not judged by an expression."""


@contextlib.contextmanager
def math_traced() -> Iterator[None]:
    """Have the functions of `math` take traced numbers too."""
    kept = {name: getattr(math, name) for name in MATH if hasattr(math, name)}
    for name, function in kept.items():
        setattr(math, name, _either(function, MATH[name]))
    try:
        yield
    finally:
        for name, function in kept.items():
            setattr(math, name, function)


def _either(function: Callable[..., Any], traced: Callable[..., Any]) -> Any:
    def either(*values: Any, **named: Any) -> Any:
        found = [v for value in values for v in _within(value)]
        if not found:
            return function(*values, **named)
        course = found[0].course
        if course is not None:
            _as_in_floats(function, values, named, course)
        return traced(*[v.item() if _is_held(v) else v for v in values], **named)

    return either


def _as_in_floats(function: Any, values: Any, named: Any, course: TracedRun) -> None:
    """Raise what the function raises for these values: f may catch it."""
    try:
        function(*map(_plain, values), **named)
    except (ValueError, OverflowError, ZeroDivisionError):
        course.note(["?"])
        raise


def _is_held(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.size == 1


def _holds_objects(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return bool(value.dtype.kind == "O")
    return isinstance(value, (list, tuple))


def _within(value: Any) -> List[Tracer]:
    """The traced numbers of an argument."""
    if isinstance(value, Tracer):
        return [value]
    if _holds_objects(value):
        return [v for v in np.ravel(value) if isinstance(v, Tracer)]
    return []


def _plain(value: Any) -> Any:
    if isinstance(value, Tracer):
        return float(value.value)
    if _holds_objects(value):
        plain = [_plain(v) for v in np.ravel(value)]
        return plain[0] if np.ndim(value) == 0 else plain
    return value
