"""The smallest counterexample: the simplest f and x for which a value is wrong.

Hypothesis makes polynomials and places, and shrinks the first that fails to the
simplest that does. It is derandomised and keeps no database, so that the same port
gives the same example.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradproof.contract import musts
from gradproof.contract.verdicts import Judgement
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.roles import ROLES, RoleId
from gradproof.evidence.stencil import read
from gradproof.numerics.functions import Function
from gradproof.ports.observation import Broke, Port, Probe

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
    return _search(port, role, lambda: _examples(role, 2, 4), MAX_TRIES)


def explore(port: Port, role: RoleId, examples: int) -> Counterexample | None:
    """The simplest of the failures beyond the fixed probes, if there is any."""
    return _search(port, role, lambda: _examples(role, 4, 1000), examples)


def _search(
    port: Port, role: RoleId, strategy_of: Callable[[], Any], tries: int
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
    fails = _Fails(port, role)
    strategy = strategy_of()
    try:
        found = hypothesis.find(strategy, fails, settings=settings)
    except hypothesis.errors.NoSuchExample:
        return None
    return fails.counterexample(*found)


def _hypothesis() -> Any:
    """Hypothesis, kept from making its folder in the user's.

    It may be in use already, with a folder of the user's: then that is left alone.
    """
    if "hypothesis" not in sys.modules:
        folder = tempfile.mkdtemp(prefix="gradproof-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", folder)
    import hypothesis

    return hypothesis


class _Fails:
    """Whether a polynomial and a place show a wrong value, as a condition."""

    def __init__(self, port: Port, role: RoleId) -> None:
        self.port = port
        self.role = role
        self.broke = False

    def __call__(self, example: tuple[Monomials, Array]) -> bool:
        return self.judge(*example).verdict == "fail"

    def judge(self, terms: Monomials, x: Array) -> Judgement:
        """The judgement of the values there; after a break all is left alone."""
        function = polynomial(terms)
        answer = function.batch if self.port.vectorized else function.point
        probe = Probe(PROBE, _by_dimension(function, answer), x, function)
        observation = self.port.observe(probe)
        self.broke = self.broke or isinstance(observation.outcome, Broke)
        readings = {} if self.broke else {PROBE: read(self.port, x)}
        evidence = Evidence(
            self.role, self.port.vectorized, {PROBE: observation}, readings
        )
        with np.errstate(all="ignore"):  # an example may be as extreme as it likes
            return musts.value(evidence, PROBE)

    def counterexample(self, terms: Monomials, x: Array) -> Counterexample:
        """The example with its judgement."""
        judgement = self.judge(terms, x)
        return Counterexample(polynomial(terms), python(terms), x, judgement)


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


@functools.lru_cache(maxsize=256)
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
