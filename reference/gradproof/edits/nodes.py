"""The nodes of a routine: where a component is put, and what is put back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from gradproof.edits.routines import Move, Routine, assigned
from gradproof.edits.text import Edit, Edits, Text

KEPT = ("kept", "saved", "kept_value", "saved_value")
"""Names for a component that is kept, the first that the function does not use."""
AHEAD = ("ahead", "value_ahead", "f_ahead", "value_ahead_x")
"""Names for the value of f where x was moved to, the first that is not used."""
BEHIND = ("behind", "value_behind", "f_behind", "value_behind_x")
"""Names for the value of f on the other side, likewise."""


def moved_first(routine: Routine) -> Iterator[Edits]:
    """``x[i] = kept`` before an evaluation to ``x[i] = kept - h``, and back."""
    for move in routine.moves:
        sign = "-" if move.up else "+"
        amount = routine.text.of(move.amount)
        for statement, following in pairwise(move.body):
            match statement:
                case ast.Assign([target], value) if (
                    _same(routine, target, move.target)
                    and isinstance(value, (ast.Name, ast.Subscript))
                    and _evaluates(routine, following)
                ):
                    kept = routine.text.of(value)
                    moved = routine.text.replaced(value, f"{kept} {sign} {amount}")
                    yield moved
                    back = f"{routine.text.of(target)} = {kept}"
                    yield *moved, *routine.text.after(following, back)


def other_side(routine: Routine) -> Iterator[Edits]:
    """An evaluation on the other side, in the place of one where x is.

    The moves of both cancel out: whatever follows finds x as it did before.
    """
    text = routine.text
    behind = routine.unused(*BEHIND)
    for move in routine.moves:
        after = move.body[move.body.index(move.statement) + 1 :]
        evaluation = next((s for s in after if _evaluates(routine, s)), None)
        pair = assigned(evaluation) if evaluation else None
        if evaluation is None or pair is None or not routine.is_evaluation(pair[1]):
            continue
        moved, amount = text.of(move.target), _twice(text.of(move.amount))
        there, back = ("-", "+") if move.up else ("+", "-")
        argument, name = text.of(pair[1]), text.of(pair[0])
        lines = (
            f"{moved} {there}= {amount}",
            f"{behind} = {argument}",
            f"{moved} {back}= {amount}",
        )
        for difference in routine.differences:
            for own, other in (
                (difference.left, difference.right),
                (difference.right, difference.left),
            ):
                if text.of(own) == name and text.of(other) != name:
                    inserted = text.after(evaluation, *lines)
                    if inserted:
                        changed = text.replaced(other, behind)
                        yield *inserted, *changed, *unused(routine, other)


def ahead_by_name(routine: Routine) -> Iterator[Edits]:
    """``f(x) - a`` where x is moved to ``ahead - f(x)``, x on the other side by then.

    Where x was put by its kept value it is put there by that; else it is moved, and
    what moves it back goes the other way; else the moves of both cancel out.
    """
    for move in routine.moves:
        after = move.body[move.body.index(move.statement) + 1 :]
        statement = next((s for s in after if _evaluates(routine, s)), None)
        for difference in routine.differences if statement else ():
            call, other = difference.left, difference.right
            if statement is None or not _is_inline(routine, statement, call):
                continue
            if routine.is_value(other) and not isinstance(other, ast.Call):
                yield (
                    *_put_behind(routine, move, statement, call, other),
                    *unused(routine, other),
                )


def _is_inline(routine: Routine, statement: ast.stmt, call: ast.expr) -> bool:
    return call in ast.walk(statement) and routine.is_evaluation(call)


def _put_behind(
    routine: Routine, move: Move, statement: ast.stmt, call: ast.expr, other: ast.expr
) -> Edits:
    text = routine.text
    moved, amount = text.of(move.target), text.of(move.amount)
    sign, back = ("-", "+") if move.up else ("+", "-")
    match move.statement:
        case ast.Assign(_, ast.BinOp(kept, _, _)) if text.of(kept) != moved:
            name = routine.unused(*AHEAD)
            put = f"{moved} = {text.of(kept)} {sign} {amount}"
            lines = text.before(statement, f"{name} = {text.of(call)}", put)
            changed = *text.replaced(call, name), *text.replaced(other, text.of(call))
        case _ if returning := _move_back(routine, move, statement):
            name = routine.unused(*AHEAD)
            put = f"{moved} {sign}= {_twice(amount)}"
            lines = text.before(statement, f"{name} = {text.of(call)}", put)
            changed = (
                *text.replaced(call, name),
                *text.replaced(other, text.of(call)),
                *_turned(text, returning),
            )
        case _:
            name = routine.unused(*BEHIND)
            lines = text.before(
                statement,
                f"{moved} {sign}= {_twice(amount)}",
                f"{name} = {text.of(call)}",
                f"{moved} {back}= {_twice(amount)}",
            )
            changed = text.replaced(other, name)
    return (*lines, *changed) if lines else ()


def _move_back(routine: Routine, move: Move, statement: ast.stmt) -> Move | None:
    """The move after a statement that takes back another, by the same amount."""
    text = routine.text
    after = move.body[move.body.index(statement) :]
    return next(
        (
            m
            for m in routine.moves
            if m.statement in after
            and isinstance(m.statement, ast.AugAssign)
            and m.up != move.up
            and _same(routine, m.target, move.target)
            and text.of(m.amount) == text.of(move.amount)
        ),
        None,
    )


def _turned(text: Text, move: Move) -> Edits:
    """``x[i] -= h`` to ``x[i] += h``, and the other way about."""
    start, end = text.span(move.target)[1], text.span(move.amount)[0]
    between = text.text[start:end]
    own, other = ("+=", "-=") if move.up else ("-=", "+=")
    return (Edit(start, end, between.replace(own, other)),)


def unused(routine: Routine, value: ast.expr) -> Edits:
    """What gives a name its value taken away, if the name is used once."""
    name = value.id if isinstance(value, ast.Name) else ""
    uses = [n for n in routine.nodes if isinstance(n, ast.Name) and n.id == name]
    if len(uses) != 2:
        return ()
    for node in routine.nodes:
        pair = assigned(node)
        if pair is None or not isinstance(node, ast.stmt):
            continue
        if pair[0] in uses:
            return routine.text.deleted(node)
        match pair:
            case (ast.Tuple([_, _] as targets), ast.Tuple([_, _] as values)):
                for own, other in ((0, 1), (1, 0)):
                    if targets[own] in uses:
                        new = map(routine.text.of, (targets[other], values[other]))
                        return (Edit(*routine.text.span(node), " = ".join(new)),)
    return ()


def other_copy(routine: Routine) -> Iterator[Edits]:
    """A second moved copy, on the other side: for ``f(moved) - f(x)``."""
    text = routine.text
    for move in routine.moves:
        copy = getattr(move.target, "value", None)
        if not isinstance(copy, ast.Name) or copy.id in routine.parameters:
            continue
        made = [
            s
            for s in move.body[: move.body.index(move.statement)]
            if (pair := assigned(s)) and text.of(pair[0]) == copy.id
        ]
        if not made:
            continue
        other = routine.unused(f"{copy.id}_behind", f"{copy.id}_other")
        sign = "-" if move.up else "+"
        moved = text.of(move.target).replace(copy.id, other, 1)
        lines = (
            text.of(made[-1]).replace(copy.id, other, 1),
            f"{moved} {sign}= {text.of(move.amount)}",
        )
        for evaluation in routine.evaluations:
            own = [a for a in evaluation.args if text.of(a) != copy.id]
            if len(evaluation.args) == 1 and own and isinstance(own[0], ast.Name):
                inserted = text.after(move.statement, *lines)
                if inserted:
                    yield *inserted, *text.replaced(own[0], other)


def amounts(routine: Routine) -> Iterator[Edits]:
    """Another distance: ``2 * h`` to ``h``, and ``h`` to ``2 * h``."""
    text = routine.text
    for move in routine.moves:
        match move.amount:
            case ast.BinOp(ast.Constant(2 | 2.0), ast.Mult(), step):
                yield text.replaced(move.amount, text.of(step))
            case ast.BinOp(step, ast.Mult(), ast.Constant(2 | 2.0)):
                yield text.replaced(move.amount, text.of(step))
            case ast.Constant(float(value)):
                for number, other in routine.written_steps.items():
                    if other != value:
                        yield text.replaced(move.amount, number)
            case _:
                yield text.replaced(move.amount, _twice(text.of(move.amount)))


def _twice(amount: str) -> str:
    return f"2 * {amount}" if amount.isidentifier() else f"2 * ({amount})"


def kept_once(routine: Routine) -> Iterator[Edits]:
    """A component that is read again after it was moved: not a second time."""
    for first, again in _readings(routine):
        if first is not again:
            yield routine.text.deleted(again)


def _readings(routine: Routine) -> Iterator[tuple[ast.Assign, ast.Assign]]:
    """Statements that keep a component in one name, the first and each later one."""
    kept: dict[tuple[str, str], ast.Assign] = {}
    for node in _statements(routine):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
            target = node.targets[0]
            if isinstance(target, ast.Name):
                key = target.id, routine.text.of(node.value)
                yield kept.setdefault(key, node), node


def _statements(routine: Routine) -> list[ast.stmt]:
    """All statements of the function, by their lines."""
    found = [n for n in routine.nodes if isinstance(n, ast.stmt)]
    return sorted(found, key=lambda n: n.lineno)


def restored(routine: Routine) -> Iterator[Edits]:
    """``x[i] = kept`` after the evaluations; kept before the first move, if not yet."""
    text = routine.text
    for move in routine.moves:
        if move.statement is not _moves_in(routine, move.body)[0].statement:
            continue
        target = text.of(move.target)
        last = _last_evaluation(routine, move.body)
        if last is None:
            continue
        names = [
            pair[0].id
            for s in move.body[: move.body.index(move.statement)]
            if (pair := assigned(s))
            and isinstance(pair[0], ast.Name)
            and text.of(pair[1]) == target
        ]
        for name in names:
            yield text.after(last, f"{target} = {name}")
        kept = routine.unused(*KEPT)
        yield (
            *text.before(move.statement, f"{kept} = {target}"),
            *text.after(last, f"{target} = {kept}"),
        )


def restored_from_loop(routine: Routine) -> Iterator[Edits]:
    """``x[i] = kept`` after the evaluations, for kept of ``enumerate(x.copy())``."""
    text = routine.text
    for node in routine.nodes:
        if not isinstance(node, ast.For) or not isinstance(node.target, ast.Tuple):
            continue
        last = _last_evaluation(routine, node.body)
        own = [m for m in routine.moves if m.body is node.body]
        if last is None or not own:
            continue
        for name in node.target.elts:
            yield text.after(last, f"{text.of(own[0].target)} = {text.of(name)}")


def _moves_in(routine: Routine, body: list[ast.stmt]) -> list[Move]:
    return [move for move in routine.moves if move.body is body]


def _last_evaluation(routine: Routine, body: list[ast.stmt]) -> ast.stmt | None:
    """The last statement of a body that evaluates f."""
    found = [s for s in body if _evaluates(routine, s)]
    return found[-1] if found else None


def copied(routine: Routine) -> Iterator[Edits]:
    """``kept = x[i]`` to ``kept = x[i].copy()``: a view is no copy."""
    for node in routine.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
            text = routine.text
            yield text.replaced(node.value, f"{text.of(node.value)}.copy()")


def evaluated(routine: Routine) -> Iterator[Edits]:
    """``behind = kept - h`` to ``x[i] = kept - h`` and ``behind = f(x)``."""
    text = routine.text
    for move in routine.moves:
        after = move.body[move.body.index(move.statement) + 1 :]
        calls = [s for s in after if _evaluates(routine, s)]
        for statement in after:
            match statement:
                case ast.Assign([ast.Name(name)], ast.BinOp(_, _, amount)) if (
                    calls
                    and isinstance(calls[0], ast.Assign)
                    and routine.is_step(amount)
                    and any(name in _names(d) for d in routine.differences)
                ):
                    argument = text.of(calls[0].value)
                    put = text.before(
                        statement,
                        f"{text.of(move.target)} = {text.of(statement.value)}",
                    )
                    if put:
                        yield *put, *text.replaced(statement.value, argument)


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _evaluates(routine: Routine, statement: ast.stmt) -> bool:
    return any(
        isinstance(n, ast.expr) and routine.is_evaluation(n)
        for n in ast.walk(statement)
    )


def _same(routine: Routine, first: ast.expr, second: ast.expr) -> bool:
    return routine.text.of(first) == routine.text.of(second)
