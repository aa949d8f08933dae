"""The clauses, role by role: an id that is never reused, a sentence, a judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gradproof.contract import descents, judges, pairings, shoulds, tangents
from gradproof.contract.evidence import Evidence, Role
from gradproof.contract.judges import Judge
from gradproof.contract.probes import GIVEN, LINES, NUMBERS, READ, WHOLE
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
TANGENT = "the book's script ch04/gradient_1d.py"
DESCENT = "the book's script ch04/gradient_method.py"
BACKPROP = "the book, section 5.7: the gradient check"
TAYLOR = "Taylor's theorem"
DERIVED = "Taylor's theorem and the standard model of floating-point arithmetic"

HOPED = "what a caller may hope for"
CALLER = "the caller's array is the caller's"
ASSIGNED = "the book puts the saved value back, which is exact"
TRUNCATED = "NumPy truncates what is assigned into an array of integers"
ROUNDED = "IEEE 754: rounding to single precision is off by at most 2⁻²⁴ of a number"
LAID_OUT = "NumPy: an array's numbers do not depend on its strides and byte order"


def _must(id: str, name: str, sentence: str, source: str, judge: Judge) -> Clause:
    return Clause(id, name, "must", sentence, source, judge)


def _should(id: str, name: str, sentence: str, source: str, judge: Judge) -> Clause:
    return Clause(id, name, "should", sentence, source, judge)


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
            judges.points_only(*READ),
        ),
        _must(
            "G4",
            "consistent",
            "The formula read off is a consistent difference: Σw = 0, Σw·d = 1 in its"
            " own component and 0 in the others, within Σ|w_k|·2u(|x| + |d_k|) and the"
            " rounding of the reading.",
            TAYLOR,
            judges.consistent(*READ),
        ),
        _must(
            "G5",
            "value",
            "Every entry lies within the bound of that formula of the exact gradient;"
            " without a readable formula, within that of the central difference at"
            " h = 1e-4.",
            DERIVED,
            judges.values(*READ),
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
            judges.restored(*READ),
        ),
        _should(
            "G8",
            "bitwise",
            "When the call returns, x is bitwise what it was.",
            ASSIGNED,
            shoulds.bitwise(*READ),
        ),
        _should(
            "G9",
            "restored-on-error",
            "When f raises an exception, it comes through, and x is what it was, as in"
            " G7.",
            CALLER,
            shoulds.restored_on_error("point", "rows"),
        ),
        _should(
            "G10",
            "integers",
            "Integer input gives the gradient in floats within the bound, or an"
            " exception; never truncated numbers.",
            TRUNCATED,
            shoulds.integers("point", "rows"),
        ),
        _should(
            "G11",
            "single",
            "For float32 input every entry lies within the float64 bound at the same"
            " values, plus 2⁻²⁴·|gradient|.",
            ROUNDED,
            shoulds.single("point", "rows"),
        ),
        _should(
            "G12",
            "layout",
            "Fortran-ordered, strided, reversed, read-only and byte-swapped arrays and"
            " lists give the answer of C order, within twice the bound, or an"
            " exception.",
            LAID_OUT,
            shoulds.layouts("point", "rows"),
        ),
        _should(
            "G13",
            "isolation",
            "A NaN or an infinity in one row leaves the other rows' results as they"
            " were, within twice the bound.",
            HOPED,
            shoulds.isolated("nan", "infinity"),
        ),
        _should(
            "G14",
            "empty",
            "No points, x of shape (0, D), give no gradients, shape (0, D).",
            HOPED,
            judges.shape_of("empty"),
        ),
        _should(
            "G15",
            "cost",
            "At each point f is evaluated at most as often as the D formulas have"
            " nodes, the rows of a batch counted singly.",
            HOPED,
            shoulds.cost(*READ),
        ),
        _should(
            "G16",
            "fresh",
            "The result shares no memory with x, and a second call gives the same,"
            " within twice the bound.",
            HOPED,
            shoulds.fresh("point", "rows"),
        ),
        _should(
            "G17",
            "refusal",
            "x of no dimension or of three raises an exception, other than SystemExit,"
            " and gives no numbers.",
            HOPED,
            shoulds.refused("scalar", "cube"),
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
        _should(
            "P8",
            "bitwise",
            "When the call returns, x is bitwise what it was.",
            ASSIGNED,
            shoulds.bitwise("point"),
        ),
        _should(
            "P9",
            "restored-on-error",
            "When f raises an exception, it comes through, and x is what it was, as in"
            " G9.",
            CALLER,
            shoulds.restored_on_error("point"),
        ),
        _should(
            "P10",
            "integers",
            "Integer input gives the gradient in floats, or an exception, as in G10.",
            TRUNCATED,
            shoulds.integers("point"),
        ),
        _should(
            "P11",
            "single",
            "float32 input is as good as float64, but for the rounding of the result,"
            " as in G11.",
            ROUNDED,
            shoulds.single("point"),
        ),
        _should(
            "P12",
            "layout",
            "Strided, reversed, read-only and byte-swapped arrays and lists give the"
            " same answer, or an exception, as in G12.",
            LAID_OUT,
            shoulds.layouts("point"),
        ),
        _should(
            "P15",
            "cost",
            "f is evaluated at most as often as the D formulas have nodes, as in G15.",
            HOPED,
            shoulds.cost("point"),
        ),
        _should(
            "P16",
            "fresh",
            "The result shares no memory with x, and a second call gives the same, as"
            " in G16.",
            HOPED,
            shoulds.fresh("point"),
        ),
        _should(
            "P17",
            "refusal",
            "x of no dimension or of three raises an exception and gives no numbers,"
            " as in G17.",
            HOPED,
            shoulds.refused("scalar", "cube"),
        ),
    ),
    "array-gradient": (
        _must(
            "A1",
            "shape",
            "The result has x's shape, for x of one and of two dimensions.",
            WHOLE_ARRAY,
            judges.shape_of(*READ),
        ),
        _must(
            "A2",
            "whole",
            "f is given arrays of x's shape and no other.",
            WHOLE_ARRAY,
            judges.points_only(*READ),
        ),
        _must(
            "A4",
            "consistent",
            "The formula read off is a consistent difference in each entry, as in G4.",
            TAYLOR,
            judges.consistent(*WHOLE),
        ),
        _must(
            "A5",
            "value",
            "Every entry lies within the bound of that formula of the exact gradient,"
            " as in G5.",
            DERIVED,
            judges.values(*WHOLE),
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
            judges.restored(*READ),
        ),
        _should(
            "A8",
            "bitwise",
            "When the call returns, x is bitwise what it was.",
            ASSIGNED,
            shoulds.bitwise(*READ),
        ),
        _should(
            "A9",
            "restored-on-error",
            "When f raises an exception, it comes through, and x is what it was, as in"
            " G9.",
            CALLER,
            shoulds.restored_on_error("point", "rows"),
        ),
        _should(
            "A10",
            "integers",
            "Integer input gives the gradient in floats, or an exception, as in G10.",
            TRUNCATED,
            shoulds.integers("point", "rows"),
        ),
        _should(
            "A11",
            "single",
            "float32 input is as good as float64, but for the rounding of the result,"
            " as in G11.",
            ROUNDED,
            shoulds.single("point", "rows"),
        ),
        _should(
            "A12",
            "layout",
            "Arrays of other layouts and lists give the same answer, or an exception,"
            " as in G12.",
            LAID_OUT,
            shoulds.layouts("point", "rows"),
        ),
        _should(
            "A14",
            "empty",
            "An array without entries gives a gradient without entries, of its shape.",
            HOPED,
            judges.shape_of("empty"),
        ),
        _should(
            "A15",
            "cost",
            "f is evaluated at most as often as the entries' formulas have nodes.",
            HOPED,
            shoulds.cost(*WHOLE),
        ),
        _should(
            "A16",
            "fresh",
            "The result shares no memory with x, and a second call gives the same, as"
            " in G16.",
            HOPED,
            shoulds.fresh("point", "rows"),
        ),
    ),
    "derivative": (
        _must(
            "D4",
            "consistent",
            "For x a number the formula read off is a consistent difference, as in G4.",
            TAYLOR,
            judges.consistent(*NUMBERS),
        ),
        _must(
            "D5",
            "value",
            "The result is a number within the bound of that formula of the exact"
            " derivative, as in G5.",
            DERIVED,
            judges.number_values(*NUMBERS),
        ),
        _must(
            "D6",
            "accuracy",
            "For f = x³ at x = 2 the error of the formula is at most 1e-6 of the"
            " derivative, as in G6.",
            "policy, as G6",
            judges.accuracy("number"),
        ),
    ),
    "tangent": (
        _must(
            "T1",
            "touches",
            "For x a number the line's value at x is f(x), within the rounding of"
            " s·t + (f(x) − s·x) or f(x) + s·(t − x), s its slope.",
            TANGENT,
            judges.at_each(tangents.touches, *LINES),
        ),
        _must(
            "T2",
            "slope",
            "Its slope is the derivative, within the bound of the formula read off, as"
            " in G5, and that rounding.",
            DERIVED,
            judges.at_each(tangents.slope, *LINES),
        ),
    ),
    "descent": (
        _must(
            "N1",
            "step",
            "x ← x − lr·∇f(x), step_num times: after each step x is within what the"
            " bounds of the gradients, as in G5, become when they are carried through"
            " the steps by the second derivatives, and the rounding.",
            DESCENT,
            descents.steps,
        ),
        _should(
            "N2",
            "start-kept",
            "The caller's init_x is bitwise what it was.",
            CALLER,
            descents.start_kept,
        ),
        _should(
            "N3",
            "history",
            "Where a history comes back, after x, it holds the step_num points that"
            " the steps left, from init_x on; the last point reached may follow.",
            DESCENT,
            descents.history,
        ),
    ),
    "pair": (
        _must(
            "R1",
            "shape",
            "The claimed gradient has x's shape.",
            BACKPROP,
            judges.shape_of(GIVEN[0]),
        ),
        _must(
            "R2",
            "value",
            "Every entry of the claimed gradient is as near to the derivative, had in"
            " high precision, as the bound of a numerical one: in float64, and in"
            " float32 with its own bound. A kink, cancellation or overflow"
            " near the point is named and not blamed.",
            DERIVED,
            pairings.values,
        ),
    ),
}


def judge(
    evidence: Evidence, level: Literal["must", "should"] | None = None
) -> tuple[Finding, ...]:
    """Judge the clauses of the evidence's role; with ``level``, those of one level."""
    clauses = [c for c in CONTRACT[evidence.role] if level in (None, c.level)]
    # What a port returns may be infinite or no number: that is judged, not warned of.
    with np.errstate(all="ignore"):
        return tuple(Finding(clause, clause.judge(evidence)) for clause in clauses)
