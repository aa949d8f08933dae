"""The judges of the musts: evidence in, a judgement out, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from gradproof.contract import expected, outcomes, restoration
from gradproof.contract.shared_judges import at_each, refusal, shape
from gradproof.contract.verdicts import (
    Judgement,
    failed,
    not_covered,
    passed,
    worst,
)
from gradproof.evidence.evidence import Evidence, point_shape
from gradproof.evidence.probe_ids import (
    BATCHES,
    DRAWN_BATCHES,
    DRAWN_POINTS,
    MORE_BATCHES,
    MORE_POINTS,
)
from gradproof.evidence.probes import KEPT_ROW
from gradproof.evidence.stencil import Stencil, nearest_row
from gradproof.numerics import oracle
from gradproof.numerics.difference_formula import Formula
from gradproof.numerics.formula_text import NUMBER, describe
from gradproof.numerics.functions import Function
from gradproof.ports.observation import Observation, Raised, Unserved


def rows_apart(evidence: Evidence) -> Judgement:
    """Row n of the result has to do with row n of x alone."""
    shapes = at_each(shape, *BATCHES, "others", *MORE_BATCHES, *DRAWN_BATCHES)(evidence)
    if shapes.verdict != "pass":
        return shapes
    linked = [_rows_linked(evidence, probe) for probe in BATCHES]
    if any(judgement.verdict == "not-covered" for judgement in linked):
        linked.append(_rows_isolated(evidence))
    return worst(linked)


def no_wrong_batch(evidence: Evidence) -> Judgement:
    """A batch is refused, or treated as rows of points; no batch breaks the port."""
    judged = _no_wrong_rows(evidence)
    if judged.verdict != "pass":
        return judged
    seen = evidence.observations
    others = [seen[p] for p in (*BATCHES, "others") if p != "rows" and p in seen]
    broke = (outcomes.breakage(o) for o in others if not isinstance(o.outcome, Raised))
    return worst([*(b for b in broke if b and b.verdict == "error"), judged])


def _no_wrong_rows(evidence: Evidence) -> Judgement:
    observation = evidence.observations["rows"]
    if isinstance(observation.outcome, Raised):
        refused = refusal(evidence, observation)
        if refused.verdict != "pass":
            return refused
        return passed("batch-refused", kind=observation.outcome.kind)
    broke = outcomes.breakage(observation) or expected.unbounded(evidence, "rows")
    if broke:
        return broke
    if value(evidence, "rows").verdict == "pass":
        return passed("batch-by-rows")
    return failed("wrong-batch", x=_plain(observation.probe.x))


def _plain(x: Any) -> Any:
    return np.asarray(x).tolist()


def shape_or_refusal(evidence: Evidence, probe: str) -> Judgement:
    """The result has the shape of x; points of all other sizes may be refused."""
    observation = evidence.observations[probe]
    usual = evidence.observations["point"].probe.x.shape
    others = [
        seen.outcome
        for name, seen in evidence.observations.items()
        if name in (*MORE_POINTS, *DRAWN_POINTS) and seen.probe.x.shape != usual
    ]
    # What it was not given it has not refused, nor taken.
    refused = all(isinstance(outcome, Raised | Unserved) for outcome in others)
    other = observation.probe.x.shape != usual
    if other and refused and isinstance(observation.outcome, Raised):
        return refusal(evidence, observation)
    return shape(evidence, probe)


def points_only(evidence: Evidence, probe: str) -> Judgement:
    """f is given nothing but points."""
    observation = evidence.observations[probe]
    expected_shape = point_shape(observation.probe.x, by_rows=evidence.by_rows)
    allowed = _allowed(evidence, expected_shape)
    shapes = [
        e.argument.shape for e in observation.evaluations if e.argument is not None
    ]
    if not shapes:
        return not_covered("f-not-called", probe=probe)
    wrong = [
        s
        for s in shapes
        if s not in allowed and not (evidence.vectorized and s[1:] == expected_shape)
    ]
    if wrong:
        return failed(
            "not-points",
            probe=probe,
            actual=list(wrong[0]),
            expected=list(expected_shape),
            count=len(wrong),
            calls=len(shapes),
            x=_plain(observation.probe.x),
        )
    return passed()


def _allowed(
    evidence: Evidence, expected_shape: tuple[int, ...]
) -> tuple[tuple[int, ...], ...]:
    """What is given component by component is one number where there is but one."""
    apart = "f(*x)" in evidence.observations["point"].manners
    return (
        (expected_shape, ()) if apart and expected_shape == (1,) else (expected_shape,)
    )


def _rows_linked(evidence: Evidence, probe: str) -> Judgement:
    x = np.asarray(evidence.observations[probe].probe.x, float)
    for entry, read in expected.formulas(evidence, probe):
        if read is None:
            return expected.unread(evidence, probe)
        for node in expected.strays(x, entry, read):
            return failed(
                "other-row",
                probe=probe,
                entry=list(entry.index),
                node=node.tolist(),
                other=nearest_row(x, node),
            )
    return passed()


def _rows_isolated(evidence: Evidence) -> Judgement:
    """One row is the same in two batches whose other rows differ."""
    here, there = (evidence.observations[p] for p in ("wide", "others"))
    if (
        here.value is None
        or there.value is None
        or here.value.shape != there.value.shape
    ):
        return not_covered("no-result", probe="others")
    row = KEPT_ROW
    difference = abs(here.value[row] - there.value[row])
    # Two right results are each within the bound of the exact gradient.
    limits = sum(_limits(evidence, probe, row) for probe in ("wide", "others"))
    if (difference <= limits).all():
        return passed()
    return failed("rows-mixed", row=row, difference=float(np.max(difference)))


def _limits(evidence: Evidence, probe: str, row: int) -> np.ndarray[Any, Any]:
    """The bounds of one row's entries, (D,)."""
    gradients = expected.gradients(evidence, probe)
    return np.array([e.limit for e in gradients if e.entry.row == row])


