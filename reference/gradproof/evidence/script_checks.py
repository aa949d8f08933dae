"""What a script compares: a gradient by differences, another one, and the loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.numerics import slope_estimates
from gradproof.numerics.slope_estimates import (
    DECISIVE,
    RATIOS,
    STEP,
    VALUES,
    Answer,
    SlopeEstimate,
)
from gradproof.ports.trials import Description, LayerPort, Moment, Step, Trial

Array = np.ndarray[Any, Any]

METHOD = "<check>"
"""What the description of a script's own check has for a method."""

USUAL = (1e-3, 1e-4, 1e-5, 1e-6)
"""Steps of differences: one that is taken with any from the first to the last is as
good as another."""
ONE_SIDED = USUAL[1:]
"""Steps of those that look to one side alone."""

LENGTHS = tuple(
    sorted(
        {0.0}
        | {sign * step for sign in (1, -1) for step in USUAL}
        | {sign * k * STEP * r for sign in (1, -1) for k in (1, 2) for r in RATIOS}
        | {k * STEP / 64 for k in range(VALUES)}
    )
)
"""How far an entry is moved, to see the loss."""


@dataclass(frozen=True, eq=False)
class ClaimedEntry:
    """One entry of a parameter, what is claimed of it, and the loss beside it.

    ``slopes`` is the loss's, and that of the loss without the guard in its logarithm if
    it has one. From ``least`` to ``most`` is what differences by usual steps give.
    """

    index: tuple[int, ...]
    numerical: float
    backward: float
    slopes: tuple[SlopeEstimate, ...]
    least: float
    most: float

    @property
    def numerical_answer(self) -> Answer:
        """Whether the gradient by differences is what differences give."""
        if not self.slopes:
            return "unclear"
        within = self.least <= self.numerical <= self.most
        answers = [slope.answer(self.numerical) for slope in self.slopes[:1]]
        if within or "agrees" in answers:
            return "agrees"
        return "departs" if answers == ["departs"] else "unclear"

    @property
    def apart(self) -> bool:
        """Whether they differ by more than differences with the usual steps do.

        Where both are right they may, by the guard in a logarithm.
        """
        if self.numerical_answer == self.backward_answer == "agrees":
            return False
        doubts = [DECISIVE * slope.doubt for slope in self.slopes]
        off = abs(self.numerical - self.backward)
        return not off <= max([self.most - self.least, *doubts])

    @property
    def backward_answer(self) -> Answer:
        """Whether the other gradient is the slope, with or without the guard."""
        answers = [slope.answer(self.backward) for slope in self.slopes]
        if "agrees" in answers:
            return "agrees"
        return "departs" if answers and set(answers) == {"departs"} else "unclear"


@dataclass(frozen=True, eq=False)
class ComparedParameter:
    """A parameter's gradients, compared in all or ``compared`` of its ``size`` entries.

    ``largest`` is the largest difference, ``moved`` by how much differences have left
    the parameter changed, ``zero`` whether both are 0 in every entry.
    """

    name: str
    entries: tuple[ClaimedEntry, ...]
    largest: float
    compared: int
    size: int
    moved: float
    zero: bool


@dataclass(frozen=True, eq=False)
class OneCheck:
    """What was compared at one place of a script; ``missing`` are those without both.

    ``losses`` are two of the same data, as the script has it; ``samples`` how many
    there are, if that is told. The two may be of data that were fed ``otherwise``.
    """

    parameters: tuple[ComparedParameter, ...]
    losses: tuple[float, ...]
    samples: int | None
    missing: tuple[str, ...] = ()
    otherwise: bool = False

    @property
    def random(self) -> bool:
        """Whether the loss is another one each time."""
        return len(set(self.losses)) > 1


@dataclass(frozen=True, eq=False)
class CheckEvidence:
    """What a script's own checks are; ``missed`` are modules whose data it had not.

    ``ended`` is the exception that ended it, where one did.
    """

    said: Description
    checks: tuple[OneCheck, ...] = ()
    missed: tuple[str, ...] = ()
    ended: str = ""


def is_check(said: Description) -> bool:
    """Whether it stands for a script's own check."""
    return METHOD in said.methods


def gather(port: LayerPort, said: Description) -> CheckEvidence:
    """Have the script run, and look on."""
    step = Step("slopes", lengths=LENGTHS)
    (moments,) = port.run([Trial(said.name, {}, (step,))])
    if not moments or moments[0].outcome != "returned":
        return CheckEvidence(said, ended=moments[0].kind if moments else "")
    first, *others = moments
    missed = tuple(filter(None, first.text.split(", ")))
    checks = tuple(check for check in map(_check, others) if check.parameters)
    return CheckEvidence(said, checks, missed, first.kind)


def _check(moment: Moment) -> OneCheck:
    told = moment.attributes
    names = [key.partition(".")[2] for key in told if key.startswith("entry.")]
    samples = told.get("samples")
    return OneCheck(
        tuple(_compared(told, name) for name in names),
        tuple(map(float, told.get("losses", ()))),
        int(samples[0]) if samples is not None and samples.size else None,
        tuple(filter(None, moment.text.split(", "))),
        bool(np.any(told.get("otherwise", 0))),
    )


def _compared(told: Mapping[str, Array], name: str) -> ComparedParameter:
    largest, compared, size, *sizes = map(float, told[f"extent.{name}"])
    return ComparedParameter(
        name,
        tuple(_entries(told, name)),
        largest,
        int(compared),
        int(size),
        float(told[f"moved.{name}"]),
        not any(sizes),
    )


def _entries(told: Mapping[str, Array], name: str) -> Iterator[ClaimedEntry]:
    rows = [told[key + name] for key in ("line.", "bare.") if key + name in told]
    claimed = told[f"numerical.{name}"], told[f"backward.{name}"]
    for number, index in enumerate(told[f"entry.{name}"].astype(int)):
        lines = [row[number] for row in rows]
        numerical, backward = (float(array[number]) for array in claimed)
        yield entry(tuple(int(i) for i in index), numerical, backward, lines)


def entry(
    index: tuple[int, ...], numerical: float, backward: float, lines: Sequence[Array]
) -> ClaimedEntry:
    """An entry, by the values of the loss at all the `LENGTHS`."""
    known = [line for line in lines if np.isfinite(line).all()]
    slopes = tuple(map(_slope, known))
    least, most = _differences(known[0]) if known else (0.0, 0.0)
    return ClaimedEntry(index, numerical, backward, slopes, least, most)


def _line(values: Array) -> tuple[Callable[[float], float], float]:
    """The loss by how far the entry is moved, and its noise."""
    line = dict(zip(LENGTHS, map(float, values), strict=True)).__getitem__
    return line, slope_estimates.noise(line, 1.0)


def _slope(values: Array) -> SlopeEstimate:
    line, noise = _line(values)
    return slope_estimates.estimate(line, line(0.0), noise, 1.0, 0.0)


def _differences(values: Array) -> tuple[float, float]:
    """Between which numbers differences with the usual steps lie, and rounding."""
    line, noise = _line(values)
    found = []
    for h in USUAL:
        ahead, here, behind = line(h), line(0.0), line(-h)
        quotients = [(ahead - behind) / (2 * h)]
        if h in ONE_SIDED:
            quotients += [(ahead - here) / h, (here - behind) / h]
        found += [q + s * noise / h for q in quotients for s in (1, -1)]
    return min(found), max(found)
