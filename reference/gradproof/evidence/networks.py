"""What a network claims of its gradient, and what its loss says."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradproof.evidence.expected_passages import cotangents
from gradproof.evidence.layer_plan import UnbuildableError
from gradproof.evidence.log_guard import LARGEST
from gradproof.evidence.network_plan import (
    NetworkSetting,
    settings,
    ways,
    with_mode,
)
from gradproof.numerics.directions import (
    DIRECTIONS,
    MAX_EVALUATIONS,
    Survey,
    survey,
)
from gradproof.ports.observation import Note
from gradproof.ports.trials import Description, LayerPort, Moment, Step, Trial

Array = np.ndarray[Any, Any]

WEAK = 0.1
"""Weights of less than this share of 1/√n, n the numbers in a sum, show little."""


SOME = 6
"""Directions that bear out what an entry tells of all, or one array by itself.

Of fewer all may be ones in which nothing changes, as of a softmax's scores together.
"""

GUARDS = 4
"""Small constants of the code that are tried as what is added in a logarithm."""

SPARE = 40
"""Evaluations that this takes, and a few."""


class LossError(Exception):
    """The loss raised, or was no number: what came of it."""

    def __init__(self, moment: Moment) -> None:
        super().__init__(moment.kind)
        self.moment = moment


@dataclass(frozen=True, eq=False)
class NetworkEvidence:
    """All that a judge may look at.

    ``problem`` is the parameter of which nothing is known; what raises when it is made
    is ``unmade``; it is ``large`` if it has too many. ``gradients`` is what came
    of the gradient on the data, on others, and on the first once more; ``claimed`` the
    first by name, and ``at`` the parameters
    for which it is claimed. ``losses`` are two of the loss there. ``survey`` is what
    random directions told, or what the loss did near there; ``guarded`` is by how much
    the ``guard`` in its logarithm changes a slope, if the survey is without that.
    The gradient lacks ``term`` times the parameters themselves, where that is all.
    ``labelled`` is the gradient by labels, if they give the loss of one-hot rows.
    """

    said: Description
    problem: str = ""
    unmade: bool = False
    large: bool = False
    setting: NetworkSetting | None = None
    ahead: Moment | None = None
    at: Mapping[str, Array] = field(default_factory=dict)
    gradients: tuple[Moment, ...] = ()
    claimed: Mapping[str, Array | None] = field(default_factory=dict)
    losses: tuple[float, ...] = ()
    survey: Survey | Moment | None = None
    guarded: float | None = None
    guard: float = 0.0
    term: float | None = None
    labelled: tuple[Array | None, ...] = ()
    evaluations: int = 0
    notes: tuple[Note, ...] = ()


def gather(
    port: LayerPort,
    said: Description,
    seed: int = 0,
    budget: int = MAX_EVALUATIONS,
    tried: Iterable[NetworkSetting] | None = None,
) -> NetworkEvidence:
    """Make the network and feed it, then hold what it claims against its loss.

    What is ``tried`` are ways to make and feed it, in place of those that a network's
    parameters suggest.
    """
    try:
        found = _begun(port, said, tried)
    except UnbuildableError as problem:
        return NetworkEvidence(said, problem=problem.parameter)
    if found.setting is None or not found.at:
        return found
    return _Examined(port, found, budget).evidence(seed)


def _begun(
    port: LayerPort, said: Description, tried: Iterable[NetworkSetting] | None
) -> NetworkEvidence:
    """The first setting in which the loss is a number, or something comes out.

    Raises UnbuildableError.
    """
    first: NetworkEvidence | None = None
    for setting in _settings(port, said) if tried is None else tried:
        trial = Trial(said.name, setting.make, (Step("loss", setting.fed),))
        (moments,) = port.run([trial])
        made, *_ = moments
        *_, ahead = moments
        at = {n: a for n, a in made.attributes.items() if a.dtype.kind == "f"}
        if made.params:
            first = first or NetworkEvidence(said, large=True)
            continue
        unmade = made.outcome != "returned"
        found = NetworkEvidence(
            said, unmade=unmade, setting=setting, ahead=ahead, at=at
        )
        if _comes_out(ahead):
            return found
        first = first or found
    return first or NetworkEvidence(said)


def _comes_out(ahead: Moment) -> bool:
    arrays = [v for v in ahead.value if v is not None]
    finite = all(bool(np.isfinite(a).all()) for a in arrays)
    return ahead.outcome == "returned" and bool(arrays) and finite


def _settings(port: LayerPort, said: Description) -> Iterator[NetworkSetting]:
    if said.instance:
        yield NetworkSetting("given", {}, with_mode(said.forward, said.given))
        return
    for make in ways(said):
        ((made, *_),) = port.run([Trial(said.name, make, ())])
        yield from settings(said, make, list(made.attributes.values()))


class _Examined:
    """A network that is made and fed."""

    def __init__(self, port: LayerPort, found: NetworkEvidence, budget: int) -> None:
        assert found.setting is not None
        assert found.ahead is not None
        self.port, self.found, self.setting = port, found, found.setting
        self.weights = cotangents(found.ahead.value, 0)
        self.budget, self.used = budget, 0

    @property
    def left(self) -> int:
        """Evaluations that may still be taken."""
        return max(self.budget - self.used, 0)

    def evidence(self, seed: int) -> NetworkEvidence:
        """With the claim, and what random directions tell of it."""
        at, drawn = _shown(self.found.at, made=not self.found.said.instance)
        gradients = self._gradients(at)
        first = next(iter(gradients), None)
        claimed = dict(zip(at, first.value, strict=False)) if first else {}
        found = replace(
            self.found,
            at=at,
            gradients=gradients,
            claimed=claimed,
            notes=tuple(_notes(self.setting, drawn, claimed)),
        )
        try:
            losses = self._loss(at), self._loss(at)
            found = replace(found, losses=losses)
            if losses[0] == losses[1] and _judgeable(at, claimed):
                found = self._with_term(self._surveyed(found, seed), seed)
        except LossError as error:
            found = replace(found, survey=error.moment)
        notes = (*found.notes, *_too_small(found))
        found = replace(found, labelled=self._labelled(at, found.losses))
        return replace(found, evaluations=self.used, notes=notes)

    def _gradients(self, at: Mapping[str, Array]) -> tuple[Moment, ...]:
        """Of the data, of others, and of the first once more, of one network."""
        others = tuple(_other(fed) for fed in self.setting.fed)
        first, other = (
            Step("gradient", self._of_gradient(fed), how, cotangents=self.weights)
            for fed, how in ((self.setting.fed, ""), (others, "quiet"))
        )
        name = self.found.said.name
        trial = Trial(name, self.setting.make, (first, other, first), at=at)
        (moments,) = self.port.run([trial])
        return tuple(moments[1:])

    def _labelled(
        self, at: Mapping[str, Array], losses: Sequence[float]
    ) -> tuple[Array | None, ...]:
        """The gradient by labels, where they are taken for the data's one-hot rows.

        They are if the loss is the same; what raises by labels may not take them.
        """
        if len(self.setting.fed) != 2 or not losses:
            return ()
        (x, rows), (loss, *_) = self.setting.fed, losses
        if not _one_hot(rows):
            return ()
        labels = np.asarray(rows).argmax(axis=1)
        steps = (
            Step("loss", (x, labels)),
            Step("gradient", self._of_gradient((x, labels)), cotangents=self.weights),
        )
        trial = Trial(self.found.said.name, self.setting.make, steps, at=at)
        ((_, *moments),) = self.port.run([trial])
        if [m.outcome for m in moments] != ["returned", "returned"]:
            return ()
        by_labels, gradient = moments
        numbers = [v.item() for v in by_labels.value if v is not None and v.size == 1]
        alike = any(math.isclose(number, loss) for number in numbers)
        return gradient.value if alike else ()

    def _of_gradient(self, fed: tuple[Any, ...]) -> tuple[Any, ...]:
        """What the gradient is given: what the loss is, but for its mode."""
        said = self.found.said
        if "gradient" not in said.methods:
            return fed
        data = fed[: len([p for p in said.backward if p.required])]
        return with_mode(said.backward, data)

    def _loss(self, at: Mapping[str, Array], guard: float = 0.0) -> float:
        self.used += 1
        step = Step("loss", self.setting.fed, guard=guard)
        trial = Trial(self.found.said.name, self.setting.make, (step,), at=at)
        ((*_, moment),) = self.port.run([trial])
        arrays = [v for v in moment.value if v is not None]
        if moment.outcome != "returned" or len(arrays) != len(self.weights):
            raise LossError(moment)
        weighed = map(np.multiply, self.weights, arrays)
        return float(sum(np.sum(each) for each in weighed))

    def _surveyed(self, found: NetworkEvidence, seed: int) -> NetworkEvidence:
        """By the loss; by what it is without the guard in its logarithm, if nearer."""
        guards = self._guards(found)
        if not guards:
            return replace(found, survey=self._directions(found, seed))
        own = self._directions(found, seed, located=False)
        if own.answer != "departs":
            return replace(found, survey=own)
        guard = self._likeliest(guards, found, seed)
        found = replace(found, guard=guard)
        without = self._directions(found, seed, guard=guard, located=False)
        if without.answer == "agrees":
            return replace(found, survey=without, guarded=own.departure)
        # Beside what is wrong either may be meant: mostly it is the one without.
        located = self._directions(found, seed, guard=guard)
        departing = list(dict.fromkeys(place.name for place in located.places))
        if any(self._agrees_alone(found, name, seed) for name in departing):
            located = self._directions(found, seed)
        return replace(found, survey=located)

    def _agrees_alone(self, found: NetworkEvidence, name: str, seed: int) -> bool:
        """Whether the claim of one array agrees with the loss, guard and all."""
        claimed = found.claimed[name]
        alone = survey(
            lambda moved: self._loss({**found.at, **moved}),
            {name: found.at[name]},
            {} if claimed is None else {name: claimed},
            seed=seed,
            budget=self.left,
            located=False,
            directions=SOME,
        )
        return alone.answer == "agrees"

    def _with_term(self, found: NetworkEvidence, seed: int) -> NetworkEvidence:
        """With the multiple of the parameters that the gradient lacks, if it does.

        It is told by an entry, and borne out by random directions of all of them.
        """
        seen = found.survey
        assert isinstance(seen, Survey)
        if seen.answer != "departs":
            return found
        term = _term(seen, found.at)
        if term is None or self.left < SPARE:
            return found
        wrong = {place.name for place in seen.places}
        with_term = {
            n: g + term * found.at[n] if n in wrong and g is not None else g
            for n, g in found.claimed.items()
        }
        told = replace(found, claimed=with_term)
        for guard in (found.guard, 0.0) if found.guard else (0.0,):
            mended = self._directions(told, seed, guard, False, SOME)
            if mended.answer == "agrees":
                return replace(found, term=term)
        return found

    def _guards(self, found: NetworkEvidence) -> list[float]:
        """Return the code's constants that may be added where a logarithm is taken."""
        loss, *_ = found.losses
        guards = []
        small = [c for c in found.said.constants if c <= LARGEST]
        for guard in small[-GUARDS:]:
            with contextlib.suppress(LossError):
                if self._loss(found.at, guard) != loss:
                    guards.append(guard)
        return guards

    def _likeliest(
        self, guards: Sequence[float], found: NetworkEvidence, seed: int
    ) -> float:
        """Return the guard without which the loss is nearest to the claim."""
        if len(guards) == 1:
            return guards[0]
        quick: dict[float, float] = {}
        for guard in guards:
            quick[guard] = self._directions(
                found, seed, guard, located=False, directions=SOME
            ).departure
        return min(quick, key=quick.__getitem__)

    def _directions(
        self,
        found: NetworkEvidence,
        seed: int,
        guard: float = 0.0,
        located: bool = True,
        directions: int = DIRECTIONS,
    ) -> Survey:
        claimed = {n: g for n, g in found.claimed.items() if g is not None}
        return survey(
            lambda moved: self._loss(moved, guard),
            found.at,
            claimed,
            seed=seed,
            budget=self.left,
            located=located,
            directions=directions,
        )


