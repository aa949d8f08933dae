"""The arrays of a routine: their types, their memory, and how they are indexed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradproof.edits.routines import Routine
from gradproof.edits.text import Edit, Edits, Text, last_name, numpy_name

LIKE = ("zeros_like", "ones_like", "empty_like")
SINGLE = ("float32", "float16", "single", "half")


def floating_result(routine: Routine) -> Iterator[Edits]:
    """``np.zeros_like(x)`` to ``np.zeros_like(x, dtype=float)``."""
    for node in routine.nodes:
        if not isinstance(node, ast.Call) or last_name(node.func) not in LIKE:
            continue
        if len(node.args) == 1 and not node.keywords:
            end = routine.text.span(node.args[0])[1]
            yield (Edit(end, end, ", dtype=float"),)


def floating_copy(routine: Routine) -> Iterator[Edits]:
    """``x = np.array(x, dtype=float)`` at the beginning: a copy of the caller's x."""
    first = routine.first
    for name in routine.arrays:
        line = f"{name} = {numpy_name(routine.text.tree)}array({name}, dtype=float)"
        if first is not None:
            yield routine.text.before(first, line)


def double(routine: Routine) -> Iterator[Edits]:
    """``float32`` to ``float64``."""
    found: list[Edit] = []
    text = routine.text
    for node in routine.nodes:
        if isinstance(node, (ast.Attribute, ast.Name)) and last_name(node) in SINGLE:
            end = text.span(node)[1]
            found.append(Edit(end - len(last_name(node)), end, "float64"))
        elif isinstance(node, ast.Constant) and node.value in (*SINGLE, "f", "f4"):
            found += text.replaced(node, '"float64"')
    if found:
        yield tuple(found)


def own_result(routine: Routine) -> Iterator[Edits]:
    """``grad = x`` to ``grad = np.zeros(x.shape)``."""
    text = routine.text
    for node in routine.nodes:
        match node:
            case ast.Assign([ast.Name()], ast.Name(id) as value) if (
                id in routine.parameters
            ):
                zeros = f"{numpy_name(text.tree)}zeros({id}.shape)"
                yield text.replaced(value, zeros)


def own_start(routine: Routine) -> Iterator[Edits]:
    """``x = start`` to ``x = start.copy()``."""
    text = routine.text
    for node in routine.nodes:
        match node:
            case ast.Assign([ast.Name()], ast.Name(id) as value) if (
                id in routine.parameters
            ):
                yield text.replaced(value, f"{id}.copy()")


def own_parameter(routine: Routine) -> Iterator[Edits]:
    """``start = start.copy()`` at the beginning, for a start that is moved itself."""
    first = routine.first
    moved = {
        node.target.id
        for node in routine.nodes
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
    }
    for name in routine.parameters:
        if first is not None and name in moved:
            yield routine.text.before(first, f"{name} = {name}.copy()")


def own_history(routine: Routine) -> Iterator[Edits]:
    """``history.append(x)`` to ``history.append(x.copy())``."""
    text = routine.text
    for node in routine.nodes:
        match node:
            case ast.Call(ast.Attribute(_, "append"), [ast.Name(id) as value], []):
                yield text.replaced(value, f"{id}.copy()")


def in_order(routine: Routine) -> Iterator[Edits]:
    """``[::-1]`` taken away."""
    text = routine.text
    for node in routine.nodes:
        match node:
            case ast.Subscript(value, ast.Slice(None, None, ast.UnaryOp())):
                end = text.span(value)[1]
                yield (Edit(end, text.span(node)[1], ""),)


def unturned(routine: Routine) -> Iterator[Edits]:
    """All ``.T`` taken away."""
    text = routine.text
    found = [
        Edit(text.span(node.value)[1], text.span(node)[1], "")
        for node in routine.nodes
        if isinstance(node, ast.Attribute) and node.attr == "T"
    ]
    if found:
        yield tuple(found)


def indexed(routine: Routine) -> Iterator[Edits]:
    """``grad = …`` in a loop to ``grad[i] = …``, by the index that x has there."""
    text = routine.text
    for loop in routine.nodes:
        if not isinstance(loop, (ast.For, ast.While)):
            continue
        indices = [
            text.of(m.target.slice)
            for m in routine.moves
            if m.body is loop.body and isinstance(m.target, ast.Subscript)
        ]
        if isinstance(loop, ast.For):
            indices += [n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)]
        for statement in loop.body:
            match statement:
                case ast.Assign([ast.Name(name) as target], ast.BinOp()) if _is_array(
                    routine, name
                ):
                    for index in dict.fromkeys(indices):
                        yield text.replaced(target, f"{name}[{index}]")


