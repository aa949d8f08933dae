"""What a layer did forward and back, beside what was due."""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradproof.evidence import (
    layer_extras,
    layer_hypers,
    layer_learned,
    layer_modes,
    layer_names,
    layer_ranges,
    layer_states,
)
from gradproof.evidence.bounds import POLICY, BoundedNumbers, bounded, limits
from gradproof.evidence.layer_extras import Extra
from gradproof.evidence.layer_kinds import (
    KINDS,
    Kind,
    Reference,
    Setting,
    distinct,
    named,
)
from gradproof.evidence.layer_modes import Modes
from gradproof.evidence.layer_plan import (
    SIDES,
    Plan,
    UnbuildableError,
    gradients,
    role_of,
    unasked,
)
from gradproof.evidence.layer_sizes import planned
from gradproof.evidence.layer_states import States
from gradproof.evidence.log_guard import GUARD
from gradproof.layers.layer import Backward
from gradproof.numerics.running_error import Running
from gradproof.ports.trials import Description, LayerPort, Moment, Step, Trial

Array = np.ndarray[Any, Any]

LENGTHS = (2.0**-7, 2.0**-10, 2.0**-13)
"""Steps of differences: the error of each is told by the one before it."""


@dataclass(frozen=True, eq=False)
class ExpectedPassage:
    """What is due by one reference: the value, and each role's gradient.

    With ``unguarded`` set these are of the loss without the guard in its logarithm.
    """

    reference: Reference | None
    value: tuple[BoundedNumbers, ...]
    gradients: Mapping[str, BoundedNumbers]
    unguarded: bool = False


@dataclass(frozen=True, eq=False)
class Passage:
    """One way forward and back. ``made`` is the layer as it was made.

    ``given`` are the cotangents, ``gradients`` those that were found, by role.
    ``expected`` is what is due by the reference that the value agrees with; with
    ``agrees`` unset its value is that of the first reference, and its gradients are
    differences of forward.
    """

    setting: Setting
    plan: Plan
    made: Moment
    forward: Moment
    backward: Moment | None
    gradients: Mapping[str, Array | None]
    expected: ExpectedPassage
    agrees: bool
    given: tuple[Any, ...] = ()

    @property
    def known(self) -> bool:
        """Whether forward is what it should be, as far as anybody knows."""
        return self.agrees or self.expected.reference is None

    @property
    def broke(self) -> Moment | None:
        """The first step that did not return."""
        for moment in (self.made, self.forward, self.backward):
            if moment is not None and moment.outcome != "returned":
                return moment
        return None


@dataclass(frozen=True, eq=False)
class LayerEvidence:
    """All that a judge may look at: the passages by what was tried.

    ``kind`` is what the layer is taken for, by its name, (``by_behaviour``) by what it
    does, or (``by_looks``) by the names of what it takes; ``problem`` is the parameter
    of which nothing is known, ``lacking`` what a layer of its kind takes and it does
    not. ``rows`` are passages of rows, in which a layer is wrong
    that is right for sequences, ``spread`` those in which one input is spread over
    another's rows, ``others`` those at another number than a parameter's default, by
    its name. ``unjudged`` are own parameters whose gradients could not be looked at,
    ``own`` passages at other numbers of those that a layer of the kind has not.
    """

    said: Description
    kind: Kind | None
    by_behaviour: bool = False
    by_looks: bool = False
    problem: str = ""
    lacking: str = ""
    passages: Mapping[str, Sequence[Passage]] = field(default_factory=dict)
    extras: Mapping[str, Extra] = field(default_factory=dict)
    states: States | None = None
    modes: Modes | None = None
    rows: Sequence[Passage] = ()
    spread: Sequence[Passage] = ()
    others: Mapping[str, Sequence[Passage]] = field(default_factory=dict)
    unjudged: tuple[str, ...] = ()
    own: Sequence[Passage] = ()

    @property
    def taken_by(self) -> str:
        """What it is taken for its kind by: "by-name", "by-looks", "by-behaviour"."""
        if self.by_looks:
            return "by-looks"
        return "by-behaviour" if self.by_behaviour else "by-name"

    @property
    def first(self) -> Sequence[Passage]:
        """The passages of new layers, each in its setting; none if none were tried."""
        return self.passages.get("first", ())

    @property
    def certain(self) -> bool:
        """Whether its name says what it computes, and leaves nothing open."""
        return self.kind is not None and self.kind.is_certain(self.said.kind)


def several(value: Any) -> tuple[Any, ...]:
    """The arrays of a layer's value."""
    return value if isinstance(value, tuple) else (value,)


Same = tuple[tuple[tuple[int, ...], bytes], ...]
"""Arrays as shapes and bytes: what is due for the same numbers is worked out once."""


def _same(arrays: Iterable[Any]) -> Same:
    numbers = (np.asarray(array, float) for array in arrays)
    return tuple((n.shape, n.tobytes()) for n in numbers)


def _bounded(same: Same) -> list[Any]:
    arrays = [np.frombuffer(data).reshape(shape) for shape, data in same]
    return [bounded(a) if a.ndim else Running(float(a)) for a in arrays]


@functools.lru_cache(maxsize=1024)
def _expected_value(
    reference: Reference, same: Same
) -> tuple[tuple[BoundedNumbers, ...], Backward]:
    """The value of a reference, and its backward."""
    value, backward = reference.layer(*_bounded(same))
    return tuple(limits(v, reference.slack) for v in several(value)), backward


@functools.lru_cache(maxsize=1024)
def _expected_gradients(
    reference: Reference, same: Same, given: Same
) -> tuple[BoundedNumbers, ...]:
    """The gradients of a reference."""
    _, backward = _expected_value(reference, same)
    slack = reference.slope_slack
    return tuple(limits(g, slack) for g in backward(*_bounded(given)))


