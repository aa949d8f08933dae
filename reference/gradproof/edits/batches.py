"""Points and their rows: a routine that serves, or refuses, more than one point."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradproof.edits.routines import Routine
from gradproof.edits.text import Edit, Edits, last_name, numpy_name

ROWS = ("row", "one_row", "point", "one_point")
"""Names for a row of x, the first that the function does not use."""


def each_row(routine: Routine) -> Iterator[Edits]:
    """``return np.array([g(f, row) for row in x])`` at the beginning, for a batch."""
    text, row = routine.text, routine.unused(*ROWS)
    for name in routine.arrays:
        call = _again(routine, name, row)
        if call:
            rows = f"{numpy_name(text.tree)}array([{call} for {row} in {name}])"
            yield _at_first(routine, f"{_axes(routine, name)} > 1", f"return {rows}")


def one_point_alone(routine: Routine) -> Iterator[Edits]:
    """``raise ValueError`` at the beginning, for what is no point."""
    for name in routine.arrays:
        refusal = f'raise ValueError("{name} must be one point, of shape (D,)")'
        yield _at_first(routine, f"{_axes(routine, name)} != 1", refusal)


def _axes(routine: Routine, name: str) -> str:
    """How many axes x has, in the manner of the text."""
    attributes, made = False, False
    for node in routine.nodes:
        match node:
            case ast.Attribute(ast.Name(id)):
                attributes |= id == name
            case ast.Assign([ast.Name(id)], ast.Call(_, [ast.Name(given), *_])):
                made |= id == given == name  # x = np.asarray(x): it may be a list
    if attributes and not made:
        return f"{name}.ndim"
    return f"{numpy_name(routine.text.tree)}ndim({name})"


def _again(routine: Routine, name: str, row: str) -> str:
    """The call of the routine itself for one row, all else as it was given."""
    given = routine.function.args
    if given.vararg or given.kwarg:
        return ""
    own = [a.arg for a in (*given.posonlyargs, *given.args)]
    called = routine.function.name
    if own[:1] in (["self"], ["cls"]):
        called = f"{own.pop(0)}.{called}"
    handed = [row if a == name else a for a in own]
    handed += [f"{a.arg}={row if a.arg == name else a.arg}" for a in given.kwonlyargs]
    return f"{called}({', '.join(handed)})"


def _at_first(routine: Routine, condition: str, consequence: str) -> Edits:
    text, first = routine.text, routine.first
    if first is None:
        return ()
    indent = text.indentation(first)
    within = indent.removeprefix(text.indentation(routine.function))
    return text.before(first, f"if {condition}:", f"{within}{consequence}")


def stored_by_row(routine: Routine) -> Iterator[Edits]:
    """``sum(np.outer(e, g) for e in …)`` to ``np.array([g for e in …])``.

    Likewise ``slopes += np.outer(e, g)`` for each n to ``slopes[n] = g``.
    """
    text = routine.text
    for node in routine.nodes:
        match node:
            case ast.Call(
                function, [ast.GeneratorExp(ast.Call(_, [_, slopes]) as outer) as rows]
            ) if last_name(function) == "sum" and last_name(outer.func) == "outer":
                start, end = text.span(rows.elt)[1], text.span(rows)[1]
                loops = text.text[start:end].removesuffix(")")
                array = f"{numpy_name(text.tree)}array"
                yield text.replaced(node, f"{array}([{text.of(slopes)}{loops}])")
            case ast.For(target, _, body):
                for index in (n for n in ast.walk(target) if isinstance(n, ast.Name)):
                    yield from _stored(routine, body, index.id)


def _stored(routine: Routine, body: list[ast.stmt], index: str) -> Iterator[Edits]:
    text = routine.text
    for statement in body:
        match statement:
            case ast.AugAssign(
                ast.Name(slopes), ast.Add(), ast.Call(function, [_, gradient])
            ) if last_name(function) == "outer":
                start, end = text.span(statement)
                yield (Edit(start, end, f"{slopes}[{index}] = {text.of(gradient)}"),)


def without_product(routine: Routine) -> Iterator[Edits]:
    """``np.eye(N) @ slopes`` to ``slopes``."""
    text = routine.text
    for node in routine.nodes:
        match node:
            case ast.BinOp(ast.Call(function), ast.MatMult(), slopes) if last_name(
                function
            ) in ("eye", "identity"):
                start, end = text.span(node)[0], text.span(slopes)[0]
                yield (Edit(start, end, ""),)
