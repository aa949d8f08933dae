"""The factors of a gradient: derivatives, masks, and what came from above."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradproof.edits.layer_methods import Method, WrittenValue
from gradproof.edits.sums import all_and_each
from gradproof.edits.text import Edit, Edits

OPPOSITE = {
    ast.Gt: ("<=", ">"),
    ast.GtE: ("<", ">="),
    ast.Lt: (">=", "<"),
    ast.LtE: (">", "<="),
}


def _factors(node: ast.expr) -> list[ast.expr]:
    """The factors of a product, in order."""
    match node:
        case ast.BinOp(left, ast.Mult(), right):
            return [*_factors(left), *_factors(right)]
    return [node]


def _products(method: Method) -> Iterator[tuple[WrittenValue, list[ast.expr]]]:
    for value in method.values:
        yield value, _factors(value.node)


def _one(method: Method) -> str:
    """1 as it is written in the file."""
    return "1.0" if "1.0 -" in method.text.text else "1"


def _is_y(method: Method, node: ast.expr) -> bool:
    """Whether it may be the layer's value: a name, or an attribute, not what it got."""
    named = isinstance(node, (ast.Name, ast.Attribute))
    return named and method.text.of(node) not in method.parameters[:1]


def one_minus(method: Method) -> Iterator[Edits]:
    """``dout * y`` to ``dout * y * (1 - y)``."""
    for value, factors in _products(method):
        for factor in factors:
            if len(factors) > 1 and _is_y(method, factor):
                y = method.text.of(factor)
                yield value.becomes(f"{value.factor} * ({_one(method)} - {y})")


def times_y(method: Method) -> Iterator[Edits]:
    """``dout * (1 - y)`` to ``dout * y * (1 - y)``."""
    for node, y in _one_minus_y(method):
        start = _outer(method, node)[0]
        yield (Edit(start, start, f"{method.text.of(y)} * "),)


def squared(method: Method) -> Iterator[Edits]:
    """``1 - y`` to ``1 - y**2``."""
    for _, y in _one_minus_y(method):
        end = method.text.span(y)[1]
        yield (Edit(end, end, "**2"),)


def of_sigmoid(method: Method) -> Iterator[Edits]:
    """``(1 - y**2)`` to ``y * (1 - y)``."""
    text = method.text
    for node in method.nodes:
        match node:
            case ast.BinOp(
                ast.Constant(1) as one, ast.Sub(), ast.BinOp(y, ast.Pow() | ast.Mult())
            ):
                start, end = _outer(method, node)
                new = f"{text.of(y)} * ({text.of(one)} - {text.of(y)})"
                yield (Edit(start, end, new),)


def of_tanh(method: Method) -> Iterator[Edits]:
    """``dout * y * (1 - y)`` to ``dout * (1 - y**2)``."""
    text = method.text
    found = list(_one_minus_y(method))
    for value, factors in _products(method):
        for node, y in found:
            others = [f for f in factors if text.of(f) != text.of(y) and f is not node]
            if node in factors and len(others) == len(factors) - 2:
                one = text.of(node.left)
                written = [text.text[slice(*_outer(method, f))] for f in others]
                new = [*written, f"({one} - {text.of(y)}**2)"]
                yield value.becomes(" * ".join(new))


def _one_minus_y(method: Method) -> Iterator[tuple[ast.BinOp, ast.expr]]:
    for node in method.nodes:
        match node:
            case ast.BinOp(
                ast.Constant(1), ast.Sub(), ast.Name() | ast.Attribute() as y
            ):
                yield node, y


def _outer(method: Method, node: ast.expr) -> tuple[int, int]:
    """The characters of a node with the parentheses about it."""
    text = method.text.text
    start, end = method.text.span(node)
    around = text[start - 1 : start] + text[end : end + 1]
    return (start - 1, end + 1) if around == "()" else (start, end)


def other_attribute(method: Method) -> Iterator[Edits]:
    """What the layer keeps in the place of something else that it keeps."""
    read = [
        n
        for n in method.nodes
        if isinstance(n, ast.Attribute)
        and isinstance(n.ctx, ast.Load)
        and getattr(n.value, "id", "") == "self"
    ]
    for name in dict.fromkeys(n.attr for n in read):
        for other in method.attributes:
            if other != name:
                same = [n for n in read if n.attr == name]
                new = f"self.{other}"
                yield from all_and_each([method.text.replaced(n, new) for n in same])


