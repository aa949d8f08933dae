"""Numbers that remember how they were computed: f's expression, by running f once.

An expression is a list: ["x", component], ["number", text], or an operation and its
operands; a sum has as many as there are. In a run with a course each number has a
value as well. It decides comparisons, and each decision is written down: the
expression holds where all of them are taken alike. What cannot be followed (a
conversion to float by C) raises.
"""

import contextlib
import math
import numbers as kinds
import operator
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional

import numpy as np

MAX_NODES = 10000
"""Of an expression, repeated parts counted each time."""
MAX_DEPTH = 150
"""Of an expression: operations of which each takes the result of the one before."""
MAX_DECISIONS = 200
MAX_OPERATIONS = 200000
"""Operations of a run of f that writes no expression."""

Tree = List[Any]


class TracingError(Exception):
    """What was done with a traced number cannot be written as an expression."""


class Course:
    """One run of f: what its values are computed with, and what it decides by them.

    A decision is [sign, left, right], sign one of "<", ">", "!=" and "=", or ["?"]
    where it was taken by other means. With ``writes`` off there are values alone.
    """

    def __init__(
        self, arithmetic: Mapping[str, Callable[..., Any]], writes: bool = True
    ) -> None:
        self.arithmetic = arithmetic
        self.writes = writes
        self.decisions: List[Tree] = []
        self.work = 0

    def point(self, values: List[Any]) -> List["Tracer"]:
        """The components of the point where f is run."""
        return [Tracer(["x", i], value=v, course=self) for i, v in enumerate(values)]

    def value(self, operation: str, operands: List[Any]) -> Any:
        """What an operation gives."""
        self.work += 1
        if self.work > MAX_OPERATIONS:
            raise TracingError("f takes too long")
        compute = self.arithmetic.get(operation)
        if compute is None:
            raise TracingError("f uses " + operation)
        return compute(*operands)

    def note(self, decision: Tree) -> None:
        """Write down a decision."""
        if not self.writes or decision in self.decisions:
            return
        if len(self.decisions) == MAX_DECISIONS:
            raise TracingError("f makes too many choices")
        self.decisions.append(decision)


class Tracer:
    """A number of which the expression is known, and in a course the value."""

    __slots__ = ("course", "depth", "nodes", "tree", "value")

    ndim = 0
    shape = ()
    size = 1
    dtype = np.dtype(object)

    def __init__(
        self,
        tree: Tree,
        nodes: int = 1,
        depth: int = 0,
        value: Any = None,
        course: Optional[Course] = None,
    ) -> None:
        if nodes > MAX_NODES or depth > MAX_DEPTH:
            raise TracingError("the expression is too long")
        self.tree = tree
        self.nodes = nodes
        self.depth = depth
        self.value = value
        self.course = course

    def __array_ufunc__(
        self, ufunc: Any, method: str, *inputs: Any, **named: Any
    ) -> Any:
        """Element by element where an operand is an array, as NumPy does."""
        # Arrays are made of these numbers, and know more of NumPy.
        from .arrays import ufunc_of

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


def _errors_aside(compute: Callable[..., Any]) -> Callable[..., Any]:
    """In double precision; what cannot be computed is not a number."""

    def value(*operands: Any) -> Any:
        return compute(*map(np.float64, operands))

    return value


FLOATS: Dict[str, Callable[..., Any]] = {
    name: _errors_aside(compute)
    for name, compute in {
        "abs": np.abs,
        "acos": np.arccos,
        "add": np.add,
        "asin": np.arcsin,
        "asinh": np.arcsinh,
        "atan": np.arctan,
        "atan2": np.arctan2,
        "atanh": np.arctanh,
        "cos": np.cos,
        "cosh": np.cosh,
        "div": np.divide,
        "exp": np.exp,
        "exp2": np.exp2,
        "expm1": np.expm1,
        "hypot": np.hypot,
        "log": np.log,
        "log10": np.log10,
        "log1p": np.log1p,
        "log2": np.log2,
        "mul": np.multiply,
        "neg": np.negative,
        "pow": np.power,
        "sin": np.sin,
        "sinh": np.sinh,
        "sqrt": np.sqrt,
        "sub": np.subtract,
        "tan": np.tan,
        "tanh": np.tanh,
    }.items()
}
"""What can be written, and how it is computed in double precision."""

WITHOUT_EXPRESSION = ("erf", "erfc", "gamma", "lgamma")
"""Of `math`: what is computed in high precision, but not written."""


