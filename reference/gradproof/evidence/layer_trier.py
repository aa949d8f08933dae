"""A layer that is made, and has to go forward and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof.evidence import layer_ranges
from gradproof.evidence.bounds import BoundedNumbers
from gradproof.evidence.expected_passages import (
    agreeing,
    cotangents,
    due_nearby,
    expected,
    near,
)
from gradproof.evidence.layer_plan import Plan, gradients
from gradproof.evidence.layer_settings import Setting
from gradproof.evidence.log_guard import GUARD
from gradproof.evidence.passages import (
    ExpectedPassage,
    Passage,
    departs_where_flat,
    is_finite,
)
from gradproof.ports.trials import Description, LayerPort, Moment, Step, Trial

Array = np.ndarray[Any, Any]


LENGTHS = (2.0**-7, 2.0**-10, 2.0**-13)
"""Steps of differences: the error of each is told by the one before it."""


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
        takes = [p.name for p in self.said.backward]
        given = cotangents if "*" in takes else cotangents[: len(takes)]
        return Step("backward", given)

    def runs(self, how: Plan, settings: Sequence[Setting]) -> bool:
        """Whether forward returns numbers in every setting."""
        return all(m is not None for m in self.forwards(how, settings))

    def forwards(self, how: Plan, settings: Sequence[Setting]) -> list[Moment | None]:
        """What came of forward alone, where it returned numbers."""
        trials = [self.trial(how, s, self.ahead(how, s)) for s in settings]
        return [_with_numbers(ahead) for _, *ahead in self.port.run(trials)]

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
        passage, *_ = found["first"]
        return {**found, "near": list(self._near(how, passage))}

    def _near(self, how: Plan, first: Passage) -> Iterator[Passage]:
        """Whether a layer takes what is almost x for x, where what is due is known."""
        if first.broke or not first.agrees:
            return
        one, given = first.setting, first.given
        moved, back = near(one, how.fed), self.back(given)
        first_call = self.ahead(how, one), back, *self._clear
        steps = (*first_call, self.ahead(how, moved), back)
        (moments,) = self.port.run([self.trial(how, one, *steps)])
        if len(moments) > len(steps):
            made, *_, forward, backward = moments
            right, agrees = due_nearby(first, moved, forward)
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
        c, d = (cotangents(forward.value, seed) for seed in (0, 1))
        if not c:
            return {"first": self.passage(how, one, (made, forward, None), ())}
        # The layer keeps its parameters: what is other is what it is fed.
        parameters = {r: a for r, a in one.arrays.items() if r not in how.fed}
        other = replace(other, arrays={**other.arrays, **parameters})
        ahead, afresh = self.ahead(how, one), self.ahead(how, other)
        clear = self._clear
        batch = {*one.arrays, *one.fed} - {*self.parameters}
        fed = [role for role in how.fed if role in batch]
        beside = with_first_row(one, other, fed)
        e = tuple(map(_first_row_of, c, d))
        twice, again, third = self.port.run(
            [
                self.trial(how, one, ahead, self.back(c), *clear, self.back(d)),
                self.trial(how, one, ahead, self.back(c), *clear, afresh, self.back(d)),
                self.trial(how, beside, self.ahead(how, beside), self.back(e)),
            ]
        )
        if len(twice) < 3:
            return {"first": self.passage(how, one, (made, twice[-1], None), ())}
        made, forward, backward = twice[:3]
        found = {
            "first": self.passage(how, one, (made, forward, backward), c),
            **self._beside(how, beside, third, e),
        }
        # A program stops at what raises: what would come after that is not there.
        for back in twice[3 + len(clear) :]:
            found["back-again"] = self.passage(how, one, (made, forward, back), d)
        anew = again[3 + len(clear) :]
        if anew:
            later, *then = anew
            ended = again[0], later, next(iter(then), None)
            found["again"] = self.passage(how, other, ended, d)
        return found

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
        given = cotangents(alone[-1].value, 0)
        if not given:
            return None
        steps = ahead, self.back(given)
        (moments,) = self.port.run([self.trial(how, setting, *steps)])
        if moments[-1].outcome != "returned":
            return None
        made, forward, backward = moments
        return self.passage(how, setting, (made, forward, backward), given)

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
        is_loss = [np.ndim(c) for c in given] == [0]
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
        arrays = [v for v in forward.value if v is not None]
        terms = map(np.multiply, given, arrays)
        weighed = sum(float(np.abs(each).sum()) for each in terms)
        found = {}
        for role, moment in zip(roles, moments[1:], strict=False):
            if moment.outcome == "returned" and is_finite(moment):
                (rows,) = map(np.asarray, moment.value)
                shape = setting.arrays[role].shape
                found[role] = _estimated(rows, weighed, shape)
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


def is_cut_off(trier: Trier, passage: Passage, positive: Setting) -> bool:
    """Whether it departs at what it cuts off alone, as a logarithm's numbers below 0.

    There its value stays the same, and it has the slope of where it is cut off. Of
    numbers that it is not made for nobody can say which is right.
    """
    return departs_where_flat(passage) and any(
        has_pole(trier, passage.plan, positive, role) for role in passage.plan.fed
    )


def has_pole(trier: Trier, how: Plan, setting: Setting, role: str) -> bool:
    """Whether forward goes on and on where an array comes near 0, as a logarithm."""
    if role not in setting.arrays:
        return False
    near = trier.forwards(how, layer_ranges.near_zero(setting, role))
    values = [np.asarray(m.value[0], float) for m in near if m is not None]
    whole = len(values) == len(near) and len({v.shape for v in values}) == 1
    return whole and layer_ranges.has_pole(values)


def _with_numbers(ahead: Sequence[Moment]) -> Moment | None:
    """What came of forward, if it was come to and returned numbers."""
    return next((moment for moment in ahead if moment.first is not None), None)
