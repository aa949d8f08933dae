"""For test files of one's own: a test for each clause."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, get_args

import pytest

from gradproof import api
from gradproof.report.ci import results
from gradproof.report.ci.results import BAD, Suite
from gradproof.report.index import clauses_of
from gradproof.report.language import Language, wanted
from gradproof.report.phrases import Phrases
from gradproof.testing.failures import ClauseError, of_results
from gradproof.testing.items import WHOLE, come_to, come_to_nothing, label_of

__all__ = ["Check", "ClauseError", "parametrize_with_clauses"]

Routine = Callable[..., Any]


@dataclass(frozen=True, repr=False)
class Check:
    """One clause of a port, or all of them where ``label`` is empty; a test calls it.

    The port is ``judged`` at the first call of one of its checks.
    """

    name: str
    label: str
    judged: Callable[[], list[Suite]]

    def __call__(self) -> None:
        """Do as a test what the judge has found.

        A failed must fails; a failed should is an expected failure, unless strict;
        what is not covered is skipped, unless strict; a failure that was expected
        must come. Raises ClauseError.
        """
        __tracebackhide__ = True
        found = [result for suite in self.judged() for result in suite.results]
        if self.label:
            come_to(next(r for r in found if label_of(r) == self.label))
            return
        bad = [result for result in found if result.outcome in BAD]
        if bad:
            raise of_results(bad)
        come_to_nothing(self.judged())

    @property
    def id(self) -> str:
        """The name of its test."""
        return f"{self.name}-{self.label or WHOLE}"

    def __repr__(self) -> str:
        return f"<{self.id}>"


def parametrize_with_clauses(
    ports: Iterable[Any | tuple[Routine, api.RoleId]],
    *,
    vectorized: bool = False,
    strict: bool = False,
    expect: Mapping[str, str] | None = None,
    seed: int = 0,
    lang: Language | None = None,
) -> pytest.MarkDecorator:
    """Make tests of the clauses of each port, in the argument ``clause``.

    A port is a pair of a routine and its role: then each clause is a test. Or it is a
    routine, whose role is inferred; a class of a layer or of an optimizer, or an object
    of one; a network with what its loss is given, (net, x, t), or a class of networks:
    these are one test each. ``expect`` maps clauses that are known to fail to
    the reason: they are strict expected failures. A few of the points are drawn at
    random, with the ``seed``. What fails is told in the language ``lang``. ::

        @parametrize_with_clauses([(numerical_gradient, "gradient")])
        def test_gradient(clause):
            clause()

    The ports run in this process, when their first test does. Raises ValueError for a
    clause that no port has; the tests raise what `gradproof.check` raises.
    """
    lang = lang or wanted()
    api.known_language(lang)
    terms = api.Terms(strict, expect=dict(expect or {}), seed=seed)
    given = list(ports)
    roles = [_role(port) for port in given]
    if None not in roles:
        ids = {clause.id for role in roles for clause in clauses_of(role)}
        if not terms.expect.keys() <= ids:
            unknown = ", ".join(sorted(terms.expect.keys() - ids))
            raise ValueError(f"no port has the clauses {unknown}")
    phrases = Phrases(lang)
    checks = [
        check
        for port, role in zip(given, roles, strict=True)
        for check in _checks(port, role, vectorized, terms, phrases, len(given) > 1)
    ]
    cases = [pytest.param(check, id=check.id) for check in checks]
    return pytest.mark.parametrize("clause", cases)


def _role(port: Any) -> api.RoleId | None:
    """The role that is given with a routine, if one is."""
    if isinstance(port, tuple) and len(port) == 2 and port[1] in get_args(api.RoleId):
        role: api.RoleId = port[1]
        return role
    return None


def _checks(
    port: Any,
    role: api.RoleId | None,
    vectorized: bool,
    terms: api.Terms,
    phrases: Phrases,
    among_others: bool,
) -> Iterable[Check]:
    """The checks of one port, which is judged once for all of them."""
    clauses = clauses_of(role)
    if role:
        terms = _of_role(terms, {clause.id for clause in clauses})

    @cache
    def judged() -> list[Suite]:
        found = api.examined(port, role, vectorized, terms)
        suites = results.suites([found], [], phrases)
        return [_own(suite) for suite in suites] if among_others else suites

    thing = port[0] if isinstance(port, tuple) else port
    name = getattr(thing, "__name__", type(thing).__name__)
    labels = [f"{clause.id}-{clause.name}" for clause in clauses] or [""]
    return [Check(name, label, judged) for label in labels]


def _of_role(terms: api.Terms, ids: Collection[str]) -> api.Terms:
    """What is expected of a port of a role: other clauses are other ports'."""
    expect = {id: reason for id, reason in terms.expect.items() if id in ids}
    return replace(terms, expect=expect)


def _own(suite: Suite) -> Suite:
    """A suite without expectations of clauses that may be another port's."""
    own = tuple(r for r in suite.results if r.rule != "expects")
    return replace(suite, results=own)
