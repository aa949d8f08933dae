"""Digits that a port loses on the way: in its results, in f's arguments or values.

Numbers that were rounded tell so themselves: all of them are of few decimals, of few
significant digits, or of float32. That this is what is wrong is another matter: then
every entry is off by no more than such a rounding can be the cause of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np

from gradproof.contract import expected
from gradproof.contract.expected import BOOK_STEP, Expected, wide
from gradproof.defects.changes import Clues
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.roles import ROLES
from gradproof.evidence.stencil import Stencil
from gradproof.numerics.number_formats import NumberFormat, formats_of, is_single
from gradproof.numerics.rounding import SINGLE_ROUNDOFF, UNIT_ROUNDOFF
from gradproof.ports.observation import Evaluation, Observation, Returned

Array = np.ndarray[Any, Any]
Place = Literal["results", "values", "differences", "arguments", "left"]

SINGLE = NumberFormat("single")

FEWEST = 4
"""Numbers that a format is told by: two may be short by chance."""


@dataclass(frozen=True)
class LostDigits:
    """Numbers that are all of a format: ``place`` says which."""

    place: Place
    format: NumberFormat

    @property
    def defect(self) -> str:
        """The defect that this is the sign of."""
        return "single-precision" if self.format.kind == "single" else "few-digits"


@dataclass(frozen=True, eq=False)
class _Answer:
    """An entry of a result, what was expected of it, and the step it was made with."""

    observation: Observation
    expected: Expected
    actual: float
    step: float

    @property
    def is_right(self) -> bool:
        return self.expected.met_by(self.actual)

    def is_explained_by(self, losses: Collection[LostDigits]) -> bool:
        """Whether it is off by no more than what was lost can make it."""
        if self.is_right:
            return True
        if not np.isfinite(self.actual):
            return False
        lost = sum(self._off(loss) for loss in losses)
        off = abs(self.actual - self.expected.value)
        return bool(off <= self.expected.limit + lost)

    def _off(self, loss: LostDigits) -> float:
        if loss.place == "results":
            # Half a unit, and the rounding of the number that is compared; in float32
            # the difference, its divisor and the quotient may be rounded.
            times = 4 if loss.format == SINGLE else 1
            compared = 2 * UNIT_ROUNDOFF * abs(self.actual)
            return times * loss.format.off(self.actual) + compared
        if loss.format.kind == "single":
            return self._off_in_single()
        reach = (abs(self.expected.entry.origin) + self.step).tolist()
        moved = self._steepest() @ np.array([loss.format.off(at) for at in reach])
        return 2 * float(moved) / self.step

    def _off_in_single(self) -> float:
        """Where all of it is of single precision: x, the nodes, f's values, the result.

        With u = 2⁻²⁴ a node is off by u(|x_j| + h) in each component, f's value by
        u·|f| and what that makes of it, and both are divided by h; the difference, 2h
        and the quotient are off by u each. Twice that leaves room for what is of
        higher order.
        """
        origin = abs(self.expected.entry.origin) + self.step
        values = max(abs(float(self._f(node))) for node in self._nodes())
        moved = float(self._steepest() @ origin) + values
        lost: float = 2 * SINGLE_ROUNDOFF * moved / self.step
        return lost + 4 * SINGLE_ROUNDOFF * float(abs(self.expected.value))

    def middle(self) -> float | None:
        """What lies between the two nodes of a central difference, if they are asked.

        Both differ from x in this component alone, but for digits that were lost.
        """
        pair = self._pair()
        return (pair[0][0] + pair[1][0]) / 2 if pair else None

    def is_of_single_values(self) -> bool:
        """Whether it is the quotient of values of f that were rounded to float32."""
        pair = self._pair()
        if pair is None:
            return False
        (ahead, f_ahead), (behind, f_behind) = pair
        with np.errstate(over="ignore"):
            rise = float(np.float32(f_ahead)) - float(np.float32(f_behind))
        due = rise / (ahead - behind)
        # The difference, the step and the quotient may be rounded, too.
        return bool(abs(self.actual - due) <= 8 * SINGLE_ROUNDOFF * abs(due))

    def _pair(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """The component and f's value at the node ahead, and at the one behind."""
        entry = self.expected.entry
        near = np.full(entry.origin.shape, self.step / 2)
        near[entry.component] = np.inf
        found = {
            float(node[entry.component]): float(self._f(node))
            for each in self.observation.evaluations
            for node in (_flat(each),)
            if each.real and node.shape == near.shape
            if (abs(node - entry.origin) <= near).all()
            if abs(abs(node - entry.origin)[entry.component] - self.step)
            <= self.step / 2
        }
        if len(found) != 2:
            return None
        behind, ahead = sorted(found.items())
        return ahead, behind

    def _nodes(self) -> Iterator[Array]:
        entry = self.expected.entry
        for offset in (0.0, self.step, -self.step):
            node = entry.origin.copy()
            node[entry.component] += offset
            yield node

    def _steepest(self) -> Array:
        """The largest slope along each component at x and at both nodes."""
        function = expected.function_of(self.observation)
        slopes = (
            expected.exact_gradient(function, tuple(node.tolist()))
            for node in self._nodes()
        )
        return np.max(np.abs(list(slopes)), axis=0)  # type: ignore[no-any-return]

    def _f(self, node: Array) -> Any:
        return expected.function_of(self.observation).point(node)


