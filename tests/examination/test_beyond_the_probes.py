"""What is looked for beyond the fixed probes, and what is made of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gradproof.contract.clauses import judge
from gradproof.contract.verdicts import failed
from gradproof.examination import counterexample, examination
from gradproof.examination.policy import Terms
from small_evidence import by_rows, right, seen, slopes

FINDINGS = tuple(judge(seen(right)))
WRONG = tuple(judge(seen(by_rows(lambda f, x: 2 * slopes(f, x)))))
PORT: Any = None


def beyond(monkeypatch: pytest.MonkeyPatch, found: Any, **terms: Any) -> Any:
    asked: list[str] = []

    def looked(name: str) -> Any:
        def look(*_: Any) -> Any:
            asked.append(name)
            return found

        return look

    for name in ("explore", "smallest"):
        monkeypatch.setattr(counterexample, name, looked(name))
    findings = terms.pop("findings", FINDINGS)
    seen = examination._beyond(PORT, "gradient", findings, Terms(**terms))
    return (*seen, asked)


def test_where_nothing_is_found_all_is_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert beyond(monkeypatch, None, explored=5) == (FINDINGS, None, ["explore"])
    assert beyond(monkeypatch, None) == (FINDINGS, None, [])


def test_a_failure_that_is_found_is_that_of_the_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worse = failed("value")
    found = SimpleNamespace(judgement=worse)
    findings, example, _ = beyond(monkeypatch, found, explored=5)
    assert example is found
    changed = [f for f, g in zip(findings, FINDINGS, strict=True) if f != g]
    assert [(f.clause.name, f.judgement) for f in changed] == [("value", worse)]


def test_a_failure_of_the_values_is_made_smaller_if_it_is_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = SimpleNamespace(judgement=None)
    for terms in ({}, {"explored": 5}):
        seen = beyond(monkeypatch, found, findings=WRONG, **terms)
        assert seen == (WRONG, found, ["smallest"])
    seen = beyond(monkeypatch, found, findings=WRONG, shrinking=False)
    assert seen == (WRONG, None, [])
