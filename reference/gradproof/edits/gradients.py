"""Where a gradient is put, how it is turned, and what is read under a wrong name."""

from __future__ import annotations

import ast
import builtins
import difflib
from collections.abc import Iterator
from itertools import combinations

from gradproof.edits.layer_methods import Method
from gradproof.edits.text import Edit, Edits, last_name


def transposed(method: Method) -> Iterator[Edits]:
    """``dot(a.T, b)`` to ``dot(b.T, a)``; a value's ``.T`` taken off, or put on."""
    text = method.text
    for node in method.nodes:
        match node:
            case ast.Call(func, [ast.Attribute(a, "T"), b]) if last_name(func) in (
                "dot",
                "matmul",
            ):
                yield text.replaced(node, _call(method, func, b, a))
            case ast.BinOp(ast.Attribute(a, "T"), ast.MatMult(), b):
                if isinstance(b, (ast.Name, ast.Attribute)):
                    yield text.replaced(node, f"{text.of(b)}.T @ {text.of(a)}")
    for node in method.nodes:
        match node:
            case ast.Attribute(array, "T"):
                yield (Edit(text.span(array)[1], text.span(node)[1], ""),)
    for value in method.values:
        if not value.written.endswith(".T"):
            yield value.becomes(f"{value.atom}.T")


def _call(method: Method, func: ast.expr, first: ast.expr, second: ast.expr) -> str:
    text = method.text
    first_text = text.of(first)
    turned = f"{first_text}.T" if not first_text.endswith(".T") else first_text[:-2]
    return f"{text.of(func)}({turned}, {text.of(second)})"


def turned_operand(method: Method) -> Iterator[Edits]:
    """``.T`` on one operand of a product of matrices, or off it; both exchanged."""
    text = method.text
    for node in method.nodes:
        operands: tuple[ast.expr, ...] = ()
        match node:
            case ast.Call(func, [a, b]) if last_name(func) in ("dot", "matmul"):
                operands = a, b
            case ast.BinOp(a, ast.MatMult(), b):
                operands = a, b
        for each in operands:
            if isinstance(each, ast.Attribute) and each.attr == "T":
                yield (Edit(text.span(each.value)[1], text.span(each)[1], ""),)
            elif isinstance(each, (ast.Name, ast.Attribute)):
                yield text.replaced(each, f"{text.of(each)}.T")
        if operands:
            yield text.swapped(*operands)


def each_added(method: Method) -> Iterator[Edits]:
    """``dW[ids] = dout`` to ``np.add.at(dW, ids, dout)``: ids that come again add."""
    text = method.text
    for node in method.nodes:
        match node:
            case ast.Assign([ast.Subscript(array, index)], value) | ast.AugAssign(
                ast.Subscript(array, index), ast.Add(), value
            ) if not isinstance(index, (ast.Constant, ast.Slice)):
                parts = ", ".join(map(text.of, (array, index, value)))
                start, end = text.span(node)
                yield (Edit(start, end, f"{method.numpy}add.at({parts})"),)


def put_into(method: Method) -> Iterator[Edits]:
    """``self.grads[0] = dW`` to ``self.grads[0][...] = dW``, and of a list each."""
    text = method.text
    every: list[Edit] = []
    for node in method.nodes:
        match node:
            case ast.Assign([ast.Subscript(array) as target], _) if (
                last_name(array) == "grads"
            ):
                end = text.span(target)[1]
                every.append(Edit(end, end, "[...]"))
            case ast.Assign([target], ast.List(elts)) if last_name(target) == "grads":
                yield _each_put(method, node, text.of(target), elts)
    if every:
        yield tuple(every)


def _each_put(
    method: Method, node: ast.Assign, name: str, values: list[ast.expr]
) -> Edits:
    """A line for each of a list of gradients, in the place of the list's own."""
    lines = [
        f"{name}[{n}][...] = {method.text.of(value)}" for n, value in enumerate(values)
    ]
    indent = method.text.indentation(node)
    start, end = method.text.span(node)
    return (Edit(start, end, f"{method.text.newline}{indent}".join(lines)),)


