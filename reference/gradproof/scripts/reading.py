"""f as a function that can be differentiated: read as an expression, and checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import sympy

from gradproof.functions import SUPERSCRIPTS, Function
from gradproof.ports.protocol import encode_array
from gradproof.scripts.records import Array
from gradproof.scripts.running import NoAnswer, Session, numbers

DEEPEST = 200
AGREE = 1e-9
"""Of f and its expression, relative to 1 + |f|: to tell whether it is the same f."""
CHECKED = 25
"""Points at which they are compared."""
ELSEWHERE = np.array([[0.3, 0.7], [-1.25, 0.5], [1.5, -0.75], [-0.5, -1.75]])


class NotRead(Exception):
    """Why f has no expression."""


@dataclass(frozen=True, eq=False)
class Objective:
    """An f: how it takes a point, and its expression, or why there is none.

    ``form`` is ``None`` where f gives no number for a point in any form.
    """

    name: str
    form: str | None
    function: Function | None
    why: str = ""

    @property
    def mathematics(self) -> tuple[str, tuple[str, str]] | None:
        """f and the components of its gradient, for a reader."""
        if self.function is None:
            return None
        expression, symbols = self.function.expression(2)
        slopes = [written(sympy.diff(expression, s)) for s in symbols]
        return written(expression), (slopes[0], slopes[1])


def objective(session: Session, f: int, name: str, points: Array) -> Objective:
    """Ask the session about the f of that number; points (N, 2) are where it is due."""
    some = points[:: max(len(points) // CHECKED, 1)][:CHECKED]
    try:
        _, form = evaluate(session, f, some)
    except NoAnswer as error:
        return Objective(name, None, None, str(error))
    if form is None:
        return Objective(name, None, None, "f gives no number for a point")
    try:
        function = expression(session, f, form)
        _check(session, f, form, function, some)
    except (NoAnswer, NotRead) as error:
        return Objective(name, form, None, str(error))
    return Objective(name, form, function)


def expression(session: Session, f: int, form: str, size: int = 2) -> Function:
    """f's expression over points of that size, unchecked. Raises NoAnswer, NotRead."""
    tree = session.ask(op="expression", f=f, form=form, size=size)["tree"]
    return function_of(tree, size)


def evaluate(
    session: Session, f: int, points: Array, form: str | None = None
) -> tuple[Array, str | None]:
    """f's values at points (M, 2), NaN where it has none, and the form that it takes.

    Raises NoAnswer.
    """
    if not len(points):
        return np.empty(0), None
    record = msgspec.to_builtins(encode_array(np.ascontiguousarray(points, float)))
    answer = session.ask(op="evaluate", f=f, points=record, form=form)
    if answer["form"] is None:
        return np.full(len(points), np.nan), None
    return numbers(answer["values"]), str(answer["form"])


def _check(
    session: Session, f: int, form: str, function: Function, points: Array
) -> None:
    """Raises NotRead unless f is what was read, and the same a second time."""
    where = np.concatenate([points, ELSEWHERE])
    once, _ = evaluate(session, f, where, form)
    again, _ = evaluate(session, f, where, form)
    if not np.array_equal(once, again, equal_nan=True):
        raise NotRead("f gives another value the second time")
    with np.errstate(all="ignore"):
        due = np.asarray(function.batch(where), float)
    known = np.isfinite(once) & np.isfinite(due)
    off = np.abs(once - due)[known] > AGREE * (1 + np.abs(once[known]))
    if off.any() or not known.any():
        raise NotRead("what was read is not what f gives")


def function_of(tree: Any, size: int = 2) -> Function:
    """The function of an expression, as the child sends it. Raises NotRead."""
    _validate(tree, size, 0)

    def formula(x: Sequence[Any], m: Any) -> Any:
        return _worked_out(tree, x, m)

    function = Function("f", "f", formula, size)
    try:
        expression, _ = function.expression(size)
    except (RecursionError, TypeError, ValueError, AttributeError) as error:
        raise NotRead(f"{type(error).__name__}: {error}") from error
    if expression.has(sympy.zoo, sympy.nan, sympy.oo, sympy.I):
        raise NotRead("the expression is not finite")
    return Function("f", written(expression) if size == 2 else "f", formula, size)


def _validate(tree: Any, size: int, depth: int) -> bool:
    """Whether the expression holds a component. Raises NotRead if it is none."""
    if not isinstance(tree, list) or not tree or depth > DEEPEST:
        raise NotRead("no expression")
    kind, *parts = tree
    if kind == "x" and len(parts) == 1 and parts[0] in range(size):
        return True
    if kind == "number" and len(parts) == 1 and isinstance(parts[0], str):
        if re.fullmatch(r"-?\d{1,40}(\.\d{1,40})?(e[+-]?\d{1,3})?", parts[0]):
            return False
        raise NotRead("no number")
    if kind not in OPERATIONS or not _fit(kind, len(parts)):
        raise NotRead("no operation")
    # A power of mere numbers could take for ever, and f works that out by itself.
    if not any([_validate(part, size, depth + 1) for part in parts]):
        raise NotRead("no component")
    return True


def _fit(kind: str, count: int) -> bool:
    return count >= 2 if kind == "add" else count == OPERATIONS[kind][0]


def _worked_out(tree: Any, x: Sequence[Any], m: Any) -> Any:
    kind, *parts = tree
    if kind == "x":
        return x[parts[0]]
    if kind == "number":
        exact = hasattr(m, "Rational")
        return m.Rational(parts[0]) if exact else float(parts[0])
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


OPERATIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "add": (2, lambda m, *terms: _sum(m, terms)),
    "sub": (2, lambda m, a, b: a - b),
    "mul": (2, lambda m, a, b: a * b),
    "div": (2, lambda m, a, b: a / b),
    "pow": (2, lambda m, a, b: a**b),
    "neg": (1, lambda m, a: -a),
    "abs": _of("Abs", "abs"),
    "atan": _of("atan", "arctan"),
    **{n: _of(n) for n in ("cos", "cosh", "exp", "log", "sin", "sinh", "sqrt")},
    **{n: _of(n) for n in ("tan", "tanh")},
}
"""How many operands, and what is done with them; over SymPy or NumPy."""


def written(expression: Any) -> str:
    """An expression for a reader."""
    text = str(expression)
    text = re.sub(r"\*\*(\d+)", lambda m: m[1].translate(SUPERSCRIPTS), text)
    return text.replace("*", "·").replace("-", "−")
