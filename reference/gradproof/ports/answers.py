"""Files of answers to test vectors: what is read of them, and what is refused."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from gradproof.ports.target import LoadError

FORMAT = "gradproof-answers/1"

MAX_BYTES = 8_388_608
"""Longer files are not read: a frame of the line protocol may be as long."""

NOT_FINITE = {
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "-Infinity": float("-inf"),
}
"""Numbers that JSON does not have, as text."""

Answer = int | float | str | list[Any] | None
"""A number, or lists of numbers in the shape of x; null where there is no answer."""


class AnswersFile(msgspec.Struct, frozen=True):
    """Answers to test vectors, by their ids.

    An answer is a number or lists of numbers, in the shape of x; numbers that JSON
    does not have are "NaN", "Infinity" and "-Infinity"; null says that x was refused.
    All vectors of the ``role`` are to be answered.
    """

    format: str
    answers: dict[str, Answer]
    role: str = ""


def read(path: Path) -> AnswersFile:
    """The answers in a file. Raises LoadError, which says what is wrong with it."""
    data = _bytes(path)
    try:
        known = msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        bare = re.search(rb"[\s\[:,](NaN|-?Infinity)\b", data)
        if bare is not None:
            raise LoadError("answers.bare", name=bare[1].decode()) from error
        raise LoadError("answers.not-json", text=str(error)) from error
    json.loads(data, object_pairs_hook=_once)
    if known.get("format") != FORMAT:
        actual = str(known.get("format", ""))[:80]
        raise LoadError("answers.version", actual=actual, known=FORMAT)
    try:
        return msgspec.convert(known, AnswersFile)
    except msgspec.ValidationError as error:
        raise LoadError("answers.not-so", text=str(error)) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of those pairs. Raises LoadError where a name is there twice."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise LoadError("answers.twice", id=name[:80])
        found[name] = value
    return found


def _bytes(path: Path) -> bytes:
    """Raises LoadError where there is no such file, or too long a one."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise LoadError("load.no-file") from error
    except OSError as error:
        raise LoadError("answers.unread", text=error.strerror or str(error)) from error
    if len(data) > MAX_BYTES:
        raise LoadError("answers.too-large", most=MAX_BYTES)
    return data.removeprefix(codecs.BOM_UTF8)


def missing(answers: Mapping[str, Answer], expected: Mapping[str, Any]) -> None:
    """Raises LoadError where ids are left out, or are there that are not due."""
    left = [id for id in expected if id not in answers]
    if left:
        raise LoadError("answers.missing", ids=_some(left), count=len(left))
    strange = [id for id in answers if id not in expected]
    if strange:
        raise LoadError("answers.unknown", ids=_some(strange), count=len(strange))


def _some(ids: list[str]) -> str:
    """The first ten."""
    return ", ".join([id[:20] for id in ids[:10]] + ["…"] * (len(ids) > 10))


def numbers(id: str, answer: Answer) -> np.ndarray[Any, Any]:
    """The array of an answer. Raises LoadError for what is none."""
    try:
        return np.array(_finite(answer), dtype=float)
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        raise LoadError("answers.no-numbers", id=id) from error


def _finite(answer: Any) -> Any:
    """Raises ValueError for what is no number."""
    if isinstance(answer, list):
        return [_finite(each) for each in answer]
    if isinstance(answer, str) and answer in NOT_FINITE:
        return NOT_FINITE[answer]
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        raise ValueError
    return answer
