"""What changed of ports since an earlier report: formula, verdict or defect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec import structs

from gradproof.report.phrases import Phrases
from gradproof.report.scan_lines import Line

What = Literal["new", "gone", "verdict", "formula", "defect"]


@dataclass(frozen=True)
class PortChange:
    """Of one port; what was before, and is now: texts, or for a verdict its id."""

    target: str
    what: What
    before: str = ""
    after: str = ""


def changes(
    before: Iterable[Line], after: Iterable[Line], *, in_part: bool = False
) -> list[PortChange]:
    """By what is judged now, in its order; then what is no longer judged.

    Where all was judged ``in_part``, what is missing tells nothing. A copy is as that
    which it is a copy of.
    """
    old, new = _keyed(before), _keyed(after)
    found = [change for key, line in new.items() for change in _of(old.get(key), line)]
    gone = [] if in_part else [line for key, line in old.items() if key not in new]
    return [*found, *(PortChange(line.target, "gone", _verdict(line)) for line in gone)]


def _keyed(lines: Iterable[Line]) -> dict[tuple[str, int], Line]:
    """Lines by target; one target may be judged under several roles, in order."""
    found: dict[tuple[str, int], Line] = {}
    numbers: Counter[str] = Counter()
    for line in lines:
        for target in (line.target, *line.copies):
            found[target, numbers[target]] = structs.replace(line, target=target)
            numbers[target] += 1
    return found


def _of(before: Line | None, after: Line) -> Iterator[PortChange]:
    if before is None:
        yield PortChange(after.target, "new", after=_verdict(after))
        return
    pairs: Sequence[tuple[What, str, str]] = (
        ("verdict", _verdict(before), _verdict(after)),
        ("formula", _formula(before), _formula(after)),
        ("defect", " + ".join(before.defects), " + ".join(after.defects)),
    )
    for what, old, new in pairs:
        if old != new:
            yield PortChange(after.target, what, old, new)


def _verdict(line: Line) -> str:
    return line.verdict or "unloaded"


def _formula(line: Line) -> str:
    return "; ".join(f"{', '.join(f.components)}: {f.text}" for f in line.formula)


def told(found: Sequence[PortChange], phrases: Phrases) -> Iterator[str]:
    """The changes in sentences, after one that says how many there are."""
    if not found:
        yield phrases.say("since.nothing")
        return
    ports = len({change.target for change in found})
    yield phrases.say("since.ports", n=ports)
    none = phrases.say("since.none")
    for change in found:
        before, after = change.before, change.after
        if change.what in ("new", "gone", "verdict"):
            before, after = _word(before, phrases), _word(after, phrases)
        if change.what == "formula":
            before, after = _translated(before, phrases), _translated(after, phrases)
        yield "  " + phrases.say(
            f"since.{change.what}",
            target=change.target,
            before=before or none,
            after=after or none,
        )


def _translated(formulas: str, phrases: Phrases) -> str:
    """Formulas as `_formula` tells them, in the reader's language."""
    parts = [each.partition(": ") for each in formulas.split("; ") if each]
    return "; ".join(f"{of}: {phrases.formula_of(text)}" for of, _, text in parts)


def _word(verdict: str, phrases: Phrases) -> str:
    return phrases.say(f"standing.{verdict}") if verdict else ""
