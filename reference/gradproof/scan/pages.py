"""The pages of a scan in a folder, written as results come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gradproof.report import scan_html
from gradproof.report.phrases import Phrases
from gradproof.report.scan_lines import Line
from gradproof.scan.task import Done, Task

INDEX = "index.html"


@dataclass(frozen=True)
class Pages:
    """A folder of pages, in one language. Raises OSError where it cannot be written."""

    folder: Path
    phrases: Phrases

    def has(self, task: Task) -> bool:
        """Whether a port's page is there from an earlier run."""
        return (self.folder / task.record.page).is_file()

    def add(self, task: Task, done: Done) -> None:
        """Write a port's page."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / task.record.page
        path.write_text(done.page, "utf-8", newline="\n")

    def finish(self, lines: Sequence[Line], notes: Sequence[str]) -> Path:
        """Write the index, and tell where it is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / INDEX
        text = scan_html.index(lines, notes, self.phrases)
        path.write_text(text, "utf-8", newline="\n")
        return path
