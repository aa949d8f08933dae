"""What a layer keeps for tests, and how: running statistics, and the part it drops."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradproof.edits.layer_methods import Method
from gradproof.edits.sums import all_and_each
from gradproof.edits.text import Edit, Edits


def parts_exchanged(method: Method) -> Iterator[Edits]:
    """``m * new + (1 - m) * old`` to ``m * old + (1 - m) * new``."""
    yield from all_and_each(list(_exchanged(method)))


def _exchanged(method: Method) -> Iterator[Edits]:
    text = method.text
    for node in method.nodes:
        match node:
            case ast.BinOp(
                ast.BinOp(a, ast.Mult(), b), ast.Add(), ast.BinOp(c, ast.Mult(), d)
            ):
                parts = _complements(method, (a, b), (c, d))
                if parts is not None:
                    one, other = parts
                    yield (
                        Edit(*text.span(one), text.of(other)),
                        Edit(*text.span(other), text.of(one)),
                    )


def _complements(
    method: Method, first: tuple[ast.expr, ast.expr], second: tuple[ast.expr, ast.expr]
) -> tuple[ast.expr, ast.expr] | None:
    """What stands beside m in one product, and beside 1 − m in the other."""
    for n, part in enumerate(first):
        for k, other in enumerate(second):
            if _is_rest(method, part, other) or _is_rest(method, other, part):
                return first[1 - n], second[1 - k]
    return None


def _is_rest(method: Method, part: ast.expr, other: ast.expr) -> bool:
    """Whether the other is 1 − part."""
    match part, other:
        case ast.Constant(float() as a), ast.Constant(float() as b):
            return abs(a + b - 1) < 1e-9  # as they are written, in few digits
        case _, ast.BinOp(ast.Constant(1), ast.Sub(), rest):
            return method.text.of(rest) == method.text.of(part)
    return False


def rooted(method: Method) -> Iterator[Edits]:
    """``x / (v + e)`` to ``x / np.sqrt(v + e)``."""
    text = method.text
    for node in method.nodes:
        match node:
            case ast.BinOp(_, ast.Div(), ast.BinOp(_, ast.Add(), _) as below):
                start, end = text.span(below)
                if text.text[start - 1 : end + 1] == f"({text.of(below)})":
                    start = start - 1
                    yield (Edit(start, start, f"{method.numpy}sqrt"),)


def other_part(method: Method) -> Iterator[Edits]:
    """What is scaled by ``ratio``, by ``1 - ratio``; what is kept, what is dropped."""
    text = method.text
    for node in method.nodes:
        match node:
            case ast.BinOp(_, ast.Mult() | ast.Div(), ast.Attribute() as part):
                yield text.replaced(part, f"(1 - {text.of(part)})")
            case ast.Compare(
                _, [ast.Lt() | ast.LtE()], [ast.Attribute() | ast.Name() as part]
            ):
                yield text.replaced(part, f"1 - {text.of(part)}")
            case ast.Compare(
                _, [ast.Gt() | ast.GtE()], [ast.BinOp(_, ast.Sub(), part) as whole]
            ):
                yield text.replaced(whole, text.of(part))


def stateful_alone(method: Method) -> Iterator[Edits]:
    """``if self.h is None`` to ``if not self.stateful or self.h is None``."""
    if "stateful" not in method.attributes:
        return
    found = []
    for node in method.nodes:
        match node:
            case ast.If(ast.Compare(ast.Attribute(), [ast.Is()], [ast.Constant(None)])):
                start = method.text.span(node.test)[0]
                found.append((Edit(start, start, "not self.stateful or "),))
    yield from all_and_each(found)


def biased(method: Method) -> Iterator[Edits]:
    """``return x`` to ``return x + self.b``, in forward."""
    if method.function.name != "forward" or method.owner is None:
        return
    for name in method.attributes:
        if name in ("b", "bias"):
            for value in method.values:
                if not value.target:
                    yield value.becomes(f"{value.written} + self.{name}")