def losses(
    evidence: Evidence, failing: Collection[str], clues: Clues
) -> tuple[LostDigits, ...]:
    """What was lost, if that explains all of what fails; ``failing`` names the musts.

    One loss is tried before two.
    """
    if not judged_by_themselves(evidence):
        return ()
    answers = list(_answers(evidence, _step(evidence, clues)))
    seen = tuple(_seen(evidence, answers))
    ordered = sorted(seen, key=lambda loss: (loss.format == SINGLE, _digits(loss)))
    pairs = (two for two in combinations(ordered, 2) if len({o.place for o in two}) > 1)
    tried = [*((loss,) for loss in ordered), *pairs]
    return next(
        (each for each in tried if _explains(evidence, answers, failing, each)), ()
    )


DIGITS_OF_SINGLE = 9
"""So many tell any two numbers of float32 apart."""

FEWEST_DIGITS = 4
"""Where results of fewer digits agree, too little is told from them."""


def in_results(evidence: Evidence) -> tuple[LostDigits, ...]:
    """The short formats that all results are in, the shortest first."""
    found = (LostDigits("results", each) for each in _formats_of_results(evidence))
    return tuple(sorted((f for f in found if _digits(f) >= FEWEST_DIGITS), key=_digits))


def _digits(loss: LostDigits) -> int:
    """Its digits, of whichever kind."""
    return DIGITS_OF_SINGLE if loss.format == SINGLE else loss.format.digits


def judged_by_themselves(evidence: Evidence) -> bool:
    """Whether each entry of a result is one of a gradient."""
    return ROLES[evidence.role].call in ("array", "number")


def _formats_of_results(evidence: Evidence) -> Iterator[NumberFormat]:
    values = (evidence.observations[probe].value for probe in _probes(evidence))
    numbers = [n for v in values if v is not None for n in np.ravel(wide(v)).tolist()]
    if len(numbers) >= FEWEST:
        yield from formats_of(numbers)


def _step(evidence: Evidence, clues: Clues) -> float:
    return BOOK_STEP if expected.gives_values_alone(evidence) else clues.step


def _probes(evidence: Evidence) -> Iterator[str]:
    """Those that were answered, by numbers as many as there are in x."""
    role = ROLES[evidence.role]
    for probe in (*role.served, *role.more, *role.drawn):
        seen = evidence.observations.get(probe)
        if seen is None or not isinstance(seen.outcome, Returned):
            continue
        value = seen.outcome.value
        at = seen.probe.at
        due = np.shape(seen.probe.x) if at is None else np.shape(at)[:1]
        if value.dtype.kind == "f" and value.shape == due:
            yield probe


def _answers(evidence: Evidence, step: float) -> Iterator[_Answer]:
    for probe in _probes(evidence):
        observation = evidence.observations[probe]
        assert observation.value is not None
        value = wide(observation.value)
        for each in expected.gradients(evidence, probe):
            yield _Answer(observation, each, float(value[each.entry.index]), step)


