"""The judges of a pair: a claimed gradient against the slopes of its function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from gradproof.contract import outcomes
from gradproof.contract.verdicts import Judgement, failed, not_covered, passed
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.log_guard import GUARD
from gradproof.evidence.probe_ids import GIVEN
from gradproof.numerics.directions import Departure, Survey
from gradproof.numerics.notation import superscript
from gradproof.numerics.slope_records import Slope, Slopes, Unknown


class _ClaimedEntry(NamedTuple):
    """One entry of a claim: "fine", "off", or why it cannot be judged."""

    slope: Slope
    actual: complex | float
    how: str


def values(evidence: Evidence) -> Judgement:
    """Double precision decides, but for a failure that only single precision has."""
    double, single = (_either(_values, evidence, probe) for probe in GIVEN)
    return single if double.verdict != "fail" and single.verdict == "fail" else double


def directions(evidence: Evidence) -> Judgement:
    """Random directions, each of all entries, agree in double precision."""
    return _either(_directions, evidence, GIVEN[0])


def large(evidence: Evidence) -> bool:
    """Whether there are too many entries to judge each."""
    known = evidence.slopes[GIVEN[0]]
    return isinstance(known, Unknown) and known.id == "large"


def _either(
    judge: Callable[[Evidence, str], Judgement], evidence: Evidence, probe: str
) -> Judgement:
    """As the gradient of f, or of f without what guards its logarithm.

    What is neither is told by the one of which it departs in fewer entries. Where y is
    so small that y + 1e-7 has lost it, that other f cannot be told either.
    """
    own = judge(evidence, probe)
    if own.verdict == "pass" or evidence.unguarded is None:
        return own
    without = judge(evidence.unguarded, probe)
    if without.verdict == "pass":
        said = {"guard": GUARD, "effect": _effect(evidence, probe)}
        return passed(f"{without.message}-unguarded", **without.parameters, **said)
    if own.verdict != "fail":
        return own
    lost = without.message.endswith(("cancellation", "infinite", "kink"))
    fewer = without.verdict == "fail" and _count(without) < _count(own)
    return without if lost or fewer else own


def _count(judgement: Judgement) -> int:
    return int(judgement.parameters["count"])


def _effect(evidence: Evidence, probe: str) -> float:
    """By how much the guard changes an entry at most, or the slope in a direction."""
    if isinstance(evidence.survey, Survey):
        return evidence.survey.departure
    with_it, without = (
        {s.index: s.value for s in known.entries} if isinstance(known, Slopes) else {}
        for each in (evidence, evidence.unguarded)
        if each is not None
        for known in [each.slopes[probe]]
    )
    return max(abs(with_it[i] - without[i]) for i in with_it.keys() & without.keys())


def _values(evidence: Evidence, probe: str) -> Judgement:
    observation, known = evidence.observations[probe], evidence.slopes[probe]
    if outcomes.shape(observation).verdict != "pass" or observation.value is None:
        return not_covered("no-result", probe=probe)
    if isinstance(known, Unknown):
        return not_covered(f"pair.{known.id}", **known.parameters)
    value = observation.value
    seen = [_seen(slope, value[slope.index]) for slope in known.entries]
    for how in ("off", "overflow", "kink", "cancellation"):
        such = [entry for entry in seen if entry.how == how]
        if such:
            said = {"probe": probe, **_said(such, len(seen))}
            of_number = "" if value.ndim else "-number"
            if how != "off":
                return not_covered(f"pair.{how}{of_number}", **said)
            message = "pair.departs" if known.estimated else "pair.off"
            return _imaginary(such, probe) or failed(message + of_number, **said)
    return _agreed(known)


def _imaginary(such: Sequence[_ClaimedEntry], probe: str) -> Judgement | None:
    """The first entry with an imaginary part that no rounding explains."""
    for slope, actual, _ in such:
        if abs(np.imag(actual)) > slope.limit + slope.doubt:
            said = {"probe": probe, "actual": str(actual)}
            if not slope.index:
                return failed("pair.imaginary-number", **said)
            return failed("pair.imaginary", place=list(slope.index), **said)
    return None


def _agreed(known: Slopes) -> Judgement:
    if not known.estimated:
        return passed("pair.holds")
    doubt = max(entry.doubt for entry in known.entries)
    return passed("pair.estimated", doubt=doubt, total=known.size)


def _seen(slope: Slope, claimed: Any) -> _ClaimedEntry:
    # Differences of single precision would be rounded to it.
    actual = complex(claimed) if np.iscomplexobj(claimed) else float(claimed)
    return _ClaimedEntry(slope, actual, _judged(slope, actual))


def _judged(slope: Slope, actual: Any) -> str:
    """What a claimed entry is."""
    if slope.estimate is not None:
        return _by_estimate(slope, actual)
    if slope.kinked:
        return "kink"
    if slope.trouble == "overflow" or not np.isfinite(slope.limit):
        return "overflow"
    if not np.isfinite(actual):
        return "off"
    if not slope.known:
        return slope.trouble or "cancellation"
    distance = abs(actual - slope.value)
    if distance > slope.limit + slope.doubt:
        return "kink" if slope.trouble == "kink" else "off"
    return slope.trouble if slope.trouble and distance else "fine"


def _by_estimate(slope: Slope, actual: Any) -> str:
    answer = slope.estimate.answer(actual) if slope.estimate else "unclear"
    if slope.trouble == "overflow" or answer == "departs":
        return slope.trouble if slope.trouble == "overflow" else "off"
    if answer == "unclear" and not slope.trouble:
        return "cancellation"
    return slope.trouble or "fine"


def _said(such: list[_ClaimedEntry], total: int) -> dict[str, Any]:
    """The worst of these entries, in a message's parameters."""
    worst = max(such, key=_distance)
    return {
        "place": list(worst.slope.index),
        "actual": float(np.real(worst.actual)),
        "expected": worst.slope.value,
        "bound": worst.slope.limit + worst.slope.doubt,
        "count": len(such),
        "total": total,
    }