def _term(found: Survey, at: Mapping[str, Array]) -> float | None:
    """What multiple of the parameters may be missing, to three digits: by one entry."""
    for place in found.places:
        entry = place.example
        if place.factor is not None or entry is None or place.size < 2:
            continue
        parameter = float(at[place.name][entry.index])
        if parameter:
            return float(f"{(entry.slope - entry.claimed) / parameter:.3g}")
    return None


def _one_hot(t: Any) -> bool:
    """Whether these are rows of several classes, as many as there are samples not."""
    rows = np.asarray(t)
    if rows.ndim != 2 or rows.shape[1] in (1, len(rows)):
        return False
    return bool(np.isin(rows, (0, 1)).all() and (rows.sum(axis=1) == 1).all())


def _judgeable(at: Mapping[str, Array], claimed: Mapping[str, Array | None]) -> bool:
    """Whether there is a gradient of each parameter, of its shape."""
    found = {name: g for name, g in claimed.items() if g is not None}
    return bool(at) and all(n in found and found[n].shape == at[n].shape for n in at)


def _other(fed: Any) -> Any:
    """Other data of the kind: the samples in another order, numbers of another size."""
    array = np.asarray(fed)
    if not array.ndim:
        return fed
    turned = array[::-1].copy()
    return turned * 0.75 if turned.dtype.kind == "f" else turned


