"""Numbers that remember how they were computed: f's expression, by running f once.

An expression is a list: ["x", component], ["number", text], or an operation and its
operands; a sum has as many as there are. What cannot be followed (a comparison, a
conversion to float) raises.
"""

import contextlib
import math
import numbers as kinds
from typing import Any, Callable, Dict, Iterator, List

import numpy as np

MOST_NODES = 10000
"""Of an expression, repeated parts counted each time."""

Tree = List[Any]


class TracingError(Exception):
    """What was done with a traced number cannot be written as an expression."""


class Tracer:
    """A number of which only the expression is known."""

    __slots__ = ("size", "tree")

    def __init__(self, tree: Tree, size: int = 1) -> None:
        if size > MOST_NODES:
            raise TracingError("the expression is too long")
        self.tree = tree
        self.size = size

    def __array_ufunc__(
        self, ufunc: Any, method: str, *inputs: Any, **named: Any
    ) -> Any:
        """Element by element where an operand is an array, as NumPy does."""
        operation = OPERATIONS.get(ufunc.__name__)
        if operation is None or method != "__call__" or named.get("out"):
            raise TracingError(ufunc.__name__)
        if all(np.ndim(i) == 0 for i in inputs if not isinstance(i, Tracer)):
            return made(operation, *inputs)
        each = np.frompyfunc(lambda *a: made(operation, *a), len(inputs), 1)
        held = [_held(i) if isinstance(i, Tracer) else i for i in inputs]
        return each(*held)

    def __bool__(self) -> bool:
        raise TracingError("f makes a choice")

    def __float__(self) -> float:
        raise TracingError("f makes a float of a number")

    __int__ = __float__
    __hash__ = None  # type: ignore[assignment]

    def _compare(self, other: Any) -> Any:
        raise TracingError("f compares")

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _compare

    def __neg__(self) -> "Tracer":
        return made("neg", self)

    def __pos__(self) -> "Tracer":
        return self

    def __abs__(self) -> "Tracer":
        return made("abs", self)

    def conjugate(self) -> "Tracer":
        """A real number is its own."""
        return self


OPERATIONS = {
    "absolute": "abs",
    "add": "add",
    "arctan": "atan",
    "cos": "cos",
    "cosh": "cosh",
    "divide": "div",
    "exp": "exp",
    "fabs": "abs",
    "float_power": "pow",
    "log": "log",
    "multiply": "mul",
    "negative": "neg",
    "power": "pow",
    "sin": "sin",
    "sinh": "sinh",
    "sqrt": "sqrt",
    "square": "square",
    "subtract": "sub",
    "tan": "tan",
    "tanh": "tanh",
    "true_divide": "div",
}
"""NumPy's names of what can be written."""

UNARY = ("cos", "cosh", "exp", "log", "sin", "sinh", "sqrt", "tan", "tanh")
"""Functions that NumPy's arrays of objects ask each object for, by name."""


def made(operation: str, *operands: Any) -> Tracer:
    """The expression of an operation."""
    if operation == "square":
        return made("pow", operands[0], 2)
    parts = [_traced(operand) for operand in operands]
    size = 1 + sum(p.size for p in parts)
    if operation == "add" and parts[0].tree[0] == "add":
        # One sum of many terms, and not a tower of sums.
        return Tracer([*parts[0].tree, parts[1].tree], size)
    return Tracer([operation, *(p.tree for p in parts)], size)


def tree(value: Any) -> Tree:
    """The expression of a result."""
    return _traced(value).tree


def _traced(value: Any) -> Tracer:
    if isinstance(value, Tracer):
        return value
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return _traced(value.item())
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, kinds.Real):
        raise TracingError("f works with " + type(value).__name__)
    if isinstance(value, (kinds.Integral)):
        return Tracer(["number", str(int(value))])
    if not math.isfinite(float(value)):
        raise TracingError("a number of f's is not finite")
    return Tracer(["number", repr(float(value))])


def _held(value: Any) -> np.ndarray:
    array = np.empty((), object)
    array[()] = value
    return array


def _operator(operation: str, reflected: bool) -> Callable[[Any, Any], Any]:
    def operate(self: Tracer, other: Any) -> Any:
        if isinstance(other, np.ndarray) and other.ndim:
            return NotImplemented
        if not isinstance(other, (Tracer, kinds.Real, np.ndarray)):
            return NotImplemented
        return (
            made(operation, other, self) if reflected else made(operation, self, other)
        )

    return operate


def _function(operation: str) -> Callable[[Any], Any]:
    return lambda self: made(operation, self)


for _name, _operation in (
    ("add", "add"),
    ("sub", "sub"),
    ("mul", "mul"),
    ("truediv", "div"),
    ("pow", "pow"),
):
    setattr(Tracer, "__{}__".format(_name), _operator(_operation, False))
    setattr(Tracer, "__r{}__".format(_name), _operator(_operation, True))
for _name in UNARY:
    setattr(Tracer, _name, _function(_name))
Tracer.arctan = _function("atan")  # type: ignore[attr-defined]
Tracer.fabs = _function("abs")  # type: ignore[attr-defined]


@contextlib.contextmanager
def math_traced() -> Iterator[None]:
    """Have the functions of `math` take traced numbers too."""
    kept: Dict[str, Any] = {}
    for name in (*UNARY, "atan", "fabs", "pow"):
        kept[name] = getattr(math, name)
        setattr(math, name, _either(kept[name], {"fabs": "abs"}.get(name, name)))
    try:
        yield
    finally:
        for name, function in kept.items():
            setattr(math, name, function)


def _either(function: Callable[..., Any], operation: str) -> Callable[..., Any]:
    def either(*values: Any) -> Any:
        if any(isinstance(v, Tracer) for v in values):
            return made(operation, *values)
        return function(*values)

    return either
