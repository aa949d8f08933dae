"""All that the judges of a script may look at: gathered while its f can be asked."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy

from gradproof.edits.calls import WAYS, Way
from gradproof.numerics import functions
from gradproof.numerics.functions import Function
from gradproof.scripts import gradient_bounds, provenance
from gradproof.scripts.alterations import Alteration
from gradproof.scripts.arrow_styles import (
    UNKNOWN,
    Classification,
    ExpectedField,
    are_off,
)
from gradproof.scripts.composition import Composition
from gradproof.scripts.objectives import PROVED, How, Objective, Piece, objective
from gradproof.scripts.provenance import Calls
from gradproof.scripts.records import Array, GradientCall, Quiver, Run
from gradproof.scripts.results import PRODUCT, ReturnedResult, returned
from gradproof.scripts.session import Session, UnansweredError, again
from gradproof.scripts.suggestion import Suggestion, suggestion

WEIGHTED = [[1.0, [2, 0]], [2.0, [0, 2]]]
TELLING: tuple[tuple[Function, list[Any]], ...] = (
    (functions.product, PRODUCT),
    (functions.weighted_squares, WEIGHTED),
)
"""Functions for which a call with rows for points goes wrong, whatever its shape."""


@dataclass(frozen=True, eq=False)
class Field:
    """A quiver, the calls that it comes from, and what its arrows are.

    ``source`` says what they would be where the gradient was taken, if that is
    elsewhere; ``how`` the gradient is known, and ``proved`` whether that is a proof.
    """

    quiver: Quiver
    calls: Calls
    objective: Objective | None
    step: float
    proved: bool
    arrows: Classification
    source: Classification | None
    how: How = "none"
    expected: ExpectedField | None = None

    @property
    def pieces(self) -> list[tuple[Piece, int]]:
        """f's expressions and at how many arrows it has each, the commonest first."""
        if self.objective is None:
            return []
        at, found = self.quiver.positions, []
        for piece in self.objective.pieces:
            here = piece.sure(at, gradient_bounds.reach(at, self.step))
            found.append((piece, int(here.sum())))
            at = at[~here]
        return sorted((f for f in found if f[1]), key=lambda f: -f[1])

    @property
    def elsewhere(self) -> bool:
        """Whether the arrows are right, but for other points than their own."""
        right = self.source is not None and self.source.right
        return right and not self.arrows.right

    @property
    def truncated(self) -> bool:
        """Whether wrong arrows come from an array of integers."""
        return self.drawn.style == "wrong" and any(c.integers for c in self.calls)

    @property
    def drawn(self) -> Classification:
        """What is drawn: by a quiver without positions, in the call's own order."""
        if self.quiver.form == 2 and self.source is not None:
            return self.source
        return self.arrows


@dataclass(frozen=True)
class Luck:
    """How many arrows the same code draws wrong for another function."""

    function: str
    wrong: int
    total: int


@dataclass(frozen=True, eq=False)
class Otherwise:
    """What the same code draws for another function, and what it should: all (N, 2).

    ``wrong``, (N,), says which of the arrows are off by more than they may be.
    """

    function: str
    positions: Array
    directions: Array
    expected: Array
    wrong: np.ndarray[Any, np.dtype[np.bool_]]

    @property
    def luck(self) -> Luck:
        """How many there are of these."""
        return Luck(self.function, int(self.wrong.sum()), len(self.directions))


