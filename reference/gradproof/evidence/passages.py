"""What a layer did forward and back, beside what was due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradproof.evidence.bounds import BoundedNumbers
from gradproof.evidence.layer_extras import Extra
from gradproof.evidence.layer_modes import Modes
from gradproof.evidence.layer_plan import Plan
from gradproof.evidence.layer_settings import Kind, Reference, Setting
from gradproof.evidence.layer_states import States
from gradproof.numerics.magnitudes import largest
from gradproof.ports.trials import Description, Moment

Array = np.ndarray[Any, Any]


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


def right_so_far(passages: Sequence[Passage]) -> bool:
    """Whether none broke, and every gradient that came can be told and is right."""
    return all(not p.broke and all_told(p) and not departs(p) for p in passages)


def all_told(passage: Passage) -> bool:
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


def departs(passage: Passage, share: float = 0.0) -> bool:
    """Whether a gradient that came is wrong, by more than a share of its largest."""
    for role, expected in passage.expected.gradients.items():
        actual = passage.gradients[role]
        off = expected.off(actual)
        if actual is None or off is None:
            continue
        distance = np.abs(actual - expected.value)
        if np.any(off & (distance > share * largest(actual))):
            return True
    return False


def is_right(passages: Sequence[Passage]) -> bool:
    """Whether the values and all gradients are those of a reference."""
    return all(p.agrees and not p.broke and _gradients_fit(p) for p in passages)


def _gradients_fit(passage: Passage) -> bool:
    offs = (
        expected.off(passage.gradients.get(r))
        for r, expected in passage.expected.gradients.items()
    )
    return all(off is not None and not off.any() for off in offs)


def departs_where_flat(passage: Passage) -> bool:
    """Whether it departs, and nowhere but where its value stays the same."""
    departs = False
    for role, expected in passage.expected.gradients.items():
        off = expected.off(passage.gradients[role])
        if off is not None and off.any():
            departs = True
            if np.any(expected.value[off] != 0):
                return False
    return departs


def fits(passage: Passage) -> bool:
    """Whether it went back, and every gradient has the shape of what it is of.

    Arrays of one shape may be taken for others by broadcasting. Where forward gives
    what is no number, its differences say nothing.
    """
    return (
        not passage.broke
        and is_finite(passage.forward)
        and all(
            actual is None or actual.shape == np.shape(passage.setting.arrays[role])
            for role, actual in passage.gradients.items()
        )
    )


def is_turned(passage: Passage) -> bool:
    """Whether it is of one array, and its gradient has that array's axes reversed.

    One array is not taken for another by broadcasting: no other shape excuses it.
    """
    (shape, *more) = (array.shape for array in passage.setting.arrays.values())
    came = passage.gradients.get(next(iter(passage.setting.arrays)))
    if more or passage.broke or came is None:
        return False
    return bool(came.shape == shape[::-1] != shape)


def is_finite(moment: Moment) -> bool:
    """Whether its values are arrays of finite numbers."""
    return all(v is not None and bool(np.isfinite(v).all()) for v in moment.value)


def went(passage: Passage) -> bool:
    """Whether it went forward and back, with numbers."""
    return not passage.broke and is_finite(passage.forward)