def value_kept(method: Method) -> Iterator[Edits]:
    """What is kept of the input kept of the value: forward's, read in backward."""
    forward = method.other("forward")
    if forward is None or not method.is_backward:
        return
    text = method.text
    ahead = Method(text, forward, method.owner)
    given = ahead.parameters[:1]
    for statement in forward.body:
        match statement:
            case ast.Assign([ast.Attribute(ast.Name("self")) as kept], ast.Name(x)) if [
                x
            ] == given:
                last = forward.body[-1]
                value = ahead.values[-1]
                if isinstance(last, ast.Return) and value.target == "":
                    name = text.of(kept)
                    yield (
                        *text.deleted(statement),
                        *text.before(last, f"{name} = {value.written}"),
                        *value.becomes(name),
                    )


def unapplied(method: Method) -> Iterator[Edits]:
    """``sigmoid(self.out)`` to ``self.out``."""
    for node in method.nodes:
        match node:
            case ast.Call(_, [ast.Attribute(ast.Name("self")) as kept], []):
                yield method.text.replaced(node, method.text.of(kept))


def times_upstream(method: Method) -> Iterator[Edits]:
    """A value times what came from above."""
    if method.is_backward:
        for given in method.parameters[:1]:
            for value in reversed(method.values):
                yield value.becomes(f"{given} * {value.factor}")


def negated(method: Method) -> Iterator[Edits]:
    """Minus signs taken away, all or one of them; or one before a value."""
    starts = [
        method.text.span(node)[0]
        for node in method.nodes
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    ]
    yield from all_and_each([(Edit(start, start + 1, ""),) for start in starts])
    for value in reversed(method.values):
        yield value.becomes(f"-{value.factor}")


def as_forward(method: Method) -> Iterator[Edits]:
    """What forward does with its input done with what came from above."""
    forward = method.other("forward")
    if forward is None or not method.is_backward or not method.parameters:
        return
    ahead = Method(method.text, forward, method.owner)
    given, dout = ahead.parameters[:1], method.parameters[0]
    known = {*given, *method.parameters}
    for value in ahead.values:
        if value.target or not given:
            continue
        local = {n.id for n in ast.walk(value.node) if isinstance(n, ast.Name)}
        uses = [
            n
            for n in ast.walk(value.node)
            if isinstance(n, ast.Name) and n.id == given[0]
        ]
        if len(uses) != 1 or not local <= {*known, "self"}:
            continue
        start, end = method.text.span(uses[0])
        new = (
            method.text.text[value.start : start]
            + dout
            + method.text.text[end : value.end]
        )
        for own in reversed(method.values):
            yield own.becomes(new)


def times_kept(method: Method) -> Iterator[Edits]:
    """A value times something that forward has kept."""
    if method.is_backward:
        for name in method.attributes:
            for value in method.values:
                yield value.becomes(f"{value.factor} * self.{name}")


def assigned(method: Method) -> Iterator[Edits]:
    """``dout[mask] == 0`` to ``dout[mask] = 0``."""
    for node in method.nodes:
        match node:
            case ast.Expr(ast.Compare(left, [ast.Eq()], [right])):
                start = method.text.span(left)[1]
                end = method.text.span(right)[0]
                at = start + method.text.text[start:end].index("==")
                yield (Edit(at, at + 2, "="),)


def reversed_mask(method: Method) -> Iterator[Edits]:
    """The other half: ``~mask`` to ``mask``, ``x > 0`` to ``x <= 0``, and back."""
    text = method.text
    for node in method.nodes:
        match node:
            case ast.UnaryOp(ast.Invert(), operand):
                yield text.replaced(node, text.of(operand))
            case ast.Compare(left, [ast.Eq()], [ast.Constant(0 | False)]):
                yield (Edit(*_outer(method, node), text.of(left)),)
            case ast.Compare(left, [ast.Gt() | ast.GtE() | ast.Lt() | ast.LtE()], [b]):
                yield _opposite(method, node, left, b)
            case ast.Subscript(_, ast.Attribute() | ast.Name() as mask):
                yield text.replaced(mask, f"~{text.of(mask)}")
    for _, factors in _products(method):
        for factor in factors:
            if len(factors) > 1 and _is_y(method, factor):
                yield text.replaced(factor, f"~{text.of(factor)}")


def _opposite(
    method: Method, node: ast.Compare, left: ast.expr, right: ast.expr
) -> Edits:
    new, old = OPPOSITE[type(node.ops[0])]
    start, end = method.text.span(left)[1], method.text.span(right)[0]
    at = start + method.text.text[start:end].index(old)
    return (Edit(at, at + len(old), new),)
