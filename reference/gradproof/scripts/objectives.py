"""f as a function that can be differentiated: read as an expression, and checked."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import msgspec
import numpy as np
import sympy
from numpy.typing import NDArray

from gradproof.numerics import enclosure
from gradproof.numerics.enclosure import INFLATION, Enclosure
from gradproof.numerics.functions import Function
from gradproof.numerics.notation import expression_text
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.ports.protocol import encode_array
from gradproof.ports.worker.trace.expression import MAX_DECISIONS
from gradproof.scripts.records import Array
from gradproof.scripts.session import Session, UnansweredError, numbers

MAX_DEPTH = 200
AGREE = 1e-9
"""Of f and its expression, relative to 1 + |f|, where no bound of rounding is known."""
COMPARED = 400
"""Points at which they are compared; at some of them, whether f repeats itself."""
REPEATED = 25
ELSEWHERE = np.array([[0.3, 0.7], [-1.25, 0.5], [1.5, -0.75], [-0.5, -1.75]])
MAX_PIECES = 40
"""Expressions of one f, each with choices of its own."""
MAX_CHARACTERS = 240
"""Characters of an expression that are shown."""
MAX_DENOMINATOR = 10000
"""Denominator of a fraction that is shown as one."""

How = Literal["expression", "pieces", "digits", "differences", "none"]
"""How the gradient of f is known: by its expression; by one for each way in which its
choices fall; by differences in 50 digits; by differences of its values; or not."""
PROVED: frozenset[How] = frozenset({"expression", "pieces"})

Mask = NDArray[np.bool_]
HOLDS = {"<": np.greater, ">": np.less, "!=": np.not_equal, "=": np.equal}
"""For each sign what is the right side of a decision less the left one, beside 0."""

NOT_COMPARED = "f could not be compared with what was read"


class NotReadError(Exception):
    """Why f has no expression."""


@dataclass(frozen=True, eq=False)
class Branch:
    """What f compares, as trees, and how: "<", ">", "!=", "=", "?" if not known.

    ``size`` is that of f's points.
    """

    sign: str
    sides: tuple[Any, ...]
    size: int

    def sure(self, x: Array, radius: Any) -> Mask:
        """At which boxes x ± radius, (N, D), any evaluation of f decides like this.

        Exact and evaluated values of the two sides lie within 2r of those computed
        here; where these intervals are apart there is one decision for all.
        """
        if self.sign not in ("<", ">", "!="):
            return np.zeros(len(x), bool)
        left, right = (_enclosed(side, x, radius) for side in self._written)
        apart = right.value - left.value
        sure = np.abs(apart) > 2 * (left.radius + right.radius) * INFLATION
        return np.asarray(sure & self._holds(apart))

    @functools.cached_property
    def _written(self) -> tuple[sympy.Expr, ...]:
        return tuple(_written(side, self.size) for side in self.sides)

    def near(self, x: Array) -> Mask:
        """At which points, (N, D), it falls like this, or just about."""
        if self.sign == "?":
            return np.zeros(len(x), bool)
        with np.errstate(all="ignore"):
            left, right = (_worked_out(s, x.T, np) for s in self.sides)
            return np.broadcast_to((left == right) | self._holds(right - left), len(x))

    def _holds(self, apart: Array) -> Mask:
        return np.asarray(HOLDS[self.sign](apart, 0))


@dataclass(frozen=True, eq=False)
class Piece:
    """An expression of f, and the decisions with which f has it."""

    tree: Any
    function: Function
    decisions: tuple[Branch, ...]

    def sure(self, x: Array, radius: Any = 0.0) -> Mask:
        """At which boxes x ± radius, (N, D), f surely has this expression."""
        sure = np.ones(len(x), bool)
        for decision in self.decisions:
            sure &= decision.sure(x, radius)
        return sure

    def near(self, x: Array) -> Mask:
        """At which points, (N, D), f has this expression, or just about."""
        near = np.ones(len(x), bool)
        for decision in self.decisions:
            near &= decision.near(x)
        return near

    def rounding(self, x: Array) -> Array:
        """How far f may be evaluated off its value at points (..., D).

        As it is written: SymPy's expression may have fewer operations.
        """
        rows = x.reshape(-1, x.shape[-1])
        return _enclosed(self._written, rows, 0.0).radius.reshape(x.shape[:-1])

    @functools.cached_property
    def _written(self) -> sympy.Expr:
        return _written(self.tree, self.function.dimension or 0)

    @property
    def mathematics(self) -> tuple[str, tuple[str, str]]:
        """f and the components of its gradient, for a reader."""
        expression, symbols = self.function.expression(2)
        first, second = (written(readable(sympy.diff(expression, s))) for s in symbols)
        return written(readable(expression)), (first, second)


@dataclass(frozen=True, eq=False)
class Objective:
    """An f: how it takes a point, and its expressions, or why there are none.

    ``form`` is ``None`` where f gives no number for a point in any form, or another
    one each time. ``function`` is f where one expression holds everywhere.
    """

    name: str
    form: str | None
    function: Function | None
    why: str = ""
    pieces: tuple[Piece, ...] = ()

    @property
    def mathematics(self) -> tuple[str, tuple[str, str]] | None:
        """f and the components of its gradient, for a reader, if it has one piece."""
        return self.pieces[0].mathematics if self.function is not None else None


def objective(session: Session, f: int, name: str, points: Array) -> Objective:
    """Ask the session about the f of that number; points (N, 2) are where."""
    some = _spread(points, REPEATED)
    try:
        once, form = evaluate(session, f, some)
        again, _ = evaluate(session, f, some, form)
    except UnansweredError as error:
        return Objective(name, None, None, str(error))
    if form is None:
        return Objective(name, None, None, "f gives no number for a point")
    if not np.array_equal(once, again, equal_nan=True):
        return Objective(name, None, None, "f gives another value the second time")
    try:
        found, at = _read_about(session, f, form, points)
        sure = confirmed(session, f, form, found, _compared_at(points, at))
    except (UnansweredError, NotReadError) as error:
        return Objective(name, form, None, str(error).removeprefix("TracingError: "))
    if not sure:
        return Objective(name, form, None, NOT_COMPARED)
    first, *others = found
    alone = not others and not first.decisions
    return Objective(name, form, first.function if alone else None, pieces=sure)


def pieces(
    session: Session,
    f: int,
    form: str,
    points: Array,
    known: tuple[Piece, ...],
) -> tuple[Piece, ...]:
    """f's expressions about points (N, 2), each compared with f, after ``known``.

    Raises UnansweredError, and NotReadError if one of them is not f.
    """
    found, at = _read_about(session, f, form, points, known)
    return (
        *known,
        *confirmed(session, f, form, found, _compared_at(points, at)),
    )


def _read_about(
    session: Session,
    f: int,
    form: str,
    points: Array,
    known: tuple[Piece, ...] = (),
) -> tuple[list[Piece], list[Array]]:
    """New expressions of f, and where each was read, until each point has one.

    Raises UnansweredError or NotReadError if there is none, new or known.
    """
    found: list[Piece] = []
    read_at: list[Array] = []
    left = np.ones(len(points), bool)
    for piece in known:
        left &= ~piece.near(points)
    for _ in range(MAX_PIECES):
        if not left.any():
            break
        first = int(np.argmax(left))
        left[first] = False
        try:
            piece = read(session, f, form, points[first])
        except (UnansweredError, NotReadError):
            if not found and not known:
                raise
            continue
        found.append(piece)
        read_at.append(points[first])
        left &= ~piece.near(points)
    return found, read_at


def _compared_at(points: Array, read_at: Sequence[Array]) -> Array:
    """Some of the points, evenly, and all where f was read."""
    some = _spread(points, COMPARED)
    return np.concatenate([some, *(point[None] for point in read_at)])


def _spread(points: Array, most: int) -> Array:
    """Some of the points, (N, D), evenly: as many at most."""
    return points[:: max(-(-len(points) // most), 1)]


def read(session: Session, f: int, form: str, point: Array) -> Piece:
    """f's expression about a point (D,), unchecked.

    Raises UnansweredError, NotReadError.
    """
    where = record(np.asarray(point, float))
    answer = session.ask(op="expression", f=f, form=form, point=where)
    return piece_of(answer["tree"], answer["decisions"], len(point))


def piece_of(tree: Any, decisions: Any, size: int = 2) -> Piece:
    """The expression with its decisions, as sent. Raises NotReadError."""
    function = function_of(tree, size)
    if not isinstance(decisions, list) or len(decisions) > MAX_DECISIONS:
        raise NotReadError("no decisions")
    return Piece(tree, function, tuple(_decision(d, size) for d in decisions))


def _decision(told: Any, size: int) -> Branch:
    if told == ["?"]:
        return Branch("?", (), size)
    match told:
        case [str(sign), left, right] if sign in HOLDS:
            for side in (left, right):
                _validate(side, size, 0)
            return Branch(sign, (left, right), size)
    raise NotReadError("no decision")


def evaluate(
    session: Session, f: int, points: Array, form: str | None = None
) -> tuple[Array, str | None]:
    """f's values at points (M, 2), NaN where it has none, and the form that it takes.

    Raises UnansweredError.
    """
    if not len(points):
        return np.empty(0), None
    answer = session.ask(op="evaluate", f=f, points=record(points), form=form)
    if answer["form"] is None:
        return np.full(len(points), np.nan), None
    return numbers(answer["values"]), str(answer["form"])


def record(array: Array) -> Any:
    """An array as a question holds it."""
    return msgspec.to_builtins(encode_array(np.ascontiguousarray(array, float)))


def confirmed(
    session: Session, f: int, form: str, found: Sequence[Piece], points: Array
) -> tuple[Piece, ...]:
    """The pieces that f was compared with, at one of the points (N, D) at least.

    Both are within the rounding of the operations that were read, or f makes others.
    Raises NotReadError if f is not what was read, wherever it surely is to be.
    """
    if not found:
        return ()
    where = np.concatenate([points, ELSEWHERE]) if points.shape[1] == 2 else points
    values, _ = evaluate(session, f, where, form)
    return tuple(p for p in found if _is_compared(p, where, values))


def _is_compared(piece: Piece, where: Array, values: Array) -> bool:
    """Whether f's values could be compared with it. Raises NotReadError if not f's."""
    here = piece.sure(where)
    with np.errstate(all="ignore"):
        expected = np.asarray(piece.function.batch(where[here]), float)
    known = np.isfinite(values[here]) & np.isfinite(expected)
    limit = 2 * piece.rounding(where[here]) * INFLATION
    limit = np.fmin(limit, AGREE * (1 + np.abs(values[here])))
    if (np.abs(values[here] - expected) > limit)[known].any():
        raise NotReadError("what was read is not what f gives")
    return bool(known.any())


def function_of(tree: Any, size: int = 2) -> Function:
    """The function of an expression, as the child sends it. Raises NotReadError."""
    _validate(tree, size, 0)

    def formula(x: Sequence[Any], m: Any) -> Any:
        return _worked_out(tree, x, m)

    function = Function("f", "f", formula, size)
    try:
        expression, _ = function.expression(size)
    except (RecursionError, TypeError, ValueError, AttributeError) as error:
        raise NotReadError(f"{type(error).__name__}: {error}") from error
    if expression.has(sympy.zoo, sympy.nan, sympy.oo, sympy.I):
        raise NotReadError("the expression is not finite")
    return Function("f", written(expression) if size == 2 else "f", formula, size)


def _written(tree: Any, size: int) -> sympy.Expr:
    """The expression with every operation that f makes, and in f's order."""
    symbols = sympy.symbols(f"x:{size}", real=True)
    with sympy.evaluate(False):
        made = _worked_out(tree, symbols, sympy)
        return sympy.sympify(made, strict=True, evaluate=False)