def consistent(evidence: Evidence, probe: str) -> Judgement:
    """The formula is one for the derivative that it is to be."""
    return worst(_consistent(evidence, probe))


def _consistent(evidence: Evidence, probe: str) -> Iterator[Judgement]:
    reading = evidence.readings.get(probe)
    for entry, read in expected.own_formulas(evidence, probe):
        if read is None or not isinstance(reading, Stencil):
            yield expected.unread(evidence, probe)
        elif read.inconsistencies:
            number = not evidence.observations[probe].probe.x.ndim
            formula = asdict(describe(read, NUMBER if number else None))
            yield failed("inconsistent", probe=probe, formula=formula)
        elif reading.constant[entry.index]:
            yield failed("adds", constant=float(reading.constant[entry.index]))
        else:
            yield passed()


def value(evidence: Evidence, probe: str) -> Judgement:
    """Every entry lies within the bound of its formula."""
    observation = evidence.observations[probe]
    if outcomes.shape(observation).verdict != "pass":
        return not_covered("no-result", probe=probe)
    no_bound = _unbounded(evidence, probe)
    if no_bound:
        return no_bound
    off = expected.off(observation, expected.gradients(evidence, probe))
    return failed("off", **off) if off else passed()


def _unbounded(evidence: Evidence, probe: str) -> Judgement | None:
    """An error if there is no finite bound, here or where the formula was read."""
    first = next(iter(evidence.readings), probe)
    return expected.unbounded(evidence, probe) or expected.unbounded(evidence, first)


def number_value(evidence: Evidence, probe: str) -> Judgement:
    """The result is a number, within the bound of its formula."""
    observation = evidence.observations[probe]
    number = outcomes.shape(observation)
    if number.verdict != "pass":
        return number
    judged = value(evidence, probe)
    if judged.verdict != "fail":
        return judged
    said = {key: judged.parameters[key] for key in ("actual", "expected", "bound")}
    return failed("off-number", **_at_number(observation), **said)


def _at_number(observation: Observation) -> dict[str, Any]:
    function = expected.function_of(observation)
    return {
        "function": expected.of_number(function),
        "at": float(observation.probe.x),
    }


def accuracy(evidence: Evidence, probe: str) -> Judgement:
    """The error of the formula itself is small on the cubic probe."""
    observation = evidence.observations[probe]
    function = expected.function_of(observation)
    no_bound = expected.unbounded(evidence, probe)
    formulas_and_gradients = zip(
        expected.own_formulas(evidence, probe),
        expected.gradients(evidence, probe),
        strict=True,
    )
    for (entry, read), gradient in formulas_and_gradients:
        if read is None or no_bound:
            return no_bound or expected.unread(evidence, probe)
        exact = expected.exact_gradient(function, tuple(entry.origin.tolist()))
        allowed = expected.MAX_RELATIVE_ERROR * max(map(abs, exact))
        error = gradient.limit + _excess(function, read)
        sizes = {"error": error, "allowed": allowed}
        if not error <= allowed and not observation.probe.x.ndim:
            return failed("inaccurate-number", **sizes, **_at_number(observation))
        if not error <= allowed:
            return failed(
                "inaccurate",
                **sizes,
                function=function.written(len(entry.origin)),
                point=entry.origin.tolist(),
                component=entry.component,
            )
    return passed()


def _excess(function: Function, read: Formula) -> float:
    """What the terms that do not belong into the formula add to its error."""
    return sum(
        float(abs(term.coefficient - read.expected(term.index)))
        * float(oracle.enclosure(function, term.index, read.x).magnitude)
        for term in read.inconsistencies
    )


def restored(evidence: Evidence, probe: str) -> Judgement:
    """x is what it was, but for the rounding of moving it there and back."""
    observation = evidence.observations[probe]
    if observation.value is None:
        return not_covered("no-result", probe=probe)
    return restoration.restored(evidence, observation)
