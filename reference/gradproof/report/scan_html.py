"""What became of many ports as a page: an index of those of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader

from gradproof.report import scan_text, summary
from gradproof.report.phrases import Phrases
from gradproof.report.scan_lines import Line

COLUMNS = ("target", "verdict", "defects", "said")


@cache
def _environment() -> Environment:
    loader = PackageLoader("gradproof", "report/scan_page")
    return Environment(loader=loader, autoescape=True, trim_blocks=True)


def index(lines: Sequence[Line], notes: Sequence[str], phrases: Phrases) -> str:
    """The index; a port's page is linked where it has one."""
    return (
        _environment()
        .get_template("index.html")
        .render(
            language=phrases.language,
            total=scan_text.total(lines, phrases),
            notes="\n".join(notes),
            columns=[phrases.say(f"csv.{name}") for name in COLUMNS],
            rows=list(_rows(lines, phrases)),
        )
    )


def _rows(lines: Sequence[Line], phrases: Phrases) -> Iterator[Mapping[str, Any]]:
    for line in lines:
        scan = line.scan
        standing = summary.standing(line)
        yield {
            "target": line.target,
            "page": scan.page if scan else "",
            "copies": scan.copies if scan and not scan.part else [],
            "standing": standing,
            "word": phrases.say(f"standing.{standing}"),
            "defects": " + ".join(line.defects),
            "said": scan.headline if scan else line.message,
        }
