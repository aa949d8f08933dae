"""Rows of a report on a terminal: a label, its style, a text that is wrapped."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

STYLES = {
    "pass": "green",
    "fail": "bold red",
    "error": "bold magenta",
    "not-covered": "yellow",
}

Row = tuple[str, str, str]
"""Label, style of the label, text."""


def show_rows(rows: Iterable[Row], console: Console) -> None:
    """Print rows with their texts in one column."""
    lines = list(rows)
    indent = 4 + max((cell_len(label) for label, _, _ in lines), default=0)
    for label, style, text in lines:
        lead = Text("  " + set_cell_size(label, indent - 2), style)
        for line in Text(text).wrap(console, max(console.width - indent, 20)):
            line.rstrip()
            console.print(lead + line, soft_wrap=True)
            lead = Text(" " * indent)
