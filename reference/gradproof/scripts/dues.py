"""The gradient that is due at arrows, with the bound of what a routine may be off."""

from __future__ import annotations

import itertools

import numpy as np

from gradproof import bound as bounds
from gradproof import oracle
from gradproof.enclosure import INFLATION
from gradproof.functions import Function
from gradproof.moments import UNIT_ROUNDOFF
from gradproof.oracle import UnboundedError
from gradproof.scripts import reading
from gradproof.scripts.arrows import Due
from gradproof.scripts.reading import Objective, evaluate
from gradproof.scripts.records import Array, GradientCall
from gradproof.scripts.running import NoAnswer, Session

MOST_SINGLE = 400
"""Points at which bounds are worked out one by one, where one of them has none."""
MOST_NUMERICAL = 400
"""Arrows whose gradient is taken by differences alone."""
WIDEST = 2e-2
HALVINGS = 4
EVALUATION = 32 * UNIT_ROUNDOFF
"""Of an f that cannot be read, relative to its largest value nearby: what some thirty
roundings make. Taken on trust, and said so."""


def exact(function: Function, positions: Array, step: float) -> Due:
    """From f's expression: rigorous, for the central difference of that step."""
    try:
        found = bounds.central(function, positions, step)
        return Due(positions, found.gradient, found.b1)
    except (UnboundedError, ValueError):
        return _one_by_one(function, positions, step)


def one_sided(function: Function, due: Due, step: float) -> Due:
    """For (f(x ± h) − f(x)) / h instead of the central difference.

    Its truncation is at most h/2·max|f''|; evaluation and combination are divided by h
    and not by 2h; the rounding of the node, u(|x| + h), is multiplied by f'/h.
    """
    x, h = due.positions, step
    second = [
        oracle.enclosure(function, index, x, h).magnitude for index in ((2, 0), (0, 2))
    ]
    node = UNIT_ROUNDOFF * (np.abs(x) + h) / h * (np.abs(due.gradient) + due.bound)
    more = h / 2 * np.stack(second, axis=-1) + node
    return Due(x, due.gradient, (2 * due.bound + more) * INFLATION)


def _one_by_one(function: Function, positions: Array, step: float) -> Due:
    gradient = np.full(positions.shape, np.nan)
    bound = np.full(positions.shape, np.nan)
    each = max(-(-len(positions) // MOST_SINGLE), 1)
    for n in range(0, len(positions), each):
        try:
            found = bounds.central(function, positions[n], step)
        except (UnboundedError, ValueError):
            continue
        gradient[n], bound[n] = found.gradient, found.b1
    return Due(positions, gradient, bound)


def numerical(
    session: Session, f: int, objective: Objective, positions: Array, step: float
) -> Due:
    """From f's values alone: no proof, as f's own error is not known.

    The gradient is Romberg's of central differences with steps from `WIDEST` down;
    its error is taken to be that of the step before. The bound is the distance of the
    central difference with the routine's own step from it, both errors, and the
    rounding of f over the step, twice: the routine's, and that of the comparison.
    """
    gradient = np.full(positions.shape, np.nan)
    bound = np.full(positions.shape, np.nan)
    each = max(-(-len(positions) // MOST_NUMERICAL), 1)
    chosen = np.arange(0, len(positions), each)
    steps = [WIDEST / 2**k for k in range(HALVINGS)] + [step]
    nodes = np.array(
        [
            positions[chosen] + sign * h * np.eye(2)[j]
            for h in steps
            for j in (0, 1)
            for sign in (1, -1)
        ]
    )
    try:
        flat, _ = evaluate(session, f, nodes.reshape(-1, 2), objective.form)
    except NoAnswer:
        return Due(positions, gradient, bound)
    values = flat.reshape(len(steps), 2, 2, len(chosen))
    widths = 2 * np.array(steps)[:, None, None]
    quotients = (values[:, :, 0] - values[:, :, 1]) / widths
    table = list(quotients[:-1])
    last = table[-1]
    for power in range(1, HALVINGS):
        last = table[-1]
        table = [
            finer + (finer - coarser) / (4**power - 1)
            for coarser, finer in itertools.pairwise(table)
        ]
    best = table[-1]
    rounding = EVALUATION * np.abs(values).max(axis=(0, 2)) / step
    off = 2 * np.abs(best - last) + np.abs(quotients[-1] - best)
    gradient[chosen] = best.T
    bound[chosen] = (off + 2 * rounding).T
    return Due(positions, gradient, bound)


def widened(
    session: Session, call: GradientCall, objective: Objective, due: Due, step: float
) -> tuple[Due, bool]:
    """What is due of a call in which f was given whole rows of x, and no points.

    The rounding of f there, E, is that of its expression over so many components, and
    adds (E₊ + E₋)/2h to the bound; and whether that is proved. Without an expression E
    is what 2n + 16 roundings in a sum of n terms of one sign make.
    """
    x = call.x
    if x is None or x.ndim < 2 or objective.form is None:
        return due, True
    rows = np.asarray(x, float).reshape(len(x), -1)
    n = rows.shape[1]
    try:
        function = reading.expression(session, call.f, objective.form, n)
        moved = step * np.concatenate([np.eye(n), -np.eye(n)])
        nodes = (rows[:, None, :] + moved).reshape(-1, n)
        error = oracle.enclosure(function, (0,) * n, nodes).radius
        proved = True
    except (NoAnswer, reading.NotRead, NotImplementedError):
        try:
            values, _ = evaluate(session, call.f, rows, objective.form)
        except NoAnswer:
            return due, False
        error = (2 * n + 16) * UNIT_ROUNDOFF * np.abs(values)
        proved = False
    more = float(np.max(error)) / step * INFLATION
    return Due(due.positions, due.gradient, due.bound + more), proved


def due(
    session: Session, f: int, objective: Objective, positions: Array, step: float
) -> tuple[Due, bool]:
    """What is due at positions (N, 2), and whether it is proved."""
    nothing = np.full(positions.shape, np.nan)
    if objective.form is None or not len(positions):
        return Due(positions, nothing, nothing), False
    if objective.function is not None:
        try:
            found = exact(objective.function, positions, step)
        except NotImplementedError:
            found = Due(positions, nothing, nothing)
        if found.known.any():
            return found, True
    return numerical(session, f, objective, positions, step), False