@dataclass(frozen=True, eq=False)
class ScriptEvidence:
    """What a script did, what its arrows are, how the faulty call fares otherwise."""

    run: Run
    fields: tuple[Field, ...]
    otherwise: Otherwise | None
    fix: Suggestion | None
    returned: tuple[ReturnedResult, ...] = ()
    right_routines: frozenset[str] = frozenset()
    """Names of the routines that are right when they are probed by themselves."""

    @property
    def luck(self) -> Luck | None:
        """How many arrows are wrong for another function, if any are."""
        return self.otherwise.luck if self.otherwise is not None else None

    @property
    def judged(self) -> Calls:
        """The calls whose f is to be given points."""
        return _judged(self.run, (field.calls for field in self.fields))

    @property
    def unknown(self) -> bool:
        """Whether arrows were drawn of an f, and of none of them is the gradient known.

        Those in space are not looked at, whatever f is.
        """
        drawn = [f for f in self.fields if f.calls and f.quiver.kind != "in-space"]
        return bool(drawn) and all(f.drawn.style == "unknown" for f in drawn)

    @property
    def beside(self) -> tuple[Field, ...]:
        """Fields of arrows of which nothing is known, beside others that are judged."""
        drawn = [f for f in self.fields if f.quiver.kind == "quiver"]
        judged = any(f.drawn.style != "unknown" for f in drawn)
        return tuple(f for f in drawn if not f.calls) if judged else ()

    @property
    def same_terms(self) -> bool:
        """Whether f is a constant and the same term of each component.

        Then ∂f/∂x0 has x0 alone in it, and is ∂f/∂x1 in the other's name.
        """
        read = [f.objective.function for f in self.fields if f.objective]
        return bool(read) and all(f is not None and _same_terms(f) for f in read)

    @property
    def faulty(self) -> tuple[GradientCall, provenance.Misgiven] | None:
        """The first call in which f was given what is no point, and what that is."""
        for call in self.judged:
            for _, how in provenance.wrong_givens(call):
                return call, how
        for field in self.fields:
            for call in field.calls:
                if provenance.asks_elsewhere(call, field.quiver):
                    return call, "transposed-points"
        return None


def judged(run: Run) -> Calls:
    """The calls whose f is to be given points, before f is asked about."""
    return _judged(run, (provenance.linked(run, q) for q in merged(run.quivers)))


def _judged(run: Run, of_pictures: Iterable[Calls]) -> Calls:
    """The calls of the pictures.

    Without a picture those at a single point; and where there was to be one, those
    for arrays that can hold points of a plane. Other arrays, a network's weights,
    may be such by chance.
    """
    linked = {c.number: c for calls in of_pictures for c in calls}
    if linked:
        return tuple(linked[number] for number in sorted(linked))
    to_be = run.speaks_of_quivers or run.has_streamlines
    return tuple(
        c
        for c in run.calls
        if c.shape == (2,) or (to_be and provenance.holds_pairs(c.shape))
    )


def _same_terms(function: Function) -> bool:
    expression, (x0, x1) = function.expression(2)
    first, second = sympy.diff(expression, x0), sympy.diff(expression, x1)
    return x1 not in first.free_symbols and first.subs(x0, x1) == second


def gather(session: Session, run: Run) -> ScriptEvidence:
    """Link each quiver with its calls, and ask about their f."""
    known: dict[int, Objective] = {}
    quivers = merged(run.quivers)
    fields = _alone(_field(session, run, quiver, known) for quiver in quivers)
    evidence = ScriptEvidence(run, fields, None, None)
    evidence = replace(evidence, returned=_results(session, evidence, known))
    if evidence.faulty is None:
        return evidence
    call, how = evidence.faulty
    if how == "f-per-element":
        return evidence
    field = next((f for f in fields if call in f.calls), None)
    luck = _otherwise(session, call, field) if field else None
    return replace(evidence, otherwise=luck, fix=_suggestion(session, run, call, field))


MIN_ARROWS_ALONE = 4
"""Arrows from one line that are drawn one by one, and no quiver: fewer may be axes."""


