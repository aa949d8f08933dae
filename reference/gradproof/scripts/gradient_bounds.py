"""The gradient expected at arrows, with the bound of what a routine may be off."""

from __future__ import annotations

import contextlib
import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.numerics import error_bounds as bounds
from gradproof.numerics import oracle
from gradproof.numerics.enclosure import INFLATION
from gradproof.numerics.functions import Function
from gradproof.numerics.magnitudes import largest
from gradproof.numerics.oracle import UnboundedError
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.scripts import objectives
from gradproof.scripts.arrow_styles import (
    UNKNOWN,
    Classification,
    ExpectedField,
    classify,
)
from gradproof.scripts.objectives import How, Objective, Piece, evaluate
from gradproof.scripts.records import Array, GradientCall
from gradproof.scripts.session import Session, UnansweredError, array

MAX_SINGLE_POINTS = 400
"""Points at which bounds are worked out one by one, where one of them has none."""
MAX_NUMERICAL_POINTS = 400
"""Arrows whose gradient is taken by differences alone."""
MAX_WIDTH = 2e-2
HALVINGS = 4
MAX_NOISE_POINTS = 150
"""Points about which f's own error is measured."""
NOISE = 8
"""Times what differences of high order tell of f's error, its standard deviation: of a
rounding error that is spread evenly no value is further off than 1.8 of these."""
MARGIN = 4
"""A fail by differences alone needs arrows that are off by more than so many bounds."""
RESOLVED = 0.05
"""The largest share of the largest slope that a bound by differences may be."""
BINOMIALS = np.diff(np.eye(9), 8).ravel()
"""The eighth difference of each of nine values, where the others are 0."""
SPREAD = float(np.linalg.norm(BINOMIALS))
"""√Σ binomial²: of noise of standard deviation σ the difference has SPREAD·σ."""


def exact(function: Function, positions: Array, step: float) -> ExpectedField:
    """From f's expression: rigorous, for the central difference of that step."""
    try:
        found = bounds.central(function, positions, step)
        return ExpectedField(positions, found.gradient, found.b1)
    except (UnboundedError, ValueError):
        return _one_by_one(function, positions, step)


def one_sided(
    function: Function, expected: ExpectedField, step: float
) -> ExpectedField:
    """For (f(x ± h) − f(x)) / h instead of the central difference.

    Its truncation is at most h/2·max|f''|; evaluation and combination are divided by h
    and not by 2h; the rounding of the node, u(|x| + h), is multiplied by f'/h.
    """
    x, h = expected.positions, step
    second = [
        oracle.enclosure(function, index, x, h).magnitude for index in ((2, 0), (0, 2))
    ]
    node = (
        UNIT_ROUNDOFF
        * (np.abs(x) + h)
        / h
        * (np.abs(expected.gradient) + expected.bound)
    )
    more = h / 2 * np.transpose(second) + node
    return ExpectedField(x, expected.gradient, (2 * expected.bound + more) * INFLATION)