def _shown(
    arrays: Mapping[str, Array], *, made: bool
) -> tuple[dict[str, Array], list[str]]:
    """The parameters, those drawn anew by which too little shows, and their names.

    That is what is 0 or of one value all over, and weights that are small, but for
    those of a network that somebody else has ``made``.
    """
    rng = np.random.default_rng(13)
    at: dict[str, Array] = {}
    drawn = []
    for name, array in arrays.items():
        at[name] = np.array(array, float)
        if array.ndim < 2 and array.size and np.ptp(array) == 0:
            at[name] += 0.1 * rng.normal(size=array.shape)
            drawn.append(name)
        elif array.ndim >= 2 and _weak(array, made=made):
            fresh = rng.normal(size=array.shape)
            at[name] = np.asarray(fresh / math.sqrt(_summed(array)))
            drawn.append(name)
    return at, drawn


def _weak(array: Array, *, made: bool) -> bool:
    if not array.size:
        return False
    size = _size(array)
    return size < WEAK / math.sqrt(_summed(array)) if made else size == 0


def _summed(array: Array) -> int:
    """How many numbers each entry of the result is a sum of."""
    one = array.shape[1] if array.ndim == 2 else array.shape[0]
    return int(max(array.size // max(one, 1), 1))


def _notes(
    setting: NetworkSetting,
    drawn: Sequence[str],
    claimed: Mapping[str, Array | None],
) -> Iterator[Note]:
    if drawn:
        yield Note("drawn-anew", {"names": ", ".join(drawn)})
    if setting.id == "given" and setting.fed and np.shape(setting.fed[0])[:1] == (1,):
        yield Note("one-sample", {})
    zero = [n for n, g in claimed.items() if g is not None and not np.any(g)]
    if zero:
        yield Note("zero-gradient", {"names": ", ".join(zero)})


def _too_small(found: NetworkEvidence) -> Iterator[Note]:
    """The parameters of which a typical entry is no larger than what is missed."""
    if not isinstance(found.survey, Survey) or found.survey.answer != "agrees":
        return
    claimed = {n: g for n, g in found.claimed.items() if g is not None and g.size}
    sizes = {n: _size(g) for n, g in claimed.items()}
    small = [n for n, size in sizes.items() if 0 < size < found.survey.threshold]
    if small:
        said = {"names": ", ".join(small), "threshold": found.survey.threshold}
        yield Note("too-small", said)


def _size(array: Array) -> float:
    return float(np.sqrt(np.mean(np.square(array))))
