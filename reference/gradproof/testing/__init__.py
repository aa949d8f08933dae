"""For test files of one's own: one test for each clause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from gradproof import api
from gradproof.contract.clauses import Finding
from gradproof.examination.examination import examine
from gradproof.examination.judged import Judged
from gradproof.examination.policy import Terms
from gradproof.report.ci import results
from gradproof.report.language import Language, wanted
from gradproof.report.phrases import Phrases

__all__ = ["Check", "ClauseError", "parametrize_with_clauses"]

Routine = Callable[..., Any]


class ClauseError(AssertionError):
    """A clause that does not hold; the text says what was seen and what is due."""


@dataclass(frozen=True)
class Check:
    """One clause of one port, to be called by a test."""

    examination: Judged
    finding: Finding
    lang: Language = "en"

    def __call__(self) -> None:
        """Do as a test what the judge has found.

        A failed must fails; a failed should is an expected failure, unless strict;
        what is not covered is skipped, unless strict; a failure that was expected
        must come.
        """
        __tracebackhide__ = True
        match self.examination.terms.reckoned(self.finding):
            case "failed" | "error":
                raise ClauseError(self.described())
            case "skipped":
                pytest.skip(self.why)
            case "expected" | "hoped":
                pytest.xfail(self.why)

    @property
    def phrases(self) -> Phrases:
        """The sentences of the check's language."""
        return Phrases(self.lang)

    @property
    def label(self) -> str:
        """The name of the clause's test: id and name."""
        return f"{self.finding.clause.id}-{self.finding.clause.name}"

    @property
    def why(self) -> str:
        """Why it has become what it has."""
        return results.message(self.examination, self.finding, self.phrases)

    def described(self) -> str:
        """The failure with its clause, what was seen, and how to see it again."""
        return results.details(self.examination, self.finding, self.phrases)


def parametrize_with_clauses(
    ports: Iterable[Any | tuple[Routine, api.RoleId]],
    *,
    vectorized: bool = False,
    strict: bool = False,
    expect: Mapping[str, str] | None = None,
    seed: int = 0,
    lang: Language | None = None,
) -> pytest.MarkDecorator:
    """Make a test of each clause of each port, in the argument ``clause``.

    A port is a routine, or a pair of it and its role; or a class of a layer or of an
    optimizer, or an object of one; or a network with what its loss is given, (net, x,
    t), or a class of networks. ``expect`` maps clauses that are known to fail to
    the reason: they are strict expected failures. A few of the points are drawn at
    random, with the ``seed``. What fails is told in the language ``lang``. ::

        @parametrize_with_clauses([numerical_gradient])
        def test_gradient(clause):
            clause()

    The ports run in this process, when the test module is imported. Raises
    ValueError for a clause that no port has, and what `gradproof.check` raises.
    """
    lang = lang or wanted()
    api.known_language(lang)
    terms = Terms(strict, expect=dict(expect or {}), seed=seed)
    examined = [each for port in ports for each in _examined(port, vectorized, terms)]
    unknown = set(terms.expect).intersection(*(set(e.unknown) for e in examined))
    if unknown:
        raise ValueError(f"no port has the clauses {', '.join(sorted(unknown))}")
    cases = [
        pytest.param(check, id=f"{examination.target.rpartition(':')[2]}-{check.label}")
        for examination in examined
        for check in (Check(examination, f, lang) for f in examination.findings)
    ]
    return pytest.mark.parametrize("clause", cases)


def _examined(port: Any, vectorized: bool, terms: Terms) -> Iterable[Judged]:
    thing, *fed = port if isinstance(port, tuple) else (port,)
    if api.is_network(thing):
        return api.examined_network(thing, tuple(fed), terms).layers
    if api.is_part(port):
        return api.examined_part(port, terms).layers
    routine, role = port if isinstance(port, tuple) else (port, None)
    return [examine(api.port(routine, vectorized), role, terms)]
