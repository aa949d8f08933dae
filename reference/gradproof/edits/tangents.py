"""Where a tangent lies: what its height is made of."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradproof.edits.routines import Routine
from gradproof.edits.text import Edits


def through_the_point(routine: Routine) -> Iterator[Edits]:
    """``f(x) - slope`` to ``f(x) - slope * x``."""
    points = {
        argument.id
        for call in routine.evaluations
        for argument in call.args
        if isinstance(argument, ast.Name) and argument.id in routine.parameters
    }
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
