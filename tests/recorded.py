"""What is said of programs, and on what evidence, as it was recorded.

A program has a heading, ``== name``, and below it its role and verdict, the formula,
the clauses that pass, each other clause with its message, the defects and the notes.
Last stands a sum of the evidence: it tells whether a number or a word is another.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import platform
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gradproof.report import json_report
from places import PROGRAMS

FOLDER = Path(__file__).with_name("recorded")
HEADING = "== "

Lines = list[str]
Records = Mapping[str, Sequence[str]]

NUMBER = re.compile(r"(?<![\w.])[-−]?\d[\d,]*\.?\d*(?:e[-+]?\d+)?")
OF_THIS_MACHINE = re.compile(rf"{re.escape(str(PROGRAMS))}|0x[0-9a-f]{{6,}}")
"""Where the programs are, and where objects are in memory."""
TAKES_TIME = "seconds"
"""The field that is another one each time."""

SMALL = 1e-6
"""What is smaller is mostly what rounding left."""
ROUGHLY = 0.05
"""How far numbers of a sentence may be apart, as a part of them."""
NOISE = 3.0
"""How many times small ones may be so large: another processor rounds otherwise."""
EVEN = (0.02, 2e-6)
"""How far sums may be apart, and as a part of them: one number from 1 to 2 is 0.7."""


@dataclasses.dataclass
class Sum:
    """The numbers of evidence, each by its order of magnitude and its place.

    Of its words a checksum.
    """

    numbers: int = 0
    total: float = 0.0
    words: int = 0

    def add(self, value: Any) -> None:
        """All that is in it."""
        if isinstance(value, (int, float, complex, np.number, np.ndarray)):
            self._add_numbers(np.asarray(value))
        elif isinstance(value, str):
            self._add_words(value)
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            names = [f.name for f in dataclasses.fields(value) if f.name != TAKES_TIME]
            self.add({name: getattr(value, name) for name in names})
        elif isinstance(value, Mapping):
            self.add([part for pair in value.items() for part in pair])
        elif isinstance(value, (set, frozenset)):
            self.add(sorted(map(str, value)))
        elif isinstance(value, Iterable):
            self._add_words("(")
            for each in value:
                self.add(each)
            self._add_words(")")
        else:  # None, an expression, a function: by what it is
            self._add_words(type(value).__name__)

    def _add_words(self, text: str) -> None:
        self.words = zlib.crc32(OF_THIS_MACHINE.sub("", text).encode(), self.words)

    def _add_numbers(self, array: np.ndarray[Any, Any]) -> None:
        self._add_words(f"{array.dtype.kind}{array.shape}")
        if array.dtype.kind not in "biufc":
            self.add(array.ravel().tolist())
            return
        flat = array.ravel().astype(complex).view(float)
        known = np.where(np.isnan(flat), np.e, np.clip(flat, -1e300, 1e300))
        size = np.sign(known) * np.log1p(np.minimum(np.abs(known), 1e300) / SMALL)
        self.total += float(size @ (1 + (self.numbers + np.arange(size.size)) % 7))
        self.numbers += size.size

    def __str__(self) -> str:
        return (
            f"evidence {self.numbers} numbers {self.total:.3f} words {self.words:08x}"
        )


def lines(examination: Any, evidence: Any) -> Iterator[str]:
    """What is said of a program, and the sum of the evidence."""
    report = json.loads(json_report.dumps(json_report.report([examination])))
    for port in report["ports"]:
        yield from map(functools.partial(OF_THIS_MACHINE.sub, "…"), _said(port))
    yield summed(evidence)


def summed(evidence: Any) -> str:
    """The sum of the evidence."""
    found = Sum()
    found.add(evidence)
    return str(found)


def _said(port: Mapping[str, Any]) -> Iterator[str]:
    yield f"{port['target']}: {port['role']} {port['verdict']}"
    for read in port["formula"]:
        error = read["error"] and f", error {read['error']}"
        yield f"formula of {', '.join(read['components'])}: {read['text']}{error}"
    if port["unreadable"]:
        yield f"unreadable: {port['unreadable']}"
    holding = [clause["id"] for clause in port["clauses"] if _holds(clause)]
    yield f"hold: {' '.join(holding)}"
    for clause in port["clauses"]:
        if not _holds(clause):
            yield f"{clause['verdict']} {clause['id']}: {clause['message']}"
    for found in port["diagnosis"]:
        part, of = found["explains"]
        by = " ".join(found["clauses"])
        yield f"{found['level']}: {' + '.join(found['defects'])}, {part} of {of} {by}"
        yield from (f"lost: {lost}" for lost in found["lost"])
    yield from (f"note: {note['message']}" for note in port["notes"])
    if port["smallest"]:
        yield f"smallest: {port['smallest']}"


def _holds(clause: Mapping[str, Any]) -> bool:
    return bool(clause["message_id"] == "holds")


def here() -> str:
    """What else the evidence is from: a word, or how a number is written."""
    python, minor, _ = platform.python_version_tuple()
    return f"Python {python}.{minor}, NumPy {'.'.join(np.__version__.split('.')[:2])}"


@functools.cache
def read(file: str) -> tuple[str, Mapping[str, Lines]]:
    """Where it was recorded, and the lines of each program by its name."""
    place, *parts = (FOLDER / file).read_text("utf-8").split(f"\n{HEADING}")
    found = [part.splitlines() for part in parts]
    return place, {name: said for name, *said in found}


def write(file: str, records: Records) -> None:
    """Record them."""
    parts = ("\n".join([name, *said]) for name, said in records.items())
    text = f"\n{HEADING}".join([here(), *parts])
    (FOLDER / file).write_text(f"{text}\n", "utf-8")


def differences(found: Sequence[str], kept: Sequence[str]) -> list[str]:
    """What is said now and was not, and what was said and is not any more."""
    if len(found) == len(kept) and all(map(same, found, kept)):
        return []
    gone = (f"- {line}" for line in kept if not any(same(line, f) for f in found))
    new = (f"+ {line}" for line in found if not any(same(line, k) for k in kept))
    return [*gone, *new] or ["in another order, or how often"]


def same(one: str, other: str) -> bool:
    """Whether lines say the same, but for what another processor rounds otherwise."""
    if NUMBER.sub("", one) != NUMBER.sub("", other):
        return False
    pairs = list(zip(_numbers(one), _numbers(other), strict=True))
    if not one.startswith("evidence "):
        return all(_close(*pair) for pair in pairs)
    (count, total), (counted, summed) = _sums(one), _sums(other)
    return count == counted and math.isclose(
        total, summed, abs_tol=EVEN[0], rel_tol=EVEN[1]
    )


def _close(one: float, other: float) -> bool:
    small = max(abs(one), abs(other)) < SMALL
    if small and one * other > 0:
        return 1 / NOISE <= one / other <= NOISE
    return math.isclose(one, other, rel_tol=ROUGHLY)


def _numbers(line: str) -> list[float]:
    found = NUMBER.findall(line)
    return [float(text.replace(",", "").replace("−", "-")) for text in found]


def _sums(line: str) -> tuple[str, float]:
    _, count, _, total, *_ = line.split()
    return count, float(total)
