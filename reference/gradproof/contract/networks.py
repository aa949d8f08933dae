"""The clauses of a network, and their judges."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.contract.clauses import Finding, judged, must_of, should_of
from gradproof.contract.moments import not_run
from gradproof.contract.pairs import written
from gradproof.contract.verdicts import (
    Judgement,
    broken,
    failed,
    not_covered,
    passed,
    worst,
)
from gradproof.evidence.log_guard import LARGEST
from gradproof.evidence.networks import NetworkEvidence
from gradproof.numerics.directions import RESOLVED, Departure, Survey
from gradproof.numerics.magnitudes import largest
from gradproof.numerics.notation import superscript
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.ports.trials import Moment

ROLE = "network"

BACKPROP = "gradient-check"
OPTIMIZER = "optimizer"
DIFFERENCES = "random-directions"
TRAINED = "trained"
CALLER = "caller"

AGAIN = 1024
"""Roundings of the largest entry: sums may be taken in another order."""

SHOWN = 4
"""Places that a sentence names."""


def runs(evidence: NetworkEvidence) -> Judgement:
    """NN1."""
    if evidence.problem:
        return not_covered("network.not-made", parameter=evidence.problem)
    ahead = evidence.ahead
    if evidence.large:
        return not_covered("network.too-large")
    if ahead is None or evidence.setting is None:
        return not_covered("network.no-data", text="")
    if ahead.outcome in ("broke", "missing"):
        return _broken("loss", ahead)
    if evidence.unmade:
        return not_covered("network.making", kind=ahead.kind, text=ahead.text)
    if ahead.outcome != "returned" or not ahead.value:
        # What loss raises may be the doing of data that were guessed.
        if evidence.setting.id != "given":
            return not_covered("network.no-data", text=f"{ahead.kind}: {ahead.text}")
        return _broken("loss", ahead)
    if not all(np.isfinite(v).all() for v in ahead.value if v is not None):
        if evidence.setting.id != "given":
            return not_covered("network.no-data", text=str(ahead.value[0]))
        return _broken("loss", ahead)
    if not evidence.at:
        return not_covered("network.no-parameters")
    back = evidence.gradients[0] if evidence.gradients else None
    if back is None or back.outcome != "returned":
        return _broken("gradient", back or ahead)
    return passed()


def _broken(step: str, moment: Moment) -> Judgement:
    file, line = moment.place or ("", 0)
    elsewhere = not_run(moment, "network")
    if elsewhere is not None:
        return elsewhere
    if moment.outcome == "returned":
        return broken("network.no-number", step=step)
    return broken(
        "network.raised" if moment.place else "network.raised-unplaced",
        step=step,
        kind=moment.kind,
        text=moment.text,
        file=file.replace("\\", "/").rpartition("/")[2],
        line=line,
    )


def shapes(evidence: NetworkEvidence) -> Judgement:
    """NN2."""
    missing = [n for n in evidence.at if evidence.claimed.get(n) is None]
    if missing:
        return failed("network.missing", names=", ".join(missing))
    for name, at in evidence.at.items():
        actual = evidence.claimed[name]
        if actual is not None and actual.shape != at.shape:
            said = {"actual": list(actual.shape), "expected": list(at.shape)}
            return failed("network.shape", name=name, **said)
    kept = evidence.gradients[0].kept
    if not all(kept):
        return failed("network.replaced", name=f"grads[{kept.index(False)}]")
    return passed()


def directions(evidence: NetworkEvidence) -> Judgement:
    """NN3."""
    found = evidence.survey
    if isinstance(found, Moment):
        return _broken("loss", found)
    one, other = evidence.losses or (0.0, 0.0)
    if one != other:
        return not_covered("network.random", one=one, other=other)
    if found is None:
        return not_covered("network.no-gradient")
    said: dict[str, Any] = {
        "directions": found.directions,
        "evaluations": evidence.evaluations,
    }
    if found.answer == "departs":
        guard = _guard_that_explains(evidence, found)
        if guard:
            return not_covered("network.within-guard", guard=guard, **said)
        return _departed(evidence, found, said)
    said |= {"threshold": found.threshold, "typical": found.typical}
    if found.answer == "unclear":
        return not_covered(f"network.unclear-{found.trouble or 'cancellation'}", **said)
    return _agreed(evidence, found, said)


EFFECT = 100
"""How many times its own size a guard may change what is computed."""


def _guard_that_explains(evidence: NetworkEvidence, found: Survey) -> float:
    """Return the code's small constant that may be all that departs; 0 if none.

    A guard ε that is added to a quantity q changes what is computed by ε/q of its size.
    """
    guards = [c for c in evidence.said.constants if c <= LARGEST]
    off = max(map(_share, found.places), default=math.inf)
    return min((c for c in guards if off <= EFFECT * c), default=0.0)


def _share(place: Departure) -> float:
    """Return by which share of the right slope a place departs, as far as is known."""
    entry = place.example
    if entry is not None and entry.slope:
        return abs(entry.claimed / entry.slope - 1)
    return math.inf if place.factor is None else abs(place.factor - 1)


def _agreed(
    evidence: NetworkEvidence, found: Survey, said: dict[str, Any]
) -> Judgement:
    said |= {"size": found.size, "miss": f"2{superscript(-found.directions)}"}
    if evidence.guarded is None:
        return passed("network.agrees", **said)
    said |= {"guard": evidence.guard, "effect": evidence.guarded}
    return passed("network.agrees-unguarded", **said)


def _departed(
    evidence: NetworkEvidence, found: Survey, said: dict[str, Any]
) -> Judgement:
    """Where it departs, with an entry that shows it, if one was found."""
    places = sorted(found.places, key=lambda p: p.example is None)
    said["where"] = ", ".join(map(written, found.places[:SHOWN]))
    said["places"] = [_place(place) for place in found.places[:SHOWN]]
    said["count"] = sum(place.size for place in places) or found.size
    if not places:
        message = "nowhere" if found.complete else "unfinished-nowhere"
        return failed(f"network.departs-{message}", **said)
    said |= _shown(places[0])
    if evidence.term is not None:
        return failed("network.departs-term", term=evidence.term, **said)
    if not found.complete:
        return failed("network.departs-unfinished", **said)
    factor = _factor(found)
    if factor is not None:
        return _by_factor(factor, _samples(evidence), said)
    if places[0].example is not None:
        return failed("network.departs-entry", **said)
    return failed("network.departs-within", **said)


def _place(place: Departure) -> list[Any]:
    """What is said of a place: its kind, the parameter, and which of its kind."""
    single = [stop - start == 1 for start, stop in place.within]
    whole = place.size == math.prod(place.shape)
    if whole and not all(single):
        return ["whole", place.name]
    if len(single) == 2 and single == [True, False] and _full(place, 1):
        return ["row", place.name, place.within[0][0]]
    if len(single) == 2 and single == [False, True] and _full(place, 0):
        return ["column", place.name, place.within[1][0]]
    return ["part", written(place)]


def _full(place: Departure, axis: int) -> bool:
    return place.within[axis] == (0, place.shape[axis])


def _by_factor(factor: float, samples: int, said: dict[str, Any]) -> Judgement:
    """What is off by a factor, which may be the number of samples."""
    if samples > 1 and factor == samples:
        return failed("network.departs-undivided", factor=factor, **said)
    if samples > 1 and factor == float(f"{1 / samples:.4g}"):
        return failed("network.departs-divided-twice", factor=factor, **said)
    if factor == 0:
        return failed("network.departs-zero", **said)
    return failed("network.departs-factor", factor=factor, **said)


def _samples(evidence: NetworkEvidence) -> int:
    fed = evidence.setting.fed if evidence.setting else ()
    shape = np.shape(fed[0]) if fed else ()
    return int(shape[0]) if shape else 0


def _shown(place: Departure) -> dict[str, Any]:
    entry = place.example
    if entry is None:
        return {}
    index = ", ".join(map(str, entry.index))
    return {
        "entry": f"{place.name}[{index}]" if index else place.name,
        "actual": entry.claimed,
        "expected": entry.slope,
        "doubt": entry.doubt,
    }


def _factor(found: Survey) -> float | None:
    """The factor of all that departs, if it is one."""
    factors = [_factor_of(place) for place in found.places]
    known = [f for f in factors if f is not None]
    if len(known) < len(factors) or not known:
        return None
    alike = max(known) - min(known) <= RESOLVED / 10 * max(map(abs, known))
    # The least is as good as any: they are alike to more digits than are shown.
    return float(f"{known[0]:.4g}") if alike else None


def _factor_of(place: Departure) -> float | None:
    """Return the factor of a place; that of a single number by its example."""
    entry = place.example
    if math.prod(place.shape) != 1 or entry is None or not entry.slope:
        return place.factor
    return entry.claimed / entry.slope


def again(evidence: NetworkEvidence) -> Judgement:
    """NN4."""
    first, *later = evidence.gradients
    if first.outcome != "returned":
        return not_covered("network.no-gradient")
    for moment in later:
        if moment.outcome != "returned":
            return _broken("gradient", moment)
    if len(later) < 2:
        return not_covered("network.no-gradient")
    names = zip(evidence.at, first.value, later[1].value, strict=False)
    other = [n for n, a, b in names if a is not None and not _alike(a, b)]
    return failed("network.again", names=", ".join(other)) if other else passed()


def _alike(a: Any, b: Any) -> bool:
    if b is None or a.shape != b.shape:
        return False
    # What is not finite is so to itself, and says nothing of the others' rounding.
    near = np.abs(a - b) <= AGAIN * UNIT_ROUNDOFF * largest(a[np.isfinite(a)])
    return bool(np.all(near | (a == b) | (np.isnan(a) & np.isnan(b))))


def parameters_kept(evidence: NetworkEvidence) -> Judgement:
    """NN5; running statistics among the parameters are changed as they should be."""
    after = evidence.gradients[0].attributes
    changed = [
        name
        for name, at in evidence.at.items()
        if name in after
        and not np.array_equal(after[name], at)
        and not _is_statistic(name, evidence.claimed.get(name))
    ]
    return failed("network.written", names=", ".join(changed)) if changed else passed()


STATISTIC = re.compile(r"mean|var|std", re.IGNORECASE)
"""What the name of a running statistic has."""


def _is_statistic(name: str, claimed: Any) -> bool:
    """Whether it is named for one, and is not trained: its gradient is 0."""
    named = STATISTIC.search(name.rpartition(".")[2]) is not None
    return named and claimed is not None and not np.any(claimed)


def arguments_kept(evidence: NetworkEvidence) -> Judgement:
    """NN6."""
    return worst(_arguments_kept(evidence))


def _arguments_kept(evidence: NetworkEvidence) -> Iterator[Judgement]:
    names = [p.name for p in evidence.said.forward]
    for step, moment in (
        ("loss", evidence.ahead),
        ("gradient", evidence.gradients[0] if evidence.gradients else None),
    ):
        if moment is not None and any(moment.changed):
            number = moment.changed.index(True)
            what = names[number] if number < len(names) else str(number)
            yield failed("network.argument-written", step=step, what=what)
    told = evidence.ahead is not None and evidence.ahead.changed
    yield passed() if told else not_covered("not-told")


def labels(evidence: NetworkEvidence) -> Judgement:
    """NN7."""
    first = evidence.gradients[0].value
    names = zip(evidence.at, first, evidence.labelled, strict=False)
    other = [n for n, a, b in names if a is not None and not _alike(a, b)]
    return failed("network.labels", names=", ".join(other)) if other else passed()


NOT_FED = ("network.no-data", "network.making", "network.no-parameters")


NOT_FITTING = "NotFittingError"
"""What the worker raises where a gradient has the shape of no argument."""


def judge_of_loss(
    role: str, judge: Callable[[NetworkEvidence], Judgement]
) -> Callable[[NetworkEvidence], Judgement]:
    """Return a judge for another role, which says in its words what was not run."""

    def judged_there(evidence: NetworkEvidence) -> Judgement:
        said = judge(evidence)
        name = {"name": evidence.said.name}
        if said.message == "network.not-made":
            return not_covered(f"{role}.not-made", **said.parameters, **name)
        if said.parameters.get("kind") == NOT_FITTING:
            return not_covered(f"{role}.not-fitting", **name)
        if said.message in NOT_FED:
            text = said.parameters.get("text") or said.parameters.get("kind", "")
            return not_covered(f"{role}.not-fed", text=text, **name)
        return said

    return judged_there


CLAUSES = (
    must_of("NN1", "runs", BACKPROP, runs),
    must_of("NN2", "gradients", OPTIMIZER, shapes),
    replace(must_of("NN3", "directions", DIFFERENCES, directions), numbers=True),
    must_of("NN4", "again", TRAINED, again),
    must_of("NN5", "parameters-kept", OPTIMIZER, parameters_kept),
    should_of("NN6", "arguments-kept", CALLER, arguments_kept),
    must_of("NN7", "labels", TRAINED, labels),
)


def judge(evidence: NetworkEvidence) -> tuple[Finding, ...]:
    """Judge every clause; what did not run is judged by the first alone."""
    with np.errstate(all="ignore"):
        (first,) = judged(CLAUSES[:1], evidence)
        if first.judgement.verdict != "pass":
            return (first,)
        beside = set() if evidence.labelled else {"NN7"}
        return (first, *judged(CLAUSES[1:], evidence, beside))
