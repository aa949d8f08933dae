"""Many results in short: counts, defects, and groups of what fails alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gradproof.report.port_text import COUNTED
from gradproof.report.scan_lines import Line

WRONG = ("fail", "error", "stale", "unloaded", "internal")
"""Standings of which it is told what is alike."""


@dataclass(frozen=True)
class Group:
    """Ports that fail alike: by these defects, else these clauses, else this message.

    ``copies`` is how many more are the same as one of them.
    """

    role: str
    standing: str
    defects: tuple[str, ...]
    clauses: tuple[str, ...]
    message_id: str
    targets: tuple[str, ...]
    copies: int


def standing(line: Line) -> str:
    """What is to be said of a line's port."""
    return line.scan.standing if line.scan else line.verdict


def counts(lines: Iterable[Line]) -> dict[str, int]:
    """Return how many there are of each standing, copies too."""
    tally: Counter[str] = Counter()
    for line in lines:
        tally[standing(line)] += 1 + copies(line)
    return {each: tally[each] for each in COUNTED if tally[each]}


def defects(lines: Iterable[Line]) -> dict[tuple[str, ...], int]:
    """How many have each defect, copies too; the most frequent first."""
    tally: Counter[tuple[str, ...]] = Counter()
    for line in lines:
        if line.defects and standing(line) in WRONG:
            tally[line.defects] += 1 + copies(line)
    return dict(sorted(tally.items(), key=lambda each: (-each[1], each[0])))


def copies(line: Line) -> int:
    """How many are the same as a line's port."""
    return len(line.copies)


def groups(lines: Iterable[Line]) -> list[Group]:
    """What is wrong, by what is alike; the largest first."""
    found: dict[tuple[object, ...], list[Line]] = {}
    for line in lines:
        if standing(line) in WRONG:
            clauses = () if line.defects else line.failing
            message = "" if line.defects or clauses else line.message_id
            key = line.role, standing(line), line.defects, clauses, message
            found.setdefault(key, []).append(line)
    made = [_group(each) for each in found.values()]
    return sorted(made, key=lambda group: -len(group.targets) - group.copies)


def _group(lines: list[Line]) -> Group:
    first = lines[0]
    return Group(
        role=first.role,
        standing=standing(first),
        defects=first.defects,
        clauses=first.failing,
        message_id=first.message_id,
        targets=tuple(line.target for line in lines),
        copies=sum(map(copies, lines)),
    )