def _enclosed(expression: sympy.Expr, x: Array, radius: Any) -> Enclosure:
    """Over boxes (N, D); nothing is known where a rule is missing."""
    symbols = sympy.symbols(f"x:{x.shape[1]}", real=True)
    radius = np.broadcast_to(radius, x.shape)
    boxes = {s: (x[:, j], radius[:, j]) for j, s in enumerate(symbols)}
    try:
        value, bound = enclosure.evaluate(expression, boxes)
    except NotImplementedError:
        value, bound = np.zeros(len(x)), np.full(len(x), np.inf)
    return Enclosure(*(np.broadcast_to(part, len(x)) for part in (value, bound)))


def _validate(tree: Any, size: int, depth: int) -> bool:
    """Whether the expression holds a component. Raises NotReadError if it is none."""
    if not isinstance(tree, list) or not tree or depth > MAX_DEPTH:
        raise NotReadError("no expression")
    match tree:
        case ["x", int(number)] if number in range(size):
            return True
        case ["number", str(text)]:
            if re.fullmatch(r"-?\d{1,40}(\.\d{1,40})?(e[+-]?\d{1,3})?", text):
                return False
            raise NotReadError("no number")
    kind, *parts = tree
    if not isinstance(kind, str) or kind not in OPERATIONS:
        raise NotReadError("no operation")
    if not _fit(kind, len(parts)):
        raise NotReadError("no operation")
    # A power of mere numbers could take for ever, and f works that out by itself.
    if not any([_validate(part, size, depth + 1) for part in parts]):
        raise NotReadError("no component")
    return True