def expected(
    reference: Reference, setting: Setting, cotangents: Sequence[Any] | None
) -> ExpectedPassage:
    """What is due by a reference; without cotangents the value alone."""
    same = _same(setting.arrays.values())
    value, _ = _expected_value(reference, same)
    if cotangents is None:
        return ExpectedPassage(reference, value, {})
    back = _expected_gradients(reference, same, _same(cotangents))
    return ExpectedPassage(
        reference, value, dict(zip(setting.arrays, back, strict=True))
    )


def agreeing(setting: Setting, forward: Moment) -> tuple[Reference | None, bool]:
    """The reference that the value agrees with; else the first, and False."""
    observed = forward.value[0] if forward.value else None
    references = setting.right(observed)
    for reference in references:
        if _value_fits(expected(reference, setting, None).value, forward.value):
            return reference, True
    return (references[0] if references else None), False


def _value_fits(
    expected: Sequence[BoundedNumbers], actual: Sequence[Array | None]
) -> bool:
    if len(expected) > len(actual):
        return False
    offs = [limit.off(value) for limit, value in zip(expected, actual, strict=False)]
    return all(off is not None and not off.any() for off in offs)


def cotangents(value: Sequence[Array | None], seed: int) -> tuple[Any, ...]:
    """A random one for each array of a value; 1 for one number, which is a loss."""
    arrays = [v for v in value if v is not None]
    if len(arrays) == 1 and arrays[0].ndim == 0:
        return (1.0,)
    rng = np.random.default_rng([7, seed])
    return tuple(rng.uniform(-1, 1, v.shape) for v in arrays)


CLEARING = frozenset(
    {
        *("zero_grad", "zero_grads", "clear_grad", "clear_grads", "cleargrads"),
        *("reset_grad", "reset_grads", "zero_gradients"),
    }
)
"""Methods that set gradients to 0, for layers that add to them."""


def with_first_row(one: Setting, other: Setting, roles: Sequence[str]) -> Setting:
    """The setting, with another's numbers in all rows of these but the first."""
    arrays, others = dict(one.arrays), dict(one.fed)
    for role in roles:
        place, source = (
            (arrays, other.arrays) if role in one.arrays else (others, other.fed)
        )
        place[role] = _first_row_of(place[role], source[role])
    return replace(one, arrays=arrays, fed=others)


def _first_row_of(one: Any, other: Any) -> Any:
    """Of arrays of rows: the first row of the one, and the other's in the others."""
    if np.ndim(one) == 0 or np.shape(one) != np.shape(other):
        return one
    mixed = np.array(other)
    mixed[0] = one[0]
    return mixed


NEAR = 2e-7
"""How far numbers are moved that are almost those of an earlier call."""


def near(setting: Setting, roles: Iterable[str]) -> Setting:
    """The setting, with what is fed to these moved by next to nothing."""
    moved = {role: setting.arrays[role] for role in roles if role in setting.arrays}
    moved = {role: array + NEAR * (1 + np.abs(array)) for role, array in moved.items()}
    return replace(setting, arrays={**setting.arrays, **moved})


def _due_nearby(
    first: Passage, moved: Setting, forward: Moment
) -> tuple[ExpectedPassage, bool]:
    """What is due for numbers that are almost those of a passage; whether it came.

    It is worked out in float64, and may be off by twice what it may there: at a
    distance of `NEAR` no running bound is twice as large.
    """
    observed = forward.value[0] if forward.value else None
    for reference in moved.right(observed):
        value, backward = reference.layer(*moved.arrays.values())
        values = _as_near(several(value), first.expected.value)
        if _value_fits(values, forward.value):
            slopes = _as_near(backward(*first.given), first.expected.gradients.values())
            found = dict(zip(moved.arrays, slopes, strict=True))
            return ExpectedPassage(reference, values, found), True
    return ExpectedPassage(first.expected.reference, (), {}), False


def _as_near(
    numbers: Iterable[Any], limits: Iterable[BoundedNumbers]
) -> tuple[BoundedNumbers, ...]:
    return tuple(
        replace(limit, value=np.asarray(number, float), allowed=2 * limit.allowed)
        for number, limit in zip(numbers, limits, strict=True)
    )


