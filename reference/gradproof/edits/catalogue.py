"""Which changes may mend which defect of a routine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from gradproof.edits import arrays, batches, nodes, quotients, tangents
from gradproof.edits.routines import Routine, functions
from gradproof.edits.text import Edits, Text, edited, parsed

Operator = Callable[[Routine], Iterator[Edits]]


def _both(first: Operator, second: Operator) -> Operator:
    """Each change of the one with each of the other."""

    def operator(routine: Routine) -> Iterator[Edits]:
        for a in first(routine):
            for b in second(routine):
                if a and b:
                    yield (*a, *b)

    return operator


ONE_SIDED = tuple(
    _both(side, quotients.divided)
    for side in (
        quotients.mirrored,
        nodes.moved_first,
        nodes.other_copy,
        nodes.other_side,
        nodes.ahead_by_name,
    )
)

OPERATORS: dict[str, tuple[Operator, ...]] = {
    "operator-precedence": (quotients.grouped, quotients.divided),
    "missing-half": (quotients.divided, quotients.once),
    "wrong-factor": (quotients.divided, quotients.grouped, arrays.own_rate),
    "forward-difference": ONE_SIDED,
    "backward-difference": ONE_SIDED,
    "sign-flipped": (quotients.exchanged, arrays.downhill, arrays.unsigned),
    "sum-for-difference": (quotients.subtracted,),
    "step-too-small": (arrays.usual_step,),
    "step-too-large": (arrays.usual_step,),
    "wrong-node": (nodes.amounts, nodes.moved_first, quotients.mirrored),
    "missing-call": (nodes.evaluated,),
    "not-restored": (nodes.restored_from_loop, nodes.restored, arrays.floating_copy),
    "wrong-restore": (
        nodes.kept_once,
        nodes.amounts,
        nodes.restored,
        arrays.floating_copy,
    ),
    "saved-view": (nodes.copied,),
    "integer-truncation": (arrays.floating_result, arrays.floating_copy),
    "single-precision": (arrays.double, arrays.floating_copy),
    "aliased-result": (arrays.own_result, arrays.floating_copy),
    "input-mutated": (arrays.floating_copy,),
    "not-restored-on-error": (arrays.floating_copy,),
    "components-swapped": (arrays.in_order,),
    "lost-index": (arrays.indexed,),
    "f-per-element": (arrays.whole_point,),
    "first-component-only": (arrays.after_the_loop,),
    "first-row-only": (arrays.after_the_loop,),
    "whole-row-step": (quotients.along,),
    "transposed-points": (arrays.unturned,),
    "unguarded-batch": (batches.each_row, batches.one_point_alone),
    "nan-spreads": (
        batches.stored_by_row,
        batches.without_product,
        batches.each_row,
    ),
    "tangent-off-point": (tangents.through_the_point,),
    "tangent-by-component": (tangents.summed,),
    "start-mutated": (arrays.own_start, arrays.own_parameter),
    "aliased-history": (arrays.own_history,),
}
"""The changes that may mend a defect, the plainest first."""


def candidates(text: Text, name: str, *defects: str) -> Iterator[str]:
    """The text with a change that is made for a defect of the routine of that name."""
    own = [operator for defect in defects for operator in OPERATORS.get(defect, ())]
    yield from _changed(text, name, dict.fromkeys(own))


def of_two(text: Text, name: str, first: str, second: str) -> Iterator[str]:
    """The text with a change for each of two defects."""
    for half in candidates(text, name, first):
        between = parsed(half)
        if between is not None:
            yield from candidates(between, name, second)


def others(text: Text, name: str) -> Iterator[str]:
    """The text with any change: one defect may have been written as another."""
    known = [operator for each in OPERATORS.values() for operator in each]
    yield from _changed(text, name, dict.fromkeys([*known, arrays.all_components]))


def _changed(text: Text, name: str, operators: Iterable[Operator]) -> Iterator[str]:
    routines = [Routine(text, function) for function in functions(text, name)]
    seen = {text.text}
    for operator in operators:
        for routine in routines:
            for change in operator(routine):
                new = edited(text.text, change)
                if new is not None and new not in seen:
                    seen.add(new)
                    yield new
