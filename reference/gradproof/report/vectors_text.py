"""Which defect is shown by which vectors, as a table for a reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradproof.defects.catalogue import CATALOGUE
from gradproof.examination.vectors import shown
from gradproof.examination.vectors.vector import ANSWERED
from gradproof.report.phrases import Phrases

PAIR = "pair"


def rows() -> Iterator[tuple[str, str]]:
    """Each defect of a routine, and the vectors that show it, as ranges."""
    for id, defect in CATALOGUE.items():
        if defect.role != PAIR:
            yield id, ranges(shown.numbers(id))


def unseen() -> dict[str, list[str]]:
    """The defects that no vector shows, if there are any, by the reason why."""
    within = {id for role in ANSWERED for id in shown.shown(role)}
    empty = [id for id, found in rows() if not found]
    found = {
        "values": [id for id in empty if id in within and not shown.of_points(id)],
        "points": [id for id in empty if id in within and shown.of_points(id)],
        "roles": [id for id in empty if id not in within],
    }
    return {why: ids for why, ids in found.items() if ids}


def lines(phrases: Phrases) -> Iterator[str]:
    """The table, and then why some defects have none."""
    found = list(rows())
    width = max(len(id) for id, _ in found)
    for id, numbers in found:
        yield f"  {id:{width}}  {numbers or '–'}"
    yield ""
    for why, ids in unseen().items():
        listed = phrases.say("comma").join(ids)
        yield phrases.say(f"vectors.unseen.{why}", defects=listed)


def ranges(numbers: Sequence[int]) -> str:
    """Numbers in rising order, those that follow one another as a range: 1–3, 5."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)
