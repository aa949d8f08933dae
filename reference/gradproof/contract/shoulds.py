"""The judges of the shoulds: evidence in, a judgement out, and nothing else.

Where a should is about numbers, it is about what comes in another way than the
plain one. A port whose plain answer is wrong already is held to that answer here:
its mistake is the musts' matter, and is not told again.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.contract import expected, outcomes, restoration
from gradproof.contract.expected import Expected
from gradproof.contract.shared_judges import refusal
from gradproof.contract.verdicts import (
    Judgement,
    failed,
    not_covered,
    passed,
    worst,
)
from gradproof.evidence.evidence import Evidence, point_shape
from gradproof.evidence.probes import LAYOUTS, PROBE_ERROR, SPOILT_ROW
from gradproof.numerics.rounding import SINGLE_ROUNDOFF
from gradproof.ports.observation import Broke, Observation, Raised, Returned, Unserved

Array = np.ndarray[Any, Any]


def bitwise(evidence: Evidence, probe: str) -> Judgement:
    """x is what it was to the last bit."""
    observation = evidence.observations[probe]
    if observation.value is None:
        return not_covered("no-result", probe=probe)
    return restoration.restored_bitwise(observation)


def restored_on_error(evidence: Evidence, base: str) -> Judgement:
    """When f raises, x is put back and the exception comes through."""
    return worst(
        _restored_on_error(evidence, f"{base}-raises-{number}") for number in (0, 1)
    )


def _restored_on_error(evidence: Evidence, probe: str) -> Judgement:
    observation = evidence.observations[probe]
    raises_at, outcome = observation.probe.raises_at, observation.outcome
    assert raises_at is not None
    if len(observation.evaluations) <= raises_at:
        return not_covered("f-did-not-fail", probe=probe)
    broke = outcomes.breakage(observation)
    if broke and isinstance(outcome, Broke):
        return broke
    if not isinstance(outcome, Raised):
        return failed("error-swallowed", probe=probe)
    if outcome.kind != PROBE_ERROR:
        return failed("error-replaced", probe=probe, kind=outcome.kind)
    return restoration.restored(evidence, observation)


def integers(evidence: Evidence, base: str) -> Judgement:
    """Integers are served in floats, or refused."""
    observation = evidence.observations[f"{base}-integers"]
    if isinstance(observation.outcome, Raised):
        return refusal(evidence, observation)
    judged = _as_expected(evidence, observation, _gradient(evidence, base))
    value = observation.value
    if judged.verdict == "pass" and value is not None and value.dtype.kind in "biu":
        return failed("no-floats", probe=observation.probe.id, kind=value.dtype.name)
    return judged


def single(evidence: Evidence, base: str) -> Judgement:
    """Numbers of single precision are served in double precision."""
    rounded = (
        # The result in double precision, within the limit, and rounded once more.
        replace(e, limit=e.limit + SINGLE_ROUNDOFF * (abs(e.value) + e.limit))
        for e in _gradient(evidence, base)
    )
    return _as_expected(evidence, evidence.observations[f"{base}-single"], rounded)


def layouts(evidence: Evidence, base: str) -> Judgement:
    """Where x lies in memory does not matter, or is refused."""
    return worst(_layouts(evidence, base))


def _layouts(evidence: Evidence, base: str) -> Iterator[Judgement]:
    for layout in LAYOUTS:
        observation = evidence.observations.get(f"{base}-{layout}")
        if observation is None:
            continue
        if isinstance(observation.outcome, Raised):
            yield refusal(evidence, observation)
        else:
            yield _as_before(evidence, base, observation)


def isolated(evidence: Evidence, probe: str) -> Judgement:
    """A row that is not finite leaves the other rows alone."""
    observation = evidence.observations[probe]
    return _as_before(evidence, "wide", observation, without=SPOILT_ROW)


def fresh(evidence: Evidence, base: str) -> Judgement:
    """The result is an array of its own, stays, and comes out the same again."""
    outcome = evidence.observations[base].outcome
    if isinstance(outcome, Returned) and outcome.shares_memory:
        return failed("shares-memory", probe=base)
    for earlier, now in _looked_at_again(evidence):
        if not _same(earlier.value, now):
            return failed("result-changed", probe=earlier.probe.id)
    return _as_before(evidence, base, evidence.observations[f"{base}-again"])


def _looked_at_again(evidence: Evidence) -> Iterator[tuple[Observation, Array]]:
    """The observations whose results were looked at again, and what these were then."""
    for observation in evidence.observations.values():
        before, now = observation.probe.after, observation.earlier
        if before is not None and now is not None:
            yield evidence.observations[before], now


def _same(one: Array | None, other: Array) -> bool:
    return one is None or np.array_equal(one, other, equal_nan=True)


def cost(evidence: Evidence, probe: str) -> Judgement:
    """f is evaluated no more often than the formula needs."""
    observation = evidence.observations[probe]
    allowed = 0
    for _, read in expected.formulas(evidence, probe):
        if read is None:
            return expected.unread(evidence, probe)
        allowed += len(read.nodes)
    calls = _evaluations(observation, evidence)
    if calls > allowed:
        return failed("too-many-calls", probe=probe, calls=calls, expected=allowed)
    return passed()


def _evaluations(observation: Observation, evidence: Evidence) -> int:
    """How many points f was evaluated at, the rows of a batch counted singly."""
    size = math.prod(point_shape(observation.probe.x, by_rows=evidence.by_rows))
    return sum(
        e.argument.size // size
        for e in observation.evaluations
        if e.argument is not None
    )


def refused(evidence: Evidence, probe: str) -> Judgement:
    """There is an exception, and there are no numbers."""
    observation = evidence.observations[probe]
    outcome = observation.outcome
    if isinstance(outcome, Raised):
        return refusal(evidence, observation)
    if isinstance(outcome, Returned):
        actual = list(outcome.value.shape)
        return failed("not-refused", probe=probe, actual=actual)
    broke = outcomes.breakage(observation)
    assert broke is not None
    lost = isinstance(outcome, Broke) and outcome.how != "exit"
    if lost or isinstance(outcome, Unserved):
        return broke
    # What ends the interpreter, or says nothing, is no exception.
    return failed(broke.message, **broke.parameters)


def _as_before(
    evidence: Evidence,
    base: str,
    observation: Observation,
    without: int | None = None,
) -> Judgement:
    """Whether the numbers are those of another probe; one row may be left out."""
    if outcomes.shape(evidence.observations[base]).verdict != "pass":
        return not_covered("no-result", probe=base)
    own = (e for e in _own(evidence, base) if e.entry.index[0] != without)
    return _as_expected(evidence, observation, own)


def _as_expected(
    evidence: Evidence, observation: Observation, entries: Iterator[Expected]
) -> Judgement:
    """Whether the numbers are near enough, with what this call's own nodes allow."""
    shape = outcomes.shape(observation)
    if shape.verdict != "pass":
        return shape
    own = functools.partial(
        expected.own_limit,
        observation,
        by_rows=evidence.by_rows,
        order=expected.order_read(evidence),
    )
    wider = [replace(e, limit=e.limit + own(e)) for e in entries]
    off = expected.off(observation, wider)
    if off is None:
        return passed()
    worst = expected.worst_of(observation, wider)
    assert worst is not None
    return failed("off-own" if worst.itself else "off-for", **off)


def _own(evidence: Evidence, base: str) -> Iterator[Expected]:
    """The port's own answer at a probe: two right ones are each within the bound."""
    value = evidence.observations[base].value
    assert value is not None
    for exact in expected.gradients(evidence, base):
        given = value[exact.entry.index]
        yield replace(exact, value=given, limit=2 * exact.limit, itself=True)


def _gradient(evidence: Evidence, base: str) -> Iterator[Expected]:
    """The exact gradient at a probe; the port's own answer where that is off it."""
    exact = expected.gradients(evidence, base)
    if outcomes.shape(evidence.observations[base]).verdict != "pass":
        yield from exact
        return
    for there, own in zip(exact, _own(evidence, base), strict=True):
        yield there if there.met_by(own.value) else own
