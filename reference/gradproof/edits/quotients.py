"""The quotient of a routine: what is subtracted, and what it is divided by."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from decimal import Decimal

from gradproof.edits.nodes import unused
from gradproof.edits.routines import Routine
from gradproof.edits.text import Edit, Edits


def grouped(routine: Routine) -> Iterator[Edits]:
    """``d / 2 * h`` to ``d / (2 * h)``, and ``a - b / c`` to ``(a - b) / c``."""
    text = routine.text
    for node in routine.nodes:
        match node:
            case ast.BinOp(ast.BinOp(left, ast.Div(), divisor), ast.Mult(), _) if (
                routine.is_difference(left)
            ):
                start, end = text.span(divisor)[0], text.span(node)[1]
                yield Edit(start, start, "("), Edit(end, end, ")")
            case ast.BinOp(left, ast.Sub(), ast.BinOp(right, ast.Div(), _)) if (
                routine.is_value(left) and routine.is_value(right)
            ):
                start, end = text.span(left)[0], text.span(right)[1]
                yield Edit(start, start, "("), Edit(end, end, ")")


def divided(routine: Routine) -> Iterator[Edits]:
    """Another divisor: twice the step."""
    for node in routine.quotients:
        for step in routine.steps:
            yield routine.text.replaced(node.right, f"(2 * {step})")
        for number in routine.written_steps:
            yield routine.text.replaced(node.right, doubled(number))


def once(routine: Routine) -> Iterator[Edits]:
    """``2 * slope`` and ``slope * 2`` to ``slope``."""
    text = routine.text
    for node in routine.nodes:
        match node:
            case ast.BinOp(ast.Constant(2 | 2.0), ast.Mult(), kept):
                yield text.replaced(node, text.of(kept))
            case ast.BinOp(kept, ast.Mult(), ast.Constant(2 | 2.0)):
                yield text.replaced(node, text.of(kept))


def doubled(number: str) -> str:
    """Twice a number, written as it is: 1e-4 to 2e-4, and 0.0001 to 0.0002."""
    mantissa, e, exponent = number.lower().partition("e")
    return f"{2 * Decimal(mantissa)}{e}{exponent}"


def subtracted(routine: Routine) -> Iterator[Edits]:
    """``a + b`` to ``a - b``."""
    text = routine.text
    for node in routine.differences:
        if isinstance(node.op, ast.Add):
            start, end = text.span(node.left)[1], text.span(node.right)[0]
            between = text.text[start:end]
            if between.count("+") == 1:
                yield (Edit(start, end, between.replace("+", "-")),)


def exchanged(routine: Routine) -> Iterator[Edits]:
    """``a - b`` to ``b - a``."""
    for node in routine.differences:
        if isinstance(node.op, ast.Sub):
            yield routine.text.swapped(node.left, node.right)


def mirrored(routine: Routine) -> Iterator[Edits]:
    """``f(x + s) - f(x)`` to ``f(x + s) - f(x - s)``; and the other way about.

    The divisor is the other operators' business.
    """
    for node in routine.differences:
        for there, here in ((node.left, node.right), (node.right, node.left)):
            if isinstance(there, ast.Call) and isinstance(here, ast.Call):
                yield from _mirrored(routine, there, here)
            elif isinstance(there, ast.Call) and isinstance(here, ast.Name):
                yield from _without_name(routine, there, here)


def _mirrored(routine: Routine, there: ast.Call, here: ast.Call) -> Iterator[Edits]:
    text = routine.text
    if not (routine.is_evaluation(there) and routine.is_evaluation(here)):
        return
    if len(there.args) != len(here.args):
        return
    for moved, still in zip(there.args, here.args, strict=True):
        match moved:
            case ast.BinOp(left, ast.Add() | ast.Sub() as operator, right) if text.of(
                left
            ) == text.of(still):
                sign = "-" if isinstance(operator, ast.Add) else "+"
                end, start = text.span(left)[1], text.span(right)[0]
                between = text.text[end:start].replace("+-"[sign == "+"], sign, 1)
                tail = text.text[start : text.span(moved)[1]]
                yield text.replaced(still, f"{text.of(left)}{between}{tail}")


def _without_name(routine: Routine, there: ast.Call, here: ast.Name) -> Iterator[Edits]:
    """``f(x + h) - here`` to ``f(x + h) - f(x - h)``, for here a value of before."""
    text = routine.text
    if not (routine.is_evaluation(there) and routine.is_value(here)):
        return
    for moved in there.args:
        match moved:
            case ast.BinOp(left, ast.Add() | ast.Sub() as operator, right):
                end, start = text.span(left)[1], text.span(right)[0]
                sign, other = "+-" if isinstance(operator, ast.Add) else "-+"
                between = text.text[end:start].replace(sign, other, 1)
                begin, close = text.span(there)
                call = text.text[begin:end] + between + text.text[start:close]
                yield *text.replaced(here, call), *unused(routine, here)


def along(routine: Routine) -> Iterator[Edits]:
    """``f(x + h) - f(x - h)`` to ``f(x + h * e) - f(x - h * e)``, for e of a loop."""
    text = routine.text
    amounts = [
        argument.right
        for call in routine.evaluations
        for argument in call.args
        if isinstance(argument, ast.BinOp) and routine.is_step(argument.right)
    ]
    for node in routine.nodes if amounts else ():
        match node:
            case ast.For(ast.Name(e)) | ast.comprehension(ast.Name(e)):
                edits = (text.replaced(a, f"{text.of(a)} * {e}") for a in amounts)
                yield tuple(edit for each in edits for edit in each)
