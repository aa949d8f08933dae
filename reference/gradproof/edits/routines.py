"""The functions of a routine, as they are written, and what it moves and compares."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from gradproof.edits.text import Text, last_name

Function = ast.FunctionDef
MAX_STEP = 1.0
"""A number below is a step, if it is added to a component."""


def functions(text: Text, name: str) -> list[Function]:
    """The functions of that name, and those of the file that they call, in turn."""
    defined: dict[str, list[Function]] = {}
    for node in ast.walk(text.tree):
        if isinstance(node, Function):
            defined.setdefault(node.name, []).append(node)
    found: list[Function] = []
    names = [name.rpartition(".")[2]]
    for each in names:  # grows
        for function in defined.get(each, ()):
            found.append(function)
            names += [n for n in _called(function) if n in defined and n not in names]
    return found


def _called(function: Function) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "id", getattr(node.func, "attr", ""))


def assigned(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """The target and the value of an assignment of one, with or without its type."""
    match node:
        case ast.Assign([target], value):
            return target, value
        case ast.AnnAssign(target, _, ast.expr() as value):
            return target, value
    return None


def assignments(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Targets and values of an assignment, each its own where there are several."""
    match assigned(node):
        case (ast.Tuple(targets), ast.Tuple(values)) if len(targets) == len(values):
            yield from zip(targets, values, strict=True)
        case (target, value):
            yield target, value


@dataclass(frozen=True)
class Move:
    """A statement that puts a component somewhere else: by so much, up or down.

    ``target`` is what is moved, as it is written.
    """

    statement: ast.Assign | ast.AugAssign
    body: list[ast.stmt]
    target: ast.Subscript
    amount: ast.expr
    up: bool


