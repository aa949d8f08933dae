"""What became of many ports, for a terminal: a row each, and all in short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from gradproof.report import shared_routines, summary
from gradproof.report.characters import as_name, printable
from gradproof.report.layout import STYLES
from gradproof.report.phrases import Phrases
from gradproof.report.scan_lines import Line

MAX_TARGETS = 5
"""Ports that are named of a group."""
REDDISH = {"unloaded": "bold red", "internal": "bold red"}


def show(
    lines: Sequence[Line],
    more: Sequence[str],
    phrases: Phrases,
    console: Console,
) -> None:
    """Print a row a port; then defects, groups, ``more``, and how many there are."""
    words = [phrases.say(f"standing.{summary.standing(line)}") for line in lines]
    width = max(map(cell_len, words), default=0)
    told = rows(lines, phrases)
    for line, word, row in zip(lines, words, told, strict=True):
        style = {**STYLES, **REDDISH}.get(summary.standing(line), "")
        lead = Text("  " + word + " " * (width - cell_len(word) + 2), style)
        console.print(lead.append(row, "default"), soft_wrap=True)
    for text in (*alike(lines, phrases), *more):
        console.print(Text(printable(text)), soft_wrap=True)
    console.print(Text(total(lines, phrases)), soft_wrap=True)


def rows(lines: Sequence[Line], phrases: Phrases) -> list[str]:
    """What is said of each, its standing aside."""
    return [_row(line, phrases) for line in lines]


def _row(line: Line, phrases: Phrases) -> str:
    target = as_name(line.target)
    what = " + ".join(line.defects) or ", ".join(line.failing)
    if not line.verdict and line.scan:
        what = line.scan.headline.removeprefix(f"{line.target}: ")
    copies = summary.copies(line)
    told = phrases.say("scan.copies", n=copies) if copies else ""
    users = printable(shared_routines.told(line, phrases))
    return "  ".join(filter(None, (target, printable(what), told, users)))


def alike(lines: Sequence[Line], phrases: Phrases) -> Iterator[str]:
    """How many have each defect, and what fails alike."""
    yield from _defects(lines, phrases)
    yield from _groups(lines, phrases)


def _defects(lines: Sequence[Line], phrases: Phrases) -> Iterator[str]:
    found = summary.defects(lines)
    if found:
        yield phrases.say("scan.defects")
    for defects, count in found.items():
        yield f"  {count:5}  {' + '.join(defects)}"


def _groups(lines: Sequence[Line], phrases: Phrases) -> Iterator[str]:
    found = [group for group in summary.groups(lines) if group.targets[1:]]
    if found:
        yield phrases.say("scan.groups")
    for group in found:
        why = group_name(group, phrases)
        shown = ", ".join(group.targets[:MAX_TARGETS])
        if group.targets[MAX_TARGETS:]:
            rest = phrases.say("scan.more", n=len(group.targets) - MAX_TARGETS)
            shown += phrases.say("comma") + rest
        yield f"  {len(group.targets):5}  {why}: {shown}"


def group_name(group: summary.Group, phrases: Phrases) -> str:
    """What a group has in common."""
    alike = " + ".join(group.defects) or ", ".join(group.clauses) or group.message_id
    role = phrases.say(f"role.{group.role}") if group.role else ""
    word = phrases.say(f"standing.{group.standing}")
    return phrases.say("comma").join(filter(None, (word, alike, role)))


def total(lines: Sequence[Line], phrases: Phrases) -> str:
    """How many ports there are of each standing."""
    found = summary.counts(lines)
    counts = [phrases.say(f"count.{standing}", n=n) for standing, n in found.items()]
    listed = phrases.say("comma").join(counts)
    said = phrases.say("summary", ports=sum(found.values()), counts=listed)
    copies = sum(map(summary.copies, lines))
    return said + phrases.say("scan.copies-among", n=copies) if copies else said
