"""Where a tangent lies: what its height is made of, and what is summed in it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TypeGuard

from gradproof.edits.routines import Routine
from gradproof.edits.text import Edits, last_name, numpy_name


def through_the_point(routine: Routine) -> Iterator[Edits]:
    """``f(x) - slope`` to ``f(x) - slope * x``."""
    points = _points(routine)
    for node in routine.nodes:
        match node:
            case ast.BinOp(height, ast.Sub(), (ast.Name() | ast.Call()) as slope) if (
                _is_height(routine, height) and not routine.is_value(slope)
            ):
                for x in sorted(points):
                    new = f"{routine.text.of(slope)} * {x}"
                    yield routine.text.replaced(slope, new)


def _is_height(routine: Routine, node: ast.expr) -> bool:
    """Whether a value of f is the height, or the last that is added to one."""
    match node:
        case ast.BinOp(_, ast.Add(), last):
            return routine.is_value(last)
    return routine.is_value(node)


def _points(routine: Routine) -> set[str]:
    """The parameters that f is asked at as they are."""
    return {
        argument.id
        for call in routine.evaluations
        for argument in call.args
        if isinstance(argument, ast.Name) and argument.id in routine.parameters
    }


def summed(routine: Routine) -> Iterator[Edits]:
    """``slope * x`` and ``slope * t`` to their sums, in the file's own manner first."""
    products = list(_products(routine))
    for manner in _manners(routine) if products else ():
        changes = ((product, manner(product)) for product in products)
        yield tuple(e for p, new in changes for e in routine.text.replaced(p, new))


Manner = Callable[[ast.BinOp], str]


def _manners(routine: Routine) -> list[Manner]:
    """How two are multiplied and summed: ``@``, ``np.dot``, ``np.sum``, ``sum``."""
    numpy, of = numpy_name(routine.text.tree), routine.text.of
    nodes = list(ast.walk(routine.text.tree))
    found: list[Manner] = [
        lambda p: f"{numpy}sum({of(p)})",
        lambda p: f"sum({of(p)})",
    ]
    if any(isinstance(n, ast.Call) and last_name(n.func) == "dot" for n in nodes):
        found.insert(0, lambda p: f"{numpy}dot({of(p.left)}, {of(p.right)})")
    if any(isinstance(n, ast.MatMult) for n in nodes):
        found.insert(0, lambda p: _multiplied(routine, p))
    return found


def _multiplied(routine: Routine, product: ast.BinOp) -> str:
    """The product as it is written, with ``@`` for ``*``."""
    (start, end), text = routine.text.span(product), routine.text
    left, right = text.span(product.left)[1], text.span(product.right)[0]
    between = text.text[left:right]
    sign = "@" if between != between.strip() else " @ "
    return text.text[start:left] + between.replace("*", sign) + text.text[right:end]


SUMS = {"sum", "fsum", "dot", "vdot", "inner"}


def _products(routine: Routine) -> Iterator[ast.BinOp]:
    """Products of something with x or with a place, that are in no sum already."""
    inner = [n for n in routine.nodes if _is_inner(n, routine)]
    places = {a.arg for n in inner for a in n.args.args} | _points(routine)
    sums = (n for n in routine.nodes if isinstance(n, ast.Call))
    within = {id(n) for s in sums if last_name(s.func) in SUMS for n in ast.walk(s)}
    for node in routine.nodes if inner else ():
        match node:
            case ast.BinOp(left, ast.Mult(), right) if id(node) not in within:
                if _is_of(left, places) != _is_of(right, places):
                    yield node


def _is_inner(
    node: ast.AST, routine: Routine
) -> TypeGuard[ast.FunctionDef | ast.Lambda]:
    """Whether it is a function inside of the routine."""
    of_functions = isinstance(node, (ast.FunctionDef, ast.Lambda))
    return of_functions and node is not routine.function


def _is_of(node: ast.expr, places: set[str]) -> bool:
    """Whether it is made of x and places alone: either, or their difference."""
    match node:
        case ast.Name(name):
            return name in places
        case ast.BinOp(left, ast.Add() | ast.Sub(), right):
            return _is_of(left, places) and _is_of(right, places)
    return False