@dataclass(frozen=True)
class Routine:
    """One function of a routine, in its text."""

    text: Text
    function: Function

    @cached_property
    def parameters(self) -> list[str]:
        """Names of the parameters, self aside."""
        given = self.function.args
        names = [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
        return [n for n in names if n not in ("self", "cls")]

    @property
    def first(self) -> ast.stmt | None:
        """The first statement that is no docstring."""
        docstring = ast.get_docstring(self.function, clean=False) is not None
        body = self.function.body[docstring:]
        return body[0] if body else None

    @property
    def arrays(self) -> list[str]:
        """Parameters that an attribute or an entry is taken of, or gone through."""
        return [name for name in self.parameters if self._is_used_as_array(name)]

    def _is_used_as_array(self, name: str) -> bool:
        return any(
            last_name(node.value) == name
            if isinstance(node, (ast.Attribute, ast.Subscript))
            else isinstance(node, ast.For)
            and name in map(last_name, ast.walk(node.iter))
            for node in self.nodes
        )

    def unused(self, *names: str) -> str:
        """The first of the names that the function does not use."""
        used = {_name(node) for node in self.nodes}
        return next((name for name in names if name not in used), names[-1])

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes of the function."""
        return list(ast.walk(self.function))

    @cached_property
    def evaluations(self) -> list[ast.Call]:
        """Calls of a parameter: of f."""
        return [
            n
            for n in self.nodes
            if isinstance(n, ast.Call) and _name(n.func) in self.parameters
        ]

    @cached_property
    def values(self) -> set[str]:
        """Names that f's values are given."""
        return self._names_of(self.is_evaluation)

    def _names_of(self, is_wanted: Callable[[ast.expr], bool]) -> set[str]:
        """Names that are given a value of that kind."""
        pairs = (pair for node in self.nodes for pair in assignments(node))
        return {_name(t) for t, value in pairs if _name(t) and is_wanted(value)}

    def is_evaluation(self, node: ast.expr) -> bool:
        """Whether a node is a call of f; or a number made of one."""
        if isinstance(node, ast.Call) and _name(node.func) == "float" and node.args:
            node = node.args[0]
        return node in self.evaluations

    def is_value(self, node: ast.expr) -> bool:
        """Whether a node is a value of f: a call, or a name of one."""
        return self.is_evaluation(node) or _name(node) in self.values

    @cached_property
    def differences(self) -> list[ast.BinOp]:
        """Sums and differences in which f's values are."""
        return [
            n
            for n in self.nodes
            if isinstance(n, ast.BinOp)
            and isinstance(n.op, (ast.Add, ast.Sub))
            and (self.is_value(n.left) or self.is_value(n.right))
        ]

    @cached_property
    def quotients(self) -> list[ast.BinOp]:
        """Quotients of such differences."""
        return [
            n
            for n in self.nodes
            if isinstance(n, ast.BinOp)
            and isinstance(n.op, ast.Div)
            and self.is_difference(n.left)
        ]

    def is_difference(self, node: ast.expr) -> bool:
        """Whether a node is such a difference, a name, an array or a multiple of some.

        What a function of the same file makes of f may be one, too.
        """
        match node:
            case ast.BinOp(left, ast.Mult(), right):
                return self.is_difference(left) or self.is_difference(right)
            case ast.Call() if node not in self.evaluations:
                helped = last_name(node.func) in self._helpers
                return helped or any(n in self.differences for n in ast.walk(node))
        return node in self.differences or _name(node) in self._named_differences

    @cached_property
    def _named_differences(self) -> set[str]:
        return self._names_of(lambda value: value in self.differences)

    @cached_property
    def _helpers(self) -> set[str]:
        """The other functions of the file that divide nothing, but have differences."""
        return {
            function.name
            for function in ast.walk(self.text.tree)
            if isinstance(function, Function)
            and function is not self.function
            and not any(isinstance(n, ast.Div) for n in ast.walk(function))
            and Routine(self.text, function).differences
        }

    @cached_property
    def steps(self) -> dict[str, ast.expr]:
        """Names of small constants, as a step is, and their values."""
        found: dict[str, ast.expr] = {}
        for node in (*self.text.tree.body, *self.nodes):
            for target, value in assignments(node):
                if _is_small(value):
                    found[_name(target)] = value
        given = self.function.args
        named = [*given.posonlyargs, *given.args][::-1]
        for parameter, value in zip(named, given.defaults[::-1], strict=False):
            if _is_small(value):
                found[parameter.arg] = value
        for parameter, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
            if default is not None and _is_small(default):
                found[parameter.arg] = default
        used = {_name(n) for n in self.nodes if isinstance(n, ast.Name)}
        return {name: value for name, value in found.items() if name in used}

    @cached_property
    def written_steps(self) -> dict[str, float]:
        """Steps that stand as numbers where a component is moved, and their values."""
        amounts = [move.amount for move in self.moves]
        moved = [n for call in self.evaluations for n in ast.walk(call)]
        for node in (*moved, *self.nodes):
            match node:
                case ast.BinOp(_, ast.Add() | ast.Sub(), amount) if node in moved:
                    amounts.append(amount)
                case ast.BinOp(amount, ast.Mult(), along) if _is_unit(along):
                    amounts.append(amount)
        inside = [n for amount in amounts for n in ast.walk(amount)]
        constants = [n for n in inside if isinstance(n, ast.Constant) and _is_small(n)]
        return {self.text.of(n): _value(n) for n in constants}

    @cached_property
    def moves(self) -> list[Move]:
        """Statements that move a component, in their order."""
        return [
            move
            for body in self._bodies()
            for statement in body
            for move in self._move(statement, body)
        ]

    def _bodies(self) -> Iterator[list[ast.stmt]]:
        for node in self.nodes:
            body = getattr(node, "body", None)
            if isinstance(body, list):
                yield body

    def _move(self, statement: ast.stmt, body: list[ast.stmt]) -> Iterator[Move]:
        match statement:
            case ast.AugAssign(ast.Subscript() as target, operator, amount):
                pass
            case ast.Assign(
                [ast.Subscript() as target], ast.BinOp(_, operator, amount)
            ):
                pass
            case _:
                return
        if isinstance(operator, (ast.Add, ast.Sub)) and self.is_step(amount):
            up = isinstance(operator, ast.Add)
            yield Move(statement, body, target, amount, up)

    def is_step(self, node: ast.expr) -> bool:
        """Whether a step is in an expression, and no value of f."""
        inside = list(ast.walk(node))
        return not any(isinstance(n, ast.Call) for n in inside) and any(
            (isinstance(n, ast.Name) and n.id in self.steps) or _is_small(n)
            for n in inside
        )


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _is_unit(node: ast.expr) -> bool:
    """Whether a node is made of the unit vectors, ``np.eye(…)``, or of ones."""
    names = {last_name(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}
    return bool(names & {"eye", "identity", "ones", "ones_like"})


def _is_small(node: ast.AST) -> bool:
    """Whether a node is a constant, or made of such, between 0 and 1."""
    inside = list(ast.walk(node))
    allowed = (ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)
    if not isinstance(node, ast.expr) or not all(
        isinstance(n, allowed) for n in inside
    ):
        return False
    try:
        value = _value(node)
    except (TypeError, ZeroDivisionError, OverflowError):
        return False
    return 0 < value < MAX_STEP


def _value(node: ast.expr) -> float:
    """The number of an expression of constants. Raises TypeError if it is none."""
    match node:
        case ast.Constant(int() | float() as value) if not isinstance(value, bool):
            return float(value)
        case ast.UnaryOp(ast.USub(), operand):
            return -_value(operand)
        case ast.BinOp(left, operator, right):
            a, b = _value(left), _value(right)
            match operator:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div():
                    return a / b
                case ast.Pow():
                    return float(a**b)
    raise TypeError