def _seen(evidence: Evidence, answers: list[_Answer]) -> Iterator[LostDigits]:
    """What numbers are all of a format that keeps less than a double has."""
    numbers = [answer.actual for answer in answers]
    yield from (LostDigits("results", each) for each in _formats_of_results(evidence))
    # Beside a node that was lost, another formula would not show.
    middles = [answer.middle() for answer in answers]
    central = len(middles) >= FEWEST and None not in middles
    if not central and not expected.gives_values_alone(evidence):
        return
    nodes = [
        number for probe in _probes(evidence) for number in _moved(evidence, probe)
    ]
    if len(nodes) >= FEWEST:
        yield from (LostDigits("arguments", each) for each in formats_of(nodes))
    if len(numbers) >= FEWEST and all(each.is_of_single_values() for each in answers):
        yield LostDigits("values", SINGLE)
    if central and all(m is not None and is_single(m) for m in middles):
        yield LostDigits("arguments", SINGLE)
    weight = _weight(evidence)
    scaled = [number / weight for number in numbers if weight]
    if len(scaled) >= FEWEST and all(map(_is_nearly_single, scaled)):
        yield LostDigits("differences", SINGLE)
    left = [number for probe in _probes(evidence) for number in _left(evidence, probe)]
    if len(left) >= FEWEST and all(map(is_single, left)):
        yield LostDigits("left", SINGLE)


def _moved(evidence: Evidence, probe: str) -> list[float]:
    """The components of f's arguments that are none of x's."""
    observation = evidence.observations[probe]
    own = set(np.ravel(observation.probe.x).tolist())
    asked = (_flat(each) for each in observation.evaluations if each.real)
    numbers = (number for node in asked for number in node.tolist())
    return [number for number in numbers if number not in own]


def _flat(evaluation: Evaluation) -> Array:
    """The components of an argument of f, (n,); none of what is no array of reals."""
    argument = evaluation.argument
    if argument is None or not evaluation.real:
        return np.zeros(0)
    return np.ravel(argument).astype(float)


def _weight(evidence: Evidence) -> float:
    """What f's values are multiplied by in a result, as it was read first; or 0."""
    for reading in evidence.readings.values():
        if isinstance(reading, Stencil):
            return float(np.max(abs(reading.weights)))
    return 0.0


def _is_nearly_single(number: float) -> bool:
    """But for the roundings of the product and of the quotient."""
    near = float(np.float32(number))
    return abs(number - near) <= 4 * UNIT_ROUNDOFF * abs(number)


def _left(evidence: Evidence, probe: str) -> list[float]:
    """What x holds afterwards where that is not what it held."""
    observation = evidence.observations[probe]
    after, before = observation.x_after, observation.probe.x
    if after is None or after.shape != before.shape or after.dtype.kind != "f":
        return []
    numbers: list[float] = after[after != before].tolist()
    return numbers


EXPLAINED = ("value", "consistent", "accuracy", "restored")


def _explains(
    evidence: Evidence,
    answers: list[_Answer],
    failing: Collection[str],
    found: Collection[LostDigits],
) -> bool:
    """Whether it is why these musts fail."""
    printed = all(loss.place == "results" and loss.format != SINGLE for loss in found)
    if not set(failing) <= set(EXPLAINED[:1] if printed else EXPLAINED):
        return False
    if not all(_is_left_alike(evidence, probe, found) for probe in _probes(evidence)):
        return False
    return all(answer.is_explained_by(found) for answer in answers)


def _is_left_alike(
    evidence: Evidence, probe: str, found: Collection[LostDigits]
) -> bool:
    """Whether x is what it was, but for what was lost of it."""
    observation = evidence.observations[probe]
    after, before = observation.x_after, np.asarray(observation.probe.x, float)
    if after is None:
        return True
    if after.shape != before.shape:
        return False
    formats = [loss.format for loss in found if loss.place != "results"]
    if any(loss.format == SINGLE for loss in found):
        formats.append(SINGLE)
    return all(
        abs(b - a) <= max((each.off(b) for each in formats), default=0.0)
        or abs(b - a) <= 32 * UNIT_ROUNDOFF * abs(b)
        for a, b in zip(
            np.ravel(after).tolist(), np.ravel(before).tolist(), strict=True
        )
    )