@dataclass(frozen=True)
class Trier:
    """Has a layer go forward and back.

    ``parameters`` are the roles of what has no rows of a batch, if it is fed too.
    """

    port: LayerPort
    said: Description
    parameters: tuple[str, ...] = ()

    def trial(self, how: Plan, setting: Setting, *steps: Step) -> Trial:
        """The layer made for a setting, and the steps with it."""
        return Trial(self.said.name, how.made_with(setting), steps)

    def ahead(self, how: Plan, setting: Setting) -> Step:
        """Its forward."""
        return Step("forward", how.arguments(setting))

    def back(self, cotangents: tuple[Any, ...]) -> Step:
        """Its backward, given as many cotangents as it takes."""
        takes = len([p for p in self.said.backward if p.name != "*"])
        many = any(p.name == "*" for p in self.said.backward)
        return Step("backward", cotangents if many else cotangents[:takes])

    def runs(self, how: Plan, settings: Sequence[Setting]) -> bool:
        """Whether forward returns numbers in every setting."""
        return all(m is not None for m in self.forwards(how, settings))

    def forwards(self, how: Plan, settings: Sequence[Setting]) -> list[Moment | None]:
        """What came of forward alone, where it returned numbers."""
        trials = [self.trial(how, s, self.ahead(how, s)) for s in settings]
        return [
            moments[1]
            if len(moments) > 1 and moments[1].value and moments[1].value[0] is not None
            else None
            for moments in self.port.run(trials)
        ]

    def passages(
        self, how: Plan, pairs: Sequence[tuple[Setting, Setting]]
    ) -> dict[str, list[Passage]]:
        """Of every setting the first passage, the second back, and the second call.

        "beside" is a first one too, with the same first row and other numbers in the
        others; "near" a second call in the first setting, for almost the same numbers.
        A pair holds a setting, and the same with other numbers.
        """
        ids = ("first", "back-again", "again", "beside")
        found: dict[str, list[Passage]] = {id: [] for id in ids}
        trials = [self.trial(how, one, self.ahead(how, one)) for one, _ in pairs]
        tried = self.port.run(trials)
        for (one, other), moments in zip(pairs, tried, strict=True):
            for id, passage in self._three(how, one, other, moments).items():
                found[id].append(passage)
        return {**found, "near": list(self._near(how, found["first"][:1]))}

    def _near(self, how: Plan, first: Sequence[Passage]) -> Iterator[Passage]:
        """Whether a layer takes what is almost x for x, where what is due is known."""
        for passage in first:
            one, given = passage.setting, passage.given
            if not (passage.agrees and given) or passage.broke:
                continue
            moved, back = near(one, how.fed), self.back(given)
            first_call = self.ahead(how, one), back, *self._clear
            steps = (*first_call, self.ahead(how, moved), back)
            (moments,) = self.port.run([self.trial(how, one, *steps)])
            if len(moments) == len(steps) + 1:
                made, forward, backward = moments[0], *moments[-2:]
                right, agrees = _due_nearby(passage, moved, forward)
                works = backward.outcome == "returned"
                actual = gradients(how, moved, made, backward) if works else {}
                yield Passage(
                    moved, how, made, forward, backward, actual, right, agrees, given
                )

    @property
    def _clear(self) -> list[Step]:
        """What sets gradients to 0 between two calls: it is no step of the layer's."""
        return [Step("call", method=m) for m in self.said.methods if m in CLEARING]

    def _three(
        self, how: Plan, one: Setting, other: Setting, alone: list[Moment]
    ) -> dict[str, Passage]:
        made, forward = alone[0], alone[-1]
        if len(alone) < 2 or forward.outcome != "returned":
            return {"first": self.passage(how, one, (made, forward, None), ())}
        c, d = (cotangents(forward.value, seed) for seed in (0, 1))
        if not c:
            return {"first": self.passage(how, one, (made, forward, None), ())}
        # The layer keeps its parameters: what is other is what it is fed.
        parameters = {r: a for r, a in one.arrays.items() if r not in how.fed}
        other = replace(other, arrays={**other.arrays, **parameters})
        ahead, anew = self.ahead(how, one), self.ahead(how, other)
        clear = self._clear
        batch = {*one.arrays, *one.fed} - {*self.parameters}
        fed = [role for role in how.fed if role in batch]
        beside = with_first_row(one, other, fed)
        e = tuple(map(_first_row_of, c, d))
        twice, again, third = self.port.run(
            [
                self.trial(how, one, ahead, self.back(c), *clear, self.back(d)),
                self.trial(how, one, ahead, self.back(c), *clear, anew, self.back(d)),
                self.trial(how, beside, self.ahead(how, beside), self.back(e)),
            ]
        )
        twice, again = (m[:3] + m[3 + len(clear) :] for m in (twice, again))
        if len(twice) < 4 or len(again) < 5:
            return {"first": self.passage(how, one, (made, twice[-1], None), ())}
        first, second, later = (
            (twice[0], twice[1], twice[2]),
            (twice[0], twice[1], twice[3]),
            (again[0], again[3], again[4]),
        )
        return {
            "first": self.passage(how, one, first, c),
            "back-again": self.passage(how, one, second, d),
            "again": self.passage(how, other, later, d),
            **self._beside(how, beside, third, e),
        }

    def _beside(
        self, how: Plan, setting: Setting, moments: list[Moment], given: tuple[Any, ...]
    ) -> dict[str, Passage]:
        """It is held to the first passage, and to nothing that is due."""
        if len(moments) < 3:
            return {}
        made, forward, backward = moments
        works = backward.outcome == "returned"
        actual = gradients(how, setting, made, backward) if works else {}
        expected = ExpectedPassage(None, (), {})
        found = Passage(
            setting,
            how,
            made,
            forward,
            backward,
            actual,
            expected,
            agrees=False,
            given=given,
        )
        return {"beside": found}

    def once(self, how: Plan, setting: Setting) -> Passage | None:
        """A first passage, where it goes forward and back."""
        ahead = self.ahead(how, setting)
        (alone,) = self.port.run([self.trial(how, setting, ahead)])
        if len(alone) < 2 or alone[1].outcome != "returned":
            return None
        given = cotangents(alone[1].value, 0)
        if not given:
            return None
        steps = ahead, self.back(given)
        (moments,) = self.port.run([self.trial(how, setting, *steps)])
        if len(moments) < 3 or moments[2].outcome != "returned":
            return None
        return self.passage(how, setting, (moments[0], moments[1], moments[2]), given)

    def passage(
        self,
        how: Plan,
        setting: Setting,
        moments: tuple[Moment, Moment, Moment | None],
        given: tuple[Any, ...],
    ) -> Passage:
        """What came of making it, of forward and of backward, and what is due."""
        made, forward, backward = moments
        reference, agrees = agreeing(setting, forward)
        actual: Mapping[str, Array | None] = {}
        right = ExpectedPassage(None, (), {})
        works = backward is not None and backward.outcome == "returned"
        if backward is not None and works:
            actual = gradients(how, setting, made, backward)
        if reference is not None:
            right = expected(reference, setting, given if works and agrees else None)
        if works and not agrees:
            slopes, unguarded = self._nearer(how, setting, forward, given, actual)
            right = replace(right, gradients=slopes, unguarded=unguarded)
        return Passage(
            setting, how, made, forward, backward, actual, right, agrees, given
        )

    def _nearer(
        self,
        how: Plan,
        setting: Setting,
        forward: Moment,
        given: tuple[Any, ...],
        actual: Mapping[str, Array | None],
    ) -> tuple[dict[str, BoundedNumbers], bool]:
        """Differences of forward; of a loss without the guard in its logarithm.

        That is if its gradients are those of that loss: whether they are.
        """
        plain = self._slopes(how, setting, forward, given)
        is_loss = len(given) == 1 and np.ndim(given[0]) == 0
        if not is_loss or _all_close(plain, actual):
            return plain, False
        bare = self._slopes(how, setting, forward, given, GUARD)
        nearer = bare.keys() == plain.keys() and _all_close(bare, actual)
        return (bare, True) if nearer else (plain, False)

    def _slopes(
        self,
        how: Plan,
        setting: Setting,
        forward: Moment,
        given: tuple[Any, ...],
        guard: float = 0.0,
    ) -> dict[str, BoundedNumbers]:
        """Differences of <given, forward> by each array, with estimated errors."""
        arguments = how.arguments(setting)
        places: dict[str, str | int] = {**how.owned}
        places.update({role: n for n, role in enumerate(how.fed)})
        roles = [role for role in setting.arrays if role in places]
        steps = [
            Step("slopes", arguments, "", places[role], given, LENGTHS, guard)
            for role in roles
        ]
        (moments,) = self.port.run([self.trial(how, setting, *steps)])
        weighed = sum(
            float(np.sum(np.abs(c * v)))
            for c, v in zip(given, forward.value, strict=False)
            if v is not None
        )
        found = {}
        for role, moment in zip(roles, moments[1:], strict=False):
            if moment.outcome == "returned" and _is_finite(moment):
                shape = setting.arrays[role].shape
                found[role] = _estimated(np.asarray(moment.value[0]), weighed, shape)
        return found


