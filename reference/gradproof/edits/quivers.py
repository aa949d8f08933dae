"""Quivers of which a component has the wrong sign, or the other's place, or both."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from gradproof.edits.text import ATOMS, Edit, Edits, Text, last_name

COMPONENTS = {"u-sign": 0, "v-sign": 1}
"""The component whose sign is wrong, of each style of wrong arrows."""
TWICE = {"first-twice": 0, "second-twice": 1}
"""The component that stands in both places, of each style of wrong arrows."""
STYLES = ("swapped", *COMPONENTS, *TWICE)
"""The styles of wrong arrows that may be mended."""


def edits(text: Text, line: int, style: str) -> Edits | None:
    """What mends the quivers at a line; ``None`` if there is nothing clear to do."""
    found: list[Edit] = []
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Call) and _is_quiver(node, line):
            components = _components(node)
            if components is None:
                return None
            if style == "swapped":
                found += text.swapped(*components)
            elif style in COMPONENTS:
                found += _turned(text, components[COMPONENTS[style]])
            elif style in TWICE:
                there = TWICE[style]
                found += _other_index(text, components[1 - there], there)
    return tuple(found) or None


def _is_quiver(node: ast.Call, line: int) -> bool:
    return last_name(node.func) == "quiver" and node.lineno <= line <= (
        node.end_lineno or 0
    )


def _components(node: ast.Call) -> tuple[ast.expr, ast.expr] | None:
    """The arguments u and v; ``None`` where they are not written one by one."""
    plain: Sequence[ast.expr] = node.args
    if len(plain) < 2 or any(isinstance(a, ast.Starred) for a in plain):
        return None
    u, v = plain[2:4] if len(plain) >= 4 else plain[:2]
    return u, v


def _other_index(text: Text, node: ast.expr, there: int) -> Edits:
    """The index of the other component, where that which is there is written once."""
    indices = [
        index
        for part in ast.walk(node)
        if isinstance(part, ast.Subscript)
        for index in ast.walk(part.slice)
        if isinstance(index, ast.Constant) and index.value == there
    ]
    return text.replaced(indices[0], str(1 - there)) if len(indices) == 1 else ()


def _turned(text: Text, node: ast.expr) -> Iterator[Edit]:
    """A minus before an expression, or its own taken away."""
    start, end = text.span(node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield Edit(start, text.span(node.operand)[0], _opened(text, node))
    elif isinstance(node, (*ATOMS, ast.Constant)):
        yield Edit(start, start, "-")
    else:
        yield Edit(start, start, "-(")
        yield Edit(end, end, ")")


def _opened(text: Text, node: ast.UnaryOp) -> str:
    """The parentheses that the operand of a minus opens."""
    start, first = text.span(node)[0], text.span(node.operand)[0]
    return text.text[start + 1 : first].strip()
