"""The judges: evidence in, a judgement out, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gradproof import bound, oracle
from gradproof.contract.evidence import (
    Entry,
    Evidence,
    entries,
    formula,
    nearest_row,
    point_shape,
)
from gradproof.contract.probes import KEPT_ROW
from gradproof.contract.verdicts import (
    Judgement,
    broken,
    failed,
    not_covered,
    passed,
    worst,
)
from gradproof.formula import Formula
from gradproof.functions import Function
from gradproof.moments import UNIT_ROUNDOFF
from gradproof.notation import describe
from gradproof.observation import Broke, Nonsense, Observation, Raised
from gradproof.stencil import Stencil, Unreadable

Array = np.ndarray[Any, Any]
Judge = Callable[[Evidence], Judgement]

BATCHES = ("rows", "square", "wide", "sine")
BOOK_STEP = 1e-4

ACCURACY = 1e-6
"""The largest share of a row's largest entry that a formula's error may be on the
cubic probe: a policy. It admits central differences with steps from about 9e-9 to
3.5e-3, and no formula of first order."""


def shape_of(*probes: str) -> Judge:
    """The result has the shape of x."""

    def judge(evidence: Evidence) -> Judgement:
        return worst(_shape(evidence.observations[p]) for p in probes)

    return judge


def rows_apart(evidence: Evidence) -> Judgement:
    """Row n of the result has to do with row n of x alone."""
    shapes = worst(_shape(evidence.observations[p]) for p in BATCHES)
    if shapes.verdict != "pass":
        return shapes
    linked = [_rows_linked(evidence, probe) for probe in BATCHES]
    if any(judgement.verdict == "not-covered" for judgement in linked):
        linked.append(_rows_isolated(evidence))
    return worst(linked)


def points_only(*probes: str) -> Judge:
    """f is given nothing but points."""

    def judge(evidence: Evidence) -> Judgement:
        return worst(_points(evidence, probe) for probe in probes)

    return judge


def consistent(*probes: str) -> Judge:
    """The formula is one for the derivative that it is to be."""

    def judge(evidence: Evidence) -> Judgement:
        return worst(
            judgement for p in probes for judgement in _consistent(evidence, p)
        )

    return judge


def values(*probes: str) -> Judge:
    """Every entry lies within the bound of its formula."""

    def judge(evidence: Evidence) -> Judgement:
        return worst(_values(evidence, probe) for probe in probes)

    return judge


def accuracy(*probes: str) -> Judge:
    """The error of the formula itself is small on the cubic probe."""

    def judge(evidence: Evidence) -> Judgement:
        return worst(_accuracy(evidence, probe) for probe in probes)

    return judge


def restored(*probes: str) -> Judge:
    """x is what it was, but for the rounding of moving it there and back."""

    def judge(evidence: Evidence) -> Judgement:
        return worst(_restored(evidence, evidence.observations[p]) for p in probes)

    return judge


def no_wrong_batch(evidence: Evidence) -> Judgement:
    """A batch is refused, or treated as rows of points."""
    observation = evidence.observations["rows"]
    if isinstance(observation.outcome, Raised):
        return passed("batch-refused", kind=observation.outcome.kind)
    if isinstance(observation.outcome, Nonsense):
        return broken("nonsense", probe="rows", what=observation.outcome.what)
    if _shape(observation).verdict != "pass":
        return failed("wrong-batch", x=_plain(observation.probe.x))
    judged = _values(evidence, "rows", by_rows=True)
    if judged.verdict == "pass":
        return passed("batch-by-rows")
    return failed("wrong-batch", x=_plain(observation.probe.x))


def _by_rows(evidence: Evidence) -> bool:
    return evidence.role != "array-gradient"


def _plain(x: Any) -> Any:
    return np.asarray(x).tolist()


def _shape(observation: Observation) -> Judgement:
    probe, outcome = observation.probe, observation.outcome
    if isinstance(outcome, Raised):
        return broken("raised", probe=probe.id, kind=outcome.kind, text=outcome.text)
    if isinstance(outcome, Nonsense):
        return broken("nonsense", probe=probe.id, what=outcome.what)
    if isinstance(outcome, Broke):
        return broken(f"broke.{outcome.how}", probe=probe.id, detail=outcome.detail)
    came, due = outcome.value.shape, np.shape(probe.x)
    if came != due:
        return failed("wrong-shape", probe=probe.id, came=list(came), due=list(due))
    return passed()


def _points(evidence: Evidence, probe: str) -> Judgement:
    observation = evidence.observations[probe]
    due = point_shape(observation.probe.x, by_rows=_by_rows(evidence))
    shapes = [
        e.argument.shape for e in observation.evaluations if e.argument is not None
    ]
    if not shapes:
        return not_covered("f-not-called", probe=probe)
    wrong = [
        s for s in shapes if s != due and not (evidence.vectorized and s[1:] == due)
    ]
    if wrong:
        return failed(
            "not-points",
            probe=probe,
            came=list(wrong[0]),
            due=list(due),
            count=len(wrong),
            calls=len(shapes),
            x=_plain(observation.probe.x),
        )
    return passed()


def _formulas(
    evidence: Evidence, probe: str, *, by_rows: bool
) -> Iterator[tuple[Entry, Formula | None]]:
    """The entries at a probe, each with its formula if one was read."""
    reading, x = evidence.readings.get(probe), evidence.observations[probe].probe.x
    for entry in entries(x, by_rows=by_rows):
        if isinstance(reading, Stencil) and reading.weights.shape[1:] == x.shape:
            yield entry, formula(reading, entry, by_rows=by_rows)
        else:
            yield entry, None


def _linked_formulas(
    evidence: Evidence, probe: str, *, by_rows: bool | None = None
) -> Iterator[tuple[Entry, Formula | None]]:
    """As `_formulas`, leaving out those that ask about another row than their own."""
    x = np.asarray(evidence.observations[probe].probe.x, float)
    by_rows = _by_rows(evidence) if by_rows is None else by_rows
    for entry, read in _formulas(evidence, probe, by_rows=by_rows):
        linked = read is None or entry.row is None or not _strays(x, entry, read)
        yield entry, read if linked else None


def _strays(x: Array, entry: Entry, read: Formula) -> list[Array]:
    """The nodes of a row's entry that are nearer to another row."""
    return [node for node in read.nodes if nearest_row(x, node) != entry.row]