def _all_close(
    slopes: Mapping[str, BoundedNumbers], actual: Mapping[str, Array | None]
) -> bool:
    found = [(slopes[role], actual.get(role)) for role in slopes]
    return all(
        a is not None and a.shape == due.value.shape and due.close(a)
        for due, a in found
    )


def _estimated(rows: Array, weighed: float, shape: tuple[int, ...]) -> BoundedNumbers:
    """The differences at the shortest step, and at the one before.

    The error of one is taken to be the change since the one before it, and at least the
    noise: a few roundings of each term of <c, forward>, divided by the step.
    """
    noise = 16 * np.finfo(float).eps * max(weighed, float(np.finfo(float).tiny))
    longest, longer, shortest = (row.reshape(shape) for row in rows)
    rough = BoundedNumbers(longer, np.abs(longer - longest) + noise / LENGTHS[1])
    return BoundedNumbers(
        shortest, np.abs(shortest - longer) + noise / LENGTHS[2], rough
    )


def gather(port: LayerPort, said: Description) -> LayerEvidence:
    """Take a layer for what its name says, else for what it does, else try it."""
    found = _gather(port, said)
    found = replace(found, others=_at_others(port, found))
    found = replace(found, passages=_with_wide(port, found))
    if found.kind is None or not found.passages:
        return found
    extras = dict(layer_extras.gather(port, said, found.kind))
    first = found.passages["first"][0]
    reference = first.expected.reference if first.agrees else None
    states = None
    if reference is not None and found.kind.id in OVER_TIME:
        args = port, said, found.kind, first.setting, reference
        states = layer_states.gather(*args)
    modes = None
    if found.kind.id in layer_modes.MODAL:
        modes = layer_modes.gather(port, said, found.kind, _seen(found).setting)
    found = replace(found, extras=extras, states=states, modes=modes)
    return with_others(port, found)


def _at_others(port: LayerPort, found: LayerEvidence) -> dict[str, list[Passage]]:
    """First passages at another number than each default, where they are numbers."""
    trier, tried = Trier(port, found.said), {}
    ran = [p for p in found.first if p.broke is None]
    for name, how in layer_hypers.others(found.said, ran[0].plan) if ran else ():
        actual = [trier.once(how, p.setting) for p in ran]
        tried[name] = [p for p in actual if p is not None and _is_finite(p.forward)]
    return {name: passages for name, passages in tried.items() if passages}


def _with_wide(
    port: LayerPort, found: LayerEvidence
) -> Mapping[str, Sequence[Passage]]:
    """Of a foreign name that is right so far: first passages of large numbers too.

    Those of which nothing is known are left out: where forward is no number, or some
    gradient is none, or neither close to its differences nor far from them.
    """
    by_name = found.kind is not None and found.taken_by == "by-name"
    if by_name or not found.first or not _right_so_far(found.first):
        return found.passages
    if any(passage.expected.unguarded for passage in found.first):
        return found.passages  # far off the guard is all that there is
    trier, first = Trier(port, found.said), found.first[0]
    roles = layer_ranges.inputs(found.said, found.kind, first.plan.fed, first.setting)
    if not roles or not _takes_any(trier, first, roles):
        return found.passages
    settings = layer_ranges.wider(_by_the_same(first), roles)
    tried = [trier.once(first.plan, setting) for setting in settings]
    wide = [
        p
        for p in tried
        if p is not None
        and _tells(p, like=first)
        and not _is_cut_off(trier, p, first.setting)
    ]
    return {**found.passages, "first": [*found.first, *wide]}


def _right_so_far(passages: Sequence[Passage]) -> bool:
    return all(not p.broke and _all_told(p) and not _departs(p) for p in passages)


def _takes_any(trier: Trier, first: Passage, roles: Sequence[str]) -> bool:
    """Whether it may be fed numbers of any size.

    A loss of two arrays may be one of chances, if it has a pole at 0. An object's loss
    may be of anything.
    """
    if any(v is not None and v.ndim for v in first.forward.value):
        return True
    if trier.said.instance:
        return False
    if len(roles) < 2 or first.agrees:
        return True
    how, setting = first.plan, first.setting
    return not any(_has_pole(trier, how, setting, role) for role in roles)


def _by_the_same(first: Passage) -> Setting:
    """Its setting, in which what it agrees with is all that is right."""
    setting, reference = first.setting, first.expected.reference
    if reference is None:
        return setting

    def right(observed: Array, arrays: Mapping[str, Array]) -> Sequence[Reference]:
        every = setting.references(observed, arrays)
        return [r for r in every if r.name == reference.name] or [reference]

    return layer_ranges.loosely(replace(setting, references=right))


def _tells(passage: Passage, like: Passage) -> bool:
    """Whether it can be judged, and forward is what it is for small numbers."""
    if not _fits(passage) or passage.agrees != like.agrees or not _all_told(passage):
        return False
    return not _departs(passage) or _departs(passage, layer_ranges.GUARDED)


