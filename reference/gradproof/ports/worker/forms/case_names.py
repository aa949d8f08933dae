"""What a file's ``make_case`` returns, by its names; nothing is run."""

import ast
from typing import List

FACTORY = "make_case"
"""The function of a file that gives a function, or a pair of them, with arguments."""


def functions_of_case(body: List[ast.stmt]) -> List[str]:
    """Return the names of the function, or of function and derivative; [] of none.

    A method is called by its own name: grad of ``model.grad``.
    """
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name == FACTORY:
            for statement in ast.walk(node):
                value = getattr(statement, "value", None)
                if isinstance(statement, ast.Return) and isinstance(value, ast.Tuple):
                    return _names(value.elts[0]) if value.elts else []
    return []


def _names(returned: ast.expr) -> List[str]:
    parts = returned.elts if isinstance(returned, ast.Tuple) else [returned]
    found = [getattr(part, "attr", getattr(part, "id", "")) for part in parts]
    return found if len(found) in (1, 2) and all(found) else []


def line_of_case(body: List[ast.stmt]) -> int:
    """Return the line of ``make_case``; 0 where there is none."""
    lines = (getattr(n, "lineno", 0) for n in body if getattr(n, "name", "") == FACTORY)
    return next(lines, 0)
