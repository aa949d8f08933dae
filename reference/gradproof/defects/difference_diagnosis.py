"""What a gradient is, beside differences of forward: turned, scaled, negated.

Of layers that are of no known kind there is no model; what is measured is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.evidence.bounds import BoundedNumbers
from gradproof.evidence.passages import Passage

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Wrong:
    """A gradient that is not what is measured."""

    passage: Passage
    came: Array
    due: BoundedNumbers

    def is_due(self, array: Array) -> bool:
        """Whether that would not have departed."""
        off = self.due.off(array)
        return off is not None and not off.any()

    @property
    def rows(self) -> int:
        """The size of the batch."""
        return len(next(iter(self.passage.setting.arrays.values())))


def _scaled(wrong: Wrong) -> bool:
    """By one factor, whichever it is."""
    due = wrong.due.value
    if wrong.came.shape != due.shape or not np.any(due):
        return False
    factor = float(np.sum(wrong.came * due) / np.sum(due * due))
    return bool(factor) and np.isfinite(factor) and wrong.is_due(wrong.came / factor)


def _lacks_upstream(wrong: Wrong) -> bool:
    """Whether a multiple of the one upstream gradient makes it right."""
    due = wrong.due.value
    if len(wrong.passage.given) != 1 or wrong.came.shape != due.shape:
        return False
    (only,) = wrong.passage.given
    given = np.asarray(only, float)
    if given.shape != due.shape or given.size < 2:
        return False
    times = float(np.sum((due - wrong.came) * given) / np.sum(given * given))
    return wrong.is_due(wrong.came + times * given)


def _returned(wrong: Wrong) -> bool:
    return any(np.array_equal(wrong.came, given) for given in wrong.passage.given)


def _unsummed(wrong: Wrong) -> bool:
    more = wrong.came.ndim - wrong.due.value.ndim
    return more > 0 and wrong.is_due(wrong.came.sum(axis=tuple(range(more))))


def _is_turned(wrong: Wrong) -> bool:
    return wrong.is_due(wrong.came.T)


def _is_loss(wrong: Wrong) -> bool:
    values = [v for v in wrong.passage.forward.value if v is not None]
    return len(values) == 1 and values[0].size == 1


EXPLAINS: Mapping[str, Callable[[Wrong], bool]] = {
    "gradient-left-zero": lambda w: not w.came.any(),
    "gradient-negated": lambda w: w.is_due(-w.came),
    "upstream-returned": _returned,
    "batch-divided-twice": lambda w: _is_loss(w) and w.is_due(w.came * w.rows),
    "batch-not-divided": lambda w: _is_loss(w) and w.is_due(w.came / w.rows),
    "spread-not-summed": _unsummed,
    "gradient-turned": _is_turned,
    "gradient-scaled": _scaled,
    "upstream-term-missing": _lacks_upstream,
}
"""Whether a defect makes such a gradient, what is more special first."""


def named(passages: Sequence[Passage]) -> tuple[str, int] | None:
    """The first defect that makes all the gradients that are wrong; how many these are.

    Of passages whose forward is what its kind's should be, nothing is said.
    """
    wrong = [w for p in passages if not p.agrees for w in _wrong(p)]
    if not wrong:
        return None
    for id, explains in EXPLAINS.items():
        if all(map(explains, wrong)):
            return id, len(wrong)
    return None


def _wrong(passage: Passage) -> Iterator[Wrong]:
    for role, due in passage.expected.gradients.items():
        came = passage.gradients.get(role)
        if came is None:
            continue
        off = due.off(came)
        if off is None or off.any():
            yield Wrong(passage, np.asarray(came, float), due)