def _unread(evidence: Evidence, probe: str) -> Judgement:
    reading = evidence.readings.get(probe)
    if isinstance(reading, Unreadable):
        return not_covered("unreadable", reason=reading.reason, **reading.parameters)
    return not_covered("no-formula", probe=probe)


def _rows_linked(evidence: Evidence, probe: str) -> Judgement:
    x = np.asarray(evidence.observations[probe].probe.x, float)
    for entry, read in _formulas(evidence, probe, by_rows=True):
        if read is None:
            return _unread(evidence, probe)
        for node in _strays(x, entry, read):
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
    function, row = here.probe.function, KEPT_ROW
    assert function is not None
    # Two right results are each within the bound of the exact gradient.
    allowed = 2 * bound.central(function, here.probe.x[row], BOOK_STEP).b1
    difference = abs(here.value[row] - there.value[row])
    if (difference <= allowed).all():
        return passed()
    return failed("rows-mixed", row=row, difference=float(np.max(difference)))


def _consistent(evidence: Evidence, probe: str) -> Iterator[Judgement]:
    reading = evidence.readings.get(probe)
    for entry, read in _linked_formulas(evidence, probe):
        if read is None or not isinstance(reading, Stencil):
            yield _unread(evidence, probe)
        elif read.inconsistencies:
            yield failed("inconsistent", probe=probe, formula=str(describe(read)))
        elif reading.constant[entry.index]:
            yield failed("adds", constant=float(reading.constant[entry.index]))
        else:
            yield passed()


def _limit(function: Function, entry: Entry, read: Formula | None) -> float:
    """The bound of the formula that was read; without one, that of the book's."""
    if read is None:
        b1 = bound.central(function, entry.origin, BOOK_STEP).b1
        return float(b1[entry.component])
    return bound.of_formula(
        function, read.x, read.nodes, read.weights, read.component, read.order
    )