def _all_told(passage: Passage) -> bool:
    """Whether every gradient that came is right or wrong."""
    for role, actual in passage.gradients.items():
        expected = passage.expected.gradients.get(role)
        if actual is None:
            continue
        if expected is None or not np.isfinite(actual).all():
            return False
        off = expected.off(actual)
        if off is None or not (off.any() or expected.close(actual)):
            return False
    return True


def _departs(passage: Passage, share: float = 0.0) -> bool:
    """Whether a gradient that came is wrong, by more than a share of its largest."""
    for role, expected in passage.expected.gradients.items():
        actual = passage.gradients[role]
        off = expected.off(actual)
        if actual is None or off is None:
            continue
        distance = np.abs(actual - expected.value)
        if np.any(off & (distance > share * np.abs(actual).max(initial=0.0))):
            return True
    return False


def _seen(found: LayerEvidence) -> Passage:
    """The first passage that went forward and back, if there is one."""
    firsts = found.passages["first"]
    return next((p for p in firsts if p.broke is None), firsts[0])


OF_THE_PROGRAM = ("program.died", "program.misfit")
"""Why a program gave no answer: nothing else is asked of it then."""

OVER_TIME = ("time-rnn", "time-lstm", "time-gru")
"""The kinds that may carry a state."""


def with_others(port: LayerPort, evidence: LayerEvidence) -> LayerEvidence:
    """The evidence, with what comes of huge numbers, and of single precision."""
    first = evidence.passages["first"][0]
    assert evidence.kind is not None
    how, name, id = first.plan, evidence.said.name, evidence.kind.id
    extras = dict(layer_extras.huge(port, name, how, first.setting, id))
    if first.broke is None and layer_extras.DOUBLED not in {n.id for n in port.notes}:
        given = first.given if first.backward is not None else ()
        if given and not evidence.said.alone:
            given = Trier(port, evidence.said).back(given).arguments
        extras["single"] = layer_extras.single(port, name, how, first.setting, given)
    return replace(evidence, extras={**evidence.extras, **extras})


def _gather(port: LayerPort, said: Description) -> LayerEvidence:
    if said.instance:
        return _as_given(port, said)
    kind = named(said.kind)
    if kind is None:
        return _by_behaviour(port, said)
    try:
        found = _of_kind(port, said, kind)
    except UnbuildableError as problem:
        if problem.taken:
            return LayerEvidence(said, kind, problem=problem.parameter)
        return LayerEvidence(said, kind, lacking=problem.parameter)
    if kind.loss and _is_another_of_chances(Trier(port, said), found["first"][0]):
        return _by_behaviour(port, said)
    evidence = _or_instead(port, LayerEvidence(said, kind, passages=found))
    if any(map(_has_windows_of_its_own, evidence.first)):
        evidence = replace(evidence, by_looks=True)
    return _with_more_learned(port, evidence)


def _has_windows_of_its_own(first: Passage) -> bool:
    """Whether its windows may be of another size, stride or padding than was meant."""
    if first.agrees or first.broke or not first.expected.value:
        return False
    own, came = unasked(first.setting, first.plan), first.forward.value[0]
    if own & set(SIDES):
        return True
    due = first.expected.value[0].value
    return bool(own) and came is not None and came.shape != due.shape


def _with_more_learned(port: LayerPort, found: LayerEvidence) -> LayerEvidence:
    """With passages of what it learns beside a layer of its kind, by differences."""
    first = found.first[0]
    own = _own_of(first) if first.backward is not None else {}
    if not own:
        return found
    again = found.passages.get("again") or [first]
    bare = tuple(
        replace(p.setting, references=lambda observed, arrays: ())
        for p in (first, again[0])
    )
    plain = _Tried(first.plan, (bare[0], bare[1]), _lists(found.passages))
    tried = _with_own(Trier(port, found.said), plain, _fits)
    if len(tried.unjudged) == len(own):
        return replace(found, unjudged=tried.unjudged)
    return replace(found, own=tried.passages["first"], unjudged=tried.unjudged)


def _lists(passages: Mapping[str, Sequence[Passage]]) -> dict[str, list[Passage]]:
    return {id: list(each) for id, each in passages.items()}


def _is_another_of_chances(trier: Trier, first: Passage) -> bool:
    """Whether it is not the loss of its name, but one of chances."""
    if first.agrees or first.broke:
        return False
    how, setting = first.plan, first.setting
    return _has_pole(trier, how, setting, next(iter(setting.arrays)))


def _or_instead(port: LayerPort, found: LayerEvidence) -> LayerEvidence:
    """What came of other settings, if the layer is right in those and not in these."""
    kind = found.kind
    if kind is None or kind.instead is None or _is_right(found.passages["first"]):
        return found
    try:
        others = _of_kind(port, found.said, replace(kind, settings=kind.instead))
    except UnbuildableError:
        return found
    if not _is_right(others["first"]) and not _agrees_alone(others, found):
        return found
    rows = [p for p in found.passages["first"] if _is_of_rows(p.setting)]
    return replace(found, passages=others, rows=rows)


def _is_of_rows(setting: Setting) -> bool:
    return all(np.ndim(array) <= 2 for array in setting.arrays.values())


def _agrees_alone(
    others: Mapping[str, Sequence[Passage]], found: LayerEvidence
) -> bool:
    """Whether forward is right in the others, and in none of the settings."""
    agree = all(passage.agrees for passage in others["first"])
    return agree and not any(p.agrees for p in found.passages["first"])


def _is_right(passages: Sequence[Passage]) -> bool:
    return all(p.agrees and not p.broke and _gradients_fit(p) for p in passages)


def _gradients_fit(passage: Passage) -> bool:
    offs = (
        expected.off(passage.gradients.get(r))
        for r, expected in passage.expected.gradients.items()
    )
    return all(off is not None and not off.any() for off in offs)


