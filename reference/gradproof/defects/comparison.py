"""Whether a port did on a probe what a recipe does, rounding aside."""

from __future__ import annotations

import functools
from collections.abc import Collection
from typing import Any

import numpy as np

from gradproof.contract import expected
from gradproof.contract.expected import wide
from gradproof.defects import model_runs
from gradproof.defects.recipe import Recipe
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.probe_ids import LINES, NUMBERS, PLANES, READ, STEPS
from gradproof.evidence.roles import ROLES
from gradproof.evidence.stencil import Stencil
from gradproof.numerics import error_bounds
from gradproof.numerics.number_formats import NumberFormat
from gradproof.numerics.rounding import SINGLE_ROUNDOFF, UNIT_ROUNDOFF
from gradproof.ports.observation import (
    Broke,
    Nonsense,
    Observation,
    Probe,
    Raised,
    Returned,
)

Array = np.ndarray[Any, Any]


ROUNDINGS = 32
"""Roundings in which two ways of computing one weight or one node may differ."""


READABLE = frozenset((*READ, *NUMBERS, *LINES, *PLANES, STEPS[0]))
"""The probes at which formulas are compared. Later steps of a descent begin where
the port's own rounding has led: there only the numbers can be."""


TANGENTS = frozenset((*LINES, *PLANES))


def alike(
    evidence: Evidence,
    recipe: Recipe,
    probe: str,
    lost: Collection[NumberFormat] = (),
) -> bool:
    """Whether the outcomes, the arguments of f, the formulas and x agree there.

    The start and the history of a descent are left to `start_alike` and
    `history_alike`: a right descent may do with them as it likes. Of what gives values
    alone these are compared.
    """
    a, b = evidence.observations[probe], model_runs.observation(recipe, probe)
    # A vectorized port gives f many points at once: their rows are what is compared.
    if not _outcomes(a, b):
        return False
    if expected.gives_values_alone(evidence):
        return _values(a, b, recipe.step, lost)
    if not evidence.vectorized and not _shapes_alike(a, b, recipe):
        return False
    left = _left_alike(a, b) or (recipe.spoils and _spoilt(a) and _spoilt(b))
    if ROLES[evidence.role].call != "steps" and not left:
        return False
    # The formula of a tangent is that of its slope: where it lies is in the values.
    if lost:
        return _values(a, b, recipe.step, lost)
    if (probe not in READABLE or probe in TANGENTS) and not _values(a, b, recipe.step):
        return False
    return probe not in READABLE or _answers(evidence, recipe, probe)


def start_alike(evidence: Evidence, recipe: Recipe, probe: str) -> bool:
    """Whether x is left at the same place, or in both as the result."""
    a, b = evidence.observations[probe], model_runs.observation(recipe, probe)
    return _left_alike(a, b)


def history_alike(evidence: Evidence, recipe: Recipe, probe: str) -> bool:
    """Whether the histories hold the same points, or both the result alone."""
    a, b = evidence.observations[probe], model_runs.observation(recipe, probe)
    one, other = _history(a), _history(b)
    if one is None or other is None:
        return one is other
    if _is_result_alone(a) or _is_result_alone(b):
        return _is_result_alone(a) and _is_result_alone(b)
    return one.shape == other.shape and _near(one, other)


def _history(observation: Observation) -> Array | None:
    outcome = observation.outcome
    return outcome.second if isinstance(outcome, Returned) else None


def _is_result_alone(observation: Observation) -> bool:
    """Whether each point of the history is the one that the steps have led to."""
    points, value = _history(observation), observation.value
    if points is None or value is None or points.shape[1:] != value.shape:
        return False
    return len(points) > 0 and bool((points == value).all())


def _outcomes(a: Observation, b: Observation) -> bool:
    match a.outcome, b.outcome:
        case Returned(), Returned():
            return bool(a.outcome.value.shape == b.outcome.value.shape)
        case Raised(), Raised():
            return True
        case Nonsense(), Nonsense():
            return a.outcome == b.outcome
        case Broke(), Broke():
            return a.outcome.how == b.outcome.how
    return False


def _shapes_alike(a: Observation, b: Observation, recipe: Recipe) -> bool:
    """Whether f is given the like; one may ask beside what shape its values have."""
    if recipe.given == "element":
        return _shapes(b) <= _shapes(a)
    return _shapes(a) == _shapes(b)


def _shapes(observation: Observation) -> set[tuple[int, ...] | str]:
    """The shapes of f's arguments; the type of what is no array of numbers."""
    return {
        e.kind if e.argument is None else _shape(e.argument, observation.probe)
        for e in observation.evaluations
    }


def _shape(argument: Array, probe: Probe) -> tuple[int, ...]:
    """Its shape; a number may come to f as an array that holds it alone."""
    alone = probe.x.ndim == 0 and argument.size == 1
    return () if alone else argument.shape


def _spoilt(observation: Observation) -> bool:
    """Whether x is left as another, whichever."""
    after = observation.x_after
    return after is not None and not (
        after.shape == observation.probe.x.shape and _near(after, observation.probe.x)
    )


def _left_alike(a: Observation, b: Observation) -> bool:
    """Whether x is left at the same place, or as the result, whatever that is."""
    if a.x_after is None or b.x_after is None:
        return a.x_after is b.x_after
    if a.x_after.shape != b.x_after.shape:
        return False
    return _near(a.x_after, b.x_after) or (_is_result(a) and _is_result(b))


def _is_result(observation: Observation) -> bool:
    """Whether x has become the result."""
    return observation.value is not None and np.array_equal(
        observation.value, np.asarray(observation.x_after)
    )


