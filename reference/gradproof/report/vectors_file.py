"""Test vectors as JSON, in the manner of Wycheproof: groups, flags and their notes."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Literal

import msgspec
import numpy as np
import sympy

from gradproof.defects.catalogue import CATALOGUE
from gradproof.examination.vectors import shown
from gradproof.examination.vectors.numbers import Kind
from gradproof.examination.vectors.vector import Vector, vectors
from gradproof.numerics.functions import Function
from gradproof.ports.answers import AnswersFile
from gradproof.ports.protocol import encode_number
from gradproof.ports.schemas import written
from gradproof.report import explain_text
from gradproof.report.phrases import Phrases
from gradproof.report.release import __version__

FORMAT: Literal["gradproof-vectors/1"] = "gradproof-vectors/1"
VECTORS = "vectors.json"
VECTORS_SCHEMA = "vectors.schema.json"
ANSWERS_SCHEMA = "answers.schema.json"


class FunctionRecord(msgspec.Struct, frozen=True):
    """f, for points of so many components: for a reader, for SymPy and for LaTeX."""

    name: str
    components: int
    formula: str
    sympy: str
    latex: str


class VectorRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One place: an answer is right if each entry is ``within`` of ``exact``.

    ``id`` is never given to another vector. Numbers that JSON does not have are text;
    ``x_hex`` and ``exact_hex`` are the same numbers in hexadecimal. Where ``within`` is
    null the entry is not judged. Of a line ``exact`` are its values at the places
    ``at``; of steps it is where ``step_num`` of them lead, each ``lr`` times the
    gradient. ``flags`` are the defects that the vector shows: each has a note.
    """

    id: int
    comment: str
    roles: list[str]
    x: Any
    x_hex: Any
    exact: Any
    exact_hex: Any
    within: Any
    flags: list[str]
    at: list[float] | None = None
    lr: float | None = None
    step_num: int | None = None


class GroupRecord(msgspec.Struct, frozen=True):
    """Vectors of one f; ``kind`` says what of x is a point."""

    kind: Kind
    function: FunctionRecord
    vectors: list[VectorRecord]


class VectorNote(msgspec.Struct, frozen=True):
    """What a flag stands for."""

    title: str
    explanation: str
    remedy: str
    references: list[str] = []


class VectorsRecord(msgspec.Struct, frozen=True):
    """All vectors: ``schema`` is the file of the JSON Schema of this one."""

    format: Literal["gradproof-vectors/1"]
    schema: str
    version: str
    number_of_vectors: int
    header: list[str]
    notes: dict[str, VectorNote]
    groups: list[GroupRecord]


def files(phrases: Phrases) -> dict[str, str]:
    """The files by name: the vectors, and the schemas of vectors and of answers."""
    return {
        VECTORS: _indented(msgspec.to_builtins(record(phrases))),
        **schemas(),
    }


def schemas() -> dict[str, str]:
    """The JSON Schemas, by the names of their files."""
    return {
        VECTORS_SCHEMA: written(msgspec.json.schema(VectorsRecord)),
        ANSWERS_SCHEMA: written(msgspec.json.schema(AnswersFile)),
    }


def record(phrases: Phrases) -> VectorsRecord:
    """All vectors, with notes in the language of the phrases."""
    every = list(vectors().values())
    flags = {id: None for vector in every for id in shown.flags(vector.number)}
    return VectorsRecord(
        FORMAT,
        VECTORS_SCHEMA,
        __version__,
        len(every),
        [
            phrases.say(f"vectors.header.{part}")
            for part in ("what", "judged", "answer")
        ],
        {id: _note(id, phrases) for id in flags},
        [_group(list(group), phrases) for _, group in groupby(every, _alike)],
    )


def _alike(vector: Vector) -> tuple[Kind, str, int]:
    return vector.kind, vector.function.name, vector.dimension


def _group(members: Sequence[Vector], phrases: Phrases) -> GroupRecord:
    first = members[0]
    return GroupRecord(
        first.kind,
        _function(first.function, first.dimension),
        [_vector(vector, phrases) for vector in members],
    )


@functools.cache
def _function(function: Function, dimension: int) -> FunctionRecord:
    expression, _ = function.expression(dimension)
    latex = sympy.latex(expression)
    return FunctionRecord(
        function.name, dimension, function.text, str(expression), latex
    )


def _vector(vector: Vector, phrases: Phrases) -> VectorRecord:
    x, at = np.asarray(vector.probe.x), vector.probe.at
    return VectorRecord(
        id=vector.number,
        comment=phrases.say(f"probe.{vector.probe.id}"),
        roles=list(vector.roles),
        x=_plain(x.tolist()),
        x_hex=_hex(x.astype(float).tolist()),
        exact=_plain(vector.exact.tolist(), missing=None),
        exact_hex=_hex(vector.exact.tolist()),
        within=_plain(vector.within.tolist(), missing=None),
        flags=list(shown.flags(vector.number)),
        at=None if at is None else at.tolist(),
        lr=vector.probe.keywords.get("lr"),
        step_num=_whole(vector.probe.keywords.get("step_num")),
    )


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _note(id: str, phrases: Phrases) -> VectorNote:
    title, explanation, remedy = (
        phrases.say(f"defect.{id}.{part}")
        for part in ("title", "explanation", "remedy")
    )
    references = list(explain_text.references(CATALOGUE[id], phrases))
    return VectorNote(title, explanation, remedy, references)


def _plain(value: Any, missing: str | None = "NaN") -> Any:
    """Numbers as JSON can hold them; what is no number as ``missing``."""
    if isinstance(value, list):
        return [_plain(each, missing) for each in value]
    return missing if value != value else encode_number(value)


def _hex(value: Any) -> Any:
    if isinstance(value, list):
        return [_hex(each) for each in value]
    return float(value).hex()


def _indented(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