def _of_kind(
    port: LayerPort, said: Description, kind: Kind
) -> dict[str, list[Passage]]:
    """The passages of the first alternative that runs. Raises UnbuildableError.

    That is the first in which it goes forward; of a loss, whose labels may be of two
    kinds, the first in which it goes forward and back. Else the first.
    """
    trier = Trier(port, said, kind.parameters)
    problem: UnbuildableError | None = None
    able: list[tuple[Plan, list[tuple[Setting, Setting]]]] = []
    ahead: dict[str, list[Passage]] = {}
    for ones, others in zip(kind.given(0), kind.given(1), strict=True):
        try:
            how = planned(port, kind, ones[0], said)
        except UnbuildableError as error:
            problem = problem or error
            continue
        pairs = list(zip(ones, others, strict=True))
        able.append((how, pairs))
        if trier.runs(how, ones):
            found = trier.passages(how, pairs)
            if not kind.loss or not any(p.broke for p in found["first"]):
                return found
            ahead = ahead or found
    if not able:
        raise problem or UnbuildableError(said.name)
    if not ahead:
        _made_of_what_it_takes(trier, kind, able[0][0], able[0][1][0][0])
    return ahead or _farthest(trier, able)


def _farthest(
    trier: Trier, able: Sequence[tuple[Plan, list[tuple[Setting, Setting]]]]
) -> dict[str, list[Passage]]:
    """The passages of the first alternative that is not refused; else of the first."""
    every = [trier.passages(how, pairs) for how, pairs in able]
    return next(filter(_not_refused, every), every[0])


def _not_refused(found: Mapping[str, Sequence[Passage]]) -> bool:
    """Whether it is no assertion that its first passage broke at."""
    broke = found["first"][0].broke
    return broke is None or broke.kind != "AssertionError"


def _made_of_what_it_takes(
    trier: Trier, kind: Kind, how: Plan, setting: Setting
) -> None:
    """Raises UnbuildableError where the layer is not made, and names were guessed."""
    known = [*kind.parameters, *setting.options]
    guessed = [name for name in how.make if role_of(name, known) is None]
    ((made, *_),) = trier.port.run([trier.trial(how, setting)])
    if guessed and made.outcome != "returned":
        raise UnbuildableError(guessed[0])


def _by_behaviour(port: LayerPort, said: Description) -> LayerEvidence:
    """Of a foreign name: the first kind whose function its forward is.

    Else that for which it looks, by the names of what it takes.
    """
    for kind in KINDS:
        if _behaves(Trier(port, said), kind):
            return _of_its_own_too(port, said, kind)
    return _by_looks(port, said) or _by_names(port, said) or _unknown(port, said)


def _of_its_own_too(port: LayerPort, said: Description, kind: Kind) -> LayerEvidence:
    """As the kind; with parameters that such a one has not, at other numbers of these.

    One that learns a factor is a function without it as long as that is 1.
    """
    passages = _of_kind(port, said, kind)
    found = LayerEvidence(said, kind, by_behaviour=True, passages=passages)
    own = _own_of(passages["first"][0])
    if not own:
        return found
    another = _unknown(port, said)
    judged = another.first and not another.unjudged
    return another if judged else replace(found, unjudged=tuple(own))


def _own_of(first: Passage) -> dict[str, Array]:
    """The parameters that the layer has made itself."""
    moments = first.made, first.forward, first.backward
    return layer_learned.candidates(first.plan, first.setting, moments)


def _lacking(first: Passage) -> tuple[str, ...]:
    """Those of its list of parameters that have no gradient in the other list."""
    if first.backward is None:
        return ()
    return layer_learned.without_gradients(first.setting, first.made, first.backward)


@dataclass(frozen=True, eq=False)
class _Tried:
    """A way to make and to feed a layer, and what came of that."""

    how: Plan
    pair: tuple[Setting, Setting]
    passages: Mapping[str, list[Passage]]
    unjudged: tuple[str, ...] = ()


def _with_own(trier: Trier, plain: _Tried, works: Callable[[Passage], bool]) -> _Tried:
    """The same with its own parameters at other numbers, where it works with these.

    Else at those that they have, else without.
    """
    first = plain.passages["first"][0]
    own = _own_of(first)
    if not own:
        return replace(plain, unjudged=_lacking(first))
    assert first.backward is not None
    fine = layer_learned.told(own, first.backward)
    rounded = tuple(name for name in own if name not in fine)
    for numbers in (layer_learned.moved(fine), fine):
        args = trier.port, trier.said.name, plain.how, plain.pair, numbers
        found = layer_learned.learned(*args)
        passages = trier.passages(found.how, [found.pair])
        if len(found.unjudged) < len(numbers) and all(map(works, passages["first"])):
            unjudged = found.unjudged + rounded
            if any(name.startswith("params[") for name in own):
                unjudged += _lacking(first)
            return _Tried(found.how, found.pair, passages, unjudged)
    return replace(plain, unjudged=tuple(own))


def _by_names(port: LayerPort, said: Description) -> LayerEvidence | None:
    """Of no known kind: given what its parameters are named, judged by differences."""
    trier = Trier(port, said)
    for how, one, other in layer_names.tried(said):
        passages = trier.passages(how, [(one, other)])
        broke = passages["first"][0].broke
        missing = broke is not None and (
            broke.outcome == "missing" or broke.kind in OF_THE_PROGRAM
        )
        if missing or all(map(_fits, passages["first"])):
            tried = _with_own(trier, _Tried(how, (one, other), passages), _fits)
            lower = layer_names.lower(tried.pair[0])
            more = [trier.once(tried.how, low) for low in lower]
            tried.passages["first"].extend(p for p in more if p is not None)
            own = tried.unjudged
            return LayerEvidence(said, None, passages=tried.passages, unjudged=own)
    return None