def _distance(entry: _ClaimedEntry) -> float:
    limit = max(entry.slope.limit + entry.slope.doubt, 1e-300)
    return float(
        np.nan_to_num(abs(entry.actual - entry.slope.value) / limit, nan=np.inf)
    )


def _directions(evidence: Evidence, probe: str) -> Judgement:
    found, claimed = evidence.survey, evidence.observations[probe].value
    if claimed is not None and np.imag(claimed).any():
        return not_covered("pair.imaginary-somewhere")
    if found is None:
        return not_covered("no-result", probe=probe)
    if isinstance(found, Unknown):
        return not_covered(f"pair.{found.id}", **found.parameters)
    said: dict[str, Any] = {
        "directions": found.directions,
        "evaluations": found.evaluations,
    }
    if found.answer == "departs":
        return _departed(found, said)
    said |= {"threshold": found.threshold, "typical": found.typical}
    if found.answer == "agrees":
        return passed(
            "pair.directions", miss=f"2{superscript(-found.directions)}", **said
        )
    return not_covered(f"pair.directions-{found.trouble}", **said)


def _departed(found: Survey, said: dict[str, Any]) -> Judgement:
    """Where it departs, with an entry that shows it, if one was found."""
    said |= {"count": sum(place.size for place in found.places) or found.size}
    shown = next((p for p in found.places if p.example is not None), None)
    place = shown or next(iter(found.places), None)
    if place is None or not found.complete:
        where = written(place) if place else "x"
        return failed("pair.directions-unfinished", where=where, **said)
    if shown is None or shown.example is None:
        return failed("pair.directions-within", where=written(place), **said)
    entry = shown.example
    return failed(
        "pair.directions-entry",
        place=list(entry.index),
        actual=entry.claimed,
        expected=entry.slope,
        doubt=entry.doubt,
        where=written(place),
        **said,
    )


def written(place: Departure) -> str:
    """The entries within, as NumPy's indices: x[40, :]."""
    return f"{place.name}[{', '.join(_indices(place))}]"


def _indices(place: Departure) -> Iterator[str]:
    for (start, stop), size in zip(place.within, place.shape, strict=True):
        if stop - start == size:
            yield ":"
        else:
            yield str(start) if stop - start == 1 else f"{start}:{stop}"
