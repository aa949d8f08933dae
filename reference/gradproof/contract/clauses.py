"""The clauses, role by role: an id that is never reused, a sentence, a judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gradproof.contract import judges
from gradproof.contract.evidence import Evidence, Role
from gradproof.contract.judges import BATCHES, Judge
from gradproof.contract.verdicts import Judgement


@dataclass(frozen=True)
class Clause:
    """One sentence of the contract, and who judges it."""

    id: str
    name: str
    level: Literal["must", "should"]
    sentence: str
    source: str
    judge: Judge


@dataclass(frozen=True)
class Finding:
    """What the judge of a clause found."""

    clause: Clause
    judgement: Judgement


BOOK = "the book, section 4.4"
BATCH_SCRIPT = "the book's script ch04/gradient_2d.py"
WHOLE_ARRAY = "the book's module common/gradient.py"
TAYLOR = "Taylor's theorem"
DERIVED = "Taylor's theorem and the standard model of floating-point arithmetic"

ALL = ("point", *BATCHES)


def _must(id: str, name: str, sentence: str, source: str, judge: Judge) -> Clause:
    return Clause(id, name, "must", sentence, source, judge)


CONTRACT: dict[Role, tuple[Clause, ...]] = {
    "gradient": (
        _must(
            "G1",
            "point",
            "For x of shape (D,) the result has shape (D,).",
            BOOK,
            judges.shape_of("point"),
        ),
        _must(
            "G2",
            "rows",
            "For x of shape (N, D) row n of the result is the gradient at row n, and"
            " depends on row n alone; also when N = D.",
            BATCH_SCRIPT,
            judges.rows_apart,
        ),
        _must(
            "G3",
            "points-only",
            "f is only ever given points: shape (D,), or a batch (M, D) if the port is"
            " declared vectorized.",
            BATCH_SCRIPT,
            judges.points_only(*ALL),
        ),
        _must(
            "G4",
            "consistent",
            "The formula read off is a consistent difference: Σw = 0, Σw·d = 1 in its"
            " own component and 0 in the others, within Σ|w_k|·2u(|x| + |d_k|) and the"
            " rounding of the reading.",
            TAYLOR,
            judges.consistent(*ALL),
        ),
        _must(
            "G5",
            "value",
            "Every entry lies within the bound of that formula of the exact gradient;"
            " without a readable formula, within that of the central difference at"
            " h = 1e-4.",
            DERIVED,
            judges.values(*ALL),
        ),
        _must(
            "G6",
            "accuracy",
            "On the cubic probe the error of the formula is at most 1e-6 of the row's"
            " largest entry.",
            "policy: central steps from about 9e-9 to 3.5e-3, and no first order",
            judges.accuracy("rows"),
        ),
        _must(
            "G7",
            "restored",
            "When the call returns, x is what it was, within (k + 1)·u(|x| + h), k the"
            " evaluations that moved that component.",
            BOOK,
            judges.restored(*ALL),
        ),
    ),
    "point-gradient": (
        _must(
            "P1",
            "shape",
            "For x of shape (D,) the result has shape (D,).",
            BOOK,
            judges.shape_of("point"),
        ),
        _must(
            "P2",
            "no-wrong-batch",
            "A batch (N, D), D ≥ 2, raises an exception, or gives the rows' gradients,"
            " and never other numbers.",
            BOOK,
            judges.no_wrong_batch,
        ),
        _must(
            "P3",
            "points-only",
            "For x of shape (D,), f is only ever given points of shape (D,).",
            BOOK,
            judges.points_only("point"),
        ),
        _must(
            "P4",
            "consistent",
            "The formula read off is a consistent difference, as in G4.",
            TAYLOR,
            judges.consistent("point"),
        ),
        _must(
            "P5",
            "value",
            "Every entry lies within the bound of that formula of the exact gradient,"
            " as in G5.",
            DERIVED,
            judges.values("point"),
        ),
        _must(
            "P6",
            "accuracy",
            "On the cubic probe the error of the formula is at most 1e-6 of the largest"
            " entry, as in G6.",
            "policy, as G6",
            judges.accuracy("point"),
        ),
        _must(
            "P7",
            "restored",
            "When the call returns, x is what it was, as in G7.",
            BOOK,
            judges.restored("point"),
        ),
    ),
    "array-gradient": (
        _must(
            "A1",
            "shape",
            "The result has x's shape, for x of one and of two dimensions.",
            WHOLE_ARRAY,
            judges.shape_of(*ALL),
        ),
        _must(
            "A2",
            "whole",
            "f is given arrays of x's shape and no other.",
            WHOLE_ARRAY,
            judges.points_only(*ALL),
        ),
        _must(
            "A4",
            "consistent",
            "The formula read off is a consistent difference in each entry, as in G4.",
            TAYLOR,
            judges.consistent(*ALL),
        ),
        _must(
            "A5",
            "value",
            "Every entry lies within the bound of that formula of the exact gradient,"
            " as in G5.",
            DERIVED,
            judges.values(*ALL),
        ),
        _must(
            "A6",
            "accuracy",
            "On the cubic probe the error of the formula is at most 1e-6 of the largest"
            " entry, as in G6.",
            "policy, as G6",
            judges.accuracy("point", "rows"),
        ),
        _must(
            "A7",
            "restored",
            "When the call returns, x is what it was, as in G7.",
            WHOLE_ARRAY,
            judges.restored(*ALL),
        ),
    ),
}


def judge(evidence: Evidence) -> tuple[Finding, ...]:
    """Judge every clause of the evidence's role."""
    return tuple(
        Finding(clause, clause.judge(evidence)) for clause in CONTRACT[evidence.role]
    )
