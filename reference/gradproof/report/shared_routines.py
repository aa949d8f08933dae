"""Routines that several scripts import: each is told of once, with its users."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import structs

from gradproof.report.phrases import Phrases
from gradproof.report.scan_lines import Line

MAX_USERS = 5
"""Scripts that are named in a sentence."""


def once(lines: Sequence[Line]) -> list[Line]:
    """The lines, those alike of one routine as one; it has the users of all.

    It is the routine's own if it was judged by itself, or a copy of it, else the first.
    """
    leads: dict[object, Line] = {}
    users: dict[int, list[str]] = {}
    for own in (line for line in lines if not _user(line)):
        for target in (own.target, *own.copies):
            leads.setdefault(_key(target, own), own)
    for line in lines:
        if scripts := _user(line):
            lead = leads.setdefault(_key(line.target, line), line)
            users.setdefault(id(lead), []).extend(scripts)
    kept = [line for line in lines if not _user(line) or id(line) in users]
    return [_with_users(line, users.get(id(line), ())) for line in kept]


def _user(line: Line) -> list[str]:
    """The scripts that call a routine of another file; of all else none."""
    scan = line.scan
    if scan is None or not scan.part or line.is_of_port:
        return []
    return [scan.port, *scan.copies]


def _key(target: str, line: Line) -> object:
    """What two lines of one routine have in common if they say the same."""
    standing = line.scan.standing if line.scan else line.verdict
    formula = tuple(each.text for each in line.formula)
    return target, standing, line.defects, line.failing, formula


def _with_users(line: Line, users: Iterable[str]) -> Line:
    found = tuple(dict.fromkeys(users))
    return structs.replace(line, users=found) if found else line


def told(line: Line, phrases: Phrases) -> str:
    """The users in a sentence, the first of them by name; nothing if there are none."""
    if not line.users:
        return ""
    shown = [*line.users[:MAX_USERS]]
    if line.users[MAX_USERS:]:
        shown.append(phrases.say("scan.more", n=len(line.users) - MAX_USERS))
    return phrases.say("scan.users", names=phrases.say("comma").join(shown))