def _fit(kind: str, count: int) -> bool:
    return count >= 2 if kind == "add" else count == OPERATIONS[kind][0]


def _worked_out(tree: Any, x: Sequence[Any], m: Any) -> Any:
    kind, *parts = tree
    if kind == "x":
        (number,) = parts
        return x[number]
    if kind == "number":
        (text,) = parts
        return m.Rational(text) if hasattr(m, "Rational") else float(text)
    operands = [_worked_out(part, x, m) for part in parts]
    if kind == "pow" and parts[1][0] == "number" and not hasattr(m, "Rational"):
        operands[1] = _whole(operands[1])
    return OPERATIONS[kind][1](m, *operands)


def _sum(m: Any, terms: Sequence[Any]) -> Any:
    return m.Add(*terms) if hasattr(m, "Add") else sum(terms[1:], terms[0])


def _whole(number: float) -> Any:
    return int(number) if number == int(number) else number


def _of(name: str, numpys: str = "") -> tuple[int, Callable[..., Any]]:
    def apply(m: Any, a: Any) -> Any:
        return getattr(m, name if hasattr(m, "Rational") else numpys or name)(a)

    return 1, apply


def _number(m: Any, number: int) -> Any:
    return m.Integer(number) if hasattr(m, "Integer") else float(number)