def _alone(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The fields; what is beside a right picture of the same calls is another matter.

    Its arrows may well be made of the results, and be meant for something else; but
    not those that are a gradient but for a slip.
    """
    found = list(fields)
    right = [f for f in found if f.drawn.right]
    return tuple(_unknown(f) if _is_another(f, right) else f for f in found)


def _is_another(field: Field, right: Sequence[Field]) -> bool:
    """Whether arrows are not right, and right ones are made of the same calls.

    A slip is one if it leaves the arrows' lengths as they are there.
    """
    numbers = {c.number for c in field.calls}
    same = [f for f in right if any(c.number in numbers for c in f.calls)]
    slipped = field.drawn.slipped and any(
        f.drawn.factor == field.drawn.factor for f in same
    )
    return bool(same) and not field.drawn.right and not slipped


def _unknown(field: Field) -> Field:
    return replace(field, calls=(), objective=None, arrows=UNKNOWN, source=None)


def merged(quivers: Sequence[Quiver]) -> list[Quiver]:
    """The quivers, those of a single arrow each from one line taken together.

    Arrows that are drawn alone count where there is no quiver, and many of them.
    """
    together = list(_together([q for q in quivers if q.kind != "streamlines"]))
    true = [quiver for quiver in together if quiver.kind != "arrow"]
    return true or [quiver for quiver in together if quiver.total >= MIN_ARROWS_ALONE]


def _together(quivers: Sequence[Quiver]) -> Iterator[Quiver]:
    by_place = itertools.groupby(quivers, lambda q: (q.place, _is_single(q)))
    for (_, single), group in by_place:
        found = list(group)
        yield from [_one_picture(found)] if single else found


def _is_single(quiver: Quiver) -> bool:
    return quiver.arrows is not None and quiver.total == 1 and not quiver.error


def _one_picture(quivers: Sequence[Quiver]) -> Quiver:
    arrows = [quiver.arrows for quiver in quivers if quiver.arrows is not None]
    *_, last = quivers
    return replace(
        last,
        arrows=np.concatenate(arrows, axis=1),
        total=len(quivers),
        hidden=sum(quiver.hidden for quiver in quivers),
    )


def _field(
    session: Session, run: Run, quiver: Quiver, known: dict[int, Objective]
) -> Field:
    calls = provenance.linked(run, quiver)
    if not calls or quiver.arrows is None or quiver.error:
        return Field(quiver, calls, None, provenance.STEP, False, UNKNOWN, None)
    own = provenance.own_points(calls, quiver)
    *_, last = calls
    f = last.f
    if f not in known:
        where = quiver.positions if own is None else own
        known[f] = objective(session, f, last.f_name, where)
    step = provenance.step(calls)
    sided = provenance.one_sided(calls)
    expected, how = gradient_bounds.expected(
        session, f, known[f], quiver.positions, step, sided
    )
    proved = how in PROVED
    faulty = next((c for c in calls if provenance.wrong_givens(c)), None)
    if faulty is not None:
        expected, sure = gradient_bounds.widened(
            session, faulty, known[f], expected, step
        )
        proved = proved and sure
    made = provenance.made_of(calls, quiver)
    directions = quiver.directions
    if made is not None and made.alteration is not None:
        directions = made.alteration.before
    arrows = gradient_bounds.judged(directions, expected, how)
    source = None
    if own is not None and not arrows.right and not _stands_at(own, quiver):
        there, how_there = gradient_bounds.expected(
            session, f, known[f], own, step, sided
        )
        source = gradient_bounds.judged(directions, there, how_there)
        if quiver.form == 2:
            how, proved = how_there, how_there in PROVED
    arrows = _recombined(made, quiver, arrows, source)
    if made is not None:
        arrows = _altered(arrows, made.alteration)
    return Field(quiver, calls, known[f], step, proved, arrows, source, how, expected)


def _stands_at(own: Array, quiver: Quiver) -> bool:
    """Whether the arrows stand where the gradient was taken."""
    return np.array_equal(own, quiver.positions)


def _altered(arrows: Classification, alteration: Alteration | None) -> Classification:
    """What arrows are that were right before the script altered them."""
    if alteration is None or not arrows.right:
        return arrows
    return replace(
        arrows, style=alteration.how, wrong=alteration.count, alteration=alteration
    )


def _recombined(
    made: Composition | None,
    quiver: Quiver,
    arrows: Classification,
    source: Classification | None,
) -> Classification:
    """What arrows are, where they are not right by the way that they are made."""
    if arrows.right or (source is not None and source.right):
        return arrows
    if made is None or made.recombined is None:
        return arrows
    total = len(quiver.directions)
    return replace(arrows, style=made.recombined, wrong=made.wrong, total=total)


def _results(
    session: Session, evidence: ScriptEvidence, known: dict[int, Objective]
) -> tuple[ReturnedResult, ...]:
    """What the calls returned: of a picture's calls it is known what is expected."""
    drawn = {}
    for field in evidence.fields:
        own = provenance.own_points(field.calls, field.quiver)
        if own is not None and field.expected and _stands_at(own, field.quiver):
            numbers = frozenset(call.number for call in field.calls)
            drawn[numbers] = field.expected, field.how
    return returned(session, evidence.run, evidence.judged, known, drawn)


def _otherwise(session: Session, call: GradientCall, field: Field) -> Otherwise | None:
    """The first telling function for which the same code draws wrong arrows."""
    for function, terms in TELLING:
        try:
            value = again(session, call, terms, "same")
        except UnansweredError:
            return None
        directions = _as_drawn(call, field, value)
        if directions is None:
            return None
        found = _compared(function, field, directions)
        if found.wrong.any():
            return found
    return None


def _as_drawn(
    call: GradientCall, field: Field, value: np.ndarray[Any, Any]
) -> Array | None:
    """Arrows made of another result as the script made them of its own.

    ``None`` where they are not the result's components, with signs and a factor.
    """
    drawn = field.quiver.directions
    if call.result is None or call.result.size != drawn.size:
        return None
    for columns in provenance.layouts(call.shape):
        mine, other = (provenance.pairs(v, columns) for v in (call.result, value))
        if field.drawn.style in ("normalised", "shortened"):
            # What the script makes of lengths does not turn a wrong arrow right.
            return field.drawn.sign * other
        factors = [_factor(drawn[:, j], mine[:, j]) for j in range(2)]
        if None not in factors:
            return np.asarray(other * np.array(factors, float))
    return None


def _factor(drawn: Array, result: Array) -> float | None:
    """c where drawn = c·result, but for rounding."""
    big = int(np.argmax(np.abs(result)))
    if not np.isfinite(result[big]) or result[big] == 0:
        return 1.0 if not drawn.any() else None
    factor = float(drawn[big] / result[big])
    if np.allclose(drawn, factor * result, rtol=1e-12, atol=1e-300):
        return factor
    return None


def _compared(function: Function, field: Field, directions: Array) -> Otherwise:
    """These arrows beside what the script's own arrows are meant to be."""
    at = field.quiver.positions
    exact = gradient_bounds.exact(function, at, field.step)
    sign, factor = field.drawn.sign, field.drawn.factor
    expected = sign * factor * exact.gradient
    wrong = exact.known & are_off(directions, expected, factor * exact.bound)
    return Otherwise(function.text, at, directions, expected, wrong)


def _suggestion(
    session: Session, run: Run, call: GradientCall, field: Field | None
) -> Suggestion | None:
    """The first way to mend the call's line with which its routine is right.

    It is called once more, for x0·x1.
    """
    if call.x is None or call.x.ndim != 2 or call.x.shape[0] != 2:
        return None
    step = field.step if field else provenance.STEP
    expected = gradient_bounds.exact(
        functions.product, provenance.pairs(call.x, True), step
    )
    for way in WAYS:
        fix = suggestion(run, call, way)
        if fix and _is_mended(session, call, way, expected):
            return fix
    return None


def _is_mended(
    session: Session, call: GradientCall, way: Way, expected: ExpectedField
) -> bool:
    try:
        value = again(session, call, PRODUCT, way)
    except UnansweredError:
        return False
    found = value if way == "transposed" else value.T
    right = found.shape == expected.gradient.shape
    return right and not are_off(found, expected.gradient, expected.bound).any()