def _is_array(routine: Routine, name: str) -> bool:
    """Whether a name is given an array of zeros or the like."""
    return any(
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and last_name(node.value.func) in (*LIKE, "zeros", "empty", "array", "ones")
        and any(last_name(t) == name for t in node.targets)
        for node in routine.nodes
    )


def whole_point(routine: Routine) -> Iterator[Edits]:
    """``f(x[i])`` to ``f(x)``, in all calls."""
    found: list[Edit] = []
    for call in routine.evaluations:
        for argument in call.args:
            if isinstance(argument, ast.Subscript):
                end = routine.text.span(argument)[1]
                found.append(Edit(routine.text.span(argument.value)[1], end, ""))
    if found:
        yield tuple(found)


def after_the_loop(routine: Routine) -> Iterator[Edits]:
    """A ``return`` out of the loop that it ends, or a ``break`` away."""
    for loop in routine.nodes:
        if isinstance(loop, (ast.For, ast.While)):
            last = loop.body[-1]
            if isinstance(last, ast.Return):
                yield routine.text.indented_as(last, loop)
            elif isinstance(last, ast.Break):
                yield routine.text.deleted(last)


def all_components(routine: Routine) -> Iterator[Edits]:
    """``range(2)`` to ``range(x.size)``, for x of which each component is moved."""
    text = routine.text
    for loop in routine.nodes:
        match loop:
            case ast.For(
                ast.Name(index),
                ast.Call(ast.Name("range"), [ast.Constant(2) as two]),
            ):
                moved = [m.target for m in routine.moves if m.body is loop.body]
                for target in moved[:1]:
                    array, place = text.of(target.value), text.of(target.slice)
                    size = "size" if place == index else "shape[1]"
                    yield text.replaced(two, f"{array}.{size}")


def usual_step(routine: Routine) -> Iterator[Edits]:
    """Another step: 1e-4."""
    for value in routine.steps.values():
        yield routine.text.replaced(value, "1e-4")
    for step in routine.written_steps.values():
        others = {step: "1e-4", 2 * step: "2e-4"}
        yield tuple(
            edit
            for node in routine.nodes
            if isinstance(node, ast.Constant)
            and isinstance(node.value, float)
            and node.value in others
            for edit in routine.text.replaced(node, others[node.value])
        )


def downhill(routine: Routine) -> Iterator[Edits]:
    """``x += lr * g`` to ``x -= lr * g``, and likewise ``x = x + lr * g``."""
    for node in routine.nodes:
        match node:
            case ast.AugAssign(ast.Name() as target, ast.Add(), value):
                yield _sign(routine.text, target, value)
            case ast.Assign([ast.Name()], ast.BinOp(left, ast.Add(), right)):
                yield _sign(routine.text, left, right)


def unsigned(routine: Routine) -> Iterator[Edits]:
    """``return -g`` to ``return g``."""
    for node in routine.nodes:
        match node:
            case ast.Return(ast.UnaryOp(ast.USub(), operand) as value):
                start, end = routine.text.span(value)[0], routine.text.span(operand)[0]
                yield (Edit(start, end, ""),)


def _sign(text: Text, left: ast.expr, right: ast.expr) -> Edits:
    """A minus in the place of the plus between two expressions."""
    start, end = text.span(left)[1], text.span(right)[0]
    place = start + text.text[start:end].index("+")
    return (Edit(place, place + 1, "-"),)


def own_rate(routine: Routine) -> Iterator[Edits]:
    """``0.01 * slope`` to ``lr * slope``, for a parameter of which nothing is made."""
    given = routine.function.args
    used = {node.id for node in routine.nodes if isinstance(node, ast.Name)}
    ordered = [*given.posonlyargs, *given.args][::-1]
    for parameter, default in zip(ordered, given.defaults[::-1], strict=False):
        if parameter.arg in used or not isinstance(default, ast.Constant):
            continue
        for node in routine.nodes:
            match node:
                case ast.BinOp(ast.Constant(value) as number, ast.Mult(), _) if (
                    value == default.value
                ):
                    yield routine.text.replaced(number, parameter.arg)
