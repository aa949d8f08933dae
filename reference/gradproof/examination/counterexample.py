"""The smallest counterexample: the simplest f and x for which a value is wrong.

Hypothesis makes polynomials and places, and shrinks the first that fails to the
simplest that does. It is derandomised and keeps no database, so that the same port
gives the same example. It is imported here alone, and takes a while: only where there
is a failure to shrink, or where one is looked for.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gradproof.contract import expected, musts, outcomes
from gradproof.contract.expected import Expected
from gradproof.contract.verdicts import Judgement, failed, not_covered
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.roles import ROLES
from gradproof.evidence.stencil import Stencil, read
from gradproof.numerics.functions import Function
from gradproof.ports import scratch
from gradproof.ports.observation import Broke, Observation, Port, Probe
from gradproof.ports.role_ids import RoleId

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Array = np.ndarray[Any, Any]
Monomials = tuple[tuple[int, tuple[int, ...]], ...]
"""A polynomial: coefficient and powers of each term."""

PROBE = "example"

MAX_TRIES = 40
"""Examples that are tried before the search for a known failure is given up."""


@dataclass(frozen=True, eq=False)
class Counterexample:
    """f and x for which the port's value is wrong, and how.

    ``expression`` is f in Python, of x; ``judgement`` has what came and what was
    expected.
    """

    function: Function
    expression: str
    x: Array
    judgement: Judgement


def smallest(port: Port, role: RoleId) -> Counterexample | None:
    """The simplest failure of the values of a port that is known to fail."""
    fails = _Fails(port, role, values_alone=True)
    return _search(fails, lambda: _examples(role, 2, 4), MAX_TRIES)


def explore(port: Port, role: RoleId, examples: int) -> Counterexample | None:
    """The simplest of the failures beyond the fixed probes, if there is any.

    To give no result, or one of another shape, is a failure there too.
    """
    fails = _Fails(port, role, values_alone=False)
    return _search(fails, lambda: _examples(role, 4, 1000), examples)


def _search(
    fails: _Fails, strategy_of: Callable[[], Any], tries: int
) -> Counterexample | None:
    hypothesis = _hypothesis()
    settings = hypothesis.settings(
        max_examples=tries,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    try:
        found = hypothesis.find(strategy_of(), fails, settings=settings)
    except hypothesis.errors.NoSuchExample:
        return None
    return fails.counterexample(*found)


def _hypothesis() -> Any:
    """Hypothesis, kept from making its folder in the user's.

    It may be in use already, with a folder of the user's: then that is left alone.
    """
    if "hypothesis" not in sys.modules:
        os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(_folder()))
    import hypothesis

    return hypothesis


@functools.cache
def _folder() -> Path:
    """A folder that nobody else knows, and that goes when the interpreter does."""
    kept = contextlib.ExitStack()
    atexit.register(kept.close)
    return kept.enter_context(scratch.folder())


class _Example(NamedTuple):
    """What a port did for one example, and what is to be said of it."""

    observation: Observation
    judgement: Judgement


class _Fails:
    """Whether a polynomial and a place show a failure, as a condition.

    Each example is judged once: to a search that comes back to it, also a port that
    answers now so, now so gives the same answer.
    """

    def __init__(self, port: Port, role: RoleId, *, values_alone: bool) -> None:
        self.port = port
        self.role = role
        self.values_alone = values_alone
        self.broke = False
        self.known: dict[tuple[Any, ...], _Example] = {}

    def __call__(self, example: tuple[Monomials, Array]) -> bool:
        return _is_failure(self.seen(*example).judgement)

    def seen(self, terms: Monomials, x: Array) -> _Example:
        """What was seen there first."""
        key = terms, x.shape, x.tobytes()
        if key not in self.known:
            self.known[key] = self._look(terms, x)
        return self.known[key]

    def _look(self, terms: Monomials, x: Array) -> _Example:
        """Judge the port there; once it has broken it is left alone."""
        nothing = not_covered("no-result", probe=PROBE)
        probe = self._probe(terms, x)
        if self.broke:
            return _Example(Observation(probe, (), NOT_ASKED, None), nothing)
        observation = self.port.observe(probe)
        self.broke = isinstance(observation.outcome, Broke)
        shape = outcomes.shape(observation)
        if shape.verdict != "pass":
            # That the time is up says nothing of this example.
            known = self.values_alone or shape.message == "broke.timeout"
            return _Example(observation, nothing if known else shape)
        readings = {PROBE: read(self.port, x)}
        evidence = Evidence(
            self.role, self.port.vectorized, {PROBE: observation}, readings
        )
        with np.errstate(all="ignore"):  # an example may be as extreme as it likes
            return _Example(observation, _value(evidence))

    def _probe(self, terms: Monomials, x: Array) -> Probe:
        function = polynomial(terms)
        answer = function.batch if self.port.vectorized else function.point
        return Probe(PROBE, _by_dimension(function, answer), x, function)

    def counterexample(self, terms: Monomials, x: Array) -> Counterexample:
        """The example with its judgement; of answers that change that they do.

        It is asked twice more: what comes at every other call would be as before.
        """
        first = self.seen(terms, x)
        judgement = first.judgement
        for _ in range(0 if self.broke else 2):
            again = self.port.observe(self._probe(terms, x))
            judgement = _unsteady(first.observation, again) or judgement
        return Counterexample(polynomial(terms), python(terms), x, judgement)


NOT_ASKED = Broke("exit", "")
"""What became of an example that the port was not asked for any more."""


def _is_failure(judgement: Judgement) -> bool:
    no_bound = judgement.message == "no-bound"
    return judgement.verdict in ("fail", "error") and not no_bound


def _value(evidence: Evidence) -> Judgement:
    """The judgement of the values.

    Where no formula was read the bound is that of the book's, which the port may
    well not keep: there it is wrong only if it is off by more than the share of a
    row's largest entry that any formula may be off (clause G6).
    """
    judgement = musts.value(evidence, PROBE)
    if judgement.verdict != "fail" or isinstance(evidence.readings[PROBE], Stencil):
        return judgement
    observation = evidence.observations[PROBE]
    entries = (_widened(observation, e) for e in expected.gradients(evidence, PROBE))
    off = expected.off(observation, entries)
    return failed("off", **off) if off else not_covered("no-formula", probe=PROBE)


def _widened(observation: Observation, entry: Expected) -> Expected:
    function = expected.function_of(observation)
    exact = expected.exact_gradient(function, tuple(entry.entry.origin.tolist()))
    # Of a gradient of 0 no share is anything.
    policy = expected.MAX_RELATIVE_ERROR * max(map(abs, exact)) or np.inf
    return replace(entry, limit=max(entry.limit, policy))


def _unsteady(first: Observation, again: Observation) -> Judgement | None:
    """That the port gave other numbers when it was asked the same again, if it did."""
    one, other = first.value, again.value
    if one is None or other is None or one.shape != other.shape:
        return None
    differs = ~((one == other) | (np.isnan(one) & np.isnan(other)))
    if not differs.any():
        return None
    at = tuple(int(i) for i in np.argwhere(differs)[0])
    function, x = expected.function_of(first), first.probe.x
    *_, components = x.shape
    return failed(
        "unsteady",
        function=function.written(components),
        x=x.tolist(),
        entry=list(at),
        actual=one[at].item(),
        again=other[at].item(),
    )


def _by_dimension(
    function: Function, batch: Callable[[Any], Any]
) -> Callable[[Any], Any]:
    def answer(argument: Any) -> Any:
        return batch(argument) if np.ndim(argument) == 2 else function.point(argument)

    return answer


def _examples(
    role: RoleId, dimension: int, size: int
) -> SearchStrategy[tuple[Monomials, Array]]:
    """Polynomials and places of whole numbers: points, and batches if the role has."""
    from hypothesis import strategies as st

    def of(d: int) -> SearchStrategy[tuple[Monomials, Array]]:
        numbers = st.integers(-size, size).map(float)
        point = st.lists(numbers, min_size=d, max_size=d)
        places: SearchStrategy[Any] = point
        if ROLES[role].points != "one":
            places = st.one_of(point, st.lists(point, min_size=1, max_size=3))
        powers = st.tuples(*[st.integers(0, 3)] * d).filter(any)
        term = st.tuples(st.integers(1, 3), powers)
        terms = st.lists(term, min_size=1, max_size=3, unique_by=lambda t: t[1])
        return st.tuples(terms.map(tuple), places.map(np.array))

    return st.integers(1, dimension).flatmap(of)


@functools.cache
def polynomial(terms: Monomials) -> Function:
    """Σ c·Π x_i^p_i as a function."""

    def formula(x: Any, m: Any) -> Any:
        return sum(
            c * functools.reduce(lambda p, q: p * q, _powers(x, powers))
            for c, powers in terms
        )

    return Function(python(terms), python(terms), formula, len(terms[0][1]))


def _powers(x: Any, powers: tuple[int, ...]) -> list[Any]:
    return [
        x[i] if power == 1 else x[i] ** power for i, power in enumerate(powers) if power
    ]


def python(terms: Monomials) -> str:
    """The polynomial as a Python expression of x."""
    return " + ".join(
        " * ".join([*([str(c)] if c != 1 else []), *_factors(powers)])
        for c, powers in terms
    )


def _factors(powers: tuple[int, ...]) -> list[str]:
    return [
        f"x[{i}]" if power == 1 else f"x[{i}] ** {power}"
        for i, power in enumerate(powers)
        if power
    ]
