"""The clauses, role by role: an id that is never reused, a sentence, a judge."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from gradproof.contract import descents, musts, pairs, shoulds, tangents
from gradproof.contract.shared_judges import Judge, at_each, shape
from gradproof.contract.verdicts import Judgement
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.probe_ids import (
    DRAWN_ARRAYS,
    DRAWN_BATCHES,
    DRAWN_LINES,
    DRAWN_NUMBERS,
    DRAWN_PLANES,
    DRAWN_POINTS,
    GIVEN,
    LINES,
    MORE_ARRAYS,
    MORE_BATCHES,
    MORE_LINES,
    MORE_NUMBERS,
    MORE_PLANES,
    MORE_POINTS,
    NUMBERS,
    PLANES,
    READ,
    SERVED,
    WHOLE,
)
from gradproof.ports.role_ids import RoleId


@dataclass(frozen=True)
class Clause:
    """One sentence of the contract, and who judges it.

    The sentence is the message ``clause.ID``; ``source`` names what it rests on, in
    the message ``source.SOURCE``. It is judged where it ``applies``, if not always; of
    the clauses about ``numbers`` one has to hold, if a role has any.
    """

    id: str
    name: str
    level: Literal["must", "should"]
    source: str
    judge: Judge
    applies: Callable[[Evidence], bool] | None = None
    numbers: bool = False

    @property
    def label(self) -> str:
        """Return the id and the name, once where they are the same."""
        return self.name if self.id == self.name else f"{self.id} {self.name}"


@dataclass(frozen=True)
class Finding:
    """What the judge of a clause found."""

    clause: Clause
    judgement: Judgement


BOOK = "book"
BATCH_SCRIPT = "gradient-2d"
WHOLE_ARRAY = "common-gradient"
TANGENT = "gradient-1d"
DESCENT = "gradient-method"
BACKPROP = "gradient-check"
TAYLOR = "taylor"
DERIVED = "taylor-and-rounding"
DIFFERENCES = "random-directions"
POLICY = "policy"
AS_G6 = "policy-of-g6"

HOPED = "hoped"
CALLER = "caller"
ASSIGNED = "assigned"
TRUNCATED = "truncated"
ROUNDED = "rounded"
LAID_OUT = "laid-out"


POINTS_MORE = (*MORE_POINTS, *DRAWN_POINTS)
ROWS_MORE = (*POINTS_MORE, *MORE_BATCHES, *DRAWN_BATCHES)
ARRAYS_MORE = (*POINTS_MORE, *MORE_ARRAYS, *DRAWN_ARRAYS)
NUMBERS_MORE = (*MORE_NUMBERS, *DRAWN_NUMBERS)
LINES_MORE = (*MORE_LINES, *DRAWN_LINES)
PLANES_MORE = (*MORE_PLANES, *DRAWN_PLANES)
TANGENTS = (*LINES, *LINES_MORE, *PLANES, *PLANES_MORE)


def _must(
    id: str, name: str, source: str, judge: Callable[..., Judgement], *probes: str
) -> Clause:
    """A must, judged on each of the probes; without any, on all the evidence."""
    at_probes = at_each(judge, *probes) if probes else judge
    return Clause(id, name, "must", source, at_probes)


def _should(
    id: str, name: str, source: str, judge: Callable[..., Judgement], *probes: str
) -> Clause:
    """Likewise a should."""
    return replace(_must(id, name, source, judge, *probes), level="should")


def must_of(id: str, name: str, source: str, judge: Callable[..., Judgement]) -> Clause:
    """A must on evidence of a kind of its own: of a script, or of a layer."""
    return Clause(id, name, "must", source, judge)


def should_of(
    id: str, name: str, source: str, judge: Callable[..., Judgement]
) -> Clause:
    """Likewise a should."""
    return replace(must_of(id, name, source, judge), level="should")


def judged(
    clauses: Iterable[Clause], evidence: Any, beside: Collection[str] = ()
) -> tuple[Finding, ...]:
    """What the judge of each clause finds, but for those that are ``beside``."""
    about = (clause for clause in clauses if clause.id not in beside)
    return tuple(Finding(clause, clause.judge(evidence)) for clause in about)


CONTRACT: dict[RoleId, tuple[Clause, ...]] = {
    "gradient": (
        _must("G1", "point", BOOK, shape, "point", *POINTS_MORE),
        _must("G2", "rows", BATCH_SCRIPT, musts.rows_apart),
        _must("G3", "points-only", BATCH_SCRIPT, musts.points_only, *READ, *ROWS_MORE),
        _must("G4", "consistent", TAYLOR, musts.consistent, *READ),
        _must("G5", "value", DERIVED, musts.value, *READ, *ROWS_MORE),
        _must("G6", "accuracy", POLICY, musts.accuracy, "rows"),
        _must("G7", "restored", BOOK, musts.restored, *READ, *ROWS_MORE),
        _should("G8", "bitwise", ASSIGNED, shoulds.bitwise, *READ),
        _should(
            "G9",
            "restored-on-error",
            CALLER,
            shoulds.restored_on_error,
            "point",
            "rows",
        ),
        _should("G10", "integers", TRUNCATED, shoulds.integers, "point", "rows"),
        _should("G11", "single", ROUNDED, shoulds.single, "point", "rows"),
        _should("G12", "layout", LAID_OUT, shoulds.layouts, "point", "rows"),
        _should("G13", "isolation", HOPED, shoulds.isolated, "nan", "infinity"),
        _should("G14", "empty", HOPED, shape, "empty"),
        _should("G15", "cost", HOPED, shoulds.cost, *READ),
        _should("G16", "fresh", HOPED, shoulds.fresh, "point", "rows"),
        _should("G17", "refusal", HOPED, shoulds.refused, "scalar", "cube"),
    ),
    "point-gradient": (
        _must("P1", "shape", BOOK, musts.shape_or_refusal, "point", *POINTS_MORE),
        _must("P2", "no-wrong-batch", BOOK, musts.no_wrong_batch),
        _must("P3", "points-only", BOOK, musts.points_only, "point", *POINTS_MORE),
        _must("P4", "consistent", TAYLOR, musts.consistent, "point"),
        _must("P5", "value", DERIVED, musts.value, "point", *POINTS_MORE),
        _must("P6", "accuracy", AS_G6, musts.accuracy, "point"),
        _must("P7", "restored", BOOK, musts.restored, "point", *POINTS_MORE),
        _should("P8", "bitwise", ASSIGNED, shoulds.bitwise, "point"),
        _should("P9", "restored-on-error", CALLER, shoulds.restored_on_error, "point"),
        _should("P10", "integers", TRUNCATED, shoulds.integers, "point"),
        _should("P11", "single", ROUNDED, shoulds.single, "point"),
        _should("P12", "layout", LAID_OUT, shoulds.layouts, "point"),
        _should("P15", "cost", HOPED, shoulds.cost, "point"),
        _should("P16", "fresh", HOPED, shoulds.fresh, "point"),
        _should("P17", "refusal", HOPED, shoulds.refused, "scalar", "cube"),
    ),
    "array-gradient": (
        _must("A1", "shape", WHOLE_ARRAY, shape, *SERVED, *ARRAYS_MORE),
        _must("A2", "whole", WHOLE_ARRAY, musts.points_only, *READ, *ARRAYS_MORE),
        _must("A4", "consistent", TAYLOR, musts.consistent, *WHOLE),
        _must("A5", "value", DERIVED, musts.value, *WHOLE, *ARRAYS_MORE),
        _must("A6", "accuracy", AS_G6, musts.accuracy, "point", "rows"),
        _must("A7", "restored", WHOLE_ARRAY, musts.restored, *READ, *ARRAYS_MORE),
        _should("A8", "bitwise", ASSIGNED, shoulds.bitwise, *READ),
        _should(
            "A9",
            "restored-on-error",
            CALLER,
            shoulds.restored_on_error,
            "point",
            "rows",
        ),
        _should("A10", "integers", TRUNCATED, shoulds.integers, "point", "rows"),
        _should("A11", "single", ROUNDED, shoulds.single, "point", "rows"),
        _should("A12", "layout", LAID_OUT, shoulds.layouts, "point", "rows"),
        _should("A14", "empty", HOPED, shape, "empty"),
        _should("A15", "cost", HOPED, shoulds.cost, *WHOLE),
        _should("A16", "fresh", HOPED, shoulds.fresh, "point", "rows"),
    ),
    "derivative": (
        _must("D4", "consistent", TAYLOR, musts.consistent, *NUMBERS),
        _must("D5", "value", DERIVED, musts.number_value, *NUMBERS, *NUMBERS_MORE),
        _must("D6", "accuracy", AS_G6, musts.accuracy, "number"),
    ),
    "tangent": (
        _must("T1", "touches", TANGENT, tangents.touches, *TANGENTS),
        _must("T2", "slope", DERIVED, tangents.slope, *TANGENTS),
    ),
    "descent": (
        _must("N1", "step", DESCENT, descents.steps),
        _should("N2", "start-kept", CALLER, descents.start_kept),
        _should("N3", "history", DESCENT, descents.history),
    ),
    "pair": (
        _must("R1", "shape", BACKPROP, shape, GIVEN[0]),
        replace(_must("R2", "value", DERIVED, pairs.values), numbers=True),
        Clause(
            id="R3",
            name="directions",
            level="must",
            source=DIFFERENCES,
            judge=pairs.directions,
            applies=pairs.large,
            numbers=True,
        ),
    ),
}


def judge(
    evidence: Evidence, level: Literal["must", "should"] | None = None
) -> tuple[Finding, ...]:
    """Judge the clauses of the evidence's role; with ``level``, those of one level."""
    clauses = [
        clause
        for clause in CONTRACT[evidence.role]
        if level in (None, clause.level) and _applies(clause, evidence)
    ]
    # What a port returns may be infinite or no number: that is judged, not warned of.
    with np.errstate(all="ignore"):
        return tuple(Finding(clause, clause.judge(evidence)) for clause in clauses)


def _applies(clause: Clause, evidence: Evidence) -> bool:
    return clause.applies is None or clause.applies(evidence)