def _one_by_one(function: Function, positions: Array, step: float) -> ExpectedField:
    gradient = np.full(positions.shape, np.nan)
    bound = np.full(positions.shape, np.nan)
    each = max(-(-len(positions) // MAX_SINGLE_POINTS), 1)
    for n in range(0, len(positions), each):
        try:
            found = bounds.central(function, positions[n], step)
        except (UnboundedError, ValueError):
            continue
        gradient[n], bound[n] = found.gradient, found.b1
    return ExpectedField(positions, gradient, bound)


def reach(x: Array, step: float) -> Array:
    """The radius of boxes about points that hold every node, as rounded."""
    return np.asarray(step * (1 + 1e-9) + 4 * UNIT_ROUNDOFF * np.abs(x))


def by_pieces(
    found: tuple[Piece, ...], x: Array, step: float, sided: bool
) -> ExpectedField:
    """From f's expressions, each where every node surely has it: rigorous.

    What f's own operations round more than its expression's is added, as (E₊ + E₋)/2h.
    """
    gradient, bound = (np.full(x.shape, np.nan) for _ in range(2))
    radius = reach(x, step)
    for piece in found:
        if not (here := piece.sure(x, radius) & np.isnan(bound).all(axis=1)).any():
            continue
        try:
            expected = exact(piece.function, x[here], step)
            expected = one_sided(piece.function, expected, step) if sided else expected
            more = _more_rounding(piece, x[here], step) * (2 if sided else 1)
        except NotImplementedError:
            continue
        gradient[here], bound[here] = expected.gradient, expected.bound + more
    return ExpectedField(x, gradient, bound)


def _more_rounding(piece: Piece, x: Array, step: float) -> Array:
    """(E₊ + E₋)/2h of f as it is written, beyond that of its expression; (N, 2)."""
    more = np.empty(x.shape)
    for j, axis in enumerate(np.eye(2)):
        nodes = np.stack([x + step * axis, x - step * axis])
        counted = oracle.enclosure(piece.function, (0, 0), nodes).radius
        with np.errstate(invalid="ignore"):
            beyond = np.maximum(piece.rounding(nodes) - counted, 0)  # ∞ − ∞ is NaN
        more[:, j] = beyond.sum(axis=0) / (2 * step) * INFLATION
    return more


def by_digits(
    session: Session, f: int, form: str, x: Array, step: float, sided: bool
) -> ExpectedField:
    """From differences of f in 50 digits: no proof, as f's error is seen at some nodes.

    How far the exact quotient is off the gradient is known. f's error is taken to be
    twice the largest of those seen at a point and the two beside it, and a rounding of
    the value. The rounding of a node is multiplied by f'/h. Raises UnansweredError.
    """
    chosen = _some(x)
    at = x[chosen]
    record = objectives.record(at)
    answer = session.ask(op="digits", f=f, form=form, points=record, step=step)
    slope, central, other, rounding, size = (array(answer[name]) for name in DIGITS)
    seen = np.where(np.isfinite(rounding), rounding, 0).max(axis=1)
    evaluation = 2 * _with_neighbours(seen)[:, None] + 2 * UNIT_ROUNDOFF * size
    node = 4 * UNIT_ROUNDOFF * (np.abs(at) + step) / step * np.abs(slope)
    off = np.maximum(central, other) if sided else central
    gradient, bound = (np.full(x.shape, np.nan) for _ in range(2))
    gradient[chosen] = slope
    bound[chosen] = off + (2 if sided else 1) * evaluation / step + node
    return ExpectedField(x, gradient, bound)


def _some(x: Array) -> NDArray[np.intp]:
    """Numbers of points that are asked about, spread evenly."""
    return np.arange(0, len(x), max(-(-len(x) // MAX_NUMERICAL_POINTS), 1))


def _with_neighbours(sizes: Array) -> Array:
    """The largest of each and the two beside it."""
    beside = np.pad(sizes, 1, mode="edge")
    return np.asarray(np.max([beside[:-2], beside[1:-1], beside[2:]], axis=0))


DIGITS = ("slope", "central", "one_sided", "rounding", "size")


def numerical(
    session: Session, f: int, form: str, x: Array, step: float, sided: bool
) -> ExpectedField:
    """From f's values alone: no proof, as f's own error is not known.

    The gradient is Romberg's of central differences with steps from `MAX_WIDTH` down;
    its error is taken to be that of the step before. The bound is the distance of the
    quotient with the routine's own step from it, both errors, and f's own error over
    the step, twice: the routine's, and that of the comparison. That error is measured
    about each point, by `_noise`. Where the bound is not small beside the largest
    slope nothing is known, and nowhere if that is at most points.
    Raises UnansweredError.
    """
    gradient, bound = (np.full(x.shape, np.nan) for _ in range(2))
    chosen = _some(x)
    steps = [MAX_WIDTH / 2**k for k in range(HALVINGS)] + [step]
    offsets = np.array([s * h for h in steps for s in (1, -1)] + [0.0] * sided)
    values = _along(session, f, form, x[chosen], offsets)
    pairs = values[:, :, : 2 * len(steps)].reshape(len(chosen), 2, len(steps), 2)
    quotients = np.moveaxis(pairs[..., 0] - pairs[..., 1], 2, 0)
    quotients = quotients / (2 * np.array(steps)[:, None, None])
    *halved, plain = quotients
    best, before = _extrapolated(halved)
    own = [plain]
    if sided:
        here = values[:, :, -1]
        own += [(pairs[:, :, -1, 0] - here) / step, (here - pairs[:, :, -1, 1]) / step]
    off = 2 * np.abs(best - before) + np.max([np.abs(q - best) for q in own], axis=0)
    rounding = _noise(session, f, form, x[chosen], step) * (2 if sided else 1) / step
    gradient[chosen], bound[chosen] = best, off + 2 * rounding
    steepest = largest(best[np.isfinite(bound[chosen])])
    unresolved = ~(bound[chosen] <= RESOLVED * steepest).all(axis=1)
    bound[chosen[unresolved]] = np.nan
    if 2 * unresolved.sum() > len(chosen):
        bound[:] = np.nan
    return ExpectedField(x, gradient, bound)


def _extrapolated(quotients: Sequence[Array]) -> tuple[Array, Array]:
    """Romberg's, of quotients whose errors are even powers of halved steps.

    And the best that is made without the one of the coarsest step.
    """
    table, power = list(quotients), 1
    while len(table) > 1:
        *_, before = table
        power *= 4
        table = [
            finer + (finer - coarser) / (power - 1)
            for coarser, finer in itertools.pairwise(table)
        ]
    (best,) = table
    return best, before


def _noise(session: Session, f: int, form: str, x: Array, step: float) -> Array:
    """f's error about points (N, 2), as its values at nine nodes tell it; (N, 2).

    The nodes are h/3 apart. Of an eighth difference a smooth f makes next to nothing,
    but errors that are independent, of standard deviation σ, make SPREAD·σ
    (Moré and Wild, Estimating Computational Noise, 2011). One difference tells little:
    the largest of a point and the two beside it is taken, and a rounding of f. Of many
    points some stand for those that follow them.
    """
    each = -(-len(x) // MAX_NOISE_POINTS)
    values = _along(session, f, form, x[::each], np.arange(-4.0, 5.0) * step / 3)
    noise = np.abs(values @ BINOMIALS).max(axis=1) / SPREAD
    noise = _with_neighbours(noise)
    rounding = 2 * UNIT_ROUNDOFF * np.abs(values).max(axis=(1, 2))
    found = np.repeat(NOISE * noise + rounding, each)[: len(x)]
    return np.repeat(found[:, None], 2, axis=1)


def _along(session: Session, f: int, form: str, x: Array, offsets: Array) -> Array:
    """f's values with each component moved by each offset; (N, 2, offsets)."""
    moved = offsets[None, :, None] * np.eye(2)[:, None, :]
    nodes = x[:, None, None, :] + moved
    *shape, size = nodes.shape
    flat, _ = evaluate(session, f, nodes.reshape(math.prod(shape), size), form)
    return flat.reshape(shape)


def widened(
    session: Session,
    call: GradientCall,
    objective: Objective,
    expected: ExpectedField,
    step: float,
) -> tuple[ExpectedField, bool]:
    """What is expected of a call in which f was given whole rows of x, and no points.

    The rounding of f there, E, is that of its expression over so many components, and
    adds (E₊ + E₋)/2h to the bound; and whether that is proved. Without an expression E
    is what 2n + 16 roundings in a sum of n terms of one sign make.
    """
    x = call.x
    if x is None or x.ndim < 2 or objective.form is None:
        return expected, True
    rows = np.array([np.ravel(row) for row in x], float)
    first, *_ = rows
    n = len(first)
    try:
        piece = objectives.read(session, call.f, objective.form, first)
        form = objective.form
        if not objectives.confirmed(session, call.f, form, [piece], rows):
            raise objectives.NotReadError(objectives.NOT_COMPARED)
        moved = step * np.concatenate([np.eye(n), -np.eye(n)])
        nodes = np.concatenate(rows[:, None, :] + moved)
        error = piece.rounding(nodes)
        proved = bool(piece.sure(nodes).all() and np.isfinite(error).all())
        if not proved:
            raise objectives.NotReadError("f makes choices")
    except (UnansweredError, objectives.NotReadError, NotImplementedError):
        try:
            values, _ = evaluate(session, call.f, rows, objective.form)
        except UnansweredError:
            return expected, False
        error = (2 * n + 16) * UNIT_ROUNDOFF * np.abs(values)
        proved = False
    more = float(np.max(error)) / step * INFLATION
    return ExpectedField(
        expected.positions, expected.gradient, expected.bound + more
    ), proved


def expected(
    session: Session,
    f: int,
    objective: Objective,
    positions: Array,
    step: float,
    sided: bool,
) -> tuple[ExpectedField, How]:
    """What is expected at positions (N, 2), and how it is known.

    ``sided`` admits (f(x ± h) − f(x)) / h beside the central difference.
    """
    nothing = np.full(positions.shape, np.nan)
    unknown = ExpectedField(positions, nothing, nothing)
    form = objective.form
    if form is None or not len(positions):
        return unknown, "none"
    found = unknown
    with contextlib.suppress(UnansweredError, objectives.NotReadError):
        if objective.pieces:
            known = objectives.pieces(session, f, form, positions, objective.pieces)
            found = by_pieces(known, positions, step, sided)
    if 2 * found.known.sum() >= len(positions):
        return found, "expression" if objective.function else "pieces"
    ways: tuple[tuple[How, Any], ...] = (
        ("digits", by_digits),
        ("differences", numerical),
    )
    for how, way in ways:
        with contextlib.suppress(UnansweredError, ValueError, KeyError):
            other = way(session, f, form, positions, step, sided)
            if other.known.sum() > found.known.sum():
                return other, how
    if found.known.any():
        return found, "expression" if objective.function else "pieces"
    return unknown, "none"


def judged(directions: Array, expected: ExpectedField, how: How) -> Classification:
    """What arrows (N, 2) are; unknown where differences alone do not decide it."""
    arrows = classify(directions, expected)
    if how != "differences" or arrows.right:
        return arrows
    wide = classify(
        directions,
        ExpectedField(expected.positions, expected.gradient, MARGIN * expected.bound),
    )
    return UNKNOWN if wide.right else wide