def _angle(m: Any, y: Any, x: Any) -> Any:
    """Of (x, y), by half of it: everywhere but where y = 0 and x ≤ 0."""
    half = y / (m.sqrt(x**2 + y**2) + x)
    return 2 * (m.atan if hasattr(m, "Rational") else m.arctan)(half)


OPERATIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "add": (2, lambda m, *terms: _sum(m, terms)),
    "sub": (2, lambda m, a, b: a - b),
    "mul": (2, lambda m, a, b: a * b),
    "div": (2, lambda m, a, b: a / b),
    "pow": (2, lambda m, a, b: a**b),
    "neg": (1, lambda m, a: -a),
    "abs": _of("Abs", "abs"),
    **{n: _of(n) for n in ("cos", "cosh", "exp", "log", "sin", "sinh", "sqrt")},
    **{n: _of(n) for n in ("tan", "tanh")},
    **{n: _of(n, f"arc{n[1:]}") for n in ("acos", "asin", "asinh")},
    **{n: _of(n, f"arc{n[1:]}") for n in ("atan", "atanh")},
    "atan2": (2, _angle),
    "exp2": (1, lambda m, a: _number(m, 2) ** a),
    "expm1": (1, lambda m, a: m.exp(a) - 1),
    "hypot": (2, lambda m, a, b: m.sqrt(a**2 + b**2)),
    "log10": (1, lambda m, a: m.log(a) / m.log(_number(m, 10))),
    "log1p": (1, lambda m, a: m.log(1 + a)),
    "log2": (1, lambda m, a: m.log(a) / m.log(_number(m, 2))),
}
"""How many operands, and what is done with them; over SymPy or NumPy."""


def readable(expression: sympy.Expr) -> sympy.Expr:
    """With the numbers that doubles stand for: 2π, 1/3, or a decimal; for display."""
    long = (n for n in expression.atoms(sympy.Rational) if n.q > MAX_DENOMINATOR)
    return expression.xreplace({n: _meant(n) for n in long})


def _meant(number: sympy.Rational) -> Any:
    value = float(number)
    for unit in (sympy.Integer(1), sympy.pi, sympy.E):
        simple = Fraction(value / float(unit)).limit_denominator(100)
        found = sympy.Rational(simple.numerator, simple.denominator) * unit
        if math.isclose(float(found), value, rel_tol=2 * UNIT_ROUNDOFF):
            return found
    return sympy.Float(value)


def written(expression: Any) -> str:
    """An expression for a reader."""
    text = expression_text(expression)
    return text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS] + " …"
