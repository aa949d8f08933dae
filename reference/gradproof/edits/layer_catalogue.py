"""Which changes may mend which defect of a layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from gradproof.edits import factors, gradients, guards, modes, sums
from gradproof.edits.layer_methods import Method
from gradproof.edits.text import Edits, edited

Operator = Callable[[Method], Iterator[Edits]]

RAISES = "raises"
"""What breaks: a name may be misspelt."""

OPERATORS: Mapping[str, tuple[Operator, ...]] = {
    "softmax-over-all": (sums.by_row, sums.along),
    "softmax-over-batch": (sums.by_row, sums.along),
    "loss-not-averaged": (sums.divided, sums.sums_averaged),
    "batch-not-divided": (sums.divided, sums.sums_averaged),
    "batch-divided-twice": (sums.undivided, sums.means_summed),
    "loss-averaged-twice": (sums.undivided, sums.means_summed),
    "factor-missing": (sums.with_factor, sums.without_factor),
    "factor-doubled": (sums.without_factor,),
    "divided-by-batch": (sums.undivided, sums.means_summed),
    "weight-divided-by-batch": (sums.undivided,),
    "bias-not-summed": (sums.summed,),
    "bias-first-row": (sums.rows_summed,),
    "bias-averaged": (sums.means_summed, sums.undivided),
    "bias-wrong-axis": (sums.along,),
    "bias-one-number": (sums.along,),
    "operands-swapped": (gradients.turned_operand,),
    "weight-gradient-transposed": (gradients.transposed, gradients.turned_operand),
    "overlaps-assigned": (sums.added, gradients.each_added),
    "window-not-divided": (sums.windows_divided,),
    "largest-not-kept": (sums.along,),
    "mask-reversed": (factors.reversed_mask,),
    "mask-compared": (factors.assigned,),
    "one-minus-y-missing": (factors.one_minus,),
    "y-missing": (factors.times_y,),
    "tanh-for-sigmoid": (factors.of_sigmoid,),
    "sigmoid-for-tanh": (factors.of_tanh, factors.squared),
    "square-missing": (factors.squared,),
    "sigmoid-of-input": (factors.other_attribute, factors.value_kept),
    "tanh-of-input": (factors.other_attribute, factors.value_kept),
    "derivative-of-output": (factors.unapplied, factors.other_attribute),
    "gamma-missing": (factors.times_kept,),
    "gamma-not-normalized": (factors.other_attribute,),
    "gamma-beta-swapped": (gradients.exchanged,),
    "dropout-scale-missing": (factors.as_forward, factors.times_kept),
    "dropout-mask-missing": (factors.as_forward, factors.times_kept),
    "repeated-ids-assigned": (gradients.each_added, sums.added),
    "first-step-alone": (sums.added, gradients.after_the_loop),
    "last-step-alone": (sums.added, gradients.after_the_loop),
    "upstream-dropped": (factors.times_upstream,),
    "upstream-returned": (factors.times_kept, factors.as_forward, factors.assigned),
    "gradient-negated": (factors.negated,),
    "gradient-not-kept": (gradients.kept,),
    "gradient-array-replaced": (gradients.put_into,),
    "gradient-into-parameters": (gradients.into_gradients,),
    "gradient-accumulated": (sums.overwritten,),
    "bias-missing": (modes.biased,),
    "momentum-at-the-newest": (modes.parts_exchanged,),
    "variance-without-root": (modes.rooted,),
    "ratio-swapped": (factors.reversed_mask, modes.other_part),
    "scale-at-test": (modes.other_part,),
    "state-kept": (modes.stateful_alone,),
    "upstream-written": (guards.copied,),
    "input-written": (guards.copied,),
    "log-of-zero": (guards.little_added,),
    RAISES: (gradients.spelt,),
}
"""The changes that may mend a defect, the plainest first."""


def candidates(methods: Sequence[Method], defect: str) -> Iterator[tuple[Method, str]]:
    """The texts with a change that is made for a defect, and where each is."""
    yield from _changed(methods, OPERATORS.get(defect, ()))


def others(methods: Sequence[Method]) -> Iterator[tuple[Method, str]]:
    """The texts with any change: one defect may have been written as another."""
    known = [operator for each in OPERATORS.values() for operator in each]
    turns = zip_longest(
        *(_changed(methods, [operator]) for operator in dict.fromkeys(known))
    )
    for turn in turns:  # one of each, then the next of each
        yield from filter(None, turn)


def _changed(
    methods: Sequence[Method], operators: Iterable[Operator]
) -> Iterator[tuple[Method, str]]:
    for operator in operators:
        for method in methods:
            for change in operator(method):
                new = edited(method.text.text, change)
                if new is not None:
                    yield method, new
