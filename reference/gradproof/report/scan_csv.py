"""What became of many ports as a table for a spreadsheet, a row for each copy too."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from gradproof.report import summary
from gradproof.report.phrases import Phrases
from gradproof.report.scan_lines import Line

COLUMNS = (
    "target",
    "copy-of",
    "role",
    "verdict",
    "defects",
    "formula",
    "said",
    "users",
)
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula begins with one of these."""


def table(lines: Sequence[Line], phrases: Phrases) -> bytes:
    """The table; what a port has said is text in it, and no formula.

    Its mark of UTF-8 is what some spreadsheets know that by.
    """
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(phrases.say(f"csv.{column}") for column in COLUMNS)
    for line in lines:
        for row in _rows(line, phrases):
            table.writerow(
                f"'{cell}" if cell.startswith(FORMULAS) else cell for cell in row
            )
    return stream.getvalue().encode("utf-8-sig")


def _rows(line: Line, phrases: Phrases) -> Iterator[list[str]]:
    scan = line.scan
    rest = [
        phrases.say(f"role.{line.role}") if line.role else "",
        phrases.say(f"standing.{summary.standing(line)}"),
        " + ".join(line.defects),
        "; ".join(line.formulas),
        scan.headline if scan else line.message,
        "; ".join(line.users),
    ]
    yield [line.target, "", *rest]
    yield from ([copy, line.target, *rest] for copy in line.copies)
