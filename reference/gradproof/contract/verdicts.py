"""Verdicts, and how they fold into one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["pass", "fail", "error", "not-covered"]


@dataclass(frozen=True)
class Judgement:
    """A verdict and why: a message's id and its parameters, never a sentence."""

    verdict: Verdict
    message: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def passed(message: str = "holds", **parameters: Any) -> Judgement:
    """Judge that the clause holds."""
    return Judgement("pass", message, parameters)


def failed(message: str, **parameters: Any) -> Judgement:
    """Judge that the clause does not hold."""
    return Judgement("fail", message, parameters)


def broken(message: str, **parameters: Any) -> Judgement:
    """Judge that the port broke where the clause is about its answer."""
    return Judgement("error", message, parameters)


def not_covered(message: str, **parameters: Any) -> Judgement:
    """Judge that what the clause is about could not be observed."""
    return Judgement("not-covered", message, parameters)


def worst(judgements: Iterable[Judgement]) -> Judgement:
    """The first failure, else the first error, else a pass, else what is left.

    This folds the observations of one clause: it holds where it could be seen.
    """
    found = list(judgements)
    for verdict in ("fail", "error", "pass", "not-covered"):
        for judgement in found:
            if judgement.verdict == verdict:
                return judgement
    return not_covered("no-probe")


def fold(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a port: fail, else error, else not-covered when all are."""
    found = set(verdicts)
    if "fail" in found:
        return "fail"
    if "error" in found:
        return "error"
    return "pass" if "pass" in found else "not-covered"