def _excess(function: Function, read: Formula) -> float:
    """What the terms that do not belong into the formula add to its error."""
    return sum(
        float(abs(term.coefficient - read.due(term.index)))
        * float(oracle.enclosure(function, term.index, read.x).magnitude)
        for term in read.inconsistencies
    )


def _values(
    evidence: Evidence, probe: str, *, by_rows: bool | None = None
) -> Judgement:
    observation = evidence.observations[probe]
    function, value = observation.probe.function, observation.value
    x = observation.probe.x
    assert function is not None
    if value is None or value.shape != np.shape(x):
        return not_covered("no-result", probe=probe)
    off = []
    for entry, read in _linked_formulas(evidence, probe, by_rows=by_rows):
        due = float(oracle.gradient(function, entry.origin).value[entry.component])
        limit = _limit(function, entry, read)
        got = value[entry.index]
        distance = abs(got - due)
        if not distance <= limit:
            off.append((distance / limit, entry, got, due, limit))
    if not off:
        return passed()
    # NaN compares as nothing: it is the worst of all.
    _, entry, got, due, limit = max(off, key=lambda o: np.nan_to_num(o[0], nan=np.inf))
    return failed(
        "off",
        probe=probe,
        function=function.written(len(entry.origin)),
        point=entry.origin.tolist(),
        component=entry.component,
        got=complex(got) if np.iscomplexobj(got) else float(got),
        due=due,
        bound=limit,
        count=len(off),
        total=int(value.size),
    )


def _accuracy(evidence: Evidence, probe: str) -> Judgement:
    observation = evidence.observations[probe]
    function = observation.probe.function
    assert function is not None
    for entry, read in _linked_formulas(evidence, probe):
        if read is None:
            return _unread(evidence, probe)
        exact = oracle.gradient(function, entry.origin).value
        allowed = ACCURACY * float(np.max(abs(exact)))
        error = _limit(function, entry, read) + _excess(function, read)
        if not error <= allowed:
            return failed(
                "inaccurate",
                error=error,
                allowed=allowed,
                function=function.written(len(entry.origin)),
                point=entry.origin.tolist(),
                component=entry.component,
            )
    return passed()


def _restored(evidence: Evidence, observation: Observation) -> Judgement:
    probe, after = observation.probe, observation.x_after
    if observation.value is None or after is None:
        return not_covered("no-result", probe=probe.id)
    before = np.asarray(probe.x, float)
    if after.shape != before.shape:
        return failed("reshaped", probe=probe.id, came=list(after.shape))
    moved, steps = _movements(observation, by_rows=_by_rows(evidence))
    allowed = (moved + 1) * UNIT_ROUNDOFF * (abs(before) + steps)
    off = ~(abs(after - before) <= allowed)
    if not off.any():
        return passed()
    index = tuple(int(i) for i in np.argwhere(off)[0])
    return failed(
        "not-restored",
        probe=probe.id,
        place=f"x{index[0]}" if len(index) == 1 else f"x{list(index)}",
        before=float(before[index]),
        after=float(after[index]),
        count=int(off.sum()),
        total=int(off.size),
    )


def _movements(observation: Observation, *, by_rows: bool) -> tuple[Array, Array]:
    """For each entry of x: how many evaluations saw it moved, and how far at most.

    An argument belongs to the row that it is nearest to. Arguments that are no
    points say nothing about entries, and count for none.
    """
    x = np.asarray(observation.probe.x, float)
    points = np.atleast_2d(x) if by_rows else x.reshape(1, -1)
    moved, steps = np.zeros(points.shape), np.zeros(points.shape)
    for evaluation in observation.evaluations:
        if not evaluation.real or evaluation.argument is None:
            continue
        if evaluation.argument.size % points.shape[1]:
            continue
        for node in np.reshape(evaluation.argument, (-1, points.shape[1])).astype(
            float
        ):
            row = nearest_row(points, node)
            distance = abs(node - points[row])
            moved[row] += distance > 0
            steps[row] = np.maximum(steps[row], distance)
    return moved.reshape(x.shape), steps.reshape(x.shape)