def made(operation: str, *operands: Any) -> Any:
    """A traced number with the expression of an operation; of others a number."""
    if not any(isinstance(_bare(operand), Tracer) for operand in operands):
        return float(FLOATS[operation](*operands))
    parts = [_traced(operand) for operand in operands]
    course = next((p.course for p in parts if p.course is not None), None)
    value = None
    if course is not None:
        value = course.value(operation, [p.value for p in parts])
        if not course.writes:
            return Tracer([], value=value, course=course)
    if operation not in FLOATS:
        raise TracingError("f uses " + operation)
    trees = [p.tree for p in parts]
    if operation == "add" and trees[0][0] == "add":
        # One sum of many terms, and not a tower of sums.
        tree, depth = [*trees[0], trees[1]], max(parts[0].depth, parts[1].depth + 1)
    else:
        tree, depth = [operation, *trees], 1 + max(p.depth for p in parts)
    nodes = 1 + sum(p.nodes for p in parts)
    return Tracer(tree, nodes, depth, value, course)


def tree(value: Any) -> Tree:
    """The expression of a result."""
    return result(value).tree


def result(value: Any) -> Tracer:
    """f's answer: one number, or an array or list of one."""
    if isinstance(value, (list, tuple)) and len(value) == 1:
        return result(value[0])
    if isinstance(value, np.ndarray):
        if value.size != 1:
            raise TracingError("f gives {} values".format(value.size))
        return _traced(value.reshape(-1)[0])
    return _traced(value)


def _bare(value: Any) -> Any:
    """What an array of no dimension holds."""
    return value.item() if isinstance(value, np.ndarray) and not value.ndim else value


def _traced(value: Any) -> Tracer:
    value = _bare(value)
    if isinstance(value, Tracer):
        return value
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, kinds.Real):
        raise TracingError("f works with " + type(value).__name__)
    if isinstance(value, kinds.Integral):
        return Tracer(["number", str(int(value))], value=int(value))
    if not math.isfinite(float(value)):
        raise TracingError("a number of f's is not finite")
    return Tracer(["number", repr(float(value))], value=float(value))


RELATIONS: Dict[str, Callable[[Any, Any], Any]] = {
    name: getattr(operator, name) for name in ("lt", "le", "gt", "ge", "eq", "ne")
}


def decided(relation: str, a: Any, b: Any) -> bool:
    """Whether a relation holds, at the point where f is run."""
    left, right = _traced(a), _traced(b)
    course = left.course or right.course
    if course is None:
        raise TracingError("f makes a choice")
    taken = bool(RELATIONS[relation](left.value, right.value))
    if left.tree == right.tree and course.writes:
        return taken  # of a number and itself: the same wherever it is finite
    if relation in ("eq", "ne"):
        sign = "=" if taken == (relation == "eq") else "!="
    else:
        sign = "<" if taken == (relation in ("lt", "le")) else ">"
    course.note([sign, left.tree, right.tree])
    return taken


def whole(number: Tracer, how: str) -> int:
    """The integer that a number is made into, and between what it lies then."""
    if number.course is None:
        raise TracingError("f makes a whole number")
    if how == "rint":
        # The nearest even one: at a half it is not sure in any case.
        found = whole(made("add", number, 0.5), "floor")
        half = float(number.value) + 0.5 == found and found % 2
        return found - 1 if half else found
    value = float(number.value)
    if not math.isfinite(value):
        raise TracingError("f makes a whole number")
    found = getattr(math, how)(value)
    if how == "ceil" or (how == "trunc" and value < 0):
        decided("gt", number, found - 1)
    else:
        decided("ge", number, found)
    if how == "floor" or (how == "trunc" and value >= 0):
        decided("lt", number, found + 1)
    else:
        decided("le", number, found)
    return int(found)


def quotient(a: Any, b: Any) -> float:
    """``a // b``."""
    return float(whole(made("div", a, b), "floor"))


def remainder(a: Any, b: Any) -> Any:
    """``a % b``."""
    return a - b * quotient(a, b)


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

NUMPYS = {
    "acos": "arccos",
    "asin": "arcsin",
    "asinh": "arcsinh",
    "atan": "arctan",
    "atan2": "arctan2",
    "atanh": "arctanh",
    "abs": "fabs",
}
"""NumPy's names, where they differ."""

for _name in FLOATS:
    if _name not in ("add", "sub", "mul", "div", "pow", "neg"):
        # NumPy's arrays of objects ask each object for a function, by name.
        setattr(Tracer, NUMPYS.get(_name, _name), _function(_name))


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


def _as_in_floats(function: Any, values: Any, named: Any, course: Course) -> None:
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