def into_gradients(method: Method) -> Iterator[Edits]:
    """``self.params[0][...] = db`` to one of ``self.grads``, in backward."""
    text = method.text
    for node in method.nodes:
        match node:
            case ast.Assign(
                [ast.Subscript(ast.Subscript(ast.Attribute() as lists, number))]
            ) if lists.attr == "params" and method.is_backward:
                for n in range(3):
                    end = text.span(lists)[1]
                    grads = Edit(end - len("params"), end, "grads")
                    yield grads, *text.replaced(number, str(n))
            case ast.Assign([ast.Attribute(ast.Name("self"), name) as target], _) if (
                method.is_backward and not name.startswith("d")
            ):
                yield text.replaced(target, f"self.d{name}")


def kept(method: Method) -> Iterator[Edits]:
    """``dW = …`` to ``self.dW = …`` as well, or into ``self.grads``."""
    if not method.is_backward:
        return
    text = method.text
    numbers = {"w": 0, "wx": 0, "wh": 1, "b": 1, "gamma": 0, "beta": 1}
    for node in method.nodes:
        match node:
            case ast.Assign([ast.Name(name)], _) if name.lower()[1:] in numbers:
                number = numbers[name.lower()[1:]]
                if "grads" in method.attributes:
                    yield text.after(node, f"self.grads[{number}][...] = {name}")
                yield text.after(node, f"self.{name} = {name}")


def exchanged(method: Method) -> Iterator[Edits]:
    """Two values, each in the place of the other."""
    own = [v for v in method.values if v.target]
    for first, second in combinations(own, 2):
        one, two = first.becomes(second.written), second.becomes(first.written)
        yield *one, *two


def after_the_loop(method: Method) -> Iterator[Edits]:
    """A return within a loop after it."""
    for node in method.nodes:
        if isinstance(node, ast.For) and isinstance(node.body[-1], ast.Return):
            yield method.text.indented_as(node.body[-1], node)


def spelt(method: Method) -> Iterator[Edits]:
    """An attribute, or a name, that is not there: the nearest one that is."""
    text = method.text
    for node in method.nodes:
        match node:
            case ast.Attribute(ast.Name("self"), name) if (
                method.owner is not None and name not in _members(method)
            ):
                for near in _near(name, _members(method)):
                    yield text.replaced(node, f"self.{near}")
            case ast.Name(name, ast.Load()) if name not in _names(method):
                for near in _near(name, _names(method)):
                    yield text.replaced(node, near)
            case ast.Attribute(array, name) if _near(name, ARRAYS):
                for near in _near(name, ARRAYS):
                    yield text.replaced(node, f"{text.of(array)}.{near}")


ARRAYS = ["shape", "ndim", "reshape", "transpose", "argmax", "copy", "size"]


def _near(name: str, names: list[str]) -> list[str]:
    if name in names:
        return []
    return difflib.get_close_matches(name, names, n=2, cutoff=0.6)


def _members(method: Method) -> list[str]:
    """Attributes and methods of the class."""
    body = method.owner.body if method.owner else []
    return [
        *method.attributes,
        *(n.name for n in body if isinstance(n, ast.FunctionDef)),
    ]


def _names(method: Method) -> list[str]:
    """What is a name here: parameters, and whatever is given one in the file."""
    stored = {
        n.id
        for n in ast.walk(method.text.tree)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for n in ast.walk(method.text.tree)
        if isinstance(n, (ast.Import, ast.ImportFrom))
        for alias in n.names
    }
    defined = [n.name for n in method.text.tree.body if hasattr(n, "name")]
    return [*method.parameters, "self", *stored, *imported, *defined, *dir(builtins)]