def _near(a: Any, b: Any, unit: float = UNIT_ROUNDOFF) -> bool:
    """Equal but for roundings of finite numbers of that size; NaN is near NaN.

    A component that is put back by adding and subtracting keeps the rounding of each
    of the steps.
    """
    size = np.maximum(np.abs(a), np.abs(b))
    with np.errstate(invalid="ignore"):  # ∞ − ∞
        close = np.isfinite(size) & (np.abs(a - b) <= ROUNDINGS * unit * size)
    return bool(np.all((a == b) | close | (np.isnan(a) & np.isnan(b))))


def _unit(*nodes: Array) -> float:
    """The rounding unit of nodes: that of single precision where all are of it."""
    with np.errstate(over="ignore"):
        single = all((node == node.astype(np.float32)).all() for node in nodes)
    return SINGLE_ROUNDOFF if single else UNIT_ROUNDOFF


def _answers(evidence: Evidence, recipe: Recipe, probe: str) -> bool:
    """Whether the formulas are the same, or the values where there are none."""
    read = evidence.readings.get(probe)
    observed = model_runs.observation(recipe, probe)
    returned = isinstance(observed.outcome, Returned)
    if isinstance(read, Stencil) and returned and not _asks_at(observed, read):
        return False
    predicted = model_runs.reading(recipe, probe)
    if isinstance(read, Stencil) and isinstance(predicted, Stencil):
        return _formulas(read, predicted, recipe.step)
    if type(read) is not type(predicted):
        return False
    return _values(evidence.observations[probe], observed, recipe.step)


def _asks_at(observation: Observation, read: Stencil) -> bool:
    """Whether f is asked near each node that counts: that is seen in a single run."""
    asked = [e.argument for e in observation.evaluations if e.argument is not None]
    probe = observation.probe
    for given, weights in zip(read.nodes, read.weights, strict=True):
        node = given.reshape(_shape(given, probe))
        near = ROUNDINGS * _unit(node) * np.abs(node)
        fitting = [
            a.reshape(node.shape) for a in asked if _shape(a, probe) == node.shape
        ]
        if weights.any() and not any((abs(a - node) <= near).all() for a in fitting):
            return False
    return True


def _formulas(a: Stencil, b: Stencil, step: float) -> bool:
    if a.weights.shape[1:] != b.weights.shape[1:] or not _near(a.constant, b.constant):
        return False
    return all(_terms(a, b, entry, step) for entry in np.ndindex(a.weights.shape[1:]))


def _terms(a: Stencil, b: Stencil, entry: tuple[int, ...], step: float) -> bool:
    """Whether each term of an entry has its like, and none is left over.

    A weight may be made of the step that was meant, or of the one that was taken,
    (x + h) − x: that is off by a rounding of x.
    """
    nodes, weights = a.terms(entry)
    others, their_weights = b.terms(entry)
    left = list(range(len(others)))
    for node, weight in zip(nodes, weights, strict=True):
        found = next((k for k in left if _same_place(node, others[k])), None)
        if found is None:
            return False
        unit = _unit(node, others[found]) * (1 + float(np.max(np.abs(node))) / step)
        if not _near(weight, their_weights[found], unit):
            return False
        left.remove(found)
    return not left


def _same_place(a: Array, b: Array) -> bool:
    # A number may be held by an array: whether both are has been seen to before.
    if a.size == b.size == 1:
        a, b = a.ravel(), b.ravel()
    return a.shape == b.shape and _near(a, b, _unit(a, b))


def _values(
    a: Observation,
    b: Observation,
    step: float,
    lost: Collection[NumberFormat] = (),
) -> bool:
    """Whether results agree where no formula can be compared.

    Each is within the error of the book's formula, or both within the roundings of
    f's values, divided by the step; two that were cut to integers may be one apart.
    A number that was rounded to a format is off by half a unit of it more.
    """
    if a.value is None or b.value is None or a.probe.function is None:
        return True
    asked = _numbers(b)
    # Of an answer alone its own numbers tell whether they are of single precision.
    unit = _unit(*(_numbers(a) or [wide(a.value)]), *asked)
    size = max((abs(b.probe.answer(node)) for node in asked), default=0.0)
    limit = ROUNDINGS * unit * (size / step + np.abs(b.value))
    if np.isfinite(a.probe.x).all():
        book = _book_bound(a.probe.id)
        limit = limit + (2 * book if book.shape == b.value.shape else 0)
    if lost:
        limit = limit + _rounding(wide(a.value), lost)
    cut, also = (value.dtype.kind in "iu" for value in (a.value, b.value))
    if cut != also:
        return False
    infinite = np.isinf(a.value) | np.isinf(b.value)
    with np.errstate(invalid="ignore"):  # ∞ − ∞
        apart = np.abs(a.value - b.value) > limit + cut
    off = np.where(infinite, a.value != b.value, apart)
    return not (off | (np.isnan(a.value) != np.isnan(b.value))).any()


def _rounding(value: Array, formats: Collection[NumberFormat]) -> Array:
    """By how much numbers may be off that are rounded to the coarsest format."""
    off = [max(each.off(n) for each in formats) for n in np.ravel(value).tolist()]
    return np.reshape(off, value.shape)


@functools.cache
def _book_bound(probe: str) -> Array:
    """The bound of the book's formula at a probe."""
    given = model_runs.probe_of(probe)
    assert given.function is not None
    x = np.asarray(given.x, float)
    return error_bounds.central(given.function, np.atleast_1d(x)).b1.reshape(x.shape)


def _numbers(observation: Observation) -> list[Array]:
    """The arguments of f that are finite."""
    return [
        e.argument.astype(float)
        for e in observation.evaluations
        if e.argument is not None and e.real and np.isfinite(e.argument).all()
    ]