def _by_looks(port: LayerPort, said: Description) -> LayerEvidence | None:
    """Taken for what is made of W and b, or for a loss of scores that forgets a shift.

    Such a one may be another function, and is not blamed for that.
    """
    for kind in KINDS:
        if not (_has_names_of(kind, said) or _is_of_scores(port, kind, said)):
            continue
        with contextlib.suppress(UnbuildableError):
            passages = _of_kind(port, said, kind)
            if passages["first"][0].forward.outcome == "returned":
                return LayerEvidence(said, kind, by_looks=True, passages=passages)
    return None


def _has_names_of(kind: Kind, said: Description) -> bool:
    """Whether it is made of the kind's parameters, by their names, and nothing else."""
    needed = [role_of(p.name, kind.parameters) for p in said.make if p.required]
    return bool(needed) and sorted(map(str, needed)) == sorted(kind.parameters)


def _is_of_scores(port: LayerPort, kind: Kind, said: Description) -> bool:
    """Whether it is a loss that is the same when all scores are larger by one.

    A softmax that is summed along any axis is: what a loss of it may have for one.
    """
    if kind.id != "softmax-with-loss" or [p for p in said.make if p.required]:
        return False
    if not any(role_of(p.name, ["t"]) for p in said.forward[1:2]):
        return False
    (one, *_), *_ = kind.given(0)
    try:
        how = planned(port, kind, one, said)
    except UnbuildableError:
        return False
    more = replace(one, arrays={role: array + 1 for role, array in one.arrays.items()})
    moments = Trier(port, said).forwards(how, [one, more])
    values = [np.asarray(m.value[0], float).ravel() for m in moments if m is not None]
    if [value.size for value in values] != [1, 1]:
        return False
    # The scores are rounded anew, by a unit of what is added to each.
    off = POLICY * np.finfo(float).eps * (1 + abs(values[0][0]))
    return bool(abs(values[0][0] - values[1][0]) <= off)


def _behaves(trier: Trier, kind: Kind) -> bool:
    """Whether forward is that of the kind, in each setting of one alternative."""
    for settings in kind.given(0):
        try:
            how = planned(trier.port, kind, settings[0], trier.said)
        except UnbuildableError:
            continue
        forwards = trier.forwards(how, settings)
        if None not in forwards:
            near = _agree(settings, forwards)
            return near and _agrees_far_off(trier, kind, how, settings)
    return False


def _agree(settings: Sequence[Setting], forwards: Sequence[Moment | None]) -> bool:
    return all(
        forward is not None and agreeing(setting, forward)[1]
        for setting, forward in zip(settings, forwards, strict=True)
    )


def _agrees_far_off(
    trier: Trier, kind: Kind, how: Plan, settings: Sequence[Setting]
) -> bool:
    """Whether forward is that of the kind for large numbers too, where it is one."""
    wide: list[Setting] = []
    for setting in settings:
        roles = layer_ranges.inputs(trier.said, kind, how.fed, setting)
        loose = layer_ranges.loosely(setting)
        wide += layer_ranges.wider(loose, roles) if roles else ()
    ahead = zip(wide, trier.forwards(how, wide), strict=True)
    told = [(s, m) for s, m in ahead if m is not None and _is_finite(m)]
    return _agree([s for s, _ in told], [m for _, m in told])


def _unknown(port: LayerPort, said: Description) -> LayerEvidence:
    """Of no known kind: given arrays of one shape, and judged by differences."""
    needed = [p.name for p in said.make if p.required]
    able = list(layer_names.made_of(needed)) if needed else [{}]
    problem = [*(needed if not able else ()), layer_names.dictionary(said)][0]
    if problem:
        return LayerEvidence(said, None, problem=problem)
    trier = Trier(port, said)
    ahead: dict[str, list[Passage]] = {}
    tried: tuple[Plan, list[Setting]] | None = None
    unsure: LayerEvidence | None = None
    for shapes, held in itertools.product(_given_shapes(said), able):
        pair = [_numbers(seed, shapes) for seed in (0, 1)]
        how = Plan({}, tuple(pair[0].arrays), held, layer_names.last(said))
        if not trier.runs(how, pair[:1]):
            tried = how, pair
            continue
        passages = trier.passages(how, [(pair[0], pair[1])])
        if all(map(_fits, passages["first"])):
            plain = _Tried(how, (pair[0], pair[1]), passages)
            found = _fitting(trier, plain)
            if not found.unjudged:
                return found
            unsure = unsure or found
            continue
        if all(map(_is_turned, passages["first"])):
            return LayerEvidence(said, None, passages=passages)
        ahead = ahead or passages
    if unsure is not None:
        return unsure
    if not ahead and tried:
        ahead = _broken_off(trier.passages(tried[0], [(tried[1][0], tried[1][1])]))
    return LayerEvidence(said, None, passages=ahead)


def _fitting(trier: Trier, plain: _Tried) -> LayerEvidence:
    """What comes of arrays that fit, of both signs too, and with one row spread."""
    tried = _with_own(trier, plain, _fits)
    passages, (one, other) = tried.passages, tried.pair
    fed = tried.how.fed
    signed = (
        layer_learned.of_both_signs(one, fed),
        layer_learned.of_both_signs(other, fed),
    )
    more = trier.passages(tried.how, [signed])
    signs_tell = all(map(_fits, more["first"])) and not any(
        _is_cut_off(trier, passage, one) for passage in more["first"]
    )
    if signs_tell:
        passages = {id: [*passages[id], *more[id]] for id in passages}
    over = tuple(_spread(trier, plain.how, plain.pair))
    return LayerEvidence(
        trier.said, None, passages=passages, spread=over, unjudged=tried.unjudged
    )


def _is_cut_off(trier: Trier, passage: Passage, positive: Setting) -> bool:
    """Whether it departs at what it cuts off alone, as a logarithm's numbers below 0.

    There its value stays the same, and it has the slope of where it is cut off. Of
    numbers that it is not made for nobody can say which is right.
    """
    return _departs_where_flat(passage) and any(
        _has_pole(trier, passage.plan, positive, role) for role in passage.plan.fed
    )


