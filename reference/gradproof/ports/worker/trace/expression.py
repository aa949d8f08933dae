"""Expressions of traced numbers: how each was computed, written down as it goes.

An expression is a list: ["x", component], ["number", text], or an operation and its
operands; a sum has as many as there are. In a run with a course each number has a
value as well. It decides comparisons, and each decision is written down: the
expression holds where all of them are taken alike. What cannot be followed (a
conversion to float by C) raises.
"""

import math
import numbers as kinds
import operator
from typing import Any, Callable, Dict, List, Mapping, Optional, Type

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


class TracedRun:
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


class TracedExpression:
    """A number of which the expression is known, and in a course the value."""

    __slots__ = ("course", "depth", "nodes", "tree", "value")

    def __init__(
        self,
        tree: Tree,
        nodes: int = 1,
        depth: int = 0,
        value: Any = None,
        course: Optional[TracedRun] = None,
    ) -> None:
        if nodes > MAX_NODES or depth > MAX_DEPTH:
            raise TracingError("the expression is too long")
        self.tree = tree
        self.nodes = nodes
        self.depth = depth
        self.value = value
        self.course = course


PRIMITIVES: Dict[str, Any] = {
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
}
"""What can be written, and NumPy's function that computes it."""


def _in_doubles(compute: Any) -> Callable[..., Any]:
    return lambda *operands: compute(*map(np.float64, operands))


FLOATS = {name: _in_doubles(compute) for name, compute in PRIMITIVES.items()}
"""How it is computed in double precision; what cannot be is not a number."""

WITHOUT_EXPRESSION = ("erf", "erfc", "gamma", "lgamma")
"""Of `math`: what is computed in high precision, but not written."""


def made(operation: str, *operands: Any) -> Any:
    """A traced number with the expression of an operation; of others a number."""
    kind = _kind(operands)
    if kind is None:
        return float(FLOATS[operation](*operands))
    parts = [_traced(operand) for operand in operands]
    course = next((p.course for p in parts if p.course is not None), None)
    value = None
    if course is not None:
        value = course.value(operation, [p.value for p in parts])
        if not course.writes:
            return kind([], value=value, course=course)
    if operation not in FLOATS:
        raise TracingError("f uses " + operation)
    trees = [p.tree for p in parts]
    if operation == "add" and trees[0][0] == "add":
        # One sum of many terms, and not a tower of sums.
        tree, depth = [*trees[0], trees[1]], max(parts[0].depth, parts[1].depth + 1)
    else:
        tree, depth = [operation, *trees], 1 + max(p.depth for p in parts)
    nodes = 1 + sum(p.nodes for p in parts)
    return kind(tree, nodes, depth, value, course)


def _kind(operands: Any) -> Optional[Type[TracedExpression]]:
    """The class of the first operand that is traced."""
    for operand in map(_bare, operands):
        if isinstance(operand, TracedExpression):
            return type(operand)
    return None


def tree(value: Any) -> Tree:
    """The expression of a result."""
    return result(value).tree


def result(value: Any) -> TracedExpression:
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


def _traced(value: Any) -> TracedExpression:
    value = _bare(value)
    if isinstance(value, TracedExpression):
        return value
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, kinds.Real):
        raise TracingError("f works with " + type(value).__name__)
    if isinstance(value, kinds.Integral):
        return TracedExpression(["number", str(int(value))], value=int(value))
    if not math.isfinite(float(value)):
        raise TracingError("a number of f's is not finite")
    return TracedExpression(["number", repr(float(value))], value=float(value))


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


def whole(number: TracedExpression, how: str) -> int:
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
