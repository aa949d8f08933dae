"""The judge of a pair: a claimed gradient against the slopes of its function."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gradproof.contract import outcomes
from gradproof.contract.verdicts import Judgement, failed, not_covered, passed
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.probe_ids import GIVEN
from gradproof.numerics.slopes import Slope, Unknown

CERTAIN = 1000
"""An estimate is not off by that factor: only what it is off by more fails by it."""


class _Seen(NamedTuple):
    """One entry of a claim: "fine", "off", or why it cannot be judged."""

    slope: Slope
    actual: complex | float
    how: str


def values(evidence: Evidence) -> Judgement:
    """Double precision decides, but for a failure that only single precision has."""
    double, single = (_values(evidence, probe) for probe in GIVEN)
    return single if double.verdict != "fail" and single.verdict == "fail" else double


def _values(evidence: Evidence, probe: str) -> Judgement:
    observation, known = evidence.observations[probe], evidence.slopes[probe]
    if outcomes.shape(observation).verdict != "pass" or observation.value is None:
        return not_covered("no-result", probe=probe)
    if isinstance(known, Unknown):
        return not_covered(f"pair.{known.id}", **known.parameters)
    value = observation.value
    seen = [_seen(slope, value[slope.index], known.aim) for slope in known.entries]
    for how in ("off", "overflow", "kink", "cancellation", "estimate"):
        such = [entry for entry in seen if entry.how == how]
        if such:
            said = _said(such, len(seen))
            if how == "off":
                return failed("pair.off", probe=probe, **said)
            return not_covered(f"pair.{how}", probe=probe, **said)
    if len(seen) < known.size:
        return passed("pair.some", count=len(seen), total=known.size)
    return passed()


def _seen(slope: Slope, claimed: Any, aim: float) -> _Seen:
    # Differences of single precision would be rounded to it.
    actual = complex(claimed) if np.iscomplexobj(claimed) else float(claimed)
    return _Seen(slope, actual, _judged(slope, actual, aim))


def _judged(slope: Slope, actual: Any, aim: float) -> str:
    """What a claimed entry is; ``aim`` is the largest limit that resolves it."""
    if slope.kinked:
        return "kink"
    if slope.trouble == "overflow" or not np.isfinite(slope.limit):
        return "overflow"
    if not np.isfinite(actual):
        return "off"
    distance, limit = abs(actual - slope.value), slope.limit + slope.doubt
    if distance > limit * (1 if slope.known else CERTAIN):
        return "kink" if slope.trouble == "kink" else "off"
    if distance == 0 and slope.known:
        return "fine"
    if slope.trouble:
        return slope.trouble
    return "fine" if slope.known else "estimate"


def _said(such: list[_Seen], total: int) -> dict[str, Any]:
    """The worst of these entries, in a message's parameters."""
    worst = max(such, key=_distance)
    return {
        "place": list(worst.slope.index),
        "got": float(np.real(worst.actual)),
        "due": worst.slope.value,
        "bound": worst.slope.limit + worst.slope.doubt,
        "count": len(such),
        "total": total,
    }


def _distance(entry: _Seen) -> float:
    distance = abs(entry.actual - entry.slope.value) / max(entry.slope.limit, 1e-300)
    return float(np.nan_to_num(distance, nan=np.inf))