def _departs_where_flat(passage: Passage) -> bool:
    """Whether it departs, and nowhere but where its value stays the same."""
    departs = False
    for role, expected in passage.expected.gradients.items():
        off = expected.off(passage.gradients[role])
        if off is not None and off.any():
            departs = True
            if np.any(expected.value[off] != 0):
                return False
    return departs


def _has_pole(trier: Trier, how: Plan, setting: Setting, role: str) -> bool:
    """Whether forward goes on and on where an array comes near 0, as a logarithm."""
    if role not in setting.arrays:
        return False
    near = trier.forwards(how, layer_ranges.near_zero(setting, role))
    values = [np.asarray(m.value[0], float) for m in near if m is not None]
    whole = len(values) == len(near) and len({v.shape for v in values}) == 1
    return whole and layer_ranges.has_pole(values)


def _broken_off(passages: dict[str, list[Passage]]) -> dict[str, list[Passage]]:
    """The passages, if a program gave no answer; else none."""
    broke = passages["first"][0].broke
    return passages if broke is not None and broke.kind in OF_THE_PROGRAM else {}


def _given_shapes(said: Description) -> Iterator[Shapes]:
    """Of what forward may be given, by how much it takes."""
    takes = len([p for p in said.forward if p.required])
    many = any(p.name == "*" for p in said.forward)
    arrays = takes - len(layer_names.last(said))
    for count in (1, 2, 3) if many else (max(arrays, 1),):
        yield from _shapes(count)


def _spread(trier: Trier, how: Plan, pair: Sequence[Setting]) -> Iterator[Passage]:
    """Passages in which one of two inputs has a single row, where that is spread."""
    one, other = pair
    if len(one.arrays) != 2 or any(a.ndim != 2 for a in one.arrays.values()):
        return
    for role in one.arrays:
        alone, also, tiled = _row_of(one, role), _row_of(other, role), dict(one.arrays)
        tiled[role] = np.broadcast_to(alone.arrays[role], one.arrays[role].shape).copy()
        asked = [alone, replace(one, arrays=tiled)]
        ahead = trier.forwards(how, asked)
        first, second = (
            np.zeros(0) if m is None else np.asarray(m.value[0]) for m in ahead
        )
        if first.shape == tiled[role].shape and np.array_equal(first, second):
            yield from trier.passages(how, [(alone, also)])["first"]


def _row_of(setting: Setting, role: str) -> Setting:
    """The setting, with the first row of one input alone."""
    arrays = {**setting.arrays, role: setting.arrays[role][0]}
    return replace(setting, id=f"{setting.id}, {role} of one row", arrays=arrays)


def _fits(passage: Passage) -> bool:
    """Whether it went back, and every gradient has the shape of what it is of.

    Arrays of one shape may be taken for others by broadcasting. Where forward gives
    what is no number, its differences say nothing.
    """
    return (
        not passage.broke
        and _is_finite(passage.forward)
        and all(
            actual is None or actual.shape == np.shape(passage.setting.arrays[role])
            for role, actual in passage.gradients.items()
        )
    )


def _is_turned(passage: Passage) -> bool:
    """Whether it is of one array, and its gradient has that array's axes reversed.

    One array is not taken for another by broadcasting: no other shape excuses it.
    """
    (shape, *more) = (array.shape for array in passage.setting.arrays.values())
    came = passage.gradients.get(next(iter(passage.setting.arrays)))
    alone = not more and not passage.broke and came is not None
    return alone and came is not None and came.shape == shape[::-1] != shape


def _is_finite(moment: Moment) -> bool:
    return all(v is not None and bool(np.isfinite(v).all()) for v in moment.value)


SHAPES = ((3, 4), (2, 3, 4), (2, 3, 4, 5), (4,))
"""Of what an unknown layer is given: rows, sequences, images, one row."""

OF_TWO = (
    *(((3, 4), (4, 5)), ((2, 3, 4), (2, 4)), ((2, 3, 4), (2, 3))),
    *(((2, 4), (2, 3, 4)), ((2, 3), (2, 3, 4))),
)
"""Of two arrays: matrices to be multiplied; sequences, and a row for each of them."""

Shapes = tuple[tuple[int, ...], ...]


def _shapes(count: int) -> Sequence[Shapes]:
    """What so many arrays may be like: all of one shape, or of two that fit.

    Three are rows: as images some functions would make far too much of them.
    """
    if count > 2:
        return [(SHAPES[0],) * count]
    alike: list[Shapes] = [(shape,) * count for shape in SHAPES]
    return [*alike, *OF_TWO] if count == 2 else alike


def _numbers(seed: int, shapes: Shapes) -> Setting:
    """Arrays of numbers between 0 and 1: few functions refuse them."""
    rng = np.random.default_rng(seed)
    arrays = {
        f"x{n}": 0.15 + 0.7 * np.abs(distinct(rng, shape))
        for n, shape in enumerate(shapes)
    }
    id = ", ".join("×".join(map(str, shape)) for shape in dict.fromkeys(shapes))
    return Setting(id, arrays, lambda observed, arrays: ())


def _as_given(port: LayerPort, said: Description) -> LayerEvidence:
    """A layer that has been made, with what its forward is given."""
    if not said.given:
        return LayerEvidence(said, None)
    fed = {f"x{n}": np.asarray(given) for n, given in enumerate(said.given)}
    floats = {role: array for role, array in fed.items() if array.dtype.kind == "f"}
    alone = Setting("given", floats, lambda observed, arrays: (), fed)
    trier = Trier(port, said)
    how = Plan({}, tuple(fed))
    rng = np.random.default_rng(1)
    moved = {
        role: array * rng.uniform(0.5, 1.5, array.shape)
        for role, array in floats.items()
    }
    pair = alone, replace(alone, arrays=moved)
    tried = _Tried(how, pair, trier.passages(how, [pair]))
    tried = _with_own(trier, tried, _went)
    return LayerEvidence(said, None, passages=tried.passages, unjudged=tried.unjudged)


def _went(passage: Passage) -> bool:
    """Whether it went forward and back, with numbers."""
    return not passage.broke and _is_finite(passage.forward)
