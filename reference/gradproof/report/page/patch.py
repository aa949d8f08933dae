"""The patch of a port, as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gradproof.fix.patch import folder_to_apply_in, text_of
from gradproof.fix.repair import Repair
from gradproof.report import fix_text
from gradproof.report.phrases import Phrases, remedy

Kind = Literal["removed", "added", "other"]


@dataclass(frozen=True)
class ShownPatch:
    """What is changed and proved, in sentences; its lines; what writes it."""

    sentences: Sequence[str]
    lines: Sequence[tuple[Kind, str]]
    command: str


def of(repair: Repair, phrases: Phrases) -> ShownPatch:
    """The patch of what was mended."""
    folder = folder_to_apply_in([c.path for c in repair.changes], Path.cwd())
    text = "".join(
        text_of(change, folder).decode(change.before.encoding)
        for change in repair.changes
    )
    lines = [(_kind(line), line) for line in text.rstrip("\n").split("\n")]
    command = f"{remedy(repair.target.text)} --write"
    return ShownPatch([*fix_text.sentences(repair, phrases)], lines, command)


def _kind(line: str) -> Kind:
    if line.startswith(("---", "+++")):
        return "other"
    return "removed" if line[:1] == "-" else "added" if line[:1] == "+" else "other"
