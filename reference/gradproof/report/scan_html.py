"""What became of many ports as a page: an index of those of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from gradproof.report import scan_text, shared_routines, summary
from gradproof.report.characters import printable
from gradproof.report.page.templates import written
from gradproof.report.phrases import Phrases
from gradproof.report.scan_lines import Line

COLUMNS = ("target", "verdict", "defects", "said")
OUTCOMES = {
    **dict.fromkeys(("pass", "in-part"), "passed"),
    **dict.fromkeys(("fail", "error", "stale", "unloaded", "internal"), "failed"),
}
"""As what a standing is shown; others as what was skipped."""


def index(lines: Sequence[Line], notes: Sequence[str], phrases: Phrases) -> str:
    """The index; a port's page is linked where it has one."""
    told = *scan_text.alike(lines, phrases), *notes
    return written(
        "index.html",
        language=phrases.language,
        total=scan_text.total(lines, phrases),
        notes=Markup("\n").join(map(printable, told)),
        columns=[phrases.say(f"csv.{name}") for name in COLUMNS],
        rows=list(_rows(lines, phrases)),
    )


def _rows(lines: Sequence[Line], phrases: Phrases) -> Iterator[Mapping[str, Any]]:
    for line in lines:
        scan = line.scan
        standing = summary.standing(line)
        yield {
            "target": line.target,
            "page": scan.page if scan else "",
            "copies": line.copies,
            "users": shared_routines.told(line, phrases),
            "outcome": OUTCOMES.get(standing, "skipped"),
            "word": phrases.say(f"standing.{standing}"),
            "defects": " + ".join(line.defects),
            "said": scan.headline if scan else line.message,
        }
