"""Routines of gradients in a file's syntax, by their names and by their shape."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from typing import Literal

from gradproof.ports.worker.core import adapters, script_calls

Function = ast.FunctionDef
Why = Literal["named", "shaped"]

NAME = re.compile(
    r"(?:numerical_|num_|n)?(?:grad|diff|deriv).*|.*gradient(?:_.*)?|tangent(?:_line)?"
)
OBJECTIVE = re.compile(r"f|fn|func|function|fun|loss\w*|objective")
GIVEN = {*adapters.NAMES_OF_H, *(n for own in adapters.OWN_NAMES.values() for n in own)}
"""What a routine may ask for beside f and a place."""
MOVES = (ast.Add, ast.Sub)


def routines(body: list[ast.stmt]) -> Iterator[tuple[str, Why, int]]:
    """Names of functions and methods, why each is taken for one, and their lines.

    It is named for a gradient and takes f, which it calls or whose name says so; or it
    calls what it is given, moves what else it is given by a step, and gives a
    difference of values that is divided.

    What is known by its shape alone, and called by another one, is a part of that.
    """
    found = list(_all(body))
    for node, name, why in found:
        callers = (other for other, _, _ in found if other is not node)
        if why == "named" or not any(_uses(other, node.name) for other in callers):
            yield name, why, node.lineno


def calls_routine(
    body: list[ast.stmt], found: Collection[tuple[str, Why, int]]
) -> bool:
    """Return whether what is run calls a routine of the file, or one that is imported.

    An imported one is known by its name and by a function that it is given.
    """
    own = {name.rpartition(".")[2] for name, _, _ in found}
    functions = {n.name for n in body if isinstance(n, Function)}
    for call in script_calls.reached_calls(body):
        if script_calls.name_of(call) in own:
            return True
        name = getattr(call.func, "id", "")
        if not NAME.fullmatch(name) or name in functions or not call.args[1:]:
            continue
        given = call.args[0]
        known = getattr(given, "id", "")
        if isinstance(given, ast.Lambda) or known in functions:
            return True
        if OBJECTIVE.fullmatch(known):
            return True
    return False


def _uses(node: Function, name: str) -> bool:
    return any(
        name == getattr(n, "id", getattr(n, "attr", None)) for n in ast.walk(node)
    )


def _all(body: list[ast.stmt]) -> Iterator[tuple[Function, str, Why]]:
    for node in body:
        if isinstance(node, Function):
            why = _why(node, _parameters(node))
            if why:
                yield node, node.name, why
        elif isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, Function):
                    # Of a method the name says little: network.gradient(x, t).
                    names = _parameters(method)
                    own = names[1:] if names[:1] == ["self"] else names
                    if _has_shape(method, own):
                        yield method, f"{node.name}.{method.name}", "shaped"


def _why(node: Function, names: list[str]) -> Why | None:
    takes = bool(names[1:]) and bool(OBJECTIVE.fullmatch(names[0]))
    if NAME.fullmatch(node.name) and names[1:] and (takes or _called(node, names)):
        return "named"
    return "shaped" if _has_shape(node, names) else None


def _parameters(node: Function) -> list[str]:
    return [a.arg for a in (*node.args.posonlyargs, *node.args.args)]


def _called(node: Function, names: list[str]) -> set[str]:
    """The parameters that are called."""
    calls = (n.func for n in ast.walk(node) if isinstance(n, ast.Call))
    return {f.id for f in calls if isinstance(f, ast.Name) and f.id in names}


def _has_shape(node: Function, names: list[str]) -> bool:
    if len(names) < 2:
        return False
    called = _called(node, names)
    others = set(names) - called
    required = names[: len(names) - len(node.args.defaults)]
    if any(name not in GIVEN for name in required[2:]):
        return False
    return any(_moves(node, f, others) and _gives_quotient(node, f) for f in called)


def _moves(node: Function, f: str, others: set[str]) -> bool:
    """Whether f is called beside its place, or an entry is moved before it is."""
    beside = {
        target.id
        for targets, value in _given(node)
        if _is_beside(value, others)
        for each in targets
        for target in ast.walk(each)
        if isinstance(target, ast.Name)
    }
    for n in ast.walk(node):
        places = n.args if isinstance(n, ast.Call) and _is_call(n, f) else []
        if any(_is_beside(place, others) or _names(place) & beside for place in places):
            return True
        if isinstance(n, ast.AugAssign | ast.Assign):
            targets = n.targets if isinstance(n, ast.Assign) else [n.target]
            moved = isinstance(n, ast.AugAssign) or _is_sum(n.value)
            if moved and any(isinstance(t, ast.Subscript) for t in targets):
                return True
    return False


def _is_beside(value: ast.expr, others: set[str]) -> bool:
    """Whether it is what was given, moved."""
    sums = (part for part in ast.walk(value) if _is_sum(part))
    return any(_names(each) & others for each in sums)


def _gives_quotient(node: Function, f: str) -> bool:
    """Whether it returns a divided difference of values of f, or what has such."""
    values = {
        t.id
        for n in ast.walk(node)
        if isinstance(n, ast.Assign) and any(_is_call(v, f) for v in ast.walk(n.value))
        for t in n.targets
        if isinstance(t, ast.Name)
    }
    returned = [
        n.value for n in ast.walk(node) if isinstance(n, ast.Return) and n.value
    ]
    if any(_has_quotient(value, f, values) for value in returned):
        return True
    names = {name for value in returned for name in _names(value)}
    return any(
        names & {_owner(target) for target in targets}
        and _has_quotient(value, f, values)
        for targets, value in _given(node)
    )


def _given(node: Function) -> Iterator[tuple[list[ast.expr], ast.expr]]:
    """What is assigned, or appended, to what."""
    for n in ast.walk(node):
        if isinstance(n, ast.Assign):
            yield n.targets, n.value
        elif isinstance(n, ast.AugAssign):
            yield [n.target], n.value
        elif isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "append":
            assert isinstance(n.func, ast.Attribute)
            yield [n.func.value], ast.Tuple(n.args)


def _owner(target: ast.expr) -> str:
    while isinstance(target, ast.Subscript | ast.Attribute):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def _has_quotient(value: ast.expr, f: str, values: set[str]) -> bool:
    """Whether a difference of two values of f is divided in it."""
    return any(
        isinstance(n, ast.BinOp)
        and isinstance(n.op, ast.Div)
        and any(_is_difference(part, f, values) for part in ast.walk(n.left))
        for n in ast.walk(value)
    )


def _is_difference(node: ast.AST, f: str, values: set[str]) -> bool:
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, MOVES):
        return False
    return all(
        bool(_names(side) & values) or any(_is_call(n, f) for n in ast.walk(side))
        for side in (node.left, node.right)
    )


def _is_call(node: ast.AST, f: str) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    return isinstance(function, ast.Name) and function.id == f


def _is_sum(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, MOVES)


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
