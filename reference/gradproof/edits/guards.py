"""Keeps a layer from what it should leave: its arguments, and the logarithm of 0."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradproof.edits.layer_methods import Method
from gradproof.edits.text import Edit, Edits

LITTLE = "1e-7"
"""What is added under a logarithm, as in the book."""


def copied(method: Method) -> Iterator[Edits]:
    """``x = x.copy()`` before what writes into an argument."""
    for name in method.parameters:
        if not any(_writes(node, name) for node in method.nodes):
            continue
        first = _first_statement(method)
        if first is None:
            continue
        start, _ = method.text.span(first)
        indent = " " * first.col_offset
        yield (Edit(start, start, f"{name} = {name}.copy()\n{indent}"),)


def _writes(node: ast.AST, name: str) -> bool:
    """Whether it is a statement that changes the array of that name."""
    match node:
        case ast.Assign([ast.Subscript(ast.Name(of))], _):
            return of == name
        case ast.AugAssign(ast.Name(of) | ast.Subscript(ast.Name(of)), _, _):
            return of == name
    return False


def _first_statement(method: Method) -> ast.stmt | None:
    """The first that does something, if it begins a line of its own."""
    body = [s for s in method.function.body if not _is_text(s)]
    found = body[0] if body else None
    if found is None or found.lineno == method.function.lineno:
        return None
    start, _ = method.text.span(found)
    line = method.text.text[:start].rpartition("\n")[2]
    return None if line.strip(" ") else found


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def little_added(method: Method) -> Iterator[Edits]:
    """``np.log(y)`` to ``np.log(y + 1e-7)``, of all logarithms and of each."""
    found = [edit for node in method.nodes for edit in _guarded(method, node)]
    if len(found) > 1:
        yield tuple(found)
    yield from ((edit,) for edit in found)


def _guarded(method: Method, node: ast.AST) -> Iterator[Edit]:
    match node:
        case ast.Call(ast.Attribute(_, "log") | ast.Name("log"), [argument]):
            _, end = method.text.span(argument)
            yield Edit(end, end, f" + {LITTLE}")
