"""A file of answers as a port: it has answered each vector once, and knows no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gradproof.examination.vectors.vector import ANSWERED, Vector, vectors_of
from gradproof.ports import answers
from gradproof.ports.in_process import frozen
from gradproof.ports.observation import (
    Declined,
    Note,
    Observation,
    Outcome,
    Probe,
    Returned,
    Unserved,
)
from gradproof.ports.role_ids import RoleId
from gradproof.ports.target import LoadError, UsageError

NO_VECTOR = Unserved("no-vector")


@dataclass(frozen=True)
class AnswersPort:
    """What a file answers, by the id of the probe that a vector is made of."""

    name: str
    role: RoleId
    outcomes: Mapping[str, Outcome]
    notes: tuple[Note, ...] = ()
    vectorized: bool = False

    def observe(self, probe: Probe) -> Observation:
        """The answer to the vector of this probe, if there is one."""
        outcome = self.outcomes.get(probe.id, NO_VECTOR)
        return Observation(probe, (), outcome, None)


def open_answers(path: Path, name: str, role: str | None = None) -> AnswersPort:
    """The port of a file's answers, under the role that it names or that is given.

    Raises LoadError and UsageError.
    """
    file = answers.read(path)
    asked = _role(role or file.role, file.role)
    vectors = {vector.id: vector for vector in vectors_of(asked).values()}
    answers.missing(file.answers, vectors)
    outcomes = {id: _outcome(id, file.answers[id]) for id in vectors}
    by_probe = {vectors[id].probe.id: outcome for id, outcome in outcomes.items()}
    wrong = [id for id in vectors if not _is_right(vectors[id], outcomes[id], asked)]
    told = {"ids": ", ".join(wrong), "count": len(wrong), "total": len(vectors)}
    notes = (Note("vectors-off", told),) if wrong else ()
    return AnswersPort(name, asked, by_probe, notes)


def _role(asked: str, said: str) -> RoleId:
    """The role under which answers are judged."""
    known = ", ".join(ANSWERED)
    if not asked:
        raise LoadError("answers.no-role", known=known)
    if said and said != asked:
        raise UsageError("answers.other-role", role=asked, said=said[:40])
    for role in ANSWERED:
        if role == asked:
            return role
    raise LoadError("answers.strange-role", role=asked[:40], known=known)


def _outcome(id: str, answer: Any) -> Outcome:
    if answer is None:
        return Declined()
    return Returned(frozen(answers.numbers(id, answer)))


def _is_right(vector: Vector, outcome: Outcome, role: RoleId) -> bool:
    """Whether nothing is to be said of an answer."""
    if isinstance(outcome, Returned):
        return vector.accepts(outcome.value)
    return may_decline(vector, role)


def may_decline(vector: Vector, role: RoleId) -> bool:
    """Whether x may be refused: integers, and what is not of one point's own size."""
    x = np.asarray(vector.probe.x)
    sized = vectors_of(role)[1].probe.x.shape if role == "point-gradient" else x.shape
    return x.dtype.kind == "i" or x.shape != sized
